"""The example for nginx as it stands, in front of a real desk: TLS, who asks, limits, and events without a buffer."""

from __future__ import annotations

import logging
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import Engine

from audit.cli import serving
from audit.web import access
from audit.web.settings import Settings
from db.desk import Job
from db.models import Audit, Town
from db.session import opened
from tests.audit.web.visitor import Answer

CONF = Path(__file__).parents[2] / "deploy" / "nginx"
pytestmark = pytest.mark.nginx


class Front:
    """nginx before a desk; asks it as somebody on another address of this machine would."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.plain, self.port, desk = _ports()
        _certificate(folder)
        self._listening = socket.create_server(("127.0.0.1", desk))
        settings = Settings(engine, f"https://127.0.0.1:{self.port}", sign_in=False)
        self.desk = serving._server(settings, ["127.0.0.1"])
        self._thread = threading.Thread(target=self.desk.run, kwargs={"sockets": [self._listening]})
        self._thread.start()
        self._nginx = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(self._configured(folder, desk))])
        self._secure = ssl.create_default_context(cafile=folder / "fullchain.pem")

    def _configured(self, folder: Path, desk: int) -> Path:
        changes = {
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.port} ssl http2;",
            "/etc/nginx/tls": str(folder),
            "127.0.0.1:8350": f"127.0.0.1:{desk}",
        }
        for name in ("fundstelle.conf", "desk.conf"):
            text = (CONF / name).read_text(encoding="utf-8")
            for old, new in changes.items():
                text = text.replace(old, new)
            (folder / name).write_text(text, encoding="utf-8")
        temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
        main = folder / "nginx.conf"
        main.write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
            f"http {{ {temporary} include {folder}/desk.conf; include {folder}/fundstelle.conf; }}\n"
        )
        return main

    @contextmanager
    def asked(
        self, path: str, *, method: str = "GET", source: str = "127.0.0.1", **headers: str
    ) -> Iterator[HTTPResponse]:
        """Send one question and give the open answer; wait until somebody listens."""
        place, sent = ("127.0.0.1", self.port), {name.replace("_", "-"): text for name, text in headers.items()}
        for _ in range(600):
            with suppress(ConnectionRefusedError):
                socket.create_connection(place).close()
                break
            time.sleep(0.05)
        connection = HTTPSConnection(*place, timeout=30, context=self._secure, source_address=(source, 0))
        connection.request(method, path, headers=sent)
        secured = connection.sock
        with connection.getresponse() as answer:
            yield answer
        secured.close()

    def ask(self, path: str, **how: str) -> Answer:
        """Send one question and return the whole answer."""
        with self.asked(path, **how) as answer:
            return Answer(
                answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read().decode()
            )

    def end(self) -> None:
        self._nginx.terminate()
        self.stop_desk()
        self._nginx.wait(30)

    def stop_desk(self) -> None:
        self.desk.should_exit = True
        self._thread.join()
        self._listening.close()


def _ports() -> list[int]:
    free = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    numbers = [one.getsockname()[1] for one in free]
    for one in free:
        one.close()
    return numbers


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(kept)


@pytest.fixture
def front(engine: Engine, tmp_path: Path) -> Iterator[Front]:
    """Nginx and the desk."""
    made = Front(engine, tmp_path)
    yield made
    made.end()


def test_the_example_does_what_it_says(front: Front, engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """One start for all of it: each is a question of its own."""
    with (
        caplog.at_level(logging.INFO, access.logger.name),
        front.asked("/", source="127.9.8.7", x_forwarded_for="203.0.113.9", x_request_id="1" * 32) as first,
    ):
        first.read()
    assert first.status == 200
    assert first.headers.get_all("strict-transport-security") == ["max-age=31536000"]
    assert first.headers["content-security-policy"]
    # Neither who asks nor the number of a question can be made up.
    (told,) = [record.facts for record in caplog.records if record.name == access.logger.name]  # type: ignore[attr-defined]
    assert told["client"] == "127.9.8.0"
    assert first.headers["x-request-id"] != "1" * 32
    _events_come_at_once(front, engine)
    assert front.ask("/healthz").text == "ok\n"
    assert front.ask("/metrics").status == 404
    assert front.ask("/anmelden", method="POST", content_length=str(13 * 2**20)).status == 413
    assert {front.ask("/anmelden").status for _ in range(20)} >= {429}
    plain = HTTPConnection("127.0.0.1", front.plain)
    plain.request("GET", "/orte?von=a")
    moved = plain.getresponse()
    assert (moved.status, moved.headers["location"]) == (301, "https://127.0.0.1/orte?von=a")
    plain.close()
    front.stop_desk()
    away = front.ask("/")
    assert (away.status, away.headers["retry-after"]) == (503, "10")
    assert away.headers["strict-transport-security"]
    assert "nicht zu erreichen" in away.text


def _events_come_at_once(front: Front, engine: Engine) -> None:
    """What happens is seen while it happens, not when a buffer is full."""
    with opened(engine) as session:
        town = Town(key="hafen", name="Hafen")
        session.add(town)
        session.flush()
        audit = Audit(town_id=town.id, started=datetime.now(UTC))
        session.add(audit)
        session.flush()
        session.add(Job(audit_id=audit.id, town_id=town.id, asked=audit.started, due=audit.started))
        number = audit.id
    with front.asked(f"/pruefungen/{number}/ereignisse") as stream:
        assert stream.readline() == b"event: stand\n"
        with opened(engine) as session:
            session.get_one(Job, number).ended = datetime.now(UTC)
        assert b"event: ende\n" in list(stream)
