"""A desktop's GlobalShortcuts portal without a bus: real D-Bus messages over a faked connection."""

import itertools
import socket
import time
from collections import deque
from threading import Lock
from typing import Any, Final, TypeAlias

from jeepney import (
    DBusAddress,
    HeaderFields,
    Parser,
    new_error,
    new_method_return,
    new_signal,
)

from ctpanel.domain.chord import Chord
from ctpanel.hotkeys.portal import preferred
from ctpanel.hotkeys.portal_bus import (
    PATH,
    PORTAL,
    PROPERTIES,
    REQUEST,
    SESSION,
    SHORTCUTS,
    PortalBus,
)

PORTAL_CONNECTION: Final = ":1.7"
STRANGER: Final = ":1.66"
BUS: Final = "org.freedesktop.DBus"

Sent: TypeAlias = Any
"""A message; jeepney has no types."""


class FakePortal:
    """The connection and, behind it, the portal and a hand on the keyboard.

    Attributes:
        others: triggers the desktop does not give.
        described: what the desktop calls a trigger, where it is not as plain as ours.
        code: how the user answers: 0 yes, 1 no.
        is_offered: whether this desktop has the portal.
        is_asking: the user has not answered yet.
        has_error: binding is answered with an error.
        bound: the keys of the session, by trigger.
        calls: names of the methods that were called.
    """

    unique_name = ":1.42"

    def __init__(self) -> None:
        self.others: set[str] = set()
        self.described: dict[str, str] = {}
        self.code = 0
        self.is_offered = True
        self.is_asking = False
        self.has_error = False
        self.bound: dict[str, str] = {}
        self.calls: list[str] = []
        self.session = ""
        self.is_closed = False
        self.is_gone = False
        self.outgoing_serial = itertools.count(1)
        self.sock, self._its = socket.socketpair()
        self._lock = Lock()
        self._is_idle = True
        self._down: dict[Chord, str] = {}
        self._serials = itertools.count(1000)
        self._inbox: deque[Sent] = deque()

    def connect(self) -> PortalBus:
        return PortalBus(lambda: self)

    # --- jeepney's connection -----------------------------------------------------------------

    def send(self, message: Sent, serial: int) -> None:
        heard = parsed(message.serialise(serial=serial))
        method = heard.header.fields[HeaderFields.member]
        self.calls.append(method)
        if method == "CreateSession":
            self._create(heard)
        elif method == "BindShortcuts" and self.has_error:
            self._deliver(self._from(PORTAL_CONNECTION, new_error(heard, f"{BUS}.Error.Failed")))
        elif method == "BindShortcuts":
            self._bind(heard)
        elif method == "Close":
            self.session, self.bound = "", {}

    def send_and_get_reply(self, message: Sent, timeout: float) -> Sent:
        assert timeout > 0
        call = parsed(message.serialise(serial=next(self.outgoing_serial)))
        if call.header.fields[HeaderFields.interface] != PROPERTIES:
            return parsed(new_method_return(call).serialise(serial=1))
        if not self.is_offered:
            error = "org.freedesktop.DBus.Error.UnknownInterface"
            return parsed(new_error(call, error).serialise(serial=1))
        version = new_method_return(call, "v", (("u", 1),))
        return self._from(PORTAL_CONNECTION, version)

    def receive(self, timeout: float) -> Sent:
        assert timeout == 0
        if self.is_gone:
            raise ConnectionResetError
        with self._lock:
            self._is_idle = not self._inbox
            if self._is_idle:
                raise TimeoutError
            self.sock.recv(1)
            return self._inbox.popleft()

    def close(self) -> None:
        self.is_closed = True
        self.sock.close()
        self._its.close()

    # --- the portal ---------------------------------------------------------------------------

    def _create(self, call: Sent) -> None:
        (options,) = call.body
        self.session = f"{PATH}/session/1_42/{options['session_handle_token'][1]}"
        self._respond(options, {"session_handle": ("s", self.session)}, 0)

    def _bind(self, call: Sent) -> None:
        session, shortcuts, _, options = call.body
        assert session == self.session
        triggers = {name: facts["preferred_trigger"][1] for name, facts in shortcuts}
        taken = {name: trigger for name, trigger in triggers.items() if trigger not in self.others}
        self.bound = {trigger: name for name, trigger in taken.items()} if not self.code else {}
        if not self.is_asking:
            self._respond(options, {"shortcuts": self._shortcuts()}, self.code)

    def _shortcuts(self) -> tuple[str, Sent]:
        return "a(sa{sv})", [
            (name, {"trigger_description": ("s", self.described.get(trigger, trigger))})
            for trigger, name in self.bound.items()
        ]

    def _respond(self, options: Sent, results: Sent, code: int) -> None:
        path = f"{PATH}/request/1_42/{options['handle_token'][1]}"
        self.signal((REQUEST, "Response"), "ua{sv}", (code, results), path=path)

    def signal(
        self,
        named: tuple[str, str],
        signature: str,
        body: tuple[object, ...],
        *,
        path: str = PATH,
        sender: str = PORTAL_CONNECTION,
    ) -> None:
        """Have a signal of this interface and name arrive, from the portal or from a stranger."""
        interface, member = named
        address = DBusAddress(path, interface=interface)
        self._deliver(self._from(sender, new_signal(address, member, signature, body)))

    def _from(self, sender: str, message: Sent) -> Sent:
        message.header.fields[HeaderFields.sender] = sender
        return parsed(message.serialise(serial=next(self._serials)))

    def _deliver(self, message: Sent) -> None:
        with self._lock:
            self._is_idle = False
            self._inbox.append(message)
            self._its.send(b".")

    # --- the hand on the keyboard -------------------------------------------------------------

    def press(self, chord: Chord, *, sender: str = PORTAL_CONNECTION, session: str = "") -> None:
        """Press a key, or have it repeat itself in the session in which it was pressed."""
        meant = self._down.setdefault(chord, session or self.session)
        self._tell("Activated", chord, sender, meant)

    def release(self, chord: Chord) -> None:
        self._tell("Deactivated", chord, PORTAL_CONNECTION, self._down.pop(chord))

    def wait_until_read(self, within: float) -> None:
        """Until all that arrived was received, and something was asked for after it."""
        deadline = time.monotonic() + within
        while not self._is_idle and time.monotonic() < deadline:
            time.sleep(0.001)

    def _tell(self, member: str, chord: Chord, sender: str, session: str) -> None:
        name = self.bound.get(preferred(chord))
        if name is not None:
            body: tuple[object, ...] = (session, name, 0, {})
            self.signal((SHORTCUTS, member), "osta{sv}", body, sender=sender)

    def change_keys(self) -> None:
        """The user changed what the keys are."""
        body = (self.session, self._shortcuts()[1])
        self.signal((SHORTCUTS, "ShortcutsChanged"), "oa(sa{sv})", body)

    def end_session(self) -> None:
        self.signal((SESSION, "Closed"), "a{sv}", ({},), path=self.session)

    def restart(self) -> None:
        """The portal's program ends, and another begins."""
        body = (PORTAL, PORTAL_CONNECTION, ":1.8")
        self.signal(
            (BUS, "NameOwnerChanged"), "sss", body, sender=BUS, path="/org/freedesktop/DBus"
        )

    def hang_up(self) -> None:
        """The bus goes away."""
        self.is_gone = True
        self._its.send(b".")


def parsed(data: bytes) -> Sent:
    """A message as it comes out of a connection."""
    parser = Parser()
    parser.add_data(data)
    return parser.get_next_message()
