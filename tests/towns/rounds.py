"""
What is proposed to an invented town is done to a copy of its files, and the town is audited again, round after round.

Does not think of changes and does not know how files are changed (``tests.towns.applying``).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.reasons import LIMITS
from tests.towns import applying, forms
from tests.towns.demo import VERDICTS, audited, serving
from tests.towns.key import Expected, expected
from tests.towns.site import FOLDER, Town

TOWN, NEIGHBOUR = "musterhafen", "nachbarau"
MOST = 3
"""Rounds; each report proposes at most ten changes."""

NEAR = 0.05
"""A promise is kept if the audited chance differs by no more."""

Document = Mapping[str, Any]
"""The JSON of an audit."""


@dataclass(frozen=True)
class Round:
    """
    One report whose proposals were done, and the audit after them.

    Attributes:
        refused: (sentence of a proposal, why it could not be done).
        promised: By criterion the chance, 0..1, after the last proposal done that touches it.
        made: (criterion, address) of pages that show it from now on.
    """

    before: Document
    after: Document
    applied: int
    refused: list[tuple[str, str]]
    promised: dict[str, float]
    made: set[tuple[str, str]]

    def off(self) -> dict[str, float]:
        """Return by criterion how far the audited chance is from the promise."""
        rows = findings(self.after)
        return {key: abs(chance(rows[key]) - promise) for key, promise in self.promised.items()}

    def unasked(self) -> list[Document]:
        """Return what is found since, and was promised by nobody."""
        was = findings(self.before)
        return [
            row
            for key, row in findings(self.after).items()
            if row["verdict"] == "FINDABLE" != was[key]["verdict"] and key not in self.promised
        ]

    def lost(self) -> list[Document]:
        """Return what was found before and is no more."""
        was = findings(self.before)
        return [row for key, row in findings(self.after).items() if row["verdict"] != "FINDABLE" == was[key]["verdict"]]


def findings(document: Document) -> dict[str, Document]:
    """Return the findings of an audit by criterion."""
    return {row["criterion"]: row for row in document["findings"] if row["criterion"]}


def chance(row: Document) -> float:
    """Return the chance to be found, 0..1, as simulations count it: what stands in the wrong place counts nothing."""
    return 0.0 if any(reason["code"] in LIMITS for reason in row["reasons"]) else row["chance"] or 0.0


def rounds(before: Document, folder: Path, *, audit: Callable[[], Document], most: int = MOST) -> Iterator[Round]:
    """Do what is proposed to the files in that folder and audit them, until nothing can be done or ``most`` are over."""
    for _ in range(most):
        refused, promised, made, applied = [], {}, set(), 0
        for proposal in before["proposals"]:
            if reasons := applying.apply(proposal["changes"], folder):
                refused.append((proposal["change"], "; ".join(reasons)))
                continue
            applied += 1
            promised |= proposal["after"]
            made |= {(each["criterion"], each["page"]) for each in proposal["changes"] if each["kind"] == "page"}
        if not applied:
            return
        after = audit()
        yield Round(before, after, applied, refused, promised, made)
        before = after


def mistaken(document: Document, key: Mapping[str, Expected], *, made: set[tuple[str, str]]) -> list[Document]:
    """Return what counts as found though the town has it not by its key, and no page ``made`` since shows it."""
    rows = findings(document).items()
    absent = [
        row for name, row in rows if row["counts"] and row["verdict"] == "FINDABLE" and key[name].verdict == "ABSENT"
    ]
    return [row for row in absent if (row["criterion"], row["best_url"]) not in made]


def show(documents: Mapping[str, Document], folder: Path, *, most: int = 1) -> None:
    """Go through the rounds with a copy of the town, print what each promised and brought, and write what became of it."""
    out = folder / "umgesetzt"
    shutil.rmtree(out, ignore_errors=True)
    copy = Path(shutil.copytree(FOLDER / TOWN, out / "websites" / TOWN))

    def again() -> Document:
        with serving(folder / "data", served=[Town(copy), Town(FOLDER / NEIGHBOUR)]):
            return audited(str(FOLDER / TOWN / "town.yaml"))

    print(
        f"\nDie Vorschläge werden an einer Kopie von {TOWN} umgesetzt; dann wird sie wieder gelesen und beurteilt ..."
    )
    done = list(rounds(documents[TOWN], copy, audit=again, most=most))
    _table(done, documents[NEIGHBOUR])
    last = done[-1].after if done else documents[TOWN]
    print(f"\n{'Befund':12}{'vorher':>8}{'nachher':>9}")
    for verdict in VERDICTS:
        before, after = (
            sum(row["verdict"] == verdict for row in findings(one).values()) for one in (documents[TOWN], last)
        )
        print(f"{verdict:12}{before:8}{after:9}")
    print(f"\nNach der letzten Runde gibt es {len(last['proposals'])} Vorschläge.\n\nGeschrieben wird:")
    with serving(folder / "data"):
        forms.of_town(last, out)
        forms.of_both(last["audit"], documents[NEIGHBOUR]["audit"], out=out)
        forms.of_time(TOWN, first=documents[TOWN]["audit"], last=last["audit"], out=folder)


def _table(done: Sequence[Round], neighbour: Document) -> None:
    key = expected(TOWN)
    made: set[tuple[str, str]] = set()
    lines: list[str] = []
    heads = ("umgesetzt", "nicht", "vorher", "nachher", "irrig", NEIGHBOUR, "Abweichung")
    print("\nRunde" + "".join(f"{head:>12}" for head in heads))
    for number, one in enumerate(done, 1):
        made |= one.made
        wrong = mistaken(one.after, key, made=made)
        off = one.off().values()
        before, after, other = map(_found, (one.before, one.after, neighbour))
        cells = (one.applied, len(one.refused), before, after, len(wrong), other, f"{sum(off) / len(off):.4f}")
        print(f"{number:5}" + "".join(f"{cell:>12}" for cell in cells))
        lines += [f"Runde {number}, {line}" for line in _told(one, wrong)]
    print("irrig: gilt als gefunden, obwohl es das laut Lösungsschlüssel nicht gibt und keine neue Seite es zeigt.")
    print("Abweichung: im Mittel zwischen versprochener und gemessener Aussicht, gefunden zu werden (0 bis 1).")
    print("\n".join(lines))


def _found(document: Document) -> str:
    return f"{document['score']['found']} von {document['score']['of']}"


def _told(one: Round, wrong: Sequence[Document]) -> Iterator[str]:
    """Return a line for each proposal not done, each promise not kept, and each finding that is lost, mistaken or new without a promise."""
    rows = findings(one.after)
    yield from (f"nicht umsetzbar ({why}): {sentence}" for sentence, why in one.refused)
    for criterion, off in one.off().items():
        if off > NEAR:
            row = rows[criterion]
            reasons = " ".join(reason["text"] for reason in row["reasons"]) or "Es steht nichts im Weg."
            told = f"versprochen {one.promised[criterion]:.2f}, gemessen {chance(row):.2f}"
            yield f"{criterion}: {told}; {row['verdict']} {row['best_url']}: {reasons}"
    for criterion, address in sorted(one.made):
        if rows[criterion]["best_url"] != address:
            yield f"{criterion}: als Beleg gilt nicht die neue Seite {address}, sondern {rows[criterion]['best_url']}"
    yield from (f"{row['criterion']}: nicht mehr gefunden; {row['verdict']} {row['best_url']}" for row in one.lost())
    for row in [*one.unasked(), *(row for row in wrong if row["criterion"] in one.promised)]:
        how = "irrig gefunden" if row in wrong else "ohne Vorschlag gefunden"
        told = row["quotes"][0]
        yield f"{row['criterion']}: {how} auf {row['best_url']}: „{told['text']}“ (Regel: {told['rule']})"
