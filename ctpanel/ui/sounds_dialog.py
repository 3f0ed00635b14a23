"""The dialog of the sounds: which are heard, and as which file. Words are in sound_words.py.

It opens no file: whoever plays the sounds says whether one can be used.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from ctpanel.domain.feedback import Sound, SoundChoice
from ctpanel.ui.controls import Entry, scale_font
from ctpanel.ui.sheet import Note, Rows, Sheet, mark
from ctpanel.ui.sound_words import (
    LONGEST_PATH,
    MEANINGS,
    NAMES,
    OFF,
    ON,
    OWN_FILES,
    typed_path,
    wrong_path,
)

TEST: Final = "Test"


class SoundsDialog(Sheet):
    """A file, a button to hear it, and a box to mute it, for every sound.

    Signals:
        wanted: (Sound, path, whether to play it) - is to be tried; `tell` takes the answer.

    Attributes:
        fields: the path of each sound's own file; "" is the built-in one.
        tests: the button that plays it.
        boxes: whether it is muted.
    """

    wanted = Signal(object, str, bool)

    def __init__(
        self, choices: Mapping[Sound, SoundChoice], *, on: bool, parent: QWidget | None
    ) -> None:
        super().__init__("Sounds", "Save", parent)
        self.fields = {sound: Entry(f"{NAMES[sound]}: own file") for sound in Sound}
        self.tests = {sound: QPushButton(TEST) for sound in Sound}
        self.boxes = {sound: QCheckBox() for sound in Sound}
        self._notes: dict[Sound, Note] = {}
        self.say(OWN_FILES)
        self.put_page(self._rows())
        self.note.say(ON if on else OFF, "muted" if on else "warning")
        for sound in Sound:
            self._show(sound, choices.get(sound, SoundChoice()))

    def _rows(self) -> Rows:
        rows = Rows()
        for sound in Sound:
            field, test, box = self.fields[sound], self.tests[sound], self.boxes[sound]
            field.setMaxLength(LONGEST_PATH)
            field.textChanged.connect(partial(self._judge, sound))
            field.editingFinished.connect(partial(self._try, sound, aloud=False))
            test.setAccessibleName(f"{TEST} {NAMES[sound]}")
            test.setAutoDefault(False)
            test.clicked.connect(partial(self._try, sound, aloud=True))
            box.setAccessibleName(f"{NAMES[sound]}: muted")
            scale_font(box, 1.0)
            self._notes[sound] = rows.add(field, MEANINGS[sound])
            rows.beside(test)
            rows.add(box)
        rows.finish()
        return rows

    def _show(self, sound: Sound, choice: SoundChoice) -> None:
        self.fields[sound].show_text(choice.file)
        self.boxes[sound].setChecked(choice.muted)

    def open(self) -> None:
        """Show it, and have the files looked at that are chosen already."""
        super().open()
        for sound, field in self.fields.items():
            if field.text():
                self._try(sound, aloud=False)

    def choices(self) -> dict[Sound, SoundChoice]:
        """What is chosen for each sound, as the dialog stands."""
        return {
            sound: SoundChoice(self.boxes[sound].isChecked(), typed_path(field.text()))
            for sound, field in self.fields.items()
        }

    def tell(self, sound: Sound, file: str, problem: str) -> None:
        """How a file that was to be tried can be used; late news of another file are dropped."""
        if typed_path(self.fields[sound].text()) == file:
            self._mark(sound, problem)

    def _judge(self, sound: Sound, text: str) -> None:
        self._mark(sound, wrong_path(text))
        self.act.setEnabled(not any(wrong_path(field.text()) for field in self.fields.values()))

    def _try(self, sound: Sound, *_: object, aloud: bool) -> None:
        text = self.fields[sound].text()
        if not wrong_path(text):
            self.wanted.emit(sound, typed_path(text), aloud)

    def _mark(self, sound: Sound, problem: str) -> None:
        self.tests[sound].setEnabled(not wrong_path(self.fields[sound].text()))
        mark(self.fields[sound], self._notes[sound], problem, MEANINGS[sound])
