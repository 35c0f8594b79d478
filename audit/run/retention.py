"""
Delete the archives of old audits.

Does not delete what was read and judged: pages, findings and evidence stay in the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.run import storing
from db import queries
from db.models import Audit
from db.session import opened


class Kept(NamedTuple):
    """The archive of an audit."""

    name: str
    town: str
    started: datetime
    size: int  #: bytes


def prune(engine: Engine, *, before: datetime | None, most: int | None, dry: bool) -> list[Kept]:
    """
    Delete archives, the oldest first, and return them; those of each town's latest audit stay.

    Args:
        engine: Where the audits are.
        before: Older ones go.
        most: Bytes that all archives may take; None: as many as there are.
        dry: Only return what would be deleted.

    Raises:
        PlaceError: the place of archives does not serve us; nothing is noted, and it may be tried again.
    """
    with opened(engine) as session:
        kept = list(_kept(session))
        left = sum(one.size for one, _, _ in kept)
        gone: list[Kept] = []
        for one, audit, is_latest in kept:
            if is_latest or not ((before is not None and one.started < before) or (most is not None and left > most)):
                continue
            if not dry:
                storing.forget(session, audit)
            left -= one.size
            gone.append(one)
        return gone


def _kept(session: Session) -> Iterator[tuple[Kept, Audit, bool]]:
    """Yield the archives that are there, the oldest first, and whether they are of their town's latest audit."""
    audits = queries.archived(session)
    latest = {audit.town_id: audit.id for audit in audits}
    for audit in audits:
        assert audit.archive is not None
        if size := storing.size(audit):
            yield (
                Kept(audit.archive, audit.town.name, audit.started, size),
                audit,
                latest[audit.town_id] == audit.id,
            )
