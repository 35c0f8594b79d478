"""
Many towns at once: order an audit for each, hold it all, let it go on, order again what failed, tell how far it is.

Does not do the audits and does not count (``db.fleet``). A round is what one start has ordered; while any of it is open, another
start only adds to it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Engine, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from audit import catalogue
from audit.jobs import doing, orders
from db import fleet as counted
from db.desk import Fleet, Job
from db.errors import StoreError
from db.fleet import Failed
from db.models import Audit, Site, Town
from db.session import opened
from db.terms import Failure, JobState, Standing

BATCH = 200
"""Towns that are ordered in one transaction, so that nobody waits long for the database."""

WHO = "Verbund"

REASONS = {
    doing.KILLED: Failure.KILLED,
    doing.STOPPED: Failure.KILLED,
    doing.HUNG: Failure.TIMEOUT,
    "Die Datenbank": Failure.DATABASE,
}
"""How reasons of orders begin (``audit.jobs.doing``, ``db.session``), and what kind of failure they tell of."""

Answer = TypeVar("Answer")


class Started(NamedTuple):
    """How many audits were ordered, how many towns had one in this round, and which have no website that may be read."""

    ordered: int
    there: int
    without: list[str]


def start(
    engine: Engine,
    *,
    now: datetime,
    keys: Collection[str] | None = None,
    land: str | None = None,
    rules: str = catalogue.DEFAULT,
) -> Started:
    """
    Order an audit for each town, or those of these keys or of a Land; a town that has one in this round gets no other.

    ``rules`` is the name of a catalogue. Interrupted, it can be called again and goes on.
    """

    def open_round(session: Session) -> tuple[datetime, list[int], list[str]]:
        row = _held(session)
        towns = _chosen(session, keys=keys, land=land)
        numbers = [number for number, _, has_site in towns if has_site]
        if numbers and (row.started is None or not session.scalar(select(_open(row)))):
            row.started, row.going = now, now
        return row.started or now, numbers, [name for _, name, has_site in towns if not has_site]

    begun, numbers, without = _at_once(engine, open_round)
    told = Started(0, 0, without)
    for some in _parts(numbers):
        more = _at_once(engine, lambda session, some=some: _order(session, some, begun=begun, now=now, rules=rules))  # type: ignore[misc]
        told = Started(told.ordered + more[0], told.there + more[1], without)
    return told


def pause(engine: Engine, *, now: datetime) -> bool:
    """Let nothing new begin; what runs ends. False: it was paused already."""

    def hold(session: Session) -> bool:
        row = _held(session)
        was, row.paused = row.paused, row.paused or now
        return was is None

    return _at_once(engine, hold)


def resume(engine: Engine, *, now: datetime) -> bool:
    """Let it go on; False: it was not paused."""

    def release(session: Session) -> bool:
        row = _held(session)
        if row.paused is None:
            return False
        row.paused, row.going = None, now
        return True

    return _at_once(engine, release)


def retry(engine: Engine, *, now: datetime, kind: Failure | None = None) -> int:
    """Order again what failed in this round, of one kind or all of it; return how many towns that are."""
    with opened(engine) as session:
        failures = counted.failed(session, counted.fleet(session))
        wanted = [one.audit_id for one in failures if kind in {None, kind_of(one)}]
    return sum(_at_once(engine, lambda session, some=some: _again(session, some, now=now)) for some in _parts(wanted))  # type: ignore[misc]


def kind_of(one: Failed) -> Failure:
    """Return what kind of failure it is."""
    return one.kind if one.kind is not None else told_by(one.reason)


def told_by(reason: str) -> Failure:
    """Return what kind of failure the reason of an order tells of."""
    return next((kind for begin, kind in REASONS.items() if reason.startswith(begin)), Failure.PROGRAM)


def standing(session: Session, *, now: datetime) -> dict[str, Any]:
    """
    Return how far the present round is, as JSON values.

    ``states`` and ``lands`` count towns, ``failures`` those that failed by kind; ``speed`` is what was measured, in towns, pages and
    seconds, or None; ``left`` reckons with it: towns that are not done divided by towns per second.
    """
    row = counted.fleet(session)
    counts = counted.counts(session, row)
    states = {str(state): sum(one.towns for one in counts if one.state == state) for state in JobState}
    open_towns = states[JobState.WAITING] + states[JobState.RUNNING]
    speed = counted.speed(session, row, now=now)
    seconds = open_towns * speed.seconds / speed.towns if speed and open_towns else None
    failures = Counter(kind_of(one) for one in counted.failed(session, row))
    return {
        "started": _iso(row.started if row else None),
        "paused": _iso(row.paused if row else None),
        "towns": sum(states.values()),
        "states": states,
        "lands": _lands([(one.land, one.state, one.towns) for one in counts]),
        "failures": {str(kind): failures[kind] for kind in Failure if failures[kind]},
        "pages": counted.pages(session, row),
        "speed": {**speed._asdict(), "pages_per_second": round(speed.pages / speed.seconds, 2)} if speed else None,
        "left": {
            "towns": open_towns,
            "seconds": None if seconds is None else round(seconds),
            "until": None if seconds is None else _iso(now + timedelta(seconds=seconds)),
        },
    }


def _lands(counts: list[tuple[str | None, str, int]]) -> list[dict[str, Any]]:
    found: dict[str | None, dict[str, int]] = {}
    for land, state, towns in counts:
        found.setdefault(land, dict.fromkeys(map(str, JobState), 0))[state] += towns
    return [{"land": land, "towns": sum(states.values()), "states": states} for land, states in found.items()]


def _chosen(session: Session, *, keys: Collection[str] | None, land: str | None) -> list[tuple[int, str, bool]]:
    """Return number and name of each town that is meant, and whether it has a website that may be read."""
    site = select(Site.id).where(Site.town_id == Town.id, Site.standing == Standing.CONFIRMED).exists()
    wanted = select(Town.id, Town.name, site, Town.key).order_by(Town.id)
    rows = session.execute(wanted if land is None else wanted.where(Town.state == land))
    return [(number, name, has_site) for number, name, has_site, key in rows if keys is None or key in keys]


def _order(session: Session, numbers: list[int], *, begun: datetime, now: datetime, rules: str) -> tuple[int, int]:
    """Order an audit for each of these towns that has none in this round and none that is under way; count both."""
    known = select(Audit.town_id).join(Job, Job.audit_id == Audit.id)
    there = set(session.scalars(known.where(Audit.town_id.in_(numbers), or_(Job.ended.is_(None), Job.round == begun))))
    ordered = _order_all(session, set(numbers) - there, begun=begun, now=now, rules=rules)
    # What somebody ordered since that look is there as well.
    return ordered, len(numbers) - ordered


def _again(session: Session, audits: Sequence[int], *, now: datetime) -> int:
    """Order again, as each was ordered, and return how many that are; a town that has another order is left out."""
    kinds: defaultdict[tuple[datetime | None, str], list[int]] = defaultdict(list)
    for town_id, begun, rules in session.execute(
        select(Job.town_id, Job.round, Job.catalogue).where(Job.audit_id.in_(audits))
    ):
        kinds[begun, rules].append(town_id)
    return sum(_order_all(session, towns, begun=begun, now=now, rules=rules) for (begun, rules), towns in kinds.items())


def _order_all(session: Session, towns: Collection[int], *, begun: datetime | None, now: datetime, rules: str) -> int:
    ordered = orders.order_all(session, towns, now=now, rules=rules, who=WHO, priority=orders.FLEET)
    for job in ordered:
        job.round = begun
    return len(ordered)


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[place : place + BATCH] for place in range(0, len(numbers), BATCH))


def _open(row: Fleet) -> Any:
    return select(Job.audit_id).where(counted.of_round(row), Job.ended.is_(None)).exists()


def _held(session: Session) -> Fleet:
    """Return the one row of the fleet, and let nobody else change it until the session ends."""
    # A writing statement first: SQLite would otherwise let two read the same before either writes.
    session.execute(update(Fleet).where(Fleet.id == 1).values(id=1))
    row = session.get(Fleet, 1)
    if row is None:
        row = Fleet(id=1)
        session.add(row)
        session.flush()
    return row


def _at_once(engine: Engine, do: Callable[[Session], Answer]) -> Answer:
    """Do it in one transaction, and once more if somebody else was quicker; the second look finds what they did."""
    for _ in range(3):
        try:
            with opened(engine) as session:
                return do(session)
        except StoreError as fault:
            if not isinstance(fault.__cause__, IntegrityError):
                raise
    raise StoreError("Der Verbund lässt sich gerade nicht ändern.", remedy="Versuchen Sie es gleich noch einmal.")


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
