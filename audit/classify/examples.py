"""
Run the examples of a catalogue as tests of its patterns.

Does not change the catalogue. An example is read as a page of an invented town's own site, unless its address says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from audit.catalogue import Catalogue, Criterion, Example
from audit.classify.engine import Classifier, CriterionReading
from audit.classify.maturity import reaches
from audit.classify.seen import Seen, Subject
from db.models import Page
from db.terms import Maturity

TOWN = Subject(name="Musterhafen", hosts={"www.musterhafen.example": "city"})
ADDRESS = "https://www.musterhafen.example/seite"
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Failure:
    """An example that came out wrong."""

    criterion: str
    example: Example
    expected: bool
    score: float
    band: str
    maturity: Maturity
    page_type: str
    rules: list[str]

    def __str__(self) -> str:
        wanted = "zählt nicht, soll aber" if self.expected else "zählt, soll aber nicht"
        found = f"{self.score:.2f} {self.band or 'verworfen'}, {self.maturity}, {self.page_type}"
        return f"{self.criterion}: {wanted} ({found}): {self.example.title} | {self.example.text}\n    {'; '.join(self.rules) or 'kein Muster trifft'}"


def failures(catalogue: Catalogue, classifier: Classifier | None = None) -> list[Failure]:
    """Return the examples that fail: each *yes* must reach a band and what is enough, each *no* must not."""
    classifier = classifier or Classifier(catalogue)
    return [failure for criterion in catalogue.criteria.values() for failure in _run(criterion, classifier)]


def _run(criterion: Criterion, classifier: Classifier) -> Iterator[Failure]:
    rule = classifier.rule(criterion.id)
    for expected, examples in ((True, criterion.examples.yes), (False, criterion.examples.no)):
        for example in examples:
            seen = see(example, classifier)
            reading = classifier.weigh(rule, seen)
            if counts(reading, criterion) is not expected:
                yield Failure(
                    criterion=criterion.id,
                    example=example,
                    expected=expected,
                    score=reading.score if reading else 0.0,
                    band=reading.band or "" if reading else "",
                    maturity=reading.maturity if reading else Maturity.NONE,
                    page_type=f"{seen.page_type} {seen.cue}".strip(),
                    rules=[
                        f"{sign.signal}/{sign.zone}/{sign.reading} {sign.weight}: {sign.rule}"
                        for sign in reading.evidence
                    ]
                    if reading
                    else [],
                )


def see(example: Example, classifier: Classifier) -> Seen:
    """Return an example as a page of the invented town."""
    page = Page(
        url=example.url or ADDRESS,
        fetched=_WHEN,
        status=200,
        title=example.title,
        main_text=example.text,
        language="de",
    )
    return classifier.see(page, subject=TOWN, own=None if example.url else True)


def counts(reading: CriterionReading | None, criterion: Criterion) -> bool:
    """Does a page count for its criterion?"""
    return reading is not None and reading.band is not None and reaches(reading.maturity, criterion.enough)
