"""A held key, as X tells it: releases and presses in turn, which Qt may not see as repeats."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ctpanel.ui.held_keys import UP_FOR_MS, HeldKeys

ENTER = Qt.Key.Key_Return


class Keyboard:
    """Sends key events the way Qt does: to the window first, then to the focused widget."""

    def __init__(self, qtbot: QtBot, focused: QWidget) -> None:
        qtbot.addWidget(focused)
        self._parent = QObject()
        self._filter = HeldKeys(self._parent)
        self._window = QWindow()
        self._focused = focused

    def arrives(self, kind: QEvent.Type, at: int, key: Qt.Key = ENTER) -> bool:
        """Whether an event at a millisecond reaches the focused widget."""
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier)
        event.setTimestamp(at)
        assert not self._filter.eventFilter(self._window, event)
        return not self._filter.eventFilter(self._focused, event)

    def down(self, at: int, key: Qt.Key = ENTER) -> bool:
        return self.arrives(QEvent.Type.KeyPress, at, key)

    def up(self, at: int, key: Qt.Key = ENTER) -> bool:
        return self.arrives(QEvent.Type.KeyRelease, at, key)


def test_a_press_right_after_a_release_does_not_reach_a_button(qtbot: QtBot) -> None:
    keyboard = Keyboard(qtbot, QPushButton())
    assert keyboard.down(1000)
    assert keyboard.up(1500)
    assert not keyboard.down(1500)
    assert keyboard.up(1530)
    assert not keyboard.down(1531)


def test_a_press_after_the_shortest_pause_of_a_finger_reaches_it(qtbot: QtBot) -> None:
    keyboard = Keyboard(qtbot, QPushButton())
    keyboard.down(1000)
    keyboard.up(1100)
    assert keyboard.down(1100 + UP_FOR_MS)


def test_another_key_is_another_press(qtbot: QtBot) -> None:
    keyboard = Keyboard(qtbot, QPushButton())
    keyboard.down(1000)
    keyboard.up(1100)
    assert keyboard.down(1101, Qt.Key.Key_Space)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_A])
def test_typing_fast_in_a_field_loses_nothing(qtbot: QtBot, key: Qt.Key) -> None:
    keyboard = Keyboard(qtbot, QLineEdit())
    keyboard.down(1000, key)
    keyboard.up(1040, key)
    assert keyboard.down(1050, key)
