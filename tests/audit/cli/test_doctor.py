"""Each check of ``doctor`` fails by its real cause, and says what to do."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import Engine, text

from audit.cli import doctor, reachable
from audit.cli.reachable import Check
from audit.jobs import presence
from db.desk import Job
from db.models import Audit, Town
from db.schema import open_engine
from db.session import opened
from db.terms import JobState


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def shut() -> str:
    """An address where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{one.getsockname()[1]}"


@contextmanager
def answering(status: int, document: object) -> Iterator[str]:
    """A server on loopback that answers always the same; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *_words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def refused(check: Check, *words: str) -> None:
    """It is not in order, says why and what to do."""
    assert not check.ok
    assert all(word in check.found + check.remedy for word in words), check
    assert check.remedy


def order(engine: Engine, state: JobState = JobState.WAITING, *, age: timedelta = timedelta(0)) -> None:
    with opened(engine) as session:
        town = Town(key=f"ort-{now().timestamp()}", name="Ort")
        session.add(town)
        session.flush()
        audit = Audit(town_id=town.id, started=now())
        session.add(audit)
        session.flush()
        session.add(Job(audit_id=audit.id, town_id=town.id, asked=now() - age, due=now() - age, state=state))


def test_a_database_that_is_away_or_old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, engine: Engine) -> None:
    """What depends on it is not asked; the message is that of the command that needs it."""
    monkeypatch.setenv("DATABASE_URL", f"postgresql://niemand@/nirgends?host={tmp_path}")
    (check,) = reachable.stored(now=now())
    refused(check, "DATABASE_URL")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{engine.url.database}")
    (check,) = reachable.stored(now=now())
    refused(check, "fundstelle db upgrade")


@pytest.mark.postgres
def test_a_role_without_its_rights(postgres: Callable[[str], str]) -> None:
    """Each right that is missing is named; with all of them it is in order."""
    url = postgres("arzt")
    owner = open_engine(url)
    assert reachable.rights(owner).ok
    with owner.begin() as connection:
        connection.execute(text("CREATE ROLE arzt_liest LOGIN"))
        connection.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO arzt_liest"))
        connection.execute(text("REVOKE TEMPORARY ON DATABASE arzt FROM PUBLIC"))
    reader = open_engine(url.replace("fundstelle@", "arzt_liest@"))
    try:
        refused(reachable.rights(reader), "DELETE, INSERT, TEMPORARY, UPDATE, dbos", "db upgrade")
        assert reachable.clock(reader, now=now()).ok
    finally:
        reader.dispose()
        owner.dispose()


def test_workers_that_are_missing_or_stand_still(engine: Engine) -> None:
    """Nothing to do needs nobody; something to do does, and it must begin."""
    assert reachable.workers(engine, now=now()).ok
    order(engine, age=timedelta(minutes=6))
    refused(reachable.workers(engine, now=now()), "0 am Werk, 1 Prüfungen warten", "fundstelle worker")
    presence.show(engine, "worker-1", now=now())
    refused(reachable.workers(engine, now=now()), "seit 6 Minuten", "neu")
    order(engine, JobState.RUNNING)
    assert reachable.workers(engine, now=now()).ok
    presence.leave(engine, "worker-1")
    refused(reachable.workers(engine, now=now()), "0 am Werk")


def test_clocks_that_are_wrong(engine: Engine) -> None:
    """Ours and each worker's are held against that of the database."""
    assert reachable.clock(engine, now=now()).ok
    refused(reachable.clock(engine, now=now() + timedelta(hours=1)), "dieser Rechner 36", "Sekunden vor", "NTP")
    presence.show(engine, "worker-1", now=now() - timedelta(hours=1))
    refused(reachable.clock(engine, now=now()), "worker-1 auf", "Sekunden nach", "NTP")


