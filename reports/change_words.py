"""
The German words for changes between two audits: kinds, causes, facts, methods and why two audits cannot be compared.

Does not decide what changed or why. Codes are those of ``audit.changes`` and ``audit.run.comparing``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db.terms import ChangeCause, ChangeKind, Verdict
from reports.render import day, number, of_100
from reports.words import VERDICTS, say

Json = Mapping[str, Any]

KINDS: dict[str, str] = {
    ChangeKind.NEW: "Neu zu finden",
    ChangeKind.BETTER: "Besser zu finden",
    ChangeKind.WORSE: "Schlechter zu finden",
    ChangeKind.GONE: "Nicht mehr zu finden",
    ChangeKind.SAME: "Weiterhin nichts zu sehen",
}

CAUSES: dict[str, str] = {
    ChangeCause.SITE: "Die Website hat sich geändert",
    ChangeCause.RULES: "Nur unsere Regeln haben sich geändert",
    ChangeCause.COVERAGE: "Wir konnten nicht beide Male gleich viel lesen",
    ChangeCause.PERSON: "Eine Person hat entschieden",
    ChangeCause.MIXED: "Mehrere Ursachen",
}

COUNTED: dict[str, str] = {
    ChangeKind.BETTER: "{} besser",
    ChangeKind.NEW: "{} neu zu finden",
    ChangeKind.WORSE: "{} schlechter",
    ChangeKind.GONE: "{} nicht mehr zu finden",
    "rules": "{} nur wegen neuer Regeln",
    "coverage": "{} nur, weil wir mehr oder weniger lesen konnten",
}
"""The parts of the sentence that sums up, in their order."""

NOTHING = "Keine Änderung"

BUDGET = {
    "pages_per_site": "Je Website durften nicht gleich viele Seiten gelesen werden",
    "seconds_per_site": "Je Website durfte nicht gleich viele Sekunden gelesen werden",
}

FACTS: dict[str, str] = {
    "page_came": "Die Seite gibt es seitdem neu.",
    "page_went": "Die Seite gibt es nicht mehr.",
    "page_moved_then": "Dieselbe Seite stand damals unter {other}.",
    "page_moved_now": "Dieselbe Seite steht jetzt unter {other}.",
    "page_changed": "Auf der Seite steht etwas anderes als damals.",
    "page_reread": "Die Seite ist dem Umfang nach dieselbe; eine andere Fassung unseres Programms liest sie anders.",
    "page_opened": "Suchmaschinen dürfen die Seite jetzt zeigen.",
    "page_closed": "Suchmaschinen dürfen die Seite nicht mehr zeigen.",
    "page_unread_then": "Damals konnten wir diese Seite nicht lesen: {why}.",
    "page_unread_now": "Diesmal konnten wir diese Seite nicht lesen: {why}.",
    "unknown_then": "Damals konnten wir nicht überall nachsehen. {why}",
    "unknown_now": "Diesmal konnten wir nicht überall nachsehen. {why}",
    "way_unread_then": "Der Weg führt über diese Seite. Damals konnten wir sie nicht lesen: {why}.",
    "way_unread_now": "Der Weg führte über diese Seite. Diesmal konnten wir sie nicht lesen: {why}.",
    "way_came": "Der Weg führt über diese Seite, und die gibt es seitdem neu.",
    "way_went": "Der Weg führte über diese Seite, und die gibt es nicht mehr.",
    "link_came": "Hier steht seitdem der Link „{words}“.",
    "link_went": "Hier fehlt jetzt der Link „{words}“.",
    "aged": "Die Seite ist gleich geblieben, gilt aber inzwischen als veraltet.",
    "read_otherwise": "Die Seite und der Weg dorthin sind gleich. Wir haben aber anders viel gelesen als damals.",
    "around": "Die Seite und der Weg dorthin sind gleich. Andere Seiten haben sich geändert und ziehen die Suchenden an oder ab.",
    "said": "{words}",
    "unsaid": "Ein früheres Urteil gilt nicht mehr: {words}",
}

REASONS: dict[str, str] = {
    "pages_gone": "Die gelesenen Seiten der Prüfung {audit} sind nicht mehr gespeichert. Woran eine Änderung liegt, lässt sich deshalb nicht sagen.",
    "rules_gone": "Nach den Regeln der Prüfung {audit} kann dieses Programm nicht mehr urteilen. „fundstelle judge {audit}“ beurteilt sie nach denen von heute, dann geht der Vergleich.",
    "other_catalogue": "Die Prüfung {audit} wurde nach einem anderen Katalog beurteilt.",
}
"""Why two audits are not comparable."""


def sentence(step: Json) -> str:
    """Return in one sentence what changed: "3 besser, 1 schlechter, 2 nur wegen neuer Regeln."."""
    if not step["comparable"]:
        return f"Nicht vergleichbar. {reason(step)}"
    parts = [words.format(number(step["counts"][key])) for key, words in COUNTED.items() if step["counts"][key]]
    return f"{', '.join(parts) or NOTHING}."


def reason(step: Json) -> str:
    """Return why two audits are not comparable; empty where they are."""
    return REASONS[step["reason"]["code"]].format(**step["reason"]) if step["reason"] else ""


def turn(row: Json) -> str:
    """Return what a change means and where it comes from, in two short sentences; what nobody could look at is not gone."""
    was, now = row["rejudged"], row["after"]["verdict"] if row["after"] else None
    kind = KINDS[row["kind"]]
    if Verdict.UNKNOWN in {was, now}:
        kind = "Jetzt nicht prüfbar" if now == Verdict.UNKNOWN else "Damals nicht prüfbar"
    return f"{kind}. {CAUSES[row['cause']]}."


def fact(row: Json) -> str:
    """Return what explains a change, in a sentence."""
    values = {key: " ".join(value) if isinstance(value, list) else value for key, value in row["values"].items()}
    if row["code"] != "rules":
        return FACTS[row["code"]].format(**values).strip()
    if values["then"] is None:
        return f"Danach wurde damals noch nicht gefragt. Nach den neuen Regeln hieße es damals „{say(values['now'], VERDICTS)}“."
    if values["now"] is None:
        return "Danach wird nicht mehr gefragt."
    return f"Nach den neuen Regeln hieße es damals „{say(values['now'], VERDICTS)}“ statt „{say(values['then'], VERDICTS)}“."


def method(step: Json) -> list[str]:
    """Return in what the two audits were measured differently, one sentence each."""
    return [_METHODS[row["code"]](row["before"], row["after"]) for row in step["method"]]


def cautions(step: Json) -> list[str]:
    """Return what a reader should know before trusting the comparison."""
    short = [side for side in (step["before"], step["after"]) if not side["enough"]]
    return [
        f"In der Prüfung {side['audit']} vom {day(side['started'])} konnten wir zu wenig lesen. Was dort fehlt, fehlt vielleicht nur uns."
        for side in short
    ]


def _catalogue(before: Json, after: Json) -> str:
    if before["name"] != after["name"]:
        return f"Der Katalog ist ein anderer: „{before['name']}“, dann „{after['name']}“."
    was, now = (f"{side['version']} (Prüfsumme {side['digest'][:8]})" for side in (before, after))
    return f"Der Katalog hat eine andere Fassung: {was}, dann {now}."


def _budget(before: Json, after: Json) -> str:
    """Return which limits differ; a limit that nobody set is the usual one."""
    limits = {
        key: [number(side[key]) if side[key] else "die übliche Zahl" for side in (before, after)]
        for key in BUDGET
        if before[key] != after[key]
    }
    return " ".join(f"{BUDGET[key]}: erst {was}, dann {now}." for key, (was, now) in limits.items())


_METHODS = {
    "catalogue": _catalogue,
    "program": lambda before, after: f"Das Programm hat eine andere Fassung: {before}, dann {after}.",
    "reader": lambda before, after: (
        f"Gelesen hat die Seiten eine andere Fassung des Programms: {', '.join(before) or 'unbekannt'}, dann {', '.join(after) or 'unbekannt'}."
    ),
    "calibration": lambda _before, _after: (
        "Fundstelle hat aus Urteilen von Menschen gelernt; das verschiebt, ab wann etwas als sicher gilt."
    ),
    "searchers": lambda before, after: (
        f"Gerechnet wurde mit anders vielen Menschen, die mit einer Suchmaschine beginnen: {of_100(before)} von 100, dann {of_100(after)}."
    ),
    "budget": _budget,
}


def told(step: Json) -> dict[str, Any]:
    """Return a step with its sentences: ``sentence``, ``why`` (method), ``cautions``; each change with ``turn``, each fact with ``text``."""
    rows: Sequence[Json] = step["changes"]
    worded = [{**row, "turn": turn(row), "facts": [{**one, "text": fact(one)} for one in row["facts"]]} for row in rows]
    return {**step, "sentence": sentence(step), "why": method(step), "cautions": cautions(step), "changes": worded}
