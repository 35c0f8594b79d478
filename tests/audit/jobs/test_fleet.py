"""Many towns at once: each is ordered once a round, a pause holds for all, and only what failed is ordered again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from audit import jobs
from audit.inventory.profile import Profile
from audit.inventory.townlist import Listed
from audit.jobs import doing, fleet, orders
from audit.jobs.fleet import Started
from audit.run import enrolling
from db.desk import Job
from db.models import Audit, Crawl, Town
from db.session import opened
from db.terms import End, Failure, JobState
from tests.audit.jobs.test_orders import NOW, at_once, desk, job, one, town

LATER = NOW + timedelta(hours=2)


def standing(engine: Engine, *, hours: float = 0.0) -> dict[str, object]:
    with opened(engine) as session:
        return fleet.standing(session, now=NOW + timedelta(hours=hours))


def open_orders(engine: Engine) -> list[Job]:
    return [one for one in jobs.jobs(engine) if one.ended is None]


def ends(engine: Engine, audit: int, *, pages: int = 60, enough: bool = True, how: End = End.FINISHED) -> None:
    """Let an audit end as a worker would, half an hour after the start."""
    over = NOW + timedelta(minutes=30)
    with opened(engine) as session:
        session.execute(update(Crawl).where(Crawl.audit_id == audit).values(end=how, pages=pages))
        session.execute(update(Audit).where(Audit.id == audit).values(judged=over, crawled=over, enough=enough))
        session.execute(update(Job).where(Job.audit_id == audit).values(state=JobState.DONE, begun=NOW, ended=over))


@pytest.fixture
def towns(engine: Engine) -> list[int]:
    return [town(engine, key) for key in ("aach", "bonn", "calw", "dahn")]


def test_a_start_orders_each_town_once_a_round(engine: Engine, towns: list[int]) -> None:
    """Whatever is started beside it or again; when all has ended, the next start is a new round."""
    jobs.enqueue(engine, "aach", now=NOW)
    told: list[Started] = []
    at_once(lambda: told.append(fleet.start(engine, now=NOW)), 3)
    assert sum(one.ordered for one in told) == 3
    assert [one.priority for one in open_orders(engine)] == [orders.SOMEBODY] + 3 * [orders.FLEET]
    for order in open_orders(engine)[:3]:
        ends(engine, order.audit_id)
    assert fleet.start(engine, now=LATER) == (1, 3, []), "the town that somebody had audited before, and no other"
    for order in open_orders(engine):
        ends(engine, order.audit_id)
    assert fleet.start(engine, now=LATER + timedelta(hours=1)).ordered == len(towns)


def test_only_some_are_started(engine: Engine, towns: list[int]) -> None:
    """Those of a Land, or of a list; a town without a website is named."""
    with opened(engine) as session:
        session.execute(update(Town).where(Town.id.in_(towns[:2])).values(state="BY"))
        for site in session.get_one(Town, towns[3]).sites:
            site.standing = "proposed"
    assert fleet.start(engine, now=NOW, land="BY") == (2, 0, [])
    assert fleet.start(engine, now=NOW, keys={"aach", "calw"}) == (1, 1, [])
    assert fleet.start(engine, now=NOW) == (0, 3, ["Dahn"])
    assert [one["towns"] for one in standing(engine)["lands"]] == [2, 1]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("towns")
def test_a_pause_holds_what_has_not_begun(engine: Engine) -> None:
    """Also what a worker has at hand already; what runs, and what somebody orders himself, goes on."""
    fleet.start(engine, now=NOW, keys={"aach", "bonn"})
    running, waiting = (one(engine, order.audit_id) for order in open_orders(engine))
    assert doing.begin(desk(engine), running)
    assert fleet.pause(engine, now=NOW)
    assert not fleet.pause(engine, now=NOW)
    own = jobs.enqueue(engine, "dahn", now=NOW).audit_id
    with opened(engine) as session:
        assert [job.audit_id for job in orders.due(session, now=NOW, most=9)] == [own, running.audit_id]
    assert not doing.begin(desk(engine), waiting)
    assert job(engine, waiting.audit_id).state == JobState.WAITING
    assert doing.begin(desk(engine), running), "a dead worker's audit is taken up all the same"
    assert fleet.resume(engine, now=NOW)
    assert not fleet.resume(engine, now=NOW)
    assert doing.begin(desk(engine), waiting)


@pytest.mark.usefixtures("towns")
def test_only_what_failed_is_ordered_again(engine: Engine) -> None:
    """By its kind, and once; an audit of which too little was read is made anew, one that was given up goes on."""
    fleet.start(engine, now=NOW)
    fine, refused, given_up, waiting = (order.audit_id for order in open_orders(engine))
    ends(engine, fine)
    ends(engine, refused, pages=0, enough=False, how=End.REFUSED)
    orders.end(engine, one(engine, given_up), state=JobState.FAILED, now=NOW, reason=doing.KILLED)
    told = standing(engine, hours=1)
    assert told["failures"] == {"refused": 1, "killed": 1}
    assert told["states"] == {"waiting": 1, "running": 0, "done": 2, "failed": 1, "cancelled": 0}
    assert fleet.retry(engine, now=LATER, kind=Failure.UNREACHABLE) == 0
    assert fleet.retry(engine, now=LATER, kind=Failure.REFUSED) == 1
    assert fleet.retry(engine, now=LATER) == 1
    assert fleet.retry(engine, now=LATER) == 0
    known = {order.audit_id for order in open_orders(engine)}
    assert {waiting, given_up} < known
    assert not {fine, refused} & known
    assert standing(engine)["failures"] == {}
    assert standing(engine)["towns"] == 4


@pytest.mark.usefixtures("towns")
def test_the_rest_is_reckoned_with_what_was_measured(engine: Engine) -> None:
    """Towns that are left by towns that ended; not while it is paused, and not with too few."""
    fleet.start(engine, now=NOW)
    audits = [order.audit_id for order in open_orders(engine)]
    ends(engine, audits[0])
    ends(engine, audits[1])
    assert standing(engine, hours=1)["speed"] is None
    ends(engine, audits[2])
    told = standing(engine, hours=1)
    assert told["pages"] == 180
    assert told["speed"] == {"towns": 3, "pages": 180, "seconds": 3600.0, "pages_per_second": 0.05}
    assert told["left"] == {"towns": 1, "seconds": 1200, "until": "2026-12-01T10:20:00+00:00"}
    fleet.pause(engine, now=NOW)
    assert standing(engine, hours=1)["speed"] is None


def test_a_list_is_taken_up_whole_or_not_at_all(engine: Engine) -> None:
    """Known towns stay as they are; a key that another town has is refused with its row."""

    def listed(row: int, key: str, name: str, host: str) -> Listed:
        sites = [{"url": f"https://{host}/", "role": "city"}]
        return Listed(row, Profile.model_validate({"key": key, "name": name, "sites": sites}))

    town(engine, "aach")
    same, moved = listed(2, "aachen", "Aach", "aach.example"), listed(3, "aach", "Aach", "neu.example")
    new, taken = listed(4, "bonn", "Bonn", "bonn.example"), listed(5, "aach", "Anders", "anders.example")
    told = enrolling.enrol(engine, [same, moved, new, taken])
    assert [(one.row, key) for one, key in told.known] == [(2, "aach"), (3, "aach")]
    assert [one.row for one in told.faults] == [5]
    assert enrolling.enrol(engine, [same, moved, new], dry=True).new == [new]
    with opened(engine) as session:
        assert session.scalars(select(Town.key)).all() == ["aach"]
    enrolling.enrol(engine, [same, moved, new])
    with opened(engine) as session:
        assert {one.key: one.sites[0].host for one in session.scalars(select(Town))} == {
            "aach": "www.aach.example",
            "bonn": "bonn.example",
        }
