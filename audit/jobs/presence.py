"""
The sign of life of a worker, for those who watch over the whole.

Does not decide who may take a worker's orders; leases do, which need no clock.
"""

from __future__ import annotations

import platform
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Engine, delete

from db import __version__, vitals
from db.desk import Worker
from db.errors import StoreError
from db.session import opened


def show(engine: Engine, name: str, *, now: datetime, begins: bool = False) -> None:
    """Say that the worker of a name lives; ``now`` by its own clock."""
    with opened(engine) as session:
        seen = vitals.clock(session)
        off = (now - seen).total_seconds()
        one = session.get(Worker, name)
        if one is None or begins:
            session.merge(
                Worker(name=name, machine=platform.node(), begun=seen, seen=seen, off=off, version=__version__)
            )
        else:
            one.seen, one.off = seen, off


def leave(engine: Engine, name: str) -> None:
    """Say that it ends; a database that is away just then sees it by its silence."""
    with suppress(StoreError), opened(engine) as session:
        session.execute(delete(Worker).where(Worker.name == name))
