"""
What every table is, whatever file it came from: sheets of numbered rows of text.

Does not read files and does not know what the columns mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

MAX_BYTES = 20_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 100
"""A list of measures has some hundred rows; beyond this it is another kind of file, or an attack."""

SPLIT = "Teilen Sie die Liste auf oder löschen Sie, was nicht zu den Maßnahmen gehört."


class Row(NamedTuple):
    """One line of a table: its number as a spreadsheet shows it, from 1, and the text of its cells."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """One sheet; blank rows are left out, so numbers may jump. The sheet of a CSV file has no name."""

    name: str
    rows: list[Row]


def trimmed(cells: list[str]) -> list[str]:
    """Return the cells without the empty ones at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
