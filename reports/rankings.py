"""
The rankings that look at towns: when they do, by when something must be online for that, and how sure this is.

Does not rank and does not know any result. What is known stands in ``rankings.yaml``, each with its source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from db.errors import NotFoundError
from reports.ics import Event
from reports.ics import calendar as calendar_file

HERE = Path(__file__).with_name("rankings.yaml")
Json = dict[str, Any]


@dataclass(frozen=True)
class Ranking:
    """
    One ranking.

    Attributes:
        who: Which towns it is about.
        population: Inhabitants from which a town is in it; None: that does not decide.
        every: Years between two editions.
        accepts: How it comes to its answers, one sentence.
        sure: How sure the dates are, one sentence.
        sources: ``{"says", "url"}``.
        window: First and last month in which it looks; None if that is not known.
        ready: Month and day by which something must be online; None likewise.
        known: The latest edition that is known, where editions do not come each year.
    """

    id: str
    name: str
    who: str
    population: int | None
    every: int
    accepts: str
    sure: str
    sources: Sequence[Json]
    window: tuple[int, int] | None = None
    ready: tuple[int, int] | None = None
    known: int | None = None


@dataclass(frozen=True)
class Window:
    """The days on which a ranking looks, both included."""

    first: date
    last: date

    def has(self, day: date) -> bool:
        """Does it look on that day?"""
        return self.first <= day <= self.last


@cache
def rankings() -> tuple[Ranking, ...]:
    """Return all rankings, in the order of the file."""
    rows = yaml.safe_load(HERE.read_text(encoding="utf-8"))
    return tuple(_ranking(row) for row in rows)


def ranking(key: str) -> Ranking:
    """
    Return the ranking of that key.

    Raises:
        NotFoundError: there is none.
    """
    found = next((one for one in rankings() if one.id == key), None)
    if found is None:
        known = ", ".join(one.id for one in rankings())
        raise NotFoundError(f"Eine Rangliste „{key}“ kennen wir nicht.", remedy=f"Möglich sind: {known}.")
    return found


def running(one: Ranking, today: date) -> Window | None:
    """Return the time in which a ranking is looking on that day; None if it is not, or nobody knows."""
    found = _window(one, today.year)
    return found if found and found.has(today) else None


def coming(one: Ranking, today: date) -> Window | None:
    """Return the next time that begins after that day; None if nobody knows."""
    years = (_window(one, year) for year in (today.year, today.year + 1))
    return next((found for found in years if found and found.first > today), None)


def calendar(today: date, *, population: int | None = None) -> list[Json]:
    """
    Return the rankings with their dates as seen from a day, the next one first, those without dates last.

    ``is_meant`` is None where it cannot be told whether the town is in it.
    """
    rows = [_row(one, today, population=population) for one in rankings()]
    return sorted(rows, key=lambda row: row["starts"] or "9999")


def ics(today: date, *, town: str = "") -> str:
    """Return the next days by which something must be online, and the times of looking, as a calendar file (RFC 5545)."""
    return calendar_file("Kalender der Ranglisten", _events(today, town), today=today)


def _events(today: date, town: str) -> Iterator[Event]:
    for one in rankings():
        if found := coming(one, today):
            mark, text = f"{one.id}-{found.first.year}", f"{one.accepts} {one.sure}"
            assert one.ready is not None
            ready = date(found.first.year, *one.ready)
            whose = f"{town}: " if town else ""
            yield Event(f"{mark}-bereit", ready, ready, f"{whose}Online bereit für {one.name}", text)
            yield Event(f"{mark}-erhebung", found.first, found.last, f"Erhebung: {one.name}", text)


def _ranking(row: Json) -> Ranking:
    window, ready = row.pop("window", None), row.pop("ready", None)
    return Ranking(
        **row,
        window=(window["first"], window["last"]) if window else None,
        ready=(ready[0], ready[1]) if ready else None,
    )


def _window(one: Ranking, year: int) -> Window | None:
    if one.window is None:
        return None
    first, last = one.window
    return Window(date(year, first, 1), date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1))


def _row(one: Ranking, today: date, *, population: int | None) -> Json:
    now, following = running(one, today), coming(one, today)
    ready = date(following.first.year, *one.ready) if following and one.ready else None
    is_meant = None if population is None or one.population is None else population >= one.population
    told = {key: value for key, value in asdict(one).items() if key not in {"id", "window", "ready", "known"}}
    return {
        "ranking": one.id,
        **told,
        "running_until": now.last.isoformat() if now else None,
        "ready_by": ready.isoformat() if ready else None,
        "days_left": (ready - today).days if ready else None,
        "starts": following.first.isoformat() if following else None,
        "ends": following.last.isoformat() if following else None,
        "edition": _edition(one, today.year),
        "is_meant": is_meant,
    }


def _edition(one: Ranking, year: int) -> int | None:
    """Return the year of the edition that is due, where only that is known."""
    return None if one.known is None else max(one.known, year + (one.known - year) % one.every)
