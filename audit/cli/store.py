"""
The database as one command uses it.

Does not ask it anything.
"""

from __future__ import annotations

import click
from sqlalchemy import Engine

from db.schema import open_engine


def engine() -> Engine:
    """Return an engine on the configured database that is closed when the command ends."""
    opened = open_engine()
    click.get_current_context().call_on_close(opened.dispose)
    return opened
