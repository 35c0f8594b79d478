"""
Results as plain text for the terminal.

Does not compute and does not print: it turns the JSON document of an audit into German lines.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from db.terms import End, GapKind, Maturity, Reading, Verdict
from reports import coverage
from reports.render import amount, of_100

VERDICTS = {
    Verdict.FINDABLE: "gut auffindbar",
    Verdict.BURIED: "schwer zu finden",
    Verdict.ABSENT: "nichts gefunden",
    Verdict.UNKNOWN: "nicht prüfbar",
}
GAPS = {
    GapKind.HIDDEN: "vorhanden, aber versteckt",
    GapKind.INVISIBLE: "vorhanden, aber unsichtbar",
    GapKind.UNLISTED: "online, fehlt im eigenen Verzeichnis",
    GapKind.MISSING: "erwartet, aber keine Spur",
    GapKind.UNCHECKED: "nicht geprüft",
}
READINGS = {
    Reading.STATEMENT: "Aussage",
    Reading.LAUNCH: "Start",
    Reading.PLAN: "Plan",
    Reading.NEGATION: "Verneinung",
    Reading.QUESTION: "Frage",
    Reading.MOTION: "Antrag",
    Reading.ENDED: "beendet",
    Reading.OTHER_TOWN: "anderer Ort",
    Reading.GENERIC: "allgemeiner Text",
    Reading.CONDITIONAL: "unter Bedingung",
}
MATURITIES = {
    Maturity.NONE: "nichts",
    Maturity.INFO: "Information",
    Maturity.FORM: "Formular zum Ausdrucken",
    Maturity.ONLINE: "online nutzbar",
    Maturity.LIVE: "in Betrieb",
    Maturity.PLAN: "geplant",
    Maturity.STRATEGY: "Strategie oder Zuständigkeit",
}
SHOWN = 5


def summary(document: Mapping[str, Any]) -> str:
    """Return the result of one audit in a few lines."""
    score, read = document["score"], document["coverage"]
    lines = [f"{clean(document['town_name'])}, Prüfung {document['audit']}"]
    if read["enough"]:
        lines.append(f"{score['found']} von {score['of']} geprüften Angeboten sind gut auffindbar.")
    else:
        lines.append("Es konnte zu wenig gelesen werden, um zu urteilen. Nicht gelesen heißt nicht: nicht vorhanden.")
    counted = [finding for finding in document["findings"] if finding["criterion"]]
    lines += [
        f"  {words:17} {sum(finding['verdict'] == verdict for finding in counted):4}"
        for verdict, words in VERDICTS.items()
    ]
    if changes := coverage.changes(document):
        lines.append(changes)
    for site in read["sites"]:
        if site["end"] not in {End.FINISHED, None}:
            lines.append(f"  {site['url']}: {clean(site['reason'])}")
        if omitted := coverage.left_out(site):
            total = amount(site["left_out"], "Adresse", "Adressen").replace("\u00a0", " ")
            lines.append(f"  {site['url']}: {total} ausgelassen, davon {omitted}")
    if document["proposals"]:
        lines.append("Zuerst:")
        lines += [
            f"  {number}. {clean(each['change'])}{_gain(each)}"
            for number, each in enumerate(document["proposals"][:SHOWN], 1)
        ]
    return "\n".join(lines)


def _gain(proposal: Mapping[str, Any]) -> str:
    """Return what a change does for what it helps most: " (Geoportal: 50 → 98 von 100; 2 weitere)"."""
    if not proposal["after"]:
        return ""
    key, others = proposal["criteria"][0], len(proposal["criteria"]) - 1
    before, after = of_100(proposal["before"][key]), of_100(proposal["after"][key])
    return f" ({clean(proposal['names'][0])}: {before} → {after} von 100{f'; {others} weitere' if others else ''})"


def explanation(document: Mapping[str, Any], finding: Mapping[str, Any]) -> str:
    """Return the whole chain behind one verdict."""
    catalogue = document["catalogue"]
    lines = [
        f"{finding['criterion']}: {VERDICTS[finding['verdict']]} ({finding['verdict']}), {MATURITIES[finding['maturity']]}",
        f"Stadt: {clean(document['town_name'])}, Prüfung {document['audit']}, Katalog {catalogue['name']} {catalogue['version']}",
    ]
    if finding["best_url"]:
        lines.append(f"Seite: {clean(finding['best_url'])} (Punkte {finding['score']:.2f})")
    lines += _way(finding)
    for quote in finding["quotes"]:
        lines.append(f"Zitat: „{clean(quote['text'])}“")
        lines.append(
            f"  Lesart: {READINGS[quote['reading']]}; Ort: {quote['zone']}; Zeichen: {quote['signal']}; Regel: {clean(quote['rule'])}; Gewicht: {quote['weight']:.2f}"
        )
        lines.append(f"  {clean(quote['url'])}" + (f", Seite {quote['sheet']}" if quote["sheet"] else ""))
    lines += [
        f"Dagegen: „{clean(each['text'])}“ ({READINGS[each['reading']]}) {clean(each['url'])}"
        for each in finding["against"]
    ]
    if finding["document"]:
        lines.append(f"Dokument: {clean(finding['document']['line'])}")
    lines += [f"Grund: {clean(each['text'])}" for each in finding["reasons"]]
    if finding["gap"]:
        lines.append(f"Lücke: {GAPS[finding['gap']]} ({finding['gap']})")
    if finding["measure"]:
        lines.append(f"Eigenes Verzeichnis: Zeile {finding['measure']['row']}, {clean(finding['measure']['title'])}")
    if finding["advice"]:
        lines.append(f"Rat: {clean(finding['advice'])}")
    return "\n".join(lines)


def _way(finding: Mapping[str, Any]) -> list[str]:
    lines = []
    if finding["path"]:
        lines.append(
            f"Weg: {' › '.join(clean(step['text']) or clean(step['url']) for step in finding['path'])} ({finding['clicks']} Klicks)"
        )
    elif finding["best_url"]:
        lines.append("Weg: kein Link führt von einer Startseite hierher")
    if finding["query"]:
        place = f"Platz {finding['rank']}" if finding["rank"] else "nicht unter den ersten 50"
        lines.append(
            f"Suche „{clean(finding['query'])}“: {place}; für Suchmaschinen {'offen' if finding['open_to_search'] else 'gesperrt'}"
        )
    if routes := finding["routes"]:
        search, browse = (round(100 * routes[way]["chance"]) for way in ("search", "browse"))
        lines.append(
            f"Chance, gefunden zu werden: {round(100 * finding['chance'])} von 100. Mit einer Suchmaschine kommen {search} von 100 an, über die Website {browse} von 100"
        )
        flow = ", ".join(f"{100 * share:.0f}" for share in routes["browse"]["flow"])
        lines.append(f"Nach 1 bis {len(routes['browse']['flow'])} Klicks sind von 100 angekommen: {flow}")
        if lost := routes["browse"]["lost"]:
            gone = round(100 * lost["share"])
            lines.append(
                f"Die meisten verlieren den Weg hier: {clean(lost['url'])} ({gone} von 100; weiter führt „{clean(lost['text'])}“)"
            )
        lines += _by_the_site(routes["site"])
    if place := finding["site_search"]:
        told = f"Platz {place['rank']}" if place["rank"] else "nicht unter den ersten zehn Treffern"
        lines.append(f"Suche der Website {clean(place['site'])} nach „{clean(place['query'])}“: {told}")
    return lines


def _by_the_site(site: Mapping[str, Any] | None) -> list[str]:
    if site is None:
        return []
    lines = []
    if site["index"]:
        lines.append(
            f"Liste A bis Z ({clean(site['index'])}): {'nennt die Seite' if site['listed'] else 'nennt die Seite nicht'}"
        )
    if len(site["ends"]) > 1:
        lines.append(f"Die Wege enden auf verschiedenen Seiten: {', '.join(map(clean, site['ends']))}")
    return lines


def clean(text: str) -> str:
    """Return crawled text on one line without characters that steer a terminal."""
    return " ".join("".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in text).split())
