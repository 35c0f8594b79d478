"""
The invented towns from end to end: import their lists, audit, compare, and hold the verdicts against the answer key.

Does not know how towns are written (``tests.towns.site``) and uses nothing of Fundstelle but its command line.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from audit.cli import run
from tests.towns import forms
from tests.towns.key import Expected, expected
from tests.towns.server import TownServer
from tests.towns.site import FOLDER, Town

TOWNS = ("musterhafen", "nachbarau")
VERDICTS = ("FINDABLE", "BURIED", "ABSENT", "UNKNOWN")


@contextlib.contextmanager
def serving(home: Path, *, served: Sequence[Town] = ()) -> Iterator[TownServer]:
    """Serve all towns, or those given, and let the command line reach them, with its data in ``home``."""
    with TownServer(served=served) as server:
        given = {"HTTP_PROXY": server.proxy, "http_proxy": server.proxy, "FUNDSTELLE_HOME": str(home)}
        given |= {"DATABASE_URL": f"sqlite:///{home / 'fundstelle.db'}", "NO_PROXY": "", "no_proxy": ""}
        before = {name: os.environ.get(name) for name in given}
        os.environ.update(given)
        try:
            yield server
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


def audit(town: str, *options: str) -> dict[str, Any]:
    """Import the list of one town, audit it, and return the JSON of the result; needs ``serving``, or an archive."""
    profile = str(FOLDER / town / "town.yaml")
    with contextlib.redirect_stdout(io.StringIO()):
        assert run(["measures", "import", profile, str(FOLDER / town / "massnahmen.csv")]) == 0
    return audited(profile, *options)


def audited(profile: str, *options: str) -> dict[str, Any]:
    """Audit the town of a profile, and return the JSON of the result; needs ``serving``, or an archive."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = run(["audit", profile, "--no-delay", "--fresh", "--json", *options])
    assert code == 0, f"audit of {profile} ended with {code}"
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def differences(document: dict[str, Any], key: dict[str, Expected]) -> list[str]:
    """Return a line for each criterion whose verdict, maturity or gap is not that of the answer key."""
    found = {row["criterion"]: row for row in document["findings"] if row["criterion"]}
    lines = [f"{criterion}: not judged" for criterion in key.keys() - found.keys()]
    for criterion, wanted in key.items():
        row = found.get(criterion)
        if row is None:
            continue
        seen = (row["verdict"], row["maturity"], row["gap"])
        if seen != (wanted.verdict, wanted.maturity, wanted.gap):
            lines.append(f"{criterion}: {seen}, expected {(wanted.verdict, wanted.maturity, wanted.gap)}: {wanted.why}")
    return sorted(lines)


def demo(folder: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """
    Audit both towns, write all that is made of it, and print where that is and how the key was met.

    Returns the JSON of both results, by town, and a line for each verdict that is not that of the key.
    """
    # A demonstration begins anew, or the numbers and the trend would tell of earlier ones.
    shutil.rmtree(folder / "data", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    with serving(folder / "data"):
        print("Zwei erfundene Städte werden über HTTP gelesen und beurteilt ...")
        documents = {town: audit(town) for town in TOWNS}
        print(f"\n{'Befund':12}" + "".join(f"{town:>16}{'Schlüssel':>12}" for town in TOWNS))
        keys = {town: expected(town) for town in TOWNS}
        counts = {
            town: Counter(row["verdict"] for row in documents[town]["findings"] if row["criterion"]) for town in TOWNS
        }
        for verdict in VERDICTS:
            cells = (
                f"{counts[town][verdict]:16}{sum(one.verdict == verdict for one in keys[town].values()):12}"
                for town in TOWNS
            )
            print(f"{verdict:12}" + "".join(cells))
        for town in TOWNS:
            wrong += [f"{town}: {line}" for line in differences(documents[town], keys[town])]
        total = sum(map(len, keys.values()))
        print(f"\n{total - len(wrong)} von {total} Befunden stimmen mit dem Lösungsschlüssel überein.")
        print("\n".join(wrong))
        print("\nGeschrieben wird:")
        forms.of_towns(documents, folder)
    return documents, wrong
