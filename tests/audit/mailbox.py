"""
A real mail server on loopback: takes what is sent, refuses whom it is told to, and can encrypt with a certificate of its own.

Does not test anything.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"
USER, PASSWORD = "amt", "geheim/@1"
UNKNOWN = "niemand@ort.example"


class Box:
    """What the server took: messages as they came, with whom they were for."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802 aiosmtpd calls it so
        if address == UNKNOWN:
            return f"550 5.1.1 no such user, {PASSWORD}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 the same
        assert isinstance(envelope.content, bytes)
        made = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((list(envelope.rcpt_tos), made))
        return "250 OK"

    def sign_in(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        is_known = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_known, handled=is_known)


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@contextmanager
def mailbox(certificate: Path | None = None, **values: Any) -> Iterator[tuple[Box, int]]:
    """Give the box of a running server and its port; with a certificate it demands STARTTLS."""
    box = Box()
    if certificate is not None:
        secure = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        secure.load_cert_chain(certificate)
        values |= {"tls_context": secure, "require_starttls": True}
    server = Controller(box, hostname=HOST, port=free_port(), authenticator=box.sign_in, **values)
    server.start()
    try:
        yield box, int(server.port)
    finally:
        server.stop()


def certificate(file: Path) -> Path:
    """Write a certificate for this machine that nobody else has signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ort")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file
