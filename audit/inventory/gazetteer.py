"""
The 8,356 German municipalities of ``data/towns.csv`` and how their names are spelled.

Does not decide which town is meant (``audit.inventory.directory``) and does not know profiles.
The file is read when it is first asked for, and once.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from audit.inventory.profile import STATES
from audit.inventory.spelling import letters, slug

FILE = Path(__file__).parent / "data" / "towns.csv"

SUGGESTED = 5
ALIKE = 0.72
"""Ratio of difflib from which two names are alike: one wrong or missing letter in a short name."""

_TITLE = re.compile(
    r"^(?:große\s+)?(?:(?:universitäts|hanse)-\s+und\s+)?"
    r"(?:(?:hanse|universitäts|landeshaupt|kreis|luther|barlach|reuter|wissenschafts)?stadt"
    r"|(?:samt|einheits)?gemeinde|markt|flecken)\s+",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\s*[(/,]")
_PLACED = re.compile(r"\s*(?:[(/,]|\s(?:am|an|auf|bei|im|in|ob|unter|vor|a\.|b\.|i\.|o\.|v\.)(?=\s))")
_CODES = {letters(word): code for code, name in STATES.items() for word in (code, name)} | {"nrw": "NW"}


class Place(NamedTuple):
    """One municipality: its name, the code of its Land, its domain, and a key that no other place has."""

    name: str
    state: str
    domain: str
    key: str

    @property
    def words(self) -> str:
        """The place as a list shows it."""
        return f"„{self.key}“ ({self.name}, {STATES[self.state]}, {self.domain})"


@cache
def load() -> tuple[Place, ...]:
    """
    Return all places in the order of the file.

    The key is the name; with the Land if the name repeats, and the domain if it repeats within one Land.
    """
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    slugs = {name: slug(name) for _, _, _, name, _ in rows}
    names = Counter(slugs[name] for _, _, _, name, _ in rows)
    pairs = Counter((slugs[name], state) for _, _, _, name, state in rows if names[slugs[name]] > 1)
    places = []
    for domain, _, _, name, state in rows:
        key = slugs[name]
        if names[key] > 1:
            key = slug(domain) if pairs[key, state] > 1 else f"{key}-{state.lower()}"
        places.append(Place(name, state, domain, key))
    return tuple(places)


@cache
def index() -> dict[str, list[Place]]:
    """Return the places by the letters of their full name, then of its short form and of the name without its title."""
    found: defaultdict[str, list[Place]] = defaultdict(list)
    for place in load():
        found[letters(place.name)].append(place)
    for place in (place for place in load() if not place.name.isalpha()):
        for name in {placeless(place.name), untitled(place.name)} - {place.name}:
            found[letters(name)].append(place)
    return dict(found)


@cache
def keys() -> dict[str, Place]:
    """Return the places by key."""
    return {place.key: place for place in load()}


@cache
def names() -> frozenset[str]:
    """Return the names of all places, also without what stands in brackets or behind a slash."""
    return frozenset(name for place in load() for name in (place.name, _BRACKET.split(place.name, maxsplit=1)[0]))


def meant(text: str) -> tuple[str, str | None]:
    """Return the letters of the name that is meant, and the code of the Land if one stands behind it."""
    whole = letters(text)
    if whole in index():
        return whole, None
    parts = re.split(r"[\s,(-]+", text.strip(" )"))
    for cut in range(1, min(3, len(parts))):
        code = _CODES.get(letters("".join(parts[-cut:])))
        if code:
            return letters(untitled(" ".join(parts[:-cut]))), code
    return letters(untitled(text.strip())), None


def named(wanted: str, state: str | None) -> list[Place]:
    """Return the places with these letters, in that Land if one is given."""
    return [place for place in index().get(wanted, []) if state in {None, place.state}]


def beginning(wanted: str, state: str | None) -> list[Place]:
    """Return the places whose name begins with these letters, short names first."""
    rows = (place for name, row in index().items() if name.startswith(wanted) for place in row)
    found = {place for place in rows if state in {None, place.state}}
    return sorted(found, key=lambda place: (len(place.name), place.name, place.key))


def alike(wanted: str, state: str | None = None) -> list[Place]:
    """Return at most ``SUGGESTED`` places whose names are spelled nearly so, the nearest first."""
    found = [place for name in near(wanted, index()) for place in named(name, state)]
    return list(dict.fromkeys(found))[:SUGGESTED]


def near(wanted: str, spellings: Iterable[str]) -> list[str]:
    """Return at most ``SUGGESTED`` of the spellings that are nearly ``wanted``, the nearest first."""
    return difflib.get_close_matches(wanted, list(spellings), n=SUGGESTED, cutoff=ALIKE)


def placeless(name: str) -> str:
    """Return the name without what tells it from others: Frankfurt (Oder), Frankfurt am Main, Adorf/Vogtl."""
    return _PLACED.split(name, maxsplit=1)[0]


def untitled(name: str) -> str:
    """Return the name without „Stadt“, „Hansestadt“, „Markt“ and the like before it."""
    return _TITLE.sub("", name)
