"""What the menu says of feedback: the switch for sounds, and why a trader may miss a call."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from ctpanel.app.desk import Desk
from ctpanel.app.ports import Sounds


class FeedbackMenu(QObject):
    """Entries of the panel's menu, above its last group.

    `problems` are asked each time the menu is opened; each is a sentence, or "".
    """

    def __init__(
        self, menu: QMenu, desk: Desk, sounds: Sounds, *problems: Callable[[], str]
    ) -> None:
        super().__init__(menu)
        self._desk = desk
        self._sounds = sounds
        self._problems = problems
        last_group = menu.actions()[-2]
        self.switch = menu.addAction("Sounds")
        self.switch.setCheckable(True)
        self.switch.setChecked(desk.settings.sound_on)
        self.switch.toggled.connect(self._chosen)
        self.lines = [menu.addAction("") for _ in problems]
        menu.insertActions(last_group, [self.switch, *self.lines])
        menu.aboutToShow.connect(self._refresh)
        self._refresh()

    def _chosen(self, on: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._desk.keep_sounds(on=on, choices=self._desk.settings.sounds)
        self._sounds.use(on=on, choices=self._desk.settings.sounds)

    def _refresh(self) -> None:
        for line, problem in zip(self.lines, self._problems, strict=True):
            text = problem()
            line.setText(text.replace("&", "&&"))
            line.setVisible(bool(text))
            line.setEnabled(False)
