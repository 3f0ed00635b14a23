"""System-wide keys on a real X server and window manager, while another program has the focus."""

import struct
import sys
import time
from collections.abc import Callable
from typing import Final

import pytest

from ctpanel.app.ports import KeyEvent
from ctpanel.domain.chord import Chord
from ctpanel.hotkeys.x11 import X11Hotkeys
from ctpanel.hotkeys.x_server import XServer
from tests.e2e.desktop import Desktop
from tests.e2e.processes import Child, wait_until
from tests.fakes.x_display import CAPS_LOCK, NUM_LOCK, Keyboard, XDisplay, numbers

REVERSE: Final = Chord.parse("Ctrl+Alt+KeyZ")
PRESSES: Final = 200
ROW: Final = {key: Chord.parse(f"Ctrl+Alt+Key{key}") for key in "QWERTYUIOP"}
"""Several keys, so that presses may follow faster than one finger can on one key."""

EDITOR: Final = """\
from PySide6.QtWidgets import QApplication, QLineEdit
application = QApplication([])
editor = QLineEdit(windowTitle="editor")
editor.textChanged.connect(lambda text: print("text:", text, flush=True))
editor.show()
editor.activateWindow()
application.exec()
"""


class Ears:
    """Keys of a desktop, what they told, and the hands that press them."""

    def __init__(self, display: str) -> None:
        self.told: list[KeyEvent] = []
        self.keys = X11Hotkeys(self.told.append, lambda: XServer(display))
        self.hands = Keyboard(display)

    def names(self, count: int) -> list[str]:
        """The names of all presses, once there are so many."""
        wait_until(lambda: self.presses, f"{count} presses", holds=lambda p: len(p) >= count)
        time.sleep(0.1)  # for one too many
        return self.presses

    @property
    def presses(self) -> list[str]:
        return [event.name for event in self.told if event.is_press]


@pytest.fixture
def ears(desktop: Desktop) -> Ears:
    return Ears(desktop.env["DISPLAY"])


@pytest.fixture
def editor(desktop: Desktop) -> Child:
    """Another program, which has the focus."""
    child = desktop.start(sys.executable, "-c", EDITOR)
    wait_until(desktop.active_window, "the editor's focus", holds=lambda name: name == "editor")
    return child


async def test_every_press_is_told_once_while_another_program_has_the_focus(
    ears: Ears, editor: Child
) -> None:
    assert await ears.keys.bind(ROW) == {}
    order = [list(ROW)[n % len(ROW)] for n in range(PRESSES)]
    codes = [numbers(ROW[key])[-1] for key in order]
    taps = [f"key {code} sleep 0.005" for code in codes]
    ears.hands.xdotool("keydown 37 keydown 64", *taps, "keyup 64 keyup 37")
    assert ears.names(PRESSES) == order
    assert [event.is_press for event in ears.told] == [True, False] * PRESSES
    assert "text:" not in editor.said()
    await ears.keys.close()


async def test_what_is_not_bound_goes_to_the_program_with_the_focus(
    ears: Ears, editor: Child
) -> None:
    await ears.keys.bind({"reverse": REVERSE})
    ears.hands.xdotool("type zz")
    wait_until(editor.said, "what was typed", holds=lambda said: "text: zz" in said)
    assert ears.told == []
    await ears.keys.close()


async def test_a_key_held_for_seconds_is_one_press_and_one_release(
    ears: Ears, editor: Child
) -> None:
    await ears.keys.bind({"reverse": REVERSE})
    ears.hands.press(REVERSE)
    ears.hands.xdotool("sleep 3")
    assert [event.is_press for event in ears.told] == [True]
    ears.hands.release(REVERSE)
    wait_until(lambda: len(ears.told) == 2, "the release")
    pressed, released = ears.told
    assert (released.is_press, released.at - pressed.at > 2.9) == (False, True)
    assert "text:" not in editor.said()
    await ears.keys.close()


async def test_a_key_repeated_by_a_remote_desktop_is_one_press(ears: Ears) -> None:
    await ears.keys.bind({"reverse": REVERSE})
    ears.hands.press(REVERSE)
    ears.hands.xdotool(*["sleep 0.03 keyup 52 keydown 52"] * 30)
    ears.hands.release(REVERSE)
    assert ears.names(1) == ["reverse"]
    await ears.keys.close()


