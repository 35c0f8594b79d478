"""When what the desk stands on fails: the database away, the disk full."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from db.desk import Job
from db.models import Measure
from db.schema import open_engine
from db.session import opened
from db.terms import PersonRole
from tests.audit import stored
from tests.audit.web import two
from tests.audit.web.conftest import Clock
from tests.audit.web.listing import LIST, titles, town, upload

LOOKS = (
    "/",
    "/orte",
    "/orte/ort",
    "/orte/ort/pruefen",
    "/aufgaben",
    "/pruefliste?ort=ort",
    "/konto",
    "/anmelden",
    "/hilfe",
)


@contextmanager
def away(address: str, name: str) -> Iterator[None]:
    """Let a server end all that is said with one of its databases, and let nobody in."""
    with psycopg.connect(address.replace(f"/{name}?", "/postgres?"), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")  # type: ignore[call-overload]
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")  # type: ignore[call-overload]


@pytest.mark.postgres
def test_the_database_may_go_and_come_back(postgres: Callable[[str], str], clock: Clock) -> None:
    """Meanwhile every screen says so in plain words and without its address, looks again by itself, and takes nothing; afterwards all is as before."""
    place = postgres("weg")
    engine = open_engine(place)
    stored.town(engine)
    with two.open_desk(engine, clock) as address:
        admin, visitor = two.come(engine, address, PersonRole.ADMIN), two.come(engine, address, PersonRole.ADMIN)
        assert {path: admin.open(path).status for path in LOOKS if admin.open(path).status != 200} == {
            "/pruefliste?ort=ort": 404
        }
        with away(place, "weg"):
            for path in LOOKS[:-1]:
                answer = visitor.ask(path)
                assert (answer.status, answer.headers["refresh"]) == (503, "10"), path
                assert "Die Datenbank antwortet gerade nicht" in answer.text
                assert "postgresql" not in answer.text
            answer = admin.send("/orte/ort/pruefen", pages="9", catalogue="bitkom")
            assert answer.status == 503
            assert "refresh" not in answer.headers
            assert visitor.ask("/api/v1/orte", authorization="Bearer fst_x").status == 503
            assert visitor.ask("/static/desk.css").status == 200
        assert admin.open("/orte/ort").status == 200
        with opened(engine) as session:
            assert session.query(Job).count() == 0
        assert admin.send("/orte/ort/pruefen", pages="9", catalogue="bitkom").status == 303
    engine.dispose()


@contextmanager
def full(engine: Engine) -> Iterator[None]:
    """Let the database file not grow by a single page: SQLite then says what it says on a full disk."""

    def close(connection: sqlite3.Connection, *_more: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    engine.dispose()
    event.listen(engine, "connect", close)
    try:
        yield
    finally:
        event.remove(engine, "connect", close)
        engine.dispose()


def test_a_full_disk_leaves_the_old_list(
    engine: Engine, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it; who took the new one over is told why it was not taken, and can do it again when there is room."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    town(engine, tmp_path, "Handyparken", "Hundesteuer online")
    with two.open_desk(engine, clock) as address:
        editor = two.come(engine, address, PersonRole.EDITOR)
        there = upload(editor, [f"Maßnahme {number};;;;;;{'x' * 900};;" for number in range(300)]).there
        seen = editor.open(there).text.split('name="seen" value="')[1].split('"')[0]
        with full(engine):
            answer = editor.send(there, seen=seen)
            assert answer.status == 503
            assert "Der Datenträger ist voll" in answer.text
            assert titles(engine) == ["Handyparken", "Hundesteuer online"]
        assert editor.send(there, seen=seen).there.endswith("measures_imported")
    with opened(engine) as session:
        assert session.query(Measure).count() == 300
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_a_file_that_cannot_be_kept_is_not_there(
    engine: Engine, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither whole nor in part; where the folder cannot be written, the reason is said."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    town(engine, tmp_path, "Handyparken")
    (tmp_path / "home").write_text("kein Ordner")
    with two.open_desk(engine, clock) as address:
        editor = two.come(engine, address, PersonRole.EDITOR)
        answer = upload(editor, ["Neu;;;;;;;;"])
        assert answer.status == 503
        assert "lässt sich nicht ablegen" in answer.text
        assert editor.open(LIST).status == 200
