"""
A small catalogue and small pages for the tests of the classifier.

Does not read the catalogue that is shipped; ``test_examples`` does.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from audit.catalogue import Area, Catalogue, Criterion
from audit.classify import Classifier, CriterionReading, PageReading, Subject
from db.models import Page

NOW = datetime(2026, 11, 25, tzinfo=UTC)
TOWN = Subject(name="Musterhafen", hosts={"www.musterhafen.example": "city"})
HOME = "https://www.musterhafen.example"
SETS = {
    "online_action": ["online beantragen", "online anmelden", "online-antrag*", "online-dienst*", "online buchen"],
    "offer": ["ab sofort", "können Sie", "steht zur Verfügung", "gestartet"],
    "live": ["in Betrieb", "angeschlossen"],
    "strategy": ["beschlossen", "veröffentlicht", "Handlungsfelder"],
    "account": ["BundID", "Nutzerkonto"],
    "payment": ["PayPal"],
    "form": ["Formular", "PDF", "ausdrucken"],
}


def criterion(key: str, kind: str, **values: Any) -> Criterion:
    given = {
        "id": key,
        "name": key,
        "name_en": key,
        "aspect": "strategy" if kind == "strategy" else "implementation",
        "kind": kind,
        "question": "Gibt es das?",
        "definition": "Es ist da.",
        "audience": ["citizens"],
        "roles": ["city"],
        "enough": "online",
        "queries": [f"{{town}} {key}"],
        "advice": "Legen Sie eine Seite an.",
        "department": "Rathaus",
    }
    return Criterion.model_validate({**given, **values})


PARKING = criterion(
    "handyparken",
    "offer",
    product={"handyparken": 2.4, "parkschein * handy": 2.2},
    object=["parkschein*"],
    hosts=["*easypark.example"],
)
TAX = criterion("hundesteuer", "transaction", object=["hundesteuer", "hund"], leika=["99102008000000"])
FIBRE = criterion(
    "schulnetz", "infrastructure", enough="live", object=["schule", "schulen"], tech=["glasfaser*"], context=["schul*"]
)
PLAN = criterion(
    "digitalstrategie", "strategy", enough="strategy", product={"digitalstrategie": 2.2, "digitale agenda": 2.2}
)
METER = criterion("zaehler", "offer", enough="info", product={"smart meter": 2.2}, homonym=["parkuhr"])
COUNCIL = criterion("ratsinfo", "portal", product={"ratsinformationssystem": 2.6}, object=["sitzung*"], hosts=["ris.*"])


def catalogue(*criteria: Criterion) -> Catalogue:
    chosen = criteria or (PARKING, TAX, FIBRE, PLAN, METER, COUNCIL)
    return Catalogue(
        name="klein",
        version="1",
        title="Klein",
        areas=(Area(id="alles", name="Alles", name_en="All"),),
        criteria={one.id: one for one in chosen},
        area_of={one.id: "alles" for one in chosen},
        sets=SETS,
        digest="0",
    )


def classifier(*criteria: Criterion, places: Collection[str] = ("Rostock", "Kassel", "Essen", "Hamburg")) -> Classifier:
    return Classifier(catalogue(*criteria), places=places)


SHARED = classifier()


def page(text: str = "", *, title: str = "", path: str = "/seite", **values: Any) -> Page:
    given: dict[str, Any] = {"status": 200, "language": "de"}
    url = path if "://" in path else f"{HOME}{path}"
    return Page(url=url, fetched=NOW, title=title, main_text=text, **{**given, **values})


def read(text: str = "", *, own: bool | None = True, **values: Any) -> PageReading:
    return SHARED.read(page(text, **values), subject=TOWN, own=own)


def of(key: str, reading: PageReading) -> CriterionReading:
    """The reading of one criterion; one without signs is discarded with score 0."""
    for one in reading.criteria:
        if one.id == key:
            return one
    raise AssertionError(f"{key} is not among {[one.id for one in reading.criteria]}")
