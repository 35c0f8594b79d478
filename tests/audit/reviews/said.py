"""
People's words in memory for the tests of what follows from them.

Does not open a database.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from db.models import Review
from db.terms import Decision, Verdict, Why
from tests.audit.nouns import HOME, NOW

TARGET = f"{HOME}parken"
REASONS = {Decision.CONFIRM: Why.SEEN, Decision.REJECT: Why.NOT_THE_THING, Decision.IGNORE: Why.IN_PROGRESS}


def word(
    decision: str, url: str | None = TARGET, *, digest: str | None = "a", minutes: int = 0, **values: Any
) -> Review:
    """What a person said of a page, so many minutes after noon of the first day."""
    given: dict[str, Any] = {
        "town_id": 1,
        "criterion": "handyparken",
        "decision": decision,
        "reason": REASONS[Decision(decision)],
        "verdict": Verdict.FINDABLE,
        "made": NOW + timedelta(minutes=minutes),
    }
    return Review(url=url, digest=digest, **{**given, **values})
