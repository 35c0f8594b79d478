"""
The date a page gives itself.

Does not guess: a date that only occurs on the page is not the page's date. What a page says of its publication comes
before what its system says of the last change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

FIRST_YEAR = 1995  # no town had a site before

_MAX_JSON = 200_000
_TOP, _BOTTOM = 12, 4  # lines; in between a date belongs to something that is told
_SCANNED = 80  # lines looked through for further dates, which would make it a list
_LONG_LINE = 160
_FEW = 2  # lines that are dates; more are a list of news

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("januar jänner jan", "februar feb", "märz maerz mär mrz", "april apr", "mai", "juni jun"),
            *("juli jul", "august aug", "september sept sep", "oktober okt", "november nov", "dezember dez"),
        ),
        1,
    )
    for name in names.split()
}
_DAY = rf"(?:(?P<day>\d{{1,2}})\.\s?(?:(?P<month>\d{{1,2}})\.\s?|(?P<name>{'|'.join(_MONTHS)})\.?\s)(?P<year>(?:19|20)\d\d)|(?P<iso>\d{{4}}-\d\d-\d\d))(?!\d)"
_WEEKDAY = r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mo|di|mi|do|fr|sa|so)\.?,?\s(?:den\s|dem\s)?"

_PUBLISHED = re.compile(
    r"\b(?:(?:presse)?(?:meldung|mitteilung|information|notiz)|nachricht|artikel|beitrag|bericht)\s(?:nr\.?\s[\w/.-]{1,12}\s)?vom\s"
    rf"(?:{_WEEKDAY})?{_DAY}",
    re.IGNORECASE,
)
_ISSUED = re.compile(
    rf"\b(?:veröffentlicht|publiziert|eingestellt|erschienen|erstellt)(?:\s(?:am|vom))?:?\s(?:{_WEEKDAY})?{_DAY}",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"(?:[A-ZÄÖÜ][\w./ -]{{2,40}},\s(?:den\s)?|(?:{_WEEKDAY}))?{_DAY}(?:,?\s\d{{1,2}}[:.]\d\d\sUhr)?(?:\s[|/–-]\s[^.!?]{{2,60}}|:)?",
    re.IGNORECASE,
)
_ROW = re.compile(rf"(?:sitzungs|vorlagen|beschluss|erstellungs)?datum:?\s(?:{_WEEKDAY})?{_DAY}", re.IGNORECASE)
_STATE = re.compile(
    r"\b(?:stand|(?:zuletzt|letztmals)\s(?:geändert|aktualisiert|bearbeitet)|letzte\s(?:änderung|aktualisierung|bearbeitung)|aktualisiert|geändert)"
    rf"(?:\s(?:am|vom))?:?\s{_DAY}",
    re.IGNORECASE,
)
_DATED_PATH = re.compile(r"/((?:19|20)\d\d)/(\d\d)/(\d\d)/")
_COMPACT = re.compile(r"\s*((?:19|20)\d\d)-?(\d\d)-?(\d\d)(?!\d)")
_ANY_DAY = re.compile(_DAY, re.IGNORECASE)

_TIME = re.compile(r'<time\b[^>]*?\sdatetime="([^"]{8,40})"')
_MARKED = re.compile(
    r'<[a-z]+\b(?=[^>]*(?:\sitemprop="datePublished"|\spubdate\b))[^>]*\s(?:datetime|content)="([^"]{8,40})"'
)

_PUBLISHED_METAS = (
    *(
        "article:published_time",
        "date",
        "dc.date",
        "dc.date.issued",
        "dc.date.created",
        "dcterms.date",
        "dcterms.issued",
    ),
    *("dcterms.created", "dc.created", "pubdate", "publishdate", "publish-date", "datepublished"),
)
_CHANGED_METAS = (
    "article:modified_time",
    "og:updated_time",
    "dc.date.modified",
    "dcterms.modified",
    "last-modified",
    "revised",
)


@dataclass(frozen=True, slots=True)
class Sources:
    """
    Where a page can name its date.

    Attributes:
        lines: Of the main text.
        html: Of the main part, for ``<time>``.
        metas: By name in lower case.
        data: JSON-LD blocks.
    """

    url: str
    lines: Sequence[str] = ()
    html: str = ""
    metas: Mapping[str, str] = field(default_factory=dict)
    data: Sequence[str] = ()


def own_date(sources: Sources, *, latest: date) -> str | None:
    """Return the ISO date the page gives itself, not after ``latest``; None if it gives none or several."""
    for text in _claims(sources):
        found = _read(text)
        if found and found.year >= FIRST_YEAR and found <= latest:
            return found.isoformat()
    return None


def _claims(sources: Sources) -> Iterator[str]:
    """Yield what may be the date, the surest first."""
    things = list(_things(sources.data))
    yield from _values(things, "datePublished", "dateCreated")
    yield from (sources.metas[name] for name in _PUBLISHED_METAS if name in sources.metas)
    yield from _times(sources.html)
    yield from _written(sources.lines)
    yield from _values(things, "dateModified")
    yield from (sources.metas[name] for name in _CHANGED_METAS if name in sources.metas)
    if match := _DATED_PATH.search(sources.url):
        yield "-".join(match.groups())


def _things(blocks: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield what JSON-LD says about the page itself: its outermost things and those of a graph, but no events."""
    for block in blocks:
        if '"date' not in block or len(block) > _MAX_JSON:
            continue
        try:
            found = json.loads(block)
        except (ValueError, RecursionError):
            continue
        outer = found if isinstance(found, list) else [found]
        for thing in outer:
            if isinstance(thing, dict):
                graph = thing.get("@graph")
                inner = graph if isinstance(graph, list) else [thing]
                yield from (part for part in inner if isinstance(part, dict) and "Event" not in str(part.get("@type")))


