"""
Read a gold set: pages with the decisions people made, one JSON object a line.

Does not compare; ``audit.classify.evaluation`` does. A line has the words of ``audit.classify.labelled`` or the ``path`` of an HTML
file, and either ``shows``, ``traps`` and ``maybe`` or, as older sets have it, ``criteria`` with one ``maturity``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from audit.catalogue import Catalogue
from audit.classify.engine import Classifier, CriterionReading, PageReading
from audit.classify.labelled import MAX_LINE, Line, page_of, read_line
from audit.classify.maturity import reaches
from audit.classify.seen import frames_of
from db.errors import InputError
from db.terms import Band, Maturity, PageType

UNNAMED = "unnamed"
"""The trap of a pair that nobody thought of: the page fires for a criterion that its label does not name."""


class GoldLine(Line):
    """A labelled page: criteria it shows with their maturity, those it only seems to show with the trap, and those not counted."""

    path: str | None = None
    shows: dict[str, Maturity] | None = None
    traps: dict[str, str] = Field(default_factory=dict)
    maybe: list[str] = Field(default_factory=list)
    held_out: bool = False  #: of a town that no rule was ever tuned on
    criteria: list[str] | None = None
    maturity: Maturity = Maturity.NONE
    negative_reason: str = ""

    def labels(self, catalogue: Catalogue) -> tuple[dict[str, Maturity], dict[str, str]]:
        """Return what it shows and its traps; what does not go far enough to count is a trap."""
        if self.shows is not None:
            return self.shows, self.traps
        known = [each for each in self.criteria or [] if each in catalogue.criteria]
        shown = {each: self.maturity for each in known if reaches(self.maturity, catalogue.criteria[each].enough)}
        return shown, {each: f"{self.maturity}_only" for each in known if each not in shown}


@dataclass(frozen=True, slots=True)
class Decision:
    """
    One pair of page and criterion: what people said, and what the classifier says.

    Attributes:
        expected: How far it is, if it counts; None: it does not.
        trap: Why one might think it counts; "" where it does.
        band: None, if the classifier discards it or sees too little for the criterion.
    """

    town: str
    url: str
    criterion: str
    held_out: bool
    expected: Maturity | None
    trap: str
    page_type: PageType
    band: Band | None
    maturity: Maturity


def decisions(file: Path, classifier: Classifier, catalogue: Catalogue) -> Iterator[Decision]:
    """
    Yield the decisions of all pages of a gold set, in its order.

    Raises:
        InputError: naming file and line; nothing is skipped, or the figures would be those of another set.
    """
    rows = [(number, line) for number, line in enumerate(_lines(file), 1) if line.strip()]
    givens = []
    for number, line in rows:
        given = _given(line, file=file, number=number)
        unknown = {*(given.shows or ()), *given.traps, *given.maybe} - catalogue.criteria.keys()
        if unknown:
            raise InputError(
                f"Zeile {number}: Das Kriterium „{min(unknown)}“ steht nicht im Katalog.",
                file=file,
                remedy="Die Namen zeigt: fundstelle criteria list",
            )
        givens.append(given)
    pages = [page_of(given) for given in givens]
    frames = frames_of(pages)
    for given, page in zip(givens, pages, strict=True):
        reading = read_line(given, classifier, page=page, frames=frames)
        yield from _of_page(given, reading, catalogue)


def _of_page(given: GoldLine, reading: PageReading, catalogue: Catalogue) -> Iterator[Decision]:
    fired = {one.id: one for one in reading.criteria}
    shown, traps = given.labels(catalogue)
    counted = {key: one for key, one in fired.items() if _counts(one, catalogue)}
    named = {**dict.fromkeys(shown, ""), **traps}
    for criterion in dict.fromkeys([*named, *counted]):
        if criterion in given.maybe:
            continue
        found = counted.get(criterion)
        yield Decision(
            town=given.town,
            url=given.url,
            criterion=criterion,
            held_out=given.held_out,
            expected=shown.get(criterion),
            trap=named.get(criterion, UNNAMED),
            page_type=reading.page_type,
            band=found.band if found else None,
            maturity=fired[criterion].maturity if criterion in fired else Maturity.NONE,
        )


def _counts(one: CriterionReading, catalogue: Catalogue) -> bool:
    return one.band is not None and reaches(one.maturity, catalogue.criteria[one.id].enough)


def _given(line: str, *, file: Path, number: int) -> GoldLine:
    try:
        if len(line) > MAX_LINE:
            raise InputError(f"Zeile {number} ist zu lang.", file=file, remedy="Eine Zeile ist eine Seite.")
        given = GoldLine.model_validate(json.loads(line))
    except (json.JSONDecodeError, RecursionError):
        raise InputError(
            f"Zeile {number} ist kein gültiges JSON.", file=file, remedy="Jede Zeile ist ein JSON-Objekt."
        ) from None
    except ValidationError as fault:
        place = ".".join(map(str, fault.errors()[0]["loc"])) or "Zeile"
        raise InputError(
            f"Zeile {number}: „{place}“ fehlt oder hat die falsche Form.",
            file=file,
            remedy="Die Felder beschreibt docs/accuracy.md.",
        ) from None
    if given.path is not None:
        given = given.model_copy(update={"html": _html(file.parent / given.path, number=number)})
    if given.text is None and given.html is None:
        raise InputError(
            f"Zeile {number}: „text“, „html“ oder „path“ fehlt.", file=file, remedy="Ohne Seite ist nichts zu messen."
        )
    if given.shows is None and given.criteria is None:
        raise InputError(
            f"Zeile {number}: „shows“ oder „criteria“ fehlt.", file=file, remedy="Ohne Urteil ist nichts zu messen."
        )
    return given


def _html(page: Path, *, number: int) -> str:
    try:
        return page.read_text(encoding="utf-8", errors="replace")
    except OSError as fault:
        raise InputError(
            f"Die Seite aus Zeile {number} lässt sich nicht lesen ({fault.strerror}).",
            file=page,
            remedy="„path“ gilt vom Ordner der Liste aus.",
        ) from None


def _lines(file: Path) -> Iterable[str]:
    try:
        # Not splitlines: JSON may have a line separator of Unicode inside a string.
        return file.read_text(encoding="utf-8-sig", errors="replace").split("\n")
    except OSError as fault:
        raise InputError(
            f"Die Datei lässt sich nicht lesen ({fault.strerror}).", file=file, remedy="Prüfen Sie den Pfad."
        ) from None
