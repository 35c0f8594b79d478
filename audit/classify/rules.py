"""
Turn criteria of the catalogue into numbers of patterns, once for each classifier.

Does not look at pages.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from audit.catalogue import Catalogue, Criterion
from audit.classify.index import PatternIndex

# Which shared words say that a thing of this kind is available; the first say that it is online.
_SETS: dict[str, tuple[str, ...]] = {
    "transaction": ("online_action",),
    "portal": ("online_action", "offer"),
    "offer": ("online_action", "offer"),
    "infrastructure": ("live",),
    "strategy": ("strategy",),
}
_ONLINE = (
    "online",
    "digital",
    "elektronisch",
    "internet",
    " app",
    "-app",
    "smartphone",
    "handy",
    "paypal",
    "kreditkarte",
    "hochladen",
)
"""An action of a criterion that has one of these says that the thing is done online."""
_PAGE_SETS = ("account", "payment", "form")


@dataclass(frozen=True, slots=True)
class Rule:
    """A criterion, compiled; the sets hold numbers of patterns."""

    criterion: Criterion
    product: dict[int, float]
    object: frozenset[int]
    action: frozenset[int]
    online: frozenset[int]
    tech: frozenset[int]
    context: frozenset[int]
    homonym: frozenset[int]
    paper: frozenset[int]
    hosts: re.Pattern[str] | None
    mine: frozenset[int]
    shared: frozenset[int]  #: actions that all criteria of the kind have

    @property
    def id(self) -> str:
        return self.criterion.id

    def without(self, field: str, number: int) -> Rule:
        """Return the rule as if its criterion did not have a pattern in one of its fields; shared actions stay."""
        if field == "action" and number in self.shared:
            return self
        left: dict[str, Any] = {}
        if field == "product":
            left["product"] = {one: weight for one, weight in self.product.items() if one != number}
        else:
            left[field] = getattr(self, field) - {number}
        if field == "action":
            left["online"] = self.online - {number}
        rule = replace(self, **left)
        return replace(rule, mine=rule.object | rule.product.keys())


@dataclass(frozen=True, slots=True)
class Rules:
    """
    All criteria of a catalogue, compiled.

    Attributes:
        all: In the order of the catalogue.
        by_pattern: For each pattern that makes a page topical, the places of its rules in ``all``.
        by_key: For each LeiKa key, likewise.
        sets: Numbers of the shared words ``account``, ``payment`` and ``form``.
    """

    all: tuple[Rule, ...]
    by_pattern: dict[int, tuple[int, ...]]
    by_key: dict[str, tuple[int, ...]]
    sets: dict[str, frozenset[int]]


def build(catalogue: Catalogue, index: PatternIndex) -> Rules:
    """Compile the catalogue into ``index``; raise CatalogueError naming the criterion of a pattern that matches nearly everything."""
    rules = tuple(_rule(criterion, catalogue, index) for criterion in catalogue.criteria.values())
    by_pattern: dict[int, tuple[int, ...]] = {}
    by_key: dict[str, tuple[int, ...]] = {}
    for place, rule in enumerate(rules):
        for number in rule.mine:
            by_pattern[number] = (*by_pattern.get(number, ()), place)
        for key in rule.criterion.leika:
            by_key[key] = (*by_key.get(key, ()), place)
    sets = {name: _numbers(catalogue.sets.get(name, []), index, owner=name) for name in _PAGE_SETS}
    return Rules(rules, by_pattern, by_key, sets)


def _rule(criterion: Criterion, catalogue: Catalogue, index: PatternIndex) -> Rule:
    def numbers(patterns: Iterable[str]) -> frozenset[int]:
        return _numbers(patterns, index, owner=criterion.id, alone=True)

    shared = frozenset[int]().union(
        *(_numbers(catalogue.sets.get(name, []), index, owner=name) for name in _SETS[criterion.kind])
    )
    product = {index.add(source, owner=criterion.id): weight for source, weight in criterion.product.items()}
    topic = numbers(criterion.object)
    own_online = [source for source in criterion.action if any(word in source.lower() for word in _ONLINE)]
    return Rule(
        criterion=criterion,
        product=product,
        object=topic,
        action=_numbers(criterion.action, index, owner=criterion.id) | shared,
        online=_numbers([*catalogue.sets.get("online_action", []), *own_online], index, owner="online_action"),
        tech=numbers(criterion.tech),
        context=numbers(criterion.context),
        homonym=numbers(criterion.homonym),
        paper=_numbers(catalogue.sets.get("form", []), index, owner="form"),
        hosts=compile_hosts(criterion.hosts),
        mine=topic | product.keys(),
        shared=shared,
    )


def _numbers(patterns: Iterable[str], index: PatternIndex, *, owner: str, alone: bool = False) -> frozenset[int]:
    return frozenset(index.add(source, owner=owner, alone=alone) for source in patterns)


def compile_hosts(patterns: Iterable[str]) -> re.Pattern[str] | None:
    """Return one expression for host patterns with ``*``; a pattern may have a path, then host and path are compared."""
    parts = [
        fnmatch.translate(pattern.lower() if "/" not in pattern else pattern.lower().rstrip("*") + "*")
        for pattern in patterns
    ]
    return re.compile("|".join(parts)) if parts else None
