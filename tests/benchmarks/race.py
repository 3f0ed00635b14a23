"""Who takes part in a race, and the race: everybody in turn, the warm-up left out."""

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from tests.benchmarks.contenders import (
    Figures,
    Racer,
    Server,
    curl_command,
    one_process,
    script_command,
)
from tests.benchmarks.figures import Row, row, turns

Take: TypeAlias = Callable[[], Figures]

STAYING: Final = {
    "seed_requests_post": "blocking",
    "session_warm": "blocking",
    "raw_tls_limit": "blocking",
    "httpx_warm": "bare_httpx",
    "panel_rest": "panel",
    "panel_rest_cold": "panel",
    "panel_stream": "panel",
    "hotkey_to_wire": "panel",
    "journal_commit": "panel",
    "fanout_20": "panel",
    "loop_gap": "panel",
}
"""Rows that a running program is asked for, and which one: a module of this folder."""

WARM_UP: Final = 8


def line_up(
    field: ExitStack, server: Server, origin: str, certificate: str, folder: Path
) -> tuple[dict[str, Take], Racer]:
    """Every contender for this origin, and the panel among them."""
    running = {
        module: field.enter_context(Racer(server, module, origin, certificate, str(folder)))
        for module in sorted(set(STAYING.values()))
    }
    started = {"seed_script_process": script_command(origin)}
    if curl := shutil.which("curl"):
        started["curl_process"] = curl_command(curl, origin)
    takes: dict[str, Take] = {
        name: partial(running[module].take, name) for name, module in STAYING.items()
    }
    if "DISPLAY" not in os.environ:
        del takes["hotkey_to_wire"]
    for name, command in started.items():
        takes[name] = partial(one_process, server, name, command, certificate)
    return takes, running["panel"]


def race(takes: Mapping[str, Take], shots: Mapping[str, int]) -> dict[str, Row]:
    """What was measured, by row."""
    running = {name: wanted for name, wanted in shots.items() if name in takes}
    for name, wanted in running.items():
        for _ in range(min(WARM_UP, wanted // 5)):
            takes[name]()
    samples: defaultdict[str, list[float]] = defaultdict(list)
    for name in turns(running):
        for what, found in takes[name]().items():
            samples[what] += found
    return {what: row(found) for what, found in samples.items()}
