"""Throwaway certificates of an authority that nobody trusts."""

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeAlias

import pytest

pytest.importorskip("cryptography", reason="comes with keyring on Linux only")

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 1, 1, tzinfo=UTC)


YEARS = timedelta(days=3650)

Validity: TypeAlias = tuple[datetime, datetime]

VALID: Validity = (NOW - YEARS, NOW + 10 * YEARS)
EXPIRED: Validity = (NOW - 2 * YEARS, NOW - YEARS)
NOT_YET: Validity = (NOW + 9 * YEARS, NOW + 10 * YEARS)


def write_certificate(folder: Path, validity: Validity = VALID) -> Path:
    """Key and certificate for 127.0.0.1 in one file; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody's authority")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity[0])
        .not_valid_after(validity[1])
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def server_context(certificate: Path, newest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """A server with this certificate; `newest` lets it speak nothing newer, however weak."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if newest is not None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = newest
    context.load_cert_chain(certificate)
    return context
