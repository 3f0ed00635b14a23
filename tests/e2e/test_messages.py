"""Messages over a real bus, where somebody shows them and where nobody does."""

import threading
from typing import Any

from jeepney import HeaderFields, MessageType, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from ctpanel.local.notifications import BusMessages
from tests.e2e.desktop import Desktop
from tests.e2e.processes import wait_until

NAME = "org.freedesktop.Notifications"


def threads_end() -> None:
    wait_until(lambda: "messages" not in {t.name for t in threading.enumerate()}, "the end")


def test_a_message_reaches_whoever_shows_messages(desktop: Desktop) -> None:
    address = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
    sender = BusMessages(address)
    with open_dbus_connection(address) as server:
        server.send_and_get_reply(message_bus.RequestName(NAME))
        sender.show("ctpanel", "Unknown: look at NinjaTrader")
        call: Any = server.receive(timeout=10)
        while call.header.message_type is not MessageType.method_call:
            call = server.receive(timeout=10)
        server.send(new_method_return(call, "u", (1,)))
        sender.end()
        threads_end()
    assert call.header.fields[HeaderFields.member] == "Notify"
    assert call.body[3:5] == ("ctpanel", "Unknown: look at NinjaTrader")
    assert sender.problem == ""


def test_a_desktop_that_shows_no_messages_is_said(desktop: Desktop) -> None:
    sender = BusMessages(desktop.env["DBUS_SESSION_BUS_ADDRESS"])
    sender.show("ctpanel", "Unknown")
    sender.end()
    threads_end()
    assert sender.problem.startswith("This desktop shows no messages")
