"""
The desk over the two towns of the reports' tests, one of them audited twice, with keys for programs.

Does not test anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.web import signing
from db.desk import ApiKey, Person
from db.models import Audit, Base, Finding, Town
from db.schema import open_engine
from db.session import opened
from db.terms import PersonRole, Verdict
from tests.audit.web.conftest import NOW, Clock, serving
from tests.reports.towns import MUSTERHAFEN, NACHBARAU, STARTED, catalogue, write

TURNED = "mobilitaet-2"
"""The criterion that the second audit found and the first did not."""

ORIGIN = "https://intranet.stadt.example"


def numbered(path: Path) -> Engine:
    """Return a database file with both towns and a second audit of Musterhafen, ten days later."""
    engine = open_engine(f"sqlite:///{path}")
    with opened(engine) as session:
        rules = catalogue()
        write(session, "Musterhafen", verdicts=MUSTERHAFEN, against=rules)
        write(session, "Nachbarau", verdicts=NACHBARAU, against=rules)
        again(session)
    return engine


def again(session: Session) -> Audit:
    """Write a second audit of Musterhafen, in which one criterion turned, and a third that is not judged; return the second."""
    first = session.scalars(select(Audit).join(Town).where(Town.key == "musterhafen")).one()
    when = STARTED + timedelta(days=10)
    times = {"started": when, "crawled": when, "judged": when + timedelta(hours=1)}
    second = Audit(**_values(first) | times)
    session.add(second)
    session.flush()
    found = session.scalars(select(Finding).where(Finding.audit_id == first.id)).all()
    session.add_all(Finding(**_values(one) | {"audit_id": second.id}) for one in found)
    session.flush()
    for audit, verdict in ((second, Verdict.FINDABLE), (first, Verdict.ABSENT)):
        turned = select(Finding).where(Finding.audit_id == audit.id, Finding.criterion == TURNED)
        session.scalars(turned).one().verdict = verdict
    session.add(Audit(town_id=first.town_id, started=when + timedelta(days=1)))
    return second


def _values(row: Base) -> dict[str, object]:
    """Return the columns of a row without its number."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key != "id"}


@contextmanager
def open_desk(engine: Engine, clock: Clock) -> Iterator[str]:
    """Serve the desk to people who sign in and to programs with a key."""
    with serving(engine, clock, sign_in=True, origins=(ORIGIN,)) as address:
        yield address


def key(engine: Engine, *, expires: datetime | None = None, name: str = "intranet") -> str:
    """Write a key of a person who may read, and return it."""
    secret = f"fst_{name}"
    with opened(engine) as session:
        person = Person(email=f"{name}@stadt.example", name=name, role=PersonRole.READER, made=NOW)
        session.add(person)
        session.flush()
        session.add(ApiKey(digest=signing.digest(secret), person_id=person.id, name=name, made=NOW, expires=expires))
    return secret
