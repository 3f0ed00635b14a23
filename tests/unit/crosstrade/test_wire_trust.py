"""Whom the client talks to: the server that was configured and is proven, or nobody."""

import ssl
from pathlib import Path

import pytest

from ctpanel.crosstrade.errors import IdentityNotProven
from ctpanel.crosstrade.transport import trusted_context
from ctpanel.domain.outcomes import Accepted, Cause, NotSent
from tests.fakes.raw_server import Connection, RawServer, always, answer
from tests.unit.crosstrade.certificates import (
    EXPIRED,
    NOT_YET,
    Validity,
    server_context,
    write_certificate,
)
from tests.unit.crosstrade.clients import ORDERS, Call, client

TAKEN = answer({"orderId": "a1", "orderIds": ["a1"], "closedPositions": [], "success": True})


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return write_certificate(tmp_path)


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    context = trusted_context()
    context.load_verify_locations(certificate)
    return context


def tls_server(certificate: Path, newest: ssl.TLSVersion | None = None) -> RawServer:
    return RawServer(always(TAKEN), tls=server_context(certificate, newest))


@pytest.mark.parametrize("call", ORDERS.values(), ids=ORDERS)
async def test_an_order_to_a_server_of_an_unknown_authority_is_not_sent(
    call: Call, certificate: Path
) -> None:
    async with tls_server(certificate) as server, client(server.origin) as panel:
        outcome = await call(panel.orders)
    assert isinstance(outcome, NotSent)
    assert outcome.cause is Cause.SERVER_IDENTITY
    assert server.requests == []


async def test_a_reading_from_a_server_of_an_unknown_authority_is_refused(
    certificate: Path,
) -> None:
    async with tls_server(certificate) as server, client(server.origin) as panel:
        with pytest.raises(IdentityNotProven):
            await panel.reads.accounts()
    assert server.requests == []


async def test_a_certificate_for_another_host_is_refused(
    certificate: Path, trusting: ssl.SSLContext
) -> None:
    async with tls_server(certificate) as server:
        elsewhere = server.origin.replace("127.0.0.1", "localhost")
        async with client(elsewhere, tls=trusting) as panel:
            outcome = await ORDERS["reverse_position"](panel.orders)
    assert isinstance(outcome, NotSent)
    assert outcome.cause is Cause.SERVER_IDENTITY


@pytest.mark.parametrize("validity", [EXPIRED, NOT_YET], ids=["expired", "not valid yet"])
async def test_a_certificate_outside_its_time_is_refused_though_its_authority_is_trusted(
    validity: Validity, tmp_path: Path
) -> None:
    certificate = write_certificate(tmp_path, validity)
    trusting = trusted_context()
    trusting.load_verify_locations(certificate)
    async with tls_server(certificate) as server, client(server.origin, tls=trusting) as panel:
        outcome = await ORDERS["reverse_position"](panel.orders)
        with pytest.raises(IdentityNotProven):
            await panel.reads.accounts()
    assert isinstance(outcome, NotSent)
    assert outcome.cause is Cause.SERVER_IDENTITY
    assert "valid" in outcome.detail or "expired" in outcome.detail
    assert server.requests == []


async def test_a_server_of_a_trusted_authority_is_talked_to(
    certificate: Path, trusting: ssl.SSLContext
) -> None:
    async with tls_server(certificate) as server, client(server.origin, tls=trusting) as panel:
        outcome = await ORDERS["reverse_position"](panel.orders)
    assert outcome == Accepted(("a1",))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
async def test_a_server_with_nothing_newer_than_tls_1_1_is_refused(
    version: ssl.TLSVersion, certificate: Path, trusting: ssl.SSLContext
) -> None:
    async with (
        tls_server(certificate, version) as server,
        client(server.origin, tls=trusting) as panel,
    ):
        outcome = await ORDERS["reverse_position"](panel.orders)
    assert isinstance(outcome, NotSent)
    assert server.requests == []


async def test_a_server_that_does_not_speak_tls_is_refused() -> None:
    async def plain(connection: Connection) -> None:
        await connection.send(TAKEN)

    async with RawServer(plain) as server:
        origin = server.origin.replace("http:", "https:")
        async with client(origin) as panel:
            outcome = await ORDERS["reverse_position"](panel.orders)
    assert isinstance(outcome, NotSent)


def test_the_context_checks_names_and_certificates() -> None:
    context = trusted_context()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    "name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]
)
async def test_a_proxy_of_the_environment_sees_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with RawServer(always(TAKEN)) as canary, RawServer(always(TAKEN)) as server:
        monkeypatch.setenv(name, canary.origin)
        async with client(server.origin) as panel:
            outcome = await ORDERS["reverse_position"](panel.orders)
    assert outcome == Accepted(("a1",))
    assert (canary.connections, len(server.requests)) == (0, 1)


async def test_a_netrc_of_the_environment_replaces_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login mallory password stolen\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with RawServer(always(TAKEN)) as server, client(server.origin) as panel:
        await ORDERS["reverse_position"](panel.orders)
    assert b"\r\nAuthorization: Bearer canary" in server.requests[0]
    assert b"Basic" not in server.requests[0]


async def test_no_key_log_is_written(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_log = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(key_log))
    trusting = trusted_context()
    trusting.load_verify_locations(certificate)
    async with tls_server(certificate) as server, client(server.origin, tls=trusting) as panel:
        assert await ORDERS["flatten"](panel.orders) == Accepted()
    assert not key_log.exists()


async def test_an_authority_of_the_environment_is_not_trusted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with tls_server(certificate) as server, client(server.origin) as panel:
        outcome = await ORDERS["reverse_position"](panel.orders)
    assert isinstance(outcome, NotSent)
    assert server.requests == []
