"""`python -m tests.benchmarks.panel ORIGIN CERTIFICATE FOLDER`: the real panel.

Built and started by the program's own composition root and lifetime. Replaced are only the trust
store, which has one authority more, and two things a press would otherwise wait for: the clock can
be set forward past the hold after a press, and the allowance of 3 requests a second is not kept.
"""

import os
import ssl
import sys
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from unittest.mock import patch

from ctpanel import main
from ctpanel.app.ports import Settings, Token, TokenHolder
from ctpanel.crosstrade.budget import Budget
from ctpanel.crosstrade.transport import trusted_context
from ctpanel.domain.limits import Limits
from ctpanel.hotkeys.choose import system_hotkeys
from ctpanel.lifetime import Panel, live
from ctpanel.local.clock import SystemClock
from ctpanel.local.halt import HaltFile
from ctpanel.local.instance import hold
from ctpanel.local.paths import prepare
from ctpanel.local.secrets import SessionSecrets
from ctpanel.local.settings import as_text
from ctpanel.ui import aio
from ctpanel.ui.application import PanelView, make_application
from tests.benchmarks.presses import Presser
from tests.benchmarks.shots import take_shots
from tests.benchmarks.world import ACCOUNTS, CONTRACT


class LeapingClock(SystemClock):
    """The system's clock, which can be set forward."""

    ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


class NoLimit(Budget):
    """Counts requests and never lets one wait."""

    async def take_in_turn(self, reserve: float = 0.0) -> None:
        self.take()


def place(origin: str, folder: Path) -> main.Place:
    """A panel's place, its ticket filled in."""
    paths, token = prepare(folder, on_paper=True), Token("bench")
    settings = Settings(account=ACCOUNTS[0], instrument=CONTRACT.name)
    paths.settings.write_text(as_text(settings))
    return main.Place(
        paths,
        hold(paths.lock),
        origin,
        True,  # noqa: FBT003 - on paper
        TokenHolder(token),
        SessionSecrets(token),
        HaltFile(paths.halt),
        *((system_hotkeys,) if "DISPLAY" in os.environ else ()),
    )


def trusting(certificate: str) -> ssl.SSLContext:
    tls = trusted_context()
    tls.load_verify_locations(certificate)
    return tls


def run(origin: str, certificate: str, folder: str) -> int:
    clock = LeapingClock()

    async def script(panel: Panel, view: PanelView) -> int:
        many = Limits(per_minute=60, per_day=5000, daily_loss=Decimal(10**6))
        panel.parts.store.update(lambda state: replace(state, limits=many))
        presser = Presser(panel, view, partial(_leap, clock))
        shots = {
            "panel_rest": presser.press_over_rest,
            "panel_rest_cold": presser.press_cold,
            "panel_stream": presser.press_over_stream,
            "hotkey_to_wire": presser.press_by_hotkey,
            "fanout_20": presser.fan_out,
            "journal_commit": presser.commit,
            "loop_gap": presser.gaps,
        }
        await take_shots(shots)
        return 0

    app = make_application()
    build = partial(main.build, place(origin, Path(folder)))
    with (
        patch.object(main, "SystemClock", lambda: clock),
        patch.object(main, "Budget", NoLimit),
        patch.object(main, "trusted_context", lambda: trusting(certificate)),
    ):
        return aio.run(app, lambda: live(app, build, script))


def _leap(clock: LeapingClock, seconds: float) -> None:
    clock.ahead += seconds


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
