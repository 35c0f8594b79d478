"""
A list of towns from a file, as an association keeps its members: name, website, and what else is known.

Does not write towns down (``audit.run.enrolling``). Nothing is taken for granted: what is wrong is told with its row, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from audit.inventory import fields, gazetteer, headers, sheets
from audit.inventory.headers import Header, Words
from audit.inventory.profile import STATES, Profile
from audit.inventory.rows import Row
from audit.inventory.spelling import letters, slug
from crawler.addresses import host_of
from db.errors import InputError, MeasuresError
from db.terms import Role

WORDS: Words = {
    "name": ("gemeinde", "stadt", "kommune", "ort", "name", "gemeindename", "mitglied", "mitgliedskommune", "town", "city"),
    "address": (
        "internetadresse", "website", "webseite", "homepage", "url", "webadresse", "internetseite", "internet", "domain",
        "link", "web", "adresse", "address",
    ),
    "key": ("kuerzel", "key"),
    "ars": ("regionalschluessel", "ars", "gemeindeschluessel", "ags", "schluessel", "amtlicherregionalschluessel"),
    "population": ("einwohner", "einwohnerzahl", "einwohnerinnen", "bevoelkerung", "population"),
    "state": ("bundesland", "land", "state"),
}  # fmt: skip
"""Folded words above each column."""

NAMES = "Gemeinde, Stadt, Kommune, Ort oder Name"
ARS, AGS = 12, 8
"""Digits of the two official keys; the shorter one leaves out the association, so the longer cannot be made of it."""

BY_NUMBER = dict(
    zip(range(1, 17), ("SH", "HH", "NI", "HB", "NW", "HE", "RP", "BW", "BY", "SL", "BE", "BB", "MV", "SN", "ST", "TH"), strict=True)
)  # fmt: skip
"""The Länder as both official keys begin."""

TWICE = (
    "„{name}“ steht schon in Zeile {before}. Löschen Sie eine der beiden, oder unterscheiden Sie gleichnamige Orte durch ihr Land"
    " oder durch eine Spalte „Kürzel“."
)

_STATES = {letters(word): code for code, name in STATES.items() for word in (code, name)} | {"nrw": "NW"}
_PEOPLE = re.compile(r"[0-9]{1,3}(?:[. \u202f'][0-9]{3})+|[0-9]+")


class Listed(NamedTuple):
    """A town of the list; ``row`` is the number of its line."""

    row: int
    profile: Profile


class Fault(NamedTuple):
    """What is wrong in one line, and what to do about it, in German."""

    row: int
    text: str


@dataclass
class TownList:
    """The towns of a file in its order, what is wrong, and the columns that were not understood."""

    towns: list[Listed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class _WrongError(Exception):
    """A line cannot be taken."""


def read(path: Path) -> TownList:
    """Return the towns of an Excel or CSV file; raise InputError with file and remedy if it is no table of towns."""
    try:
        tables = [sheet for sheet in sheets.read(path) if sheet.rows]
    except MeasuresError as fault:
        remedy = fault.remedy.replace("was nicht zu den Maßnahmen gehört", "was kein Ort ist")
        raise InputError(fault.message, file=path, line=fault.line, remedy=remedy) from None
    found = [
        (header, sheet) for sheet in tables if (header := headers.recognise(sheet.rows, words=WORDS, needed="name"))
    ]
    if not found:
        raise InputError(
            "Es ist keine Spalte mit den Namen der Orte zu erkennen.",
            file=path,
            line=tables[0].rows[0].number if tables else None,
            remedy=f"Schreiben Sie in die erste Zeile, was in den Spalten steht, zum Beispiel: Name;Website;Einwohner;Land. Für den Namen wird erkannt: {NAMES}.",
        )
    header, sheet = max(found, key=lambda pair: pair[0].score)
    listed = _taken(sheet.rows[header.place + 1 :], header)
    if not listed.towns and not listed.faults:
        raise InputError("Die Liste enthält keinen Ort.", file=path, remedy="Unter der ersten Zeile steht je Ort eine.")
    return listed


def _taken(rows: Sequence[Row], header: Header) -> TownList:
    made = TownList(unknown=header.unknown)
    keys: dict[str, int] = {}
    for row in rows:
        columns = header.columns.items()
        cells = {name: fields.clean(row.cells[place]) for name, place in columns if place < len(row.cells)}
        try:
            profile = _profile({name: "" if fields.is_blank(text) else text for name, text in cells.items()})
        except _WrongError as fault:
            made.faults.append(Fault(row.number, str(fault)))
            continue
        if (before := keys.setdefault(profile.key, row.number)) == row.number:
            made.towns.append(Listed(row.number, profile))
        else:
            made.faults.append(Fault(row.number, TWICE.format(name=profile.name, before=before)))
    return made


def _profile(cells: Mapping[str, str]) -> Profile:
    name = " ".join(cells.get("name", "").split())
    if not name:
        raise _WrongError("Der Name des Ortes fehlt. Tragen Sie ihn ein oder löschen Sie die Zeile.")
    ars, by_key = _official(cells.get("ars", ""))
    state = _state(cells.get("state", "")) or by_key
    url = _address(cells.get("address", ""), name=name, state=state)
    values: dict[str, Any] = {
        "key": cells.get("key", "").lower() or _key(name, state, host_of(url)),
        "name": name,
        "ars": ars,
        "state": state,
        "population": _people(cells.get("population", "")),
        "sites": [{"url": url, "role": Role.CITY}],
    }
    try:
        return Profile.model_validate(values)
    except ValidationError as fault:
        raise _WrongError(_worded(fault)) from None


def _worded(fault: ValidationError) -> str:
    first = fault.errors()[0]
    if first["loc"][0] == "key":
        return f"Das Kürzel „{str(first['input'])[: fields.SHOWN]}“ geht nicht: Möglich sind kleine Buchstaben ohne Umlaute, Ziffern und Bindestriche."
    said = first["msg"].removeprefix("Value error, ")
    return f"{said[0].upper()}{said[1:]}. Berichtigen Sie die Zeile."


def _official(text: str) -> tuple[str | None, str | None]:
    """Return the official key as far as it can be kept, and the Land that both kinds name."""
    # A spreadsheet takes the key for a number and drops the zero in front.
    digits = re.sub(r"[\s.]", "", text)
    if not digits:
        return None, None
    digits = digits.zfill(ARS if len(digits) > AGS else AGS) if digits.isascii() and digits.isdigit() else digits
    state = BY_NUMBER.get(int(digits[:2])) if digits.isascii() and digits.isdigit() else None
    if len(digits) not in {AGS, ARS} or state is None:
        raise _WrongError(
            f"„{text[: fields.SHOWN]}“ ist kein amtlicher Schlüssel. Erwartet werden 8 Ziffern (AGS) oder 12 (ARS), als Text."
        )
    return digits if len(digits) == ARS else None, state


def _state(text: str) -> str | None:
    if not text:
        return None
    if (code := _STATES.get(letters(text))) is None:
        raise _WrongError(
            f"Ein Land „{text[: fields.SHOWN]}“ gibt es nicht. Schreiben Sie zum Beispiel „Bayern“ oder „BY“."
        )
    return code


def _people(text: str) -> int | None:
    if not text:
        return None
    if not _PEOPLE.fullmatch(text):
        raise _WrongError(
            f"„{text[: fields.SHOWN]}“ ist keine Zahl von Einwohnern. Schreiben Sie zum Beispiel „12.345“."
        )
    return int(re.sub(r"\D", "", text))


def _address(text: str, *, name: str, state: str | None) -> str:
    """Return the address of the list, or that of the directory for a name that only one place has."""
    if text:
        found = fields.read_address(text).value
        if found is None:
            raise _WrongError(
                f"„{text[: fields.SHOWN]}“ ist keine Internetadresse. Erwartet wird zum Beispiel „www.musterstadt.de“."
            )
        return found
    places = gazetteer.named(*_sought(name, state))
    if len(places) != 1:
        known = "kennt das Verzeichnis nicht" if not places else "gibt es im Verzeichnis mehrmals"
        raise _WrongError(f"Die Website fehlt, und „{name}“ {known}. Tragen Sie die Website ein.")
    return f"https://{'' if places[0].domain.count('.') > 1 else 'www.'}{places[0].domain}/"


def _key(name: str, state: str | None, host: str) -> str:
    """Return the key that the directory has for the place of that name and website, or else one made of the name."""
    places = gazetteer.named(*_sought(name, state))
    same = [place for place in places if place.domain == host.removeprefix("www.")] or places
    if len(same) == 1:
        return same[0].key
    made = slug(name)
    return f"{made}-{state.lower()}" if state and len(places) > 1 else made


def _sought(name: str, state: str | None) -> tuple[str, str | None]:
    wanted, named = gazetteer.meant(name)
    return wanted, state or named
