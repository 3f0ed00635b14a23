"""Pressing Reverse and its neighbours: with the mouse, with keys, twice, and for too long."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from ctpanel.domain.outcomes import Code, Field, VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.readings import with_orders, with_position
from ctpanel.domain.report import Act, ActEnded, PressDenied, ReverseEnded
from ctpanel.domain.state import Link
from ctpanel.domain.values import Side
from ctpanel.paper.faults import Faults
from ctpanel.ui.dialogs import ConfirmFlatten, ConfirmReverse
from tests.fakes.fake_server import FakeServer
from tests.ui.conftest import OpenPanel, Shown

LEFT = Qt.MouseButton.LeftButton


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, LEFT)


def key(button: QPushButton, code: Qt.Key, *, repeats: int = 0) -> None:
    """Press and release a key, with the repeats a held key gives in between."""
    none = Qt.KeyboardModifier.NoModifier
    for repeat in range(repeats + 1):
        down = QKeyEvent(QEvent.Type.KeyPress, code, none, "\r", repeat > 0)
        QApplication.sendEvent(QApplication.focusWidget() or button, down)
    up = QKeyEvent(QEvent.Type.KeyRelease, code, none)
    QApplication.sendEvent(QApplication.focusWidget() or button, up)


def slow() -> FakeServer:
    """A server whose answer to an order takes long enough to look at the window."""
    return FakeServer(faults=Faults(close_delay_ms=500))


def reverses(panel: Shown) -> int:
    return sum(call[0] == "reverse_position" for call in panel.bench.server.sent)


async def test_a_click_reverses_and_the_button_shows_the_way_back(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        click(panel.window.reverse)
        await panel.bench.idle()
        ended = panel.bench.events[-1]
        assert isinstance(ended, ReverseEnded)
        assert ended.verdict.kind is VerdictKind.REVERSED
        await panel.bench.until(lambda _: panel.window.reverse.isEnabled())
        assert panel.window.reverse.text() == "Reverse   SHORT 3 → LONG 3"


async def test_the_button_shows_its_phase_and_takes_no_press(open_panel: OpenPanel) -> None:
    async with open_panel(slow()) as panel:
        click(panel.window.reverse)
        await panel.bench.until(lambda _: not panel.window.reverse.isEnabled())
        assert panel.window.reverse.text() == "Reverse: sending"
        await panel.bench.idle()


async def test_what_a_press_changes_is_drawn_after_its_order_had_the_first_turn(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        before = panel.window.reverse.text()
        click(panel.window.reverse)
        assert panel.state.in_flight
        assert panel.window.reverse.text() == before
        await panel.bench.idle()


async def test_a_double_click_sends_one_order(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        button = panel.window.reverse
        QTest.mouseClick(button, LEFT)
        QTest.mouseDClick(button, LEFT)
        await panel.bench.idle()
        QTest.mouseDClick(button, LEFT)
        await panel.bench.idle()
        assert reverses(panel) == 1


@pytest.mark.parametrize("code", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
async def test_a_held_key_sends_one_order_and_presses_nothing_else(
    open_panel: OpenPanel, code: Qt.Key
) -> None:
    async with open_panel(slow()) as panel:
        panel.window.reverse.setFocus()
        key(panel.window.reverse, code, repeats=40)
        while panel.state.in_flight:
            key(panel.window.reverse, code, repeats=5)
            await asyncio.sleep(0.02)
        assert [call[0] for call in panel.bench.server.sent] == ["reverse_position"]


async def test_the_focus_comes_back_to_the_button_after_the_verdict(open_panel: OpenPanel) -> None:
    async with open_panel(slow()) as panel:
        panel.window.reverse.setFocus()
        key(panel.window.reverse, Qt.Key.Key_Return)
        await panel.bench.until(lambda _: not panel.window.reverse.isEnabled())
        assert QApplication.focusWidget() is None
        await panel.bench.until(lambda _: panel.window.reverse.isEnabled())
        assert panel.window.focusWidget() is panel.window.reverse


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
async def test_only_the_left_button_presses(open_panel: OpenPanel, button: Qt.MouseButton) -> None:
    async with open_panel() as panel:
        QTest.mouseClick(panel.window.reverse, button)
        await panel.bench.idle()
        assert reverses(panel) == 0


async def test_a_press_can_be_abandoned_by_leaving_the_button(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        button = panel.window.reverse
        QTest.mousePress(button, LEFT)
        QTest.mouseRelease(button, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(-50, -50))
        await panel.bench.idle()
        assert reverses(panel) == 0


async def test_a_position_that_changes_under_the_finger_denies_the_press(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        await panel.still()
        button = panel.window.reverse
        QTest.mousePress(button, LEFT)
        state = panel.state
        assert state.key is not None
        at, known = state.now + 0.01, state.orders["Sim101"].value
        changed = with_position(state, state.key, Position(Side.LONG, 2), at)
        panel.bench.store.update(lambda _: with_orders(changed, "Sim101", known, at))
        QTest.mouseRelease(button, LEFT)
        event = panel.bench.events[-1]
        assert isinstance(event, PressDenied)
        assert event.denied.code is Code.POSITION_CHANGED
        assert reverses(panel) == 0


async def test_a_button_that_is_disabled_under_the_finger_says_why_nothing_was_sent(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        await panel.still()
        button = panel.window.reverse
        QTest.mousePress(button, LEFT)
        panel.bench.store.update(lambda state: replace(state, link=Link.UNREACHABLE))
        QTest.mouseRelease(button, LEFT)
        await asyncio.sleep(0.05)
        denials = [e for e in panel.bench.events if isinstance(e, PressDenied)]
        assert [e.denied.code for e in denials] == [Code.NOT_CONNECTED]
        assert reverses(panel) == 0


async def test_enter_in_a_field_does_not_reverse(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.window.ticket.quantity.setFocus()
        QTest.keyClick(panel.window.ticket.quantity, Qt.Key.Key_Return)
        QTest.keyClick(panel.window.market.instrument, Qt.Key.Key_Return)
        await panel.bench.idle()
        assert reverses(panel) == 0


async def test_a_screen_readers_press_is_a_press(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.window.reverse.click()
        await panel.bench.idle()
        assert reverses(panel) == 1


# --- being asked ------------------------------------------------------------------------------


async def live(panel: Shown) -> ConfirmReverse:
    """Press Reverse on a live account; the question."""
    panel.bench.desk.choose_account("LIVE-001")
    await panel.bench.until(
        lambda s: panel.window.reverse.isEnabled() and s.now - s.offer_since > 0.4
    )
    click(panel.window.reverse)
    dialog = panel.window.findChild(ConfirmReverse)
    assert isinstance(dialog, ConfirmReverse)
    return dialog


async def test_the_question_names_everything_and_its_button_the_result(
    open_panel: OpenPanel,
) -> None:
    async with open_panel(FakeServer(on_paper=False)) as panel:
        dialog = await live(panel)
        said = " ".join(label.text() for label in dialog.findChildren(QLabel))
        dialog.reject()
        assert dialog.act.text() == "Reverse to LONG 2"
        for part in ("SHORT 2 → LONG 2", "LIVE-001 (LIVE)", "MES 12-26", "BUY 2 MARKET DAY"):
            assert part in said


async def test_the_question_begins_with_a_live_account(open_panel: OpenPanel) -> None:
    async with open_panel(FakeServer(on_paper=False)) as panel:
        dialog = await live(panel)
        first = min(dialog.findChildren(QLabel), key=lambda label: label.y())
        dialog.reject()
        assert first.text() == "⚠ This is a LIVE account."


async def test_the_question_has_its_focus_on_cancel(open_panel: OpenPanel) -> None:
    async with open_panel(FakeServer(on_paper=False)) as panel:
        dialog = await live(panel)
        assert dialog.focusWidget() is dialog.cancel
        dialog.reject()


async def test_a_click_in_the_first_moment_confirms_nothing(open_panel: OpenPanel) -> None:
    async with open_panel(FakeServer(on_paper=False)) as panel:
        dialog = await live(panel)
        click(dialog.act)
        await asyncio.sleep(0.1)
        assert panel.state.confirming is not None
        assert reverses(panel) == 0
        dialog.reject()


async def test_a_confirmed_question_sends_one_order(open_panel: OpenPanel) -> None:
    async with open_panel(FakeServer(on_paper=False)) as panel:
        dialog = await live(panel)
        await asyncio.sleep(0.35)
        click(dialog.act)
        await panel.bench.idle()
        assert reverses(panel) == 1


@pytest.mark.parametrize("code", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
async def test_esc_and_enter_on_the_question_send_nothing(
    open_panel: OpenPanel, code: Qt.Key
) -> None:
    async with open_panel(FakeServer(on_paper=False)) as panel:
        dialog = await live(panel)
        await asyncio.sleep(0.35)
        QTest.keyClick(dialog, code)
        await asyncio.sleep(0.05)
        assert panel.state.confirming is None
        assert reverses(panel) == 0


async def test_a_question_closes_when_the_ticket_changes(open_panel: OpenPanel) -> None:
    async with open_panel(FakeServer(on_paper=False)) as panel:
        dialog = await live(panel)
        panel.bench.desk.edit(Field.QUANTITY, "1")
        assert not dialog.isVisible()
        assert panel.state.confirming is None


async def test_flatten_asks_and_names_the_account(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        click(panel.window.safety.buttons[Act.FLATTEN])
        dialog = panel.window.findChild(ConfirmFlatten)
        assert isinstance(dialog, ConfirmFlatten)
        assert dialog.act.text() == "Flatten Sim101"
        assert panel.bench.server.sent == []
        await asyncio.sleep(0.35)
        click(dialog.act)
        await panel.bench.idle()
        assert [call[0] for call in panel.bench.server.sent] == ["flatten"]


async def test_close_position_needs_one_click(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        click(panel.window.safety.buttons[Act.CLOSE])
        await panel.bench.idle()
        ended = panel.bench.events[-1]
        assert isinstance(ended, ActEnded)
        assert ended.position is not None
        assert ended.position.is_flat


async def test_a_drawing_fault_does_not_lose_the_order_and_blocks_the_next(
    open_panel: OpenPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_panel() as panel:

        def fail(_state: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(panel.window.card, "render_state", fail)
        click(panel.window.reverse)
        await panel.bench.idle()
        assert isinstance(panel.bench.events[-1], ReverseEnded)
        assert panel.bench.errors
        panel.bench.errors.clear()
