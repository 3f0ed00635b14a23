"""What an earlier run left open, at the next start."""

import asyncio

import pytest

from ctpanel.app.reopen import open_intents
from ctpanel.domain.outcomes import Cause, Code, Unknown, deny
from ctpanel.domain.reverse import Plan
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.examples import MES
from tests.fakes.fake_server import FakeServer
from tests.fakes.memory import MemoryJournal

KEY = ("Sim101", MES)
LOST = Unknown(Cause.DEADLINE, "ReadTimeout")


async def test_what_was_not_proved_before_is_locked_at_the_next_start_until_it_is_attested() -> (
    None
):
    first = Bench(FakeServer(outcomes_instead=[LOST]))
    await first.ready()
    first.press()
    await first.idle()
    await first.stop()
    second = Bench(journal=first.journal)
    await second.reverser.restore(open_intents(second.journal.rows, second.state.origin))
    second.start()
    await second.until(lambda s: s.position is not None)
    await asyncio.sleep(3)
    assert second.state.offer == deny(Code.UNKNOWN_OPEN)
    second.reverser.attest(KEY, "I checked NinjaTrader: position is LONG 3")
    await second.until(lambda s: isinstance(s.offer, Plan))
    await asyncio.sleep(0.1)
    await second.stop()
    assert open_intents(second.journal.rows, second.state.origin) == ()
    assert second.server.sent == []


@pytest.mark.parametrize("lost", [LOST, None], ids=["locked before", "killed while sending"])
async def test_a_lock_of_an_earlier_run_is_written_once_and_says_that_the_panel_ended(
    lost: Unknown | None,
) -> None:
    first = Bench(FakeServer(outcomes_instead=[LOST]))
    await first.ready()
    first.press()
    await first.idle()
    await first.stop()
    kept = [row for row in first.journal.rows if lost or row[1] == "SENDING"]
    second = Bench(journal=MemoryJournal(rows=kept))
    await second.reverser.restore(open_intents(tuple(kept), second.state.origin))
    assert second.state.locks[KEY].cause is Cause.PANEL_ENDED
    assert [row[1] for row in second.journal.rows].count("LOCKED") == 1
    if lost is None:
        assert second.journal.rows[-1][1:] == ("LOCKED", {"cause": "PANEL_ENDED"})
    await second.stop()


async def test_a_row_that_came_through_too_late_is_not_open_at_the_next_start() -> None:
    async with ready_panel(journal=MemoryJournal(failure="slow disk", times=1)) as bench:
        bench.press()
        await bench.idle()
        await asyncio.sleep(1)
        assert bench.journal.steps == ["NOT_SENT"]
        assert bench.server.sent == []
