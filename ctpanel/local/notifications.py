"""Messages on a Linux desktop that has no tray, over D-Bus. Elsewhere Qt shows them."""

import queue
import sys
import threading
from contextlib import suppress
from typing import Final

WAITING: Final = 5
ANSWER_WITHIN: Final = 5.0
SHOWN_MS: Final = 10_000
_NAME: Final = "org.freedesktop.Notifications"
_AT: Final = "/org/freedesktop/Notifications"


def messages() -> "BusMessages | None":
    """This system's; None where every desktop has a tray."""
    return BusMessages() if sys.platform == "linux" else None


class BusMessages:
    """Shows messages in a thread of its own. Its calls neither wait nor raise.

    Attributes:
        problem: why the last message was not shown, a sentence; "" when it was.
    """

    def __init__(self, bus: str = "SESSION") -> None:
        self.problem = ""
        self._bus = bus
        self._waiting: queue.Queue[tuple[str, str] | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None

    def show(self, title: str, text: str) -> None:
        """Show a message. Both are plain, with no sign that a desktop could take for markup."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="messages", daemon=True)
            self._thread.start()
        with suppress(queue.Full):
            self._waiting.put_nowait((title, text))

    def end(self) -> None:
        """Let the thread go."""
        with suppress(queue.Full):
            self._waiting.put_nowait(None)

    def _run(self) -> None:
        while (message := self._waiting.get()) is not None:
            try:
                _send(self._bus, *message)
                self.problem = ""
            except Exception as error:  # noqa: BLE001 - a bus has many ways not to be there
                self.problem = f"This desktop shows no messages ({type(error).__name__})."


def _send(bus: str, title: str, text: str) -> None:
    """Have the desktop show it.

    Raises:
        Exception: it does not, or does not say so in time.
    """
    from jeepney import DBusAddress, new_method_call  # noqa: PLC0415 - Linux only
    from jeepney.io.blocking import (  # noqa: PLC0415 - same
        open_dbus_connection,
    )
    from jeepney.wrappers import unwrap_msg  # noqa: PLC0415 - same

    body: tuple[object, ...] = ("ctpanel", 0, "ctpanel", title, text, [], {}, SHOWN_MS)
    call = new_method_call(DBusAddress(_AT, _NAME, _NAME), "Notify", "susssasa{sv}i", body)
    with open_dbus_connection(bus) as connection:
        unwrap_msg(connection.send_and_get_reply(call, timeout=ANSWER_WITHIN))
