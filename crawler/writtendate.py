"""
What the lines of a page say about its date, in words.

Does not read markup; ``crawler.pagedate`` does, and decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.days import ANY, DAY, WEEKDAY, read

_TOP, _BOTTOM = 12, 4  # lines; in between a date belongs to something that is told
_SCANNED = 80  # lines looked through for further dates, which would make it a list
_LONG_LINE = 160
_SHORT_LINE = 80
_FEW = 2  # lines that are dates; more are a list of news
_FOOT = 2_000  # characters at either end of the footers
_BEGINNING = 60  # characters before which the date has to begin

_SHORT_YEAR = re.compile(r"\.\d\d(?!\d)")
_BY = r"(?:\s(?:von|durch|by)\s[^|,;:]{2,40}?)?(?:\s(?:am|vom|on|den))?\s?:?\s?(?:\|\s)?"
_PLACE = r"[A-ZÄÖÜ][\w./ -]{2,40}?(?:\s?\([\w/ ]{1,20}\))?"

_PUBLISHED = re.compile(
    r"\b(?:(?:presse)?(?:meldung|mitteilung|information|notiz)|nachricht|artikel|beitrag|bericht)\s(?:nr\.?\s[\w/.-]{1,12}\s)?vom\s"
    rf"(?:{WEEKDAY})?{DAY}",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    rf"(?:[\w-]{{3,20}}\s)?(?:bekanntmachung|bekanntgabe|ausgabe|stellungnahme|verfügung|allgemeinverfügung)\svom\s(?:{WEEKDAY})?{DAY}",
    re.IGNORECASE,
)
_ISSUED = re.compile(
    r"\b(?:veröffentlicht|publiziert|eingestellt|erschienen|erstellt|geschrieben|verfasst|freigegeben|online\sseit|posted|published"
    rf"|(?:veröffentlichungs|erscheinungs|erstellungs)datum|datum\sder\sveröffentlichung){_BY}(?:{WEEKDAY})?{DAY}",
    re.IGNORECASE,
)
_TOLD = re.compile(
    rf"\b(?:seite|beitrag|artikel|meldung|erklärung)\swurde\s(?:erstmals\s)?am\s(?:{WEEKDAY})?{DAY}\s(?:[^.!?]{{1,60}}\s)?(?:erstellt|veröffentlicht|eingestellt)\b",
    re.IGNORECASE,
)
_PAPER = re.compile(rf"(?:sitzungs|vorlagen|beschluss)datum:?\s(?:{WEEKDAY})?{DAY}", re.IGNORECASE)
_ROW = re.compile(rf"datum:?\s(?:{WEEKDAY})?{DAY}", re.IGNORECASE)
# A weekday with a time is an invitation, a day with a time is when something was published.
_ALONE = re.compile(
    rf"(?!{WEEKDAY}.{{0,40}}\bUhr)(?:{_PLACE},\s(?:den\s)?|(?:{WEEKDAY}))?{DAY}(?:,?\s\d{{1,2}}[:.]\d\d\sUhr)?(?:\s[|/·•–-]\s[^.!?]{{2,60}}|:)?",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    rf"(?!{WEEKDAY})\(?(?:(?P<place>{_PLACE}),\s(?:den\s)?)?(?P<bracket>\()?{DAY}(?:\)\s?[.:–—-]?|\s?[.:–—-])\s",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"\b(?:(?:bearbeitungs|redaktions)?stand|(?:zuletzt|letztmals|letztmalig)\s(?:geändert|aktualisiert|bearbeitet|überarbeitet)"
    r"|(?:datum\sder\s)?letzte[nr]?\s(?:änderung|aktualisierung|bearbeitung|überarbeitung)(?:\sder\sseite)?|aktualisiert|geändert"
    rf"|(?:änderungs|aktualisierungs)datum|last\s(?:updated?|modified|changed?)){_BY}(?:{WEEKDAY})?{DAY}",
    re.IGNORECASE,
)
_SPAN = re.compile(r"\s?(?:[–-]|bis)\s?\d|,?\s\d{1,2}\sUhr")
_EVENT = re.compile(
    r"(?:uhrzeit|beginn|einlass|veranstaltungsort|veranstalter(?:in)?|treffpunkt|eintritt)\s?[:|]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Written:
    """
    Texts that hold a date, the surest first.

    Attributes:
        dated: Whether there is a date at all.
        published: Called that of publication.
        alone: Standing where articles have theirs.
        changed: Called that of the last change.
    """

    dated: bool = False
    published: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


_NOTHING = Written()


def find(lines: Sequence[str]) -> Written:
    """Return what the lines of a main text say about its date, at the top and the bottom."""
    looked = [*range(min(_SCANNED, len(lines))), *range(max(_SCANNED, len(lines) - _BOTTOM), len(lines))]
    short = [place for place in looked if len(lines[place]) <= _LONG_LINE and _is_dated(lines[place])]
    beginnings = [line[:_LONG_LINE] for line in lines[:_TOP] if _is_dated(line[:_BEGINNING])]
    if not short and not beginnings:
        return _NOTHING
    top = [lines[place] for place in short if place < _TOP]
    bottom = [lines[place] for place in short if place >= max(_TOP, len(lines) - _BOTTOM)]
    own = [line for place in short if len(line := lines[place]) <= _SHORT_LINE]
    return Written(
        True,
        (*_published(top), *_issued([*top, *bottom])),
        (*[line for line in top if _ROW.fullmatch(line)], *_alone(lines, short), *_dateline(beginnings)),
        (*_changed([*top, *bottom]), *_agreed([match[0] for line in own if (match := _STATE.match(line))])),
    )


# The footers of a site are the same on most of its pages.
@lru_cache(maxsize=256)
def in_foot(text: str) -> Written:
    """Return what the text of the footers says about the date."""
    lines = f"{text[:_FOOT]}\n{text[_FOOT:][-_FOOT:]}".split("\n")
    dated = [line for line in lines if _is_dated(line)]
    return Written(bool(dated), tuple(_issued(dated)), (), tuple(_changed(dated)))


def is_event(lines: Sequence[str]) -> bool:
    """Tell whether the lines name what only events have: a beginning, a place, an entrance fee."""
    return any(_EVENT.match(line) for line in lines[:_SCANNED])


def first(text: str) -> list[str]:
    """Return the date at the beginning of a text, if it is no span and no time to be there."""
    match = ANY.search(text)
    if match is None or match.start() > _BEGINNING or _SPAN.match(text, match.end()):
        return []
    return [match[0]]


def _is_dated(text: str) -> bool:
    """Tell whether a text holds a date; most are told apart by what costs little."""
    hinted = "20" in text or "19" in text or ("." in text and _SHORT_YEAR.search(text))
    return bool(hinted) and ANY.search(text) is not None


def _published(lines: Sequence[str]) -> list[str]:
    matches = (_PUBLISHED.search(line) or _NOTICE.match(line) or _PAPER.fullmatch(line) for line in lines)
    return [match[0] for match in matches if match]


def _issued(lines: Sequence[str]) -> list[str]:
    return [match[0] for line in lines if (match := _ISSUED.search(line) or _TOLD.search(line))]


def _changed(lines: Sequence[str]) -> list[str]:
    """Return states of the page; one in brackets is that of the figure before it."""
    matches = (_STATE.search(line) for line in lines)
    return [match[0] for match in matches if match and (match.start() <= 1 or match.string[match.start() - 1] != "(")]


def _alone(lines: Sequence[str], dated: Sequence[int]) -> list[str]:
    places = [place for place in dated if place < _SCANNED and _ALONE.fullmatch(lines[place])]
    return [lines[places[0]]] if 0 < len(places) <= _FEW and places[0] < _TOP else []


def _dateline(lines: Sequence[str]) -> list[str]:
    """Return the place and day with which a report begins; where several lines do so, it is a list."""
    found = []
    for line in lines:
        match = _DATELINE.match(line)
        if match and not ANY.match(line, match.end()) and (match["place"] or len(line) > _SHORT_LINE):
            found.append(match[0])
    return _agreed(found)


def _agreed(found: list[str]) -> list[str]:
    return found[:1] if len({read(text) for text in found}) == 1 else []
