"""
A day as German pages write it, and as machines do.

Does not know whose day it is; ``crawler.pagedate`` does.
"""

from __future__ import annotations

import re
from datetime import date

FIRST_YEAR = 1995  # no town had a site before

_CENTURY = 100

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("januar jänner january jan", "februar february feb", "märz maerz march mär mrz mar", "april apr"),
            *("mai may", "juni june jun", "juli july jul", "august aug", "september sept sep"),
            *("oktober october okt oct", "november nov", "dezember december dez dec"),
        ),
        1,
    )
    for name in names.split()
}
_NAMES = "|".join(_MONTHS)
_YEAR = r"(?:19|20)\d\d"

#: A day in figures, German or English words, or ISO; may stand once in a pattern, which has to ignore the case.
DAY = (
    r"(?<!\d)(?<!\d\.)(?:"
    rf"(?P<day>\d{{1,2}})\.\s?(?:(?P<month>\d{{1,2}})\.\s?(?P<short>{_YEAR}|\d\d)(?!\.\d)|(?P<name>{_NAMES})\.?\s(?P<year>{_YEAR}))"
    rf"|(?P<english_day>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<english>{_NAMES})\.?,?\s(?P<english_year>{_YEAR})"
    rf"|(?P<american>{_NAMES})\.?\s(?P<american_day>\d{{1,2}})(?:st|nd|rd|th)?,\s(?P<american_year>{_YEAR})"
    r"|(?P<iso>\d{4}-\d\d-\d\d))(?!\d)"
)
WEEKDAY = r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mo|di|mi|do|fr|sa|so)\.?,?\s(?:den\s|dem\s)?"
ANY = re.compile(DAY, re.IGNORECASE)

_COMPACT = re.compile(rf"\s*({_YEAR})-?(\d\d)-?(\d\d)(?!\d)")


def read(text: str) -> date | None:
    """Read the first day of a text; None if there is none, or none in the calendar."""
    try:
        if match := _COMPACT.match(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := ANY.search(text):
            return _day(match)
    except ValueError:
        return None
    return None


def _day(match: re.Match[str]) -> date:
    if match["iso"]:
        return date.fromisoformat(match["iso"])
    if match["month"]:
        return date(_whole(int(match["short"])), int(match["month"]), int(match["day"]))
    name = match["name"] or match["english"] or match["american"]
    year = match["year"] or match["english_year"] or match["american_year"]
    day = match["day"] or match["english_day"] or match["american_day"]
    return date(int(year), _MONTHS[name.lower()], int(day))


def _whole(year: int) -> int:
    """Complete a year of two figures: of the last century only if there were sites already."""
    if year >= _CENTURY:
        return year
    return year + (1900 if year >= FIRST_YEAR % _CENTURY else 2000)
