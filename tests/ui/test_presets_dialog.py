"""The dialogs of presets and of keys."""

import asyncio
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from ctpanel.domain.chord import Chord
from ctpanel.domain.outcomes import Code
from ctpanel.domain.places import PLACES
from ctpanel.domain.presets import STANDARD, Deed, Preset
from ctpanel.domain.report import KeyIgnored
from ctpanel.domain.state import Keys
from ctpanel.domain.values import OrderType
from ctpanel.ui.dialogs import DEAD_TIME_MS
from ctpanel.ui.keys_dialog import KeysDialog
from ctpanel.ui.preset_draft import Part
from ctpanel.ui.preset_words import as_text
from ctpanel.ui.presets_dialog import PresetsDialog
from tests.ui.conftest import OpenPanel, Shown

LONG_ENOUGH = DEAD_TIME_MS / 1000 + 0.05
HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
HOSTILE = '<img src="x">'


async def opened(panel: Shown, *presets: Preset) -> PresetsDialog:
    if presets:
        panel.bench.store.update(lambda state: replace(state, presets=presets))
    panel.window.presets_wanted.emit()
    dialog = panel.window.findChild(PresetsDialog)
    assert isinstance(dialog, PresetsDialog)
    await asyncio.sleep(LONG_ENOUGH)
    return dialog


def record(dialog: PresetsDialog, place: str) -> None:
    """Ctrl+Alt and a key, on the key field."""
    recorder = dialog.editor.recorder
    if not recorder.is_listening:
        recorder.click()
    code = PLACES[place].evdev + 8
    kind = QEvent.Type.KeyPress
    QApplication.sendEvent(recorder, QKeyEvent(kind, Qt.Key.Key_A, HELD, code, 0, 0))


def retype(dialog: PresetsDialog, part: Part, text: str) -> None:
    field = dialog.editor.fields[part]
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)


