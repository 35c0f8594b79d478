"""A database moves whole or not at all, and nothing is taken for moved that is not the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, text, update

from audit.cli import run
from db import rows
from db.desk import Act, Job
from db.errors import StoreError
from db.models import Measure, Page, Town
from db.moving import move
from db.schema import open_engine
from db.session import connect, opened
from tests.db import filled


def quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


def address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def full(engine: Engine) -> Engine:
    """A database with rows in every table."""
    filled.fill(engine)
    return engine


@pytest.mark.postgres
def test_every_row_of_every_table_moves_there_and_back(
    full: Engine, postgres: Callable[[str], str], tmp_path: Path
) -> None:
    """Rows, moments to the microsecond, and numbers that go on where they were, also where the last row is gone."""
    with opened(full) as session:
        gone = Measure(town_id=1, title="Weg", row=1)
        session.add(gone)
        session.flush()
        session.delete(gone)
    there, back = postgres("moved"), f"sqlite:///{tmp_path / 'back.db'}"
    seen: list[tuple[int, int]] = []
    move(address(full), there, report=lambda done, total: seen.append((done, total)))
    move(there, back, report=quiet)
    for url in (there, back):
        engine = open_engine(url)
        with rows.moment(full) as before, rows.moment(engine) as after:
            assert filled.digests(before) == filled.digests(after)
            assert all(count == 2 for count, _ in filled.digests(after).values())
        with opened(engine) as session:
            fresh = [
                Measure(town_id=1, title="Neu", row=1),
                Act(at=datetime.now(UTC), what="x"),
                Town(key="n", name="N"),
            ]
            session.add_all(fresh)
            session.flush()
            assert [one.id for one in fresh] == [gone.id + 1, 3, 3]
        engine.dispose()


def test_what_cannot_be_moved_is_refused(full: Engine, tmp_path: Path) -> None:
    """Another one with rows, the same by another way, one of another version, none at all; and nothing is made of them."""
    taken, older = f"sqlite:///{tmp_path / 'taken.db'}", f"sqlite:///{tmp_path / 'older.db'}"
    for url in (taken, older):
        open_engine(url).dispose()
    with connect(taken).begin() as one, connect(older).begin() as other:
        one.execute(text("INSERT INTO act (at, what, who, about) VALUES ('2026-01-01', 'x', '', '')"))
        other.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    (tmp_path / "link.db").symlink_to(Path(str(full.url.database)))
    for source, target, words in (
        (None, taken, "nicht leer"),
        (None, f"sqlite:///{tmp_path / 'link.db'}", "in der schon alles steht"),
        (None, older, "älteren Fassung"),
        (None, "sqlite://", "kein Ziel"),
        (None, "quatsch", "keine gültige Adresse"),
        (older, f"sqlite:///{tmp_path / 'new.db'}", "älteren Fassung"),
        (f"sqlite:///{tmp_path / 'nowhere.db'}", taken, "keine Datenbank"),
    ):
        with pytest.raises(StoreError, match=words):
            move(source or address(full), target, report=quiet)
    assert not (tmp_path / "nowhere.db").exists()


def test_a_move_waits_for_no_running_audit(full: Engine, tmp_path: Path) -> None:
    """It is refused and says which one; when it has ended the move goes on, with what still waits."""
    target = f"sqlite:///{tmp_path / 'new.db'}"
    for state, ended in (("running", None), ("waiting", None)):
        with opened(full) as session:
            session.execute(update(Job).where(Job.audit_id == 1).values(state=state, ended=ended))
        if state == "running":
            with pytest.raises(StoreError, match=r"(?s)„1“.*\(Prüfung 1\)"):
                move(address(full), target, report=quiet)
    assert move(address(full), target, report=quiet)["job"].count == 2


@pytest.mark.postgres
def test_a_broken_move_leaves_nothing_and_can_be_repeated(full: Engine, postgres: Callable[[str], str]) -> None:
    """A number too large for the other database, in the last row of a late table."""
    target = postgres("broken")
    with opened(full) as session:
        session.execute(update(Page).where(Page.id == 2).values(size=2**40))
    with pytest.raises(StoreError, match="out of range"):
        move(address(full), target, report=quiet)
    engine = open_engine(target)
    with rows.moment(engine) as connection:
        assert rows.is_empty(connection)
    engine.dispose()
    with opened(full) as session:
        session.execute(update(Page).where(Page.id == 2).values(size=1))
    assert move(address(full), target, report=quiet)["page"].count == 2


def test_a_row_that_arrives_otherwise_is_noticed(full: Engine, tmp_path: Path) -> None:
    """Counting would not: the other database changes one word."""
    target = f"sqlite:///{tmp_path / 'new.db'}"
    engine = open_engine(target)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER other AFTER INSERT ON town BEGIN UPDATE town SET state = 'XX' WHERE id = 2; END")
        )
    with pytest.raises(StoreError, match="Tabelle town kam nicht so an"):
        move(address(full), target, report=quiet)
    with rows.moment(engine) as connection:
        assert rows.is_empty(connection)
    engine.dispose()


def test_nobody_writes_while_it_moves(full: Engine, tmp_path: Path) -> None:
    """What is written meanwhile would be lost, so it has to wait."""
    with rows.moment(full, alone=True), full.connect() as other:
        other.execute(text("PRAGMA busy_timeout = 0"))
        with pytest.raises(Exception, match="locked"):
            other.execute(delete(Act))
    assert move(address(full), f"sqlite:///{tmp_path / 'new.db'}", report=quiet)


def test_the_command_says_what_to_do_next(
    full: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And, as JSON, what each table has; wrong words are bad input."""
    monkeypatch.setenv("DATABASE_URL", address(full))
    assert run(["db", "move", f"sqlite:///{tmp_path / 'one.db'}"]) == 0
    assert "DATABASE_URL" in capsys.readouterr().out
    assert run(["db", "move", f"sqlite:///{tmp_path / 'two.db'}", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tables"]["town"]["rows"] == 2
    for words in ([], [f"sqlite:///{tmp_path / 'one.db'}"], ["mysql://x/y"], ["postgresql://x@127.0.0.1:1/none"]):
        assert run(["db", "move", *words]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.startswith("Fehler: ")


def test_what_is_numbered_is_known(full: Engine) -> None:
    """Each table that numbers its rows by itself goes on behind the last number."""
    with rows.moment(full) as connection:
        numbered = rows.numbers(connection)
        assert {"job", "link"} & set(numbered) == set()
        assert set(numbered.values()) == {2}
        assert connection.scalar(select(Town.id).order_by(Town.id.desc())) == 2
