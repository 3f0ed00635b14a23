"""Hold to fire: a press counts when the finger stayed down, by mouse or key, and only then."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ctpanel.domain.limits import HOLD_TO_FIRE
from ctpanel.domain.outcomes import Code, Field
from ctpanel.domain.report import PressDenied, ReverseSending
from ctpanel.domain.state import Link
from ctpanel.domain.values import Confirming
from ctpanel.ui.dialogs import ConfirmReverse
from ctpanel.ui.held_keys import STILL_DOWN
from tests.ui.conftest import OpenPanel, Shown

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
PRESS_KEYS = [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space]
LONG = HOLD_TO_FIRE + 0.2
SHORT = 0.15


@asynccontextmanager
async def held_panel(open_panel: OpenPanel) -> AsyncIterator[Shown]:
    """A panel whose account needs a press to be held; the button has the focus."""
    async with open_panel() as panel:
        account = panel.state.account
        assert account is not None
        panel.bench.desk.choose_confirmation(account, Confirming.HOLD)
        await panel.bench.desk.saved()
        panel.window.reverse.setFocus()
        yield panel


def reverses(panel: Shown) -> int:
    return sum(call[0] == "reverse_position" for call in panel.bench.server.sent)


def codes(panel: Shown) -> list[Code]:
    return [e.denied.code for e in panel.bench.events if isinstance(e, PressDenied)]


def key(panel: Shown, kind: QEvent.Type, code: Qt.Key, *, repeat: bool = False) -> None:
    QApplication.sendEvent(panel.window.reverse, QKeyEvent(kind, code, NONE, "", repeat))


def told_late(panel: Shown, release: Callable[[], None]) -> None:
    """Let go after 0.3 s; a window that stood still hears it behind the timers that are older."""
    timer = QTimer(panel.window)
    timer.setSingleShot(True)
    timer.timeout.connect(release)
    timer.start(300)


async def test_the_button_says_that_it_is_to_be_held(open_panel: OpenPanel) -> None:
    async with held_panel(open_panel) as panel:
        assert panel.window.reverse.accessibleDescription().endswith("hold to fire")


async def test_a_finger_that_stays_down_fires_once(open_panel: OpenPanel) -> None:
    async with held_panel(open_panel) as panel:
        QTest.mousePress(panel.window.reverse, LEFT)
        await asyncio.sleep(LONG)
        QTest.mouseRelease(panel.window.reverse, LEFT)
        await panel.bench.idle()
        assert (reverses(panel), codes(panel)) == (1, [])


async def test_nothing_is_sent_before_the_time_is_over(open_panel: OpenPanel) -> None:
    async with held_panel(open_panel) as panel:
        began = time.monotonic()
        QTest.mousePress(panel.window.reverse, LEFT)
        await panel.bench.until(lambda s: isinstance(s.last_event, ReverseSending))
        took = time.monotonic() - began
        QTest.mouseRelease(panel.window.reverse, LEFT)
        await panel.bench.idle()
        assert took >= HOLD_TO_FIRE


async def test_a_finger_that_is_let_go_sends_nothing_and_the_time_is_said(
    open_panel: OpenPanel,
) -> None:
    async with held_panel(open_panel) as panel:
        QTest.mousePress(panel.window.reverse, LEFT)
        await asyncio.sleep(SHORT)
        QTest.mouseRelease(panel.window.reverse, LEFT)
        denied = panel.bench.events[-1]
        await asyncio.sleep(LONG)
        assert isinstance(denied, PressDenied)
        assert denied.denied.code is Code.LET_GO
        assert SHORT - 0.06 <= float(dict(denied.denied.facts)["seconds"]) < HOLD_TO_FIRE
        assert (reverses(panel), panel.state.confirming) == (0, None)


async def test_a_finger_that_was_let_go_while_the_window_stood_still_sends_nothing(
    open_panel: OpenPanel,
) -> None:
    async with held_panel(open_panel) as panel:
        button = panel.window.reverse
        QTest.mousePress(button, LEFT)
        told_late(panel, lambda: QTest.mouseRelease(button, LEFT))
        await asyncio.sleep(SHORT)
        time.sleep(HOLD_TO_FIRE)  # noqa: ASYNC251 - the window stands still
        await asyncio.sleep(LONG)
        denied = panel.bench.events[-1]
        assert (reverses(panel), codes(panel)) == (0, [Code.LET_GO])
        assert isinstance(denied, PressDenied)
        assert float(dict(denied.denied.facts)["seconds"]) < HOLD_TO_FIRE


async def test_a_key_that_was_let_go_while_the_window_stood_still_sends_nothing(
    open_panel: OpenPanel,
) -> None:
    async with held_panel(open_panel) as panel:
        key(panel, QEvent.Type.KeyPress, Qt.Key.Key_Space)
        told_late(panel, lambda: key(panel, QEvent.Type.KeyRelease, Qt.Key.Key_Space))
        await asyncio.sleep(SHORT)
        time.sleep(HOLD_TO_FIRE)  # noqa: ASYNC251 - the window stands still
        await asyncio.sleep(LONG)
        assert (reverses(panel), codes(panel)) == (0, [Code.LET_GO])


async def test_a_tap_and_then_a_hold_right_behind_it_fires(open_panel: OpenPanel) -> None:
    async with held_panel(open_panel) as panel:
        QTest.mouseClick(panel.window.reverse, LEFT)
        double = QMouseEvent(
            QEvent.Type.MouseButtonDblClick,
            QPointF(panel.window.reverse.rect().center()),
            QPointF(panel.window.reverse.mapToGlobal(panel.window.reverse.rect().center())),
            LEFT,
            LEFT,
            NONE,
        )
        QApplication.sendEvent(panel.window.reverse, double)
        await asyncio.sleep(LONG)
        QTest.mouseRelease(panel.window.reverse, LEFT)
        await panel.bench.idle()
        assert (reverses(panel), codes(panel)) == (1, [Code.LET_GO])


async def test_a_finger_that_leaves_and_comes_back_sends_nothing(open_panel: OpenPanel) -> None:
    async with held_panel(open_panel) as panel:
        button = panel.window.reverse
        QTest.mousePress(button, LEFT)
        for place in (QPoint(-50, -50), button.rect().center()):
            QTest.mouseMove(button, place)
            await asyncio.sleep(SHORT)
        await asyncio.sleep(LONG)
        QTest.mouseRelease(button, LEFT)
        await panel.bench.idle()
        assert (reverses(panel), codes(panel)) == (0, [Code.LET_GO])


@pytest.mark.parametrize("code", PRESS_KEYS)
async def test_a_key_that_stays_down_fires_once_whatever_it_repeats(
    open_panel: OpenPanel, code: Qt.Key
) -> None:
    async with held_panel(open_panel) as panel:
        began = time.monotonic()
        key(panel, QEvent.Type.KeyPress, code)
        while not any(isinstance(e, ReverseSending) for e in panel.bench.events):
            await asyncio.sleep(0.03)
            key(panel, QEvent.Type.KeyRelease, code, repeat=True)
            key(panel, QEvent.Type.KeyPress, code, repeat=True)
            assert time.monotonic() - began < 5
        took = time.monotonic() - began
        key(panel, QEvent.Type.KeyRelease, code)
        await panel.bench.idle()
        assert took >= HOLD_TO_FIRE
        assert (reverses(panel), codes(panel)) == (1, [])


async def test_a_repeat_that_is_told_as_a_press_anew_is_one_hold(open_panel: OpenPanel) -> None:
    async with held_panel(open_panel) as panel:
        key(panel, QEvent.Type.KeyPress, Qt.Key.Key_Space)
        for _ in range(20):
            await asyncio.sleep(0.03)
            key(panel, QEvent.Type.KeyRelease, Qt.Key.Key_Space)
            QCoreApplication.sendEvent(panel.window.reverse, QEvent(STILL_DOWN))
        await panel.bench.until(lambda _: reverses(panel) > 0)
        await panel.bench.idle()
        assert (reverses(panel), codes(panel)) == (1, [])


@pytest.mark.parametrize("code", PRESS_KEYS)
async def test_a_key_that_is_let_go_sends_nothing(open_panel: OpenPanel, code: Qt.Key) -> None:
    async with held_panel(open_panel) as panel:
        key(panel, QEvent.Type.KeyPress, code)
        await asyncio.sleep(SHORT)
        key(panel, QEvent.Type.KeyRelease, code)
        await asyncio.sleep(LONG)
        assert (reverses(panel), codes(panel)) == (0, [Code.LET_GO])


async def test_a_key_let_go_at_the_last_moment_does_not_fire(open_panel: OpenPanel) -> None:
    async with held_panel(open_panel) as panel:
        key(panel, QEvent.Type.KeyPress, Qt.Key.Key_Space)
        began = time.monotonic()
        await asyncio.sleep(HOLD_TO_FIRE - 0.06)
        key(panel, QEvent.Type.KeyRelease, Qt.Key.Key_Space)
        in_time = time.monotonic() - began < HOLD_TO_FIRE
        await asyncio.sleep(LONG)
        assert reverses(panel) == (0 if in_time else 1)


async def test_a_hold_ends_when_the_focus_goes(open_panel: OpenPanel) -> None:
    async with held_panel(open_panel) as panel:
        key(panel, QEvent.Type.KeyPress, Qt.Key.Key_Space)
        panel.window.ticket.quantity.setFocus()
        await asyncio.sleep(LONG)
        assert (reverses(panel), codes(panel)) == (0, [Code.LET_GO])


async def test_an_offer_that_changes_ends_the_hold_and_says_why(open_panel: OpenPanel) -> None:
    async with held_panel(open_panel) as panel:
        QTest.mousePress(panel.window.reverse, LEFT)
        panel.bench.desk.edit(Field.QUANTITY, "2")
        await asyncio.sleep(LONG)
        QTest.mouseRelease(panel.window.reverse, LEFT)
        await asyncio.sleep(0.05)
        assert (reverses(panel), codes(panel)) == (0, [Code.POSITION_CHANGED])


async def test_an_offer_that_goes_ends_the_hold_and_says_why(open_panel: OpenPanel) -> None:
    async with held_panel(open_panel) as panel:
        await panel.still()
        QTest.mousePress(panel.window.reverse, LEFT)
        panel.bench.store.update(lambda state: replace(state, link=Link.UNREACHABLE))
        await asyncio.sleep(LONG)
        QTest.mouseRelease(panel.window.reverse, LEFT)
        assert (reverses(panel), codes(panel)) == (0, [Code.NOT_CONNECTED])


async def test_a_press_without_a_finger_is_asked_about(open_panel: OpenPanel) -> None:
    async with held_panel(open_panel) as panel:
        panel.window.reverse.click()
        dialog = panel.window.findChild(ConfirmReverse)
        assert isinstance(dialog, ConfirmReverse)
        dialog.reject()
        assert reverses(panel) == 0


async def test_what_is_held_grows_on_the_button_and_is_gone_afterwards(
    open_panel: OpenPanel,
) -> None:
    async with held_panel(open_panel) as panel:
        button = panel.window.reverse
        at_rest = button.grab().toImage()
        QTest.mousePress(button, LEFT)
        await asyncio.sleep(SHORT)
        left, right = (
            QPoint(8, button.height() - 5),
            QPoint(button.width() - 8, button.height() - 5),
        )
        image = button.grab().toImage()
        during = (image.pixelColor(left).name(), image.pixelColor(right).name())
        QTest.mouseRelease(button, LEFT)
        assert during[0] == "#ffffff"
        assert during[1] == at_rest.pixelColor(right).name()
        assert button.grab().toImage().pixelColor(left).name() != "#ffffff"
