"""
The shapes of a criterion, an area and a whole catalogue.

Does not read files (``audit.catalogue.files``). Patterns are plain German; ``audit.classify.patterns`` compiles them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from db.terms import Maturity, Role

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Pattern = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]
LeikaKey = Annotated[str, StringConstraints(pattern=r"^[0-9]{14}$")]
Weight = Annotated[float, Field(ge=0.4, le=3.0)]

Mark = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]

Kind = Literal["transaction", "portal", "offer", "infrastructure", "strategy"]


class Strict(BaseModel):
    """A shape that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Example(Strict):
    """A small page in our own words that shows a criterion, or nearly does; runs as a test."""

    text: Text
    title: str = ""
    url: str = ""
    why: str = ""  #: for examples that do not count: the trap


class Examples(Strict):
    """Pages that must and that must not count."""

    yes: list[Example] = []
    no: list[Example] = []


class Criterion(Strict):
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
    under: list[Text] = []  #: words of menus and topic pages where people look for it, the likeliest first
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


class Area(Strict):
    """One of the ten areas."""

    id: Key
    name: Text
    name_en: Text


Share = Annotated[float, Field(ge=0, le=1)]
Interval = Annotated[list[Share], Field(min_length=2, max_length=2)]


class Rate(Strict):
    """Shares with their intervals of 95 %: of what was found, of what was there, and both together."""

    precision: Share
    precision_interval: Interval
    recall: Share
    recall_interval: Interval
    f1: Share
    f1_interval: Interval


class Accuracy(Strict):
    """How often the classifier was right on towns that nobody looked at while rules were made; not part of the digest."""

    measured: date
    version: Text  #: of the catalogue that was measured
    digest: Text
    pages: int
    towns: int
    decisions: int
    automatic: Rate
    review: Rate  #: with what people are asked to check


class Named(Strict):
    """A name in another language."""

    of: Mark  #: of the German that was translated (``audit.catalogue.translations``), so that age is seen
    name: Text


class Told(Named):
    """What readers see of a criterion, in another language."""

    question: Text
    definition: Text
    advice: Text
    department: Text
    counts: list[Text] = []
    counts_not: list[Text] = []


class Translation(Strict):
    """A catalogue in another language; not part of the digest, for it changes no verdict. What is not in it stays German."""

    title: Named | None = None
    areas: dict[Key, Named] = {}
    names: dict[Key, Named] = {}  #: what a view calls the criteria it takes
    criteria: dict[Key, Told] = {}

    def document(self, labels: Collection[str]) -> dict[str, Any]:
        """Return what reports need of it; the criteria of ``labels`` go by the names of a view, never by their own."""
        texts = {
            key: one.model_dump(exclude={"of", "name"} if key in labels else {"of"})
            for key, one in self.criteria.items()
        }
        for key, one in self.names.items():
            texts.setdefault(key, {})["name"] = one.name
        return {
            "title": self.title.name if self.title else None,
            "areas": {key: one.name for key, one in self.areas.items()},
            "criteria": texts,
        }


@dataclass(frozen=True, eq=False)
class Catalogue:
    """
    All criteria of one catalogue.

    Attributes:
        criteria: By id, in the order of areas and files.
        area_of: The area of each criterion.
        sets: Words shared by criteria of one kind (``online_action``, ``live``, ``offer``, ``strategy``, ``account``, ...).
        digest: sha256 over all files, and those of its base, so that an audit can say by which rules it judged.
        accuracy: None: it was never measured.
        translations: By the code of the language; with the base's texts of the criteria that a view takes.
        labels: What a view calls the criteria it takes; their own names are the words that belong on a page or a link.
        base: The catalogue that a view takes criteria from; empty: it is none.
        source: What ``load`` finds it by again: its name, or its folder if it does not come with the program; empty: made in memory.
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
    translations: dict[str, Translation] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    base: str = ""
    source: str = ""

    def name_of(self, key: str) -> str:
        """Return what this catalogue calls a criterion."""
        return self.labels.get(key, self.criteria[key].name)

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
            "source": self.source,
            "accuracy": self.accuracy.model_dump(mode="json") if self.accuracy else None,
            "areas": [area.model_dump() for area in self.areas],
            "criteria": [
                {
                    **criterion.model_dump(mode="json", include=shown),
                    "name": self.name_of(key),
                    "area": self.area_of[key],
                }
                for key, criterion in self.criteria.items()
            ],
            "translations": {code: told.document(self.labels) for code, told in self.translations.items()},
        }