def test_a_mail_server_that_is_away_or_does_not_let_us_in(shut: str) -> None:
    """Nothing is sent to find out."""
    refused(reachable.mail({"SMTP_URL": "mail.example"}), "SMTP_URL")
    refused(reachable.mail({"SMTP_URL": f"smtp://{shut}?from=a@b.example"}), shut)
    got: list[object] = []

    class Handler:
        async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
            got.append(envelope)
            return "250 OK"

    mail = Controller(Handler(), hostname="127.0.0.1", port=int(shut.rpartition(":")[2]))
    mail.start()
    place = shut
    try:
        assert reachable.mail({"SMTP_URL": f"smtp://{place}?from=a@b.example"}).ok
        refused(reachable.mail({"SMTP_URL": f"smtp://ich:geheim@{place}?from=a@b.example"}), place)
        refused(reachable.mail({"SMTP_URL": f"smtp://{place}?from=a@b.example&tls=yes"}), place)
    finally:
        mail.stop()
    assert not got


def test_accounts_whose_provider_is_away_or_somebody_else(shut: str) -> None:
    """Only a provider that names itself as the operator does is believed."""
    environ = {"OIDC_CLIENT_ID": "fundstelle", "OIDC_CLIENT_SECRET": "geheim"}
    refused(reachable.accounts(environ), "OIDC_ISSUER")
    refused(reachable.accounts({**environ, "OIDC_ISSUER": f"http://{shut}"}), shut, "OIDC_ISSUER")
    document: dict[str, str] = {}
    with answering(200, document) as place:
        refused(reachable.accounts({**environ, "OIDC_ISSUER": place}), "issuer")
        document |= {"issuer": place}
        document |= dict.fromkeys(("authorization_endpoint", "token_endpoint", "jwks_uri"), f"{place}/x")
        assert reachable.accounts({**environ, "OIDC_ISSUER": place}).ok


def test_a_proxy_where_nobody_listens(shut: str) -> None:
    """Its password is not shown."""
    check = reachable.proxy({"HTTPS_PROXY": f"http://ich:geheim@{shut}"})
    refused(check, shut, "HTTPS_PROXY")
    assert "geheim" not in str(check)
    refused(reachable.proxy({"HTTP_PROXY": "kein:proxy:hier"}), "HTTPS_PROXY")
    with answering(200, "") as place:
        assert reachable.proxy({"HTTP_PROXY": place}).ok


def test_an_address_that_is_unsafe_or_dead(shut: str) -> None:
    """It is asked only if the operator has named it."""
    assert reachable.address({}).ok
    refused(reachable.address({"FUNDSTELLE_HOST": "0.0.0.0"}), "FUNDSTELLE_URL")
    refused(reachable.address({"FUNDSTELLE_URL": "fundstelle.stadt.example"}), "https://")
    refused(reachable.address({"FUNDSTELLE_URL": "http://fundstelle.stadt.example"}), "unverschlüsselt", "TLS")
    refused(reachable.address({"FUNDSTELLE_URL": f"http://{shut}"}), "ConnectionError")
    with answering(502, "") as place:
        refused(reachable.address({"FUNDSTELLE_URL": place}), "502")
    with answering(200, "ok") as place:
        assert reachable.address({"FUNDSTELLE_URL": place}).ok


def test_backups_that_are_missing_or_old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The newest counts; an empty file is none, and who never made one may do without."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path))
    assert doctor._backup(now=now()).ok
    backup = tmp_path / "backups" / "fundstelle.zip"
    backup.parent.mkdir()
    backup.touch()
    refused(doctor._backup(now=now()), "keine", "db backup")
    backup.write_bytes(b"x")
    assert doctor._backup(now=now()).ok
    old = (now() - timedelta(days=2)).timestamp()
    os.utime(backup, (old, old))
    refused(doctor._backup(now=now()), "db backup")


def test_places_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where a folder is wanted stands a file; a disk with too little on it is told from one that is full."""
    (tmp_path / "archives").touch()
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path))
    refused(doctor._archives(), "archives")
    monkeypatch.setattr(doctor, "LITTLE_DISK", 10**18)
    refused(doctor._disk(), "Platz")


def test_a_log_that_nobody_can_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment names must be known."""
    assert doctor._log().ok
    monkeypatch.setenv("FUNDSTELLE_LOG", "xml")
    refused(doctor._log(), "json")
