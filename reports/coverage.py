"""
How much could be read, in German sentences.

Does not judge whether it is enough: the audit has said so. A site that nobody has confirmed was left alone on purpose and is
told apart from a site that would not be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.terms import End, Verdict
from reports.render import amount, number, shown
from reports.words import LEFT_OUT, SEARCH_ERRORS

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
    "good": "Alles Erreichbare wurde gelesen",
    "partial": "Nicht alles war lesbar",
    "short": "Zu wenig gelesen für ein Gesamtergebnis",
}


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
        headline=HEADLINES[level],
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
    return (
        f"Seit der Prüfung davor: {amount(counted['new'], 'Seite', 'Seiten')} neu, {number(counted['changed'])} geändert,"
        f" {number(counted['gone'])} verschwunden, {number(counted['same'])} gleich."
    )


def brief(document: Mapping[str, Any]) -> str:
    """Return sites, pages and what stayed unchecked in one line, for a place beside other towns."""
    tried = _tried(document)
    read = sum(not _is_stopped(site) for site in tried)
    pages = amount(sum(site["pages"] for site in tried), "Seite", "Seiten")
    unchecked = document["counts"][Verdict.UNKNOWN]
    rest = f", {amount(unchecked, 'Angebot', 'Angebote')} nicht prüfbar" if unchecked else ""
    return f"{_of(read, len(tried))} gelesen, {pages}{rest}"


def _tried(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [site for site in document["coverage"]["sites"] if site["end"] is not None]


def _is_stopped(site: Mapping[str, Any]) -> bool:
    return site["end"] in STOPPED or not site["pages"]


def _of(read: int, tried: int) -> str:
    return f"{number(read)} von {amount(tried, 'Website', 'Websites')}"


def _facts(tried: Sequence[Mapping[str, Any]], *, read: int) -> list[str]:
    total = {name: sum(site[name] for site in tried) for name in ("pages", "refused", "failed", "left_out")}
    facts = [f"{_of(read, len(tried))} gelesen, zusammen {amount(total['pages'], 'Seite', 'Seiten')}."]
    if total["refused"]:
        facts.append(f"{amount(total['refused'], 'Seite wurde', 'Seiten wurden')} uns verweigert.")
    if total["failed"]:
        facts.append(f"{amount(total['failed'], 'Seite', 'Seiten')} ohne lesbare Antwort.")
    if total["left_out"]:
        words = ("bekannte Seite blieb", "bekannte Seiten blieben")
        facts.append(f"{amount(total['left_out'], *words)} ungelesen; die Gründe stehen bei den Websites.")
    if len(facts) == 1 and read == len(tried):
        facts.append("Keine Seite wurde verweigert, keine ausgelassen.")
    return facts


def _searches(tried: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say which sites' own searches told us nothing, and why; what is not measured is not bad."""
    asked = [(f"Die Suche von {shown(site['url'])}", site["search"]) for site in tried if site["search"]]
    return [f"{name} {words}" for name, search in asked if (words := _search(search))]


def _search(search: Mapping[str, Any]) -> str:
    reason = SEARCH_ERRORS.get(search["error"], "Die Antwort war nicht lesbar.") if search["error"] else ""
    if not search["answered"]:
        return f"ließ sich nicht befragen: {reason}" if reason else ""
    if reason:
        return f"beantwortete {amount(search['answered'], 'Frage', 'Fragen')}, dann keine mehr: {reason}"
    return "" if search["hits"] else "zeigte zu keiner Frage Treffer, die wir lesen konnten."


def _mute(documents: Mapping[str, Sequence[str]]) -> list[str]:
    """Say which documents have no words for a search engine or a screen reader, however well people see them."""
    facts = []
    if pictures := documents["pictures"]:
        words = ("PDF-Datei besteht", "PDF-Dateien bestehen")
        facts.append(
            f"{amount(len(pictures), *words)} nur aus Bildern. Suchmaschinen und Vorleseprogramme finden darin keinen Text."
            f" Zum Beispiel: {shown(pictures[0])}"
        )
    if locked := documents["locked"]:
        words = ("Datei verlangt", "Dateien verlangen")
        facts.append(f"{amount(len(locked), *words)} ein Passwort, zum Beispiel {shown(locked[0])}")
    return facts


def left_out(site: Mapping[str, Any]) -> str:
    """Return why addresses of a site were left out, each reason with its number; empty if none was or nobody knows."""
    by = site["left_out_by"]
    return ", ".join(f"{number(by[cause])} {words}" for cause, words in LEFT_OUT.items() if by.get(cause))


def _replayed(document: Mapping[str, Any]) -> list[str]:
    names = document["replayed"]
    return [f"Gelesen wurde nicht das Netz, sondern das Archiv {', '.join(names)}."] if names else []


def _warnings(document: Mapping[str, Any], *, stopped: Sequence[Mapping[str, Any]], unchecked: int) -> list[str]:
    warnings = []
    if not document["coverage"]["enough"]:
        warnings.append("Die Zahlen sind vorläufig. Vergleichen Sie sie nicht, bis die Websites lesbar sind.")
    warnings += [
        f"{shown(site['url'])} fehlt: {site['reason'] or 'Keine Seite war lesbar.'}" for site in stopped[:NAMED]
    ]
    if len(stopped) > NAMED:
        warnings.append(f"{amount(len(stopped) - NAMED, 'weitere Website fehlt', 'weitere Websites fehlen')}.")
    if unchecked:
        asked = amount(unchecked, "Angebot", "Angebote")
        warnings.append(f"{asked} konnten wir nicht prüfen. Das zählt nicht als fehlend.")
    waiting = sum(site["end"] is None for site in document["coverage"]["sites"])
    if waiting:
        words = ("Website gehört", "Websites gehören")
        warnings.append(f"{amount(waiting, *words)} vielleicht zur Stadt. Bestätigen Sie das, dann lesen wir dort.")
    return warnings