def _values(things: Iterable[dict[str, Any]], *names: str) -> Iterator[str]:
    for name in names:
        yield from (value for thing in things if isinstance(value := thing.get(name), str))


def _times(html: str) -> Iterator[str]:
    """Yield a marked date, or the only one; of several nobody says which is the page's."""
    if "datePublished" in html or "pubdate" in html:
        yield from _MARKED.findall(html)[:1]
    times = set(_TIME.findall(html)) if "<time" in html else set()
    if len({time[:10] for time in times}) == 1:
        yield times.pop()


def _written(lines: Sequence[str]) -> Iterator[str]:
    """Yield the date in German words, at the top or the bottom of the text."""
    looked = [*range(min(_SCANNED, len(lines))), *range(max(_SCANNED, len(lines) - _BOTTOM), len(lines))]
    dated = {
        place for place in looked if len(lines[place]) <= _LONG_LINE and ("20" in lines[place] or "19" in lines[place])
    }
    top = [lines[place] for place in sorted(dated) if place < _TOP]
    bottom = [lines[place] for place in sorted(dated) if place >= len(lines) - _BOTTOM]
    for line in top:
        if match := _PUBLISHED.search(line) or _ISSUED.search(line) or _ROW.fullmatch(line):
            yield match[0]
    alone = [line for place in sorted(dated) if place < _SCANNED and _ALONE.fullmatch(line := lines[place])]
    if 0 < len(alone) <= _FEW and alone[0] in top:
        yield alone[0]
    for line in [*top, *bottom]:
        if match := _STATE.search(line) or _ISSUED.search(line):
            yield match[0]


def _read(text: str) -> date | None:
    """Read the first date of a text, ISO or German; None if there is no such day."""
    try:
        if match := _COMPACT.match(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _ANY_DAY.search(text):
            if match["iso"]:
                return date.fromisoformat(match["iso"])
            month = int(match["month"]) if match["month"] else _MONTHS[match["name"].lower()]
            return date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        return None
    return None
