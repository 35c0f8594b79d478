"""
How often the classifier is right on the gold set, and what reading a page against the catalogue costs.

Does not count itself; ``audit.classify.evaluation`` does.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from audit import catalogue
from audit.classify import Classifier, Subject
from audit.classify.evaluation import BANDS, rates
from audit.classify.gold import Decision
from audit.inventory import directory
from benchmarks.figures import Row, row
from benchmarks.generator import page
from crawler.extract import extract
from tests import gold

SET = Path("build") / "gold.jsonl"
PAGES, SITE = 300, 2000
SLACK = 0.03
"""How much worse towns that were kept aside may do."""

_STARTED = """
import json, resource, time
from pathlib import Path
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
before, start = resident(), time.process_time()
from audit import catalogue
from audit.classify import Classifier
from audit.inventory import directory
kept = Classifier(catalogue.load(), places=directory.places())
print(json.dumps([time.process_time() - start, (resident() - before) / 1_000_000]))
"""


def rows(rounds: int) -> list[Row]:
    """Return accuracy and cost; of ``rounds`` the quickest counts."""
    found = gold.measured(SET)
    return [
        *accuracy("gold", found["tuned"], slack=0.0),
        *accuracy("held_out", found["held_out"], slack=SLACK),
        *accuracy("hard", found["hard"], slack=0.0),
        *accuracy("hard_held_out", found["hard_held_out"], slack=SLACK),
        # A catalogue of its own: what is learned from pages is kept with the catalogue.
        *cost(Classifier(replace(catalogue.load()), places=directory.places()), rounds),
    ]


def accuracy(name: str, found: Sequence[Decision], *, slack: float) -> list[Row]:
    """Return the figures of one part of the set against their bars."""
    sure, asked = (rates(found, BANDS[band]) for band in ("automatic", "review"))
    traps = [one for one in found if one.expected is None and one.trap]
    fallen = sum(one.band in BANDS["automatic"] for one in traps) / max(1, len(traps))
    there, seen = sure.found + sure.missed, f"{len({(one.town, one.url) for one in found})} pages"
    figures = (
        ("automatic_precision", sure.precision, (">=", round(0.95 - slack, 2)), sure.found + sure.wrong, seen),
        ("automatic_recall", sure.recall, (">=", round(0.4 - slack, 2)), there, seen),
        ("review_precision", asked.precision, None, asked.found + asked.wrong, seen),
        ("review_recall", asked.recall, None, there, seen),
        ("review_f1", asked.f1, (">=", round(0.85 - slack, 2)), len(found), seen),
        ("traps_automatic", fallen, ("<=", round(0.01 + slack, 2)), len(traps), "traps the classifier is sure about"),
    )
    return [row(f"{name}_{key}", value or 0.0, "share", bar, n=n, note=note) for key, value, bar, n, note in figures]


def cost(classifier: Classifier, rounds: int) -> list[Row]:
    """Return pages a second and core from stored pages, and what a start takes."""
    now = datetime.now(UTC)
    numbers = range(PAGES * rounds)
    bodies = [(f"http://www.beispiel.example/seite/{number}.html", page(number, SITE)) for number in numbers]
    stored = [extract(url, body, fetched=now) for url, body in bodies]
    subject = Subject(name="Beispiel", hosts={"www.beispiel.example": "city"})

    def read(first: int) -> float:
        # Each round reads other pages: what was read before is known to the classifier.
        start = time.process_time()
        for each in stored[first : first + PAGES]:
            classifier.read(each, subject=subject, own=True)
        return time.process_time() - start

    size = sum(len(body) for _, body in bodies) / len(bodies) / 1000
    seconds, memory = json.loads(
        subprocess.run([sys.executable, "-c", _STARTED], capture_output=True, check=True).stdout
    )
    return [
        row(
            "classify_speed",
            PAGES / min(read(PAGES * number) for number in range(rounds)),
            "pages/s",
            (">=", 300),
            n=PAGES,
            note=f"a core, pages of {size:.0f} kB",
        ),
        row("classify_start", seconds, "s", ("<=", 1.5), n=1, note="CPU time to load and compile the catalogue"),
        row("classify_memory", memory, "MB", ("<=", 150), n=1, note="of it"),
    ]
