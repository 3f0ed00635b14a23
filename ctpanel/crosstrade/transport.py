"""The only place that makes an HTTP client, and one bounded exchange over it.

No proxy, redirect, retry, netrc or certificate setting of the environment is used: a trading token
goes to the server that was configured, proven by the operating system's own trust store, or
nowhere. httpx's timeouts are per operation; the deadline here is for the whole exchange.
"""

import asyncio
import ssl
import zlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

import httpx
import truststore

from ctpanel import __version__
from ctpanel.app.ports import TokenHolder
from ctpanel.crosstrade.errors import BodyTooLarge, undelivered

MAX_BODY: Final = 1_000_000
"""Bytes; the largest documented answer is far smaller."""

_TIMEOUT: Final = httpx.Timeout(connect=3.0, read=15.0, write=5.0, pool=1.0)
_GZIP: Final = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """A whole question. `path` is already quoted; `deadline` is in seconds, for everything."""

    method: str
    path: str
    deadline: float
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


def trusted_context() -> ssl.SSLContext:
    """TLS by the operating system's trust store; it writes no key log, unlike ssl's default."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Channel:
    """One kept-alive connection pool to one server; orders and reads each have their own."""

    def __init__(self, origin: str, holder: TokenHolder, tls: ssl.SSLContext) -> None:
        self._origin = origin
        self._holder = holder
        self._tls = tls
        self._client = self._make()
        self._retired: list[httpx.AsyncClient] = []

    def _make(self) -> httpx.AsyncClient:
        limits = httpx.Limits(max_connections=16, max_keepalive_connections=4, keepalive_expiry=50)
        transport = httpx.AsyncHTTPTransport(
            verify=self._tls, http1=True, http2=False, retries=0, trust_env=False, limits=limits
        )
        return httpx.AsyncClient(
            base_url=self._origin,
            transport=transport,
            trust_env=False,
            follow_redirects=False,
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
                return await self._exchange(request)
        except Exception as error:
            if isinstance(error, httpx.PoolTimeout):
                self._renew()
            raise undelivered(error) from error

    async def _exchange(self, request: Request) -> Reply:
        async with self._client.stream(
            request.method,
            self._url(request),
            content=request.body,
            headers=self._headers(request),
        ) as response:
            body = await _bounded(response)
            return Reply(response.status_code, body)

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


async def _bounded(response: httpx.Response) -> bytes:
    """The body, unpacked, never longer than MAX_BODY: a small gzip can be a very large text."""
    raw = bytearray()
    async for chunk in response.aiter_raw():
        raw += chunk
        if len(raw) > MAX_BODY:
            raise BodyTooLarge
    coding = response.headers.get("Content-Encoding", "identity").lower()
    if coding == "identity":
        return bytes(raw)
    if coding != "gzip":
        raise httpx.DecodingError(f"unasked content coding {coding!r}")
    return _unpacked(bytes(raw))


def _unpacked(raw: bytes) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        body = unpacker.decompress(raw, MAX_BODY)
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise BodyTooLarge
    return body
