"""How far an audit is: from events to a document, and how long it may still take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit.jobs.progress import EMPTY, KEPT, Left, Progress, forget_speed, left

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def event(pages: int, waiting: int, *, site: str = "www.ort.example") -> dict[str, Any]:
    return {"event": "progress", "site": site, "pages": pages, "waiting": waiting, "budget": 100}


def read(*events: dict[str, Any]) -> dict[str, Any]:
    """Take events of one after the other minute."""
    moments = iter(NOW + timedelta(minutes=number) for number in range(1000))
    moment = [NOW]
    progress = Progress(EMPTY, clock=lambda: moment[0])
    progress.enter("reading")
    for one in events:
        moment[0] = next(moments)
        progress.read(one)
    return progress.document()


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([event(0, 10)], None),
        ([event(0, 10), event(10, 10)], Left(1, is_least=True)),
        ([event(0, 10), event(10, 30)], Left(3, is_least=True)),
        ([event(0, 10), event(10, 500)], Left(9, is_least=False)),
        ([event(50, 10), event(60, 500)], Left(4, is_least=False)),
        ([event(0, 10), event(0, 10, site="b.example")], None),
    ],
    ids=["too early", "all known", "more known", "the budget ends it", "resumed", "one too early"],
)
def test_how_long_is_only_said_when_it_is_known(events: list[dict[str, Any]], told: Left | None) -> None:
    """By the speed since it began here; a least where more pages may turn up."""
    document = read(*events)
    assert left(document, now=NOW + timedelta(minutes=len(events) - 1), seconds_per_site=36_000) == told


def test_the_budget_of_time_bounds_what_is_said() -> None:
    """A slow site is not read for longer than agreed."""
    document = read(event(0, 10), event(1, 500))
    assert left(document, now=NOW + timedelta(minutes=1), seconds_per_site=600) == Left(9, is_least=False)


def test_after_a_break_the_speed_is_measured_anew() -> None:
    """The time in which nobody read does not count, and what was read does."""
    document = forget_speed(read(event(0, 10), event(10, 10)))
    assert left(document, now=NOW + timedelta(days=1), seconds_per_site=36_000) is None
    assert document["sites"]["www.ort.example"]["pages"] == 10


def test_the_log_does_not_grow_for_ever() -> None:
    """The last lines are kept."""
    progress = Progress(EMPTY, clock=lambda: NOW)
    for number in range(KEPT + 5):
        progress.say("site_begun", site=str(number))
    said = progress.document()["said"]
    assert len(said) == KEPT
    assert said[-1][2] == {"site": str(KEPT + 4)}
