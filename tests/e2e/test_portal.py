"""Keys through a portal on a real session bus, beside a stranger who would like to press them."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import Any, Final, TypeAlias

import pytest
from jeepney import DBusAddress, HeaderFields, message_bus, new_method_return, new_signal
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from ctpanel.app.ports import KeyEvent
from ctpanel.domain.chord import Chord
from ctpanel.hotkeys.portal import PortalHotkeys
from ctpanel.hotkeys.portal_bus import PATH, PORTAL, REQUEST, SHORTCUTS, PortalBus
from tests.e2e.desktop import Desktop
from tests.e2e.processes import wait_until

REVERSE: Final = {"reverse": Chord.parse("Ctrl+Alt+KeyR")}

Message: TypeAlias = Any
"""jeepney has no types."""


class Portal:
    """Gives every key that is asked for, and presses it when told to.

    Attributes:
        caller: the connection that has the session.
    """

    def __init__(self, address: str) -> None:
        self.bus: DBusConnection = open_dbus_connection(address)
        self.caller = self.session = ""
        self.bus.send_and_get_reply(message_bus.RequestName(PORTAL))
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave the bus."""
        self.bus.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self.bus.close()

    def _serve(self) -> None:
        with suppress(ConnectionResetError):
            while True:
                message = self.bus.receive()
                fields = message.header.fields
                answer = getattr(self, f"_{fields.get(HeaderFields.member)}", None)
                if answer is not None:
                    answer(message, fields[HeaderFields.sender])

    def _Get(self, call: Message, _sender: str) -> None:  # noqa: N802 - D-Bus' name
        self.bus.send(new_method_return(call, "v", (("u", 1),)))

    def _CreateSession(self, call: Message, sender: str) -> None:  # noqa: N802 - D-Bus' name
        self.caller = sender
        token = call.body[0]["session_handle_token"][1]
        self.session = f"{PATH}/session/{_part(sender)}/{token}"
        self._respond(call.body[0], {"session_handle": ("s", self.session)})

    def _BindShortcuts(self, call: Message, _sender: str) -> None:  # noqa: N802 - D-Bus' name
        _, shortcuts, _, options = call.body
        given = [
            (name, {"trigger_description": facts["preferred_trigger"]}) for name, facts in shortcuts
        ]
        self._respond(options, {"shortcuts": ("a(sa{sv})", given)})

    def _respond(self, options: Message, results: Message) -> None:
        path = f"{PATH}/request/{_part(self.caller)}/{options['handle_token'][1]}"
        address = DBusAddress(path, bus_name=self.caller, interface=REQUEST)
        self.bus.send(new_signal(address, "Response", "ua{sv}", (0, results)))

    def press(self, name: str) -> None:
        activate(self.bus, self, name)


def _part(connection: str) -> str:
    return connection.lstrip(":").replace(".", "_")


def activate(bus: DBusConnection, portal: Portal, name: str) -> None:
    """Say over this connection that a key was pressed."""
    address = DBusAddress(PATH, bus_name=portal.caller, interface=SHORTCUTS)
    bus.send(new_signal(address, "Activated", "osta{sv}", (portal.session, name, 0, {})))


@pytest.fixture
def bus(desktop: Desktop) -> str:
    return desktop.env["DBUS_SESSION_BUS_ADDRESS"]


@pytest.fixture
def portal(bus: str) -> Iterator[Portal]:
    made = Portal(bus)
    yield made
    made.close()


async def test_the_portal_presses_a_key_and_a_stranger_does_not(bus: str, portal: Portal) -> None:
    told = list[KeyEvent]()
    keys = PortalHotkeys(told.append, lambda: PortalBus(lambda: open_dbus_connection(bus)))
    both = {**REVERSE, "close": Chord.parse("Ctrl+Alt+KeyC")}
    assert await keys.bind(both) == {}
    assert keys.label(both["close"]) == "CTRL+ALT+c"
    with open_dbus_connection(bus) as stranger:
        activate(stranger, portal, "reverse")
        stranger.send_and_get_reply(message_bus.GetId())
    portal.press("close")
    wait_until(lambda: told, "a press")
    await keys.close()
    assert [event.name for event in told] == ["close"]


async def test_a_portal_that_leaves_the_bus_is_a_problem(bus: str) -> None:
    portal = Portal(bus)
    keys = PortalHotkeys(lambda _event: None, lambda: PortalBus(lambda: open_dbus_connection(bus)))
    assert await keys.bind(REVERSE) == {}
    portal.close()
    said = wait_until(lambda: keys.problem, "the problem")
    assert said == "Hotkeys do not work: the desktop ended them."
    await keys.close()


async def test_a_bus_without_a_portal_is_said(bus: str) -> None:
    keys = PortalHotkeys(lambda _event: None, lambda: PortalBus(lambda: open_dbus_connection(bus)))
    said = "Hotkeys do not work: this desktop does not offer them."
    assert await keys.bind(REVERSE) == dict.fromkeys(REVERSE, said)
    await keys.close()
