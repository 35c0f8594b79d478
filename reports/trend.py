"""
The scores of a town in the order of time, as one HTML file with a line that breaks where the way of measuring changed.

Does not compare audits: scores, steps and their causes come as JSON values from ``audit.run.comparing``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from db.terms import ChangeCause
from reports import change_words, render
from reports.language import gettext as _
from reports.language import ngettext
from reports.render import day

LEFT, RIGHT, TOP, BOTTOM = 8.0, 92.0, 14.0, 80.0
"""Where the first and the last audit, 100 and 0 per cent stand in the picture, in per cent of its width and height."""

LEAST = 28.0
"""Per cent of the width between two values that are written beside their points; closer ones would collide on a telephone."""

FEW = 2

Json = Mapping[str, Any]


def told(document: Json) -> dict[str, Any]:
    """Return the trend with its sentences, for each step as in ``change_words.told``."""
    steps = [change_words.told({**step, "changes": list(_known(step))}) for step in document["steps"]]
    return {**document, "steps": steps, "sentence": sentence(document)}


def _known(step: Json) -> Iterator[Json]:
    """Yield the changes of which somebody knows something; where nobody could look, their number is enough here."""
    return (row for row in step["changes"] if row["cause"] != ChangeCause.COVERAGE)


def sentence(document: Json) -> str:
    """Return the trend in words, as who cannot see the line is told it."""
    drawn = [audit for audit in document["audits"] if _is_drawn(audit)]
    if len(document["audits"]) < FEW:
        return _("Es gibt erst eine Prüfung. Für einen Verlauf ist eine zweite nötig.")
    if not drawn:
        return _("In keiner Prüfung konnte genug gelesen werden.")
    first, last = drawn[0], drawn[-1]
    words = _("Gut auffindbar waren in {first} {then} Angeboten, in {last} {now}.").format(
        first=_named(first), then=_share(first), last=_named(last), now=_share(last)
    )
    broken = sum(step["breaks"] for step in document["steps"])
    if broken:
        words += " " + ngettext(
            "An einer Stelle wurde anders gemessen; über sie hinweg lassen sich die Zahlen nicht vergleichen.",
            "An {count} Stellen wurde anders gemessen; über sie hinweg lassen sich die Zahlen nicht vergleichen.",
            broken,
        ).format(count=broken)
    return words


def html(document: Json) -> str:
    """Return the trend of a town (``audit.run.comparing.trend``) as one HTML file without outside parts."""
    return render.page("trend.html.j2", **values(document))


def values(document: Json) -> dict[str, Any]:
    """Return what the template of the trend prints."""
    doc = told(document)
    audits = [{**audit, "drawn": _is_drawn(audit)} for audit in doc["audits"]]
    return {
        "doc": doc,
        "names": document.get("catalogue_language", "de"),
        "audits": audits,
        "rows": list(zip(audits, [None, *doc["steps"]], strict=True)),
        **picture(doc),
        "causes": change_words.CAUSES,
    }


def picture(doc: Json) -> dict[str, Any]:
    """Return what ``trend_picture.html.j2`` draws: points, lines between neighbours that were measured alike, and the places of the breaks."""
    places = _places([datetime.fromisoformat(audit["started"]) for audit in doc["audits"]])
    points = [
        {"x": x, "y": _height(audit["score"]), "label": _share(audit["score"])} if _is_drawn(audit) else None
        for audit, x in zip(doc["audits"], places, strict=True)
    ]
    pairs = list(zip(pairwise(points), pairwise(places), doc["steps"], strict=True))
    return {
        "points": _labelled([point for point in points if point]),
        "lines": [(one, two) for (one, two), _, step in pairs if one and two and not step["breaks"]],
        "breaks": [(left + right) / 2 for _, (left, right), step in pairs if step["breaks"]],
        "scale": [
            {"y": _height({"found": share, "of": 100}), "label": _("{share} %").format(share=share)}
            for share in (0, 50, 100)
        ],
    }


def _places(moments: Sequence[datetime]) -> list[float]:
    """Return where each moment stands, in per cent of the width; a single one stands in the middle."""
    span = (moments[-1] - moments[0]).total_seconds()
    if not span:
        step = (RIGHT - LEFT) / (len(moments) + 1)
        return [LEFT + step * number for number in range(1, len(moments) + 1)]
    return [LEFT + (RIGHT - LEFT) * (moment - moments[0]).total_seconds() / span for moment in moments]


def _labelled(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the points, first and last with their value and those between with it where there is room."""
    kept: list[dict[str, Any]] = []
    last = -LEAST
    end = points[-1]["x"] if points else 0.0
    for point in points:
        has_room = point["x"] == end or (point["x"] - last >= LEAST and end - point["x"] >= LEAST)
        last = point["x"] if has_room else last
        kept.append({**point, "label": point["label"] if has_room else ""})
    return kept


def _height(score: Json) -> float:
    return BOTTOM - (BOTTOM - TOP) * float(score["found"] / score["of"])


def _named(audit: Json) -> str:
    return _("Prüfung {audit} ({day})").format(audit=audit["audit"], day=day(audit["started"]))


def _is_drawn(audit: Json) -> bool:
    return bool(audit["enough"] and audit["score"]["of"])


def _share(audit: Json) -> str:
    score = audit.get("score", audit)
    return _("{found} von {of}").format(found=score["found"], of=score["of"])
