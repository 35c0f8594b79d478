"""
What there is to tell of an audit: its document, and what changed since the audit before it.

Writes nothing and words nothing; ``reports.mail`` and ``reports.site`` find the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Engine

from audit.run import comparing
from audit.run.compared import Json
from audit.run.comparing import Rules
from audit.run.judging import Report
from db import queries
from db.errors import InputError
from db.models import Town
from db.session import opened
from reports import site
from reports.document import document


def news(engine: Engine, name: str, *, rules: Rules, report: Report) -> tuple[Json, Json | None]:
    """
    Return the document of an audit, and its comparison with the one before; None if there was none by the same catalogue.

    Raises:
        NotFoundError: there is no such audit.
        InputError: it was not judged yet.
    """
    with opened(engine) as session:
        audit = queries.audit(session, name)
        found = document(session, audit.id)
        before = queries.judged_before(session, audit)
    if before is None:
        return found, None
    return found, comparing.compare(engine, str(before.id), str(found["audit"]), rules=rules, report=report)


def towns(engine: Engine, wanted: Sequence[str], *, last: int) -> list[tuple[site.Shown, int]]:
    """
    Return these towns, by key or name, or all, without their audits, and how many of the ``last`` each has to show.

    Raises:
        InputError: there is no such town, or none at all.
    """
    with opened(engine) as session:
        known = queries.towns(session)
        chosen = [_town(known, name) for name in wanted] or known
        if not chosen:
            raise InputError("Es ist noch kein Ort bekannt.", remedy="Beginnen Sie mit „fundstelle audit ORT“.")
        counted = {
            town.key: sum(audit.judged is not None for audit in queries.audits(session, town.id)) for town in chosen
        }
        names = {town.key: town.name for town in chosen}
    return [(site.Shown(key, name), min(counted[key], last)) for key, name in names.items()]


def _town(known: Sequence[Town], name: str) -> Town:
    for town in known:
        if name.lower() == town.key or name == town.name:
            return town
    raise InputError(
        f"Einen Ort „{name}“ gibt es nicht.",
        remedy=f"Bekannt sind: {', '.join(town.key for town in known) or 'keine'}.",
    )


def shown(engine: Engine, town: site.Shown, *, last: int, rules: Rules) -> site.Shown:
    """Return a town with its ``last`` judged audits as the public may see them; judges in memory where rules differ."""
    found = comparing.trend(engine, town.key, rules=rules, report=lambda *_: None, last=last)
    with opened(engine) as session:
        documents = [site.public(document(session, audit["audit"])) for audit in reversed(found["audits"])]
    return replace(town, trend=found, documents=documents)
