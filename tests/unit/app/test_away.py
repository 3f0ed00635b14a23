"""A locked screen disarms hotkeys, though it is told in another thread."""

import asyncio

import pytest

from ctpanel.app.away import disarm_when_away
from ctpanel.app.ports import Away
from ctpanel.domain.arming import Disarm
from ctpanel.domain.report import KeysDisarmed
from tests.fakes.bench import Bench


def is_armed(bench: Bench) -> bool:
    return bench.state.armed is not None


@pytest.mark.parametrize(
    ("away", "why"), [(Away.LOCKED, Disarm.LOCKED), (Away.SLEEPING, Disarm.SLEPT)]
)
async def test_who_is_away_has_no_armed_keys(away: Away, why: Disarm) -> None:
    bench = Bench()
    await bench.ready()
    bench.hotkeys.arm()
    assert is_armed(bench)
    disarm_when_away(bench.lock, bench.hotkeys)
    bench.lock.happens(away)
    await asyncio.sleep(0.01)
    assert not is_armed(bench)
    assert [e.why for e in bench.events if isinstance(e, KeysDisarmed)] == [why]
    await bench.stop()
