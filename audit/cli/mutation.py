"""
What ``criteria check --mutate`` prints: which patterns of the catalogue are held by an example.

Does not try them; ``audit.classify.mutation`` does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from audit.catalogue import Catalogue
from audit.classify import Classifier, Subject
from audit.classify.labelled import Line, page_of
from audit.classify.mutation import Mutant, idle, mutants, strongest
from db.errors import CatalogueError, InputError
from db.models import Page


def show(rules: Catalogue, classifier: Classifier, *, area: str, as_json: bool) -> int:
    """Print each criterion of an area ("": of all) with the patterns that nobody would miss; 2 if its strongest is one."""
    known = [one.id for one in rules.areas]
    if area and area not in known:
        raise CatalogueError(f"Den Bereich „{area}“ gibt es nicht.", remedy=f"Bereiche: {', '.join(known)}.")
    tried = mutants(rules, classifier, area=area or None)
    rows = [_row(list(group), rules) for _, group in groupby(tried, key=lambda one: one.criterion)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print(rows)
    return 0 if all(row["strongest"]["held_by"] for row in rows) else 2


def show_idle(rules: Catalogue, classifier: Classifier, *, file: Path, as_json: bool) -> int:
    """Print the patterns that neither an example nor a page of the file has."""
    rows = idle(rules, classifier, _pages(file))
    if as_json:
        keys = ("criterion", "field", "pattern")
        click.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], ensure_ascii=False, indent=2))
        return 0
    for (criterion, field), group in groupby(rows, key=lambda row: row[:2]):
        click.echo(f"{criterion} {field}: {' | '.join(pattern for *_, pattern in group)}")
    click.echo(f"{len(rows)} Muster stehen in keinem Beispiel und auf keiner der Seiten.")
    return 0


def _row(tried: Sequence[Mutant], rules: Catalogue) -> dict[str, Any]:
    best = strongest(tried)
    loose = [one for one in tried if not one.held_by]
    return {
        "id": best.criterion,
        "area": rules.area_of[best.criterion],
        "patterns": len(tried),
        "held": len(tried) - len(loose),
        "strongest": {
            "field": best.field,
            "pattern": best.pattern,
            "carried": best.carried,
            "held_by": list(best.held_by),
        },
        "loose": {field: [one.pattern for one in group] for field, group in groupby(loose, key=lambda one: one.field)},
    }


def _print(rows: Iterable[dict[str, Any]]) -> None:
    patterns = held = weak = 0
    for row in rows:
        best = row["strongest"]
        patterns, held, weak = patterns + row["patterns"], held + row["held"], weak + (not best["held_by"])
        by = f"gehalten von „{best['held_by'][0]}“" if best["held_by"] else "von keinem Beispiel gehalten"
        click.echo(f"{row['id']}: {row['held']} von {row['patterns']} Mustern gehalten")
        click.echo(f"  am stärksten: {best['pattern']} ({best['field']}), {by}")
        for field, loose in row["loose"].items():
            click.echo(f"  {field} ohne Beispiel: {' | '.join(loose)}")
    click.echo(
        f"{patterns} Muster, {held} hält ein Beispiel; bei {weak} Kriterien ist auch das stärkste nicht darunter."
    )


def _pages(file: Path) -> Iterator[tuple[Page, Subject]]:
    try:
        lines = file.read_text(encoding="utf-8-sig", errors="replace").split("\n")
    except OSError as fault:
        raise InputError(
            f"Die Datei lässt sich nicht lesen ({fault.strerror}).", file=file, remedy="Prüfen Sie den Pfad."
        ) from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            given = _given(line, file=file, number=number)
            yield page_of(given), Subject(given.town, given.aliases, given.hosts)


def _given(line: str, *, file: Path, number: int) -> Line:
    try:
        given = Line.model_validate_json(line)
    except ValidationError:
        given = None
    if given is None or (given.text is None and given.html is None):
        raise InputError(
            "Das ist keine Seite.",
            file=file,
            line=number,
            remedy="Jede Zeile ist ein JSON-Objekt mit url, town und text oder html, wie für „fundstelle classify“.",
        )
    return given
