"""
German dates as people write them into lists, made comparable.

Does not know today: „2 Jahre alt“ or „nächstes Jahr“ stay unread.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

EARLIEST, LATEST = 1950, 2100
CENTURY = 80
"""Years of two digits from here on belong to the last century."""

MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_MONTH = (
    r"(?P<name>jan(?:uar|ner)?|jänner|feb(?:ruar)?|mär(?:z)?|maerz|mrz|apr(?:il)?|mai|juni?|juli?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|okt(?:ober)?|nov(?:ember)?|dez(?:ember)?)\.?"
)
_LEAD = re.compile(r"^(?:(?:online|in betrieb|seit|ab|vom|am|im|in|dem|der|von|jahr)\s+)+")
_TIME = r"(?:[ t,]+\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?z?(?: uhr)?)?"

_CLEAR = [
    re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){_TIME}"),
    re.compile(rf"(?P<day>\d{{1,2}})\.\s*(?P<month>\d{{1,2}})\.\s*(?P<year>\d{{4}}|\d{{2}}){_TIME}"),
    re.compile(rf"(?:(?P<day>\d{{1,2}})\.\s*)?{_MONTH}\s*(?P<year>\d{{4}}|'?\d{{2}})"),
    re.compile(r"(?P<month>\d{1,2})[./-](?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})"),
    re.compile(r"(?P<year>\d{4})"),
]
_UNCLEAR = [
    re.compile(r"(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})"),
    re.compile(r"q(?:uartal)?\s*(?P<quarter>[1-4])\s*[/.-]?\s*(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})\s*[/.-]?\s*q(?:uartal)?\s*(?P<quarter>[1-4])"),
    re.compile(r"(?P<quarter>[1-4]|i{1,3}|iv)\.?\s*quartal\s*(?P<year>\d{4})"),
]
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_ANY_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


class Reading(NamedTuple):
    """
    What a date says: year, year-month or day in ISO form, or None.

    ``clear`` tells whether nothing was lost; if not, the original words are worth keeping.
    """

    iso: str | None
    clear: bool


def read(text: str) -> Reading:
    """Read „01.03.2026“, „1.3.26“, „03/2026“, „März 2026“, „Q2 2027“, „seit 2021“."""
    words = _LEAD.sub("", " ".join(text.casefold().split()))
    for patterns, clear in ((_CLEAR, True), (_UNCLEAR, False)):
        for pattern in patterns:
            found = pattern.fullmatch(words)
            if found and (iso := _iso(found.groupdict())):
                return Reading(iso, clear)
    years = set(_ANY_YEAR.findall(words))
    return Reading(years.pop() if len(years) == 1 else None, clear=False)


def _iso(parts: dict[str, str | None]) -> str | None:
    """Return the ISO form of what a pattern found; None if there is no such day."""
    year = _year(parts["year"] or "")
    month = _month(parts)
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        whole = date(year, month or 1, int(parts.get("day") or 1))
    except ValueError:
        return None
    if parts.get("day"):
        return whole.isoformat()
    return f"{whole:%Y-%m}" if month is not None else f"{year}"


def _year(digits: str) -> int:
    number = int(digits.lstrip("'"))
    if len(digits) == len("2026"):
        return number
    return number + (1900 if number >= CENTURY else 2000)


def _month(parts: dict[str, str | None]) -> int | None:
    name, quarter = parts.get("name"), parts.get("quarter")
    if name:
        short = {"mae": "mär", "mrz": "mär", "jän": "jan"}.get(name[:3], name[:3])
        return MONTHS.index(short) + 1
    if quarter:
        return 3 * (_ROMAN.get(quarter) or int(quarter)) - 2
    return int(parts["month"] or 0) if parts.get("month") else None
