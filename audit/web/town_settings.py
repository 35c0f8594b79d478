"""
The screen on which an administrator changes what is known of a town: names, competences, neighbours, budget.

Does not check the values; they are checked as those of a profile are. Nobody overwrites another's change without seeing it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from audit import checked
from audit.inventory.profile import STATES
from audit.run import towns
from audit.web import signing
from audit.web.call import Call, Door
from db import town_desk
from db.models import Town
from db.session import opened
from db.terms import PersonRole
from reports.findings import iso
from reports.language import N_
from reports.language import gettext as _

NAMES = {
    "name": N_("Name"),
    "state": N_("Land"),
    "ars": N_("Amtlicher Schlüssel"),
    "population": N_("Einwohner"),
    "competences": N_("Zuständigkeit"),
    "aliases": N_("Andere Schreibweisen"),
    "neighbours": N_("Orte zum Vergleichen"),
    "pages_per_site": N_("Seiten je Website"),
    "seconds_per_site": N_("Sekunden je Website"),
    "delay_seconds": N_("Pause in Sekunden"),
    "searches_per_site": N_("Suchfragen je Website"),
    "search_share": N_("Anteil der Suchenden"),
}
"""What the fields are called; the last five are parts of the budget."""

BUDGET = list(NAMES)[7:]
LONGEST = 20_000
"""Signs of one field; a town has some dozens of spellings."""

_THOUSANDS = re.compile(r"\d{1,3}(?:[. \u00a0]\d{3})+")

Json = dict[str, Any]


def show(call: Call) -> Response:
    """Show what is known."""
    with opened(call.engine) as session:
        town = towns.found(session, call.path["key"])
    return _page(call, town, values=_typed(town))


def changed(call: Call) -> Response:
    """Change it, unless a value is wrong or somebody else was faster."""
    with opened(call.engine) as session:
        town = towns.hold(session, call.path["key"])
        typed = {name: call.words(name)[:LONGEST] for name in NAMES} | {"competences": call.all("competences")[:9]}
        if call.words("seen") != towns.mark(town):
            # Sent twice, it is saved already.
            if not _differs(typed, _typed(town)):
                return call.go(f"/orte/{town.key}/einstellungen", said="town_saved")
            last = town_desk.last_act(session, town.id, ["town_changed"])
            return _page(call, town, values=typed, status=409, now=_typed(town), who=_who(last))
        given, faults = _given(typed, town)
        try:
            # Read first and check then, so that all that is wrong is said at once.
            names = [] if faults else towns.change(town, given)
        except ValidationError as fault:
            faults = checked.faults(fault, names={name: _(words) for name, words in NAMES.items()})
        if faults:
            return _page(call, town, values=typed, status=400, faults=faults)
        if names:
            signing.note(session, call.person, "town_changed", now=call.now, town_id=town.id, about=_about(town, names))
    return call.go(f"/orte/{town.key}/einstellungen", said="town_saved")


DOORS = (
    Door("/orte/{key}/einstellungen", show, PersonRole.ADMIN),
    Door("/orte/{key}/einstellungen", changed, PersonRole.ADMIN, "POST"),
)


def _page(call: Call, town: Town, *, values: Json, status: int = 200, **more: Any) -> Response:
    shown: Json = {"faults": {}, "now": None, "who": None, **more}
    return call.page(
        "town_settings",
        status=status,
        town={"key": town.key, "name": town.name},
        values={name: value.splitlines() if isinstance(value, str) else value for name, value in values.items()},
        names={name: _(words) for name, words in NAMES.items()},
        states=STATES,
        seen=towns.mark(town),
        differs=_differs(values, shown["now"]) if shown["now"] else [],
        **shown,
    )


def _typed(town: Town) -> Json:
    """Return what is known of a town as it is typed into the form."""
    known = {name: "" if (value := getattr(town, name)) is None else str(value) for name in list(NAMES)[:4]}
    budget = {name: f"{town.budget[name]:g}".replace(".", ",") if name in town.budget else "" for name in BUDGET}
    return {
        **known,
        "competences": town.competences,
        "aliases": "\n".join(f"{name}: {', '.join(others)}" for name, others in town.aliases.items()),
        "neighbours": ", ".join(town.neighbours),
        **budget,
    }


def _given(typed: Mapping[str, Any], town: Town) -> tuple[Json, dict[str, str]]:
    """Return the values as a profile has them, and what could not be read of them."""
    before = _typed(town)
    aliases, fault = _aliases(typed["aliases"])
    # A spelling with a comma in it could not be typed; what was not touched stays as it is.
    if _unified(typed["aliases"]) == before["aliases"]:
        aliases, fault = town.aliases, ""
    values = {name: typed[name] or None for name in ("name", "state", "ars")}
    values |= {"population": _number(typed["population"]), "competences": typed["competences"], "aliases": aliases}
    values |= {"neighbours": [key for key in re.split(r"[,\s]+", typed["neighbours"]) if key]}
    values |= {"budget": {name: _number(typed[name]) for name in BUDGET}}
    return values, {"aliases": fault} if fault else {}


def _aliases(text: str) -> tuple[dict[str, list[str]], str]:
    found: dict[str, list[str]] = {}
    for place, line in enumerate(text.splitlines(), 1):
        name, colon, others = line.partition(":")
        if not line.strip():
            continue
        if not colon or not name.strip():
            return {}, _("In Zeile {line} fehlt der Name mit Doppelpunkt, etwa „OpenR@thaus: Open Rathaus“.").format(
                line=place
            )
        found[name.strip()] = [other.strip() for other in others.split(",") if other.strip()]
    return found, ""


def _number(text: str) -> int | float | str | None:
    """Return the number that was typed in German; what is none stays as it is, to be refused with its own words."""
    plain = re.sub(r"\D", "", text) if _THOUSANDS.fullmatch(text) else text.replace(",", ".")
    try:
        return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 16 else float(plain)  # noqa: PLR2004 a number, not a text
    except ValueError:
        return text or None


def _differs(typed: Json, known: Json) -> list[str]:
    return [name for name in NAMES if _unified(typed[name]) != known[name]]


def _unified(value: Any) -> Any:
    return "\n".join(value.splitlines()) if isinstance(value, str) else value


def _who(last: Any) -> Json | None:
    return {"name": last.who, "at": iso(last.at)} if last else None


def _about(town: Town, names: list[str]) -> str:
    """Return what was changed, in German as all of the log."""
    words = ["Grenzen des Lesens" if name == "budget" else NAMES[name] for name in names]
    return f"{town.name}: {', '.join(words)}"
