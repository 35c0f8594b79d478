"""The overview is asked in statements that read no row for a word of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, event

from db import freshness, overview
from db.session import opened


def plans(engine: Engine, ask: Any) -> list[str]:
    """Return how SQLite goes about each statement that is asked."""
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _k, text, values, *_: asked.append((text, values)))
    with opened(engine) as session:
        ask(session)
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        return [
            " / ".join(row[-1] for row in cursor.execute(f"EXPLAIN QUERY PLAN {text}", values).fetchall())
            for text, values in list(asked)
        ]


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda session: overview.counts(session, [1, 2]), "ix_finding_counted"),
        (freshness.of_all, "ix_audit_judged"),
        (freshness.of_all, "ix_site_standing"),
    ],
)
def test_what_is_counted_stands_in_an_index(engine: Engine, ask: Any, index: str) -> None:
    """A finding is a hundred times as wide as its verdict; with 800 audits to count that is what takes the time."""
    assert any(f"COVERING INDEX {index}" in plan for plan in plans(engine, ask))
