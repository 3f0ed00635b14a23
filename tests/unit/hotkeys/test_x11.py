"""Keys on X beyond what all systems have in common: locks, layouts, and a server that goes."""

import itertools
import threading
from dataclasses import replace

import pytest

from ctpanel.app.ports import KeyEvent
from ctpanel.domain.chord import Chord
from ctpanel.hotkeys.x11 import X11Hotkeys
from ctpanel.hotkeys.x_server import XServer
from ctpanel.hotkeys.x_wire import XGone
from tests.fakes.fake_x import CAPS, NUM, SCROLL, FakeX, keycode, us_keyboard
from tests.unit.hotkeys.telling import CLOSE, REVERSE, until

BOTH = {"reverse": REVERSE, "close": CLOSE}


@pytest.mark.parametrize("locks", [CAPS, NUM, CAPS | NUM])
async def test_a_key_works_whatever_locks_are_on(locks: int) -> None:
    server, told = FakeX(), list[KeyEvent]()
    keys = X11Hotkeys(told.append, lambda: server)
    await keys.bind(BOTH)
    server.locks = locks
    server.press(REVERSE)
    await until(lambda: told)
    await keys.close()
    assert told[0].name == "reverse"


async def test_all_states_of_three_locks_are_taken_when_scroll_lock_has_a_bit() -> None:
    server = FakeX()
    keys = X11Hotkeys(lambda _event: None, lambda: server)
    await keys.bind({"reverse": REVERSE})
    states = {mask & (CAPS | NUM | SCROLL) for _, mask in server.grabs}
    await keys.close()
    each = itertools.product((0, CAPS), (0, NUM), (0, SCROLL))
    assert states == {sum(bits) for bits in each}


async def test_only_bound_keys_are_taken() -> None:
    server = FakeX()
    keys = X11Hotkeys(lambda _event: None, lambda: server)
    await keys.bind(BOTH)
    taken = {code for code, _ in server.grabs}
    await keys.close()
    assert taken == {keycode(REVERSE), keycode(CLOSE)}


async def test_a_label_follows_the_layout() -> None:
    server = FakeX()
    keys = X11Hotkeys(lambda _event: None, lambda: server)
    await keys.bind({})
    symbols = {**server.map.keysyms, keycode(REVERSE): ((ord("r"),), (0x06CB,))}
    server.remap(keysyms=symbols, group=1)
    await until(lambda: keys.label(REVERSE) == "Ctrl+Alt+К")  # noqa: RUF001 - Cyrillic is meant
    server.remap(group=0)
    await until(lambda: keys.label(REVERSE) == "Ctrl+Alt+R")
    await keys.close()


async def test_keys_are_taken_anew_when_alt_gets_another_bit() -> None:
    server, told = FakeX(), list[KeyEvent]()
    keys = X11Hotkeys(told.append, lambda: server)
    await keys.bind(BOTH)
    before = set(server.grabs)
    rows = list(server.map.modifiers)
    rows[3], rows[7] = rows[7], rows[3]
    server.remap(modifiers=tuple(rows))
    await until(lambda: server.grabs not in (before, set()))
    await keys.close()


async def test_a_press_while_the_keyboard_is_read_is_heard() -> None:
    server, told = FakeX(), list[KeyEvent]()
    keys = X11Hotkeys(told.append, lambda: server)
    await keys.bind(BOTH)
    server.pressed_meanwhile = REVERSE
    server.remap(group=0)
    await until(lambda: told)
    await keys.close()


@pytest.mark.parametrize(
    ("text", "missing"), [("Ctrl+Alt+F24", 194 + 8), ("Meta+KeyB", 133), ("Alt+KeyB", 64)]
)
async def test_a_key_or_modifier_this_keyboard_lacks_is_said(text: str, missing: int) -> None:
    server = FakeX()
    whole = us_keyboard()
    rest = {code: symbols for code, symbols in whole.keysyms.items() if code != missing}
    server.map = replace(whole, keysyms=rest)
    keys = X11Hotkeys(lambda _event: None, lambda: server)
    refused = await keys.bind({"key": Chord.parse(text), "close": CLOSE})
    await keys.close()
    assert refused == {"key": "This keyboard has no such key."}


async def test_a_key_another_program_has_is_named_as_it_is_written_here() -> None:
    server = FakeX()
    server.map = replace(
        us_keyboard(), keysyms={**us_keyboard().keysyms, keycode(REVERSE): ((0xF6,),)}
    )
    server.others = {(keycode(REVERSE), 1 << 2 | 1 << 3)}
    keys = X11Hotkeys(lambda _event: None, lambda: server)
    refused = await keys.bind(BOTH)
    await keys.close()
    assert refused == {"reverse": "Ctrl+Alt+Ö is taken by another program."}


async def test_a_key_let_go_unseen_can_be_pressed_after_keys_are_bound_anew() -> None:
    server, told = FakeX(), list[KeyEvent]()
    keys = X11Hotkeys(told.append, lambda: server)
    await keys.bind(BOTH)
    server.press(REVERSE)
    await until(lambda: len(told) == 1)
    server.miss_release(REVERSE)
    await keys.bind(BOTH)
    server.press(REVERSE)
    await until(lambda: len(told) == 2)
    await keys.close()


async def test_a_server_that_goes_away_is_a_problem_and_no_error() -> None:
    server = FakeX()
    keys = X11Hotkeys(lambda _event: None, lambda: server)
    await keys.bind(BOTH)
    assert keys.problem == ""
    server.go_away()
    await until(lambda: keys.problem)
    said = "Hotkeys do not work: the X server is gone (it ended the connection)."
    assert keys.problem == said
    assert await keys.bind(BOTH) == dict.fromkeys(BOTH, said)
    assert server.is_closed
    await keys.close()


async def test_without_a_server_every_key_is_refused_with_the_reason() -> None:
    def nowhere() -> XServer:
        raise XGone("no answer")

    keys = X11Hotkeys(lambda _event: None, nowhere)
    await until(lambda: keys.problem)
    assert await keys.bind(BOTH) == dict.fromkeys(BOTH, keys.problem)
    assert keys.label(REVERSE) == "Ctrl+Alt+R"
    await keys.close()


async def test_an_error_in_the_panel_does_not_end_the_keys(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server, told = FakeX(), list[str]()

    def heard(event: KeyEvent) -> None:
        told.append(event.name)
        raise RuntimeError("a fault of the panel")

    keys = X11Hotkeys(heard, lambda: server)
    await keys.bind(BOTH)
    server.press(REVERSE)
    server.press(CLOSE)
    await until(lambda: told == ["reverse", "close"])
    await keys.close()
    assert "a hotkey was not carried out" in caplog.text
    caplog.clear()


async def test_keys_are_heard_while_the_loop_is_jammed() -> None:
    server, heard = FakeX(), threading.Event()
    keys = X11Hotkeys(lambda _event: heard.set(), lambda: server)
    await keys.bind(BOTH)
    server.press(REVERSE)
    assert heard.wait(5), "nothing was heard while this call held the loop up"
    await keys.close()


async def test_closing_leaves_no_thread_and_no_connection_behind() -> None:
    server = FakeX()
    keys = X11Hotkeys(lambda _event: None, lambda: server)
    await keys.bind(BOTH)
    await keys.close()
    assert server.is_closed
    assert not keys._thread.is_alive()
