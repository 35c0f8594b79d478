"""
The pages of a read-only share: all towns, each town with its audits, and the reports below them.

Does not write files and opens no database. What persons have said of findings, and the town's own list with its remarks, stay in the
house: ``public`` leaves them out. All links are relative, so that a share works in any folder and from a disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reports import change_words, changes, comparison, coverage, gap_report, trend
from reports.language import gettext as _
from reports.render import below, page

Json = Mapping[str, Any]

INDEX, REPORT, CHANGES = "index.html", "bericht.html", "aenderungen.html"
PERSONAL = {"person_confirmed", "person_rejected", "person_ignored", "page_ignored", "person_outdated"}
"""Codes of the reasons in which a person's word stands."""

SAID = {"said", "unsaid"}
"""Codes of the facts about a change that repeat it."""


@dataclass(frozen=True)
class Shown:
    """
    What is shown of one town.

    Attributes:
        trend: Its latest audits (``audit.run.comparing.trend``); None if there is none yet.
        documents: Of the same audits, the latest first, as ``public`` leaves them.
        files: Names of the tables that stand beside a report, by audit.
    """

    key: str
    name: str
    trend: Json | None = None
    documents: Sequence[Json] = ()
    files: dict[int, list[str]] = field(default_factory=dict)


def public(document: Json) -> dict[str, Any]:
    """Return an audit's document without what persons have said and without the town's list as it stands in the house."""
    findings = [
        {**entry, "reasons": [reason for reason in entry["reasons"] if reason["code"] not in PERSONAL]}
        for entry in document["findings"]
    ]
    return {**document, "findings": findings, "inventory": []}


def folder(document: Json) -> str:
    """Return where the files of an audit stand: the number of an audit never changes."""
    return f"{document['town']}/{document['audit']}"


def town(shown: Shown) -> Iterator[tuple[str, str]]:
    """Yield the pages of a town with their names: reports, changes and the page that leads to them; none if it was not audited."""
    if shown.trend is None:
        return
    steps = {step["after"]["audit"]: step for step in shown.trend["steps"]}
    home = ("../../" + INDEX, _("Alle Orte"))
    for document in shown.documents:
        with below(home, ("../" + INDEX, shown.name)):
            yield f"{folder(document)}/{REPORT}", gap_report.html(document)
            step = steps.get(document["audit"])
            if step and step["comparable"]:
                yield f"{folder(document)}/{CHANGES}", changes.html({**shown.trend, **_unsaid(step)})
    with below(("../" + INDEX, _("Alle Orte"))):
        yield f"{shown.key}/{INDEX}", _overview(shown, shown.trend, steps)


def _unsaid(step: Json) -> dict[str, Any]:
    """Return what changed without a person's words; that a person is the cause stays."""
    rows = [{**row, "facts": [fact for fact in row["facts"] if fact["code"] not in SAID]} for row in step["changes"]]
    return {**step, "changes": rows}


def _overview(shown: Shown, told: Json, steps: Mapping[int, Json]) -> str:
    rows = [
        {
            "document": document,
            "has_result": _has_result(document),
            "coverage": coverage.brief(document),
            "since": _since(steps.get(document["audit"])),
            "report": f"{document['audit']}/{REPORT}",
            "changes": f"{document['audit']}/{CHANGES}" if _is_told(steps.get(document["audit"])) else None,
            "files": [
                {"name": name, "href": f"{document['audit']}/{name}"} for name in shown.files.get(document["audit"], [])
            ],
        }
        for document in shown.documents
    ]
    doc = {**told, "sentence": trend.sentence(told)}
    return page("site_town.html.j2", doc=doc, audits=told["audits"], rows=rows, **trend.picture(told))


def _is_told(step: Json | None) -> bool:
    return bool(step and step["comparable"])


def _since(step: Json | None) -> dict[str, Any] | None:
    """Return what changed since the audit before, and in what it was measured otherwise; None: no audit before is shown."""
    if step is None:
        return None
    said = change_words.sentence(step) if step["comparable"] else _("Nicht vergleichbar mit der Prüfung davor.")
    return {"sentence": said, "why": change_words.method(step) if step["breaks"] else []}


@dataclass(frozen=True)
class Comparison:
    """Towns that were measured by the same rules, the page that compares them, and how many are left out for want of room."""

    name: str
    title: str
    towns: list[str]
    left_out: int
    html: str


def comparisons(latest: Sequence[Json]) -> Iterator[Comparison]:
    """Yield a comparison for each catalogue by which the latest audits of two or more towns were judged, the first town as the own."""
    groups: dict[str, list[Json]] = {}
    for document in latest:
        groups.setdefault(document["catalogue"]["digest"], []).append(document)
    taken: set[str] = set()
    # Where a catalogue is used in two versions, the newer one keeps the plain name, so that links to it stay good.
    for digest, documents in sorted(
        groups.items(), key=lambda group: max(one["started"] for one in group[1]), reverse=True
    ):
        if len(documents) < comparison.FEWEST:
            continue
        shown, name = documents[: comparison.MOST], _plain(documents[0]["catalogue"]["name"])
        file = f"vergleich-{name}.html" if name not in taken else f"vergleich-{name}-{digest[:8]}.html"
        taken.add(name)
        with below((INDEX, _("Alle Orte"))):
            yield Comparison(
                name=file,
                title=documents[0]["catalogue_title"],
                towns=[one["town_name"] for one in shown],
                left_out=len(documents) - len(shown),
                html=comparison.html(shown),
            )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "katalog"


def line(shown: Shown) -> dict[str, Any]:
    """Return what the first page says of a town."""
    latest = shown.documents[0] if shown.documents else None
    return {
        "name": shown.name,
        "href": f"{shown.key}/{INDEX}",
        "audits": len(shown.documents),
        "document": latest,
        "has_result": latest is not None and _has_result(latest),
        "coverage": coverage.brief(latest) if latest else "",
    }


def _has_result(document: Json) -> bool:
    return bool(document["coverage"]["enough"] and document["score"]["of"])


def index(lines: Sequence[Json], compared: Sequence[Comparison], *, program: str) -> str:
    """Return the page that all others stand below, with a line for each town."""
    return page(
        "site.html.j2",
        rows=lines,
        comparisons=[
            {"href": one.name, "title": one.title, "towns": one.towns, "left_out": one.left_out} for one in compared
        ],
        catalogues=len({one["document"]["catalogue"]["digest"] for one in lines if one["document"]}),
        program=program,
    )
