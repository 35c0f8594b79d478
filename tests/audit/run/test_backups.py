"""A backup holds all there is and goes back whole, into either database, or not at all."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text, update

from audit.cli import run
from audit.run import backups
from audit.run.storing import archives
from db import rows
from db.errors import FundstelleError, InputError, NewerDatabaseError, StoreError
from db.models import Audit, Town
from db.schema import open_engine
from db.session import opened
from tests.db import filled

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
ARCHIVE = b"WARC" * 700_000  # more than one piece of it


def quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def full(home: Path) -> Iterator[Engine]:  # noqa: ARG001 the place of data comes first
    """Rows in every table, and two audits with an archive, one of which is gone."""
    engine = open_engine()
    filled.fill(engine)
    with opened(engine) as session:
        session.execute(update(Audit).where(Audit.id == 1).values(archive="ort-1.warc.gz"))
        session.execute(update(Audit).where(Audit.id == 2).values(archive="ort-2.warc.gz"))
    archives().mkdir()
    (archives() / "ort-1.warc.gz").write_bytes(ARCHIVE)
    yield engine
    engine.dispose()


@pytest.fixture
def file(full: Engine, tmp_path: Path) -> Path:
    """A backup of it."""
    backups.backup(full, tmp_path / "a.zip", now=NOW, report=quiet)
    return tmp_path / "a.zip"


def held(engine: Engine) -> dict[str, tuple[int, str]]:
    with rows.moment(engine) as connection:
        return filled.digests(connection)


@pytest.mark.postgres
def test_a_backup_goes_into_either_database(
    full: Engine, file: Path, postgres: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From SQLite into PostgreSQL, and the backup of that into SQLite: the same rows, numbers and archives, for nobody else's eyes."""
    assert file.stat().st_mode & 0o777 == 0o600
    known = backups.verified(file)
    assert (known["missing"], known["numbers"]["measure"]) == (["ort-2.warc.gz"], 2)
    before, last = held(full), file
    for number, url in enumerate((postgres("backup"), f"sqlite:///{tmp_path / 'back.db'}")):
        monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / str(number)))
        engine = open_engine(url)
        backups.restore(lambda engine=engine: engine, last, report=quiet)  # type: ignore[misc]
        assert held(engine) == before
        assert [path.name for path in archives().iterdir()] == ["ort-1.warc.gz"]
        assert (archives() / "ort-1.warc.gz").read_bytes() == ARCHIVE
        last = backups.usual(NOW)
        backups.backup(engine, last, now=NOW, report=quiet)
        engine.dispose()


@pytest.mark.postgres
def test_others_go_on_writing_meanwhile(full: Engine, postgres: Callable[[str], str], tmp_path: Path) -> None:
    """The backup is of one moment, and nobody waits for it."""
    server = open_engine(postgres("meanwhile"))
    filled.fill(server)
    for engine in (full, server):
        before = held(engine)

        def write(done: int, _total: int, engine: Engine = engine) -> None:
            with opened(engine) as session:
                session.add(
                    Town(key=f"neu-{done}-{session.scalar(select(func.count()).select_from(Town))}", name="Neu")
                )

        known = backups.backup(engine, tmp_path / f"{engine.dialect.name}.zip", now=NOW, report=write)
        assert {name: (told["rows"], told["sha256"]) for name, told in known["tables"].items()} == before
        assert held(engine)["town"][0] > 3
    server.dispose()


