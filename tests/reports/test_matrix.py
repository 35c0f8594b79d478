"""Places in the table of all towns: only as sure as the shares are."""

from __future__ import annotations

from datetime import UTC, datetime

from db.matrix import Latest
from reports.bands import Band
from reports.matrix import ranked

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def town(audit: int, found: int, of: int = 100, *, enough: bool = True) -> Latest:
    return Latest(audit, f"ort-{audit}", f"Ort {audit}", None, None, NOW, enough, found, of)


def test_towns_that_cannot_be_told_apart_share_their_places() -> None:
    """Far ahead is first for sure; two that are near may be either; too little read has no place."""
    lines = ranked([town(1, 50), town(2, 95), town(3, 52), town(4, 5), town(5, 99, enough=False), town(6, 0, of=0)])
    assert [(one.town.audit, one.best, one.worst) for one in lines] == [
        (2, 1, 1),
        (3, 2, 3),
        (1, 2, 3),
        (4, 4, 4),
        (5, None, None),
        (6, None, None),
    ]
    assert [one.band for one in lines] == [Band.AHEAD, Band.EVEN, Band.EVEN, Band.BEHIND, Band.NONE, Band.NONE]
    assert ranked([]) == []
