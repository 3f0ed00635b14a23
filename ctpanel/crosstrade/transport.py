"""The only place that makes an HTTP client, and one bounded exchange over it.

No proxy, redirect, retry, netrc or certificate setting of the environment is used: a trading token
goes to the server that was configured, proven by the operating system's own trust store, or
nowhere. httpx's timeouts are per operation; the deadline here is for the whole exchange.
"""

import asyncio
import ssl
import sys
import zlib
from contextlib import suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote, urlencode

import httpcore
import httpx
import truststore

from ctpanel import __version__
from ctpanel.app.ports import TokenHolder
from ctpanel.crosstrade.errors import BodyTooLarge, undelivered
from ctpanel.crosstrade.leftovers import has_leftovers

MAX_BODY: Final = 1_000_000
"""Bytes; the largest documented answer is far smaller, but for lists that grow all day."""

_TIMEOUT: Final = httpx.Timeout(connect=3.0, read=15.0, write=5.0, pool=1.0)
_GZIP: Final = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """A whole question.

    Attributes:
        path: already quoted.
        deadline: seconds, for everything.
        longest: bytes of the answer.
    """

    method: str
    path: str
    deadline: float
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    longest: int = MAX_BODY


class Carrier(Protocol):
    """A way to the server and back: `Channel` here, and calls over the stream (stream/rpc.py)."""

    async def exchange(self, request: Request) -> Reply:
        """Send once and read the answer to its end.

        Raises:
            Undelivered: there is no whole answer; it says whether anything can have been sent.
        """
        ...


_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # Alpine, BSD
)


def trusted_context() -> ssl.SSLContext:
    """TLS by the operating system's trust store; it writes no key log, unlike ssl's default.

    Where the store is a file, it is named here: OpenSSL's own default, which truststore would use,
    can be moved by SSL_CERT_FILE and SSL_CERT_DIR. Without a store nothing is trusted.
    """
    if sys.platform in ("win32", "darwin"):
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for bundle in _BUNDLES:
        if Path(bundle).is_file():
            context.load_verify_locations(cafile=bundle)
            break
    return context


class Channel:
    """One kept-alive connection pool to one server; orders and reads each have their own."""

    def __init__(self, origin: str, holder: TokenHolder, tls: ssl.SSLContext) -> None:
        self._origin = origin
        self._holder = holder
        self._tls = tls
        self._client = self._make()
        self._retired: list[httpx.AsyncClient] = []

    def _make(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=20, keepalive_expiry=50)
        self._transport = httpx.AsyncHTTPTransport(
            verify=self._tls, http1=True, http2=False, retries=0, trust_env=False, limits=limits
        )
        return httpx.AsyncClient(
            base_url=self._origin,
            transport=self._transport,
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=_TIMEOUT,
            headers={
                "User-Agent": f"ctpanel/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
            },
        )

    async def exchange(self, request: Request) -> Reply:
        """Send once and read the answer to its end.

        Raises:
            Undelivered: there is no whole answer; it says whether anything can have been sent.
        """
        try:
            async with asyncio.timeout(request.deadline):
                reply = await self._exchange(request)
        except Exception as error:
            if isinstance(error, httpx.PoolTimeout):
                self._renew()
            raise undelivered(error) from error
        await self._close_talkative()
        return reply

    async def _exchange(self, request: Request) -> Reply:
        async with self._client.stream(
            request.method,
            self._url(request),
            content=request.body,
            headers=self._headers(request),
        ) as response:
            body = await _bounded(response, request.longest)
            return Reply(response.status_code, self._without_token(body))

    def _without_token(self, body: bytes) -> bytes:
        """An answer may quote the token; nobody further in is to see, log or write it."""
        token = self._holder.token
        return body if token is None else body.replace(token.reveal().encode(), b"[token]")

    def _url(self, request: Request) -> httpx.URL:
        """The address, proven to be the path that was asked for: nothing may have climbed."""
        query = urlencode(request.query, quote_via=quote)
        target = (f"{request.path}?{query}" if query else request.path).encode("ascii")
        url = httpx.URL(self._origin).copy_with(raw_path=target)
        if url.raw_path != target:
            raise httpx.UnsupportedProtocol("the path would change on its way")
        return url

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {}
        if self._holder.token is not None:
            headers["Authorization"] = f"Bearer {self._holder.token.reveal()}"
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        return headers

    async def _close_talkative(self) -> None:
        """Close connections whose server has said more than it was asked; see leftovers.py."""
        for connection in tuple(self._transport._pool.connections):  # noqa: SLF001 - not public
            if connection.is_idle() and has_leftovers(connection):
                with suppress(httpcore.NetworkError):
                    await connection.aclose()

    def _renew(self) -> None:
        """WORKAROUND for https://github.com/encode/httpcore/issues/1093.

        A request cancelled while it queued can hold its place in the pool for ever. The old pool
        is closed at the end only: something may still be on its way in it.
        """
        self._retired.append(self._client)
        self._client = self._make()

    async def close(self) -> None:
        """Close the connections."""
        for client in (self._client, *self._retired):
            await client.aclose()


async def _bounded(response: httpx.Response, longest: int) -> bytes:
    """The body, unpacked, never longer than that: a small gzip can be a very large text."""
    raw = bytearray()
    async for chunk in response.aiter_raw():
        raw += chunk
        if len(raw) > longest:
            raise BodyTooLarge
    coding = response.headers.get("Content-Encoding", "identity").lower()
    if coding == "identity":
        return bytes(raw)
    if coding != "gzip":
        raise httpx.DecodingError(f"unasked content coding {coding!r}")
    return _unpacked(bytes(raw), longest)


def _unpacked(raw: bytes, longest: int) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        body = unpacker.decompress(raw, longest)
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise BodyTooLarge
    return body
