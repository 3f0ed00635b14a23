"""Arming in the window, what has the keyboard, and the keys that only the window hears."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ctpanel.domain.arming import Disarm
from ctpanel.domain.chord import KEYS, NO_KEY, Chord
from ctpanel.domain.limits import HOLD_AFTER_PRESS
from ctpanel.domain.outcomes import Code
from ctpanel.domain.report import ActSending, KeyIgnored, KeysDisarmed
from ctpanel.domain.state import Focus, Keys, Link
from ctpanel.domain.values import Confirming
from ctpanel.ui.guard_words import countdown
from ctpanel.ui.window_keys import sequence, unheard
from tests.ui.conftest import OpenPanel, Shown

LEFT = Qt.MouseButton.LeftButton
CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
CTRL_ALT_SHIFT = CTRL_ALT | Qt.KeyboardModifier.ShiftModifier


def word(panel: Shown) -> str:
    label = panel.window.findChild(QLabel, "keysword")
    assert isinstance(label, QLabel)
    return label.text()


async def settled(panel: Shown) -> Focus:
    """What has the keyboard, once the window has told."""
    await asyncio.sleep(0.05)
    return panel.state.focus


# --- arming -----------------------------------------------------------------------------------


async def test_a_click_arms_and_another_disarms(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        arm = panel.window.keys_bar.arm
        QTest.mouseClick(arm, LEFT)
        armed = (panel.state.armed is not None, arm.isChecked())
        QTest.mouseClick(arm, LEFT)
        assert (armed, panel.state.armed, arm.isChecked()) == ((True, True), None, False)


async def test_a_click_that_finds_them_just_disarmed_does_not_arm(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        arm = panel.window.keys_bar.arm
        panel.bench.hotkeys.arm()
        QTest.keyClick(panel.window, Qt.Key.Key_Escape)
        QTest.mouseClick(arm, LEFT)
        found = (panel.state.armed, arm.isChecked())
        await asyncio.sleep(HOLD_AFTER_PRESS + 0.05)  # Qt's loop may wake a moment early
        QTest.mouseClick(arm, LEFT)
        assert (found, panel.state.armed is not None) == ((None, False), True)


async def test_a_finger_that_came_down_to_disarm_does_not_arm(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        arm = panel.window.keys_bar.arm
        panel.bench.hotkeys.arm()
        QTest.mousePress(arm, LEFT)
        panel.bench.hotkeys.disarm(Disarm.IDLE)
        await asyncio.sleep(HOLD_AFTER_PRESS)
        QTest.mouseRelease(arm, LEFT)
        assert (panel.state.armed, arm.isChecked()) == (None, False)


async def test_a_double_click_that_disarms_does_not_arm_again(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        arm = panel.window.keys_bar.arm
        panel.bench.hotkeys.arm()
        QTest.mouseClick(arm, LEFT)
        QTest.mouseDClick(arm, LEFT)  # its second press alone
        QTest.mouseRelease(arm, LEFT)
        assert (panel.state.armed, arm.isChecked()) == (None, False)


async def test_an_armed_panel_says_so_with_the_time_left(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        assert word(panel) == "⌨ disarmed"
        panel.bench.hotkeys.arm()
        assert word(panel) in {"⌨ ARMED 10:00", "⌨ ARMED 9:59"}


async def test_an_armed_panel_has_the_word_in_its_title_and_a_frame(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        frame = panel.window.findChild(QWidget, "alarm")
        assert isinstance(frame, QWidget)
        before = frame.isVisible()
        panel.bench.hotkeys.arm()
        assert panel.window.windowTitle().startswith("ctpanel · ARMED · ")
        assert (before, frame.isVisible()) == (False, True)


async def test_the_frame_takes_no_click(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.bench.hotkeys.arm()
        at = panel.window.childAt(QPoint(panel.window.width() // 2, 6))
        assert at is not panel.window.findChild(QWidget, "alarm")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(600, "10:00"), (599.2, "10:00"), (65, "1:05"), (0.1, "0:01"), (0, "0:00")],
)
def test_the_time_left_ends_at_nothing(seconds: float, shown: str) -> None:
    assert countdown(seconds) == shown


async def test_what_keeps_it_from_being_armed_is_said(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.bench.halt.pull()
        arm = panel.window.keys_bar.arm
        assert not arm.isEnabled()
        assert arm.accessibleDescription() == arm.toolTip() == "The panel is halted."


@pytest.mark.parametrize("where", ["reverse", "quantity", "account", "tables", "nothing"])
async def test_esc_disarms_wherever_the_focus_is(open_panel: OpenPanel, where: str) -> None:
    async with open_panel() as panel:
        window = panel.window
        places: dict[str, QWidget | None] = {
            "reverse": window.reverse,
            "quantity": window.ticket.quantity,
            "account": window.market.account,
            "tables": window.tables,
            "nothing": None,
        }
        panel.bench.hotkeys.arm()
        place = places[where]
        if place is not None:
            place.setFocus()
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
        assert panel.bench.events[-1] == KeysDisarmed(Disarm.ESC, 10)


async def test_esc_in_an_open_list_only_closes_the_list(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.bench.hotkeys.arm()
        panel.window.ticket.entry.showPopup()
        popup = QApplication.activePopupWidget()
        assert popup is not None
        QTest.keyClick(QApplication.focusWidget() or popup, Qt.Key.Key_Escape)
        assert QApplication.activePopupWidget() is None
        assert panel.state.armed is not None


async def test_esc_in_a_dialog_only_closes_the_dialog(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.bench.hotkeys.arm()
        panel.view.dialogs.edit_strategies(panel.state)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
        assert panel.state.armed is not None


# --- what has the keyboard ----------------------------------------------------------------------


async def test_a_field_with_the_focus_is_typed_into(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        seen = [await settled(panel)]
        for field in (panel.window.ticket.quantity, panel.window.market.instrument):
            field.setFocus()
            seen.append(await settled(panel))
        panel.window.reverse.setFocus()
        seen.append(await settled(panel))
        assert seen == [Focus.NOTHING, Focus.TYPING, Focus.TYPING, Focus.NOTHING]


async def test_a_field_of_a_window_that_is_not_active_is_not_typed_into(
    open_panel: OpenPanel, qtbot: QtBot
) -> None:
    async with open_panel() as panel:
        quantity = panel.window.ticket.quantity
        quantity.setFocus()
        before = await settled(panel)
        other = QLineEdit()
        qtbot.addWidget(other)
        other.show()
        other.activateWindow()
        after = await settled(panel)
        assert panel.window.focusWidget() is quantity
        assert (before, after) == (Focus.TYPING, Focus.NOTHING)


async def test_an_open_dialog_has_the_keyboard_until_it_is_closed(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.view.dialogs.edit_strategies(panel.state)
        during = await settled(panel)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        dialog.close()
        assert (during, await settled(panel)) == (Focus.DIALOG, Focus.NOTHING)


async def test_an_open_menu_has_the_keyboard_until_it_is_closed(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        menu = panel.window.link_bar.menu.menu()
        assert menu is not None
        menu.popup(panel.window.pos())
        during = await settled(panel)
        menu.close()
        assert (during, await settled(panel)) == (Focus.DIALOG, Focus.NOTHING)


async def test_an_open_list_of_choices_has_the_keyboard(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.window.ticket.entry.showPopup()
        during = await settled(panel)
        panel.window.ticket.entry.hidePopup()
        assert during is Focus.DIALOG


# --- keys in the window -------------------------------------------------------------------------


async def without_keys(panel: Shown) -> None:
    """No system-wide key reaches the panel."""
    panel.bench.keys.problem = "This desktop gives no program the keys of others."
    await panel.bench.hotkeys.bind()


async def test_the_bar_says_that_keys_work_in_this_window_only(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await without_keys(panel)
        tips = [label.toolTip() for label in panel.window.keys_bar.findChildren(QLabel)]
        assert ("keys: this window only This desktop gives no program the keys of others.") in tips


async def test_a_key_of_the_window_does_its_presets_deed(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await without_keys(panel)
        QTest.keyClick(panel.window, Qt.Key.Key_H, CTRL_ALT)
        await asyncio.sleep(0.05)
        assert panel.state.halted is not None


async def test_a_key_of_the_window_works_while_a_field_has_the_focus(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        await without_keys(panel)
        panel.window.ticket.quantity.setFocus()
        QTest.keyClick(panel.window.ticket.quantity, Qt.Key.Key_C, CTRL_ALT_SHIFT)
        await asyncio.sleep(0.05)
        assert any(isinstance(e, ActSending) for e in panel.bench.events)
        await panel.bench.idle()


async def test_a_key_that_opens_risk_does_nothing_in_the_window_unless_armed(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        await without_keys(panel)
        QTest.keyClick(panel.window, Qt.Key.Key_R, CTRL_ALT)
        await asyncio.sleep(0.05)
        ignored = panel.bench.events[-1]
        assert isinstance(ignored, KeyIgnored)
        assert ignored.denied.code is Code.DISARMED


async def test_a_key_the_system_tells_of_is_not_heard_by_the_window_too(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        QTest.keyClick(panel.window, Qt.Key.Key_H, CTRL_ALT)
        await asyncio.sleep(0.05)
        assert panel.state.halted is None


async def test_only_a_preset_whose_key_could_not_be_had_is_heard_by_the_window(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        keys = Keys(missing={"Halt": "another program has it"})
        assert list(unheard(replace(panel.state, keys=keys))) == ["Halt"]


@pytest.mark.parametrize("place", sorted(KEYS.keys() - NO_KEY.keys()))
def test_every_place_of_a_key_is_a_key_of_qts(place: str) -> None:
    made = sequence(Chord.parse(f"Ctrl+Alt+{place}"))
    text = made.toString(QKeySequence.SequenceFormat.PortableText)
    assert text.startswith("Ctrl+Alt+")
    assert text != "Ctrl+Alt+"


def test_no_two_places_are_the_same_key() -> None:
    made = {sequence(Chord.parse(f"Ctrl+{place}")).toString() for place in KEYS.keys() - NO_KEY}
    assert len(made) == len(KEYS.keys() - NO_KEY.keys())


async def test_f1_asks_for_the_list_of_keys(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        with panel.bot.waitSignal(panel.window.keys_wanted, timeout=500):
            QTest.keyClick(panel.window, Qt.Key.Key_F1)


# --- what a press needs -------------------------------------------------------------------------


async def test_what_a_press_needs_is_shown_and_chosen_for_the_shown_account(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        confirm = panel.window.keys_bar.confirm
        before = confirm.currentText()
        confirm.setCurrentText("Ask")
        confirm.textActivated.emit("Ask")
        assert (before, panel.state.confirms) == ("Instant", Confirming.ASK)
        panel.bench.desk.choose_account("Sim102")
        assert confirm.currentText() == "Instant"


async def test_without_an_account_nothing_can_be_chosen(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        panel.draw(replace(panel.state, link=Link.NO_TOKEN, accounts=()))
        assert not panel.window.keys_bar.confirm.isEnabled()
