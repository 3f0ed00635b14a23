"""Keys under Wayland beyond what all systems have in common. The bus is faked, its messages not."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.app.ports import KeyEvent
from ctpanel.domain.chord import Chord
from ctpanel.hotkeys.portal import PortalHotkeys, preferred, shown
from ctpanel.hotkeys.portal_bus import PATH, REQUEST, SESSION, SHORTCUTS, PortalBus
from tests.fakes.fake_portal import BUS, STRANGER, FakePortal
from tests.unit.hotkeys.telling import CLOSE, REVERSE, until

BOTH = {"reverse": REVERSE, "close": CLOSE}


async def bound(portal: FakePortal, heard: Callable[[KeyEvent], None]) -> PortalHotkeys:
    keys = PortalHotkeys(heard, portal.connect)
    assert await keys.bind(BOTH) == {}
    return keys


async def what_is_heard(portal: FakePortal, happens: Callable[[], None]) -> list[str]:
    """What is told when something happens, and after it Close is pressed."""
    told = list[str]()
    keys = await bound(portal, lambda event: told.append(event.name))
    happens()
    portal.press(CLOSE)
    await until(lambda: "close" in told)
    await keys.close()
    return told


async def test_the_portal_is_asked_for_the_keys_that_are_preferred() -> None:
    portal = FakePortal()
    keys = await bound(portal, lambda _event: None)
    await keys.close()
    assert portal.bound == {"CTRL+ALT+r": "reverse", "CTRL+SHIFT+k": "close"}


async def test_a_stranger_on_the_bus_cannot_press_a_key() -> None:
    portal = FakePortal()
    happens = lambda: portal.press(REVERSE, sender=STRANGER)  # noqa: E731 - one call
    assert await what_is_heard(portal, happens) == ["close"]


async def test_a_key_of_another_session_is_not_heard() -> None:
    portal = FakePortal()
    happens = lambda: portal.press(REVERSE, session=f"{PATH}/session/1_42/other")  # noqa: E731 - one call
    assert await what_is_heard(portal, happens) == ["close"]


async def test_a_stranger_cannot_end_the_session() -> None:
    portal = FakePortal()

    def happens() -> None:
        portal.signal((SESSION, "Closed"), "a{sv}", ({},), path=portal.session, sender=STRANGER)

    assert await what_is_heard(portal, happens) == ["close"]


@pytest.mark.parametrize(
    ("named", "signature", "body"),
    [
        ((SHORTCUTS, "Activated"), "s", ("reverse",)),
        ((SHORTCUTS, "Activated"), "", ()),
        ((SHORTCUTS, "ShortcutsChanged"), "os", (f"{PATH}/session/x", "reverse")),
        ((REQUEST, "Response"), "s", ("yes",)),
        ((BUS, "NameOwnerChanged"), "", ()),
        (("org.example.Other", "Activated"), "s", ("reverse",)),
    ],
)
async def test_a_message_that_makes_no_sense_is_passed_over(
    named: tuple[str, str], signature: str, body: tuple[object, ...]
) -> None:
    portal = FakePortal()
    happens = lambda: portal.signal(named, signature, body)  # noqa: E731 - one call
    assert await what_is_heard(portal, happens) == ["close"]


async def test_a_list_of_keys_that_makes_no_sense_is_passed_over() -> None:
    portal = FakePortal()

    def happens() -> None:
        portal.signal((SHORTCUTS, "ShortcutsChanged"), "ou", (portal.session, 7))

    assert await what_is_heard(portal, happens) == ["close"]


async def test_a_label_is_what_the_desktop_calls_the_key() -> None:
    portal = FakePortal()
    portal.described = {preferred(REVERSE): "Press <Super>r"}
    keys = await bound(portal, lambda _event: None)
    assert keys.label(REVERSE) == "Press <Super>r"
    assert keys.label(Chord.parse("Ctrl+Alt+KeyM")) == "Ctrl+Alt+M"
    await keys.close()


async def test_a_label_follows_when_the_user_changes_the_key() -> None:
    portal = FakePortal()
    keys = await bound(portal, lambda _event: None)
    portal.described = {preferred(REVERSE): "Meta+F5"}
    portal.change_keys()
    await until(lambda: keys.label(REVERSE) == "Meta+F5")
    await keys.close()


@given(st.text())
def test_a_desktops_words_become_one_short_line_of_plain_text(text: str) -> None:
    line = shown(text)
    assert len(line) <= 40
    assert line.isprintable()
    assert "\n" not in line


async def test_keys_that_were_bound_already_are_not_asked_for_again() -> None:
    portal = FakePortal()
    keys = await bound(portal, lambda _event: None)
    assert await keys.bind(dict(BOTH)) == {}
    await keys.close()
    assert portal.calls.count("BindShortcuts") == 1


async def test_a_session_is_closed_before_other_keys_are_asked_for() -> None:
    portal = FakePortal()
    keys = await bound(portal, lambda _event: None)
    await keys.bind({"reverse": REVERSE})
    await keys.close()
    once = ["CreateSession", "BindShortcuts"]
    assert portal.calls == [*once, "Close", *once]


REFUSED = {
    "reverse": "The desktop did not take Ctrl+Alt+R.",
    "close": "The desktop did not take Ctrl+Shift+K.",
}


async def test_a_user_who_says_no_gets_no_keys() -> None:
    portal = FakePortal()
    portal.code = 1
    keys = PortalHotkeys(lambda _event: None, portal.connect)
    assert await keys.bind(BOTH) == REFUSED
    assert keys.problem == ""
    await keys.close()


async def test_a_user_who_said_no_can_be_asked_again() -> None:
    portal = FakePortal()
    portal.code = 1
    keys = PortalHotkeys(lambda _event: None, portal.connect)
    await keys.bind(BOTH)
    portal.code = 0
    assert await keys.bind(BOTH) == {}
    assert set(portal.bound.values()) == set(BOTH)
    await keys.close()


async def test_an_error_of_the_portal_binds_no_keys() -> None:
    portal = FakePortal()
    portal.has_error = True
    keys = PortalHotkeys(lambda _event: None, portal.connect)
    assert await keys.bind(BOTH) == REFUSED
    await keys.close()


async def test_a_question_still_open_gives_way_to_other_keys() -> None:
    portal = FakePortal()
    portal.is_asking = True
    keys = PortalHotkeys(lambda _event: None, portal.connect)
    first = asyncio.create_task(_bind(keys, BOTH))
    await until(lambda: "BindShortcuts" in portal.calls)
    portal.is_asking = False
    assert await keys.bind({"reverse": REVERSE}) == {}
    assert await first == dict.fromkeys(BOTH, "Other keys were bound meanwhile.")
    await keys.close()


async def test_a_question_still_open_does_not_hold_up_the_end() -> None:
    portal = FakePortal()
    portal.is_asking = True
    keys = PortalHotkeys(lambda _event: None, portal.connect)
    asked = asyncio.create_task(_bind(keys, BOTH))
    await until(lambda: "BindShortcuts" in portal.calls)
    await keys.close()
    assert await asked == dict.fromkeys(BOTH, "The keys were let go.")
    assert portal.is_closed


async def _bind(keys: PortalHotkeys, chords: dict[str, Chord]) -> dict[str, str]:
    return dict(await keys.bind(chords))


def no_bus() -> PortalBus:
    def connect() -> None:
        raise KeyError("DBUS_SESSION_BUS_ADDRESS")

    return PortalBus(connect)


def no_portal() -> PortalBus:
    portal = FakePortal()
    portal.is_offered = False
    return portal.connect()


@pytest.mark.parametrize(
    ("connect", "said"),
    [
        (no_bus, "Hotkeys do not work: the session bus does not answer."),
        (no_portal, "Hotkeys do not work: this desktop does not offer them."),
    ],
)
async def test_a_desktop_without_such_a_portal_is_said(
    connect: Callable[[], PortalBus], said: str
) -> None:
    keys = PortalHotkeys(lambda _event: None, connect)
    await until(lambda: keys.problem)
    assert keys.problem == said
    assert await keys.bind(BOTH) == dict.fromkeys(BOTH, said)
    await keys.close()


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (FakePortal.end_session, "Hotkeys do not work: the desktop ended them."),
        (FakePortal.restart, "Hotkeys do not work: the desktop ended them."),
        (FakePortal.hang_up, "Hotkeys do not work: the session bus is gone."),
    ],
)
async def test_a_portal_that_goes_away_is_a_problem_and_no_error(
    ends: Callable[[FakePortal], None], said: str
) -> None:
    portal = FakePortal()
    keys = await bound(portal, lambda _event: None)
    ends(portal)
    await until(lambda: keys.problem)
    assert keys.problem == said
    assert await keys.bind({"reverse": REVERSE}) == {"reverse": said}
    await keys.close()


async def test_keys_are_heard_while_the_loop_is_jammed() -> None:
    portal, heard = FakePortal(), threading.Event()
    keys = await bound(portal, lambda _event: heard.set())
    portal.press(REVERSE)
    assert heard.wait(5), "nothing was heard while this call held the loop up"
    await keys.close()
