"""Measure the gold set and write the baseline that the tests hold on to: ``python -m tests.gold``."""

from __future__ import annotations

import json
from pathlib import Path

from audit.classify.evaluation import evaluate
from tests import gold

FIGURES = ("precision", "recall", "f1")


def main() -> None:
    """Write ``baseline.json`` beside this file."""
    kept = {
        part: {band: {name: row[name] for name in FIGURES} for band, row in evaluate(found)["sets"]["all"].items()}
        for part, found in gold.measured(Path("build") / "gold.jsonl").items()
    }
    Path(__file__).with_name("baseline.json").write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(kept, indent=2))


if __name__ == "__main__":
    main()
