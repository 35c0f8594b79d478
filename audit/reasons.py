"""
Why a finding is what it is, in German, and what helps.

Does not judge: ``audit.judge`` says which reasons hold. What one change could remove is in ``audit.proposals``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from audit.classify.freshness import NEWS_YEARS, Age
from audit.findability.causes import Cause
from db import terms
from db.terms import N_

Reason = dict[str, Any]
"""``{"code", "text"}``, as ``Finding.reasons`` keeps it."""

FINDABLE_FROM = terms.FINDABLE_FROM

FIRST_PAGE = 10
"""Hits on the first page of results."""

LIMITS = {
    "news_only": N_("Das Angebot steht nur in einer Meldung; eine dauerhafte Seite fehlt."),
    "form_only": N_("Es gibt nur ein Formular zum Ausdrucken."),
    "council_only": N_("Das Angebot steht nur in Unterlagen des Rates."),
    "archive_only": N_("Das Angebot steht nur im Archiv; auf den aktuellen Seiten fehlt es."),
    "pdf_only": N_("Das Angebot steht nur in einer Datei zum Herunterladen; eine Seite dazu fehlt."),
    "third_party_only": N_(
        "Das Angebot steht nur auf einer Website, die nicht der Stadt gehört oder noch nicht bestätigt ist ({host})."
    ),
}
CAUSES = {
    "noindex": N_("Die Seite verbietet Suchmaschinen, sie aufzunehmen („noindex“)."),
    "blocked": N_("Die Datei robots.txt verbietet Google, die Seite zu lesen."),
    "canonical": N_(
        "Die Seite nennt Suchmaschinen eine andere Adresse als die eigene („canonical“), darum nehmen sie sie nicht auf."
    ),
    "unread": N_("Suchmaschinen bekommen die Seite nicht zu lesen."),
    "template_fault": N_("Derselbe Fehler steht auf fast allen Seiten von {host}: Er kommt aus der Vorlage."),
    "script_only": N_("Nur ein Skript auf {where} führt zu dieser Seite; einen gewöhnlichen Link gibt es nicht."),
    "script_made": N_(
        "Der Inhalt der Seite entsteht erst durch Skripte im Browser; Suchmaschinen lesen solche Seiten später oder gar nicht."
    ),
    "lost_letters": N_(
        "In Titel oder Adresse der Seite fehlen Buchstaben: Aus „{word}“ wurde etwas, wonach niemand sucht."
    ),
    "title_missing": N_(
        "Der Titel der Seite („{title}“) sagt nicht, worum es geht; in einer Trefferliste erkennt sie niemand."
    ),
    "brand_only": N_(
        "Titel und Überschrift nennen nur einen Namen („{title}“), den nur findet, wer ihn kennt. {searched}"
    ),
    "wording": N_("Die Seite nennt es mit anderen Wörtern, als Menschen eintippen. {searched}"),
    "outranked": N_("{searched} Andere Seiten passen besser zu diesen Wörtern."),
    "mirrored": N_("Dieselbe Seite steht noch einmal unter {copy}; die Kopien nehmen sich in Suchmaschinen den Platz."),
    "orphan": N_("Kein Link führt von einer Startseite hierher."),
    "unlinked_host": N_("Keine der Startseiten führt zu {host}; wer die Adresse nicht kennt, kommt nicht hin."),
    "dead_end": N_("Der Link „{words}“ auf {where} führt ins Leere ({target})."),
    "mute_link": N_("Ein Link auf dem Weg sagt nicht, wohin er führt („{words}“)."),
    "deep": N_("Die Seite liegt {clicks} Klicks von der Startseite entfernt."),
    "link_wording": N_(
        "Auf {where} verlieren die meisten den Weg: Nur der Link „{words}“ führt weiter, und das ist neben {rivals} anderen nicht zu erkennen."
    ),
}
"""By the code of a cause (``findability.causes``)."""
WHO = {
    "editor": N_("Online-Redaktion"),
    "web team": N_("Webbetreuung"),
    "vendor": N_("Wer die Vorlage der Website betreut"),
    "host": N_("Wer den Server betreut"),
}
"""Who can mend a cause."""
OUTDATED = {
    "news": N_("Die Meldung ist älter als {years} Jahre ({since}). Bitte prüfen Sie, ob sie noch gilt."),
    "state": N_("Die Seite nennt als Stand {since}. Wer sie liest, hält sie für überholt."),
    "event": N_("Die Veranstaltung ist vorbei; der letzte genannte Tag ist der {since}."),
}
"""By the kind of ``freshness.Age``."""
ADVICE = {
    "archive_only": N_("Bringen Sie das Angebot aus dem Archiv auf eine aktuelle Seite, wenn es noch besteht."),
    "third_party_only": N_(
        "Beschreiben Sie das Angebot auf einer eigenen Seite und verlinken Sie von dort, wer es betreibt. Gehört die Website der Stadt, bestätigen Sie sie."
    ),
    "outdated": N_("Prüfen Sie, ob die Angaben noch stimmen, und nennen Sie auf der Seite den neuen Stand."),
    "expired": N_("Veröffentlichen Sie die Fortschreibung, oder sagen Sie auf der Seite, was seitdem gilt."),
}
"""By the code of the reason, beside the advice of the criterion."""
UNREAD_SHELL = N_(
    "Vielleicht steht es auf {url}: Die Seite entsteht erst durch Skripte im Browser und wurde nicht gelesen."
)
PLAN_ONLY = {"code": "plan_only", "text": N_("Es wird nur angekündigt.")}
INFO_ONLY = {"code": "info_only", "text": N_("Es gibt Informationen zum Thema, aber nicht das Angebot selbst.")}
UNSURE = {"code": "unsure", "text": N_("Die Seite spricht dafür, aber nicht eindeutig. Bitte prüfen Sie den Befund.")}
PLACE = N_("Die Suche nach „{query}“ zeigt die Seite erst an Stelle {rank}.")
NO_PLACE = N_("Die Suche nach „{query}“ zeigt die Seite nicht unter den ersten 50.")
EXPIRED = N_("„{title}“ galt bis {until}. {follows}")
REVISED = N_("Die Seite sagt, dass daran gearbeitet wird.")
NO_NEW = N_("Eine neue Fassung haben wir nicht gefunden.")


def obstacles(causes: Sequence[Cause], *, limited: str | None, old: Age | None, is_unsure: bool) -> list[Reason]:
    """Return why it is hard to find, the strongest first; empty where nothing is in the way."""
    rows: list[Reason] = []
    if limited is not None:
        rows.append(limit(limited))
    if old is not None:
        rows.append({"code": "outdated", "text": OUTDATED[old.kind].format(since=_german(old.since), years=NEWS_YEARS)})
    if is_unsure:
        rows.append({**UNSURE})
    return [*rows, *map(caused, causes)]


def caused(cause: Cause) -> Reason:
    """Return a cause in words, with its facts: ``{"code", "text", "who", "where", ...}``."""
    facts = {"where": cause.where, **cause.facts}
    searched = _searched(cause.facts)
    text = CAUSES[cause.code].format(**{**facts, "searched": searched}).strip()
    return {"code": cause.code, "text": text, "who": cause.who, **facts}


def _searched(facts: Mapping[str, str | int]) -> str:
    if "query" not in facts or 0 < int(facts["rank"]) <= FIRST_PAGE:
        return ""
    return (PLACE if facts["rank"] else NO_PLACE).format(query=facts["query"], rank=facts["rank"])


def limit(code: str, *, host: str = "") -> Reason:
    """Return that what is found does not count; ``host`` is the stranger's."""
    return {"code": code, "text": LIMITS[code].format(host=host)}


def unread(url: str) -> Reason:
    """Return that it may stand on a page which only scripts make."""
    return {"code": "needs_rendering", "text": UNREAD_SHELL.format(url=url)}


def expired(document: Mapping[str, Any]) -> Reason:
    """Return that a strategy (``audit.classify.strategies``) is no longer valid, and whether the page tells what follows."""
    is_revised = any(quote["fact"] == "revising" for quote in document["quotes"])
    title = document["title"].replace("„", "‚").replace("“", "‘")
    text = EXPIRED.format(title=title, until=document["valid_to"], follows=REVISED if is_revised else NO_NEW)
    return {"code": "expired", "text": text}


def advice(reasons: Sequence[Reason]) -> str:
    """Return what helps against these reasons; what needs a page of its own needs no new date."""
    codes = [str(reason["code"]) for reason in reasons]
    if not LIMITS.keys().isdisjoint(codes):
        codes = [code for code in codes if code != "outdated"]
    return " ".join(ADVICE[code] for code in codes if code in ADVICE)


def _german(iso: str) -> str:
    """Return a day, month or year as Germans write it in figures: 31.08.2020, 08.2020, 2020."""
    return ".".join(reversed(iso.split("-")))
