"""
Several towns beside each other: the figures, and one HTML file of them.

Does not rank (``reports.bands``). Only audits by the same rules are compared, and a town of which too little could be read gets no
number. The first town is the reader's own; its arrears come first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from db.errors import InputError
from db.terms import Verdict
from reports import bands, coverage, published, render
from reports.language import gettext as _

FEWEST, MOST = 2, 12
EXAMPLES = 3
"""Towns named as an example for one criterion."""

SAME_TIME = timedelta(days=7)
"""Audits further apart are compared with a warning: the other sites may have changed since."""

MANY = 5
"""From so many towns on the table needs the whole width of a large screen."""

LEVELS: dict[str, int] = {Verdict.FINDABLE: 2, Verdict.BURIED: 1, Verdict.ABSENT: 0}
"""What can be compared; a criterion that nobody could look at has no level."""

GROUPS = ("behind", "even", "ahead", "open")

Json = Mapping[str, Any]


def html(documents: Sequence[Json], *, ranks: Json | None = None, left_out: Sequence[Json] = ()) -> str:
    """Return the comparison as one HTML file; arguments and errors are those of ``figures``."""
    return render.page("comparison.html.j2", **values(documents, ranks=ranks, left_out=left_out))


def values(documents: Sequence[Json], *, ranks: Json | None = None, left_out: Sequence[Json] = ()) -> dict[str, Any]:
    """Return what the template of the comparison prints; arguments and errors are those of ``figures``."""
    told = figures(documents, ranks=ranks, left_out=left_out)
    return {
        "docs": list(documents),
        "first": documents[0],
        "names": documents[0].get("catalogue_language", "de"),
        **told,
        "by_band": [
            {"band": band, "towns": [town for town in told["towns"] if town["band"] == band]} for band in bands.Band
        ],
        "groups": [
            {"name": name, "rows": [row for row in told["criteria"] if row["group"] == name]} for name in GROUPS
        ],
        "many": len(documents) >= MANY,
        "fewest": published.FEWEST,
    }


def figures(documents: Sequence[Json], *, ranks: Json | None = None, left_out: Sequence[Json] = ()) -> dict[str, Any]:
    """
    Return what is compared as JSON values; the first document is that of the town that wants to know.

    Args:
        documents: Those of 2 to 12 audits (``reports.document``).
        ranks: Published ranks, as ``reports.published.beside`` takes them.
        left_out: Towns that were to be compared and cannot be: ``{"town", "name", "reason"}``.

    Raises:
        InputError: too few or too many towns, one of them twice, or audits by different rules.
    """
    _check(documents)
    keys = bands.common(documents)
    lines = bands.lines(documents, keys)
    return {
        "common": len(keys),
        "towns": [{**_town(document), **line} for document, line in zip(documents, lines, strict=True)],
        "areas": _areas(documents, keys),
        "criteria": _rows(documents, keys),
        "cautions": _cautions(documents),
        "left_out": list(left_out),
        "published": published.beside(lines, ranks) if ranks is not None else None,
    }


def _check(documents: Sequence[Json]) -> None:
    if not FEWEST <= len(documents) <= MOST:
        raise InputError(f"Vergleichen lassen sich {FEWEST} bis {MOST} Städte, nicht {len(documents)}.")
    first = documents[0]
    name = first["catalogue"]["name"]
    towns = [document["town"] for document in documents]
    twice = next((document["town_name"] for document in documents if towns.count(document["town"]) > 1), None)
    if twice is not None:
        raise InputError(f"{twice} steht zweimal in der Liste.", remedy="Nennen Sie jede Stadt nur einmal.")
    for other in documents[1:]:
        if other["catalogue"]["digest"] != first["catalogue"]["digest"]:
            raise InputError(
                f"{first['town_name']} und {other['town_name']} wurden nach verschiedenen Fassungen des Katalogs bewertet und lassen sich nicht vergleichen.",
                remedy=f"Werten Sie beide neu aus: „fundstelle judge {first['audit']} --catalogue {name}“ und „fundstelle judge {other['audit']} --catalogue {name}“.",
            )


def _town(document: Json) -> dict[str, Any]:
    enough = document["coverage"]["enough"]
    score = document["score"]
    return {
        "audit": document["audit"],
        "score": _share(score) if enough else None,
        "coverage": coverage.brief(document),
        "started": document["started"],
    }


def _share(score: Json) -> dict[str, Any] | None:
    """Return found, of and the width of a bar in per cent; None if there was nothing to look at."""
    if not score["of"]:
        return None
    return {"found": score["found"], "of": score["of"], "width": 100 * score["found"] / score["of"]}


def _areas(documents: Sequence[Json], keys: Collection[str]) -> list[dict[str, Any]]:
    """Return for each area where the towns stand on what they have in common there."""
    place = {entry["criterion"]: entry["area"] for entry in documents[0]["findings"]}
    return [
        {**area, "towns": bands.lines(documents, [key for key in keys if place[key] == area["id"]])}
        for area in documents[0]["areas"]
    ]


def _rows(documents: Sequence[Json], keys: Collection[str]) -> list[dict[str, Any]]:
    """Return a row for each criterion; where the first town is furthest behind comes first."""
    by_town = [{entry["criterion"]: entry for entry in document["findings"]} for document in documents]
    names = {area["id"]: area["name"] for area in documents[0]["areas"]}
    rows = []
    for key, finding in by_town[0].items():
        if key is None:
            continue
        cells = [_cell(document, found.get(key)) for document, found in zip(documents, by_town, strict=True)]
        rows.append(
            {
                "criterion": key,
                "name": finding["name"],
                "area": names.get(finding["area"], ""),
                "common": key in keys,
                "cells": cells,
                **_standing(cells),
            }
        )
    # The order of the catalogue stays where two criteria are equally urgent.
    return sorted(rows, key=lambda row: (-row["arrears"], -row["others"]))


def _cell(document: Json, finding: Json | None) -> dict[str, Any]:
    """Return what one town shows for a criterion; ``level`` is None when it cannot be compared, ``note`` says why."""
    note = ""
    if not document["coverage"]["enough"]:
        note = _("zu wenig gelesen")
    elif finding is None:
        note = _("nicht bewertet")
    elif not finding["counts"]:
        note = _("nicht Aufgabe der Stadt")
    if note or finding is None:
        return {"town": document["town_name"], "verdict": None, "level": None, "note": note, "url": None, "quote": ""}
    # What only comes near is no proof to show.
    shown = finding["verdict"] in {Verdict.FINDABLE, Verdict.BURIED}
    return {
        "town": document["town_name"],
        "verdict": finding["verdict"],
        "level": LEVELS.get(finding["verdict"]),
        "note": "",
        "url": finding["best_url"] if shown else None,
        "quote": finding["quotes"][0]["text"] if finding["quotes"] else "",
    }


def _standing(cells: Sequence[Json]) -> dict[str, Any]:
    """Return where the first town stands, by how much it is behind, how many others are ahead, and who shows how."""
    own, others = cells[0]["level"], [cell for cell in cells[1:] if cell["level"] is not None]
    if own is None or not others:
        return {"group": "open", "arrears": -1, "others": 0, "ahead": [], "examples": []}
    best = max(cell["level"] for cell in others)
    ahead = [cell for cell in others if cell["level"] > own]
    ahead.sort(key=lambda cell: -cell["level"])
    group = "behind" if best > own else "ahead" if best < own else "even"
    examples = [cell for cell in ahead if cell["url"]][:EXAMPLES]
    return {"group": group, "arrears": max(best - own, 0), "others": len(ahead), "ahead": ahead, "examples": examples}


def _cautions(documents: Sequence[Json]) -> list[str]:
    """Return what a reader should bear in mind before trusting the comparison, one sentence each."""
    found = [
        _("Von {town} konnten wir zu wenig lesen. Deshalb stehen dort keine Zahlen.").format(town=document["town_name"])
        for document in documents
        if not document["coverage"]["enough"]
    ]
    moments = [datetime.fromisoformat(document["started"]) for document in documents]
    if max(moments) - min(moments) > SAME_TIME:
        found.append(
            _(
                "Die Prüfungen liegen mehr als eine Woche auseinander. Inzwischen können sich die Websites geändert haben."
            )
        )
    budgets = {document["budget"].get("pages_per_site") for document in documents}
    if len(budgets) > 1:
        found.append(_("Nicht bei allen Städten durften gleich viele Seiten gelesen werden."))
    if dear := bands.costly(documents):
        told = _(
            "Ohne {name} ließen sich {without} statt {now} Angebote vergleichen; dort war vieles nicht zu prüfen oder nicht Aufgabe der Stadt."
        )
        found.append(told.format(**dear))
    return found
