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

SERVER = {
    "connect_timeout": 10,
    # A server that is gone without a word is noticed within half a minute, by both sides of a question.
    "keepalives": 1,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""How PostgreSQL is reached; what stands in DATABASE_URL takes its place."""

POOL = {"pool_size": 5, "max_overflow": 5, "pool_timeout": 30, "pool_pre_ping": True}
"""Connections of one process to PostgreSQL: ten at most, so that a server with its usual hundred serves a desk and some workers."""

LOCK_SECONDS = 30
"""How long a statement waits for the writing of others, as with SQLite."""

REMEDIES = [
    (re.compile(words), advice)
    for words, advice in (
        (
            "full|No space",
            "Der Datenträger ist voll: Schaffen Sie Platz und starten Sie den Lauf noch einmal, er geht an derselben Stelle weiter.",
        ),
        ("locked|lock timeout", "Ein anderer Lauf schreibt gerade. Warten Sie, bis er fertig ist."),
        ("statement timeout", "Die Antwort dauerte zu lange. Versuchen Sie es später noch einmal."),
        (
            "too many clients|connection slots|too many connections",
            "Der Datenbankserver nimmt keine Verbindung mehr an: Erhöhen Sie dort max_connections, oder starten Sie weniger Arbeitsprozesse.",
        ),
        (
            "create temporary tables",
            "Der Datenbankbenutzer braucht das Recht TEMPORARY: gesucht wird in einer Tabelle, die danach verschwindet.",
        ),
        (
            "permission denied|must be owner",
            "Dem Datenbankbenutzer fehlt dieses Recht: Tabellen legt der Eigentümer an, mit „fundstelle db upgrade“. Die Rollen stehen in deploy/postgresql/roles.sql.",
        ),
        (
            "no such (?:column|table)|has no column|(?:column|relation) .* does not exist",
            "Die Datenbank stammt von einer anderen Fassung von Fundstelle. „fundstelle db upgrade“ bringt sie auf den Stand; hilft das nicht, nennen Sie mit DATABASE_URL oder FUNDSTELLE_HOME einen neuen Ort.",
        ),
    )
]
"""What to do about what SQLite and PostgreSQL say, the first that fits."""


def home() -> Path:
    """Return the folder of data: ``FUNDSTELLE_HOME`` or the platform's place for user data."""
    return Path(os.environ.get("FUNDSTELLE_HOME") or platformdirs.user_data_dir("fundstelle", appauthor=False))


def database_url() -> str:
    """Return ``DATABASE_URL`` or the address of the SQLite file in ``home()``."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{home() / 'fundstelle.db'}"


def connect(
    url: str | None = None,
    *,
    keep_references: bool = True,
    make: bool = True,
    name: str = "fundstelle",
    patience: int | None = None,
) -> Engine:
    """
    Return an engine without looking at the schema.

    Args:
        url: Where; by default as ``database_url`` says.
        keep_references: False only for migrations.
        make: A file of SQLite that is not there is made; else that is a StoreError.
        name: Who asks, for whoever looks at the connections of a server.
        patience: Seconds that a statement may take on a server; None: as long as it takes.
    """
    address = _parsed(url or database_url())
    if address.get_backend_name() != "sqlite":
        return create_engine(address, **POOL, connect_args=_reached(address, name=name, patience=patience))
    if address.database not in {None, "", ":memory:"}:
        file = Path(str(address.database))
        if not make and not file.exists():
            raise StoreError(
                "Hier ist keine Datenbank.", file=file, remedy="Prüfen Sie DATABASE_URL und FUNDSTELLE_HOME."
            )
        _make_folder(file.parent)
    engine = create_engine(address)
    pragmas = PRAGMAS if keep_references else [pragma for pragma in PRAGMAS if "foreign_keys" not in pragma]

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: ConnectionPoolEntry) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    return engine


def insistent(address: URL) -> str:
    """Return an address of PostgreSQL, password and all, that says how it is reached, for those who open it themselves."""
    fresh = {key: str(value) for key, value in SERVER.items() if key not in address.query}
    return address.update_query_dict(fresh).render_as_string(hide_password=False)


def _reached(address: URL, *, name: str, patience: int | None) -> dict[str, Any]:
    """Return what libpq is told, but for what the address says itself."""
    limits = {"lock_timeout": LOCK_SECONDS, "statement_timeout": patience}
    ours = " ".join(f"-c {key}={seconds}s" for key, seconds in limits.items() if seconds)
    given = {key: value for key, value in {**SERVER, "application_name": name}.items() if key not in address.query}
    return {**given, "options": f"{ours} {address.query.get('options', '')}".strip()}


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
    if isinstance(fault, DatabaseError) and "not a database" in cause:
        return "Die Datei ist keine Datenbank von Fundstelle. Prüfen Sie DATABASE_URL und FUNDSTELLE_HOME."
    found = (advice for words, advice in REMEDIES if words.search(cause))
    return next(found, "Prüfen Sie DATABASE_URL und ob der Datenbankserver läuft.")


def _parsed(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise StoreError(
            "Das ist keine gültige Adresse einer Datenbank.",
            remedy="Beispiel für DATABASE_URL: postgresql://name@rechner/fundstelle",
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
