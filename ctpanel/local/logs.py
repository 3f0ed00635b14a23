"""The log file: small, rotated, readable by its owner only, and without the token."""

import logging
import logging.handlers
import os
import re
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from ctpanel.app.ports import TokenHolder

MAX_BYTES: Final = 1_000_000
KEPT_FILES: Final = 3
HIDDEN: Final = "[token]"

_OWNER_ONLY: Final = 0o600

_BEARER: Final = re.compile(r"(?i)bearer\s+\S+")


class Redactor(logging.Formatter):
    """Formats a record, then takes the token out of the finished text, tracebacks included."""

    def __init__(self, holder: TokenHolder) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._holder = holder

    def format(self, record: logging.LogRecord) -> str:
        """The line without the token."""
        text = _BEARER.sub(f"Bearer {HIDDEN}", super().format(record))
        token = self._holder.token
        return text if token is None else text.replace(token.reveal(), HIDDEN)


class _OwnersFile(logging.handlers.RotatingFileHandler):
    """Each file it opens, after a rotation too, can be read by its owner only."""

    def _open(self) -> TextIOWrapper:
        stream = open(  # noqa: SIM115 - the handler closes it; pathlib takes no opener
            self.baseFilename, "a", encoding=self.encoding, opener=_owners
        )
        if hasattr(os, "fchmod"):
            os.fchmod(stream.fileno(), _OWNER_ONLY)
        return stream


def _owners(path: str, flags: int) -> int:
    return os.open(path, flags, _OWNER_ONLY)


def start_logging(path: Path, holder: TokenHolder) -> logging.Handler:
    """Log to `path`; close the returned handler at the end.

    httpx writes whole addresses at INFO, httpcore and websockets headers at DEBUG: they are kept at
    WARNING.
    """
    handler = _OwnersFile(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    handler.setFormatter(Redactor(holder))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in ("httpx", "httpcore", "websockets"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Stop and close."""
    logging.getLogger().removeHandler(handler)
    handler.close()
