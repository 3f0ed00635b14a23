"""The screen lock and the sleep of a Linux desktop, as it tells them over D-Bus. Asks and listens.

Two buses: login1 on the system's tells of both, where the locker reports to it; lockers that do not
tell it on the session's. A signal that is made up can only make the panel more careful.
"""

import os
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from ctpanel.app.ports import Away
from ctpanel.local.screen_lock import tell

ANSWER_WITHIN: Final = 5.0
NEXT_TRY: Final = 30.0
"""Seconds after which a bus that is not there, or has gone, is tried again."""

LOGIN: Final = "org.freedesktop.login1"
LOGIN_AT: Final = "/org/freedesktop/login1"
SAVERS: Final = tuple(
    f"org.{desktop}.ScreenSaver" for desktop in ("freedesktop", "gnome", "cinnamon", "mate", "xfce")
)
PROPERTIES: Final = "org.freedesktop.DBus.Properties"


@dataclass(frozen=True, slots=True)
class Signal:
    """What was told over a bus."""

    interface: str
    member: str
    body: tuple[Any, ...]


def meaning(signal: Signal) -> Away | None:
    """What a signal says of the trader, None when it says nothing new or is not understood."""
    match signal:
        case Signal("org.freedesktop.login1.Session", "Lock"):
            return Away.LOCKED
        case Signal("org.freedesktop.login1.Manager", "PrepareForSleep", (True,)):
            return Away.SLEEPING
        case Signal(interface, "ActiveChanged", (True,)) if interface in SAVERS:
            return Away.LOCKED
        case Signal(interface, "PropertiesChanged", (_, {"LockedHint": ("b", True)}, *_)) if (
            interface == PROPERTIES
        ):
            return Away.LOCKED
    return None


_UNTOLD: Final = {
    Away.LOCKED: "A locked screen is not noticed: nothing on this desktop tells of it.",
    Away.SLEEPING: "The computer's sleep is not noticed: nothing on this desktop tells of it.",
}


class BusLock:
    """app.ports.ScreenLock on D-Bus."""

    def __init__(self, system: str = "SYSTEM", session: str = "SESSION") -> None:
        """Take buses by their kind, or by their addresses."""
        self._ears = (Ear(system, _listen_to_login), Ear(session, _listen_to_savers))

    @property
    def problem(self) -> str:
        """Why a lock or a sleep may go unnoticed, a sentence; "" when neither does."""
        told = frozenset[Away]()
        for ear in self._ears:
            if ear.tells is None:
                return ""
            told |= ear.tells
        return " ".join(_UNTOLD[away] for away in Away if away not in told)

    def watch(self, on_lock: Callable[[Away], None]) -> None:
        """Listen from now on, a thread for each bus."""
        for ear in self._ears:
            threading.Thread(
                target=ear.listen, args=(on_lock,), name="screen lock", daemon=True
            ).start()

    def end(self) -> None:
        """Listen no longer."""
        for ear in self._ears:
            ear.end()


class Ear:
    """Listens on one bus, and again when it comes back.

    Attributes:
        tells: what somebody there tells of; None until that is known.
    """

    def __init__(self, bus: str, subscribe: "Callable[[Any], frozenset[Away]]") -> None:
        self.tells: frozenset[Away] | None = None
        self._bus = bus
        self._subscribe = subscribe
        self._socket: socket.socket | None = None
        self._is_ended = threading.Event()

    def listen(self, on_lock: Callable[[Away], None]) -> None:
        """Until `end`."""
        while not self._is_ended.is_set():
            try:
                self._hear_out(on_lock)
            except Exception:  # noqa: BLE001 - a bus has many ways not to be there
                self.tells = frozenset()
            self._is_ended.wait(NEXT_TRY)

    def _hear_out(self, on_lock: Callable[[Away], None]) -> None:
        """Until the bus goes.

        Raises:
            Exception: it is not there, or gone.
        """
        from jeepney.io.blocking import (  # noqa: PLC0415 - Linux only
            open_dbus_connection,
        )

        with open_dbus_connection(self._bus) as connection:
            self._socket = connection.sock
            self.tells = self._subscribe(connection)
            while not self._is_ended.is_set():
                away = meaning(_signal(connection.receive()))
                if away is not None:
                    tell(on_lock, away)

    def end(self) -> None:
        """Listen no longer; a thread that waits for a message is woken."""
        self._is_ended.set()
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def _listen_to_login(connection: Any) -> frozenset[Away]:  # noqa: ANN401 - jeepney has no types
    """Have login1 tell of sleep, and of this session, if there is one; what it tells of."""
    if not _has_owner(connection, LOGIN):
        return frozenset()
    _match(connection, sender=LOGIN, path=LOGIN_AT, member="PrepareForSleep")
    session = os.environ.get("XDG_SESSION_ID", "auto")
    try:
        (at,) = _ask(connection, LOGIN, LOGIN_AT, f"{LOGIN}.Manager", "GetSession", "s", (session,))
    except Exception:  # noqa: BLE001 - there is none, as in a container; jeepney's errors are its own
        return frozenset({Away.SLEEPING})
    _match(connection, sender=LOGIN, path=at)
    return frozenset(Away)


def _listen_to_savers(connection: Any) -> frozenset[Away]:  # noqa: ANN401 - same
    """Have every kind of screen saver tell; what the one there is now tells of."""
    for name in SAVERS:
        _match(connection, interface=name, member="ActiveChanged")
    is_there = any(_has_owner(connection, name) for name in SAVERS)
    return frozenset({Away.LOCKED}) if is_there else frozenset()


def _has_owner(connection: Any, name: str) -> bool:  # noqa: ANN401 - same
    bus = "org.freedesktop.DBus"
    (found,) = _ask(connection, bus, "/org/freedesktop/DBus", bus, "NameHasOwner", "s", (name,))
    return bool(found)


def _match(connection: Any, **fields: str) -> None:  # noqa: ANN401 - same
    from jeepney import MatchRule  # noqa: PLC0415 - same

    bus, rule = "org.freedesktop.DBus", MatchRule(type="signal", **fields).serialise()
    _ask(connection, bus, "/org/freedesktop/DBus", bus, "AddMatch", "s", (rule,))


def _ask(  # noqa: PLR0913, PLR0917 - a method call of D-Bus
    connection: Any,  # noqa: ANN401 - same
    name: str,
    path: str,
    interface: str,
    method: str,
    signature: str,
    body: Sequence[str],
) -> tuple[Any, ...]:
    """Call a method; what it gives.

    Raises:
        Exception: it was refused, or not answered in time.
    """
    from jeepney import DBusAddress, new_method_call  # noqa: PLC0415 - same
    from jeepney.wrappers import unwrap_msg  # noqa: PLC0415 - same

    call = new_method_call(DBusAddress(path, name, interface), method, signature, tuple(body))
    given: tuple[Any, ...] = unwrap_msg(connection.send_and_get_reply(call, timeout=ANSWER_WITHIN))
    return given


def _signal(message: Any) -> Signal:  # noqa: ANN401 - same
    from jeepney import HeaderFields  # noqa: PLC0415 - same

    fields = message.header.fields
    return Signal(
        str(fields.get(HeaderFields.interface, "")),
        str(fields.get(HeaderFields.member, "")),
        tuple(message.body),
    )
