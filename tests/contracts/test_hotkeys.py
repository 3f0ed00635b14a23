"""What every way of hearing system-wide keys has in common."""

from collections.abc import Iterator

import pytest

from ctpanel.domain.chord import Chord, plain_label
from tests.contracts.keyboards import BARRIER, RIGS, Rig
from tests.fakes.x_display import lacking

REVERSE, CLOSE = Chord.parse("Ctrl+Alt+KeyR"), Chord.parse("Ctrl+Shift+KeyK")
BOTH = {"reverse": REVERSE, "close": CLOSE, "barrier": BARRIER}


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    if request.param == "real x" and lacking():
        pytest.skip(f"needs {', '.join(lacking())}; `make system-test` installs it")
    with RIGS[request.param]() as made:
        yield made


async def test_a_bound_key_is_told_by_its_name(rig: Rig) -> None:
    assert await rig.keys.bind(BOTH) == {}
    rig.press(CLOSE)
    rig.release(CLOSE)
    rig.wait()
    assert await rig.presses() == ["close"]
    await rig.keys.close()


async def test_a_key_that_is_held_is_pressed_once(rig: Rig) -> None:
    await rig.keys.bind(BOTH)
    rig.press(REVERSE)
    for _ in range(20):
        rig.wait()
        if not rig.is_real:
            rig.press(REVERSE)
    assert await rig.presses() == ["reverse"]
    rig.release(REVERSE)
    assert await rig.presses() == ["reverse"]
    await rig.keys.close()


async def test_a_key_that_was_let_go_can_be_pressed_again(rig: Rig) -> None:
    await rig.keys.bind(BOTH)
    for _ in range(3):
        rig.press(REVERSE)
        rig.release(REVERSE)
        rig.wait()
    assert await rig.presses() == ["reverse"] * 3
    await rig.keys.close()


async def test_a_release_is_told_exactly_where_that_was_promised(rig: Rig) -> None:
    await rig.keys.bind(BOTH)
    rig.press(REVERSE)
    rig.release(REVERSE)
    told = [event.is_press for event in await rig.heard()]
    assert told == ([True, False] if rig.keys.tells_release else [True])
    await rig.keys.close()


async def test_no_other_key_is_heard(rig: Rig) -> None:
    await rig.keys.bind({"reverse": REVERSE, "barrier": BARRIER})
    for text in ("Ctrl+KeyR", "Ctrl+Alt+Shift+KeyR", "Ctrl+Alt+KeyT"):
        rig.press(Chord.parse(text))
        rig.release(Chord.parse(text))
    assert await rig.presses() == []
    await rig.keys.close()


async def test_a_key_that_another_has_is_named_and_the_others_work(rig: Rig) -> None:
    rig.take(REVERSE)
    refused = await rig.keys.bind(BOTH)
    assert list(refused) == ["reverse"]
    assert refused["reverse"].endswith(".")
    rig.press(CLOSE)
    rig.release(CLOSE)
    assert await rig.presses() == ["close"]
    assert rig.keys.problem == ""
    await rig.keys.close()


async def test_two_names_cannot_have_one_key(rig: Rig) -> None:
    refused = await rig.keys.bind({"first": REVERSE, "second": REVERSE, "barrier": BARRIER})
    assert refused == {"second": "Ctrl+Alt+R is used twice."}
    await rig.keys.close()


async def test_what_is_not_bound_any_more_is_not_heard(rig: Rig) -> None:
    await rig.keys.bind(BOTH)
    assert await rig.keys.bind({"close": CLOSE, "barrier": BARRIER}) == {}
    for chord in (REVERSE, CLOSE):
        rig.press(chord)
        rig.release(chord)
    assert await rig.presses() == ["close"]
    await rig.keys.close()


async def test_a_key_held_while_keys_are_bound_anew_is_not_pressed_again(rig: Rig) -> None:
    await rig.keys.bind(BOTH)
    rig.press(REVERSE)
    await rig.heard()
    await rig.keys.bind(BOTH | {"more": Chord.parse("Ctrl+Alt+KeyM")})
    rig.wait()
    if not rig.is_real:
        rig.press(REVERSE)
    assert await rig.presses() == ["reverse"]
    rig.release(REVERSE)
    await rig.keys.close()


@pytest.mark.parametrize("later", [{"reverse": CLOSE}, {"renamed": REVERSE}])
async def test_a_release_is_not_told_once_key_or_name_is_another(
    later: dict[str, Chord], rig: Rig
) -> None:
    await rig.keys.bind(BOTH)
    rig.press(REVERSE)
    before = len(await rig.heard())
    await rig.keys.bind({**later, "barrier": BARRIER})
    rig.release(REVERSE)
    assert len(await rig.heard()) == before
    await rig.keys.close()


async def test_no_keys_may_be_bound(rig: Rig) -> None:
    await rig.keys.bind(BOTH)
    assert await rig.keys.bind({}) == {}
    await rig.keys.close()


async def test_after_the_end_nothing_is_heard_or_bound(rig: Rig) -> None:
    await rig.keys.bind(BOTH)
    await rig.keys.close()
    await rig.keys.close()
    if rig.is_real:
        rig.press(REVERSE)
        rig.release(REVERSE)
    assert await rig.keys.bind(BOTH) == dict.fromkeys(BOTH, "The keys were let go.")
    assert rig.told == []


async def test_a_us_keyboard_has_the_plain_labels(rig: Rig) -> None:
    await rig.keys.bind({"reverse": REVERSE, "barrier": BARRIER})
    for text in ("Ctrl+Shift+KeyK", "Ctrl+F9", "Ctrl+Alt+Digit1", "Meta+ArrowUp", "Alt+Numpad5"):
        assert rig.keys.label(Chord.parse(text)) == plain_label(Chord.parse(text))
    await rig.keys.close()
