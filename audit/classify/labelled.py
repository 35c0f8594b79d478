"""
Read pages from lines of JSON and say what the classifier says: the command ``classify``.

Does not print and does not fetch. A line that cannot be read becomes an object with ``error``, so that the order is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from audit.classify.engine import Classifier, CriterionReading, PageReading
from audit.classify.places import variants
from audit.classify.seen import Subject
from audit.classify.text import fold
from audit.classify.zones import MAX_TEXT
from crawler.extract import extract
from db.models import Page
from db.terms import PageType

MAX_LINE = 20_000_000
"""Characters of one line; a longer one is no page."""

_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""Pages from a file have no moment of fetching, and nothing here depends on it."""
_FOREIGN = frozenset({PageType.PRESS, PageType.PARTY, PageType.VENDOR})


class Line(BaseModel):
    """A page as a line of JSON gives it, either as ``title`` and ``text`` or as ``html``; ``own``: its host is the town's."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    url: str
    town: str
    title: str = ""
    text: str | None = None
    html: str | None = None
    own: bool | None = None
    aliases: dict[str, list[str]] = {}
    hosts: dict[str, str] = {}


def classify_lines(lines: Iterable[str], classifier: Classifier) -> Iterator[dict[str, Any]]:
    """Yield for each line ``{"url", "page_type", "criteria": [...]}`` or ``{"url", "error"}``, in order; blank lines are left out."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _classify(line, number, classifier)


def _classify(line: str, number: int, classifier: Classifier) -> dict[str, Any]:
    try:
        if len(line) > MAX_LINE:
            return {"url": None, "error": f"Zeile {number} ist zu lang."}
        given = Line.model_validate(json.loads(line))
    except (json.JSONDecodeError, RecursionError):
        return {"url": None, "error": f"Zeile {number} ist kein gültiges JSON."}
    except ValidationError as fault:
        first = fault.errors()[0]
        return {
            "url": None,
            "error": f"Zeile {number}: „{'.'.join(map(str, first['loc'])) or 'Zeile'}“ fehlt oder hat die falsche Form.",
        }
    if given.text is None and given.html is None:
        return {"url": given.url, "error": f"Zeile {number}: „text“ oder „html“ fehlt."}
    return _shown(read_line(given, classifier))


def read_line(
    given: Line, classifier: Classifier, *, page: Page | None = None, frames: Mapping[str, frozenset[str]] | None = None
) -> PageReading:
    """
    Return what a page says; without ``own`` and ``hosts`` the name of the town tells whose its host is.

    ``page`` is that of the line if it is made already; for ``frames`` see ``Subject``.
    """
    page = page or page_of(given)
    own = given.own if given.own is not None or given.hosts else _guess(page, given.town, classifier)
    return classifier.read(page, subject=Subject(given.town, given.aliases, given.hosts, frames or {}), own=own)


def page_of(given: Line) -> Page:
    """Return the page of a line, its HTML read as a crawl would."""
    if given.html is not None:
        return extract(
            given.url, given.html.encode("utf-8", "replace"), content_type="text/html; charset=utf-8", fetched=_UNDATED
        )
    return Page(url=given.url, fetched=_UNDATED, status=200, title=given.title, main_text=given.text or "")


def _guess(page: Page, town: str, classifier: Classifier) -> bool | None:
    """A host with the town's name is the town's, unless it is a newspaper's or a party's; a page that names it may be; another is not."""
    names = variants(town)
    try:
        host = urlsplit(page.url).hostname or ""
    except ValueError:
        return False
    if any(_letters(name) in _letters(host) for name in names):
        return True if classifier.page_type(page)[0] not in _FOREIGN else None
    words = fold(f"{page.title[:MAX_TEXT]}\n{page.main_text[:MAX_TEXT]}\n{page.url}")
    return None if any(name in words for name in names) else False


def _letters(name: str) -> str:
    return "".join(sign for sign in fold(name) if sign.isalnum())


def _shown(reading: PageReading) -> dict[str, Any]:
    shown = [one for one in reading.criteria if one.band is not None]
    return {"url": reading.url, "page_type": str(reading.page_type), "criteria": [_criterion(one) for one in shown]}


def _criterion(reading: CriterionReading) -> dict[str, Any]:
    return {
        "id": reading.id,
        "score": reading.score,
        "band": str(reading.band),
        "maturity": str(reading.maturity),
        "quotes": [
            {"text": sign.quote, "reading": str(sign.reading), "zone": str(sign.zone), "signal": str(sign.signal)}
            for sign in reading.evidence
        ],
    }
