"""
What a database has answered, kept as long as nobody writes into it: most questions are asked again before that.

Does not know the questions. What is kept lies with the connection that asked, so it goes when that is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST = 2_000
"""Answers that a connection keeps."""

Answer = TypeVar("Answer")

# What differs once a transaction that wrote has ended, and NULL within one of ours.
_SNAPSHOT = text("SELECT CASE WHEN pg_current_xact_id_if_assigned() IS NULL THEN pg_current_snapshot()::text END")


def once(session: Session, asked: Hashable, ask: Callable[[], Answer]) -> Answer:
    """
    Return what ``ask`` finds in the session's database, or has found since the last write; ``asked`` names the question.

    An answer may be handed out many times and is not to be changed.
    """
    connection = session.connection()
    mark = _mark(connection)
    if mark is None:
        return ask()
    kept: dict[Hashable, Any] = connection.info.setdefault("answers", {})
    if kept.get(None) != mark or len(kept) > MOST:
        kept.clear()
        kept[None] = mark
    if asked not in kept:
        # Not kept where somebody wrote meanwhile: the mark was read before, so that is seen at the next question.
        kept[asked] = ask()
    found: Answer = kept[asked]
    return found


def _mark(connection: Any) -> Hashable:
    """Return what is different after every write of anybody; None: it cannot be told at this moment."""
    if connection.dialect.name == "postgresql":
        return str(found) if (found := connection.execute(_SNAPSHOT).scalar()) else None
    own = connection.connection.driver_connection
    if own.in_transaction:
        return None
    # The first counts the writes of all other connections, the second ours (sqlite.org/pragma.html#pragma_data_version).
    (others,) = own.execute("PRAGMA data_version").fetchone()
    return (others, own.total_changes)
