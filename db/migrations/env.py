"""
How Alembic reaches the database.

Does not know where it is: ``db.schema.upgrade`` hands over the connection; the alembic command asks ``db.session``.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from db import desk, models  # noqa: F401 so that their tables are known
from db.base import Base
from db.session import connect


def migrate(connection: Connection) -> None:
    """Run what is asked for on this connection."""
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with connect(keep_references=False).begin() as own:
        migrate(own)
