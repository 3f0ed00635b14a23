#!/bin/sh
# Installs the system packages that are missing for a task, on Debian and Ubuntu.
# Who may not install is told the exact command. Usage: system.sh run|test|package [python]
set -eu

want=$1
python=${2:-python3}
[ "$(uname)" = Linux ] || exit 0

# What Qt loads at run time, and the Debian package each library comes in.
libraries='
libEGL.so.1 libegl1
libGL.so.1 libgl1
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libX11-xcb.so.1 libx11-xcb1
libxkbcommon.so.0 libxkbcommon0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-image.so.0 libxcb-image0
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-randr.so.0 libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0 libxcb-shape0
libxcb-xkb.so.1 libxcb-xkb1
'

# What the tests on a real desktop start.
programs='
Xvfb xvfb
curl curl
dbus-daemon dbus
gnome-keyring-daemon gnome-keyring
import imagemagick
openbox openbox
xdotool xdotool
'

known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)
missing=

need() { missing="$missing $1"; }

"$python" -c 'import ensurepip, venv' 2>/dev/null || need python3-venv
ls /usr/share/fonts/*/*/*.[to]t[fc] >/dev/null 2>&1 || need fonts-dejavu-core
while read -r library package; do
    [ -z "$library" ] || case "$known" in *"$library "*) ;; *) need "$package" ;; esac
done <<EOF
$libraries
EOF
if [ "$want" = test ]; then
    [ -x /usr/libexec/at-spi-bus-launcher ] || [ -x /usr/lib/at-spi2-core/at-spi-bus-launcher ] ||
        need at-spi2-core
    while read -r program package; do
        [ -z "$program" ] || command -v "$program" >/dev/null || need "$package"
    done <<EOF
$programs
EOF
fi

[ "$want" != package ] || command -v objdump >/dev/null || need binutils  # PyInstaller calls it

[ -n "$missing" ] || exit 0
install="apt-get install --yes --no-install-recommends$missing"
if ! command -v apt-get >/dev/null; then
    echo "These are needed; install what your system calls them:$missing" >&2
    exit 1
fi
echo "Installing:$missing"
if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "Please run this first:  sudo $install" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root $install -qq >/dev/null
