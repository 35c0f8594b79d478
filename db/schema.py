"""
The schema of the database: does it fit, and how an older or empty one gets there.

Does not open sessions; ``db.session`` does. Apart from it, since Alembic takes long to load and only those who begin need it.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from db.errors import NewerDatabaseError, StoreError
from db.session import connect, translated

_MIGRATING = threading.Lock()  # Alembic keeps its context in the module: two migrations at a time would mix


def open_engine(url: str | None = None) -> Engine:
    """
    Return an engine on a database of the present schema; an empty database gets its tables.

    Raises:
        StoreError: the database cannot be reached or is of an older version.
        NewerDatabaseError: it was written by a newer version of Fundstelle.
    """
    engine = connect(url)
    try:
        with translated(engine):
            found, head = revision(engine), _script().get_current_head()
            if found is None and _is_empty(engine):
                upgrade(url)
            elif found != head:
                _refuse(found)
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
    return str(_script().get_current_head())


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


@cache
def head() -> str:
    """Return the revision that this program wants."""
    return str(_script().get_current_head())


def _refuse(found: str | None) -> None:
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
