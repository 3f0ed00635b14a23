"""Choosing and typing, as far as it reaches the server and the settings."""

import asyncio
from dataclasses import replace

import pytest

from ctpanel.app.desk import TYPING_PAUSE
from ctpanel.app.ports import Settings
from ctpanel.domain.outcomes import Code, Denied, Field
from ctpanel.domain.report import Notice, Noticed
from ctpanel.domain.values import Entry
from tests.fakes.bench import Bench
from tests.fakes.memory import MemorySettings


def quotes(bench: Bench) -> list[object]:
    return [call[1] for call in bench.server.calls if call[0] == "quote"]


async def test_a_chosen_instrument_becomes_the_servers_dated_contract() -> None:
    bench = Bench()
    await bench.ready()
    bench.desk.choose_instrument("mnq1!")
    await bench.until(lambda state: state.contract is not None)
    assert bench.state.ticket.instrument == "MNQ 12-26"
    await bench.stop()


async def test_a_typed_instrument_is_looked_up_when_the_typing_pauses() -> None:
    bench = Bench()
    await bench.ready()
    for text in ("M", "MN", "MNQ"):
        bench.desk.type_instrument(text)
        await asyncio.sleep(TYPING_PAUSE / 2)
    await bench.until(lambda state: state.contract is not None)
    assert "M" not in quotes(bench)
    assert "MNQ" in quotes(bench)
    await bench.stop()


async def test_a_found_contract_is_not_written_into_a_field_that_is_being_typed_in() -> None:
    bench = Bench()
    await bench.ready()
    bench.desk.type_instrument("MNQ")
    await bench.until(lambda state: state.contract is not None)
    assert bench.state.ticket.instrument == "MNQ"
    bench.desk.choose_instrument("MNQ")
    assert bench.state.ticket.instrument == "MNQ 12-26"
    await bench.stop()


@pytest.mark.parametrize("change", ["account", "instrument"])
async def test_what_was_meant_for_one_position_does_not_reach_another(change: str) -> None:
    bench = Bench()
    await bench.ready()
    bench.desk.edit(Field.ORDER_TYPE, "STOPLIMIT")
    for name in (Field.LIMIT_PRICE, Field.STOP_PRICE, Field.OCO_ID, Field.QUANTITY):
        bench.desk.edit(name, "7")
    if change == "account":
        bench.desk.choose_account("LIVE-001")
    else:
        bench.desk.choose_instrument("MGC")
    ticket = bench.state.ticket
    left = (ticket.limit_price, ticket.stop_price, ticket.oco_id, ticket.quantity)
    assert left == ("", "", "", None)
    await bench.stop()


async def test_an_unknown_instrument_is_said_and_can_be_replaced() -> None:
    bench = Bench()
    await bench.ready()
    bench.desk.choose_instrument("XXX")
    await asyncio.sleep(1)
    assert isinstance(bench.state.offer, Denied)
    assert bench.state.offer.code is Code.INSTRUMENT_NOT_FOUND
    bench.desk.choose_instrument("MES")
    await bench.until(lambda state: state.contract is not None)
    await bench.stop()


async def test_choosing_what_is_chosen_asks_nothing() -> None:
    bench = Bench()
    await bench.ready()
    before = bench.state.resolution
    bench.desk.choose_instrument("MES 12-26")
    assert bench.state.resolution == before
    await bench.stop()


async def test_choices_are_remembered() -> None:
    bench = Bench()
    await bench.ready()
    bench.desk.choose_account("Sim102")
    bench.desk.choose_instrument("MNQ")
    await bench.until(lambda state: state.contract is not None)
    await bench.stop()
    kept = bench.settings.saved[-1]
    assert (kept.account, kept.instrument) == ("Sim102", "MNQ 12-26")


async def test_remembered_choices_do_not_fade_while_the_server_is_away() -> None:
    remembered = Settings(account="Sim102", instrument="MNQ 12-26")
    bench = Bench(remembered=remembered)
    bench.store.subscribe(bench.desk.follow)
    bench.store.touch()
    await bench.stop()
    assert bench.desk.settings == remembered


async def test_typing_in_the_ticket_saves_nothing() -> None:
    bench = Bench()
    await bench.ready()
    await asyncio.sleep(1)
    before = len(bench.settings.saved)
    bench.desk.edit(Field.QUANTITY, "2")
    await asyncio.sleep(1)
    assert len(bench.settings.saved) == before
    await bench.stop()


async def test_settings_that_cannot_be_saved_are_said_and_nothing_else_stops() -> None:
    bench = Bench(settings=MemorySettings(failure="No space left on device"))
    await bench.ready()
    await asyncio.sleep(1)
    notice = Noticed(Notice.SETTINGS_NOT_SAVED, "No space left on device")
    assert notice in bench.events
    bench.press()
    await bench.idle()
    assert len(bench.server.sent) == 1
    await bench.stop()


async def test_recorded_strategies_are_kept() -> None:
    bench = Bench()
    await bench.ready()
    bench.desk.keep_strategies({"Scalp": 2, "Other": None})
    await bench.stop()
    assert bench.settings.saved[-1].strategies == {"Scalp": 2, "Other": None}


async def test_a_fresh_oco_id_is_another_one_each_time() -> None:
    bench = Bench()
    await bench.ready()
    bench.desk.make_oco_id()
    first = bench.state.ticket.oco_id
    bench.desk.make_oco_id()
    assert first
    assert bench.state.ticket.oco_id != first
    await bench.stop()


async def test_a_read_notice_goes_away() -> None:
    bench = Bench()
    noticed = Noticed(Notice.SETTINGS_UNREADABLE, "settings.x.json")
    bench.store.update(lambda state: replace(state, notices=(noticed,)))
    bench.desk.dismiss_notice(noticed)
    assert bench.state.notices == ()
    await bench.stop()


async def test_the_way_of_entering_is_remembered_for_each_account() -> None:
    bench = Bench()
    await bench.ready()
    bench.desk.edit(Field.ENTRY, "Only when flat")
    chosen = []
    for account in ("Sim102", "Sim101"):
        bench.desk.choose_account(account)
        chosen.append(bench.state.ticket.entry)
    assert chosen == [Entry.ONE_CALL, Entry.ONLY_WHEN_FLAT]
    await bench.desk.saved()
    assert bench.settings.saved[-1].entries == {"Sim101": Entry.ONLY_WHEN_FLAT}
    await bench.stop()
