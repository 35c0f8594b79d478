"""Measure the gold set and write what the tests hold on to and reports print: ``python -m tests.gold``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from audit import catalogue
from audit.classify.evaluation import evaluate
from audit.classify.gold import Decision
from tests import gold

FIGURES = ("precision", "recall", "f1")
HEAD = """\
# How often the classifier was right on pages of towns that nobody looked at while rules were made (docs/accuracy.md).
# Written by python -m tests.gold, printed in every report, and no part of the catalogue's digest.
"""


def main(*, today: date) -> None:
    """Write ``baseline.json`` beside this file, and ``accuracy.yaml`` into the catalogue."""
    parts = gold.measured(Path("build") / "gold.jsonl")
    kept = {
        part: {band: {name: row[name] for name in FIGURES} for band, row in evaluate(found)["sets"]["all"].items()}
        for part, found in parts.items()
    }
    Path(__file__).with_name("baseline.json").write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(kept, indent=2))
    lines = yaml.safe_dump(accuracy(parts["held_out"], today=today), sort_keys=False, default_flow_style=None)
    (catalogue.FOLDER / catalogue.DEFAULT / catalogue.ACCURACY).write_text(HEAD + lines, encoding="utf-8")


def accuracy(decisions: Sequence[Decision], *, today: date) -> dict[str, Any]:
    """Return what is printed of the towns kept aside, in the shape of ``audit.catalogue.Accuracy``."""
    rules = catalogue.load()
    result = evaluate(decisions)
    bands = result["sets"]["all"]
    return {
        "measured": today,
        "version": rules.version,
        "digest": rules.digest,
        **{name: result[name] for name in ("pages", "towns", "decisions")},
        "automatic": _rate(bands["automatic"]),
        "review": _rate(bands["review"]),
    }


def _rate(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for figure in FIGURES for name in (figure, f"{figure}_interval")}


if __name__ == "__main__":
    main(today=datetime.now(UTC).date())