def said(dialog: PresetsDialog | KeysDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


on_x = pytest.mark.skipif(sys.platform != "linux", reason="keycodes as X counts them")


async def test_cancel_has_the_focus(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        assert dialog.focusWidget() is dialog.cancel
        dialog.reject()


async def test_presets_that_are_not_touched_are_saved_as_they_were(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        dialog.act.click()
        assert panel.state.presets == STANDARD


async def test_an_edited_preset_is_kept_and_the_hotkeys_are_disarmed(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        panel.bench.hotkeys.arm()
        dialog = await opened(panel)
        retype(dialog, Part.QUANTITY, "4")
        dialog.act.click()
        assert panel.state.presets[0].quantity == 4
        assert panel.bench.desk.settings.presets[0].quantity == 4
        assert panel.state.armed is None


async def test_a_cancelled_edit_changes_nothing(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        retype(dialog, Part.QUANTITY, "4")
        dialog.cancel.click()
        assert panel.state.presets == STANDARD


async def test_nothing_can_be_saved_while_a_field_is_wrong(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        retype(dialog, Part.QUANTITY, "many")
        assert not dialog.act.isEnabled()
        assert dialog.note.text().startswith("Reverse: Quantity: ")
        assert dialog.editor.quantity.property("invalid") == "true"
        dialog.reject()


async def test_two_of_one_name_cannot_be_saved(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        retype(dialog, Part.NAME, "Halt")
        assert dialog.note.text() == "Two presets are called Halt."
        dialog.reject()


async def test_what_a_preset_does_is_said_in_words_as_it_is_edited(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        retype(dialog, Part.INSTRUMENT, "MESZ6")
        retype(dialog, Part.QUANTITY, "2")
        summary = dialog.editor.summary.text()
        dialog.reject()
        assert summary.startswith(
            "Reverse MES 12-26 of the account shown in the window into 2 contracts"
        )


async def test_an_offset_waits_for_an_order_type_that_has_it(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        editor = dialog.editor
        enabled = []
        for kind in OrderType:
            editor.order_type.setCurrentText(kind.value)
            enabled.append((editor.limit_ticks.isEnabled(), editor.stop_ticks.isEnabled()))
        dialog.reject()
        assert enabled == [(kind.needs_limit, kind.needs_stop) for kind in OrderType]


async def test_accounts_are_ticked(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        dialog.editor.accounts.setFocus()
        dialog.editor.accounts.setCurrentRow(1)
        QTest.keyClick(dialog.editor.accounts, Qt.Key.Key_Space)
        dialog.act.click()
        assert panel.state.presets[0].accounts == (panel.state.accounts[1].name,)


async def test_a_new_one_a_copy_and_one_taken_away(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel, STANDARD[0])
        dialog.add.click()
        dialog.list.setCurrentRow(0)
        dialog.duplicate.click()
        dialog.list.setCurrentRow(0)
        dialog.remove.click()
        found = [(preset.name, preset.chord) for preset in dialog.presets()]
        dialog.reject()
        assert found == [("New preset", None), ("Reverse 2", None)]


async def test_all_of_them_can_be_taken_away(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel, STANDARD[0])
        dialog.remove.click()
        assert not dialog.editor.isEnabled()
        dialog.act.click()
        assert panel.state.presets == ()


async def test_the_choice_in_the_list_is_what_the_editor_shows(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        shown = []
        for row in range(dialog.list.count()):
            dialog.list.setCurrentRow(row)
            shown.append(dialog.editor.draft().preset(panel.state.today))
        dialog.reject()
        assert tuple(shown) == STANDARD


async def test_an_account_that_is_gone_is_marked_and_can_be_saved(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel, replace(STANDARD[0], accounts=("Gone",)))
        assert "The server does not list Gone" in said(dialog)
        assert dialog.list.item(0).text().startswith("⚠")
        assert dialog.act.isEnabled()
        dialog.reject()


async def test_an_expired_contract_is_marked(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel, replace(STANDARD[0], instrument="MES 12-20"))
        assert "MES 12-20 has expired" in said(dialog)
        dialog.reject()


async def test_what_the_system_said_of_a_key_stands_beside_it(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        await panel.still()
        why = "Ctrl+Alt+R is taken by another program."
        panel.bench.store.update(lambda s: replace(s, keys=Keys(missing={"Reverse": why})))
        dialog = await opened(panel)
        assert why in said(dialog)
        dialog.reject()


@on_x
async def test_a_recorded_key_is_bound_when_it_is_saved(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        record(dialog, "KeyY")
        dialog.act.click()
        wanted = Chord.parse("Ctrl+Alt+KeyY")
        await panel.bench.until(lambda _: panel.bench.keys.bound["Reverse"] == wanted)


@on_x
async def test_a_key_another_preset_has_is_said_at_once_and_not_saved(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        record(dialog, "KeyH")
        assert "Halt has this key already." in said(dialog)
        assert not dialog.act.isEnabled()
        dialog.reject()


@on_x
async def test_a_key_that_belongs_to_the_system_is_said_and_not_saved(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        record(dialog, "F2")
        assert "Ctrl+Alt+F2 belongs to the system; choose another key." in said(dialog)
        assert not dialog.act.isEnabled()
        dialog.reject()


@on_x
async def test_a_key_that_is_tried_is_said_to_be_heard(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        dialog.editor.test.click()
        record(dialog, "KeyR")
        assert "Heard Ctrl+Alt+R. Nothing was done." in said(dialog)
        dialog.reject()


async def test_a_bound_key_that_is_tried_reaches_the_dialog_and_closes_nothing(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        dialog.list.setCurrentRow(2)
        dialog.editor.test.click()
        panel.bench.keys.press("Close")
        await asyncio.sleep(0.05)
        assert "Heard Ctrl+Alt+Shift+C. Nothing was done." in said(dialog)
        assert not panel.state.acts
        dialog.reject()


async def test_after_the_dialog_a_key_is_a_press_again(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        dialog.editor.recorder.click()
        dialog.reject()
        panel.bench.keys.press("Reverse")
        await asyncio.sleep(0.05)
        event = panel.bench.events[-1]
        assert isinstance(event, KeyIgnored)
        assert event.denied.code is Code.DISARMED


async def test_keys_that_cannot_be_had_are_shown_as_soon_as_they_are_saved(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        taken = Chord.parse("Ctrl+Alt+KeyT")
        panel.bench.keys.collisions[taken] = "Ctrl+Alt+T is taken by another program."
        dialog = await opened(panel, replace(STANDARD[0], chord=taken))
        dialog.act.click()
        await panel.bench.until(lambda state: bool(state.keys.missing))
        await asyncio.sleep(0.1)
        page = panel.window.findChild(KeysDialog)
        assert isinstance(page, KeysDialog)
        assert "Ctrl+Alt+T is taken by another program." in said(page)
        page.reject()


async def test_no_text_of_a_preset_is_taken_for_markup(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        hostile = Preset(HOSTILE, Deed.REVERSE, accounts=(HOSTILE,), strategy=HOSTILE)
        dialog = await opened(panel, hostile)
        formats = {label.textFormat() for label in dialog.findChildren(QLabel)}
        dialog.reject()
        panel.window.keys_wanted.emit()
        page = panel.window.findChild(KeysDialog)
        assert isinstance(page, KeysDialog)
        formats |= {label.textFormat() for label in page.findChildren(QLabel)}
        page.reject()
        assert formats == {Qt.TextFormat.PlainText}


async def test_f1_shows_what_every_key_does(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.window.activateWindow()
        QTest.keyClick(panel.window, Qt.Key.Key_F1)
        page = panel.window.findChild(KeysDialog)
        assert isinstance(page, KeysDialog)
        missing = [preset.name for preset in STANDARD if preset.name not in said(page)]
        page.reject()
        assert missing == []


async def test_the_page_of_keys_follows_the_keyboard_layout(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.window.keys_wanted.emit()
        page = panel.window.findChild(KeysDialog)
        assert isinstance(page, KeysDialog)
        await panel.still()
        panel.draw(replace(panel.state, keys=Keys(labels={"Reverse": "Ctrl+Alt+Ж"})))
        shown = said(page)
        page.reject()
        assert "Ctrl+Alt+Ж" in shown


async def test_the_page_of_keys_is_copied_as_text(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.window.keys_wanted.emit()
        page = panel.window.findChild(KeysDialog)
        assert isinstance(page, KeysDialog)
        await asyncio.sleep(LONG_ENOUGH)
        page.act.click()
        assert QGuiApplication.clipboard().text() == as_text(panel.state)
        assert page.isVisible()
        page.reject()
