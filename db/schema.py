"""
The schema of the database: does it fit, and how an older or empty one gets there.

Does not open sessions; ``db.session`` does. Apart from it, since Alembic takes long to load and only those who begin need it.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from db import models  # noqa: F401 so that their tables are known
from db.base import Base
from db.errors import NewerDatabaseError, StoreError
from db.session import connect, translated

_MIGRATING = threading.Lock()  # Alembic keeps its context in the module: two migrations at a time would mix


def open_engine(url: str | None = None, *, name: str = "fundstelle", patience: int | None = None) -> Engine:
    """
    Return an engine on a database of the present schema; an empty database gets its tables.

    ``name`` and ``patience`` are those of ``connect``.

    Raises:
        StoreError: the database cannot be reached or is of an older version.
        NewerDatabaseError: it was written by a newer version of Fundstelle.
    """
    engine = connect(url, name=name, patience=patience)
    try:
        with translated(engine):
            found = revision(engine)
            if found is None and _is_empty(engine):
                upgrade(url)
            elif found != head():
                _refuse(found)
    except StoreError:
        engine.dispose()
        raise
    return engine


def existing(url: str | None = None, *, name: str = "fundstelle") -> Engine:
    """
    Do what ``open_engine`` does, but make nothing: for those who take something out.

    Raises:
        StoreError: there is no database, or as in ``open_engine``.
    """
    engine = connect(url, make=False, name=name)
    try:
        with translated(engine):
            found = revision(engine)
            if found != head():
                _refuse(found, is_empty=_is_empty(engine))
    except StoreError:
        engine.dispose()
        raise
    return engine


def upgrade(url: str | None = None) -> str:
    """Bring the database to the present schema and return its revision."""
    # On SQLite a migration rebuilds tables; with references kept, dropping the old one would delete its children.
    engine = connect(url, keep_references=False)
    try:
        _migrate(engine)
    finally:
        engine.dispose()
    return head()


def _migrate(engine: Engine) -> None:
    with _MIGRATING, translated(engine), engine.begin() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and not _is_known(found):
            _refuse(found)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if engine.dialect.name == "sqlite" and (
            broken := connection.execute(text("PRAGMA foreign_key_check")).fetchall()
        ):
            raise StoreError(
                f"Nach der Umstellung passen {len(broken)} Zeilen nicht mehr zueinander; sie wurde zurückgenommen."
            )


def revision(engine: Engine) -> str | None:
    """Return the schema's revision as the database says it; None if it has none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def differences(engine: Engine) -> list[str]:
    """Return what the tables lack that this program wants, or have otherwise."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Base.metadata)
    flat = [one for each in found for one in (each if isinstance(each, list) else [each])]
    return [f"{one[0]} {getattr(one[-1], 'name', one[-1])}" for one in flat if not one[0].startswith("remove_")]


@cache
def head() -> str:
    """Return the revision that this program wants."""
    return str(_script().get_current_head())


def _refuse(found: str | None, *, is_empty: bool = False) -> None:
    if found is None and is_empty:
        raise StoreError(
            "Hier ist keine Datenbank von Fundstelle, nur eine leere.",
            remedy="Prüfen Sie DATABASE_URL und FUNDSTELLE_HOME.",
        )
    if found is not None and not _is_known(found):
        raise NewerDatabaseError(
            f"Die Datenbank stammt von einer neueren Fassung von Fundstelle ({found}).",
            remedy="Bringen Sie das Programm auf den neuesten Stand; an der Datenbank wurde nichts geändert.",
        )
    if found is None:
        raise StoreError(
            "In der Datenbank stehen schon fremde Tabellen.", remedy="Wählen Sie mit DATABASE_URL eine leere Datenbank."
        )
    raise StoreError("Die Datenbank stammt von einer älteren Fassung.", remedy="Rufen Sie „fundstelle db upgrade“ auf.")


def _is_known(found: str) -> bool:
    return any(script.revision == found for script in _script().walk_revisions())


def _is_empty(engine: Engine) -> bool:
    return not inspect(engine).get_table_names()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
