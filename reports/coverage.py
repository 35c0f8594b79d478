"""
How much could be read, in sentences.

Does not judge whether it is enough: the audit has said so. A site that nobody has confirmed was left alone on purpose and is
told apart from a site that would not be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.terms import End, Verdict
from reports import stored
from reports.language import N_
from reports.language import gettext as _
from reports.render import amount, number, shown
from reports.words import LEFT_OUT, SEARCH_ERRORS, say

NAMED = 3
"""Sites that could not be read and are named on the first page; the landscape lists them all."""

STOPPED = {
    *(
        End.OPEN,
        End.ROBOTS_UNREACHABLE,
        End.ROBOTS_DISALLOW,
        End.REFUSED,
        End.UNREACHABLE,
        End.NEEDS_RENDERING,
        End.FAULT,
    )
}
"""Ends after which a site counts as not read, however many pages had answered before."""


@dataclass(frozen=True)
class Coverage:
    """
    What a reader has to know before believing a number.

    Attributes:
        level: "good" if all was read, "partial" if something was not, "short" if it is not enough to judge.
        headline: The level in words.
        facts: What was read and what was not, one sentence each.
        warnings: What follows from it, one sentence each.
    """

    level: str
    headline: str
    facts: list[str]
    warnings: list[str]


HEADLINES = {
    "good": N_("Alles Erreichbare wurde gelesen"),
    "partial": N_("Nicht alles war lesbar"),
    "short": N_("Zu wenig gelesen für ein Gesamtergebnis"),
}


UNREADABLE = N_("Die Antwort war nicht lesbar.")
PICTURES = N_(
    "{files} nur aus Bildern. Suchmaschinen und Vorleseprogramme finden darin keinen Text. Zum Beispiel: {example}"
)


def tell(document: Mapping[str, Any]) -> Coverage:
    """Return the coverage of an audit's document in words."""
    tried = _tried(document)
    stopped = [site for site in tried if _is_stopped(site)]
    unchecked = document["counts"][Verdict.UNKNOWN]
    missed = sum(site["refused"] + site["failed"] + site["left_out"] for site in tried)
    level = "partial" if stopped or unchecked or missed else "good"
    if not document["coverage"]["enough"]:
        level = "short"
    return Coverage(
        level=level,
        headline=say(level, HEADLINES),
        facts=[
            *_replayed(document),
            *_facts(tried, read=len(tried) - len(stopped)),
            *filter(None, [changes(document)]),
            *_searches(tried),
            *_mute(document["coverage"]["documents"]),
        ],
        warnings=_warnings(document, stopped=stopped, unchecked=unchecked),
    )


def changes(document: Mapping[str, Any]) -> str | None:
    """Return how the pages differ from those of the audit before, in a sentence; None if there was none."""
    counted = document["coverage"]["changes"]
    if counted is None:
        return None
    return _("Seit der Prüfung davor: {new} neu, {changed} geändert, {gone} verschwunden, {same} gleich.").format(
        new=amount(counted["new"], "Seite", "Seiten"),
        **{name: number(counted[name]) for name in ("changed", "gone", "same")},
    )


def brief(document: Mapping[str, Any]) -> str:
    """Return sites, pages and what stayed unchecked in one line, for a place beside other towns."""
    tried = _tried(document)
    read = sum(not _is_stopped(site) for site in tried)
    unchecked = document["counts"][Verdict.UNKNOWN]
    words = _("{read} von {sites} gelesen, {pages}, {unchecked} nicht prüfbar") if unchecked else ""
    return (words or _("{read} von {sites} gelesen, {pages}")).format(
        read=number(read),
        sites=amount(len(tried), "Website", "Websites"),
        pages=amount(sum(site["pages"] for site in tried), "Seite", "Seiten"),
        unchecked=amount(unchecked, "Angebot", "Angebote"),
    )


