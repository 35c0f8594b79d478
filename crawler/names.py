"""
The names of a town as they stand in hosts and imprints.

Does not decide whose a host is; it only says which part carries the name and what stands beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from crawler import addresses, vendors
from db.models import Town
from db.terms import Role

SHORT = 4  # letters; a shorter name is an abbreviation that other towns use too
UMLAUTS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
ADDITION = re.compile(r"\s*[(/].*|\s+(?:an|am|auf|bei|im|in|ob|vor|unter)\s.*", re.IGNORECASE)


@dataclass(frozen=True)
class Match:
    """A label that carries the town's name, and the words beside the name."""

    short: bool  #: only the beginning of a longer name, or an abbreviation
    rest: tuple[str, ...] = ()

    @property
    def foreign(self) -> bool:
        """Is a word beside the name somebody else's: a party, a shop, the press?"""
        return not _set("foreign").isdisjoint(self.rest)

    @property
    def other_place(self) -> bool:
        """Does a word beside the name make it the name of another place?"""
        return not _set("other_place").isdisjoint(self.rest)

    @property
    def strange(self) -> frozenset[str]:
        """The words beside the name that say nothing of what a town runs."""
        return frozenset(word for word in self.rest if not self.role_of([word]) and not word.isdigit())

    @property
    def role(self) -> str | None:
        """What the words beside the name say the site is for; the name alone is the town itself."""
        return self.role_of(self.rest) if self.rest else Role.CITY

    @staticmethod
    def role_of(parts: Iterable[str]) -> str | None:
        """Return the role that the first telling word names."""
        parts = [fold(part) for part in parts]
        table: dict[str, list[str]] = words()["roles"]
        return next((role for role, telling in table.items() if not set(telling).isdisjoint(parts)), None)


@dataclass(frozen=True)
class Names:
    """All forms of a town's name, folded: whole names, beginnings of names, products, neighbours."""

    whole: frozenset[str]
    short: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    neighbours: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, town: Town) -> Names:
        """Return the names of a town: its own, those of its aliases, and what the host of its city site calls it."""
        whole, short = _forms(town.name)
        products: set[str] = set()
        for name, others in town.aliases.items():
            group = {name, *others}
            if any(form in fold(each) for form in whole for each in group):
                more = [_forms(each) for each in group]
                whole |= {form for forms, _ in more for form in forms}
                short |= {form for _, forms in more for form in forms}
            else:
                products |= {fold(each) for each in group}
        for home in (_label(site.host) for site in town.sites if site.role == Role.CITY):
            whole, short = _as_at_home(home, whole, short)
        abbreviations = {form for form in whole if len(form) < SHORT}
        return cls(
            whole=frozenset(whole - abbreviations),
            short=frozenset((short - whole) | abbreviations),
            products=frozenset(product for product in products if len(product) >= SHORT),
            neighbours=frozenset(fold(name) for name in town.neighbours),
        )

    @classmethod
    def at(cls, host: str) -> Names:
        """Return the name a town's host carries: ``greven`` for ``www.stadt-greven.de``."""
        label = _label(host)
        parts = [part for part in label.split("-") if fold(part) not in _set("titles")]
        return cls(whole=frozenset({fold("".join(parts)), fold(label)} - {""}))

    def match(self, label: str) -> Match | None:
        """Return how a label (or several, with dots) carries the name as a whole part; None if it does not."""
        parts = [fold(part) for part in re.split(r"[-._]", label.lower()) if fold(part)]
        for forms, is_short in ((self.whole, False), (self.short, True)):
            found = _run(parts, forms)
            if found is None:
                found = _joined(parts, forms)
            if found is not None:
                rest = tuple(part for part in found if part not in _set("titles"))
                return Match(is_short, rest)
        return None

    def product(self, label: str) -> bool:
        """Tell whether a label carries the name of one of the town's products."""
        return any(fold(part) in self.products for part in [label, *label.split("-")])

    def is_neighbour(self, label: str) -> bool:
        """Tell whether a label names a neighbouring town."""
        return not self.neighbours.isdisjoint(fold(part) for part in [label, *label.split("-")])

    def issues(self, imprint: str) -> bool:
        """Tell whether an imprint names the town, or a company with its name, as the one who answers for it."""
        text = fold(imprint, gap=" ").split()
        municipal = _set("titles") | {word for telling in words()["roles"].values() for word in telling}
        for at in range(len(text)):
            for length in (1, 2, 3, 4):
                if "".join(text[at : at + length]) in self.whole:
                    before = text[at - 1] if at else ""
                    if before in municipal and before not in {"in", "aus"}:
                        return True
        return False


_OTHER = re.compile(r"[^a-z0-9]+")


def fold(text: str, *, gap: str = "") -> str:
    """Return a text in small letters with umlauts spelt out and everything but letters and digits replaced by ``gap``."""
    text = text.lower()
    if not text.isascii():
        for umlaut, spelt in UMLAUTS:
            text = text.replace(umlaut, spelt)
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _OTHER.sub(gap, text)


def _as_at_home(home: str, whole: set[str], short: set[str]) -> tuple[set[str], set[str]]:
    """
    Return the forms as the town's own host settles them.

    kempten.de is Kempten (Allgäu), so the short name is a whole one there; linden-ww.de is one of many called Linden,
    so the bare name is a short one there.
    """
    plain = Names.at(home).whole
    match = Names(whole=frozenset(whole)).match(home)
    if match is not None and match.strange:
        return set(plain), short | whole - plain
    return whole | (plain & short), short - plain


@cache
def words() -> dict[str, Any]:
    """Return the words of ``crawler/data/words.yaml``."""
    return vendors.read("words.yaml")


@cache
def _set(name: str) -> frozenset[str]:
    return frozenset(words()[name])


def _label(host: str) -> str:
    """Return the part of a host that its owner chose."""
    label, _, _ = addresses.registrable(vendors.plain(host)).partition(".")
    return label


def _forms(name: str) -> tuple[set[str], set[str]]:
    """Return the folded forms of a whole name, and those of its beginning if it has an addition („an der Ruhr“)."""
    spoken = fold(name, gap=" ").split()
    bare = [word for word in spoken if word not in _set("titles")] or spoken
    lean = [word for word in bare if word not in _set("links")] or bare
    whole = {"".join(spoken), "".join(bare), "".join(lean)} - {""}
    beginning = fold(ADDITION.sub("", name))
    short = {beginning} - whole - {""}
    if len(bare) > 1 and bare[0] in {"bad", "sankt", "st"}:
        short.add("".join(bare[1:]))
    return whole, short


def _run(parts: list[str], forms: frozenset[str]) -> list[str] | None:
    """Return what is left when a run of parts spells one of the forms."""
    for length in range(len(parts), 0, -1):
        for at in range(len(parts) - length + 1):
            if "".join(parts[at : at + length]) in forms:
                return parts[:at] + parts[at + length :]
    return None


def _joined(parts: list[str], forms: frozenset[str]) -> list[str] | None:
    """Return what is left when one part is a form joined with a word that a town, or somebody known, would use."""
    known = _set("foreign") | _set("other_place") | {word for telling in words()["roles"].values() for word in telling}
    for at, part in enumerate(parts):
        for form in forms:
            rest = part.removeprefix(form) if part.startswith(form) else part.removesuffix(form)
            if rest != part and rest in known:
                return [*parts[:at], rest, *parts[at + 1 :]]
    return None
