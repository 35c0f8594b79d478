"""A person's word that is only taken down if nobody else has spoken since, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from audit.reviews import is_since
from audit.run import deciding
from audit.run.reviewing import Word
from db import overview, queries
from db.desk import Person
from db.errors import ConflictError
from db.models import Audit, Evidence, Finding
from db.schema import open_engine
from db.session import opened
from db.terms import Band, Decision, PersonRole, Verdict
from tests.audit import stored
from tests.audit.nouns import HOME, NOW
from tests.audit.reviews.said import word

PEOPLE = ("Lena", "Max", "Ada", "Kim")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def judged(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """A town with one judged finding and four people."""
    used = engine
    if request.param == "postgres":
        new_database: Callable[[str], str] = request.getfixturevalue("postgres")
        used = open_engine(new_database(tmp_path.name))
    stored.town(used, {"url": HOME, "title": "Ort", "main_text": "Ort"}, source="klein")
    with opened(used) as session:
        session.add(
            Finding(
                criterion="handyparken",
                area="alles",
                aspect="implementation",
                verdict=Verdict.FINDABLE,
                best_url=HOME,
                audit_id=1,
            )
        )
        session.add_all(Person(email=name, name=name, role=PersonRole.EDITOR, made=NOW) for name in PEOPLE)
    yield used
    if used is not engine:
        used.dispose()


def mark(engine: Engine) -> str:
    with opened(engine) as session:
        return deciding.matter(session, queries.audit(session, "1"), criterion="handyparken", url=HOME).mark


def decide(engine: Engine, *, who: int, seen: str) -> int | None:
    said = Word("handyparken", Decision.CONFIRM, url=HOME, person=PEOPLE[who - 1], person_id=who)
    try:
        with opened(engine) as session:
            audit = queries.audit(session, "1")
            return deciding.decide(session, audit, said, seen=seen, clock=lambda: NOW).id
    except ConflictError:
        return None


def test_of_many_who_have_seen_the_same_one_is_heard(judged: Engine) -> None:
    """However close they come; the others are asked again, and then heard in turn."""
    seen = mark(judged)
    with ThreadPoolExecutor(len(PEOPLE)) as people:
        heard = list(people.map(lambda who: decide(judged, who=who, seen=seen), range(1, len(PEOPLE) + 1)))
    assert sum(number is not None for number in heard) == 1
    assert decide(judged, who=1 + heard.index(None), seen=mark(judged)) is not None


def test_a_word_outlives_the_person_who_said_it(judged: Engine) -> None:
    """The name stays as it was then; nobody but an administrator may take it back any more."""
    number = decide(judged, who=1, seen=mark(judged))
    with opened(judged) as session:
        lena, max_ = session.get_one(Person, 1), session.get_one(Person, 2)
        said = deciding.word_on(session, session.get_one(Audit, 1), number or 0)
        assert [deciding.may_undo(said, one) for one in (lena, max_)] == [True, False]
        lena.role = PersonRole.READER
        assert not deciding.may_undo(said, lena)
        session.delete(lena)
    with opened(judged) as session:
        said = deciding.word_on(session, session.get_one(Audit, 1), number or 0)
        assert (said.person, said.person_id) == ("Lena", None)
        assert not deciding.may_undo(said, Person(email="", name="", role=PersonRole.EDITOR, made=NOW))
        assert deciding.may_undo(said, Person(email="", name="", role=PersonRole.ADMIN, made=NOW))


def test_towns_are_told_with_what_waits_and_what_was_said(judged: Engine) -> None:
    """A page counts once for each criterion, however many quotes it has; a word that was withdrawn does not."""
    given: dict[str, Any] = {
        "signal": "pair",
        "zone": "main",
        "reading": "statement",
        "weight": 1.0,
        "rule": "",
        "page_type": "service",
    }
    with opened(judged) as session:
        for criterion, band in (("handyparken", Band.REVIEW), ("handyparken", Band.REVIEW), ("kita", Band.AUTOMATIC)):
            proof = Evidence(criterion=criterion, quote="", url=HOME, band=band, audit_id=1, **given)
            session.add(proof)
        session.add_all([word(Decision.CONFIRM), word(Decision.CONFIRM, withdrawn=NOW)])
    with opened(judged) as session:
        assert overview.waiting(session) == [("ort", "Ort", 1, 1)]


@pytest.mark.parametrize(
    ("values", "waits"),
    [
        ({"minutes": -1}, False),
        ({"minutes": 0}, True),
        ({"minutes": 1}, True),
        ({"minutes": -2, "withdrawn": NOW - timedelta(minutes=1)}, False),
        ({"minutes": -2, "withdrawn": NOW + timedelta(minutes=1)}, True),
        ({"minutes": -2, "expires": NOW}, False),
        ({"minutes": -2, "expires": NOW + timedelta(hours=1)}, True),
        ({"minutes": -2, "expires": NOW + timedelta(hours=3)}, False),
    ],
)
def test_a_word_waits_for_the_next_judging(values: dict[str, Any], *, waits: bool) -> None:
    """Once it was said, withdrawn or has expired since the last one."""
    assert is_since(word(Decision.CONFIRM, **values), NOW, now=NOW + timedelta(hours=2)) is waits