def _tried(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [site for site in document["coverage"]["sites"] if site["end"] is not None]


def _is_stopped(site: Mapping[str, Any]) -> bool:
    return site["end"] in STOPPED or not site["pages"]


def _facts(tried: Sequence[Mapping[str, Any]], *, read: int) -> list[str]:
    total = {name: sum(site[name] for site in tried) for name in ("pages", "refused", "failed", "left_out")}
    facts = [
        _("{read} von {sites} gelesen, zusammen {pages}.").format(
            read=number(read),
            sites=amount(len(tried), "Website", "Websites"),
            pages=amount(total["pages"], "Seite", "Seiten"),
        )
    ]
    if total["refused"]:
        pages = amount(total["refused"], "Seite wurde", "Seiten wurden")
        facts.append(_("{pages} uns verweigert.").format(pages=pages))
    if total["failed"]:
        pages = amount(total["failed"], "Seite", "Seiten")
        facts.append(_("{pages} ohne lesbare Antwort.").format(pages=pages))
    if total["left_out"]:
        pages = amount(total["left_out"], "bekannte Seite blieb", "bekannte Seiten blieben")
        facts.append(_("{pages} ungelesen; die Gründe stehen bei den Websites.").format(pages=pages))
    if len(facts) == 1 and read == len(tried):
        facts.append(_("Keine Seite wurde verweigert, keine ausgelassen."))
    return facts


def _searches(tried: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say which sites' own searches told us nothing, and why; what is not measured is not bad."""
    asked = [(shown(site["url"]), site["search"]) for site in tried if site["search"]]
    return [words.format(site=site) for site, search in asked if (words := _search(search))]


def _search(search: Mapping[str, Any]) -> str:
    """Return the sentence about a site's own search, with ``{site}`` for its address; empty if there is nothing to say."""
    reason = _(SEARCH_ERRORS.get(search["error"], UNREADABLE)) if search["error"] else ""
    if not search["answered"]:
        return (
            _("Die Suche von {site} ließ sich nicht befragen: {reason}").replace("{reason}", reason) if reason else ""
        )
    if reason:
        words = _("Die Suche von {site} beantwortete {count}, dann keine mehr: {reason}").replace("{reason}", reason)
        return words.replace("{count}", amount(search["answered"], "Frage", "Fragen"))
    return "" if search["hits"] else _("Die Suche von {site} zeigte zu keiner Frage Treffer, die wir lesen konnten.")


def _mute(documents: Mapping[str, Sequence[str]]) -> list[str]:
    """Say which documents have no words for a search engine or a screen reader, however well people see them."""
    facts = []
    if pictures := documents["pictures"]:
        files = amount(len(pictures), "PDF-Datei besteht", "PDF-Dateien bestehen")
        facts.append(_(PICTURES).format(files=files, example=shown(pictures[0])))
    if locked := documents["locked"]:
        files = amount(len(locked), "Datei verlangt", "Dateien verlangen")
        facts.append(_("{files} ein Passwort, zum Beispiel {example}").format(files=files, example=shown(locked[0])))
    return facts


def left_out(site: Mapping[str, Any]) -> str:
    """Return why addresses of a site were left out, each reason with its number; empty if none was or nobody knows."""
    by = site["left_out_by"]
    return ", ".join(f"{number(by[cause])} {_(words)}" for cause, words in LEFT_OUT.items() if by.get(cause))


def _replayed(document: Mapping[str, Any]) -> list[str]:
    names = ", ".join(document["replayed"])
    return [_("Gelesen wurde nicht das Netz, sondern das Archiv {names}.").format(names=names)] if names else []


def _warnings(document: Mapping[str, Any], *, stopped: Sequence[Mapping[str, Any]], unchecked: int) -> list[str]:
    warnings = []
    if not document["coverage"]["enough"]:
        warnings.append(_("Die Zahlen sind vorläufig. Vergleichen Sie sie nicht, bis die Websites lesbar sind."))
    warnings += [
        _("{site} fehlt: {why}").format(
            site=shown(site["url"]), why=stored.told(site["reason"]) if site["reason"] else _("Keine Seite war lesbar.")
        )
        for site in stopped[:NAMED]
    ]
    if len(stopped) > NAMED:
        missing = amount(len(stopped) - NAMED, "weitere Website fehlt", "weitere Websites fehlen")
        warnings.append(f"{missing}.")
    if unchecked:
        asked = amount(unchecked, "Angebot", "Angebote")
        warnings.append(_("{asked} konnten wir nicht prüfen. Das zählt nicht als fehlend.").format(asked=asked))
    waiting = sum(site["end"] is None for site in document["coverage"]["sites"])
    if waiting:
        sites = amount(waiting, "Website gehört", "Websites gehören")
        warnings.append(_("{sites} vielleicht zur Stadt. Bestätigen Sie das, dann lesen wir dort.").format(sites=sites))
    return warnings
