"""Whatever is broken in what is kept is found and named, and nothing else is called broken."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from warcio.warcwriter import WARCWriter

from audit.cli import run
from audit.run.checking import check
from audit.run.storing import archives
from db.schema import open_engine
from tests.db import filled

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


def faults(engine: Engine) -> dict[str, str]:
    url = engine.url.render_as_string(hide_password=False)
    return {one.name: one.found for one in check(url, now=NOW, is_quick=False, report=quiet) if not one.ok}


def write(path: Path) -> None:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        body = b"Handyparken" * 99
        record = writer.create_warc_record(
            "http://ort.example/", "resource", payload=io.BytesIO(body), length=len(body)
        )
        writer.write_record(record)


def do(engine: Engine, *statements: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def whole(engine: Engine, home: Path) -> Engine:
    """Fill a database, whose first audit has an archive."""
    filled.fill(engine)
    (home / "archives").mkdir()
    write(home / "archives" / "ort-1.warc.gz")
    do(engine, "UPDATE audit SET archive = 'ort-1.warc.gz' WHERE id = 1")
    return engine


@pytest.fixture
def kept(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A whole one."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path))
    return whole(engine, tmp_path)


def test_each_fault_is_found(kept: Engine) -> None:
    """One after the other, so that each is the only new one."""
    assert faults(kept) == {}
    known: dict[str, str] = {}

    def find(name: str, words: str) -> None:
        found = faults(kept)
        assert set(found) - set(known) == {name}
        assert words in found[name]
        known.update(found)

    write(archives() / "fremd.warc.gz")
    find("Übrige Dateien", "fremd.warc.gz")
    file = archives() / "ort-1.warc.gz"
    file.write_bytes(file.read_bytes()[:-20])
    find("Prüfsummen der Archive", "ort-1.warc.gz ab Byte")
    file.unlink()
    del known["Prüfsummen der Archive"]
    find("Archive", "fehlen: ort-1.warc.gz")
    do(kept, "UPDATE job SET town_id = 2 WHERE audit_id = 1")
    find("Aufträge", "Auftrag 1: gehört zu einem anderen Ort")
    do(kept, "DELETE FROM finding WHERE audit_id = 1")
    find("Prüfungen", "(1): beurteilt, aber ohne Befunde")
    day = (NOW - timedelta(days=2)).isoformat(" ").removesuffix("+00:00")
    do(kept, f"UPDATE audit SET crawled = '{day}', started = '{day}' WHERE id = 2")
    assert "(2): gelesen, aber nicht beurteilt" in faults(kept)["Prüfungen"]
    do(kept, "DROP INDEX ix_audit_town_id")
    find("Tabellen", "add_index ix_audit_town_id")
    do(kept, "PRAGMA foreign_keys = OFF", "DELETE FROM person WHERE id = 2", "PRAGMA foreign_keys = ON")
    find("Verweise", "visit, Zeile 2")
    damage(kept)
    find("Datei und Indizes", "")


@pytest.mark.postgres
def test_faults_of_a_server_are_found(
    postgres: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole one has none; then references were switched off, an index never got ready, another is gone."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path))
    engine = whole(open_engine(postgres("checking")), tmp_path)
    assert faults(engine) == {}
    do(engine, "SET session_replication_role = replica", "DELETE FROM person WHERE id = 2")
    engine.dispose()
    do(engine, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_act_at'::regclass")
    do(engine, "DROP INDEX ix_audit_town_id")
    found = faults(engine)
    engine.dispose()
    assert set(found) == {"Tabellen", "Datei und Indizes", "Verweise"}
    assert ("ix_act_at" in found["Datei und Indizes"], "visit.person_id: 1 Zeilen" in found["Verweise"]) == (True, True)
    assert "add_index ix_audit_town_id" in found["Tabellen"]


def damage(engine: Engine) -> None:
    """Overwrite the entries of an index in the file."""
    with engine.connect() as connection:
        page = connection.scalar(text("SELECT rootpage FROM sqlite_master WHERE name = 'ix_act_at'"))
        size = connection.scalar(text("PRAGMA page_size"))
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    with Path(str(engine.url.database)).open("r+b") as file:
        file.seek(page * size - 40)
        file.write(b"\xff" * 40)


def test_a_database_that_does_not_open_is_a_fault(tmp_path: Path) -> None:
    """None, one of an older version, a letter; nothing is made and nothing else is looked at."""
    older = open_engine(f"sqlite:///{tmp_path / 'older.db'}")
    do(older, "UPDATE alembic_version SET version_num = '0001'")
    older.dispose()
    (tmp_path / "letter.db").write_text("Sehr geehrte Damen und Herren, " * 100)
    for name, words in (("none", "keine Datenbank"), ("older", "älteren Fassung"), ("letter", "not a database")):
        found = check(f"sqlite:///{tmp_path / name}.db", now=NOW, is_quick=True, report=quiet)
        assert [(one.name, one.ok) for one in found] == [("Datenbank", False)]
        assert words in found[0].found
    assert not (tmp_path / "none.db").exists()


def test_the_command_ends_with_what_it_found(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 if all is well, else 2; also as JSON. Wrong words are bad input."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string())
    assert run(["db", "check"]) == 0
    assert "in Ordnung  Verweise" in capsys.readouterr().out
    do(engine, "DROP INDEX ix_audit_town_id")
    assert run(["db", "check", "--json", "--quick"]) == 2
    assert [one["name"] for one in json.loads(capsys.readouterr().out) if not one["ok"]] == ["Tabellen"]
    spoil: list[Callable[[], object]] = [
        lambda: monkeypatch.setenv("DATABASE_URL", "quatsch"),
        lambda: monkeypatch.setenv("DATABASE_URL", "postgresql://x@127.0.0.1:1/none"),
        lambda: monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/nowhere.db"),
    ]
    for wrong in spoil:
        wrong()
        assert run(["db", "check"]) == 2
        assert "FEHLER" in capsys.readouterr().out
    assert run(["db", "check", "alles"]) == 2
