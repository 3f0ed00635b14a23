"""A connection to an X server: the few requests, replies and errors that hotkeys need, as bytes.

Our own, because C's client libraries end the whole process when the server goes away, and the
Python ones know no XKB or come without a wheel. What the bytes mean is in x_server.
"""

import os
import re
import select
import socket
import struct
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ANSWER_WITHIN: Final = 5.0
"""Seconds; a server that takes longer is as good as gone."""

_ERROR, _REPLY, _GENERIC_EVENT = 0, 1, 35
_PACKET: Final = 32
_GET_INPUT_FOCUS: Final = 43
_COOKIE: Final = b"MIT-MAGIC-COOKIE-1"
_FAMILY_LOCAL, _FAMILY_WILD = 256, 65535
_DISPLAY: Final = re.compile(r"(?P<host>[^:/]*):(?P<number>[0-9]{1,5})(?:\.[0-9]+)?")


class XGone(Exception):
    """There is no X server, or no longer; the text says why."""


@dataclass(frozen=True, slots=True)
class XSetup:
    """What a server says of itself.

    Attributes:
        root: the window that is the whole screen.
        keycodes: the numbers keys may have.
    """

    root: int
    keycodes: range


class XWire:
    """One connection, for one thread."""

    def __init__(self, display: str) -> None:
        """Connect.

        Raises:
            XGone: it cannot be.
        """
        match = _DISPLAY.fullmatch(display)
        if match is None:
            raise XGone("DISPLAY names no X server")
        try:
            self._begin(_connected(match["host"], int(match["number"])))
        except OSError as error:
            raise XGone(error.strerror or "no answer") from None
        try:
            self.setup = self._introduce(*_cookie(match["number"]))
        except BaseException:
            self._socket.close()
            raise

    def _begin(self, connection: socket.socket) -> None:
        self._socket = connection
        self._buffer = bytearray()
        self._events: deque[bytes] = deque()
        self._sequence = 0
        self._errors: set[int] = set()

    def fileno(self) -> int:
        """For waiting until something arrives."""
        return self._socket.fileno()

    def close(self) -> None:
        """Hang up; the server forgets all grabs."""
        self._socket.close()

    def send(self, opcode: int, detail: int, body: bytes = b"") -> int:
        """Send a request, its body padded to four bytes; its number is for `reply` or `failed`."""
        self._write(struct.pack("<BBH", opcode, detail, 1 + len(body) // 4) + body)
        self._sequence = (self._sequence + 1) & 0xFFFF
        return self._sequence

    def ask(self, opcode: int, detail: int, body: bytes = b"") -> bytes:
        """Send a request and wait for its reply.

        Raises:
            XGone: there was none, or an error in its place.
        """
        sequence = self.send(opcode, detail, body)
        while True:
            packet = self._packet()
            kind, number = packet[0], struct.unpack_from("<H", packet, 2)[0]
            if kind == _REPLY and number == sequence:
                return packet
            if kind == _ERROR and number == sequence:
                raise XGone("it refused a request")
            self._put_away(packet)

    def failed(self) -> set[int]:
        """The numbers of requests that failed, of all that were sent since this was last asked."""
        self._errors.clear()
        self.ask(_GET_INPUT_FOCUS, 0)
        return set(self._errors)

    def event(self) -> bytes | None:
        """The next event that is here already."""
        while not self._events and (self._has_packet() or self._readable(0)):
            if not self._has_packet():
                self._fill()
                continue
            self._put_away(self._packet())
        return self._events.popleft() if self._events else None

    # --- bytes --------------------------------------------------------------------------------

    def _introduce(self, name: bytes, cookie: bytes) -> XSetup:
        lengths = struct.pack("<BxHHHHxx", ord("l"), 11, 0, len(name), len(cookie))
        self._write(lengths + padded(name) + padded(cookie))
        head = self._take(8)
        body = self._take(4 * struct.unpack_from("<H", head, 6)[0])
        if head[0] != 1:
            raise XGone("it did not let the panel in")
        try:
            return _setup(body)
        except struct.error:
            raise XGone("its answer makes no sense") from None

    def _put_away(self, packet: bytes) -> None:
        if packet[0] == _ERROR:
            self._errors.add(struct.unpack_from("<H", packet, 2)[0])
        elif packet[0] != _REPLY:
            self._events.append(packet)

    def _packet(self) -> bytes:
        """The next packet, whatever it is."""
        while not self._has_packet():
            self._wait()
        return self._take(self._packet_size())

    def _has_packet(self) -> bool:
        return len(self._buffer) >= _PACKET and len(self._buffer) >= self._packet_size()

    def _packet_size(self) -> int:
        if self._buffer[0] not in (_REPLY, _GENERIC_EVENT):
            return _PACKET
        return _PACKET + 4 * int(struct.unpack_from("<I", self._buffer, 4)[0])

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._wait()
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _wait(self) -> None:
        if not self._readable(ANSWER_WITHIN):
            raise XGone("it does not answer")
        self._fill()

    def _readable(self, seconds: float) -> bool:
        poll = select.poll()  # select() has no place for a high file number
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def _fill(self) -> None:
        try:
            read = self._socket.recv(65536)
        except OSError as error:
            raise XGone(error.strerror or "the connection broke") from None
        if not read:
            raise XGone("it ended the connection")
        self._buffer += read

    def _write(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise XGone(error.strerror or "the connection broke") from None


def padded(data: bytes) -> bytes:
    """Filled up to four bytes, as the protocol wants it."""
    return data + bytes(-len(data) % 4)


def _connected(host: str, number: int) -> socket.socket:
    if host not in ("", "unix"):
        return socket.create_connection((host, 6000 + number), ANSWER_WITHIN)
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where every X server listens
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(ANSWER_WITHIN)
    try:
        connection.connect(path if Path(path).exists() else "\0" + path)
    except BaseException:
        connection.close()
        raise
    return connection


def _cookie(number: str) -> tuple[bytes, bytes]:
    """What lets this user in, from the file the login left; nothing where there is none."""
    path = os.environ.get("XAUTHORITY") or str(Path("~/.Xauthority").expanduser())
    try:
        entries = list(_entries(Path(path).read_bytes()))
    except (OSError, struct.error):
        return b"", b""
    here = socket.gethostname().encode()
    for family, address, display, name, cookie in entries:
        is_here = family == _FAMILY_WILD or (family, address) == (_FAMILY_LOCAL, here)
        if is_here and display in (b"", number.encode()) and name == _COOKIE:
            return name, cookie
    return b"", b""


def _entries(data: bytes) -> "list[tuple[int, bytes, bytes, bytes, bytes]]":
    found, at = [], 0
    while at < len(data):
        (family,) = struct.unpack_from(">H", data, at)
        at += 2
        fields = []
        for _ in range(4):
            (size,) = struct.unpack_from(">H", data, at)
            fields.append(data[at + 2 : at + 2 + size])
            at += 2 + size
        found.append((family, *fields))
    return found


def _setup(body: bytes) -> XSetup:
    vendor, _, _, formats, *_, lowest, highest = struct.unpack_from("<16xHHBBBBBBBB4x", body)
    (root,) = struct.unpack_from("<I", body, 32 + len(padded(bytes(vendor))) + 8 * formats)
    return XSetup(root, range(lowest, highest + 1))
