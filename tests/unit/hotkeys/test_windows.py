"""Keys on Windows beyond what all systems have in common. Windows is faked."""

import threading

import pytest

from ctpanel.app.ports import KeyEvent
from ctpanel.domain.chord import Chord
from ctpanel.hotkeys.windows import WindowsHotkeys
from tests.fakes.fake_user32 import GERMAN, NO_REPEAT, FakeUser32
from tests.unit.hotkeys.telling import CLOSE, REVERSE, until

BOTH = {"reverse": REVERSE, "close": CLOSE}
UNDO = Chord.parse("Ctrl+Alt+KeyY")


async def test_windows_is_asked_not_to_repeat_a_held_key() -> None:
    system = FakeUser32()
    keys = WindowsHotkeys(lambda _event: None, system.user32)
    await keys.bind(BOTH)
    taken = set(system.registered.values())
    await keys.close()
    assert taken == {(NO_REPEAT | 1 | 2, ord("R")), (NO_REPEAT | 2 | 4, ord("K"))}


async def test_a_place_stays_when_the_layout_changes() -> None:
    system, told = FakeUser32(), list[KeyEvent]()
    keys = WindowsHotkeys(told.append, system.user32)
    await keys.bind({"undo": UNDO})
    assert keys.label(UNDO) == "Ctrl+Alt+Y"
    system.switch_layout(GERMAN)
    await until(lambda: keys.label(UNDO) == "Ctrl+Alt+Z")
    await until(lambda: (NO_REPEAT | 3, ord("Z")) in system.registered.values())
    system.press(UNDO)
    await until(lambda: told)
    await keys.close()


async def test_a_window_that_does_not_say_its_layout_changes_nothing() -> None:
    system, told = FakeUser32(), list[KeyEvent]()
    keys = WindowsHotkeys(told.append, system.user32)
    await keys.bind(BOTH)
    system.switch_layout(0)
    await keys.bind(BOTH)
    assert keys.label(REVERSE) == "Ctrl+Alt+R"
    await keys.close()


async def test_a_key_that_types_with_alt_gr_is_refused() -> None:
    system = FakeUser32()
    system.layout_now = GERMAN
    keys = WindowsHotkeys(lambda _event: None, system.user32)
    refused = await keys.bind(
        {
            "at": Chord.parse("Ctrl+Alt+KeyQ"),
            "shifted": Chord.parse("Ctrl+Alt+Shift+KeyQ"),
            "with meta": Chord.parse("Ctrl+Alt+Meta+KeyQ"),
            "no alt": Chord.parse("Ctrl+Shift+KeyQ"),
        }
    )
    await keys.close()
    assert refused == {"at": "Ctrl+Alt+Q writes @ on this keyboard; choose another key."}


async def test_keys_windows_cannot_tell_apart_are_refused() -> None:
    keys = WindowsHotkeys(lambda _event: None, FakeUser32().user32)
    refused = await keys.bind({"enter": Chord.parse("Ctrl+NumpadEnter")})
    await keys.close()
    assert refused == {"enter": "This keyboard has no such key."}


async def test_any_other_error_is_named_by_its_number() -> None:
    system = FakeUser32()
    system.refusal = 5
    keys = WindowsHotkeys(lambda _event: None, system.user32)
    refused = await keys.bind({"reverse": REVERSE})
    await keys.close()
    assert refused == {"reverse": "Windows refused Ctrl+Alt+R (error 5)."}


async def test_a_chattering_key_is_pressed_once() -> None:
    system, told = FakeUser32(), list[str]()
    keys = WindowsHotkeys(lambda event: told.append(event.name), system.user32)
    await keys.bind(BOTH)
    for _ in range(5):
        system.press(REVERSE)
        system.release(REVERSE)
        system.stamp += 0.02
    system.press(CLOSE)
    await until(lambda: "close" in told)
    await keys.close()
    assert told == ["reverse", "close"]


async def test_a_key_that_stays_is_never_let_go_meanwhile() -> None:
    system = FakeUser32()
    keys = WindowsHotkeys(lambda _event: None, system.user32)
    await keys.bind(BOTH)
    number = next(n for n, key in system.registered.items() if key[1] == ord("R"))
    await keys.bind({"reverse": REVERSE, "undo": UNDO})
    assert system.registered[number] == (NO_REPEAT | 3, ord("R"))
    await keys.close()


async def test_all_keys_are_given_back_in_the_end() -> None:
    system = FakeUser32()
    keys = WindowsHotkeys(lambda _event: None, system.user32)
    await keys.bind(BOTH)
    await keys.close()
    assert system.registered == {}
    assert not keys._thread.is_alive()


async def test_a_queue_that_windows_ends_is_a_problem() -> None:
    system = FakeUser32()
    keys = WindowsHotkeys(lambda _event: None, system.user32)
    await keys.bind(BOTH)
    system.quit()
    await until(lambda: keys.problem)
    assert await keys.bind(BOTH) == dict.fromkeys(BOTH, keys.problem)
    await keys.close()


async def test_a_system_call_that_fails_is_a_problem_and_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    system = FakeUser32()
    del system.library.SetTimer._call
    keys = WindowsHotkeys(lambda _event: None, system.user32)
    await until(lambda: keys.problem)
    assert keys.problem == "Hotkeys do not work: an error ended them."
    await keys.close()
    caplog.clear()


async def test_keys_are_heard_while_the_loop_is_jammed() -> None:
    system, heard = FakeUser32(), threading.Event()
    keys = WindowsHotkeys(lambda _event: heard.set(), system.user32)
    await keys.bind(BOTH)
    system.press(REVERSE)
    assert heard.wait(5), "nothing was heard while this call held the loop up"
    await keys.close()
