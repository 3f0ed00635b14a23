"""The key field: the next press by its place, whatever is printed on the key."""

import sys

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout
from pytestqt.qtbot import QtBot

from ctpanel.domain.chord import Chord, Modifier, plain_label
from ctpanel.domain.places import PLACES
from ctpanel.ui.key_recorder import UNKNOWN, KeyRecorder, Listening, modifiers_of

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
CHORD = Chord.parse("Ctrl+Alt+KeyR")
OF_X = 8

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="keycodes as X counts them")


@pytest.fixture
def dialog(qtbot: QtBot) -> QDialog:
    """It has to outlive what stands in it."""
    made = QDialog()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def recorder(dialog: QDialog) -> KeyRecorder:
    """In a dialog that is shown, with the focus."""
    made = KeyRecorder(plain_label)
    QVBoxLayout(dialog).addWidget(made)
    dialog.show()
    dialog.activateWindow()
    made.setFocus()
    return made


def press(
    recorder: KeyRecorder,
    key: Qt.Key,
    place: str = "",
    held: Qt.KeyboardModifier = NONE,
    *,
    repeats: bool = False,
) -> None:
    """A key press as X tells it."""
    code = PLACES[place].evdev + OF_X if place else 0
    kind = QEvent.Type.KeyPress
    QApplication.sendEvent(recorder, QKeyEvent(kind, key, held, code, 0, 0, "", repeats))


def heard(recorder: KeyRecorder) -> list[object]:
    """What it will say it was given."""
    given: list[object] = []
    recorder.changed.connect(given.append)
    return given


def test_a_press_is_taken_by_its_place_not_by_what_it_writes(recorder: KeyRecorder) -> None:
    given = heard(recorder)
    recorder.click()
    press(recorder, Qt.Key.Key_Z, "KeyY", CTRL | ALT)
    assert given == [Chord.parse("Ctrl+Alt+KeyY")]


def test_modifiers_alone_are_shown_and_not_taken(recorder: KeyRecorder) -> None:
    given = heard(recorder)
    recorder.click()
    press(recorder, Qt.Key.Key_Alt, held=CTRL)  # X tells what was held before it
    assert (given, recorder.text(), recorder.is_listening) == ([], "Ctrl+Alt+…", True)


def test_escape_leaves_the_key_as_it_was_and_the_dialog_open(recorder: KeyRecorder) -> None:
    given = heard(recorder)
    recorder.show_chord(CHORD)
    recorder.click()
    press(recorder, Qt.Key.Key_Escape, "Escape")
    assert (given, recorder.text(), recorder.is_listening) == ([], "Ctrl+Alt+R", False)
    assert recorder.window().isVisible()


def test_backspace_takes_the_key_away(recorder: KeyRecorder) -> None:
    given = heard(recorder)
    recorder.show_chord(CHORD)
    recorder.click()
    press(recorder, Qt.Key.Key_Backspace, "Backspace")
    assert (given, recorder.text()) == ([None], "No key")


def test_with_modifiers_backspace_is_a_key_like_any_other(recorder: KeyRecorder) -> None:
    given = heard(recorder)
    recorder.click()
    press(recorder, Qt.Key.Key_Backspace, "Backspace", ALT)
    assert given == [Chord.parse("Alt+Backspace")]


def test_tab_is_recorded_and_does_not_move_the_focus(recorder: KeyRecorder) -> None:
    given = heard(recorder)
    recorder.click()
    press(recorder, Qt.Key.Key_Tab, "Tab", CTRL | ALT)
    assert given == [Chord.parse("Ctrl+Alt+Tab")]


def test_while_it_does_not_listen_a_press_is_not_recorded(recorder: KeyRecorder) -> None:
    given = heard(recorder)
    press(recorder, Qt.Key.Key_R, "KeyR", CTRL | ALT)
    assert given == []


def test_a_key_that_repeats_is_not_recorded(recorder: KeyRecorder) -> None:
    given = heard(recorder)
    recorder.click()
    press(recorder, Qt.Key.Key_R, "KeyR", CTRL | ALT, repeats=True)
    assert given == []


def test_a_key_without_a_name_is_said_and_listening_goes_on(recorder: KeyRecorder) -> None:
    recorder.click()
    press(recorder, Qt.Key.Key_VolumeUp, held=CTRL)
    assert (recorder.text(), recorder.is_listening) == (UNKNOWN, True)


def test_it_stops_listening_when_the_focus_goes(recorder: KeyRecorder) -> None:
    said: list[bool] = []
    recorder.listening.connect(said.append)
    recorder.click()
    recorder.clearFocus()
    assert said == [True, False]


def test_it_stops_listening_when_its_dialog_goes(recorder: KeyRecorder) -> None:
    said: list[bool] = []
    recorder.listening.connect(said.append)
    recorder.click()
    recorder.window().hide()
    assert said == [True, False]


def test_a_press_that_is_tried_is_said_and_changes_nothing(recorder: KeyRecorder) -> None:
    given = heard(recorder)
    tried: list[object] = []
    recorder.tried.connect(tried.append)
    recorder.show_chord(CHORD)
    recorder.listen(Listening.TEST)
    press(recorder, Qt.Key.Key_T, "KeyT", CTRL | ALT)
    assert (given, tried, recorder.text()) == ([], [Chord.parse("Ctrl+Alt+KeyT")], "Ctrl+Alt+R")


def test_the_space_bar_begins_to_listen(recorder: KeyRecorder) -> None:
    QTest.keyClick(recorder, Qt.Key.Key_Space)
    assert recorder.is_listening


def test_a_key_the_keyboard_calls_by_an_ampersand_is_shown_whole(qtbot: QtBot) -> None:
    recorder = KeyRecorder(lambda _: "Ctrl+&")
    qtbot.addWidget(recorder)
    recorder.show_chord(CHORD)
    assert (recorder.text(), recorder.accessibleDescription()) == ("Ctrl+&&", "Ctrl+&")


def test_on_macos_qt_calls_the_command_key_control(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert modifiers_of(CTRL) == {Modifier.META}
