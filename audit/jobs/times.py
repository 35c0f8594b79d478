"""
When a schedule is due: pure reckoning with days, a time of day and a time zone.

Does not know what time it is and does not start anything. A day has one moment at which a schedule is due: where the clock is put
back and the time comes twice it is the first, where it is put forward and the time is left out it is as long after midnight as
on other days, an hour later by the clock (RFC 5545, 3.3.10).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

WEEKLY, MONTHLY, BEFORE = "weekly", "monthly", "before"
LAST_DAY = 31
"""As the day of a month: its last, however long it is."""

TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """
    When something is due.

    Attributes:
        kind: weekly, monthly, before.
        day: Of the week 1..7, of the month 1..28 or 31 for its last, or so many days before.
        at: Time of day: "03:00".
        zone: Where it is that time: "Europe/Berlin".
        openings: Before which days it is due, where the kind is before; sorted.
    """

    kind: str
    day: int
    at: str
    zone: str
    openings: Sequence[date] = ()

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Yield the moments in UTC at which it is due after another."""
        zone = ZoneInfo(self.zone)
        # A day earlier: what is left out or put off may belong to the day before.
        for day in self._days(moment.astimezone(zone).date() - DAY):
            due = datetime.combine(day, time.fromisoformat(self.at), tzinfo=zone).astimezone(UTC)
            if due > moment:
                yield due

    def next(self, moment: datetime, count: int) -> list[datetime]:
        """Return the next moments after another."""
        return list(islice(self.after(moment), count))

    def between(self, begin: datetime, end: datetime) -> list[datetime]:
        """Return the moments after ``begin`` up to and with ``end``."""
        return list(takewhile(lambda due: due <= end, self.after(begin)))

    def _days(self, first: date) -> Iterator[date]:
        if self.kind == BEFORE:
            yield from (day for opening in self.openings if (day := opening - self.day * DAY) >= first)
        elif self.kind == WEEKLY:
            day = first + (self.day - first.isoweekday()) % 7 * DAY
            while True:
                yield day
                day += 7 * DAY
        else:
            yield from (day for day in self._of_months(first) if day >= first)

    def _of_months(self, first: date) -> Iterator[date]:
        year, month = first.year, first.month
        while True:
            yield date(year, month, min(self.day, monthrange(year, month)[1]))
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 months of a year
