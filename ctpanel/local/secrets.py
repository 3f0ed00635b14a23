"""The token in the operating system's credential store. Never a file, never a guessed backend.

keyring's own choice of a backend can be redirected by an environment variable or a configuration
file, and falls back to plain text when a certain package is installed. So the platform's own
backend is built here by name, and nothing else is ever used.
"""

import importlib
import sys
from collections.abc import Callable
from types import new_class
from typing import TYPE_CHECKING, Final, TypeVar

from ctpanel.app.ports import SecretsUnavailable, Token
from ctpanel.local.worker import Worker

if TYPE_CHECKING:  # importing keyring takes time; it is done in the worker thread
    from keyring.backend import KeyringBackend

SERVICE: Final = "ctpanel"
ANSWER_WITHIN: Final = 30.0
"""Seconds; the store may be asking the user to unlock it."""

LONGEST: Final = 1280
"""Characters Windows' store takes (2560 bytes of UTF-16)."""

T = TypeVar("T")


_ALLOWED: Final = {
    "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
    "darwin": (("keyring.backends.macOS", "Keyring"),),
    "linux": (
        ("keyring.backends.SecretService", "Keyring"),
        ("keyring.backends.kwallet", "DBusKeyring"),
    ),
}
"""The backends that may hold the token, by platform, best first."""


def platform_backend() -> "KeyringBackend":
    """This platform's own credential store.

    Raises:
        SecretsUnavailable: there is none that can be used.
    """
    reasons = []
    for module, name in _ALLOWED.get(sys.platform, ()):
        try:
            return _built(module, name)
        except Exception as error:  # noqa: BLE001 - each backend has its own way to be absent
            reasons.append(str(error) or type(error).__name__)
    detail = f" ({reasons[0]})" if reasons else ""
    raise SecretsUnavailable(f"No credential store is running on this computer{detail}.")


def _built(module: str, name: str) -> "KeyringBackend":
    kind = getattr(importlib.import_module(module), name)
    deaf = {"set_properties_from_env": lambda _self: None}  # KEYRING_PROPERTY_… could redirect it
    backend: KeyringBackend = new_class(name, (kind,), exec_body=lambda body: body.update(deaf))()
    _ = backend.priority  # raises with the reason when the store cannot be used here
    if sys.platform == "win32":
        backend.persist = "local machine"  # keyring's default roams with a domain profile
    return backend


class KeyringSecrets:
    """One token per server: service "ctpanel", user name the server's origin."""

    def __init__(
        self, origin: str, backend: "Callable[[], KeyringBackend]" = platform_backend
    ) -> None:
        self._origin = origin
        self._backend = backend

    async def load(self) -> Token | None:
        """The saved token."""
        secret = await self._do(lambda store: store.get_password(SERVICE, self._origin))
        try:
            return None if secret is None else Token(secret)
        except ValueError:
            raise SecretsUnavailable("What the credential store holds is not a token.") from None

    async def save(self, token: Token) -> None:
        """Save, and make sure that it can be read back."""
        if len(token.reveal()) > LONGEST:
            raise SecretsUnavailable(f"A token of more than {LONGEST} characters cannot be saved.")
        await self._do(lambda store: self._save(store, token))

    def _save(self, store: "KeyringBackend", token: Token) -> None:
        store.set_password(SERVICE, self._origin, token.reveal())
        if store.get_password(SERVICE, self._origin) != token.reveal():
            raise SecretsUnavailable("The credential store did not keep the token.")

    async def forget(self) -> None:
        """Delete, and make sure that it is gone."""
        await self._do(self._forget)

    def _forget(self, store: "KeyringBackend") -> None:
        if store.get_password(SERVICE, self._origin) is None:
            return
        store.delete_password(SERVICE, self._origin)
        if store.get_password(SERVICE, self._origin) is not None:
            raise SecretsUnavailable("The credential store still has the token.")

    async def _do(self, work: "Callable[[KeyringBackend], T]") -> T:
        """In a thread of its own: one that hangs in a prompt must not hold up the next attempt."""
        worker = Worker("credentials")
        try:
            return await worker.do(lambda: work(self._backend()), ANSWER_WITHIN)
        except SecretsUnavailable:
            raise
        except TimeoutError:
            raise SecretsUnavailable("The credential store did not answer in time.") from None
        except Exception as error:  # noqa: BLE001 - backends raise their platform's own errors
            raise SecretsUnavailable(_plain(error)) from None
        finally:
            worker.end()


def _plain(error: Exception) -> str:
    """A store's error for the trader; its own text is left out, it may quote what it was given."""
    if type(error).__name__ == "KeyringLocked":
        return "The credential store is locked. Unlock it and try again."
    return f"The credential store failed ({type(error).__name__})."


class SessionSecrets:
    """Keeps the token in memory only: for paper, and for those without a credential store."""

    def __init__(self, token: Token | None = None) -> None:
        self._token = token

    async def load(self) -> Token | None:
        """The token of this session."""
        return self._token

    async def save(self, token: Token) -> None:
        """Keep it until the panel ends."""
        self._token = token

    async def forget(self) -> None:
        """Forget it."""
        self._token = None
