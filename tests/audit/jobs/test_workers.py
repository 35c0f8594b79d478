"""Real workers, killed at bad moments: every audit is done once in effect, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from audit import jobs
from audit.jobs.keeping import Keeper
from db.desk import Act, Job, Schedule
from db.models import Audit, Crawl, Finding, Page, Town
from db.schema import open_engine
from db.session import opened
from db.terms import JobState
from tests.audit.jobs.conftest import PAGES, Gate, Workers, job, now, until


def stored(engine: Engine, audit: int) -> int:
    with opened(engine) as session:
        wanted = select(func.count()).select_from(Page).join(Crawl, Page.crawl_id == Crawl.id)
        return session.scalar(wanted.where(Crawl.audit_id == audit)) or 0


def result(engine: Engine, audit: int) -> tuple[list[tuple[str, int, str]], list[tuple[str | None, str, float]]]:
    """All pages and all verdicts of an audit."""
    with opened(engine) as session:
        pages = select(Page.url, Page.status, Page.main_text).join(Crawl, Page.crawl_id == Crawl.id)
        verdicts = select(Finding.criterion, Finding.verdict, Finding.score).where(Finding.audit_id == audit)
        return (
            sorted(tuple(row) for row in session.execute(pages.where(Crawl.audit_id == audit))),
            sorted(tuple(row) for row in session.execute(verdicts)),
        )


def is_read(engine: Engine, audit: int) -> bool:
    with opened(engine) as session:
        return session.get_one(Audit, audit).crawled is not None


def test_an_audit_survives_the_death_of_its_workers(gate: Gate, engine: Engine, workers: Workers) -> None:
    """Killed while reading and again while judging, it has the pages and verdicts of one that nobody disturbed."""
    gate.town(engine, "hafen", behind=True)
    first = jobs.enqueue(engine, "hafen", now=now()).audit_id
    reading = workers.start()
    until(lambda: stored(engine, first) >= PAGES // 2)
    workers.kill(reading)
    gate.opening.set()
    judging = workers.start()
    until(lambda: is_read(engine, first))
    workers.kill(judging)
    assert job(engine, first).ended is None
    workers.start()
    until(lambda: job(engine, first).ended)
    ended = job(engine, first)
    assert (ended.state, ended.tries, ended.reason) == (JobState.DONE, 3, "")
    undisturbed = jobs.enqueue(engine, "hafen", now=now(), fresh=True).audit_id
    assert undisturbed != first
    until(lambda: job(engine, undisturbed).ended)
    pages, verdicts = result(engine, first)
    assert len(pages) == PAGES + 1
    assert verdicts
    assert result(engine, undisturbed) == (pages, verdicts)


def test_two_workers_share_one_file(gate: Gate, engine: Engine, workers: Workers, small: str) -> None:
    """One audit per town, a schedule starts once, what is called off stops, a dead worker's audit goes to the other, and what cannot be done blocks nobody."""
    gate.endless(engine, "aach")
    for key in ("bonn", "calw"):
        gate.town(engine, key, behind=key == "bonn")
    with opened(engine) as session:
        town = session.scalars(select(Town.id).where(Town.key == "calw")).one()
        long_ago = now() - timedelta(days=20)
        session.add(Schedule(town_id=town, rule="weekly", made=long_ago))
    aach, bonn = (jobs.enqueue(engine, key, now=now(), rules=small).audit_id for key in ("aach", "bonn"))
    assert jobs.enqueue(engine, "aach", now=now(), rules=small) == (aach, False)
    pair = [workers.start(), workers.start()]
    until(lambda: all(stored(engine, audit) >= PAGES // 2 for audit in (aach, bonn)))
    # Both are held by the gate, one by each worker; the first that dies leaves its audit to the other.
    assert jobs.cancel(engine, aach, now=now())
    until(lambda: job(engine, aach).ended)
    assert job(engine, aach).state == JobState.CANCELLED
    assert not jobs.cancel(engine, aach, now=now())
    workers.kill(_reading(pair))
    gate.opening.set()
    until(lambda: job(engine, bonn).ended)
    assert job(engine, bonn).state == JobState.DONE
    until(lambda: all(one.ended for one in jobs.jobs(engine)))
    with opened(engine) as session:
        assert session.scalars(select(Act.what)).all() == ["schedule_missed"]
        assert len(session.scalars(select(Job).where(Job.town_id == town)).all()) == 1


def _reading(pair: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    """Return the worker that has a crawling child."""
    for worker in pair:
        if any(file.read_text().split() for file in Path(f"/proc/{worker.pid}/task").glob("*/children")):
            return worker
    raise AssertionError("none is reading")


@pytest.mark.postgres
def test_the_same_on_postgresql(
    postgres: Callable[[str], str], gate: Gate, workers: Workers, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ordered once, done, called off, and its tables beside ours."""
    monkeypatch.setenv("DATABASE_URL", postgres("auftraege"))
    engine = open_engine()
    try:
        gate.endless(engine, "aach")
        gate.town(engine, "bonn", behind=False)
        bonn, aach = (jobs.enqueue(engine, key, now=now(), rules=small).audit_id for key in ("bonn", "aach"))
        assert jobs.enqueue(engine, "aach", now=now(), rules=small) == (aach, False)
        first = workers.start()
        until(lambda: job(engine, bonn).ended)
        assert job(engine, bonn).state == JobState.DONE
        until(lambda: stored(engine, aach) >= PAGES // 2)
        workers.kill(first)
        workers.start()
        until(lambda: job(engine, aach).tries == 2)
        jobs.cancel(engine, aach, now=now())
        until(lambda: job(engine, aach).ended)
        assert job(engine, aach).state == JobState.CANCELLED
    finally:
        engine.dispose()


def test_the_desk_keeps_its_worker_and_takes_it_along(engine: Engine) -> None:  # noqa: ARG001 the place of data
    """A worker that dies is started again; the end of the desk is its end."""
    with Keeper() as keeper:
        first = keeper.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        until(lambda: keeper.pid not in {None, first})
        second = keeper.pid
    assert second is not None
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)