def rewrite(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Pack a backup anew with other content."""
    with zipfile.ZipFile(file) as packed:
        content = {name: packed.read(name) for name in packed.namelist()}
    change(content)
    with zipfile.ZipFile(file, "w") as packed:
        for name, body in content.items():
            packed.writestr(name, body)


def manifest(**values: object) -> Callable[[dict[str, bytes]], None]:
    def change(content: dict[str, bytes]) -> None:
        content["manifest.json"] = json.dumps(json.loads(content["manifest.json"]) | values).encode()

    return change


def climb(content: dict[str, bytes]) -> None:
    """Let an archive lie elsewhere."""
    known = json.loads(content["manifest.json"])
    known["archives"] = {"../../evil": known["archives"]["ort-1.warc.gz"]}
    content["archives/../../evil"] = content.pop("archives/ort-1.warc.gz")
    content["manifest.json"] = json.dumps(known).encode()


DAMAGES: dict[str, tuple[Callable[[Path], object], type[FundstelleError], str]] = {
    "none": (lambda file: file.unlink(), InputError, "nicht lesen"),
    "text": (lambda file: file.write_text("Sehr geehrte"), InputError, "keine unbeschädigte"),
    "cut": (lambda file: file.write_bytes(file.read_bytes()[:-1000]), InputError, "keine unbeschädigte"),
    "bit": (
        lambda file: file.write_bytes(file.read_bytes().replace(b"WARCWARC", b"WARCWARX", 1)),
        InputError,
        "keine unbeschädigte",
    ),
    "word": (
        lambda file: rewrite(file, lambda content: content.update({"rows/town.jsonl": b"[]\n"})),
        InputError,
        "town.jsonl“ ist nicht mehr",
    ),
    "lost": (lambda file: rewrite(file, lambda content: content.pop("rows/page.jsonl")), InputError, "es fehlt „rows"),
    "other": (lambda file: rewrite(file, lambda content: content.clear()), InputError, "Verzeichnis"),
    "nonsense": (lambda file: rewrite(file, manifest(tables=7)), InputError, "Verzeichnis"),
    "fewer": (lambda file: rewrite(file, manifest(tables={})), InputError, "Tabellen"),
    "path": (lambda file: rewrite(file, climb), InputError, "so darf kein Archiv heißen"),
    "older": (lambda file: rewrite(file, manifest(schema="0000", program="0.0.1")), StoreError, "Fundstelle 0.0.1 ein"),
    "newer": (lambda file: rewrite(file, manifest(schema="9999")), NewerDatabaseError, "anderen Fassung"),
}


def test_a_damaged_backup_is_refused_before_anything_is_written(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that was packed anew with care, and one of another version."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "new"))
    for damage, (harm, kind, words) in DAMAGES.items():
        copy = tmp_path / f"{damage}.zip"
        shutil.copy(file, copy)
        harm(copy)
        with pytest.raises(kind, match=words):
            backups.restore(open_engine, copy, report=quiet)
    assert not (tmp_path / "new").exists()


def test_what_is_there_is_not_overwritten(full: Engine, file: Path, tmp_path: Path) -> None:
    """Neither a row, nor an archive of that name; the same archive is no hindrance."""
    with pytest.raises(StoreError, match="nicht leer"):
        backups.restore(lambda: full, file, report=quiet)
    empty = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    (archives() / "ort-1.warc.gz").write_bytes(b"other")
    with pytest.raises(InputError, match="enthält etwas anderes"):
        backups.restore(lambda: empty, file, report=quiet)
    assert (archives() / "ort-1.warc.gz").read_bytes() == b"other"
    (archives() / "ort-1.warc.gz").write_bytes(ARCHIVE)
    backups.restore(lambda: empty, file, report=quiet)
    assert held(empty) == held(full)
    empty.dispose()


def test_a_broken_restore_leaves_nothing(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are refused at the very end; the archives that came with them go too."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "new"))
    engine = open_engine()
    with engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER other AFTER INSERT ON act BEGIN UPDATE town SET state = 'XX'; END"))
    with pytest.raises(StoreError, match="kam nicht so an"):
        backups.restore(lambda: engine, file, report=quiet)
    assert list(archives().iterdir()) == []
    with rows.moment(engine) as connection:
        assert rows.is_empty(connection)
    engine.dispose()


def test_the_commands_say_what_they_did(
    full: Engine, file: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong words are bad input, and nothing is left of them."""
    assert held(full)
    assert run(["db", "backup", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["archives"]["ort-1.warc.gz"]["size"] == len(ARCHIVE)
    assert "ort-2.warc.gz fehlt" in told.err
    assert [path.suffix for path in (home / "backups").iterdir()] == [".zip"]
    assert run(["db", "restore", str(file), "--dry-run"]) == 0
    assert "unverändert" in capsys.readouterr().out
    for words in (
        ["backup", str(file)],
        ["backup", "/proc/nowhere/a.zip"],
        ["backup", "one", "two"],
        ["restore"],
        ["restore", str(file)],
        ["restore", str(tmp_path)],
        ["restore", __file__, "--dry-run"],
    ):
        assert run(["db", *words]) == 2, words
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.startswith("Fehler: ")
    assert not list(tmp_path.glob("**/*.part"))
