"""
What a page says of the strategy it proves: title, who adopted it and when, how long it is valid, whether it still is.

Does not infer: each fact has its quote, a sentence of the page or of the document that the page links to. A fact that
no sentence states about this very document stays open, since towns have many concepts and a page names several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from typing import Any

from audit.classify.signs import STATING
from audit.classify.text import split
from audit.inventory import dates
from db.models import Evidence, Page
from db.terms import Zone

MAX_LINES = 200
"""Lines of a page or document that are read; who adopted a concept stands before its measures."""
MAX_SENTENCES = 500
MAX_TITLE = 120
MAX_QUOTE = 300
_SPOKEN = frozenset({Zone.MAIN, Zone.HEADING, Zone.DESCRIPTION, Zone.ANCHOR})
NEAR = 90
"""Characters between a word of adoption and its date."""

_KIND = (
    r"(?:strategie|konzept|konzeption|agenda|leitbild|charta|leitlinie|roadmap|programm|richtlinie|dienstanweisung"
    r"|(?:master|fahr|entwicklungs|ausbau|wärme|aktions|maßnahmen|rahmen)?plan|wärmeplanung|MEP)(?:en|e?s|n)?"
)
_NOUN = re.compile(rf"(?<![\w-])[\w-]{{0,60}}{_KIND}\b", re.IGNORECASE)
_BARE = re.compile(rf"{_KIND}|papier|dokument", re.IGNORECASE)
"""A word like „das Konzept“ or „der Plan“ means what was spoken of before."""
_NAME = re.compile(
    rf"(?<![\w-])(?:Digitale[nr]?\s)?[\w-]{{0,60}}(?i:{_KIND})\b(?:\s[A-ZÄÖÜ][\w-]{{1,40}}){{0,3}}"
    r"(?:\s(?:bis\s)?20\d\d(?:\s?(?:bis|[–-])\s?20\d\d)?)?"
)
_QUOTED = re.compile(rf"(?P<before>(?i:{_KIND})\s|beschließt\s|verabschiedet\s)?„(?P<name>[^„“]{{4,100}})“")
_INFLECTED = re.compile(r"(konzept|programm|leitbild|plan)e?s\b|(^Digitale)[nr]\b")
_INNER = str.maketrans("„“", "‚‘")
_PARTS = re.compile(r"\s[|–—·»/-]{1,2}\s|(?<=\w):\s")

_MONTH = r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)"
_SEASON = r"(?:Frühjahr|Frühling|Sommer|Herbst|Winter|Anfang|Mitte|Ende)"
_WHEN = [
    re.compile(rf"(?<!\d)(?:\d{{1,2}}\.\s?(?:\d{{1,2}}\.\s?|{_MONTH}\s)20\d\d|20\d\d-\d\d-\d\d)(?!\d)"),
    re.compile(rf"\b(?:{_MONTH}\s|(?:0[1-9]|1[0-2])/)20\d\d(?!\d)"),
    re.compile(rf"\b(?:Q[1-4]\s?/?\s?|[1-4]\.\sQuartal\s|{_SEASON}\s(?:des\sJahres\s)?)20\d\d(?!\d)"),
    re.compile(r"(?:\b[a-zäöüß]+\s|\bJahre?\s|\bIm\s|^|\()(20\d\d)(?![\d/–-]|\s?(?:bis|[–-])\s?20)"),
    # "Beschluss 87/2023", "Vorlage 2024/031"
    re.compile(r"\b(?:Beschluss|Vorlage|Drucksache)\w*(?:[\s-]Nr\.)?\s(?:[A-Z/-]*\d{1,4}/)?(20\d\d)(?=\b)"),
]
"""Dates, the most precise first; the last two hold the year alone, which is no year of a name or of a period."""
_UP_TO = re.compile(r"\bbis\s(?:zum\s|Ende\s|Mitte\s|Anfang\s)?$")

_ADOPTED = re.compile(
    r"\b(?:beschlossene[nrs]?|beschlossen|verabschiedete?[nrs]?|angenommen|gebilligt|zugestimmt|beschließt|beschloss|billigte"
    r"|(?:rats)?beschluss\w*\svom|in\skraft)\b",
    re.IGNORECASE,
)
_ISSUED = re.compile(
    r"\b(?:Stand|Fassung|fortgeschrieben|aktualisiert|veröffentlicht|vorgelegt|liegt\sseit|vom(?=\s\d))\b"
)
_BODY = re.compile(
    r"\b(?:(?:Stadt|Gemeinde|Verbandsgemeinde|Markt|Orts|Kreis)rat(?=e?s?\b)|(?:(?<=[Dd]er\s)|(?<=[Vv]om\s)|(?<=[Dd]es\s)|^)Rat(?=e?s?\b)|Bürgerschaft|Stadtverordneten(?:versammlung)?"
    r"|Stadtvertretung|Gemeindevertretung|Ratsversammlung|Kreistag|Magistrat|Senat|(?:Ausschuss|[A-ZÄÖÜ][\w-]{0,40}ausschuss)(?=(?:es)?\b))"
)
_GOES_ON = re.compile(
    r"(?:Sie|Er|Es|Diese[rs]?|Beschlossen|Verabschiedet|Gebilligt|Angenommen|Beraten|In\sKraft|Vom|Von\sde[rn]|(?:Rats)?[Bb]eschluss"
    r"|Fortgeschrieben|Aktualisiert|Veröffentlicht|Gilt|Gültig|Laufzeit|Zeithorizont)\b"
)
_OPEN = re.compile(
    r"\b(?:soll\w*|nicht|noch\skein\w*|voraussichtlich|geplant|vorgesehen|angestrebt|Vorbereitung|demnächst|künftig)\b"
)
_DRAFT = re.compile(r"\b(?:Vor)?[Ee]ntw[uü]rf\w*\b|\bsoll\w*\b.{0,100}\b(?:beschlossen|verabschiedet|vorgelegt)\b")
_REVISING = re.compile(
    r"\b(?:wird|werden)\s(?:derzeit|zurzeit|zur\sZeit|aktuell|gerade|momentan)\b.{0,60}\b(?:fortgeschrieben|überarbeitet|aktualisiert)\b"
    r"|\bin\sÜberarbeitung\b|\b(?:Fortschreibung|Überarbeitung)\s(?:läuft|hat\sbegonnen|ist\sin\sArbeit)"
)

_SPAN = r"(?P<start>20\d\d)\s?(?:bis|[–—-])\s?(?P<end>20\d\d)(?!\d)"
_UNTIL = r"\bbis\s(?:zum\s|zum\sJahre?\s|Ende\s|Mitte\s|31\.\s?(?:12\.|Dezember)\s?)?(?P<until>20\d\d)(?!\d)"
_VALID = re.compile(
    r"\b(?:gilt(?!,)|gelten|gültig\w*|Laufzeit|Zeithorizont|Geltungs\w+|Planungszeitraum|Zeitraum|für\sdie\sJahre)\b[^.;]{0,40}?"
    rf"(?:{_SPAN}|{_UNTIL}|(?<=Zeithorizont\s)(?P<horizon>20\d\d))"
)
_NAMED = re.compile(
    rf"(?<![\w-])[\w-]{{0,60}}(?i:{_KIND})\b(?:\s[A-ZÄÖÜ][\w-]{{1,40}}){{0,3}}\s(?:für\sdie\sJahre\s|von\s)?(?:{_SPAN}|{_UNTIL})"
)
_IN_TITLE = re.compile(rf"{_SPAN}|{_UNTIL}|\s(?P<horizon>20\d\d)$")


STATES = {"draft": "Entwurf", "revising": "wird überarbeitet"}
"""States that the line adds; the others are in its dates."""


@dataclass
class _Facts:
    """What was found so far; ``quotes`` holds the sentence and the address of each fact."""

    adopted: str | None = None
    adopted_text: str | None = None
    by: str | None = None
    issued: str | None = None
    issued_text: str | None = None
    start: int | None = None
    end: int | None = None
    draft: bool = False
    revising: bool = False
    quotes: dict[str, tuple[str, str]] = field(default_factory=dict)

    def note(self, fact: str, sentence: str, place: int, url: str) -> None:
        left = max(0, min(place - MAX_QUOTE // 2, len(sentence) - MAX_QUOTE))
        self.quotes[fact] = sentence[left : left + MAX_QUOTE].strip(), url


def document(
    page: Page, evidence: Sequence[Evidence], *, papers: Mapping[str, Page], today: date
) -> dict[str, Any] | None:
    """
    Return what a page says of the strategy for which ``evidence`` speaks on it; None: it names no document.

    ``papers`` are the documents that were read, by address. Returns ``{"title", "url", "date", "adopted", "adopted_text", "by",
    "valid_from", "valid_to", "state", "quotes": [{"fact", "text", "url"}], "line"}``: dates in ISO as far as the page gives
    them (year, month or day), years as numbers, ``state`` one of draft, adopted, revising, expired or None, None for what is not
    said, and all of it in one German line.
    """
    said = [one for one in evidence if one.weight > 0 and one.reading in STATING and one.url == page.url]
    nouns = {noun for one in said for noun in _nouns(one.quote)}
    paper = _paper(page, papers, nouns=nouns)
    title = _title(said, paper)
    if title is None:
        return None
    nouns |= _nouns(title)
    facts = _Facts()
    for sentence, url in islice(chain(_sentences(page, said), _told(paper) if paper else ()), MAX_SENTENCES):
        if _is_about(sentence, nouns, alone=url != page.url):
            _collect(facts, sentence, url=url, nouns=nouns, today=today)
    _from_title(facts, title, url=paper.url if paper and title in paper.title else page.url, today=today)
    title = _without_years(title, facts)
    return _as_json(facts, title, url=paper.url if paper else page.url, today=today)


def _nouns(text: str) -> set[str]:
    return {found[0].casefold() for found in _NOUN.finditer(text)}


def _is_about(sentence: str, nouns: set[str], *, alone: bool) -> bool:
    """Does it name this document, or go on with it? ``alone``: it stands in the document, whose short lines mean itself."""
    named = _nouns(sentence)
    if not named:
        return _GOES_ON.match(sentence) is not None or (alone and len(sentence) < MAX_TITLE)
    return bool(named & nouns) or any(_BARE.fullmatch(one) for one in named)


def _paper(page: Page, papers: Mapping[str, Page], *, nouns: set[str]) -> Page | None:
    """Return the first linked document that bears the name, in its title or in the words of the link."""
    for link in page.links:
        paper = papers.get(link.url)
        if paper is not None and nouns & (_nouns(link.text) | _nouns(paper.title)):
            return paper
    return None


def _title(said: Sequence[Evidence], paper: Page | None) -> str | None:
    """Return the name of the document: in quotation marks, in its own title, in a heading, or in a sentence."""
    spoken = [one.quote for one in said if one.zone in _SPOKEN]
    quoted = (name for text in spoken for name in _QUOTED.finditer(text))
    found = [
        *(name["name"] for name in quoted if name["before"] or _NOUN.search(name["name"])),
        *(_part(paper.title) if paper else ()),
        *(part for one in said if one.zone in {Zone.TITLE, Zone.HEADING} for part in _part(one.quote)),
        *(name[0] for text in spoken for name in _NAME.finditer(text)),
    ]
    found.sort(key=lambda name: _BARE.fullmatch(name) is not None)
    return _INFLECTED.sub(r"\1\2", found[0]).strip(" .:")[:MAX_TITLE] if found else None


def _part(title: str) -> list[str]:
    """Return the part of a title that names a document; the others name the site."""
    return [part.strip("„“ ") for part in _PARTS.split(title) if _NOUN.search(part)][:1]


def _sentences(page: Page, said: Sequence[Evidence]) -> Iterator[tuple[str, str]]:
    """Yield the sentences that prove it, then those of the parts whose headings name it."""
    yield from ((one.quote, page.url) for one in said if one.zone in _SPOKEN)
    lines = page.main_text.split("\n")[:MAX_LINES]
    for one in said:
        if one.zone == Zone.TITLE:
            yield from ((sentence.strip(), page.url) for line in lines for sentence in split(line))
        elif one.zone == Zone.HEADING:
            yield from ((sentence.strip(), page.url) for line in _below(page, lines, one) for sentence in split(line))


def _below(page: Page, lines: Sequence[str], one: Evidence) -> Sequence[str]:
    """Return the lines under a heading, up to the next of its level or above."""
    levels = {str(heading.get("text", "")).strip(): int(heading.get("level", 2)) for heading in page.headings}
    texts = [line.strip() for line in lines]
    if one.quote not in texts:
        return []
    start = texts.index(one.quote) + 1
    level = levels.get(one.quote, 2)
    ends = (number for number in range(start, len(texts)) if levels.get(texts[number], 9) <= level)
    return texts[start : next(ends, len(texts))]


def _told(paper: Page) -> Iterator[tuple[str, str]]:
    lines = [paper.title, *paper.main_text.split("\n")[:MAX_LINES]]
    yield from ((sentence.strip(), paper.url) for line in lines for sentence in split(line))


def _collect(facts: _Facts, sentence: str, *, url: str, nouns: set[str], today: date) -> None:
    """Take from one sentence what is not yet known."""
    is_draft = _DRAFT.search(sentence)
    is_open = is_draft is not None or _OPEN.search(sentence) is not None
    adopted = _ADOPTED.search(sentence)
    when = _when(sentence, adopted, today=today) if adopted and not is_open else None
    if adopted and when and when[1] > (facts.adopted or ""):
        body = _BODY.search(sentence)
        facts.adopted_text, facts.adopted = when
        facts.by = body[0] if body else None
        facts.note("adopted", sentence, adopted.start(), url)
    issued = _ISSUED.search(sentence)
    when = _when(sentence, issued, today=today) if issued and not is_open and facts.issued is None else None
    if issued and when and when[1] != facts.adopted:
        facts.issued_text, facts.issued = when
        facts.note("date", sentence, issued.start(), url)
    _period(facts, sentence, url=url, nouns=nouns)
    for fact, found in (("draft", is_draft), ("revising", _REVISING.search(sentence))):
        if found and _nouns(sentence) & nouns and not getattr(facts, fact):
            setattr(facts, fact, True)
            facts.note(fact, sentence, found.start(), url)


def _when(sentence: str, near: re.Match[str], *, today: date) -> tuple[str, str] | None:
    """Return the most precise date near a word, as written and in ISO; what lies ahead has not happened."""
    for pattern in _WHEN:
        found = [
            one
            for one in pattern.finditer(sentence)
            if one.start() - near.end() < NEAR and near.start() - one.end() < NEAR
            if not _UP_TO.search(sentence, 0, one.start(one.lastindex or 0))
        ]
        for one in sorted(found, key=lambda one: max(one.start() - near.end(), near.start() - one.end())):
            text = one[one.lastindex or 0]
            iso = dates.read(text).iso
            if iso is not None and iso <= today.isoformat():
                return text, iso
    return None


def _period(facts: _Facts, sentence: str, *, url: str, nouns: set[str]) -> None:
    named = [one for one in _NAMED.finditer(sentence) if _nouns(one[0]) & nouns]
    for found in named or _VALID.finditer(sentence):
        _keep(facts, found, sentence, url=url)


def _keep(facts: _Facts, found: re.Match[str], sentence: str, *, url: str) -> None:
    """Keep a period if it is the latest: a page that names a paper and the one before it speaks of the new one."""
    years = found.groupdict()
    end = int(years["end"] or years["until"] or years["horizon"])
    if end > (facts.end or 0):
        facts.start, facts.end = int(years["start"]) if years["start"] else None, end
        facts.note("valid", sentence, found.start(), url)


def _from_title(facts: _Facts, title: str, *, url: str, today: date) -> None:
    """A year at the end of a name is its horizon if it lies ahead of the adoption, and else the year it was made."""
    found = _IN_TITLE.search(title)
    if found is None or (found["horizon"] and facts.end is not None):
        return
    made = facts.adopted or facts.issued
    year = found["horizon"]
    if year and int(year) <= (int(made[:4]) if made else today.year):
        if made is None:
            facts.issued = facts.issued_text = year
            facts.note("date", title, 0, url)
        return
    _keep(facts, found, title, url=url)


def _without_years(title: str, facts: _Facts) -> str:
    """Return the title without the period of an earlier edition."""
    found = _IN_TITLE.search(title)
    last = found and int(found["end"] or found["until"] or 0)
    return title[: found.start()].strip() if found and last and facts.end and last < facts.end else title


def _as_json(facts: _Facts, title: str, *, url: str, today: date) -> dict[str, Any]:
    state = _state(facts, today=today)
    return {
        "title": title,
        "url": url,
        "date": max(filter(None, (facts.issued, facts.adopted)), default=None),
        "adopted": facts.adopted,
        "adopted_text": facts.adopted_text,
        "by": facts.by,
        "valid_from": facts.start,
        "valid_to": facts.end,
        "state": state,
        "quotes": [{"fact": fact, "text": text, "url": where} for fact, (text, where) in facts.quotes.items()],
        "line": _line(facts, title, state=state),
    }


def _state(facts: _Facts, *, today: date) -> str | None:
    if facts.end is not None and facts.end < today.year:
        return "expired"
    if facts.revising:
        return "revising"
    if facts.adopted is not None:
        return "adopted"
    return "draft" if facts.draft else None


def _line(facts: _Facts, title: str, *, state: str | None) -> str:
    """Return it as a reader meets it: „Digitale Agenda“, beschlossen am 12. März 2024 (Rat), gilt 2024 bis 2030."""
    inner = title.translate(_INNER)
    parts = [f"„{inner}“"]
    if facts.adopted and facts.adopted_text:
        by = f" ({facts.by})" if facts.by else ""
        parts.append(f"beschlossen {_in_time(facts.adopted_text, facts.adopted)}{by}")
    if facts.issued and facts.issued > (facts.adopted or ""):
        parts.append(f"Stand {facts.issued_text}")
    if facts.end:
        start = f"{facts.start} " if facts.start else ""
        parts.append(f"{'galt' if state == 'expired' else 'gilt'} {start}bis {facts.end}")
    return ", ".join([*parts, *([STATES[state]] if state in STATES else [])])


def _in_time(text: str, iso: str) -> str:
    if len(iso) == len("2024-03-12"):
        return f"am {text}"
    return (
        f"im {text}" if re.match(rf"{_MONTH}|{_SEASON}|\d\.", text) and text[:3] not in {"Anf", "Mit", "End"} else text
    )
