"""The dialog that takes the API token: unseen, uncopied, wiped after use. It tries nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ctpanel.domain.state import TokenPrompt
from ctpanel.ui.controls import GAP, SMALL, plain_label


class TokenDialog(QDialog):
    """Takes the API token, once, unseen.

    Signals:
        offered: (token text, whether to save it).
    """

    offered = Signal(str, bool)

    def __init__(self, server: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("API token")
        self.setAccessibleName("API token")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.token = QLineEdit()
        self.token.setAccessibleName("Token")
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.token.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.save = QPushButton("Save")
        self.session_only = QPushButton("Use for this session only")
        self.cancel = QPushButton("Cancel")
        self._message = plain_label("", "message")
        self._message.setWordWrap(True)
        self._lay_out(server)
        self.save.clicked.connect(lambda: self._offer(save=True))
        self.session_only.clicked.connect(lambda: self._offer(save=False))
        self.cancel.clicked.connect(self.reject)

    def _lay_out(self, server: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP * 2, GAP * 2, GAP * 2, GAP * 2)
        column.setSpacing(GAP)
        heading = plain_label(f"Token for {server}", factor=1.15)
        column.addWidget(heading)
        hint = plain_label(
            "CrossTrade shows it on your My Account page. It can trade every linked account: "
            "treat it like a password. Save puts it into this computer's credential store.",
            "muted",
            SMALL,
        )
        hint.setWordWrap(True)
        column.addWidget(hint)
        caption = plain_label("Token", "caption", SMALL)
        caption.setBuddy(self.token)
        column.addWidget(caption)
        column.addWidget(self.token)
        self._message.setMinimumHeight(self._message.fontMetrics().lineSpacing() * 3)
        column.addWidget(self._message)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.cancel, self.session_only, self.save):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        self.save.setAutoDefault(True)
        column.addLayout(buttons)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0" * 56))

    def _offer(self, *, save: bool) -> None:
        self.offered.emit(self.token.text(), save)

    def render_prompt(self, prompt: TokenPrompt) -> None:
        """Show how the last attempt went."""
        self._message.setText("Checking…" if prompt.is_checking else prompt.problem)
        for widget in (self.token, self.save, self.session_only):
            widget.setEnabled(not prompt.is_checking)
        self.session_only.setVisible(prompt.may_skip_saving)

    def wipe(self) -> None:
        """Forget what was typed."""
        self.token.clear()
