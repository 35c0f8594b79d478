"""
Figures as rows that a script may read, and as a table for people.

Does not measure.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def row(name: str, value: float, unit: str, bar: tuple[str, float] | None, *, n: int, note: str) -> Row:
    """Return one figure; ``met`` is computed from the bar, ``("<=" or ">=", figure)``."""
    met = None if bar is None else value <= bar[1] if bar[0] == "<=" else value >= bar[1]
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "bar": bar and f"{bar[0]}{bar[1]}",
        "met": met,
        "n": n,
        "note": note,
    }


def show(rows: Sequence[Row]) -> None:
    """Print rows as a table."""
    for each in rows:
        bar = "" if each["bar"] is None else f"{each['bar']:>8}  {'met' if each['met'] else 'MISSED'}"
        print(f"{each['name']:32}{each['value']:9.2f} {each['unit']:8}{bar:18} n={each['n']}  {each['note']}")


def verdict(rows: Sequence[Row]) -> int:
    """Print rows, and return an exit code: 0 if all bars were met."""
    show(rows)
    return 0 if all(each["met"] is not False for each in rows) else 1


def publish(rows: Sequence[Row], place: Path) -> int:
    """Print rows, write them as JSON, and return an exit code: 0 if all bars were met."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(rows, indent=2), encoding="utf-8")
    return verdict(rows)
