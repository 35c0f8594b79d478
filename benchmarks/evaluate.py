"""
What is read of labelled pages, all figures in one list: the main text, the date, the forms, and what counts as evidence.

Does not measure itself; ``benchmarks.text``, ``benchmarks.structure`` and ``benchmarks.accuracy`` do.

    python -m benchmarks.evaluate
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import accuracy, structure, text
from benchmarks.figures import publish

PUBLISHED = Path("build") / "eval.json"


def main() -> int:
    """Print the table, and write it to ``build/eval.json``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="of which the quickest counts (3)")
    arguments = parser.parse_args()
    return publish(
        [*text.rows(arguments.rounds), *structure.rows(arguments.rounds), *accuracy.rows(arguments.rounds)], PUBLISHED
    )


if __name__ == "__main__":
    sys.exit(main())
