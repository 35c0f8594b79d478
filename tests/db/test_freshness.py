"""Guards that a state is the same as long as nothing has changed, and another as soon as something has, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.run import showing
from db import freshness
from db.desk import MeasureEdit
from db.models import Audit, Listed, Measure, Review, Site, Town
from db.schema import open_engine
from db.session import opened
from db.terms import Decision, Standing, Why
from tests.reports.towns import MUSTERHAFEN, STARTED, catalogue, write

LONG = timedelta(days=1)


def judge(_session: Session, audit: Audit) -> None:
    """Judge the audit again."""
    assert audit.judged is not None
    audit.judged += LONG


def begin(session: Session, audit: Audit) -> None:
    """Begin another audit."""
    session.add(Audit(town_id=audit.town_id, started=STARTED + LONG))


def propose(_session: Session, audit: Audit) -> None:
    """Propose a website."""
    site = Site(url="http://neu.example/", host="neu.example", role="city", standing=Standing.PROPOSED)
    audit.town.sites.append(site)


def rename(_session: Session, audit: Audit) -> None:
    """Give the town another name."""
    audit.town.name = "Anders"


def say(session: Session, audit: Audit) -> None:
    """Say something of a finding."""
    said = {"decision": Decision.CONFIRM, "reason": Why.SEEN, "made": STARTED}
    session.add(Review(town_id=audit.town_id, criterion="strategie-1", **said))


def ask(session: Session, audit: Audit) -> None:
    """Ask a real search engine."""
    asked = {"source": "searxng", "query": "x", "criterion": "strategie-1", "asked": STARTED}
    session.add(Listed(audit_id=audit.id, **asked))


def write_down(session: Session, audit: Audit) -> None:
    """Change a line of the town's own list."""
    session.add(MeasureEdit(town_id=audit.town_id, measure=1, at=STARTED))


def move(session: Session, audit: Audit) -> None:
    """Let another file have two lines the other way round."""
    first, second = session.scalars(select(Measure).where(Measure.town_id == audit.town_id).limit(2))
    first.row, second.row = second.row, first.row


def elsewhere(session: Session, _audit: Audit) -> None:
    """Add another town."""
    session.add(Town(key="anders", name="Anders"))


CHANGES: list[tuple[Callable[[Session, Audit], None], bool, bool]] = [
    (judge, True, True),
    (begin, True, True),
    (propose, True, True),
    (rename, True, True),
    (say, True, False),
    (ask, True, False),
    (write_down, True, False),
    (move, True, False),
    (elsewhere, False, True),
]
"""What is done, and whether the report of the audit and the overview show it."""


def check(engine: Engine) -> None:
    """Make one change after the other and look whether the states notice."""
    with opened(engine) as session:
        number = write(session, "Musterhafen", verdicts=MUSTERHAFEN, against=catalogue()).audit.id
    for change, in_report, in_all in CHANGES:
        with opened(engine) as session:
            audit = session.get_one(Audit, number)
            before = freshness.of_audit(session, audit), freshness.of_all(session)
            assert repr(before) == repr((freshness.of_audit(session, audit), freshness.of_all(session)))
            change(session, audit)
        with opened(engine) as session:
            after = freshness.of_audit(session, session.get_one(Audit, number)), freshness.of_all(session)
        assert (repr(before[0]) != repr(after[0]), repr(before[1]) != repr(after[1])) == (in_report, in_all), change
    with opened(engine) as session:
        audit = session.get_one(Audit, number)
        assert [row["id"] for row in showing.history(session, audit, "strategie-1")] == [number]
        assert [row["decision"] for row in showing.reviews(session, audit, "strategie-1")] == ["confirm"]
        assert [row["audit"] for row in showing.latest(session)] == [number]
        assert showing.newer(session, audit) is None


def test_a_state_changes_with_what_is_shown(engine: Engine) -> None:
    """And with nothing else."""
    check(engine)


@pytest.mark.postgres
def test_a_state_changes_with_what_is_shown_on_postgresql_too(postgres: Callable[[str], str]) -> None:
    """Whose numbers and moments have other types."""
    engine = open_engine(postgres("freshness"))
    check(engine)
    engine.dispose()
