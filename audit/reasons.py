"""
Why a finding is what it is, in German, and what helps.

Does not judge: ``audit.judge`` says which reasons hold. What one change could remove is in ``audit.proposals``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from audit.classify.freshness import NEWS_YEARS, Age
from audit.findability import Found
from audit.findability.finder import browse_chance, search_chance

Reason = dict[str, Any]
"""``{"code", "text"}``, as ``Finding.reasons`` keeps it."""

FINDABLE_FROM = 0.6
"""Chance to be found from which the effort is ordinary: one of the two ways alone (0.5) is not enough."""

LIMITS = {
    "news_only": "Das Angebot steht nur in einer Meldung; eine dauerhafte Seite fehlt.",
    "form_only": "Es gibt nur ein Formular zum Ausdrucken.",
    "council_only": "Das Angebot steht nur in Unterlagen des Rates.",
    "archive_only": "Das Angebot steht nur im Archiv; auf den aktuellen Seiten fehlt es.",
    "pdf_only": "Das Angebot steht nur in einer Datei zum Herunterladen; eine Seite dazu fehlt.",
    "third_party_only": "Das Angebot steht nur auf einer Website, die nicht der Stadt gehört oder noch nicht bestätigt ist ({host}).",
}
CLOSED = {
    "noindex": "Die Seite verbietet Suchmaschinen, sie aufzunehmen („noindex“).",
    "blocked": "Die Datei robots.txt verbietet Google, die Seite zu lesen.",
    "canonical": "Die Seite nennt Suchmaschinen eine andere Adresse als die eigene („canonical“), darum nehmen sie sie nicht auf.",
    "unread": "Suchmaschinen bekommen die Seite nicht zu lesen.",
}
"""By what closes a page to search engines (``findability.search.closed``)."""
NO_WAY = {
    "orphan": "Kein Link führt von einer Startseite hierher.",
    "unlinked_host": "Keine der Startseiten führt zu {host}; wer die Adresse nicht kennt, kommt nicht hin.",
}
OUTDATED = {
    "news": f"Die Meldung ist älter als {NEWS_YEARS} Jahre ({{since}}). Bitte prüfen Sie, ob sie noch gilt.",
    "state": "Die Seite nennt als Stand {since}. Wer sie liest, hält sie für überholt.",
    "event": "Die Veranstaltung ist vorbei; der letzte genannte Tag ist der {since}.",
}
"""By the kind of ``freshness.Age``."""
ADVICE = {
    "archive_only": "Bringen Sie das Angebot aus dem Archiv auf eine aktuelle Seite, wenn es noch besteht.",
    "third_party_only": "Beschreiben Sie das Angebot auf einer eigenen Seite und verlinken Sie von dort, wer es betreibt. Gehört die Website der Stadt, bestätigen Sie sie.",
    "outdated": "Prüfen Sie, ob die Angaben noch stimmen, und nennen Sie auf der Seite den neuen Stand.",
    "expired": "Veröffentlichen Sie die Fortschreibung, oder sagen Sie auf der Seite, was seitdem gilt.",
}
"""By the code of the reason, beside the advice of the criterion."""
UNREAD_SHELL = (
    "Vielleicht steht es auf {url}: Die Seite entsteht erst durch Skripte im Browser und wurde nicht gelesen."
)
PLAN_ONLY = {"code": "plan_only", "text": "Es wird nur angekündigt."}
INFO_ONLY = {"code": "info_only", "text": "Es gibt Informationen zum Thema, aber nicht das Angebot selbst."}


def obstacles(found: Found, *, limited: str | None, old: Age | None, is_unsure: bool) -> list[Reason]:
    """Return why it is hard to find, the strongest first; empty where nothing is in the way."""
    rows: list[Reason] = []
    if limited is not None:
        rows.append(limit(limited))
    if old is not None:
        rows.append({"code": "outdated", "text": OUTDATED[old.kind].format(since=_german(old.since))})
    if is_unsure:
        rows.append(
            {"code": "unsure", "text": "Die Seite spricht dafür, aber nicht eindeutig. Bitte prüfen Sie den Befund."}
        )
    if not found.open_to_search:
        rows.append({"code": found.closed, "text": CLOSED[str(found.closed)]})
    elif search_chance(found.rank) == 0.0:
        place = "nicht unter den ersten 50" if found.rank is None else f"erst an Stelle {found.rank}"
        rows.append({"code": "wording", "text": f"Die Suche nach „{found.query}“ zeigt die Seite {place}."})
    if found.way is None:
        code = "orphan" if found.is_host_linked else "unlinked_host"
        rows.append({"code": code, "text": NO_WAY[code].format(host=found.url.split("/")[2])})
    else:
        if found.way.mute:
            rows.append(
                {"code": "mute_link", "text": "Ein Link auf dem Weg sagt nicht, wohin er führt („hier“, „mehr“)."}
            )
        if browse_chance(found.way) < FINDABLE_FROM and not found.way.mute:
            rows.append(
                {"code": "deep", "text": f"Die Seite liegt {found.way.clicks} Klicks von der Startseite entfernt."}
            )
    return rows


def limit(code: str, *, host: str = "") -> Reason:
    """Return that what is found does not count; ``host`` is the stranger's."""
    return {"code": code, "text": LIMITS[code].format(host=host)}


def unread(url: str) -> Reason:
    """Return that it may stand on a page which only scripts make."""
    return {"code": "needs_rendering", "text": UNREAD_SHELL.format(url=url)}


def expired(document: Mapping[str, Any]) -> Reason:
    """Return that a strategy (``audit.classify.strategies``) is no longer valid, and whether the page tells what follows."""
    is_revised = any(quote["fact"] == "revising" for quote in document["quotes"])
    follows = (
        "Die Seite sagt, dass daran gearbeitet wird." if is_revised else "Eine neue Fassung haben wir nicht gefunden."
    )
    title = document["title"].replace("„", "‚").replace("“", "‘")
    return {"code": "expired", "text": f"„{title}“ galt bis {document['valid_to']}. {follows}"}


def advice(reasons: Sequence[Reason]) -> str:
    """Return what helps against these reasons; what needs a page of its own needs no new date."""
    codes = [str(reason["code"]) for reason in reasons]
    if not LIMITS.keys().isdisjoint(codes):
        codes = [code for code in codes if code != "outdated"]
    return " ".join(ADVICE[code] for code in codes if code in ADVICE)


def _german(iso: str) -> str:
    """Return a day, month or year as Germans write it in figures: 31.08.2020, 08.2020, 2020."""
    return ".".join(reversed(iso.split("-")))
