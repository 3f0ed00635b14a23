"""The command line: what may be said, checked and turned into values. Doing it is main's work."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from ctpanel import __version__

CROSSTRADE: Final = "https://app.crosstrade.io"

_ACTS: Final = ("set", "status", "forget")
_LABEL: Final = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)", re.ASCII)


@dataclass(frozen=True, slots=True)
class PanelCommand:
    """Open the window."""

    origin: str = CROSSTRADE
    paper: bool = False
    data_dir: Path | None = None
    self_test: bool = False


@dataclass(frozen=True, slots=True)
class PaperCommand:
    """Run the paper exchange alone."""

    port: int
    token: str | None
    seed: int
    faults: tuple[tuple[str, str], ...]
    is_child: bool


@dataclass(frozen=True, slots=True)
class DemoCommand:
    """Show one reversal without a display."""

    out: Path


@dataclass(frozen=True, slots=True)
class TokenCommand:
    """Set, show the state of, or forget the saved token."""

    act: str
    origin: str


@dataclass(frozen=True, slots=True)
class ExportCommand:
    """Write the journal as CSV."""

    csv: Path
    data_dir: Path | None
    paper: bool


@dataclass(frozen=True, slots=True)
class AsideCommand:
    """Put the journal aside, so that a new one is begun."""

    data_dir: Path | None
    paper: bool


@dataclass(frozen=True, slots=True)
class KeysCommand:
    """Print what every key does."""

    data_dir: Path | None
    paper: bool


Command: TypeAlias = (
    PanelCommand
    | PaperCommand
    | DemoCommand
    | TokenCommand
    | ExportCommand
    | AsideCommand
    | KeysCommand
)


@dataclass(slots=True)
class _Said(argparse.Namespace):
    """What argparse fills in."""

    command: str | None = None
    act: str = ""
    paper: bool = False
    self_test: bool = False
    base_url: str = CROSSTRADE
    data_dir: Path | None = None
    port: int = 0
    token: str | None = None
    seed: int = 1
    fault: list[tuple[str, str]] = field(default_factory=list)
    child: bool = False
    out: Path = Path("demo")
    csv: Path = Path()


def read(argv: Sequence[str]) -> Command:
    """The command that was given. Ends the program with a message when it is not one."""
    parser = _parser()
    said, more = parser.parse_known_args(argv, namespace=_Said())
    if more:  # not repeated: somebody may have put a token there
        parser.error(f"{len(more)} argument(s) too many")
    if said.paper and said.base_url != CROSSTRADE:
        parser.error("--paper is a server of its own: it does not go with --base-url")
    if said.command == "paper":
        return PaperCommand(said.port, said.token, said.seed, tuple(said.fault), said.child)
    if said.command == "demo":
        return DemoCommand(said.out)
    if said.command == "token":
        return TokenCommand(said.act, said.base_url)
    if said.command == "keys":
        return KeysCommand(said.data_dir, said.paper)
    if said.command == "journal":
        return _of_journal(said)
    return PanelCommand(said.base_url, said.paper, said.data_dir, said.self_test)


def _of_journal(said: _Said) -> Command:
    if said.act == "aside":
        return AsideCommand(said.data_dir, said.paper)
    return ExportCommand(said.csv, said.data_dir, said.paper)


def origin(text: str) -> str:
    """A server's address, reduced to its origin.

    Raises:
        argparse.ArgumentTypeError: it is not https, nor http on this machine.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise argparse.ArgumentTypeError("that is not an address") from None
    extras = parts.username, parts.password, parts.query, parts.fragment, parts.path.strip("/")
    if not _is_host(host) or any(extras):  # not echoed: somebody may have put a secret there
        raise argparse.ArgumentTypeError(
            "that is not a server's address: give only https://host or https://host:port"
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise argparse.ArgumentTypeError(
            "refused: a token goes over https, or over http to this machine only"
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def host_of(server: str) -> str:
    """Host and port of an origin, as a person reads them."""
    return server.partition("://")[2]


def _is_host(host: str) -> bool:
    """A name of plain letters, digits and hyphens, or an IP address: nothing that looks alike."""
    try:
        ip_address(host)
    except ValueError:
        return all(_LABEL.fullmatch(label) for label in host.removesuffix(".").split("."))
    return True


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _act(text: str) -> str:
    if text not in _ACTS:  # not repeated: somebody may have put the token there
        raise argparse.ArgumentTypeError(f"one of {', '.join(_ACTS)}")
    return text


def _fault(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _port(text: str) -> int:
    if not text.isdigit() or not 0 <= int(text) < 2**16:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ctpanel",
        description="Reverse a NinjaTrader 8 futures position with one press, through CrossTrade.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"ctpanel {__version__}")
    parser.add_argument("--paper", action="store_true", help="trade on the built-in paper exchange")
    parser.add_argument("--self-test", action="store_true", help=argparse.SUPPRESS)
    _add_server(parser)
    _add_data_dir(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_paper(commands.add_parser("paper", help="run the paper exchange alone"))
    demo = commands.add_parser("demo", help="show one reversal on paper, no display needed")
    demo.add_argument("--out", type=Path, default=Path("demo"), help="folder for screenshots")
    token = commands.add_parser("token", help="the saved API token")
    token.add_argument("act", type=_act, metavar=f"{{{','.join(_ACTS)}}}")
    _add_server(token)
    journal = commands.add_parser("journal", help="the record of what was sent")
    acts = journal.add_subparsers(dest="act", required=True)
    export = acts.add_parser("export", help="write it as CSV")
    export.add_argument("--csv", type=Path, required=True, metavar="FILE")
    aside = acts.add_parser("aside", help="rename a damaged one, so that a new one is begun")
    keys = commands.add_parser("keys", help="print what every key does")
    for one, what in ((export, "record"), (aside, "record"), (keys, "keys")):
        one.add_argument(
            "--paper",
            action="store_true",
            default=argparse.SUPPRESS,
            help=f"the {what} of paper trading",
        )
        _add_data_dir(one)
    return parser


def _add_paper(paper: argparse.ArgumentParser) -> None:
    paper.add_argument("--port", type=_port, default=0, metavar="N", help="0 takes a free one")
    paper.add_argument("--token", metavar="T", help="the token it takes")
    paper.add_argument("--seed", type=int, default=1, metavar="N", help="of prices and ids")
    paper.add_argument(
        "--fault", type=_fault, action="append", default=[], metavar="NAME=VALUE", dest="fault"
    )
    paper.add_argument("--child", action="store_true", help=argparse.SUPPRESS)


def _add_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--base-url",
        type=origin,
        default=argparse.SUPPRESS,
        metavar="URL",
        help="another server: https, or http on this machine only",
    )


def _add_data_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="where settings, journal and logs are",
    )
