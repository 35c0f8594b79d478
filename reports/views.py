"""
A part of a report for those whom it concerns: one department, one audience, one area, what the town's own list names, or what changed.

Does not read anything anew: it takes the document of an audit and leaves out what belongs to others, with all counts made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db.errors import InputError
from reports import change_words, scores
from reports.language import N_
from reports.language import gettext as _
from reports.offers import AUDIENCES
from reports.render import day

Json = dict[str, Any]
Keep = Callable[[Mapping[str, Any]], bool]

LISTED = N_("was in Ihrem Verzeichnis steht")


@dataclass(frozen=True)
class Sought:
    """Which findings are looked for; what is empty does not matter. ``text`` has to stand in what a reader sees of a finding."""

    verdict: str = ""
    area: str = ""
    maturity: str = ""
    gap: str = ""
    text: str = ""

    def among(self, findings: Iterable[Json]) -> list[Json]:
        """Return those of the findings that fit, in their order; no count is made again."""
        return [finding for finding in findings if self._fits(finding)]

    def _fits(self, finding: Json) -> bool:
        same = ("verdict", "area", "maturity", "gap")
        if any(getattr(self, name) not in {"", finding[name]} for name in same):
            return False
        told = " ".join(_told(finding)).casefold()
        return all(word in told for word in self.text.casefold().split())


def _told(finding: Json) -> Iterator[str]:
    yield from (
        finding["name"],
        finding["question"],
        finding["department"],
        finding["query"],
        finding["best_url"] or "",
    )
    yield from (reason["text"] for reason in finding["reasons"])
    yield from (quote["text"] for quote in finding["quotes"])
    yield from (measure["title"] for measure in finding["measures"])


def departments(document: Json) -> list[str]:
    """Return the departments that anything belongs to, by name."""
    return sorted({entry["department"] for entry in document["findings"] if entry["department"]}, key=str.casefold)


def for_department(document: Json, name: str) -> Json:
    """Return what belongs to a department, by its name as shown or in German; part is enough if it is that of one alone."""
    known = departments(document)
    wanted = name.casefold()
    names = ("department", "department_german")
    called = {(one["department"], one[key].casefold()) for one in document["findings"] for key in names if one.get(key)}
    same = {one for one, said in called if said == wanted}
    found = sorted(same or {one for one, said in called if wanted in said}, key=str.casefold)
    if len(found) != 1:
        raise InputError(
            f"Eine Stelle „{name}“ gibt es nicht."
            if not found
            else f"„{name}“ passt auf mehrere Stellen: {', '.join(found)}.",
            remedy=f"Möglich sind: {', '.join(known)}." if not found else "Nennen Sie den ganzen Namen.",
        )
    return narrowed(document, label=found[0], keep=lambda entry: entry["department"] == found[0])


def for_audience(document: Json, key: str) -> Json:
    """Return what is meant for citizens, business or guests."""
    return narrowed(document, label=_(AUDIENCES[key]), keep=lambda entry: key in entry["audience"])


def for_area(document: Json, key: str) -> Json:
    """Return the findings of one area of the catalogue."""
    names = {area["id"]: area["name"] for area in document["areas"]}
    if key not in names:
        raise InputError(f"Einen Bereich „{key}“ gibt es nicht.", remedy=f"Möglich sind: {', '.join(names)}.")
    return narrowed(document, label=names[key], keep=lambda entry: entry["area"] == key)


def listed(document: Json) -> Json:
    """Return what the town's own list names."""
    return narrowed(document, label=_(LISTED), keep=lambda entry: bool(entry["measures"]))


def changed(document: Json, since: Mapping[str, Any]) -> Json:
    """
    Return the findings whose verdict was another in the audit before, each with what it was under ``before``.

    ``since`` is what ``audit.run.comparing.since`` returns. Which verdicts differ is told by those that were stored, for they are
    what readers have seen; why they differ by the judging of like with like. Where the audits cannot be compared there is no why.
    """
    told = change_words.told({**since})
    rows = {row["criterion"]: row for row in told["changes"]}
    earlier = told["before"]
    audit = {"audit": earlier["audit"], "started": earlier["started"]}
    found = [
        {**entry, "before": {**audit, "verdict": verdict, **_why(rows.get(entry["criterion"]))}}
        for entry in document["findings"]
        if (verdict := since["verdicts"].get(entry["criterion"])) not in {None, entry["verdict"]}
    ]
    result = narrowed(
        {**document, "findings": found},
        label=_("Änderungen seit {day}").format(day=day(earlier["started"])),
        keep=lambda entry: "before" in entry,
    )
    return {**result, "since": {**audit, "reason": change_words.reason(since), "why": told["why"]}}


def _why(row: Mapping[str, Any] | None) -> Json:
    """Return the cause of a change, and in German what it means and what explains it."""
    if row is None:
        return {"cause": None, "turn": "", "facts": []}
    return {
        "cause": row["cause"],
        "turn": row["turn"],
        "facts": [{name: fact[name] for name in ("text", "url")} for fact in row["facts"]],
    }


def narrowed(document: Json, *, label: str, keep: Keep) -> Json:
    """
    Return the document with these findings alone; ``label`` says what they have in common.

    Raises:
        InputError: There is none.
    """
    found = [entry for entry in document["findings"] if keep(entry)]
    if not found:
        raise InputError(
            f"In dieser Prüfung ist nichts, was dazu gehört: {label}.", remedy="Lassen Sie die Einschränkung weg."
        )
    keys = {entry["criterion"] for entry in found}
    ours = [entry for entry in found if entry["criterion"] is not None and entry["counts"]]
    judged = [entry for entry in found if entry["criterion"] is not None]
    areas = [area for area in document["areas"] if area["id"] in {entry["area"] for entry in judged}]
    gaps = [gap for gap in document["gaps"] if _is_of(gap, found)]
    return {
        **document,
        "view": f"{document['view']}, {label}" if "view" in document else label,
        "findings": found,
        "areas": areas,
        "score": scores.score(ours, areas),
        "counts": scores.counts(ours),
        "not_ours": len(judged) - len(ours),
        "gaps": gaps,
        "gap_counts": scores.tally(gap["kind"] for gap in gaps),
        "proposals": [proposal for proposal in document["proposals"] if keys & set(proposal["criteria"])],
        "measures": sum(len(entry["measures"]) for entry in found),
    }


def _is_of(gap: Mapping[str, Any], found: list[Json]) -> bool:
    """Does a gap belong to one of the findings? One without a criterion does to the finding with its measure."""
    if gap["criterion"] is not None:
        return any(entry["criterion"] == gap["criterion"] for entry in found)
    return any(entry["criterion"] is None and entry["measures"] == gap["measures"] for entry in found)
