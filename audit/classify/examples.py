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
from audit.classify.seen import Subject
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


def failures(catalogue: Catalogue, *, area: str | None = None) -> list[Failure]:
    """Return the examples that fail: each *yes* must reach a band and what is enough, each *no* must not."""
    classifier = Classifier(catalogue)
    criteria = [
        criterion for criterion in catalogue.criteria.values() if area in (None, catalogue.area_of[criterion.id])
    ]
    return [failure for criterion in criteria for failure in _run(criterion, classifier)]


def _run(criterion: Criterion, classifier: Classifier) -> Iterator[Failure]:
    for expected, examples in ((True, criterion.examples.yes), (False, criterion.examples.no)):
        for example in examples:
            reading, page_type = _read(example, criterion, classifier)
            counts = reading is not None and reading.band is not None and reaches(reading.maturity, criterion.enough)
            if counts is not expected:
                yield Failure(
                    criterion=criterion.id,
                    example=example,
                    expected=expected,
                    score=reading.score if reading else 0.0,
                    band=reading.band or "" if reading else "",
                    maturity=reading.maturity if reading else Maturity.NONE,
                    page_type=page_type,
                    rules=[
                        f"{sign.signal}/{sign.zone}/{sign.reading} {sign.weight}: {sign.rule}"
                        for sign in reading.evidence
                    ]
                    if reading
                    else [],
                )


def _read(example: Example, criterion: Criterion, classifier: Classifier) -> tuple[CriterionReading | None, str]:
    page = Page(
        url=example.url or ADDRESS,
        fetched=_WHEN,
        status=200,
        title=example.title,
        main_text=example.text,
        language="de",
    )
    read = classifier.read(page, subject=TOWN, own=None if example.url else True)
    return next(
        (reading for reading in read.criteria if reading.id == criterion.id), None
    ), f"{read.page_type} {read.cue}".strip()
