"""
Point out what in the patterns of a catalogue is probably a slip.

Does not refuse anything: each of these can be meant. What is wrong for certain, reading and compiling the catalogue find.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from audit.catalogue import Catalogue, Criterion
from audit.classify.patterns import STOP, meaning

FIELDS = ("product", "object", "action", "tech", "context", "homonym")

_ADJECTIVE = re.compile(
    r"(?:\w{3,}(?:isch|lich|iv|bar|los|frei|arm|sam|haft|ell|iert|al|ig|fähig)"
    r"|smart|virtuell|intelligent|mobil|urban|modern|vernetzt|öffentlich|städtisch|künstlich|gefördert|betreut|offen|klug)"
    r"(?=(?:en|er|es|em)$)"
)
"""Adjectives by their suffix, and some frequent ones without. What follows is the ending that a pattern should not have."""

_NO_ADJECTIVE = re.compile(
    r"(?:zwischen|umsteigen|vereinbaren|weniger|schneller)$|(?:be|ver|er|ent|ge|zer)\w+(?:igen|lichen)$"
    r"|\w*(?:kündig|reinig|fertig|leist|schaft|pauschal)en$"
    r"|\w*(?:anzeig|portal|signal|terminal|material|personal|filial|kanal|spital|archiv|initiativ|motiv|modell|stell)(?:en|er|es)$"
)
"""Verbs, nouns and comparatives that look the same."""

_FIXED = STOP | frozenset(
    "alle allen aller am beim diese diesem diesen dieser einem einen einer eines ihrem ihrer ihres jede jedem jeden jeder keine keinen"
    " per unserem unserer unseres unter vom zum zur aus bis ins ohne gegen".split()
)
"""Words after which an adjective has one form only: „der digitalen Stadt“ is never anything else."""

_NO_NOUN = frozenset({"werden", "wird", "zuständig"})
"""„Wird digitaler“ is a comparative, „Digitales“ the name of an office."""


class Slip(NamedTuple):
    """A pattern to look at: the criteria (or set) and fields it stands in, and what there is to say in German."""

    criteria: tuple[str, ...]
    pattern: str
    text: str


def slips(catalogue: Catalogue) -> list[Slip]:
    """Return what an editor should look at, in the order of the catalogue."""
    found = list(_shared(catalogue.criteria.values()))
    for criterion in catalogue.criteria.values():
        found += _doubled(criterion)
        for name in FIELDS:
            found += _inflected(getattr(criterion, name), owner=criterion.id, field=name)
    for name, patterns in catalogue.sets.items():
        found += _inflected(patterns, owner=f"sets: {name}", field=name)
    return found


def inflected(pattern: str) -> str | None:
    """Return the pattern with open endings if an adjective before its last word has a closed one; else None."""
    if pattern.lstrip().startswith("="):
        return None
    words = pattern.split()
    places = zip(["", *words], words, words[1:], strict=False)
    mended = [_open(word, before, following) for before, word, following in places]
    return " ".join([*mended, words[-1]]) if mended != words[:-1] else None


def _open(word: str, before: str, following: str) -> str:
    """Return the word with an open ending if it is an adjective before a noun and not bound to its form."""
    found = _ADJECTIVE.match(word.lower())
    if found is None or _NO_ADJECTIVE.match(word.lower()) or before.lower() in _FIXED or following.lower() in _NO_NOUN:
        return word
    return word[: found.end()] + "e"


def _shared(criteria: Iterable[Criterion]) -> Iterator[Slip]:
    """A name that two criteria call their own makes a page count for both."""
    owners: defaultdict[object, dict[str, tuple[str, float]]] = defaultdict(dict)
    for criterion in criteria:
        for pattern, weight in criterion.product.items():
            owners[meaning(pattern)].setdefault(criterion.id, (pattern, weight))
    for group in owners.values():
        if len(group) > 1:
            yield Slip(tuple(group), next(iter(group.values()))[0], f"Name in mehreren Kriterien: {_weights(group)}.")


def _weights(group: Mapping[str, tuple[str, float]]) -> str:
    return ", ".join(f"{key} ({weight:g})".replace(".", ",") for key, (_, weight) in group.items())


def _doubled(criterion: Criterion) -> Iterator[Slip]:
    """A name is a topic already; twice, an editor changes one of the two and wonders."""
    names = {meaning(pattern): pattern for pattern in criterion.product}
    for pattern in criterion.object:
        if meaning(pattern) in names:
            yield Slip((criterion.id,), pattern, "steht in product und in object; product genügt.")


def _inflected(patterns: Iterable[str], *, owner: str, field: str) -> Iterator[Slip]:
    for pattern in patterns:
        mended = inflected(pattern)
        if mended:
            yield Slip((owner,), pattern, f"({field}) findet andere Endungen nicht; besser: {mended}")
