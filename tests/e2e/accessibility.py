"""What a screen reader finds out about the programs on a desktop, over AT-SPI. Acts on nothing.

The protocol: https://gitlab.gnome.org/GNOME/at-spi2-core/-/tree/main/xml
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, NamedTuple

from jeepney import DBusAddress, DBusErrorResponse, new_method_call
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import unwrap_msg

from tests.e2e.processes import wait_until

ANSWER_WITHIN: Final = 10.0
ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
LABELLED_BY: Final = 2
"""Of AtspiRelationType."""

SCREEN: Final = 0
"""Of AtspiCoordType."""

ALL: Final = -1
UNSEEN_ROLES: Final = ("list", "page tab list")
"""Their items say that they have the focus whenever they are the current ones."""


class State(IntEnum):
    """The bits of AtspiStateType that tests ask for."""

    ENABLED = 8
    FOCUSED = 12
    SHOWING = 25


class Gone(LookupError):
    """What is asked about is not there any more."""


class Reference(NamedTuple):
    """Where an accessible object is."""

    bus_name: str
    path: str


DESKTOP: Final = Reference("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")


class ScreenReader:
    """A connection to the accessibility bus of one desktop."""

    def __init__(self, session_bus: str) -> None:
        address = wait_until(lambda: _address(session_bus), "an accessibility bus")
        self._connection = open_dbus_connection(bus=address)

    def close(self) -> None:
        self._connection.close()

    def call(
        self, of: Reference, interface: str, method: str, signature: str = "", *body: object
    ) -> Any:  # noqa: ANN401 - whatever D-Bus answers
        """The answer's first value.

        Raises:
            Gone: there is no answer.
        """
        where = DBusAddress(of.path, bus_name=of.bus_name, interface=interface)
        message = new_method_call(where, method, signature or None, body)
        try:
            reply = self._connection.send_and_get_reply(message, timeout=ANSWER_WITHIN)
            return unwrap_msg(reply)[0]
        except DBusErrorResponse as error:
            raise Gone(str(error)) from None

    def controls(self, below: "Control | None" = None) -> "Iterator[Control]":
        """Everything on the desktop, or below one control, parents first."""
        root = Control(self, DESKTOP) if below is None else below
        for child in root.children():
            yield child
            with suppress(Gone):
                if child.role not in UNSEEN_ROLES:
                    yield from self.controls(child)

    def find(self, name: str, role: str = "", below: "Control | None" = None) -> "Control | None":
        """The first control whose name begins so."""
        for control in self.controls(below):
            with suppress(Gone):
                if role in ("", control.role) and control.name.startswith(name):
                    return control
        return None

    def focused(self) -> "Control | None":
        """The control with the keyboard's focus."""
        for control in self.controls():
            with suppress(Gone):
                if State.FOCUSED in control.states:
                    return control
        return None


def _address(session_bus: str) -> str:
    """Where the accessibility bus is, "" as long as nobody can say."""
    with suppress(OSError, DBusErrorResponse), open_dbus_connection(bus=session_bus) as connection:
        where = DBusAddress("/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Bus")
        reply = connection.send_and_get_reply(new_method_call(where, "GetAddress"), timeout=5)
        return str(unwrap_msg(reply)[0])
    return ""


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a program; everything is asked anew each time."""

    reader: ScreenReader
    reference: Reference

    def children(self) -> "list[Control]":
        found = self._ask("GetChildren")
        return [Control(self.reader, Reference(*reference)) for reference in found]

    @property
    def role(self) -> str:
        return str(self._ask("GetRoleName"))

    @property
    def name(self) -> str:
        """Its label's words, or else its own name, as screen readers choose.

        Qt gives a combo box's value as its name; what it is for is only told by its label.
        """
        for kind, labels in self._ask("GetRelationSet"):
            if kind == LABELLED_BY:
                return " ".join(Control(self.reader, Reference(*it)).own_name for it in labels)
        return self.own_name

    @property
    def own_name(self) -> str:
        return self._property("Name")

    @property
    def description(self) -> str:
        return self._property("Description")

    @property
    def value(self) -> str:
        """What is typed into it or chosen in it."""
        if self.role == "combo box":
            return self.own_name
        text = self.reader.call(self.reference, "org.a11y.atspi.Text", "GetText", "ii", 0, ALL)
        return str(text)

    @property
    def states(self) -> frozenset[State]:
        low, high = self._ask("GetState")
        bits = low | high << 32
        return frozenset(state for state in State if bits >> state & 1)

    @property
    def is_enabled(self) -> bool:
        return State.ENABLED in self.states

    @property
    def is_showing(self) -> bool:
        """Whether it is on the screen; what is gone is not."""
        with suppress(Gone):
            return State.SHOWING in self.states
        return False

    @property
    def centre(self) -> tuple[int, int]:
        """Its middle on the screen."""
        left, top, width, height = self.reader.call(
            self.reference, "org.a11y.atspi.Component", "GetExtents", "u", SCREEN
        )
        return left + width // 2, top + height // 2

    def _ask(self, method: str) -> Any:  # noqa: ANN401 - whatever D-Bus answers
        return self.reader.call(self.reference, ACCESSIBLE, method)

    def _property(self, name: str) -> str:
        properties = "org.freedesktop.DBus.Properties"
        _, value = self.reader.call(self.reference, properties, "Get", "ss", ACCESSIBLE, name)
        return str(value)
