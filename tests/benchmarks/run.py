"""`make bench`: everything measured in one run, a table, and build/bench.json.

The figures of one run are compared with each other and with nothing else. No target makes it fail.
"""

import json
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks.contenders import ROOT, Child, Listener, Server
from tests.benchmarks.figures import Found
from tests.benchmarks.machine import describe
from tests.benchmarks.race import line_up, race
from tests.benchmarks.report import as_json, as_text
from tests.fakes.x_display import XDisplay, lacking
from tests.unit.crosstrade.certificates import write_certificate

SHOTS: Final = {
    "seed_script_process": 20,
    "curl_process": 40,
    "seed_requests_post": 400,
    "session_warm": 400,
    "httpx_warm": 400,
    "panel_rest": 400,
    "panel_rest_cold": 100,
    "panel_stream": 400,
    "hotkey_to_wire": 400,
    "raw_tls_limit": 400,
    "journal_commit": 400,
    "fanout_20": 100,
}
"""How often each is asked, spread over the whole race."""

LOADED: Final = {"loop_gap": 1}
"""What is asked for under the load of twenty contracts and twenty accounts on the stream."""

DELAYED: Final = {
    "seed_requests_post": 40,
    "session_warm": 40,
    "httpx_warm": 40,
    "panel_rest": 40,
    "panel_rest_cold": 40,
    "panel_stream": 40,
}
STARTS: Final = 7
LONGEST: Final = 600
"""Seconds after which a run that hangs is ended."""


def main() -> int:
    signal.signal(signal.SIGALRM, _end)
    signal.alarm(LONGEST)
    out = ROOT / "build"
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=out) as name, ExitStack() as desktop:
        _have_keys(desktop)
        found = measure(Path(name))
    (out / "bench.json").write_text(json.dumps(as_json(found), indent=2) + "\n")
    print(as_text(found))
    return 0


def _have_keys(desktop: ExitStack) -> None:
    """An X server of its own for hotkeys, where there can be one: never the user's desktop."""
    os.environ.pop("DISPLAY", None)
    os.environ.pop("WAYLAND_DISPLAY", None)
    if not lacking():
        os.environ["DISPLAY"] = desktop.enter_context(XDisplay()).display


def _end(*_: object) -> None:
    raise TimeoutError(f"not through within {LONGEST} s")


def measure(folder: Path) -> Found:
    """Everything. The folder is on a real disk, as a journal is."""
    machine, certificate = describe(), str(write_certificate(folder))
    startup = median(start(folder / f"start{number}") for number in range(STARTS))
    with Server("server", certificate) as server:
        with ExitStack() as field:
            takes, panel = line_up(field, server, server.origin, certificate, folder / "near")
            rows = race(takes, SHOTS)
            server.tell("load")
            rows |= race(takes, LOADED)
            server.tell("rest")
            memory = panel.memory()
        with Listener("delay", str(server.port)) as far, ExitStack() as field:
            takes, _ = line_up(field, server, far.origin, certificate, folder / "far")
            delayed = race(takes, DELAYED)
    return Found(rows, delayed, round(startup, 3), round(memory, 1), machine)


def start(folder: Path) -> float:
    """Seconds of one start."""
    began = time.monotonic_ns()
    with Child("start", str(folder)) as panel:
        return (int(panel.line()) - began) / 1e9


if __name__ == "__main__":
    sys.exit(main())
