"""Measure the gold set and write the baseline that the tests hold on to: ``python -m tests.gold``."""

from __future__ import annotations

import json
from pathlib import Path

from audit import catalogue
from audit.classify import Classifier
from audit.classify.evaluation import evaluate
from audit.classify.gold import decisions
from audit.inventory import directory
from tests import gold

FIGURES = ("precision", "recall", "f1")


def main() -> None:
    """Write ``baseline.json`` beside this file."""
    rules = catalogue.load()
    classifier = Classifier(rules, places=directory.places())
    sets = evaluate(list(decisions(gold.write(Path("build") / "gold.jsonl"), classifier, rules)))["sets"]
    kept = {
        part: {band: {name: row[name] for name in FIGURES} for band, row in sets[part].items()}
        for part in ("tuned", "held_out")
    }
    Path(__file__).with_name("baseline.json").write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(kept, indent=2))


if __name__ == "__main__":
    main()
