"""The commands that neither open a window nor serve: saved token, journal's file, list of keys."""

import asyncio
import getpass
import io
import sqlite3
import sys
from pathlib import Path
from typing import Final

from ctpanel.app.ports import SecretsUnavailable, Token
from ctpanel.domain.state import PanelState
from ctpanel.local import journal
from ctpanel.local.clock import SystemClock
from ctpanel.local.files import replace_text
from ctpanel.local.instance import AlreadyRunning, hold
from ctpanel.local.paths import locate
from ctpanel.local.secrets import KeyringSecrets
from ctpanel.local.settings import Unreadable, look
from ctpanel.options import CROSSTRADE, AsideCommand, ExportCommand, KeysCommand, TokenCommand
from ctpanel.output import complain, say
from ctpanel.ui.preset_words import as_text

NO_PRESETS: Final = "There are no presets."
AS_ON_US: Final = (
    "Keys are named as a US keyboard writes them; F1 in the panel names them as yours does."
)


def run(command: TokenCommand | ExportCommand | AsideCommand | KeysCommand) -> int:
    """One of them; its exit status."""
    match command:
        case TokenCommand():
            return run_token(command)
        case ExportCommand():
            return run_export(command)
        case AsideCommand():
            return run_aside(command)
        case KeysCommand():
            return run_keys(command)


def run_token(command: TokenCommand) -> int:
    """Set, look for, or forget the saved token; it comes from a prompt or stdin, never argv."""
    secrets = KeyringSecrets(command.origin)
    try:
        match command.act:
            case "set":
                return _set_token(secrets, command.origin)
            case "status":
                saved = asyncio.run(secrets.load())
                say(f"{'A token is' if saved else 'No token is'} saved for {command.origin}.")
                return 0 if saved else 1
            case _:
                asyncio.run(secrets.forget())
                say(f"No token is saved for {command.origin} any more.")
                return 0
    except SecretsUnavailable as problem:
        return complain(str(problem))


def _set_token(secrets: KeyringSecrets, origin: str) -> int:
    try:
        token = Token(_typed_token(origin))
    except (EOFError, KeyboardInterrupt):
        return complain("no token was given")
    except UnicodeDecodeError:
        return complain("what was given is no token: it is not text")
    except ValueError as error:
        return complain(str(error))
    asyncio.run(secrets.save(token))
    say(f"The token for {origin} is saved in this computer's credential store.")
    return 0


def _typed_token(origin: str) -> str:
    if sys.stdin is None:
        raise EOFError
    if sys.stdin.isatty():
        return getpass.getpass(f"API token for {origin} (not shown): ")
    return sys.stdin.readline()


def run_export(command: ExportCommand) -> int:
    """Write the journal as CSV."""
    try:
        path = locate(command.data_dir, on_paper=command.paper).journal
        if not path.is_file():
            return complain(f"there is no journal at {path}")
        if command.csv.resolve().name.startswith(path.name) and (
            command.csv.resolve().parent == path.resolve().parent
        ):
            return complain("that is the journal itself; give another file")
        out = io.StringIO(newline="")
        rows = journal.export_csv(path, out)
        _write(command.csv, out.getvalue())
    except (OSError, sqlite3.Error) as error:
        return complain(f"the journal could not be written out: {error}")
    say(f"{rows} rows written to {command.csv}.")
    return 0


def run_aside(command: AsideCommand) -> int:
    """Put the journal aside: the trader's own word that what was open in it has been looked at."""
    paths = locate(command.data_dir, on_paper=command.paper)
    if not paths.journal.exists():
        return complain(f"there is no journal at {paths.journal}")
    try:
        with hold(paths.lock):
            aside = journal.put_aside(paths.journal, SystemClock().wall())
    except AlreadyRunning:
        return complain("close the panel first: it is using the journal")
    except OSError as error:
        return complain(f"the journal could not be put aside: {error}")
    say(f"The journal is kept as {aside}; what was unproved in it is no longer locked.")
    return 0


def run_keys(command: KeysCommand) -> int:
    """Print what every key does; nothing is asked for and nothing changed, so it may always run."""
    path, clock = locate(command.data_dir, on_paper=command.paper).settings, SystemClock()
    try:
        found = look(path)
    except OSError as error:
        return complain(f"{path} cannot be read: {error.strerror or type(error).__name__}")
    except Unreadable:
        return complain(f"{path} is not readable as settings; it is left as it is")
    presets = found.settings.presets
    state = PanelState(CROSSTRADE, command.paper, clock.monotonic(), clock.today(), presets=presets)
    say(f"{as_text(state) or NO_PRESETS}\n\n{AS_ON_US}")
    for unknown in found.unknown_keys:
        complain(f"there is no such key: {unknown}")
    return 0


def _write(path: Path, text: str) -> None:
    """All of it or nothing, unless it goes into a pipe or a device."""
    if path.exists() and not path.is_file():
        with path.open("w", newline="", encoding="utf-8") as out:
            out.write(text)
    else:
        replace_text(path.resolve(), text)
