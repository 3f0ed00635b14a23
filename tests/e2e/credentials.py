"""A real Secret Service on a desktop, and what is in it."""

from typing import Final

import secretstorage
from jeepney.io.blocking import open_dbus_connection

from tests.e2e.desktop import Desktop
from tests.e2e.processes import wait_until

SERVICE: Final = "ctpanel"
APPLICATION: Final = "Python keyring library"


class SecretService:
    """gnome-keyring with an unlocked default collection."""

    def __init__(self, desktop: Desktop) -> None:
        desktop.start(
            "gnome-keyring-daemon",
            "--foreground",
            "--unlock",
            "--components=secrets",
            stdin="password of the login keyring",
        )
        self._address = desktop.env["DBUS_SESSION_BUS_ADDRESS"]
        wait_until(self._is_open, "an unlocked Secret Service")

    def _is_open(self) -> bool:
        with open_dbus_connection(bus=self._address) as connection:
            if not secretstorage.check_service_availability(connection):
                return False
            collections = secretstorage.get_all_collections(connection)
            return any(
                c.collection_path.endswith("/login") and not c.is_locked() for c in collections
            )

    def keep(self, origin: str, token: str) -> None:
        """Save a token as the panel would have."""
        with open_dbus_connection(bus=self._address) as connection:
            collection = secretstorage.get_default_collection(connection)
            attributes = {"application": APPLICATION, **_query(origin)}
            collection.create_item(f"Token of {origin}", attributes, token.encode())

    def tokens(self, origin: str) -> list[str]:
        """What is saved for a server."""
        with open_dbus_connection(bus=self._address) as connection:
            found = secretstorage.search_items(connection, _query(origin))
            return [item.get_secret().decode() for item in found]


def _query(origin: str) -> dict[str, str]:
    return {"service": SERVICE, "username": origin}
