"""
Where the database is and how it is opened.

Does not ask the rows anything: questions are in ``db.queries``, the crawler's bulk writing in ``db.store``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from db.errors import StoreError

PRAGMAS = (
    "journal_mode=WAL",  # a report can be read while a crawl writes
    "synchronous=NORMAL",  # with WAL a power cut loses the last batch, never the file
    "foreign_keys=ON",
    "busy_timeout=30000",
)

OTHER_SCHEMA = re.compile("no such (?:column|table)|has no column|(?:column|relation) .* does not exist")
"""What SQLite and PostgreSQL say where a table is not as this version wants it."""


def home() -> Path:
    """Return the folder of data: ``FUNDSTELLE_HOME`` or the platform's place for user data."""
    return Path(os.environ.get("FUNDSTELLE_HOME") or platformdirs.user_data_dir("fundstelle", appauthor=False))


def database_url() -> str:
    """Return ``DATABASE_URL`` or the address of the SQLite file in ``home()``."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{home() / 'fundstelle.db'}"


def connect(url: str | None = None, *, keep_references: bool = True) -> Engine:
    """Return an engine without looking at the schema; ``keep_references=False`` only for migrations."""
    address = _parsed(url or database_url())
    if address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}:
        _make_folder(Path(str(address.database)).parent)
    engine = create_engine(address, pool_pre_ping=address.get_backend_name() != "sqlite")
    if engine.dialect.name == "sqlite":
        pragmas = PRAGMAS if keep_references else [pragma for pragma in PRAGMAS if "foreign_keys" not in pragma]

        @event.listens_for(engine, "connect")
        def _set_pragmas(connection: Any, _record: ConnectionPoolEntry) -> None:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")

    return engine


@contextmanager
def opened(engine: Engine) -> Iterator[Session]:
    """Give one session in one transaction: all of it is kept, or nothing."""
    with translated(engine), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn the database's own errors into a StoreError with words for the person at the keyboard."""
    try:
        yield
    except SQLAlchemyError as fault:
        cause = str(getattr(fault, "orig", None) or fault).splitlines()[0]
        place = engine.url.render_as_string(hide_password=True)
        raise StoreError(
            f"Die Datenbank {place} antwortet nicht wie erwartet ({cause}).", remedy=_remedy(fault, cause)
        ) from fault


def _remedy(fault: SQLAlchemyError, cause: str) -> str:
    if "full" in cause or "No space" in cause:
        return "Der Datenträger ist voll: Schaffen Sie Platz und starten Sie den Lauf noch einmal, er geht an derselben Stelle weiter."
    if "locked" in cause:
        return "Ein anderer Lauf schreibt gerade. Warten Sie, bis er fertig ist."
    if "create temporary tables" in cause:
        return (
            "Der Datenbankbenutzer braucht das Recht TEMPORARY: gesucht wird in einer Tabelle, die danach verschwindet."
        )
    if OTHER_SCHEMA.search(cause):
        return (
            "Die Datenbank stammt von einer anderen Fassung von Fundstelle. „fundstelle db upgrade“ bringt sie auf den Stand;"
            " hilft das nicht, nennen Sie mit DATABASE_URL oder FUNDSTELLE_HOME einen neuen Ort."
        )
    if isinstance(fault, DatabaseError) and "not a database" in cause:
        return "Die Datei ist keine Datenbank von Fundstelle. Prüfen Sie DATABASE_URL und FUNDSTELLE_HOME."
    return "Prüfen Sie DATABASE_URL und ob der Datenbankserver läuft."


def _parsed(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise StoreError(
            "DATABASE_URL ist keine gültige Adresse.", remedy="Beispiel: postgresql://name@rechner/fundstelle"
        ) from None
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise StoreError(
            f"Mit „{address.drivername}“ arbeitet Fundstelle nicht.", remedy="Möglich sind sqlite und postgresql."
        )
    return address


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StoreError(
            f"Der Ordner für die Daten lässt sich nicht anlegen ({fault.strerror}).",
            file=folder,
            remedy="Setzen Sie FUNDSTELLE_HOME auf einen Ordner, in den Sie schreiben dürfen.",
        ) from None
