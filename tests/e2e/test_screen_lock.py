"""The screen lock over a real bus: what lockers and login1 tell reaches the one who watches."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Queue
from typing import Any, Final

import pytest
from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from ctpanel.app.ports import Away
from ctpanel.local.screen_lock_dbus import LOGIN, LOGIN_AT, PROPERTIES, BusLock
from tests.e2e.desktop import Desktop
from tests.e2e.processes import wait_until

SESSION: Final = f"{LOGIN_AT}/session/_31"
OTHER: Final = f"{LOGIN_AT}/session/_32"
GNOME: Final = "org.gnome.ScreenSaver"
YES, NO = True, False
SOON: Final = 10.0


class Teller:
    """Has names on a bus, answers login1's GetSession, and tells what it is told to tell."""

    def __init__(self, address: str, *names: str) -> None:
        self.connection: DBusConnection = open_dbus_connection(address)
        for name in names:
            self.connection.send_and_get_reply(message_bus.RequestName(name))
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        with self.connection, suppress(ConnectionError):
            while True:
                message = self.connection.receive()
                if message.header.message_type is MessageType.method_call:
                    assert message.header.fields[HeaderFields.member] == "GetSession"
                    self.connection.send(new_method_return(message, "o", (SESSION,)))

    def end(self) -> None:
        self.connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(SOON)

    def tell(self, path: str, interface: str, member: str, *body: Any) -> None:  # noqa: ANN401 - D-Bus
        signatures = {"ActiveChanged": "b", "PrepareForSleep": "b", "PropertiesChanged": "sa{sv}as"}
        emitter = DBusAddress(path, interface=interface)
        self.connection.send(new_signal(emitter, member, signatures.get(member), body))


@contextmanager
def teller_on(address: str) -> Iterator[Teller]:
    teller = Teller(address, LOGIN, GNOME)
    yield teller
    teller.end()


@contextmanager
def watching(address: str) -> Iterator[tuple[BusLock, Queue[Away]]]:
    lock, told = BusLock(address, address), Queue[Away]()
    lock.watch(told.put)
    wait_until(lambda: all(ear.tells is not None for ear in lock._ears), "ears on both buses")
    yield lock, told
    lock.end()
    wait_until(lambda: "screen lock" not in {t.name for t in threading.enumerate()}, "the end")


@pytest.fixture
def address(desktop: Desktop) -> str:
    return desktop.env["DBUS_SESSION_BUS_ADDRESS"]


def test_login1_and_the_screen_saver_are_heard_and_other_sessions_are_not(address: str) -> None:
    with teller_on(address) as teller, watching(address) as (lock, told):
        assert lock.problem == ""
        teller.tell(OTHER, f"{LOGIN}.Session", "Lock")
        teller.tell("/", GNOME, "ActiveChanged", NO)
        teller.tell(LOGIN_AT, f"{LOGIN}.Manager", "PrepareForSleep", YES)
        assert told.get(timeout=SOON) is Away.SLEEPING
        hint = {"LockedHint": ("b", True)}
        for path, interface, member, *body in (
            (SESSION, f"{LOGIN}.Session", "Lock"),
            (SESSION, PROPERTIES, "PropertiesChanged", f"{LOGIN}.Session", hint, []),
            ("/org/gnome/ScreenSaver", GNOME, "ActiveChanged", YES),
        ):
            teller.tell(path, interface, member, *body)
            assert told.get(timeout=SOON) is Away.LOCKED
        assert told.empty()


def test_a_desktop_on_which_nobody_tells_is_said(address: str) -> None:
    with watching(address) as (lock, _):
        assert "A locked screen is not noticed" in lock.problem
        assert "sleep is not noticed" in lock.problem
