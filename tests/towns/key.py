"""
What is true of the invented towns: the key to which any audit of them can be held.

Does not know what any program says; it is written by the rules of the verdicts (see the heads of the files) and by
looking at the pages. A key has one line for each criterion of the catalogue:

verdict, maturity, gap    as a finding has them
page                      where it stands, or the page that comes nearest
how                       what buries it: news, council, form, closed, orphan, deep, wording
why                       one line for the reader
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.towns.site import FOLDER


@dataclass(frozen=True)
class Expected:
    """The truth about one criterion in one town."""

    verdict: str
    maturity: str
    gap: str | None
    why: str
    page: str | None = None
    how: str | None = None


def expected(town: str, *, folder: Path = FOLDER) -> dict[str, Expected]:
    """Return the key of a town: criterion to truth, for every criterion."""
    rows = yaml.safe_load((folder / town / "expected.yaml").read_text(encoding="utf-8"))
    return {criterion: Expected(**row) for criterion, row in rows.items()}
