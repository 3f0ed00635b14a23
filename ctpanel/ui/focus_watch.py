"""Tells what in the window has the keyboard. What follows from it is decided elsewhere."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from ctpanel.domain.state import Focus

_TYPED_INTO: Final = (QLineEdit, QComboBox, QAbstractSpinBox, QTextEdit, QPlainTextEdit)
_BLOCKING: Final = (QEvent.Type.WindowBlocked, QEvent.Type.WindowUnblocked)


class FocusWatch(QObject):
    """Looks whenever something may have changed, once that is over.

    A field keeps Qt's focus while another program has the keyboard: nobody types into it then.

    Signals:
        seen: the Focus now.
    """

    seen = Signal(object)

    def __init__(self, window: QWidget, app: QApplication) -> None:
        super().__init__(window)
        self._window = window
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(lambda: self.seen.emit(self.look()))
        app.focusChanged.connect(self._look_soon)
        app.applicationStateChanged.connect(self._look_soon)
        window.installEventFilter(self)
        for menu in window.findChildren(QMenu):
            menu.aboutToShow.connect(self._look_soon)
            menu.aboutToHide.connect(self._look_soon)

    def _look_soon(self, *_what: object) -> None:
        self._soon.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """A dialog that opens or closes may do so without the focus moving."""
        if watched is self._window and event.type() in _BLOCKING:
            self._look_soon()
        return False

    def look(self) -> Focus:
        """What has the keyboard at this moment."""
        if QApplication.activeModalWidget() or QApplication.activePopupWidget():
            return Focus.DIALOG
        focused = QApplication.focusWidget() if self._window.isActiveWindow() else None
        return Focus.TYPING if isinstance(focused, _TYPED_INTO) else Focus.NOTHING
