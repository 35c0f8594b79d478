"""
What a reader of tables has to know before any number: result, coverage, versions, accuracy and limits, a line each.

Does not count or judge: all of it stands in the document, and the sentences about coverage in ``reports.coverage``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from db.terms import FINDABLE_FROM
from reports import coverage, words
from reports.render import amount, day, moment, number, of_100

DIGITS = 16
"""Characters of a digest that tell versions apart."""

Json = Mapping[str, Any]
Line = tuple[str, str]


def lines(document: Json) -> list[Line]:
    """Return the lines, each with the word before it, in the order in which they are needed."""
    return [
        ("Ort", document["town_name"]),
        *_result(document),
        *_coverage(document),
        *_versions(document),
        ("Genauigkeit", _accuracy(document)),
        ("„Von 100“", HUNDRED),
        *(("Was dieser Bericht nicht kann", limit) for limit in words.LIMITS),
    ]


HUNDRED = (
    "So viele von 100 gedachten Menschen, die danach suchen, kommen nach unserem Modell an; das ist keine Zählung von Besuchern."
    f" Ab {of_100(FINDABLE_FROM)} von 100 heißt ein Angebot gut auffindbar, wenn es auch zählt."
)


def _result(document: Json) -> Iterator[Line]:
    score = document["score"]
    if score["of"]:
        asked = amount(score["of"], "Angebot", "Angeboten")
        are = "ist" if score["found"] == 1 else "sind"
        yield "Ergebnis", f"{number(score['found'])} von {asked} {are} online gut auffindbar."
    else:
        yield "Ergebnis", "Noch kein Ergebnis: Wir konnten zu wenig lesen. Das heißt nicht, dass etwas fehlt."
    for aspect, name in words.ASPECTS.items():
        found, of = (sum(area[aspect][part] for area in score["areas"]) for part in ("found", "of"))
        yield name, f"{number(found)} von {number(of)}"
    for verdict, name in words.VERDICTS.items():
        yield name, f"{number(document['counts'][verdict])}. {words.VERDICTS_MEAN[verdict]}"
    if document["not_ours"]:
        asked = amount(document["not_ours"], "Angebot ist", "Angebote sind")
        yield "Zählt nicht mit", f"{asked} nicht Aufgabe der Stadt."


def _coverage(document: Json) -> Iterator[Line]:
    told = coverage.tell(document)
    yield "Abdeckung", f"{told.headline}."
    yield from (("Abdeckung", fact) for fact in told.facts)
    yield from (("Bitte beachten", warning) for warning in told.warnings)


def _versions(document: Json) -> Iterator[Line]:
    rules = document["catalogue"]
    yield "Prüfung", f"Nummer {document['audit']}, begonnen am {moment(document['started'])}"
    yield "Ausgewertet", moment(document["finished"]) if document["finished"] else "noch nicht"
    yield "Katalog", f"{document['catalogue_title']} ({rules['name']}, Fassung {rules['version']})"
    yield "Prüfsumme des Katalogs", rules["digest"][:DIGITS]
    yield "Programm", f"Fundstelle {document['program']}".strip()
    pages = document["budget"].get("pages_per_site")
    if isinstance(pages, int):
        yield "Grenze", f"{amount(pages, 'Seite', 'Seiten')} je Website"
    yield "Vergleichen", "Nur Berichte nach derselben Fassung des Katalogs lassen sich vergleichen."


def _accuracy(document: Json) -> str:
    rate = document["accuracy"]
    if not rate:
        return "Für diesen Katalog ist nicht gemessen, wie oft das Programm recht hat."
    sure = rate["automatic"]
    told = (
        f"Gemessen am {day(rate['measured'])} an {amount(rate['pages'], 'erfundenen Seite', 'erfundenen Seiten')}:"
        f" Von 100 Angeboten, die das Programm ohne Rückfrage als vorhanden wertet,"
        f" sind {of_100(sure['precision'])} wirklich vorhanden ({_between(sure['precision_interval'])});"
        f" von 100 vorhandenen erkennt es {of_100(sure['recall'])} ({_between(sure['recall_interval'])})."
    )
    if rate["digest"] != document["catalogue"]["digest"]:
        told += " Gemessen wurde eine andere Fassung des Katalogs; die Zahlen gelten daher nur ungefähr."
    return told


def _between(interval: Sequence[float]) -> str:
    return f"mit 95 % Sicherheit zwischen {of_100(interval[0])} und {of_100(interval[1])}"
