"""
The words for changes between two audits: kinds, causes, facts, methods and why two audits cannot be compared.

Does not decide what changed or why. Codes are those of ``audit.changes`` and ``audit.run.comparing``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from db.terms import ChangeCause, ChangeKind, Verdict
from reports import stored
from reports.language import N_
from reports.language import gettext as _
from reports.render import day, number, of_100
from reports.words import VERDICTS, say

Json = Mapping[str, Any]

KINDS: dict[str, str] = {
    ChangeKind.NEW: N_("Neu zu finden"),
    ChangeKind.BETTER: N_("Besser zu finden"),
    ChangeKind.WORSE: N_("Schlechter zu finden"),
    ChangeKind.GONE: N_("Nicht mehr zu finden"),
    ChangeKind.SAME: N_("Weiterhin nichts zu sehen"),
}

CAUSES: dict[str, str] = {
    ChangeCause.SITE: N_("Die Website hat sich geändert"),
    ChangeCause.RULES: N_("Nur unsere Regeln haben sich geändert"),
    ChangeCause.COVERAGE: N_("Wir konnten nicht beide Male gleich viel lesen"),
    ChangeCause.PERSON: N_("Eine Person hat entschieden"),
    ChangeCause.MIXED: N_("Mehrere Ursachen"),
}

COUNTED: dict[str, str] = {
    ChangeKind.BETTER: N_("{count} besser"),
    ChangeKind.NEW: N_("{count} neu zu finden"),
    ChangeKind.WORSE: N_("{count} schlechter"),
    ChangeKind.GONE: N_("{count} nicht mehr zu finden"),
    "rules": N_("{count} nur wegen neuer Regeln"),
    "coverage": N_("{count} nur, weil wir mehr oder weniger lesen konnten"),
}
"""The parts of the sentence that sums up, in their order."""

NOTHING = N_("Keine Änderung")

BUDGET = {
    "pages_per_site": N_("Je Website durften nicht gleich viele Seiten gelesen werden: erst {was}, dann {now}."),
    "seconds_per_site": N_("Je Website durfte nicht gleich viele Sekunden gelesen werden: erst {was}, dann {now}."),
}

FACTS: dict[str, str] = {
    "page_came": N_("Die Seite gibt es seitdem neu."),
    "page_went": N_("Die Seite gibt es nicht mehr."),
    "page_moved_then": N_("Dieselbe Seite stand damals unter {other}."),
    "page_moved_now": N_("Dieselbe Seite steht jetzt unter {other}."),
    "page_changed": N_("Auf der Seite steht etwas anderes als damals."),
    "page_reread": N_(
        "Die Seite ist dem Umfang nach dieselbe; eine andere Fassung unseres Programms liest sie anders."
    ),
    "page_opened": N_("Suchmaschinen dürfen die Seite jetzt zeigen."),
    "page_closed": N_("Suchmaschinen dürfen die Seite nicht mehr zeigen."),
    "page_unread_then": N_("Damals konnten wir diese Seite nicht lesen: {why}."),
    "page_unread_now": N_("Diesmal konnten wir diese Seite nicht lesen: {why}."),
    "unknown_then": N_("Damals konnten wir nicht überall nachsehen. {why}"),
    "unknown_now": N_("Diesmal konnten wir nicht überall nachsehen. {why}"),
    "way_unread_then": N_("Der Weg führt über diese Seite. Damals konnten wir sie nicht lesen: {why}."),
    "way_unread_now": N_("Der Weg führte über diese Seite. Diesmal konnten wir sie nicht lesen: {why}."),
    "way_came": N_("Der Weg führt über diese Seite, und die gibt es seitdem neu."),
    "way_went": N_("Der Weg führte über diese Seite, und die gibt es nicht mehr."),
    "link_came": N_("Hier steht seitdem der Link „{words}“."),
    "link_went": N_("Hier fehlt jetzt der Link „{words}“."),
    "aged": N_("Die Seite ist gleich geblieben, gilt aber inzwischen als veraltet."),
    "read_otherwise": N_("Die Seite und der Weg dorthin sind gleich. Wir haben aber anders viel gelesen als damals."),
    "around": N_(
        "Die Seite und der Weg dorthin sind gleich. Andere Seiten haben sich geändert und ziehen die Suchenden an oder ab."
    ),
    "said": "{words}",
    "unsaid": N_("Ein früheres Urteil gilt nicht mehr: {said}"),
}

REASONS: dict[str, str] = {
    "pages_gone": N_(
        "Die gelesenen Seiten der Prüfung {audit} sind nicht mehr gespeichert. Woran eine Änderung liegt, lässt sich deshalb nicht sagen."
    ),
    "rules_gone": N_(
        "Nach den Regeln der Prüfung {audit} kann dieses Programm nicht mehr urteilen. „fundstelle judge {audit}“ beurteilt sie nach denen von heute, dann geht der Vergleich."
    ),
    "other_catalogue": N_("Die Prüfung {audit} wurde nach einem anderen Katalog beurteilt."),
}
"""Why two audits are not comparable."""

SHORT = N_("In der Prüfung {audit} vom {day} konnten wir zu wenig lesen. Was dort fehlt, fehlt vielleicht nur uns.")
NOT_ASKED_THEN = N_("Danach wurde damals noch nicht gefragt. Nach den neuen Regeln hieße es damals „{now}“.")
NOT_ASKED_NOW = N_("Danach wird nicht mehr gefragt.")
OTHERWISE = N_("Nach den neuen Regeln hieße es damals „{now}“ statt „{then}“.")
SEARCHERS = N_(
    "Gerechnet wurde mit anders vielen Menschen, die mit einer Suchmaschine beginnen: {was} von 100, dann {now}."
)


def sentence(step: Json) -> str:
    """Return in one sentence what changed: "3 besser, 1 schlechter, 2 nur wegen neuer Regeln."."""
    if not step["comparable"]:
        return _("Nicht vergleichbar. {reason}").format(reason=reason(step))
    counts = step["counts"]
    parts = [_(words).format(count=number(counts[key])) for key, words in COUNTED.items() if counts[key]]
    return f"{', '.join(parts) or _(NOTHING)}."


def reason(step: Json) -> str:
    """Return why two audits are not comparable; empty where they are."""
    return say(step["reason"]["code"], REASONS).format(**step["reason"]) if step["reason"] else ""


def turn(row: Json) -> str:
    """Return what a change means and where it comes from, in two short sentences; what nobody could look at is not gone."""
    was, now = row["rejudged"], row["after"]["verdict"] if row["after"] else None
    kind = say(row["kind"], KINDS)
    if Verdict.UNKNOWN in {was, now}:
        kind = _("Jetzt nicht prüfbar") if now == Verdict.UNKNOWN else _("Damals nicht prüfbar")
    return f"{kind}. {say(row['cause'], CAUSES)}."


def fact(row: Json) -> str:
    """Return what explains a change, in a German sentence: words of pages and of people stand in it (``reports.stored``)."""
    values = {key: " ".join(value) if isinstance(value, list) else value for key, value in row["values"].items()}
    if row["code"] != "rules":
        return FACTS[row["code"]].format(**values, said=values.get("words")).strip()
    if values["then"] is None:
        return NOT_ASKED_THEN.format(now=VERDICTS[values["now"]])
    if values["now"] is None:
        return NOT_ASKED_NOW
    return OTHERWISE.format(now=VERDICTS[values["now"]], then=VERDICTS[values["then"]])


def method(step: Json) -> list[str]:
    """Return in what the two audits were measured differently, one sentence each."""
    return [_METHODS[row["code"]](row["before"], row["after"]) for row in step["method"]]


def cautions(step: Json) -> list[str]:
    """Return what a reader should know before trusting the comparison."""
    short = [side for side in (step["before"], step["after"]) if not side["enough"]]
    return [_(SHORT).format(audit=side["audit"], day=day(side["started"])) for side in short]


def _catalogue(before: Json, after: Json) -> str:
    if before["name"] != after["name"]:
        names = {"was": before["name"], "now": after["name"]}
        return _("Der Katalog ist ein anderer: „{was}“, dann „{now}“.").format(**names)
    version = _("{version} (Prüfsumme {digest})")
    was, now = (version.format(version=side["version"], digest=side["digest"][:8]) for side in (before, after))
    return _("Der Katalog hat eine andere Fassung: {was}, dann {now}.").format(was=was, now=now)


def _budget(before: Json, after: Json) -> str:
    """Return which limits differ; a limit that nobody set is the usual one."""
    limits = {
        key: [number(side[key]) if side[key] else _("die übliche Zahl") for side in (before, after)]
        for key in BUDGET
        if before[key] != after[key]
    }
    return " ".join(_(BUDGET[key]).format(was=was, now=now) for key, (was, now) in limits.items())


_METHODS = {
    "catalogue": _catalogue,
    "program": lambda before, after: _("Das Programm hat eine andere Fassung: {was}, dann {now}.").format(
        was=before, now=after
    ),
    "reader": lambda before, after: _(
        "Gelesen hat die Seiten eine andere Fassung des Programms: {was}, dann {now}."
    ).format(was=", ".join(before) or _("unbekannt"), now=", ".join(after) or _("unbekannt")),
    "calibration": lambda _before, _after: _(
        "Fundstelle hat aus Urteilen von Menschen gelernt; das verschiebt, ab wann etwas als sicher gilt."
    ),
    "searchers": lambda before, after: _(SEARCHERS).format(was=of_100(before), now=of_100(after)),
    "budget": _budget,
}


def told(step: Json) -> dict[str, Any]:
    """Return a step with its sentences: ``sentence``, ``why`` (method), ``cautions``; each change with ``turn``, each fact with ``text``."""
    rows: Sequence[Json] = step["changes"]
    worded = [
        {**row, "turn": turn(row), "facts": [{**one, "text": stored.told(fact(one))} for one in row["facts"]]}
        for row in rows
    ]
    return {**step, "sentence": sentence(step), "why": method(step), "cautions": cautions(step), "changes": worded}
