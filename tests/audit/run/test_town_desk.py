"""What the desk asks of one town, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select

from audit.run import towns
from db import town_desk
from db.models import Audit, Evidence, Finding
from db.schema import open_engine
from db.session import opened
from tests.reports.towns import MUSTERHAFEN, NACHBARAU, STARTED, catalogue, write

KEY = "mobilitaet-2"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Two towns, the first with a second audit that found less, on each kind of database."""
    address = f"sqlite:///{tmp_path / 'towns.db'}"
    if request.param == "postgres":
        new: Callable[[str], str] = request.getfixturevalue("postgres")
        address = new(f"town_desk_{uuid4().hex[:8]}")
    engine = open_engine(address)
    with opened(engine) as session:
        rules = catalogue()
        first = write(session, "Musterhafen", verdicts=MUSTERHAFEN, against=rules)
        write(session, "Nachbarau", verdicts=NACHBARAU, against=rules)
        second = Audit(town_id=first.town.id, started=STARTED, crawled=STARTED, judged=STARTED, enough=True)
        second.catalogue_id = rules.id
        session.add(second)
        session.flush()
        told = {"criterion": KEY, "area": "mobilitaet", "aspect": "implementation"}
        session.add(Finding(audit_id=second.id, verdict="ABSENT", **told))
    yield engine
    engine.dispose()


def test_a_town_is_told_by_its_audits(both: Engine) -> None:
    """The newest first, with the title of their catalogue, and what turned between two."""
    with opened(both) as session:
        town = towns.found(session, "musterhafen")
        latest, first = town_desk.runs(session, town.id)
        assert (latest.found, latest.of) == (0, 1)
        assert first.found < first.of
        assert first.title == "Zehn Bereiche, wie sie Ranglisten betrachten"
        verdicts = town_desk.verdicts(session, first.audit)
        assert verdicts["FINDABLE"] == first.found
        assert sum(verdicts.values()) - verdicts["UNKNOWN"] == first.of
        before = session.scalar(
            select(Finding.verdict).where(Finding.audit_id == first.audit, Finding.criterion == KEY)
        )
        expected = [] if before == "ABSENT" else [(KEY, before, "ABSENT")]
        assert [tuple(one) for one in town_desk.turned(session, latest.audit, first.audit)] == expected
        waiting = town_desk.waiting(session, town.id)
        assert (waiting.sites, waiting.tasks, waiting.schedules) == (1, 0, 0)


def test_of_each_town_the_latest_audit_tells_of_a_criterion(both: Engine) -> None:
    """By name, a page at a time, with the best quote of each page and none that speaks against."""
    with opened(both) as session:
        lines, total = town_desk.found(session, KEY, start=0, most=1)
        assert total == 2
        assert [(line.key, line.verdict, line.quotes) for line in lines] == [("musterhafen", "ABSENT", [])]
        number = lines[0].audit
        told = {"signal": "product", "zone": "main", "reading": "statement", "rule": "x", "page_type": "service"}
        for place, (url, score, weight) in enumerate(
            [("a", 0.2, 1), ("b", 0.9, 1), ("b", 0.9, 2), ("c", 0.5, 1), ("d", 1, -1)]
        ):
            quote = Evidence(criterion=KEY, quote=str(place), url=url, score=score, weight=weight, **told)
            quote.audit_id = number
            session.add(quote)
        session.flush()
        (line,), _total = town_desk.found(session, KEY, start=0, most=1)
        assert [tuple(quote) for quote in line.quotes] == [("2", "b"), ("3", "c")]
        (other,), _total = town_desk.found(session, KEY, start=1, most=1)
        assert other.key == "nachbarau"


def test_whoever_holds_a_town_is_alone_with_it(both: Engine) -> None:
    """Of two at the same moment the second sees what the first has written."""
    seen: list[str] = []

    def second() -> None:
        with opened(both) as session:
            seen.append(towns.hold(session, "musterhafen").name)

    with opened(both) as session:
        town = towns.hold(session, "musterhafen")
        thread = threading.Thread(target=second)
        thread.start()
        town.name = "Neuhafen"
        session.flush()
        assert not seen
    thread.join()
    assert seen == ["Neuhafen"]
