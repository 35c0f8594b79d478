"""
What a reader of tables has to know before any number: result, coverage, versions, accuracy and limits, a line each.

Does not count or judge: all of it stands in the document, and the sentences about coverage in ``reports.coverage``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from db.terms import FINDABLE_FROM
from reports import coverage, words
from reports.language import N_, ngettext
from reports.language import gettext as _
from reports.render import amount, capital, day, moment, number, of_100

DIGITS = 16
"""Characters of a digest that tell versions apart."""

Json = Mapping[str, Any]
Line = tuple[str, str]


def lines(document: Json) -> list[Line]:
    """Return the lines, each with the word before it, in the order in which they are needed."""
    return [
        (capital("Ort"), document["town_name"]),
        *_result(document),
        *_coverage(document),
        *_versions(document),
        (_("Genauigkeit"), _accuracy(document)),
        (_("„Von 100“"), _(HUNDRED).format(share=of_100(FINDABLE_FROM))),
        *((_("Was dieser Bericht nicht kann"), _(limit)) for limit in words.LIMITS),
    ]


HUNDRED = N_(
    "So viele von 100 gedachten Menschen, die danach suchen, kommen nach unserem Modell an; das ist keine Zählung von Besuchern."
    " Ab {share} von 100 heißt ein Angebot gut auffindbar, wenn es auch zählt."
)


def _result(document: Json) -> Iterator[Line]:
    score = document["score"]
    if score["of"]:
        words_for = ngettext(
            "{found} von {asked} ist online gut auffindbar.",
            "{found} von {asked} sind online gut auffindbar.",
            score["found"],
        )
        asked = amount(score["of"], "Angebot", "Angeboten")
        yield _("Ergebnis"), words_for.format(found=number(score["found"]), asked=asked)
    else:
        yield _("Ergebnis"), _("Noch kein Ergebnis: Wir konnten zu wenig lesen. Das heißt nicht, dass etwas fehlt.")
    for aspect, name in words.ASPECTS.items():
        found, of = (sum(area[aspect][part] for area in score["areas"]) for part in ("found", "of"))
        yield _(name), _("{found} von {of}").format(found=number(found), of=number(of))
    for verdict, name in words.VERDICTS.items():
        yield _(name), f"{number(document['counts'][verdict])}. {words.say(verdict, words.VERDICTS_MEAN)}"
    if document["not_ours"]:
        asked = amount(document["not_ours"], "Angebot ist", "Angebote sind")
        yield _("Zählt nicht mit"), _("{asked} nicht Aufgabe der Stadt.").format(asked=asked)


def _coverage(document: Json) -> Iterator[Line]:
    told = coverage.tell(document)
    yield _("Abdeckung"), f"{told.headline}."
    yield from ((_("Abdeckung"), fact) for fact in told.facts)
    yield from ((_("Bitte beachten"), warning) for warning in told.warnings)


def _versions(document: Json) -> Iterator[Line]:
    rules = document["catalogue"]
    begun = _("Nummer {audit}, begonnen am {moment}")
    yield capital("Prüfung"), begun.format(audit=document["audit"], moment=moment(document["started"]))
    yield _("Ausgewertet"), moment(document["finished"]) if document["finished"] else _("noch nicht")
    version = _("{title} ({name}, Fassung {version})")
    yield (
        _("Katalog"),
        version.format(title=document["catalogue_title"], **{key: rules[key] for key in ("name", "version")}),
    )
    yield _("Prüfsumme des Katalogs"), rules["digest"][:DIGITS]
    yield _("Programm"), f"Fundstelle {document['program']}".strip()
    pages = document["budget"].get("pages_per_site")
    if isinstance(pages, int):
        yield _("Grenze"), _("{pages} je Website").format(pages=amount(pages, "Seite", "Seiten"))
    yield _("Vergleichen"), _("Nur Berichte nach derselben Fassung des Katalogs lassen sich vergleichen.")


def _accuracy(document: Json) -> str:
    rate = document["accuracy"]
    if not rate:
        return _("Für diesen Katalog ist nicht gemessen, wie oft das Programm recht hat.")
    sure = rate["automatic"]
    told = _(MEASURED).format(
        day=day(rate["measured"]),
        pages=amount(rate["pages"], "erfundenen Seite", "erfundenen Seiten"),
        right=of_100(sure["precision"]),
        right_between=_between(sure["precision_interval"]),
        seen=of_100(sure["recall"]),
        seen_between=_between(sure["recall_interval"]),
    )
    if rate["digest"] != document["catalogue"]["digest"]:
        told += " " + _("Gemessen wurde eine andere Fassung des Katalogs; die Zahlen gelten daher nur ungefähr.")
    return told


MEASURED = N_(
    "Gemessen am {day} an {pages}: Von 100 Angeboten, die das Programm ohne Rückfrage als vorhanden wertet,"
    " sind {right} wirklich vorhanden ({right_between}); von 100 vorhandenen erkennt es {seen} ({seen_between})."
)


def _between(interval: Sequence[float]) -> str:
    low, high = (of_100(end) for end in interval)
    return _("mit 95 % Sicherheit zwischen {low} und {high}").format(low=low, high=high)
