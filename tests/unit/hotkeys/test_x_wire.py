"""A connection to an X server whose answers are late, cut short or nonsense."""

import contextlib
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.hotkeys import x_wire
from ctpanel.hotkeys.x_server import XServer
from ctpanel.hotkeys.x_wire import XGone, XWire, _cookie, padded

FIRST_PORT = 6000
SCREEN = struct.pack("<I36x", 0x123)
SETUP_BODY = struct.pack("<16xHHBBBBBBBB4x", 3, 0, 1, 0, 0, 0, 0, 0, 8, 255) + b"any\0" + SCREEN
ACCEPTED = struct.pack("<BxHHH", 1, 11, 0, len(SETUP_BODY) // 4) + SETUP_BODY


@contextlib.contextmanager
def server(answer: bytes, *, hangs: bool = False) -> Iterator[str]:
    """A server that says this, whatever it is asked, and then hangs up."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(12)
            connection.sendall(answer)
            if hangs:
                connection.recv(100_000)
                with contextlib.suppress(OSError):
                    connection.recv(1)
            connection.shutdown(socket.SHUT_WR)
            with contextlib.suppress(OSError):
                while connection.recv(4096):
                    pass

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1] - FIRST_PORT}"
    finally:
        thread.join(5)
        listening.close()
    assert not thread.is_alive()


def test_a_server_says_its_root_window_and_key_numbers() -> None:
    with server(ACCEPTED) as display:
        wire = XWire(display)
        wire.close()
    assert (wire.setup.root, wire.setup.keycodes) == (0x123, range(8, 256))


@pytest.mark.parametrize("display", ["", "here", "a/b:0", ":", ":x", ":0;rm", "\0:0"])
def test_what_names_no_server_is_said(display: str) -> None:
    with pytest.raises(XGone):
        XWire(display)


def test_a_server_that_lets_nobody_in_is_gone() -> None:
    refusal = struct.pack("<BBHHH", 0, 4, 11, 0, 1) + b"no! "
    with server(refusal) as display, pytest.raises(XGone, match="did not let the panel in"):
        XWire(display)


@pytest.mark.parametrize("answer", [b"", ACCEPTED[:3], ACCEPTED[:30]])
def test_a_server_that_hangs_up_is_gone(answer: bytes) -> None:
    with server(answer) as display, pytest.raises(XGone):
        XWire(display)


def test_a_server_that_says_nothing_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x_wire, "ANSWER_WITHIN", 0.05)
    with server(ACCEPTED, hangs=True) as display:
        wire = XWire(display)
        with pytest.raises(XGone, match="does not answer"):
            wire.ask(43, 0)
        wire.close()


def test_a_server_without_xkb_is_too_old() -> None:
    no_such_extension = struct.pack("<BxHI24x", 1, 1, 0)
    with (
        server(ACCEPTED + no_such_extension) as display,
        pytest.raises(XGone, match="too old for hotkeys"),
    ):
        XServer(display)


@given(st.binary(max_size=200))
def test_nonsense_never_raises_anything_else(nonsense: bytes) -> None:
    wire = XWire.__new__(XWire)
    ours, its = socket.socketpair()
    with ours, its:
        its.sendall(nonsense)
        its.shutdown(socket.SHUT_WR)
        wire._begin(ours)
        with contextlib.suppress(XGone):
            while wire.event() is not None:
                pass


def entry(family: int, address: bytes, display: bytes, name: bytes, cookie: bytes) -> bytes:
    fields = (address, display, name, cookie)
    return struct.pack(">H", family) + b"".join(struct.pack(">H", len(f)) + f for f in fields)


HERE = socket.gethostname().encode()
NAME = b"MIT-MAGIC-COOKIE-1"


@pytest.mark.parametrize(
    ("entries", "cookie"),
    [
        (entry(256, HERE, b"7", NAME, b"right"), b"right"),
        (entry(65535, b"", b"", NAME, b"right"), b"right"),
        (entry(256, HERE, b"8", NAME, b"wrong") + entry(256, HERE, b"", NAME, b"right"), b"right"),
        (entry(256, b"elsewhere", b"7", NAME, b"wrong"), b""),
        (entry(256, HERE, b"7", b"XDM-AUTHORIZATION-1", b"wrong"), b""),
        (b"\x01", b""),
        (b"", b""),
    ],
)
def test_the_cookie_of_the_login_is_found(
    entries: bytes, cookie: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cookies").write_bytes(entries)
    monkeypatch.setenv("XAUTHORITY", str(tmp_path / "cookies"))
    assert _cookie("7")[1] == cookie


@given(st.binary(max_size=40))
def test_padding_fills_up_to_four_bytes(data: bytes) -> None:
    assert len(padded(data)) % 4 == 0
    assert padded(data).startswith(data)
