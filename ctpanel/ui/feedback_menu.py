"""What the menu has of feedback: sounds on and off, their dialog, why a trader may miss a call."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from ctpanel.app.desk import Desk
from ctpanel.app.ports import Sounds
from ctpanel.domain.feedback import Sound, SoundChoice


class FeedbackMenu(QObject):
    """Entries of the panel's menu, above its last group.

    `problems` are asked each time the menu is opened; each is a sentence, or "".

    Signals:
        dialog_wanted: from the menu.
        tried: (Sound, path, problem) - what became of `try_out`; from the thread of the sounds.
    """

    dialog_wanted = Signal()
    tried = Signal(object, str, str)

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
        self.edit = menu.addAction("Sounds…", self.dialog_wanted.emit)
        self.lines = [menu.addAction("") for _ in problems]
        menu.insertActions(last_group, [self.switch, self.edit, *self.lines])
        menu.aboutToShow.connect(self._refresh)
        self._refresh()

    def choose(self, choices: Mapping[Sound, SoundChoice]) -> None:
        """Have the sounds played so from now on, and remember it."""
        self._keep(on=self._desk.settings.sound_on, choices=choices)

    def try_out(self, sound: Sound, file: str, aloud: bool) -> None:  # noqa: FBT001 - Qt's signal
        """See whether a file can be used, and play it if `aloud`."""
        self._sounds.try_out(sound, file, partial(self.tried.emit, sound, file), aloud=aloud)

    def _chosen(self, on: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._keep(on=on, choices=self._desk.settings.sounds)

    def _keep(self, *, on: bool, choices: Mapping[Sound, SoundChoice]) -> None:
        self._desk.keep_sounds(on=on, choices=choices)
        self._sounds.use(on=on, choices=choices)

    def _refresh(self) -> None:
        for line, problem in zip(self.lines, self._problems, strict=True):
            text = problem()
            line.setText(text.replace("&", "&&"))
            line.setVisible(bool(text))
            line.setEnabled(False)
