"""The dialog of the sounds: heard before it is saved, and what is wrong stands beside its field."""

import asyncio
import sys
import threading

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ctpanel.domain.feedback import Sound, SoundChoice
from ctpanel.ui.dialogs import DEAD_TIME_MS
from ctpanel.ui.sound_words import MEANINGS, NOT_WHOLE, OFF, ON
from ctpanel.ui.sounds_dialog import SoundsDialog
from tests.ui.conftest import OpenPanel, Shown

LONG_ENOUGH = DEAD_TIME_MS / 1000 + 0.05
SENT, REFUSED = Sound.SENT, Sound.REFUSED
MINE = "C:\\mine.wav" if sys.platform == "win32" else "/mine.wav"
BROKEN = "Your sound mine.wav is not played, the built-in one is: it is empty."


async def opened(panel: Shown) -> SoundsDialog:
    panel.view.feedback.edit.trigger()
    dialog = panel.window.findChild(SoundsDialog)
    assert isinstance(dialog, SoundsDialog)
    await asyncio.sleep(LONG_ENOUGH)
    return dialog


def type_over(dialog: SoundsDialog, sound: Sound, text: str) -> None:
    field = dialog.fields[sound]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def said(dialog: SoundsDialog, sound: Sound) -> str:
    return dialog._notes[sound].text()


async def test_sounds_stands_in_the_menu_below_their_switch(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        menu = panel.window.link_bar.menu.menu()
        assert menu is not None
        texts = [action.text() for action in menu.actions() if action.isVisible()]
        assert texts.index("Sounds…") == texts.index("Sounds") + 1


async def test_what_is_saved_is_in_use_and_remembered(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        type_over(dialog, SENT, MINE)
        dialog.boxes[REFUSED].click()
        dialog.act.click()
        await panel.bench.desk.saved()
        for kept in (panel.bench.sounds.choices, panel.bench.settings.saved[-1].sounds):
            assert kept[SENT] == SoundChoice(file=MINE)
            assert kept[REFUSED] == SoundChoice(muted=True)


async def test_a_cancelled_choice_changes_nothing(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        dialog.boxes[SENT].click()
        dialog.cancel.click()
        assert panel.bench.sounds.choices == {}
        assert panel.bench.desk.settings.sounds == {}


async def test_what_was_chosen_is_shown(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        chosen = {SENT: SoundChoice(file=MINE), REFUSED: SoundChoice(muted=True)}
        panel.view.feedback.choose(chosen)
        dialog = await opened(panel)
        found = dialog.choices()
        dialog.reject()
        assert {s: c for s, c in found.items() if c != SoundChoice()} == chosen


async def test_saving_does_not_switch_sounds_on(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.view.feedback.switch.trigger()
        dialog = await opened(panel)
        assert dialog.note.text() == OFF
        dialog.act.click()
        assert not panel.bench.sounds.is_on


async def test_test_plays_what_the_field_says_before_it_is_saved(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        assert dialog.note.text() == ON
        type_over(dialog, SENT, f'"{MINE}"')
        dialog.tests[SENT].click()
        dialog.tests[REFUSED].click()
        dialog.reject()
        aloud = [(sound, file) for sound, file, was_aloud in panel.bench.sounds.tried if was_aloud]
        assert aloud == [(SENT, MINE), (REFUSED, "")]
        assert panel.bench.sounds.choices == {}


async def test_a_file_that_cannot_be_used_says_so_when_the_field_is_left(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        panel.bench.sounds.wrong[MINE] = BROKEN
        dialog = await opened(panel)
        type_over(dialog, SENT, MINE)
        QTest.keyClick(dialog.fields[SENT], Qt.Key.Key_Tab)
        assert panel.bench.sounds.tried == [(SENT, MINE, False)]
        assert said(dialog, SENT) == BROKEN
        assert dialog.fields[SENT].accessibleDescription() == BROKEN
        dialog.reject()


async def test_a_chosen_file_that_cannot_be_used_says_so_at_once(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        panel.bench.sounds.wrong[MINE] = BROKEN
        panel.view.feedback.choose({SENT: SoundChoice(file=MINE)})
        dialog = await opened(panel)
        assert said(dialog, SENT) == BROKEN
        dialog.reject()


async def test_late_news_of_a_file_that_is_no_longer_in_the_field_are_dropped(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        type_over(dialog, SENT, MINE)
        dialog.tell(SENT, f"{MINE}.old", BROKEN)
        assert said(dialog, SENT) == MEANINGS[SENT]
        dialog.reject()


async def test_news_from_the_thread_of_the_sounds_reach_the_dialog_in_the_windows_own(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        type_over(dialog, SENT, MINE)
        thread = threading.Thread(target=panel.view.feedback.tried.emit, args=(SENT, MINE, BROKEN))
        thread.start()
        thread.join()
        assert said(dialog, SENT) == MEANINGS[SENT]
        await asyncio.sleep(0.01)
        assert said(dialog, SENT) == BROKEN
        dialog.reject()


async def test_nothing_can_be_saved_or_heard_while_a_path_is_not_whole(
    open_panel: OpenPanel,
) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        type_over(dialog, SENT, "mine.wav")
        assert said(dialog, SENT) == NOT_WHOLE
        assert (dialog.act.isEnabled(), dialog.tests[SENT].isEnabled()) == (False, False)
        type_over(dialog, SENT, MINE)
        assert (dialog.act.isEnabled(), dialog.tests[SENT].isEnabled()) == (True, True)
        dialog.reject()


async def test_enter_in_a_field_saves_nothing(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        type_over(dialog, SENT, MINE)
        QTest.keyClick(dialog.fields[SENT], Qt.Key.Key_Return)
        assert dialog.isVisible()
        assert panel.bench.sounds.choices == {}
        dialog.reject()


async def test_every_control_is_reached_with_the_tab_key(open_panel: OpenPanel) -> None:
    async with open_panel() as panel:
        dialog = await opened(panel)
        wanted = {*dialog.fields.values(), *dialog.tests.values(), *dialog.boxes.values()}
        reached = set()
        for _ in range(len(wanted) + 5):
            QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
            reached.add(dialog.focusWidget())
        dialog.reject()
        assert wanted <= reached
