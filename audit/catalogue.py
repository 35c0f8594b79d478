"""
What a researcher looks for, read from YAML files and checked.

Does not look at pages and does not open a database. Patterns are plain German; ``audit.classify.patterns`` compiles them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from audit import checked
from db.errors import CatalogueError
from db.terms import Maturity, Role

FOLDER = Path(__file__).parent / "catalogues"
ACCURACY = "accuracy.yaml"
DEFAULT = "haselhorst"

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Pattern = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]
LeikaKey = Annotated[str, StringConstraints(pattern=r"^[0-9]{14}$")]
Weight = Annotated[float, Field(ge=0.4, le=3.0)]

Kind = Literal["transaction", "portal", "offer", "infrastructure", "strategy"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Example(_Strict):
    """A small page in our own words that shows a criterion, or nearly does; runs as a test."""

    text: Text
    title: str = ""
    url: str = ""
    why: str = ""  #: for examples that do not count: the trap


class Examples(_Strict):
    """Pages that must and that must not count."""

    yes: list[Example] = []
    no: list[Example] = []


class Criterion(_Strict):
    """One thing a researcher looks for."""

    id: Key
    name: Text
    name_en: Text
    aspect: Literal["strategy", "implementation"]
    kind: Kind
    question: Text  #: in citizens' words
    definition: Text
    audience: list[Literal["citizens", "business", "guests"]]
    competence: Literal["town", "county", "state"] = "town"  #: who is responsible for it
    roles: list[Role]  #: the sites where it would stand, the likeliest first
    enough: Maturity  #: the lowest maturity that counts
    product: dict[Pattern, Weight] = {}  #: names that are the thing itself
    object: list[Pattern] = []  #: what it is about
    action: list[Pattern] = []  #: what makes it available, beside the shared set of its kind
    tech: list[Pattern] = []  #: must stand in the same sentence or in the title
    context: list[Pattern] = []  #: one of these must stand somewhere on the page
    homonym: list[Pattern] = []  #: looks alike, is something else
    hosts: list[Pattern] = []  #: portals and vendors that carry it, as host patterns with *
    leika: list[LeikaKey] = []
    counts: list[Text] = []  #: evidence that counts, in words
    counts_not: list[Text] = []  #: evidence that does not
    queries: list[Text] = Field(min_length=1)  #: what a researcher types; {town} is the town's name
    advice: Text  #: what to do if it is not findable
    department: Text  #: who can do it
    examples: Examples = Examples()
    mapping: dict[str, str] = {}  #: names in other rankings
    sources: list[str] = []

    @property
    def full(self) -> Maturity:
        """How far the thing is once it is there: a document, in operation, or used over the net."""
        if self.kind == "strategy":
            return Maturity.STRATEGY
        return Maturity.LIVE if self.kind == "infrastructure" or self.enough == Maturity.LIVE else Maturity.ONLINE

    def is_of(self, competences: Sequence[str]) -> bool:
        """Is a town with these competences itself responsible for it? A county's service is nobody's gap."""
        return self.competence == "town" or (self.competence == "county" and "kreisfrei" in competences)


class Area(_Strict):
    """One of the ten areas."""

    id: Key
    name: Text
    name_en: Text


Share = Annotated[float, Field(ge=0, le=1)]
Interval = Annotated[list[Share], Field(min_length=2, max_length=2)]


class Rate(_Strict):
    """Shares with their intervals of 95 %: of what was found, of what was there, and both together."""

    precision: Share
    precision_interval: Interval
    recall: Share
    recall_interval: Interval
    f1: Share
    f1_interval: Interval


class Accuracy(_Strict):
    """How often the classifier was right on towns that nobody looked at while rules were made; not part of the digest."""

    measured: date
    version: Text  #: of the catalogue that was measured
    digest: Text
    pages: int
    towns: int
    decisions: int
    automatic: Rate
    review: Rate  #: with what people are asked to check


class _Head(_Strict):
    """The file ``catalogue.yaml`` of a catalogue."""

    version: Text
    name: Key
    title: Text
    areas: list[Area]
    sets: dict[str, list[Pattern]]


class _AreaFile(_Strict):
    """The file of one area."""

    version: Text
    area: Key
    criteria: list[Criterion]


@dataclass(frozen=True)
class Catalogue:
    """
    All criteria of one catalogue.

    Attributes:
        criteria: By id, in the order of areas and files.
        area_of: The area of each criterion.
        sets: Words shared by criteria of one kind (``online_action``, ``live``, ``offer``, ``strategy``, ``account``, ...).
        digest: sha256 over all files, so that an audit can say by which rules it judged.
        accuracy: None: it was never measured.
    """

    name: str
    version: str
    title: str
    areas: tuple[Area, ...]
    criteria: dict[str, Criterion]
    area_of: dict[str, str]
    sets: dict[str, list[str]]
    digest: str
    accuracy: Accuracy | None = None

    def hints(self) -> list[str]:
        """Return plain words that point to what is looked for, so that a crawl can read such links first."""
        patterns = {pattern for one in self.criteria.values() for pattern in (*one.product, *one.object)}
        words = {pattern.strip("=* ").lower() for pattern in patterns}
        return sorted(word for word in words if len(word) > 3 and "*" not in word)  # noqa: PLR2004 shorter ones are in every address

    def document(self) -> dict[str, Any]:
        """Return what reports need of it, as JSON values."""
        shown = {"id", "name", "name_en", "aspect", "kind", "question", "definition", "audience", "competence", "roles"}
        shown |= {"enough", "queries", "advice", "department", "counts", "counts_not", "mapping", "sources"}
        return {
            "title": self.title,
            "accuracy": self.accuracy.model_dump(mode="json") if self.accuracy else None,
            "areas": [area.model_dump() for area in self.areas],
            "criteria": [
                {**criterion.model_dump(mode="json", include=shown), "area": self.area_of[key]}
                for key, criterion in self.criteria.items()
            ],
        }


def load(name: str = DEFAULT, *, folder: Path = FOLDER) -> Catalogue:
    """Read and check the catalogue of that name; raise CatalogueError with file and line."""
    place = folder / name
    if not (place / "catalogue.yaml").is_file():
        known = ", ".join(sorted(path.parent.name for path in folder.glob("*/catalogue.yaml")))
        raise CatalogueError(f"Den Katalog „{name}“ gibt es nicht.", file=place, remedy=f"Vorhanden: {known}.")
    head = checked.read(place / "catalogue.yaml", _Head, error=CatalogueError)
    files = [place / f"{area.id}.yaml" for area in head.areas]
    criteria: dict[str, Criterion] = {}
    area_of: dict[str, str] = {}
    for file, area in zip(files, head.areas, strict=True):
        part = checked.read(file, _AreaFile, error=CatalogueError)
        _check_area(part, area=area, version=head.version, file=file)
        for criterion in part.criteria:
            if criterion.id in criteria:
                raise CatalogueError(
                    f"Das Kriterium „{criterion.id}“ steht zweimal im Katalog.",
                    file=file,
                    line=_line_of(file, f"id: {criterion.id}"),
                    remedy="Geben Sie einem der beiden eine andere Kennung.",
                )
            criteria[criterion.id] = criterion
            area_of[criterion.id] = area.id
    return Catalogue(
        name=head.name,
        version=head.version,
        title=head.title,
        areas=tuple(head.areas),
        criteria=criteria,
        area_of=area_of,
        sets=head.sets,
        digest=_digest([place / "catalogue.yaml", *files]),
        accuracy=_accuracy(place / ACCURACY),
    )


def _accuracy(file: Path) -> Accuracy | None:
    return checked.read(file, Accuracy, error=CatalogueError) if file.is_file() else None


def _check_area(part: _AreaFile, *, area: Area, version: str, file: Path) -> None:
    if part.area != area.id:
        raise CatalogueError(
            f"Hier wird der Bereich „{area.id}“ erwartet, nicht „{part.area}“.", file=file, line=_line_of(file, "area:")
        )
    if part.version != version:
        raise CatalogueError(
            f"Die Fassung {part.version} passt nicht zur Fassung {version} des Katalogs.",
            file=file,
            line=_line_of(file, "version:"),
            remedy="Tragen Sie in allen Dateien dieselbe Fassung ein.",
        )


def _line_of(file: Path, words: str) -> int | None:
    """Return the last line, from 1, that has these words."""
    lines = [number for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if words in line]
    return lines[-1] if lines else None


def _digest(files: Iterable[Path]) -> str:
    hashed = hashlib.sha256()
    for file in files:
        hashed.update(file.read_bytes())
    return hashed.hexdigest()
