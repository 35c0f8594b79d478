"""The database is opened, migrated, and refused with words."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, make_url, select, text

from db import session as session_module
from db.base import Base
from db.errors import NewerDatabaseError, StoreError
from db.models import Audit
from db.schema import _config, open_engine, revision, upgrade
from db.session import connect, insistent, opened

HEAD = "0002"
"""The present schema."""


def test_an_empty_database_gets_its_tables(engine: Engine) -> None:
    """Opening an empty database brings it to the present schema."""
    with engine.connect() as connection:
        names = {row[0] for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type='table'"))}
    assert set(Base.metadata.tables) <= names
    assert revision(engine) == HEAD


def test_databases_can_be_made_at_the_same_time(tmp_path: Path) -> None:
    """Several threads of one program do not get into each other's migrations."""
    with ThreadPoolExecutor(4) as pool:
        engines = list(pool.map(lambda number: open_engine(f"sqlite:///{tmp_path / f'{number}.db'}"), range(8)))
    assert {revision(engine) for engine in engines} == {HEAD}
    for engine in engines:
        engine.dispose()


def test_the_models_and_the_migrations_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``alembic check`` finds nothing to generate."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'check.db'}")
    open_engine().dispose()
    assert command.check(_config()) is None  # type: ignore[func-returns-value]


def test_every_annotation_of_a_noun_is_a_column_or_a_relation() -> None:
    """A mapped dataclass makes no column of ``Mapped[str] = ""`` and says nothing; this test does."""
    for mapper in Base.registry.mappers:
        wanted = {name for name, kind in mapper.class_.__annotations__.items() if "Mapped" in str(kind)}
        assert wanted == {attribute.key for attribute in mapper.attrs}, mapper.class_


def test_a_newer_database_is_refused_and_left_alone(engine: Engine) -> None:
    """A revision we do not know means a newer program wrote it."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    url = str(engine.url)
    with pytest.raises(NewerDatabaseError, match="neueren Fassung"):
        open_engine(url)
    with pytest.raises(NewerDatabaseError):
        upgrade(url)
    assert revision(engine) == "9999"


def test_a_database_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """Tables that are not ours are not touched."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    with connect(url).begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(StoreError, match="fremde Tabellen"):
        open_engine(url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "keine gültige Adresse"),
        ("mysql://x/y", "arbeitet Fundstelle nicht"),
        ("postgresql://nobody@127.0.0.1:1/none", "antwortet nicht"),
    ],
)
def test_an_unusable_address_ends_in_a_clear_message(url: str, words: str) -> None:
    """The message says what is wrong, never a traceback of the driver."""
    with pytest.raises(StoreError, match=words):
        open_engine(url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A text file under the name of the database stays as it is."""
    file = tmp_path / "letter.db"
    file.write_text("Sehr geehrte Damen und Herren, " * 100)
    with pytest.raises(StoreError, match="keine Datenbank"):
        open_engine(f"sqlite:///{file}")
    assert file.read_text().startswith("Sehr geehrte")


def test_a_database_of_another_version_names_the_remedy(engine: Engine) -> None:
    """A column or a table that is not there is no fault of the server."""
    for statement in ("ALTER TABLE audit RENAME COLUMN program TO programme", "ALTER TABLE audit RENAME TO audits"):
        with engine.begin() as connection:
            connection.execute(text(statement))
        with pytest.raises(StoreError, match="db upgrade"), opened(engine) as session:
            session.scalars(select(Audit)).all()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands where the folder of data should be."""
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match="FUNDSTELLE_HOME"):
        open_engine(f"sqlite:///{tmp_path / 'data' / 'x' / 'fundstelle.db'}")


def test_a_full_disk_loses_the_transaction_and_nothing_else(engine: Engine) -> None:
    """When the file may not grow, the message names the disk, and earlier rows stay."""
    with opened(engine) as session:
        session.execute(
            text(
                "INSERT INTO town (key, name, competences, aliases, neighbours, budget) VALUES ('a','A','[]','{}','[]','{}')"
            )
        )
    with pytest.raises(StoreError, match="voll"), opened(engine) as session:  # noqa: PT012
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
        session.execute(
            text(
                "INSERT INTO town (key, name, competences, aliases, neighbours, budget) VALUES ('b', :big, '[]','{}','[]','{}')"
            ),
            {"big": "x" * 1_000_000},
        )
    with opened(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM town")) == 1


@pytest.mark.postgres
def test_postgresql_gets_the_same_schema(postgres: Callable[[str], str]) -> None:
    """The migrations run on PostgreSQL, and a second opening finds nothing to do."""
    url = postgres("schema")
    first = open_engine(url)
    assert revision(first) == HEAD
    first.dispose()
    again = open_engine(url)
    assert revision(again) == HEAD
    again.dispose()


@pytest.mark.postgres
def test_a_server_is_asked_with_patience(postgres: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that takes too long, a lock that is held, a server that takes nobody more: each ends, and says what to do."""
    url = postgres("patience")
    monkeypatch.setattr(session_module, "LOCK_SECONDS", 1)
    one = open_engine(url, name="fundstelle serve", patience=1)
    other = open_engine(url)
    with opened(one) as session:
        assert session.scalar(text("SHOW application_name")) == "fundstelle serve"
        assert session.scalar(text("SHOW statement_timeout")) == "1s"
    with pytest.raises(StoreError, match="dauerte zu lange"), opened(one) as session:
        session.execute(text("SELECT pg_sleep(30)"))
    with opened(one) as holder:
        holder.execute(text("LOCK TABLE town"))
        with pytest.raises(StoreError, match="Ein anderer Lauf"), opened(other) as session:
            session.execute(text("SELECT * FROM town"))
        holder.execute(text("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0"))
    crowded = connect(url.replace("fundstelle@", "crowded@"))
    with pytest.raises(StoreError, match="max_connections"), opened(crowded) as session:
        session.execute(text("SELECT 1"))
    for engine in (one, other, crowded):
        engine.dispose()


def test_what_stands_in_the_address_of_a_server_holds() -> None:
    """Who sets a limit there means it; the others are ours, also for those who open the address themselves."""
    engine = connect("postgresql://x@127.0.0.1:1/none?connect_timeout=2&options=-c%20search_path%3Dmine")
    given = engine.dialect.create_connect_args(engine.url)[1]
    own = make_url(insistent(engine.url)).query
    assert (given["connect_timeout"], own["connect_timeout"], own["tcp_user_timeout"]) == ("2", "2", "30000")
    with pytest.raises(StoreError, match="antwortet nicht"), opened(engine) as session:
        session.execute(text("SELECT 1"))
    assert session_module._reached(engine.url, name="x", patience=5)["options"] == (
        "-c lock_timeout=30s -c statement_timeout=5s -c search_path=mine"
    )
    assert "connect_timeout" not in session_module._reached(engine.url, name="x", patience=None)
