"""The GlobalShortcuts portal as D-Bus messages: one connection, one session at a time.

Any program on the bus can send this connection a message that looks like the portal's. So only
what the portal's own connection sent is looked at, and only of requests and sessions made here.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, message_bus, new_method_call
from jeepney.io.blocking import open_dbus_connection

ANSWER_WITHIN: Final = 5.0
"""Seconds the portal may take for an answer that needs no user."""

PORTAL: Final = "org.freedesktop.portal.Desktop"
SHORTCUTS: Final = "org.freedesktop.portal.GlobalShortcuts"
REQUEST: Final = "org.freedesktop.portal.Request"
SESSION: Final = "org.freedesktop.portal.Session"
PROPERTIES: Final = "org.freedesktop.DBus.Properties"
PATH: Final = "/org/freedesktop/portal/desktop"

_BUS: Final = "org.freedesktop.DBus"
_SUCCESS: Final = 0
_RULES: Final = (
    MatchRule(type="signal", sender=PORTAL),
    MatchRule(type="signal", sender=_BUS, member="NameOwnerChanged"),
)
_NONSENSE: Final = (TypeError, ValueError, LookupError, AttributeError)
"""What looking at a message of another shape raises."""

log = logging.getLogger(__name__)


class PortalGone(Exception):
    """There is no such portal, or no longer; the text says why."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What the portal bound: by name, how it describes the key."""

    triggers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pressed:
    """A bound key went down or up."""

    name: str
    is_press: bool


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """The portal ended the session, or ended itself."""


PortalEvent: TypeAlias = Bound | Pressed | SessionClosed


class PortalBus:
    """One connection to the session bus, for one thread.

    Raises:
        PortalGone: by any call, when there is no portal or no bus.
    """

    def __init__(self, connect: Callable[[], Any] = open_dbus_connection) -> None:
        try:
            self._bus = connect()
        except Exception as error:  # noqa: BLE001 - each bus address has its own way to be wrong
            log.info("no session bus: %r", error)
            raise PortalGone("the session bus does not answer") from None
        try:
            self._owner = self._find()
        except BaseException:
            self._bus.close()
            raise
        self._request = self._session = ""
        self._wanted: Mapping[str, str] = {}
        self._serials: set[int] = set()

    def fileno(self) -> int:
        """For waiting until something arrives."""
        return int(self._bus.sock.fileno())

    def close(self) -> None:
        """Hang up; the portal ends the session."""
        self._bus.close()

    def bind(self, triggers: Mapping[str, str]) -> None:
        """Ask for these preferred keys, by name, and for no others. `event` has the answer."""
        if self._session:
            self._send(_call(SESSION, "Close", path=self._session))
        self._request = self._session = ""
        self._wanted = triggers
        self._serials.clear()
        if triggers:
            options = {"session_handle_token": ("s", _token()), **self._new_request()}
            self._send(_call(SHORTCUTS, "CreateSession", "a{sv}", (options,)))

    def event(self) -> PortalEvent | None:
        """The next event that is here already."""
        while (message := self._next()) is not None:
            try:
                event = self._understood(message)
            except _NONSENSE:
                log.info("a message of the portal makes no sense")
                continue
            if event is not None:
                return event
        return None

    # --- messages -----------------------------------------------------------------------------

    def _find(self) -> str:
        """Listen, and find the connection that is the portal's."""
        for rule in _RULES:
            self._answer(message_bus.AddMatch(rule))
        version = _call(PROPERTIES, "Get", "ss", (SHORTCUTS, "version"))
        reply = self._answer(version)
        if reply.header.message_type is not MessageType.method_return:
            raise PortalGone("this desktop does not offer them")
        return str(reply.header.fields[HeaderFields.sender])

    def _answer(self, message: Any) -> Any:  # noqa: ANN401 - jeepney has no types
        try:
            return self._bus.send_and_get_reply(message, timeout=ANSWER_WITHIN)
        except OSError:
            raise PortalGone("the desktop's portal does not answer") from None

    def _send(self, message: Any) -> None:  # noqa: ANN401 - jeepney has no types
        serial = next(self._bus.outgoing_serial)
        self._serials.add(serial)
        try:
            self._bus.send(message, serial=serial)
        except OSError:
            raise PortalGone("the session bus is gone") from None

    def _next(self) -> Any:  # noqa: ANN401 - jeepney has no types
        try:
            return self._bus.receive(timeout=0)
        except TimeoutError:
            return None
        except OSError:
            raise PortalGone("the session bus is gone") from None

    def _new_request(self) -> dict[str, tuple[str, str]]:
        """Options with a token of their own; its answer will come from a path made of both."""
        token, name = _token(), self._bus.unique_name.lstrip(":").replace(".", "_")
        self._request = f"{PATH}/request/{name}/{token}"
        return {"handle_token": ("s", token)}

    def _understood(self, message: Any) -> PortalEvent | None:  # noqa: ANN401 - jeepney has no types
        header = message.header
        fields = header.fields
        sender = fields.get(HeaderFields.sender)
        if header.message_type is MessageType.error:
            is_ours = fields.get(HeaderFields.reply_serial) in self._serials
            return Bound({}) if is_ours and sender in (self._owner, _BUS) else None
        if header.message_type is not MessageType.signal:
            return None
        named = (fields.get(HeaderFields.interface), fields.get(HeaderFields.member))
        if sender == _BUS and named[1] == "NameOwnerChanged":
            return SessionClosed() if message.body[0] == PORTAL else None
        if sender != self._owner:
            return None
        return self._told(named, fields[HeaderFields.path], message.body)

    def _told(
        self,
        named: tuple[str, str],
        path: str,
        body: Any,  # noqa: ANN401 - whatever was sent
    ) -> PortalEvent | None:
        """What the portal itself said."""
        if named == (REQUEST, "Response") and path == self._request:
            return self._responded(*body)
        if named == (SESSION, "Closed") and path == self._session:
            return SessionClosed()
        if named[0] != SHORTCUTS or not self._session or body[0] != self._session:
            return None
        if named[1] in ("Activated", "Deactivated"):
            return Pressed(str(body[1]), named[1] == "Activated")
        return Bound(_triggers(body[1])) if named[1] == "ShortcutsChanged" else None

    def _responded(self, code: int, results: Mapping[str, tuple[str, Any]]) -> Bound | None:
        """A request was answered: the session is made, or its keys are bound."""
        self._request = ""
        if code != _SUCCESS:
            return Bound({})
        if self._session:
            return Bound(_triggers(results["shortcuts"][1]))
        self._session = str(results["session_handle"][1])
        shortcuts = [
            (name, {"description": ("s", f"ctpanel: {name}"), "preferred_trigger": ("s", trigger)})
            for name, trigger in self._wanted.items()
        ]
        body = (self._session, shortcuts, "", self._new_request())
        self._send(_call(SHORTCUTS, "BindShortcuts", "oa(sa{sv})sa{sv}", body))
        return None


def _triggers(shortcuts: Iterable[tuple[str, Mapping[str, tuple[str, Any]]]]) -> dict[str, str]:
    return {
        str(name): str(facts.get("trigger_description", ("s", ""))[1]) for name, facts in shortcuts
    }


def _call(
    interface: str,
    method: str,
    signature: str = "",
    body: tuple[object, ...] = (),
    path: str = PATH,
) -> Any:  # noqa: ANN401 - jeepney has no types
    address = DBusAddress(path, bus_name=PORTAL, interface=interface)
    return new_method_call(address, method, signature or None, body)


def _token() -> str:
    """What nobody guesses, as part of a path."""
    return f"ctpanel{secrets.token_hex(8)}"
