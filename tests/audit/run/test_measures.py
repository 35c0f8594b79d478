"""Two who write at once on PostgreSQL, where each sees the state before the other unless somebody waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from audit import catalogue
from audit.inventory import revision
from audit.run import measures, tasks
from audit.run.measures import By
from db.desk import MeasureEdit, Task
from db.errors import ConflictError
from db.models import Measure, Proposal
from db.schema import open_engine
from db.session import opened
from tests.audit import stored, written
from tests.audit.nouns import NOW


@pytest.mark.postgres
def test_two_at_once_are_one_after_the_other(postgres: Callable[[str], str], tmp_path: Path) -> None:
    """One line is changed once and the other person is told; one proposal accepted twice is one task."""
    engine = open_engine(postgres("two_at_once"))
    source = str(written.base(tmp_path))
    rules = catalogue.load(source)
    number = stored.town(engine, source=source)
    with opened(engine) as session:
        line = Measure(town_id=number, title="Handyparken", row=2)
        proposal = Proposal(place=1, change="x", where="", effect="", effort="", role="", audit_id=1)
        session.add_all([line, proposal])
        session.flush()
        seen, before = revision.digest([line]), revision.state(line)
    start = threading.Barrier(2)
    told: list[str] = []

    def work(status: str) -> None:
        start.wait()
        try:
            with opened(engine) as session:
                town = measures.held(session, "ort")
                wanted = before | {"status": status}
                measures.change(session, town, line.id, wanted, seen=seen, rules=rules, by=By(status, NOW))
            told.append("kept")
        except ConflictError:
            told.append("asked")
        with opened(engine) as session:
            tasks.accept(session, 1, 1, person=None, now=NOW)

    threads = [threading.Thread(target=work, args=[status]) for status in ("geplant", "in Betrieb")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["asked", "kept"]
    with opened(engine) as session:
        assert len(session.scalars(select(MeasureEdit)).all()) == 1
        assert len(session.scalars(select(Task)).all()) == 1
    engine.dispose()
