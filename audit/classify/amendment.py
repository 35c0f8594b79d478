"""
A change to one criterion, proposed by somebody who does not edit the catalogue: checked as its files are, and written down as YAML.

Does not change the catalogue and writes no file. Whoever keeps the catalogue puts the text in the place of the criterion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import yaml

from audit.catalogue import Catalogue, Criterion, differences
from audit.classify.engine import Classifier
from audit.classify.examples import Failure, failures

TEXTS = ("name", "name_en", "question", "definition", "advice", "department")
LISTS = ("counts", "counts_not", "queries", "under", "object", "action", "tech", "context", "homonym", "hosts")
"""What can be changed beside ``product`` and the examples; all else decides what a criterion is, and needs a talk."""

WIDTH = 110


@dataclass(frozen=True)
class Proposer:
    """Who proposes a change, when, and why; the reason may have several lines."""

    name: str
    day: date
    reason: str


def amended(old: Criterion, values: Mapping[str, Any], *, yes: Mapping[str, str], no: Mapping[str, str]) -> Criterion:
    """
    Return the criterion with other ``TEXTS``, ``LISTS`` and ``product``, and with one more example of each kind that has a text.

    Raises:
        pydantic.ValidationError: A value has not the shape that the catalogue wants.
    """
    told = old.model_dump(mode="json")
    told |= {name: values[name] for name in (*TEXTS, *LISTS, "product") if name in values}
    for kind, example in (("yes", yes), ("no", no)):
        told["examples"][kind] += [dict(example)] if example.get("text") else []
    return Criterion.model_validate(told)


def changed(catalogue: Catalogue, new: Criterion) -> list[str]:
    """Return the names of the fields that are other than in the catalogue; empty: nothing is."""
    criteria = {**catalogue.criteria, new.id: new}
    found = differences.compare(catalogue, replace(catalogue, criteria=criteria)).changed.get(new.id, [])
    return [change.field for change in found]


def wrong(catalogue: Catalogue, new: Criterion) -> list[Failure]:
    """
    Return the examples of the criterion, old and new, that would be judged wrong.

    Raises:
        CatalogueError: A pattern cannot be understood.
    """
    alone = replace(catalogue, criteria={new.id: new}, area_of={new.id: catalogue.area_of[new.id]})
    return failures(alone, Classifier(alone))


def written(catalogue: Catalogue, new: Criterion, *, by: Proposer) -> str:
    """Return the criterion as YAML for the file of its area, with who proposes it, what is changed and why above it."""
    head = [
        f"Vorschlag zum Kriterium „{new.id}“ im Katalog {catalogue.name}, Fassung {catalogue.version} ({catalogue.digest[:12]})",
        f"Von: {by.name or 'ohne Namen'}, {by.day:%d.%m.%Y}",
        f"Geändert: {', '.join(changed(catalogue, new))}",
        *(f"Grund: {line}" for line in by.reason.splitlines() if line.strip()),
        f"Zum Übernehmen ersetzt dies den Eintrag „- id: {new.id}“ in {catalogue.area_of[new.id]}.yaml; danach: fundstelle criteria check",
    ]
    body = yaml.safe_dump(
        [new.model_dump(mode="json", exclude_defaults=True)], allow_unicode=True, sort_keys=False, width=WIDTH
    )
    # A line break of any kind would let a reason go on outside of the comment.
    return "".join(f"# {' '.join(line.split())}\n" for line in head) + body
