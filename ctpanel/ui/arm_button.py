"""The button Arm hotkeys: pressed while they are armed it disarms, else it arms.

Whether they can be armed is not decided here; that no click arms which was meant to disarm is.
"""

from typing import Final

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QPushButton, QWidget

from ctpanel.domain.limits import HOLD_AFTER_PRESS

ARM: Final = "Arm hotkeys"


class ArmButton(QPushButton):
    """Down while hotkeys are armed.

    Signals:
        wanted: whether hotkeys are to be armed.
    """

    wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ARM, parent)
        self.setObjectName("arm")
        self.setAccessibleName(ARM)
        self.setCheckable(True)
        self.setAutoDefault(False)
        self._is_armed = False
        self._was_armed_at_press = False
        self._disarmed_for = QElapsedTimer()
        self.pressed.connect(self._on_pressed)
        self.clicked.connect(self._on_clicked)

    def show_armed(self, is_armed: bool) -> None:  # noqa: FBT001 - as Qt's setChecked
        """Show how they stand."""
        if self._is_armed and not is_armed:
            self._disarmed_for.start()
        self._is_armed = is_armed
        self.setChecked(is_armed)

    def _on_pressed(self) -> None:
        self._was_armed_at_press = self._is_armed

    def _on_clicked(self) -> None:
        """They may have disarmed under the finger, or an instant before: nobody arms them then."""
        disarms = self._is_armed or self._was_armed_at_press
        self._was_armed_at_press = False
        self.setChecked(self._is_armed)  # by the state alone
        if disarms:
            self.wanted.emit(False)  # noqa: FBT003 - Qt takes it by position
        elif not self._has_just_disarmed():
            self.wanted.emit(True)  # noqa: FBT003 - same

    def _has_just_disarmed(self) -> bool:
        told = self._disarmed_for
        return told.isValid() and told.elapsed() < HOLD_AFTER_PRESS * 1000

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The second press of a double click is no press."""
        event.accept()