async def test_keys_work_with_num_lock_and_caps_lock_on(ears: Ears) -> None:
    await ears.keys.bind({"reverse": REVERSE})
    for lock in (NUM_LOCK, CAPS_LOCK, NUM_LOCK, CAPS_LOCK):
        ears.hands.toggle(lock)
        ears.hands.tap(REVERSE, pause_ms=150)
    assert ears.names(4) == ["reverse"] * 4
    await ears.keys.close()


async def test_a_key_of_the_window_manager_is_said_and_the_others_work(ears: Ears) -> None:
    refused = await ears.keys.bind({"close": Chord.parse("Alt+F4"), "reverse": REVERSE})
    assert refused == {"close": "Alt+F4 is taken by another program."}
    ears.hands.tap(REVERSE)
    assert ears.names(1) == ["reverse"]
    await ears.keys.close()


async def test_a_key_another_program_lets_go_can_be_bound(ears: Ears) -> None:
    other = Ears(ears.hands.display)
    await other.keys.bind({"reverse": REVERSE})
    said = {"reverse": "Ctrl+Alt+Z is taken by another program."}
    assert await ears.keys.bind({"reverse": REVERSE}) == said
    await other.keys.close()
    assert await ears.keys.bind({"reverse": REVERSE}) == {}
    ears.hands.tap(REVERSE)
    assert ears.names(1) == ["reverse"]
    assert other.told == []
    await ears.keys.close()


async def test_of_a_key_another_program_has_in_part_nothing_is_kept(ears: Ears) -> None:
    code, mask, num_lock = numbers(REVERSE)[-1], 1 << 2 | 1 << 3, 1 << 4
    other = XServer(ears.hands.display)
    assert not other.grab({"with no lock": [(code, mask)]})
    assert list(await ears.keys.bind({"reverse": REVERSE})) == ["reverse"]
    assert not other.grab({"with num lock": [(code, mask | num_lock)]})
    other.close()
    await ears.keys.close()


@pytest.mark.parametrize(("layout", "label"), [("de", "Ctrl+Alt+Y"), ("fr", "Ctrl+Alt+W")])
async def test_a_place_stays_and_its_label_follows_the_layout(
    layout: str, label: str, ears: Ears
) -> None:
    await ears.keys.bind({"reverse": REVERSE})
    ears.hands.layout(layout)
    wait_until(lambda: ears.keys.label(REVERSE), label, holds=lambda text: text == label)
    ears.hands.tap(REVERSE)
    assert ears.names(1) == ["reverse"]
    await ears.keys.close()


async def test_a_label_follows_the_switch_between_two_layouts(ears: Ears) -> None:
    ears.hands.layout("us,ru")
    await ears.keys.bind({"reverse": REVERSE})
    for group, label in ((1, "Ctrl+Alt+Я"), (0, "Ctrl+Alt+Z")):
        switch_to(group, ears.hands.display)
        wait_until(lambda: ears.keys.label(REVERSE), label, holds=_equals(label))
        ears.hands.tap(REVERSE, pause_ms=150)
    assert ears.names(2) == ["reverse"] * 2
    await ears.keys.close()


def switch_to(group: int, display: str) -> None:
    """Switch to one of the layouts; xdotool takes it back when it presses the key for it."""
    server = XServer(display)
    server._wire.send(server._xkb, 5, struct.pack("<HBBBBBBxBH", 0x100, 0, 0, 1, group, 0, 0, 0, 0))
    server._wire.failed()
    server.close()


def _equals(expected: str) -> Callable[[str], bool]:
    return lambda text: text == expected


async def test_a_server_that_ends_is_a_problem_and_no_error() -> None:
    with XDisplay() as display:
        ears = Ears(display.display)
        assert await ears.keys.bind({"reverse": REVERSE}) == {}
        display.end()
        said = wait_until(lambda: ears.keys.problem, "the problem")
    assert said.startswith("Hotkeys do not work: the X server is gone")
    assert await ears.keys.bind({"reverse": REVERSE}) == {"reverse": said}
    await ears.keys.close()
