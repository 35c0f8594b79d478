"""
What changed between two audits of a town and why, as one HTML file.

Does not decide anything: changes and causes come as JSON values from ``audit.run.comparing``. It sorts them so that what the town did
comes before what only we did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.terms import ChangeCause, ChangeKind
from reports import change_words, render
from reports.language import N_
from reports.language import gettext as _

GROUPS = {
    "better": N_("Besser oder neu zu finden"),
    "worse": N_("Schlechter oder nicht mehr zu finden"),
    "rules": N_("Nur unsere Regeln haben sich geändert"),
    "coverage": N_("Nur, weil wir mehr oder weniger lesen konnten"),
}
MEANINGS = {
    "better": N_("Hier hat sich etwas verbessert, das wir beide Male nach denselben Regeln gemessen haben."),
    "worse": N_("Hier hat sich etwas verschlechtert, das wir beide Male nach denselben Regeln gemessen haben."),
    "rules": N_(
        "Nach den neuen Regeln wäre das Ergebnis schon damals so gewesen wie jetzt. Die Stadt hat hier nichts gewonnen und nichts verloren."
    ),
    "coverage": N_("Ob sich hier etwas geändert hat, wissen wir nicht: Einmal konnten wir nicht nachsehen."),
}
ORDER = list(GROUPS)

Json = Mapping[str, Any]


def html(document: Json) -> str:
    """Return a comparison of two audits (``audit.run.comparing.compare``) as one HTML file without outside parts."""
    return render.page("changes.html.j2", **values(document))


def values(document: Json) -> dict[str, Any]:
    """Return what the template of the comparison prints."""
    told = change_words.told(document)
    return {
        "doc": told,
        "names": document.get("catalogue_language", "de"),
        "groups": [
            {
                "key": key,
                "title": _(title),
                "meaning": _(MEANINGS[key]),
                "rows": [row for row in told["changes"] if group(row) == key],
            }
            for key, title in GROUPS.items()
        ],
        "sites": _sites(document),
        "worded": change_words.fact,
    }


def group(row: Json) -> str:
    """Return under which heading a change belongs."""
    if row["cause"] in {ChangeCause.RULES, ChangeCause.COVERAGE}:
        return str(row["cause"])
    if row["kind"] == ChangeKind.SAME:
        return "coverage"
    return "better" if row["kind"] in {ChangeKind.NEW, ChangeKind.BETTER} else "worse"


def _sites(document: Json) -> list[dict[str, Any]]:
    """Return each site with how it was read both times; None: it was not read then."""
    sides = [{site["host"]: site for site in document[side]["sites"]} for side in ("before", "after")]
    return [
        {"host": host, "before": sides[0].get(host), "after": sides[1].get(host)} for host in {**sides[0], **sides[1]}
    ]
