"""
Take patterns out of a criterion one by one and see whether an example notices; name patterns that no page has.

Does not change the catalogue. Only patterns of words are tried: examples have no links and no keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from audit.catalogue import Catalogue, Criterion, Example
from audit.classify.engine import Classifier
from audit.classify.examples import counts, see
from audit.classify.rules import Rule
from audit.classify.seen import Seen, Subject
from db.models import Page

FIELDS = ("product", "object", "action", "tech", "context", "homonym")
MAX_NAME = 60
"""Characters of an example that name it."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """
    A criterion without one of its patterns.

    Attributes:
        carried: What its own *yes* examples lose of their scores together, 0 to their number.
        held_by: The examples that are then judged otherwise than meant, by their title; empty: nobody would notice.
    """

    criterion: str
    field: str
    pattern: str
    carried: float
    held_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """An example that the whole criterion reads as meant."""

    name: str
    seen: Seen
    expected: bool
    score: float


def mutants(catalogue: Catalogue, classifier: Classifier, *, area: str | None = None) -> Iterator[Mutant]:
    """Yield one mutant for each pattern of the criteria of an area (None: of all), in the order of the catalogue."""
    for criterion in catalogue.criteria.values():
        if area in (None, catalogue.area_of[criterion.id]):
            yield from _of(criterion, classifier)


def strongest(tried: Iterable[Mutant]) -> Mutant:
    """
    Return the pattern that a criterion rests on: the one whose loss costs its own *yes* examples most.

    Not the one of the largest weight: that may be a name which nobody writes.
    """
    return max(tried, key=lambda one: (one.carried, len(one.held_by)))


def idle(
    catalogue: Catalogue, classifier: Classifier, pages: Iterable[tuple[Page, Subject]]
) -> list[tuple[str, str, str]]:
    """Return criterion, field and pattern of those that neither an example of any criterion nor one of the pages has."""
    found: set[int] = set()
    for criterion in catalogue.criteria.values():
        for example in (*criterion.examples.yes, *criterion.examples.no):
            found |= see(example, classifier).places.keys()
    for page, subject in pages:
        found |= classifier.see(page, subject=subject, own=None).places.keys()
    return [
        (criterion.id, field, pattern)
        for criterion in catalogue.criteria.values()
        for field in FIELDS
        for pattern in getattr(criterion, field)
        if classifier.number(pattern) not in found
    ]


def _of(criterion: Criterion, classifier: Classifier) -> Iterator[Mutant]:
    rule = classifier.rule(criterion.id)
    cases = list(_cases(criterion, rule, classifier))
    for field in FIELDS:
        numbers = [classifier.number(pattern) for pattern in getattr(criterion, field)]
        spellings = Counter(numbers)
        for pattern, number in zip(getattr(criterion, field), numbers, strict=True):
            # Without any tech or context at all there is no such condition, which every page may notice.
            touched = [case for case in cases if number in case.seen.places or len(spellings) == 1]
            # Another spelling of the same words goes on finding them.
            touched = touched if spellings[number] == 1 else []
            carried, held_by = _tried(rule.without(field, number), touched, classifier)
            yield Mutant(criterion.id, field, pattern, carried, held_by)


def _cases(criterion: Criterion, rule: Rule, classifier: Classifier) -> Iterator[_Case]:
    """Yield the examples that are read as meant; others cannot notice anything."""
    given: list[tuple[bool, Example]] = [(True, each) for each in criterion.examples.yes]
    given += [(False, each) for each in criterion.examples.no]
    for expected, example in given:
        seen = see(example, classifier)
        reading = classifier.weigh(rule, seen)
        if counts(reading, criterion) is expected:
            name = (example.title or example.text)[:MAX_NAME]
            yield _Case(name, seen, expected, reading.score if reading else 0.0)


def _tried(mutant: Rule, cases: Sequence[_Case], classifier: Classifier) -> tuple[float, tuple[str, ...]]:
    """Return what the examples lose and which of them notice."""
    readings = [(case, classifier.weigh(mutant, case.seen)) for case in cases]
    carried = sum(case.score - (reading.score if reading else 0.0) for case, reading in readings if case.expected)
    held_by = (case.name for case, reading in readings if counts(reading, mutant.criterion) is not case.expected)
    return round(carried, 4), tuple(held_by)
