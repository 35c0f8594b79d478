"""
Which column of a list means what, by the words that German authorities write above it, and those of our own reports in English.

Does not read files and does not look at the values below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from audit.inventory.rows import Row
from audit.inventory.spelling import fold, letters

COLUMNS = {
    "title": "Maßnahme",
    "key": "Leistungsschlüssel",
    "address": "Internetadresse",
    "department": "Zuständig",
    "status": "Status",
    "since": "Seit",
    "note": "Bemerkung",
    "criterion": "Kriterium",
    "matched_by": "Zugeordnet durch",
}
"""What our own lists write above each column, in their order."""

ACCEPTED = "Maßnahme, Projekt, Angebot, Leistung, Titel, Bezeichnung, Name, Vorhaben"
"""The words for the one column that must be there, as an error names them."""

Words = Mapping[str, tuple[str, ...]]

SYNONYMS: Words = {
    "title": (
        "massnahme", "titel", "bezeichnung", "projekt", "angebot", "leistung", "vorhaben", "name",
        "onlinedienst", "dienstleistung", "digitalprojekt", "verwaltungsleistung", "service", "measure",
    ),
    "key": ("leistungsschluessel", "leika", "leikaschluessel", "leikaid", "fimschluessel", "schluessel", "leistungsid", "servicekey"),
    "address": (
        "internetadresse", "url", "link", "webadresse", "internetseite", "webseite", "website", "homepage",
        "adresse", "fundstelle", "internet", "seite", "webaddress",
    ),
    "department": (
        "zustaendig", "fachbereich", "amt", "zustaendigkeit", "dezernat", "abteilung", "fachdienst", "fachamt", "sachgebiet",
        "verantwortlich", "verantwortlichkeit", "referat", "organisationseinheit", "federfuehrung", "stelle", "eigenbetrieb", "responsible",
    ),
    "status": ("status", "stand", "umsetzungsstand", "bearbeitungsstand", "sachstand", "phase"),
    "since": (
        "seit", "start", "beginn", "datum", "startdatum", "einfuehrung", "inbetriebnahme", "einfuehrungsdatum", "jahr",
        "zeitpunkt", "termin", "since",
    ),
    "note": (
        "bemerkung", "kommentar", "anmerkung", "hinweis", "notiz", "beschreibung", "erlaeuterung", "kurzbeschreibung", "inhalt", "note",
    ),
    "criterion": ("kriterium", "kriterien", "criterion"),
    "matched_by": ("zugeordnet", "zuordnung"),
}  # fmt: skip
"""Folded words for each column, the surest first."""

NUMBERS = frozenset({"id", "nr", "nummer", "lfd", "kennung", "code", "no"})
"""„Maßnahmen-Nr.“ counts the measures and does not name them."""

WHOLE = 3.0  #: the header is nothing but the word
SURE = 2.5  #: „LeiKa“ anywhere can only mean the key
FIRST = 2.0  #: the first word that is known at all: „Status der Maßnahme“ is a status
COMPOUND = 1.0  #: the last part of a compound, which carries its meaning: „Projektstart“ is a start
STEP = 0.01  #: each later synonym is a little less sure

LONGEST_HEADER = 60
"""Characters; longer text is a sentence and no header."""

SHORTEST_HEAD = 4
ENDINGS = frozenset({"", "e", "n", "en", "er", "es", "s"})

FIRST_ROWS = 10
"""The header stands within so many filled rows; before it there may be headings and notes."""


@dataclass(frozen=True)
class Header:
    """
    The header row of a list.

    Attributes:
        columns: The index of the column for each field that is there.
        unknown: What stands above the other columns.
        place: Index of the header among the sheet's rows.
        score: How sure it is; to compare sheets.
    """

    row: Row
    columns: dict[str, int]
    unknown: list[str]
    place: int
    score: float


def recognise(rows: Sequence[Row], *, words: Words = SYNONYMS, needed: str = "title") -> Header | None:
    """Return the header among the first rows; None if the column that is needed is not recognised."""
    read = (_read(row, place=place, words=words) for place, row in enumerate(rows[:FIRST_ROWS]))
    found = [header for header in read if needed in header.columns]
    return max(found, key=lambda header: header.score, default=None)


def _read(row: Row, *, place: int, words: Words) -> Header:
    votes = [
        (score, field, index)
        for index, cell in enumerate(row.cells)
        for field, score in _meanings(cell, words).items()
    ]  # fmt: skip
    columns: dict[str, int] = {}
    total = 0.0
    for score, field, index in sorted(votes, key=lambda vote: (-vote[0], vote[2])):
        if field not in columns and index not in columns.values():
            columns[field] = index
            total += score
    unknown = [cell.strip() for index, cell in enumerate(row.cells) if cell.strip() and index not in columns.values()]
    return Header(row=row, columns=columns, unknown=unknown, place=place, score=total)


def _meanings(cell: str, known: Words) -> dict[str, float]:
    """Return the field a header means, with how sure that is."""
    words = re.findall(r"[a-z0-9]+", fold(cell))
    if not words or len(cell) > LONGEST_HEADER:
        return {}
    if whole := _vote([letters(cell)], _is_form_of, known, sure=WHOLE):
        return whole
    if {"leika", "fim"}.intersection(words):
        return {"key": SURE}
    if NUMBERS.intersection(words):
        return {}
    return _vote(words, _is_form_of, known, sure=FIRST) or _vote(words, _is_compound_of, known, sure=COMPOUND)


def _vote(words: Sequence[str], fits: Callable[[str, str], bool], known: Words, *, sure: float) -> dict[str, float]:
    """Return the field of the first word that fits one of its synonyms."""
    for word in words:
        for field, synonyms in known.items():
            for place, synonym in enumerate(synonyms):
                if fits(word, synonym):
                    return {field: sure - STEP * place}
    return {}


def _is_form_of(word: str, synonym: str) -> bool:
    """Is the word the synonym, or its plural or another case?"""
    if len(synonym) < SHORTEST_HEAD or not word.startswith(synonym):
        return word == synonym
    return word.removeprefix(synonym) in ENDINGS


def _is_compound_of(word: str, synonym: str) -> bool:
    """Does the word end with the synonym, which then carries its meaning?"""
    return len(synonym) >= SHORTEST_HEAD and word.endswith(synonym)
