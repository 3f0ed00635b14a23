"""A desktop of its own for a test: X server, window manager, session bus; mouse and keyboard.

Nothing here is shared with the desktop of whoever runs the tests, and nothing outlives the test.
`make system-test` installs what it needs.
"""

import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.e2e.accessibility import ScreenReader
from tests.e2e.processes import Child, wait_until

CTPANEL: Final = str(Path(sys.executable).with_name("ctpanel"))
"""The command as it was installed beside this Python."""

SIZE: Final = (1280, 1024)
PROGRAMS: Final = (
    "Xvfb", "openbox", "xdotool", "import", "dbus-daemon", "gnome-keyring-daemon",
)  # fmt: skip
LAUNCHERS: Final = (
    "/usr/libexec/at-spi-bus-launcher",
    "/usr/lib/at-spi2-core/at-spi-bus-launcher",
)
"""Where distributions put what starts the accessibility bus."""

LIBRARIES: Final = (
    "libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-keysyms.so.1", "libxkbcommon-x11.so.0",
)  # fmt: skip

BUS_CONFIG: Final = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""A bus that starts nothing by itself: there is a Secret Service only where a test wants one."""


def missing() -> list[str]:
    """What this computer lacks to have such a desktop."""
    programs = [name for name in PROGRAMS if shutil.which(name) is None]
    libraries = [name for name in LIBRARIES if not _loads(name)]
    return programs + libraries + ([] if _launcher() else ["at-spi-bus-launcher"])


def _launcher() -> str | None:
    return next(filter(None, map(shutil.which, LAUNCHERS)), None)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


class Desktop:
    """A desktop with nothing on it.

    Attributes:
        folder: home and runtime folder are below it.
        env: the environment of every program on it.
        reader: tells what the applications on it show.
    """

    def __init__(self, folder: Path, logs: Path) -> None:
        self.folder = folder
        self.logs = logs
        self._started = 0
        self._ends = ExitStack()
        with ExitStack() as undo:
            undo.callback(self._ends.close)
            self._start()
            undo.pop_all()

    def _start(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        for name in ("home", "run"):
            (self.folder / name).mkdir(mode=0o700)
        socket = self.folder / "bus"
        self.env = _environment(self.folder, socket)
        self.env["DISPLAY"] = self._start_x()
        config = self.folder / "bus.conf"
        config.write_text(BUS_CONFIG.format(socket=socket))
        self.start("dbus-daemon", f"--config-file={config}", "--nofork")
        self.start("openbox")
        wait_until(socket.exists, "a session bus")
        self.start(_launcher() or LAUNCHERS[0], "--launch-immediately")
        self.reader = ScreenReader(self.env["DBUS_SESSION_BUS_ADDRESS"])
        self._ends.callback(self.reader.close)
        wait_until(self._is_managed, "a window manager")

    def _start_x(self) -> str:
        """Start the X server; it says its display's number once it is ready."""
        ours, its = os.pipe()
        screen = f"{SIZE[0]}x{SIZE[1]}x24"
        options = ("-displayfd", str(its), "-screen", "0", screen, "-nolisten", "tcp", "-noreset")
        try:
            self.start("Xvfb", *options, pass_fds=(its,))
        finally:
            os.close(its)
        with os.fdopen(ours) as answer:
            number = answer.readline().strip()
        assert number, "the X server did not start"
        return f":{number}"

    def _is_managed(self) -> bool:
        asked = subprocess.run(
            ["xdotool", "get_num_desktops"], env=self.env, capture_output=True, check=False
        )
        return asked.returncode == 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._ends.close()

    def start(self, *command: str, stdin: str = "", pass_fds: Sequence[int] = ()) -> Child:
        """Start a program on this desktop; it ends with the desktop at the latest."""
        self._started += 1
        log = self.logs / f"{self._started:02d} {Path(command[0]).name}.log"
        child = Child(command, self.env, log, stdin=stdin, pass_fds=pass_fds)
        self._ends.callback(child.end)
        return child

    def ctpanel(self, *arguments: str, stdin: str = "") -> Child:
        """Start the installed program."""
        return self.start(CTPANEL, *arguments, stdin=stdin)

    # --- the user's hands ---------------------------------------------------------------------

    def click(self, at: tuple[int, int]) -> None:
        self._xdotool("mousemove", *map(str, at), "click", "1")

    def double_click(self, at: tuple[int, int], gap_ms: int) -> None:
        twice = ("click", "--repeat", "2", "--delay", str(gap_ms), "1")
        self._xdotool("mousemove", *map(str, at), *twice)

    def key(self, *names: str) -> None:
        self._xdotool("key", *names)

    def hold(self, name: str, seconds: float) -> None:
        """Keep a key down; the X server repeats it."""
        self._xdotool("keydown", name)
        try:
            time.sleep(seconds)
        finally:
            self._xdotool("keyup", name)

    def hold_over_remote_desktop(self, name: str, repeats: int) -> None:
        """Keep a key down where each repeat arrives as a release and a press of its own."""
        again = ("sleep", "0.04", "keyup", name, "keydown", name)
        self._xdotool("keydown", name, *again * repeats, "keyup", name)

    def type(self, text: str) -> None:
        self._xdotool("type", "--", text)

    def close_window(self) -> None:
        """Close the active window by the window manager's own key."""
        self.key("alt+F4")

    def minimise_window(self) -> None:
        """Minimise the active window."""
        self._xdotool("getactivewindow", "windowminimize", "--sync")

    def active_window(self) -> str:
        """The title of the window that has the keyboard, "" when none has."""
        asked = ("xdotool", "getactivewindow", "getwindowname")
        found = subprocess.run(asked, env=self.env, capture_output=True, text=True, check=False)
        return found.stdout.strip()

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.env, check=True, timeout=120)

    def screenshot(self, path: Path) -> None:
        """Save what is on the screen, if there still is one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        command = ["import", "-silent", "-window", "root", str(path)]
        subprocess.run(command, env=self.env, check=False, timeout=30)


def _environment(folder: Path, socket: Path) -> dict[str, str]:
    """Nothing of the caller's but the search path."""
    home = folder / "home"
    env: Mapping[str, object] = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": home,
        "XDG_RUNTIME_DIR": folder / "run",
        "XDG_DATA_HOME": home / "data",
        "XDG_CONFIG_HOME": home / "config",
        "XDG_CACHE_HOME": home / "cache",
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={socket}",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
    }
    return {name: str(value) for name, value in env.items()}
