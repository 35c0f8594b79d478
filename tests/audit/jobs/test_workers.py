"""Real workers, killed at bad moments: every audit is done once in effect, and nothing stays behind."""

from __future__ import annotations

import os
import signal
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Self

import pytest
from sqlalchemy import Engine, select

from audit import jobs
from audit.jobs.keeping import Keeper
from crawler.nursery import Child
from db.desk import Act, Job, Schedule
from db.models import Crawl, Site, Town
from db.session import opened
from db.terms import JobState
from tests.audit.jobs.scenes import PAGES, Gate, Workers, children, is_read, job, now, result, stored, until
from tests.conftest import PostgresServer


@pytest.fixture
def crash(engine: Engine, request: pytest.FixtureRequest) -> AbstractContextManager[object]:
    """What kills the database server for the length of a block, if it has one."""
    if engine.dialect.name == "sqlite":
        return nullcontext()
    return Crash(request.getfixturevalue("postgres"))


class Crash(AbstractContextManager["Crash"]):
    """Kills a server and starts it again."""

    def __init__(self, server: PostgresServer) -> None:
        self.server = server

    def __enter__(self) -> Self:
        self.server.crash()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.server.start()


@pytest.mark.timeout(300)
def test_audits_survive_whatever_dies(  # noqa: PLR0915 one story, since its workers take long to start
    gate: Gate, engine: Engine, workers: Workers, small: str, crash: AbstractContextManager[object]
) -> None:
    """
    Two workers die, one while reading and one while judging, and the database server in between; nothing is lost or doubled.

    One audit per town; a schedule starts once; what is called off stops; of two towns that share a host one waits and leaves its
    place; the workers that follow are of a newer version than those that had begun.
    """
    gate.endless(engine, "aach")
    shared = gate.town(engine, "bonn", behind=True)
    gate.town(engine, "calw", behind=False, shares=[shared])
    with opened(engine) as session:
        town = session.scalars(select(Town.id).where(Town.key == "calw")).one()
        session.add(Schedule(town_id=town, rule="weekly", made=now() - timedelta(days=20)))
    aach, bonn = (jobs.enqueue(engine, key, now=now(), rules=small).audit_id for key in ("aach", "bonn"))
    assert jobs.enqueue(engine, "aach", now=now(), rules=small) == (aach, False)
    pair = [workers.start(version="1"), workers.start(version="1")]
    until(lambda: all(stored(engine, audit) >= PAGES // 2 for audit in (aach, bonn)))
    # Each worker holds one; calw gets the place of what is called off, and leaves it again since bonn is being read.
    assert jobs.cancel(engine, aach, now=now())
    until(lambda: job(engine, aach).ended)
    assert job(engine, aach).state == JobState.CANCELLED
    assert not jobs.cancel(engine, aach, now=now())
    calw = until(lambda: _order(engine, town))
    until(
        lambda: (
            job(engine, calw).state == JobState.WAITING and job(engine, calw).progress["busy"] == ["www.bonn.example"]
        )
    )
    assert stored(engine, calw) == PAGES + 1
    workers.kill(_reading(pair))
    with crash:
        pass
    until(lambda: job(engine, bonn).tries == 2)
    gate.opening.set()
    until(lambda: is_read(engine, bonn))
    for one in pair:
        workers.kill(one)
    assert job(engine, bonn).ended is None
    workers.start()
    until(lambda: all(one.ended for one in jobs.jobs(engine)))
    ended = job(engine, bonn)
    assert (ended.state, ended.tries, ended.reason) == (JobState.DONE, 3, "")
    assert job(engine, calw).state == JobState.DONE
    with opened(engine) as session:
        assert session.scalars(select(Act.what)).all() == ["schedule_missed"]
        assert len(session.scalars(select(Job).where(Job.town_id == town)).all()) == 1
        # Never two readers on one host.
        times = session.execute(select(Crawl.started, Crawl.finished).join(Site).where(Site.host == shared)).all()
        (_, first), (second, _) = sorted(times)
        assert first <= second
    undisturbed = jobs.enqueue(engine, "bonn", now=now(), fresh=True, rules=small).audit_id
    until(lambda: job(engine, undisturbed).ended)
    pages, verdicts = result(engine, bonn)
    assert len(pages) == PAGES + 1
    assert verdicts
    assert result(engine, undisturbed) == (pages, verdicts)


def _order(engine: Engine, town: int) -> int | None:
    with opened(engine) as session:
        return session.scalar(select(Job.audit_id).where(Job.town_id == town))


def _reading(pair: list[Child]) -> Child:
    """Return the worker that has a crawling child."""
    return next(worker for worker in pair if children(worker.pid, of="crawler"))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
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
