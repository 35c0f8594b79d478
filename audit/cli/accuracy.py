"""
The command that measures how often the classifier is right: evaluate.

Does not compute: ``audit.classify.evaluation`` does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from audit import catalogue
from audit.classify import Classifier
from audit.classify.evaluation import BANDS, evaluate
from audit.classify.gold import decisions
from audit.cli.german import Command
from audit.inventory import directory
from db.errors import InputError

WIDEST = 30
"""Rows of a table; the worst come first, and the rest is in the JSON."""

NAMES = {"automatic": "automatisch", "review": "automatisch oder Prüfung"}
SETS = {"all": "alle", "tuned": "bekannte Orte", "held_out": "nie angesehene Orte"}
CUTS = {"criterion": "Kriterium", "page_type": "Art der Seite", "town": "Ort"}


@click.command(cls=Command, name="evaluate")
@click.argument("file", type=click.Path(path_type=Path), metavar="GOLD.jsonl")
@click.option("--json", "as_json", is_flag=True, help="Alle Zahlen als JSON ausgeben.")
def evaluate_gold(*, file: Path, as_json: bool) -> None:
    """
    Misst an Seiten, die Menschen beurteilt haben, wie oft die Einstufung stimmt.

    Jede Zeile der Datei ist ein JSON-Objekt: eine Seite (url, town und html, path oder title und text) und ihr Urteil
    (shows: Kriterium und Reife; traps: Kriterium und Art der Falle; maybe: strittige Kriterien).

    \b
    Beispiele:
      fundstelle evaluate gold.jsonl
      fundstelle evaluate gold.jsonl --json > genauigkeit.json
    """  # noqa: D301 click wants the mark
    rules = catalogue.load()
    found = list(decisions(file, Classifier(rules, places=directory.places()), rules))
    if not found:
        raise InputError("Die Datei enthält kein Urteil.", file=file, remedy="Nötig ist mindestens eine Seite.")
    result = {"catalogue": {"name": rules.name, "version": rules.version, "digest": rules.digest}, **evaluate(found)}
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else "\n".join(_table(result)))


COMMANDS = (evaluate_gold,)


def _table(result: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"{result['decisions']} Urteile auf {result['pages']} Seiten aus {result['towns']} Orten,"
        f" davon {result['positives']} zählende und {result['traps']} Fallen"
    )
    yield f"\n{'':42}{'Genauigkeit':>13}{'':14}{'gefunden':>9}{'':14}{'F1':>5}"
    for name, bands in result["sets"].items():
        yield from (_row(f"{SETS[name]}, {NAMES[band]}", bands[band]) for band in BANDS)
    for cut, title in CUTS.items():
        rows = sorted(result["by"][cut].items(), key=_badness)
        yield f"\n{title} (automatisch oder Prüfung, die schlechtesten zuerst)"
        yield from (_row(name, bands["review"]) for name, bands in rows[:WIDEST])
        if len(rows) > WIDEST:
            yield f"und {len(rows) - WIDEST} weitere"
    yield f"\n{'Falle':42}{'Seiten':>8}{'automatisch':>13}{'mit Prüfung':>13}"
    for name, row in sorted(result["trap"].items(), key=lambda each: -each[1]["review"]):
        yield f"{name:42}{row['n']:8}{row['automatic']:13}{row['review']:13}"
    yield f"\n{'Reife':42}{'Seiten':>8}{'gefunden':>13}{'Reife richtig':>14}"
    for name, row in result["maturity"].items():
        yield f"{name:42}{row['n']:8}{row['found']:13}{row['right']:14}"


def _badness(row: tuple[str, Mapping[str, Any]]) -> tuple[int, str]:
    name, bands = row
    return -bands["review"]["wrong"] - bands["review"]["missed"], name


def _row(name: str, row: Mapping[str, Any]) -> str:
    return (
        f"{name[:42]:42}{_share(row['precision']):>13}{_interval(row['precision_interval']):>14}"
        f"{_share(row['recall']):>9}{_interval(row['recall_interval']):>14}{_share(row['f1']):>5}"
    )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace(".", ",")


def _interval(values: list[float] | None) -> str:
    return "" if values is None else f"({_share(values[0])}–{_share(values[1])})"
