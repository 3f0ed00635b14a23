"""The link bar, the question about the stream, and the price strip."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from ctpanel.app.ports import Settings
from ctpanel.domain.live import StreamLink, StreamStatus
from ctpanel.domain.order import OrderState
from ctpanel.domain.outcomes import Verdict, VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.report import Report, ReverseEnded
from ctpanel.domain.state import Link, PanelState, Read
from ctpanel.domain.stream import AccountPnl, BridgeState, Evicted, Opened
from ctpanel.domain.values import OrderType, Side
from ctpanel.ui.link_words import stream_mark
from ctpanel.ui.numbers import MINUS
from tests.fakes.clocks import START
from tests.fakes.examples import order, plan
from tests.ui.conftest import OpenPanel, Shown

Change = Callable[[PanelState], PanelState]


def old(name: str) -> Change:
    """One of the things that are read has stopped."""

    def change(state: PanelState) -> PanelState:
        now = state.now + 10
        fresh = {
            "held": {k: Read(r.value, now) for k, r in state.held.items()},
            "listed_at": dict.fromkeys(state.listed_at, now),
            "quotes": {k: Read(r.value, now) for k, r in state.quotes.items()},
            "orders": {k: Read(r.value, now) for k, r in state.orders.items()},
        }
        for kept in name.split():
            del fresh[kept]
        return replace(state, now=now, **fresh)  # type: ignore[arg-type]  # by name

    return change


STATES: dict[str, Change] = {
    "all well": lambda s: s,
    "no prices": old("quotes"),
    "no orders": old("orders"),
    "no positions": old("held listed_at"),
    "add-on offline": lambda s: replace(s, link=Link.ADDON_OFFLINE),
    "server unreachable": lambda s: replace(s, link=Link.UNREACHABLE),
    "stream up": lambda s: replace(s, stream=StreamStatus(StreamLink.UP)),
    "stream slow": lambda s: replace(s, stream=StreamStatus(StreamLink.SLOW)),
    "stream down": lambda s: replace(s, stream=StreamStatus(StreamLink.DOWN, "reset")),
    "evicted": lambda s: replace(s, stream=StreamStatus(StreamLink.EVICTED, "elsewhere")),
    "syncing": lambda s: replace(s, stream=StreamStatus(StreamLink.UP, bridge=BridgeState.SYNCING)),
}


def looks(panel: Shown) -> tuple[str, ...]:
    bar = panel.window.link_bar
    marks = (bar._bridge, bar._stream)
    tips = tuple(mark.toolTip() for mark in marks)
    return (bar._dot.text(), bar._words.toolTip(), *(mark.text() for mark in marks), *tips)


@pytest.mark.parametrize("bridge", [b for b in BridgeState if b is not BridgeState.READY])
def test_a_stream_that_no_order_takes_does_not_say_that_they_go_over_it(
    bridge: BridgeState,
) -> None:
    mark = stream_mark(StreamStatus(StreamLink.UP, bridge=bridge))
    assert (mark.text, mark.tone) == ("Stream ▲", "warn")
    assert "orders go over REST" in mark.sentence


async def test_every_kind_of_trouble_looks_different(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        base, seen = panel.bench.state, {}
        for name, change in STATES.items():
            panel.draw(change(base))
            seen[name] = looks(panel)
        assert len(set(seen.values())) == len(seen), seen


@pytest.mark.parametrize("name", [name for name in STATES if name.startswith("no ")])
async def test_what_has_stopped_is_never_one_green_light(open_panel: OpenPanel, name: str) -> None:
    async with open_panel() as panel:
        await panel.still()
        panel.draw(STATES[name](panel.bench.state))
        assert panel.window.link_bar._dot.text() == "▲"


@pytest.mark.parametrize(
    ("allowance", "cells"), [(20, "▮▮▮▮▮"), (13, "▮▮▮▯▯"), (0, "▯▯▯▯▯"), (None, "")]
)
async def test_the_budget_is_shown_in_cells_and_said_in_words(
    open_panel: OpenPanel, allowance: int | None, cells: str
) -> None:
    async with open_panel() as panel:
        await panel.still()
        panel.draw(replace(panel.bench.state, allowance=allowance))
        budget = panel.window.link_bar._budget
        assert budget.text() == cells
        if allowance is not None:
            assert budget.accessibleName() == f"Budget: {allowance} of 20 requests"


async def test_orders_that_were_never_read_are_not_called_none(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        panel.draw(replace(panel.bench.state, orders={}))
        assert panel.window.tables._orders.nothing == "Not read yet"


async def test_orders_that_are_old_say_how_old(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        panel.draw(STATES["no orders"](panel.bench.state))
        assert panel.window.tables.tabText(0).endswith(" s old")
        assert panel.window.tables._orders.nothing.endswith(" s ago")


async def test_what_an_account_has_realised_is_shown_once_it_is_told(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        card, base = panel.window.card, panel.bench.state
        panel.draw(replace(base, pnl={}))
        assert not card._realised.isVisible()
        pnl = {"Sim101": Read(AccountPnl("Sim101", realised=Decimal("-12.50")), base.now)}
        panel.draw(replace(base, pnl=pnl))
        assert card._realised.isVisible()
        assert card._realised.text() == f"{MINUS}$12.50"


# --- the question about the stream ------------------------------------------------------------


def button(panel: Shown, text: str) -> QPushButton:
    (found,) = (b for b in panel.window.banners.findChildren(QPushButton) if b.text() == text)
    return found


def answered(panel: Shown) -> bool:
    return not any(
        b.text() == "REST only" and b.isVisible()
        for b in panel.window.banners.findChildren(QPushButton)
    )


async def test_the_stream_is_asked_for_before_it_is_used(open_panel: OpenPanel) -> None:
    async with open_panel(wants_stream=None) as panel:
        assert panel.bench.stream.runs == 0
        button(panel, "Use the stream").click()
        await asyncio.sleep(0)
        assert panel.bench.stream.runs == 1
        assert answered(panel)


@pytest.mark.parametrize(("text", "use"), [("Use the stream", True), ("REST only", False)])
async def test_the_answer_about_the_stream_is_remembered_for_that_server(
    open_panel: OpenPanel, text: str, *, use: bool
) -> None:
    async with open_panel(wants_stream=None) as panel:
        panel.bench.store.update(lambda s: replace(s, on_paper=False))
        button(panel, text).click()
        await panel.bench.desk.saved()
        assert panel.bench.desk.settings.streams == {"https://example.test": use}


async def test_one_who_has_answered_is_not_asked_again(open_panel: OpenPanel) -> None:
    async with open_panel(wants_stream=None) as panel:
        panel.bench.store.update(lambda s: replace(s, wants_stream=False))
        assert answered(panel)


def action(panel: Shown, text: str) -> QAction:
    menu = panel.window.link_bar.menu.menu()
    assert menu is not None
    (found,) = (a for a in menu.actions() if a.text() == text)
    return found


async def test_a_stream_that_was_taken_over_is_asked_back_from_the_menu(
    open_panel: OpenPanel,
) -> None:
    async with open_panel(wants_stream=None) as panel:
        button(panel, "Use the stream").click()
        panel.bench.stream.say(Opened(), Evicted("Session active elsewhere"))
        await panel.bench.until(lambda s: s.stream.link is StreamLink.EVICTED)
        use = action(panel, "Use the live stream")
        assert not use.isChecked()
        use.trigger()
        await asyncio.sleep(0)
        assert panel.bench.stream.runs == 2


# --- the price strip --------------------------------------------------------------------------


async def test_the_strip_draws_prices_and_levels_and_can_be_hidden(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        strip, shown = panel.window.strip, action(panel, "Price strip")
        assert not strip.isVisible()
        shown.setChecked(True)
        stop = order(
            "a",
            order_type=OrderType.STOPMARKET,
            state=OrderState.WORKING,
            filled=0,
            stop_price=Decimal("5004.75"),
            name="<b>Stop1",
        )
        base = panel.bench.state
        panel.draw(replace(base, orders={"Sim101": Read((stop,), base.now)}))
        assert strip._plot is not None
        texts = [words.toPlainText() for _, words in strip._plot._levels]
        assert [text.split()[0] for text in texts] == ["LONG", "<b>Stop1"]
        shown.setChecked(False)
        assert not strip.isVisible()


async def test_a_reverse_stands_on_the_strip_when_it_was_proved_and_where(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        await panel.still()
        base = panel.bench.state
        short = Position(Side.SHORT, 3, Decimal(5012))
        reverse = ReverseEnded(plan(), Verdict(VerdictKind.REVERSED, short), 0.9)
        base = replace(base, reports=(Report(START, reverse),))
        panel.draw(base)
        action(panel, "Price strip").setChecked(True)
        panel.draw(replace(base, ticket=replace(base.ticket, account="Sim102")))
        plot = panel.window.strip._plot
        assert plot is not None
        assert len(plot._marks.getData()[0]) == 0
        panel.draw(replace(base, now=base.now + 60))
        assert plot._marks.getData()[0] == pytest.approx([-60], abs=1)


async def test_the_strip_is_remembered(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        action(panel, "Price strip").setChecked(True)
        assert panel.bench.desk.settings.strip
    async with open_panel(remembered=Settings(strip=True)) as panel:
        assert panel.window.strip.isVisible()


async def test_a_panel_without_its_strip_has_not_loaded_the_plot(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        assert panel.window.strip._plot is None
