"""
The database as one command uses it.

Does not ask it anything.
"""

from __future__ import annotations

import click
from sqlalchemy import Engine

from db.schema import existing, open_engine


def engine(*, patience: int | None = None) -> Engine:
    """Return an engine on the configured database that is closed when the command ends; ``patience`` is that of ``db.session.connect``."""
    context = click.get_current_context()
    opened = open_engine(name=context.command_path, patience=patience)
    context.call_on_close(opened.dispose)
    return opened


def known() -> Engine:
    """Return the same on a database that is there already; nothing is made."""
    context = click.get_current_context()
    opened = existing(name=context.command_path)
    context.call_on_close(opened.dispose)
    return opened
