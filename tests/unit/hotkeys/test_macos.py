"""Keys on macOS beyond what all systems have in common. macOS is faked."""

import pytest

from ctpanel.app.ports import KeyEvent
from ctpanel.domain.chord import Chord
from ctpanel.hotkeys.macos import MacHotkeys
from tests.fakes.fake_carbon import NOT_HANDLED, PRESSED, FakeCarbon
from tests.unit.hotkeys.telling import CLOSE, REVERSE

BOTH = {"reverse": REVERSE, "close": CLOSE}


async def test_a_key_is_taken_by_its_place_and_modifiers() -> None:
    system = FakeCarbon()
    keys = MacHotkeys(lambda _event: None, system.carbon)
    await keys.bind({"reverse": Chord.parse("Alt+Meta+KeyR")})
    taken = [(key, bits) for key, bits, _ in system.registered.values()]
    await keys.close()
    assert taken == [(0x0F, 0x0900)]


async def test_a_label_is_what_the_layout_in_use_writes() -> None:
    system = FakeCarbon()
    keys = MacHotkeys(lambda _event: None, system.carbon)
    assert keys.label(REVERSE) == "Ctrl+Alt+R"
    system.printed[0x0F] = "ö"
    assert keys.label(REVERSE) == "Ctrl+Alt+Ö"
    assert keys.label(Chord.parse("Ctrl+Pause")) == "Ctrl+Pause"
    await keys.close()


@pytest.mark.parametrize("text", ["Alt+KeyR", "Alt+Shift+Digit1"])
async def test_a_key_that_types_with_option_is_refused(text: str) -> None:
    keys = MacHotkeys(lambda _event: None, FakeCarbon().carbon)
    refused = await keys.bind({"key": Chord.parse(text)})
    await keys.close()
    assert "writes a character on a Mac" in refused["key"]


@pytest.mark.parametrize("text", ["Ctrl+Pause", "Ctrl+F21"])
async def test_a_key_no_mac_has_is_said(text: str) -> None:
    keys = MacHotkeys(lambda _event: None, FakeCarbon().carbon)
    assert await keys.bind({"key": Chord.parse(text)}) == {"key": "This keyboard has no such key."}
    await keys.close()


async def test_any_other_error_is_named_by_its_number() -> None:
    system = FakeCarbon()
    system.refusal = -50
    keys = MacHotkeys(lambda _event: None, system.carbon)
    assert await keys.bind({"r": REVERSE}) == {"r": "macOS refused Ctrl+Alt+R (error -50)."}
    await keys.close()


async def test_a_system_that_tells_nothing_is_a_problem() -> None:
    system = FakeCarbon()
    system.listen_error = -9860
    keys = MacHotkeys(lambda _event: None, system.carbon)
    assert keys.problem == "Hotkeys do not work: macOS refused them (error -9860)."
    assert await keys.bind(BOTH) == dict.fromkeys(BOTH, keys.problem)
    await keys.close()


async def test_a_hot_key_of_another_part_of_the_program_is_passed_on() -> None:
    system, told = FakeCarbon(), list[KeyEvent]()
    keys = MacHotkeys(told.append, system.carbon)
    await keys.bind(BOTH)
    assert system.send(PRESSED, (int.from_bytes(b"othr"), 1)) == NOT_HANDLED
    assert told == []
    await keys.close()


async def test_all_keys_are_given_back_in_the_end() -> None:
    system = FakeCarbon()
    keys = MacHotkeys(lambda _event: None, system.carbon)
    await keys.bind(BOTH)
    await keys.close()
    assert system.registered == {}
