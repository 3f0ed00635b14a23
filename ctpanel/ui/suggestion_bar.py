"""What may be done next after a bad end: one line and one button, which only opens a question."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ctpanel.domain.correction import Suggestion
from ctpanel.domain.outcomes import Denied
from ctpanel.domain.reverse import Shown
from ctpanel.domain.state import PanelState
from ctpanel.ui.controls import GAP, plain_label, plain_tip
from ctpanel.ui.denials import named_denial
from ctpanel.ui.present import correction, order_words


class SuggestionBar(QFrame):
    """Right below the status line that says what happened; away when nothing is suggested.

    Signals:
        wanted: its button was pressed, with the `Shown` it stood for.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("suggestion")
        self._shown: Shown | None = None
        self._text = plain_label()
        self._text.setWordWrap(True)
        self._text.setMinimumHeight(self._text.fontMetrics().lineSpacing() * 2)  # steady height
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.act = QPushButton()
        self.act.setAutoDefault(False)
        self.act.clicked.connect(lambda: self.wanted.emit(self._shown))
        line = QHBoxLayout(self)
        line.setContentsMargins(GAP, GAP, GAP, GAP)
        line.addWidget(self._text, 1)
        line.addWidget(self.act)
        self.hide()

    def render_state(self, state: PanelState) -> None:
        """Show what is suggested, and why it cannot be pressed when it cannot."""
        suggestion = state.suggestion
        may_press = suggestion is not None and not isinstance(suggestion.offer, Denied)
        if self.act.hasFocus() and not may_press:
            self.act.clearFocus()  # Qt would hand the focus, and a held key, to the next button
        self.act.setEnabled(may_press)
        if suggestion is not None:
            self._show(suggestion)
        self.setVisible(suggestion is not None)

    def _show(self, suggestion: Suggestion) -> None:
        offer, fromto = suggestion.offer, f"{suggestion.start} → {suggestion.target}"
        self._shown = None if isinstance(offer, Denied) else offer.shown
        if isinstance(offer, Denied):
            why = f"{fromto}: not now, {named_denial(offer)}."
        else:
            order = order_words(offer.order, offer.tick_size)
            why = f"{fromto}: {order}. It asks first; nothing is sent by itself."
        self._text.setText(why)
        self.act.setText(f"{correction(suggestion.start, suggestion.target)} …")
        self.act.setAccessibleDescription(why)
        self.act.setToolTip(plain_tip(why))
