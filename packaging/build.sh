#!/bin/sh
# Builds dist/ctpanel, the one-folder program for this system, and proves it by its self-test: the
# real window on the paper exchange, one reversal, resources, trust store and keyring backend found.
set -eu
cd "$(dirname "$0")/.."

venv=build/package-venv
pip="$venv/bin/python -m pip --disable-pip-version-check --no-input --quiet"
[ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
$pip install --require-hashes --only-binary :all: -r packaging/locks/package.txt
$pip install --no-deps --no-build-isolation --force-reinstall .
"$venv/bin/pyinstaller" --noconfirm --log-level WARN --workpath build/pyinstaller --distpath dist \
    packaging/ctpanel.spec
echo "$(du -sm dist/ctpanel | cut -f1) MB in dist/ctpanel"
# From another folder and with an empty environment: the program must not lean on this checkout.
cd /
env -i HOME="${HOME:-/tmp}" PATH=/usr/bin:/bin QT_QPA_PLATFORM=offscreen \
    "$OLDPWD/dist/ctpanel/ctpanel" --self-test
