"""
How old a proof is: the day of a news item, the state a page names, an event that is over, a place in an archive.

Does not decide what an old proof is worth; ``audit.judge`` does. A standing page that names no date is never old: most
services are described once and hold for years.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from audit.inventory import dates
from crawler import days
from db.models import Page
from db.terms import PageType

NEWS_YEARS = 3
"""A news item of so many years ago tells what was begun, and not what there is."""

STATE_YEARS = 5
"""A page that names a state so many years back is one that nobody has looked after since."""

FILED_YEARS = 1
"""Some systems file every release under "Archiv" on the day it appears; until then it is news."""

OPENING = 600
"""Characters of a news item in which its own day stands, if the page gives none."""

_MONTH_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])(?=[/-])")
_YEAR_IN_PATH = re.compile(r"/((?:19|20)\d\d)(?=/)")
_STATE = re.compile(r"(?:^|(?<=[|.]\s))Stand:?\s(?:der\s\w+:?\s)?([^|\n,;()]{0,20}?(?:19|20)\d\d)(?!\d)", re.MULTILINE)
_KINDS = r"(?:nachrichten|news|presse|meldungs|meldungen|artikel|jahres|web|online|pressemitteilungen)?-?"
_STEP = re.compile(rf"{_KINDS}archive?(?:-?(?:19|20)\d\d)?(?:\.\w{{2,5}})?", re.IGNORECASE)
_HEADING = re.compile(rf"\b{_KINDS}archiv\b", re.IGNORECASE)
_INSTITUTION = re.compile(
    r"\b(?:stadt|kreis|gemeinde|landes|orts|kommunal)archiv|\barchiv der |\barchivgut|\blesesaal|\bfindb[uü]ch",
    re.IGNORECASE,
)
_WEB_ARCHIVES = re.compile(r"(?:^|\.)(?:archive\.(?:org|ph|today|is)|webarchiv\w*\.[\w.]+)$")
_GAZETTE = re.compile(r"\b(?:amtsblatt|amtsblätter|amtlicher anzeiger|mitteilungsblatt)", re.IGNORECASE)


@dataclass(frozen=True)
class Age:
    """Why a proof is old: ``news``, ``state`` or ``event``, and since when in ISO: year, month or day."""

    kind: str
    since: str


def age(page: Page, page_type: PageType, *, today: date) -> Age | None:
    """Return why a page is old on that day; None: it is not, or does not tell."""
    if page_type == PageType.NEWS:
        since = written(page, today=today)
        return Age("news", since) if since and _is_before(since, today, years=NEWS_YEARS) else None
    if page_type == PageType.EVENT:
        last = max(_days(page.main_text), default=None)
        return Age("event", last.isoformat()) if last and last < today else None
    state = max(_states(page), default=None)
    # What was changed since has been looked at, whatever an old line says.
    is_old = state and _is_before(max(state, page.date or ""), today, years=STATE_YEARS)
    return Age("state", state) if state and is_old else None


def written(page: Page, *, today: date) -> str | None:
    """Return when a news item was written, in ISO: as the page says, by its address, or by the first day in its text."""
    path = urlsplit(page.url).path
    if page.date:
        return page.date
    if found := _MONTH_IN_PATH.search(path):
        return f"{found[1]}-{found[2]}"
    if found := _YEAR_IN_PATH.search(path):
        return found[1]
    past = [day for day in _days(page.main_text[:OPENING]) if day <= today]
    return past[0].isoformat() if past else None


def is_archived(page: Page, page_type: PageType, *, today: date) -> bool:
    """
    Does the page stand in an archive of old pages, and has stood there for a while?

    A town's record office is none, although it is called so; but news that its site mirrors are archived there too.
    """
    since = written(page, today=today)
    if since and not _is_before(since, today, years=FILED_YEARS):
        return False
    parts = urlsplit(page.url)
    host = parts.hostname or ""
    if _WEB_ARCHIVES.search(host):
        return True
    names = [page.title, *_first_heading(page), *_crumbs(page)]
    if page_type != PageType.NEWS and any(_INSTITUTION.search(text) for text in (*names, page.main_text[:OPENING])):
        return False
    steps = [step for step in parts.path.split("/") if step]
    return (
        host.startswith("archiv.")
        or any(_STEP.fullmatch(step) for step in steps)
        or any(_HEADING.search(name) for name in names[1:])
    )


def is_gazette(page: Page, *, today: date) -> bool:
    """Is it an issue of the official gazette of a year ago or earlier?"""
    since = written(page, today=today) or dates.read(page.title).iso
    named = _GAZETTE.search(page.title) or _GAZETTE.search(urlsplit(page.url).path)
    return bool(named and since and _is_before(since, today, years=FILED_YEARS))


def _is_before(since: str, today: date, *, years: int) -> bool:
    """Was it more than so many years ago? A year or month alone is taken at its end."""
    limit = f"{today.year - years:04}{today.isoformat()[4:]}"
    return since < limit[: len(since)]


def _days(text: str) -> Iterable[date]:
    found = (days.read(match[0]) for match in days.ANY.finditer(text))
    return [day for day in found if day is not None]


def _states(page: Page) -> Iterable[str]:
    """Return the states that the page names ("Stand: 2017", "Stand: März 2017"), in ISO."""
    found = (dates.read(match[1]).iso for match in _STATE.finditer(f"{page.main_text}\n{page.footer_text}"))
    return [iso for iso in found if iso]


def _first_heading(page: Page) -> list[str]:
    return [str(heading.get("text", "")) for heading in page.headings if heading.get("level") == 1][:1]


def _crumbs(page: Page) -> list[str]:
    return list((page.structure or {}).get("crumbs") or [])
