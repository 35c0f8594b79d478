"""
The gap report of one town: what can be found, what cannot, and what to do, as one HTML file.

Does not decide anything: verdicts, gaps and advice come from the document. It only sorts them into the order in which a reader
needs them. The words stand in ``templates/gap_report.html.j2``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from db.terms import FINDABLE_FROM, GapKind, Standing, Verdict
from reports import coverage, render

FIRST = 5
"""Steps that are shown at once; more than five and none is done."""

SPELLED = 3
"""Changes of one step that are spelled out; a step of more does the same on many pages."""

Json = Mapping[str, Any]


def html(document: Json) -> str:
    """Return the report of an audit's document (``reports.document``) as one HTML file without outside parts."""
    return render.page("gap_report.html.j2", **values(document))


def values(document: Json) -> dict[str, Any]:
    """Return what the templates of the report print, in a file, at the desk and on paper, sorted for a reader."""
    steps = [_step(proposal) for proposal in document["proposals"]]
    return {
        "doc": document,
        "names": document.get("catalogue_language", "de"),
        "coverage": asdict(coverage.tell(document)),
        "bar": bar(document["counts"]),
        "areas": _areas(document),
        "total": {aspect: _total(document, aspect) for aspect in ("strategy", "implementation")},
        "steps": steps[:FIRST],
        "more_steps": steps[FIRST:],
        "gaps": _gaps(document),
        "shown": Counter(entry["verdict"] for entry in document["findings"] if entry["criterion"] is not None),
        "strays": [entry for entry in document["findings"] if entry["criterion"] is None],
        "sites": _sites(document["landscape"]),
        "pages": sum(site["pages"] for site in document["coverage"]["sites"]),
        "findable_from": FINDABLE_FROM,
    }


def bar(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the parts of a distribution bar, left to right: verdict, number, start and width in per cent."""
    total = sum(counts.values())
    parts: list[dict[str, Any]] = []
    start = 0.0
    for verdict in Verdict:
        width = 100 * counts[verdict] / total if total else 0.0
        if width:
            parts.append({"verdict": verdict.value, "number": counts[verdict], "start": start, "width": width})
        start += width
    return parts


def _areas(document: Json) -> list[dict[str, Any]]:
    """Return each area with its line of the matrix, its bar, its findings and the aspects they ask about."""
    scores = {score["id"]: score for score in document["score"]["areas"]}
    asked = {(entry["area"], entry["aspect"]) for entry in document["findings"]}
    return [
        {
            **area,
            "score": scores[area["id"]],
            "bar": bar(_counts(scores[area["id"]])),
            "aspects": [aspect for area_id, aspect in asked if area_id == area["id"]],
            "findings": [entry for entry in document["findings"] if entry["area"] == area["id"]],
        }
        for area in document["areas"]
    ]


def _total(document: Json, aspect: str) -> dict[str, int]:
    return {name: sum(area[aspect][name] for area in document["score"]["areas"]) for name in ("found", "of")}


def _counts(score: Json) -> dict[str, int]:
    return {
        Verdict.FINDABLE: score["found"],
        Verdict.BURIED: score["buried"],
        Verdict.ABSENT: score["absent"],
        Verdict.UNKNOWN: score["unchecked"],
    }


def _step(proposal: Json) -> dict[str, Any]:
    """Return a proposal with what it does for each criterion, and its first changes, the text of a new page in lines."""
    called = dict(zip(proposal["criteria"], proposal["names"], strict=True))
    before, after = proposal["before"], proposal["after"]
    gains = [{"name": called[key], "before": before[key], "after": after[key]} for key in called if key in after]
    spelled = [
        {**change, "lines": str(change.get("text", "")).splitlines()} for change in proposal["changes"][:SPELLED]
    ]
    return {**proposal, "gains": gains, "spelled": spelled, "alike": len(proposal["changes"]) - len(spelled)}


def _gaps(document: Json) -> list[dict[str, Any]]:
    """Return the gaps by kind, each with its finding; measures without a criterion have a part of their own."""
    findings = {entry["criterion"]: entry for entry in document["findings"]}
    groups = []
    for kind in GapKind:
        rows = [
            {**gap, "finding": findings[gap["criterion"]]}
            for gap in document["gaps"]
            if gap["kind"] == kind and gap["criterion"] in findings and gap["criterion"] is not None
        ]
        groups.append({"kind": kind.value, "rows": rows, "listed": any(row["measures"] for row in rows)})
    return groups


def _sites(landscape: Sequence[Json]) -> dict[str, list[Json]]:
    """Return the sites by what a reader can do with them: those of the town, those to confirm, those of others."""
    return {
        "ours": [
            {**site, "omitted": coverage.left_out(site)}
            for site in landscape
            if site["standing"] in {Standing.OWN, Standing.CONFIRMED}
        ],
        "waiting": [site for site in landscape if site["standing"] == Standing.PROPOSED],
        "foreign": [site for site in landscape if site["standing"] == Standing.FOREIGN],
    }
