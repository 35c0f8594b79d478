"""
What there is to tell of an audit: its document, and what changed since the audit before it.

Writes nothing and words nothing; ``reports.mail`` finds the words.
"""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.run import compared, comparing
from audit.run.compared import Json
from audit.run.comparing import Rules
from audit.run.judging import Report
from db import queries
from db.models import Audit
from db.session import opened
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
        before = _before(session, audit)
    if before is None:
        return found, None
    return found, comparing.compare(engine, str(before), str(found["audit"]), rules=rules, report=report)


def _before(session: Session, audit: Audit) -> int | None:
    """Return the latest earlier audit of the town that was judged by a catalogue of the same name."""
    name = compared.catalogue(audit)["name"]
    earlier = [
        one
        for one in queries.audits(session, audit.town_id)
        if one.judged is not None
        and (one.started, one.id) < (audit.started, audit.id)
        and compared.catalogue(one)["name"] == name
    ]
    return max(earlier, key=lambda one: (one.started, one.id)).id if earlier else None
