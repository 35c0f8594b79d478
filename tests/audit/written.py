"""
Small catalogues as files, for tests that read, break and compare them.

Does not know what is wrong with them; the tests do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from audit.catalogue import Criterion
from tests.audit.classify.made import PARKING, SETS, TAX, criterion

BENCH = criterion("sitzbank", "offer", product={"sitzbank melden": 2.2}, object=["sitzbank"])
VIEW: dict[str, Any] = {
    "verkehr": {"handyparken": "Parken, smart"},
    "amt": {"hundesteuer": "Dienste: Hund"},
}


def base(folder: Path, *criteria: Criterion, name: str = "grund", version: str = "1") -> Path:
    """Write a catalogue of one area, with ``criteria`` or else two, and return its folder."""
    areas = [{"id": "alles", "name": "Alles", "name_en": "All"}]
    place = _head(folder / name, {"version": version, "name": name, "title": "Der Grund", "areas": areas, "sets": SETS})
    area(place, "alles", *(criteria or (PARKING, TAX)), version=version)
    return place


def view(folder: Path, take: dict[str, Any] | None = None, *, name: str = "sicht", **values: Any) -> Path:
    """Write a view on ``grund`` whose areas take what ``take`` says, and return its folder."""
    areas = [{"id": key, "name": key.title(), "name_en": key, "take": taken} for key, taken in (take or VIEW).items()]
    head = {"version": "7", "name": name, "title": "Die Sicht", "base": "grund", "areas": areas, **values}
    return _head(folder / name, {key: value for key, value in head.items() if value is not None})


def area(place: Path, key: str, *criteria: Criterion, version: str = "7") -> Path:
    """Write the file of an area into a catalogue's folder."""
    rows = [one.model_dump(mode="json", exclude_defaults=True) for one in criteria]
    return _write(place / f"{key}.yaml", {"version": version, "area": key, "criteria": rows})


def _head(place: Path, values: dict[str, Any]) -> Path:
    place.mkdir()
    _write(place / "catalogue.yaml", values)
    return place


def _write(file: Path, values: dict[str, Any]) -> Path:
    file.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file
