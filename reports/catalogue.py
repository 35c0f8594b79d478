"""
The texts of a stored catalogue in the language that is spoken: titles, names, questions, advice.

Does not translate: the catalogue carries its translations. What has none, as in audits stored before there were any, stays German.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.language import language

Json = dict[str, Any]


def spoken(catalogue: Json) -> Json:
    """
    Return a catalogue's document in the language that is spoken.

    ``language`` says which language the texts of the catalogue and of each criterion are in; ``german`` keeps what a criterion says
    in German, for findings are stored with its advice and commands take its department.
    """
    code = language()
    told = catalogue.get("translations", {}).get(code)
    if told is None:
        return catalogue | {"language": "de"}
    return catalogue | {
        "language": code,
        "title": told["title"] or catalogue.get("title"),
        "areas": [area | {"name": told["areas"].get(area["id"], area["name"])} for area in catalogue["areas"]],
        "criteria": [_criterion(entry, told["criteria"].get(entry["id"], {}), code) for entry in catalogue["criteria"]],
    }


def _criterion(entry: Json, told: Json, code: str) -> Json:
    return entry | told | {"german": entry, "language": code if "question" in told else "de"}


def advice(issued: str, entry: Mapping[str, Any]) -> str:
    """Return the advice that was issued with a finding; where it ends with that of its criterion, the end is translated."""
    german = entry.get("german", {}).get("advice")
    return issued.removesuffix(german) + entry["advice"] if german and issued.endswith(german) else issued
