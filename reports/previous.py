"""
What the audit before said, beside the score of this one: both numbers, how many turned, and whether they were measured alike.

Does not look for causes; that takes judging old pages again (``audit.run.comparing``). So it counts what turned only where rules,
program and limits were the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from db import queries
from db.models import Audit, Finding
from db.terms import Verdict
from reports.findings import iso

LEVELS: dict[str, int] = {Verdict.ABSENT: 0, Verdict.BURIED: 1, Verdict.FINDABLE: 2}
"""A verdict without a level can be neither better nor worse."""


def previous(session: Session, audit: Audit) -> dict[str, Any] | None:
    """Return ``{"audit", "started", "enough", "found", "of", "alike", "better", "worse"}`` of the audit before; None if there is none."""
    before = queries.judged_before(session, audit)
    if before is None:
        return None
    was, now = (_levels(queries.findings(session, one.id)) for one in (before, audit))
    turned = Counter((now[key] > level) - (now[key] < level) for key, level in was.items() if key in now)
    is_alike = _measured(before) == _measured(audit) and bool(before.enough and audit.enough)
    return {
        "audit": before.id,
        "started": iso(before.started),
        "enough": bool(before.enough),
        "found": sum(level == LEVELS[Verdict.FINDABLE] for level in was.values()),
        "of": len(was),
        "alike": is_alike,
        "better": turned[1] if is_alike else None,
        "worse": turned[-1] if is_alike else None,
    }


def _levels(found: list[Finding]) -> Mapping[str, int]:
    """Return the levels of what counts and could be looked at, by criterion."""
    return {one.criterion: LEVELS[one.verdict] for one in found if one.counts and one.verdict in LEVELS}


def _measured(audit: Audit) -> tuple[Any, ...]:
    learned = audit.calibration and {key: audit.calibration[key] for key in ("slope", "shift", "offsets")}
    return audit.catalogue_id, audit.program, learned, audit.budget
