"""
The gold set: pages of invented towns, each with the decisions of a careful reader.

Does not count; ``audit.classify.evaluation`` does. The pages were written by people who had not seen the catalogue's patterns,
and the towns of ``HELD_OUT`` are never looked at when rules are made. How to add a page stands in docs/accuracy.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import yaml

from audit import catalogue
from audit.classify import Classifier
from audit.classify.gold import Decision, decisions
from audit.inventory import directory

TOWNS = Path(__file__).parent / "towns"
HELD_OUT = frozenset(
    "lindsee rabenloh marschenau steinlohe kaltenrode sandlohe auenfurt klarbeck "
    "ellernscheid kranzfelden fehrenstadt hammerluch rakenitz suelbrook".split()
)
"""A third of the towns, one or two of each writer."""

HARD = Path(__file__).parent / "hard"
"""
Pages as text, each written to deceive: what is planned, ended, another's or only explained, in the words of what exists. What was
written last is held out.
"""

_FRONT = re.compile(r"---\n(.*?)\n---\n(.*)", re.DOTALL)


def rows() -> Iterator[dict[str, Any]]:
    """Yield all pages as lines of a gold set."""
    for file in sorted(TOWNS.glob("*/town.yaml")):
        yield from _of_town(file.parent)


def write(file: Path) -> Path:
    """Write the set as ``fundstelle evaluate`` reads it, and return its file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows()), encoding="utf-8")
    return file


def measured(file: Path) -> dict[str, list[Decision]]:
    """Write the set to a file and return what the shipped catalogue makes of each decision, by part of the set."""
    rules = catalogue.load()
    classifier = Classifier(rules, places=directory.places())
    towns = list(decisions(write(file), classifier, rules))
    hard = [one for each in sorted(HARD.glob("*.jsonl")) for one in decisions(each, classifier, rules)]
    return {
        "tuned": [one for one in towns if not one.held_out],
        "held_out": [one for one in towns if one.held_out],
        "hard": [one for one in hard if not one.held_out],
        "hard_held_out": [one for one in hard if one.held_out],
    }


def _of_town(folder: Path) -> Iterator[dict[str, Any]]:
    town = yaml.safe_load((folder / "town.yaml").read_text(encoding="utf-8"))
    layouts = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=False)
    for file in sorted((folder / "pages").glob("*.html")):
        found = _FRONT.fullmatch(file.read_text(encoding="utf-8"))
        assert found, f"no front matter: {file}"
        meta = yaml.safe_load(found[1])
        page = {"title": meta["title"], "url": meta["url"], "body": found[2], "meta": meta}
        row = {
            "url": meta["url"],
            "town": town["name"],
            "html": layouts.get_template(meta["layout"]).render(town=town, page=page),
            "hosts": town["hosts"],
            "aliases": town.get("aliases") or {},
            "shows": meta.get("shows") or {},
            "traps": meta.get("traps") or {},
            "maybe": meta.get("maybe") or [],
            "held_out": folder.name in HELD_OUT,
        }
        yield row | ({"own": meta["own"]} if "own" in meta else {})
