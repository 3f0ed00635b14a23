"""Credential stores as keyring knows them: one that keeps, and those that do not."""

import time

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class KeepingKeyring(KeyringBackend):
    """Keeps passwords in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring is not fully typed
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


class LockedKeyring(KeepingKeyring):
    """Stays locked."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"{service} {username} {password}")


class LyingKeyring(KeepingKeyring):
    """Takes everything and keeps nothing, as keyring's null backend does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class ClingingKeyring(KeepingKeyring):
    """Deletes nothing."""

    def delete_password(self, service: str, username: str) -> None:
        return


class QuotingKeyring(KeepingKeyring):
    """Fails with an error that quotes the secret, as Windows' store can."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError(1783, f"CredWrite {service} {username} {password}")


class HangingKeyring(KeepingKeyring):
    """Asks the user, who has gone."""

    def get_password(self, service: str, username: str) -> str | None:
        time.sleep(1.0)
        return None
