"""What of a keyboard's presses and releases is news."""

from hypothesis import given
from hypothesis import strategies as st

from ctpanel.hotkeys.held import UP_FOR, Held

R = 27


def test_a_press_is_news_and_its_repeats_are_not() -> None:
    held = Held()
    assert [held.press(R, "reverse", n / 30) for n in range(90)] == [True] + [False] * 89


def test_a_remote_desktop_that_repeats_by_releases_makes_one_press() -> None:
    held, told = Held(), 0
    for n in range(90):
        told += held.press(R, "reverse", n / 30)
        held.release(R, n / 30 + 0.001)
    assert told == 1


def test_a_finger_that_was_up_long_enough_presses_anew() -> None:
    held = Held()
    assert held.press(R, "reverse", 1.0)
    assert held.release(R, 1.05) == "reverse"
    assert held.press(R, "reverse", 1.051 + UP_FOR)


def test_a_clock_that_began_anew_does_not_swallow_a_press() -> None:
    held = Held()
    held.press(R, "reverse", 4294967.0)
    held.release(R, 4294967.2)
    assert held.press(R, "reverse", 0.5)


def test_a_release_without_a_press_is_no_news() -> None:
    assert Held().release(R, 1.0) == ""


def test_a_key_whose_release_was_missed_can_be_pressed_again() -> None:
    held = Held()
    held.press(R, "reverse", 1.0)
    held.still_down(set())
    assert held.press(R, "reverse", 2.0)


def test_a_key_that_is_held_while_its_name_moves_to_another_stays_silent() -> None:
    held = Held()
    held.press(R, "reverse", 1.0)
    held.only({"close"})
    assert not held.press(R, "reverse", 2.0)
    assert held.release(R, 3.0) == ""


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([1, 2]), st.floats(0, 0.5))))
def test_presses_and_releases_of_a_key_alternate(
    happened: list[tuple[bool, int, float]],
) -> None:
    held, now = Held(), 0.0
    told: dict[int, list[bool]] = {1: [], 2: []}
    for is_press, key, later in happened:
        now += later
        news = held.press(key, "a name", now) if is_press else bool(held.release(key, now))
        told[key] += [is_press] if news else []
    for of_one in told.values():
        assert of_one == [index % 2 == 0 for index in range(len(of_one))]
