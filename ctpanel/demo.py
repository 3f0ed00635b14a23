"""Two scripts that drive the real window on the paper exchange: the demo and the self-test.

They press the real button and read the real state; they send nothing themselves.
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ctpanel import resources
from ctpanel.app.ports import SecretsUnavailable
from ctpanel.crosstrade.transport import trusted_context
from ctpanel.domain.limits import SETTLE
from ctpanel.domain.outcomes import VerdictKind
from ctpanel.domain.report import ReverseEnded
from ctpanel.domain.reverse import Plan
from ctpanel.domain.state import PanelState
from ctpanel.lifetime import Panel, Script
from ctpanel.local.secrets import platform_backend
from ctpanel.options import PanelCommand
from ctpanel.output import complain, say
from ctpanel.ui.application import PanelView
from ctpanel.ui.numbers import clock_time
from ctpanel.ui.present import event, status

READY_WITHIN: Final = 20.0
VERDICT_WITHIN: Final = 35.0

RunPanel = Callable[[PanelCommand, Script | None], int]


async def until(panel: Panel, holds: Callable[[PanelState], bool], seconds: float) -> bool:
    """Wait for the state to satisfy `holds`."""
    store = panel.parts.store
    try:
        async with asyncio.timeout(seconds):
            while not holds(store.state):
                await asyncio.sleep(0.02)
    except TimeoutError:
        return False
    return True


async def one_reversal(panel: Panel, view: PanelView) -> ReverseEnded | None:
    """Press Reverse as soon as it may be pressed; the end of it, or None."""

    def ready(state: PanelState) -> bool:
        settled = state.now - state.offer_since > SETTLE
        return isinstance(state.offer, Plan) and settled

    if not await until(panel, ready, READY_WITHIN):
        return None
    view.window.reverse.animateClick()
    await until(panel, lambda s: isinstance(s.last_event, ReverseEnded), VERDICT_WITHIN)
    last = panel.parts.store.state.last_event
    return last if isinstance(last, ReverseEnded) else None


def demonstrate(out: Path, run_panel: RunPanel) -> int:
    """Print the timeline of one reversal and write what the window looked like."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return complain(f"the folder for the pictures cannot be made: {error}")

    async def script(panel: Panel, view: PanelView) -> int:
        view.dress("light")
        ended = await one_reversal(panel, view)
        for report in panel.parts.store.state.reports:
            say(f"{clock_time(report.at)}  {event(report.event)}")
        await asyncio.sleep(0.5)
        for choice in ("light", "dark"):
            view.dress(choice)
            picture = out / f"ctpanel-{choice}.png"
            await asyncio.sleep(0.2)  # polished by Qt's own loop; a nested one would lose tasks
            if not view.window.grab().save(str(picture)):
                return complain(f"{picture} could not be written")
            say(f"wrote {picture}")
        return 0 if ended is not None and ended.verdict.kind is VerdictKind.REVERSED else 1

    with tempfile.TemporaryDirectory(prefix="ctpanel-demo-") as folder:
        return run_panel(PanelCommand(paper=True, data_dir=Path(folder)), script)


def self_test(run_panel: RunPanel) -> int:
    """Prove that this installation has all its parts, and that one reversal goes through."""

    async def script(panel: Panel, view: PanelView) -> int:
        failures = [name for name, holds in _parts().items() if not holds()]
        ended = await one_reversal(panel, view)
        if ended is None or ended.verdict.kind is not VerdictKind.REVERSED:
            failures.append(f"one reversal ({status(panel.parts.store.state)})")
        if failures:
            return complain(f"self-test failed: {', '.join(failures)}")
        say(event(ended) if ended else "")
        say("self-test passed")
        return 0

    with tempfile.TemporaryDirectory(prefix="ctpanel-self-test-") as folder:
        return run_panel(PanelCommand(paper=True, data_dir=Path(folder)), script)


def _parts() -> dict[str, Callable[[], bool]]:
    return {
        "trust store": lambda: trusted_context().check_hostname,
        "resources": _resources_are_there,
        "keyring backend": _keyring_is_built,
    }


def _resources_are_there() -> bool:
    names = ("instruments.json", "panel.qss", "icon.png")
    return all(resources.read_bytes(name) for name in names)


def _keyring_is_built() -> bool:
    """The platform's backend is part of the program; whether a store is running is not our part."""
    try:
        platform_backend()
    except SecretsUnavailable as problem:
        say(str(problem))
        return "No module" not in str(problem)
    return True
