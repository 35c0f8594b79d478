"""
Commands about single pages: inspect, classify.

Does not fetch: pages come from files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from audit import catalogue
from audit.classify import Classifier
from audit.classify.labelled import classify_lines
from audit.cli.german import Command
from audit.inventory import directory
from crawler import inspection
from db.errors import InputError
from db.models import Page


@click.command(cls=Command)
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[DATEI]")
@click.option("--url", metavar="ADRESSE", help="Unter welcher Adresse die Seite steht.")
@click.option(
    "--jsonl",
    "jsonl",
    type=click.Path(path_type=Path),
    metavar="LISTE",
    help="Datei mit einer JSON-Zeile je Seite: path, url, content_type.",
)
@click.option("--json", "as_json", is_flag=True, help="Auf einer Zeile ausgeben.")
def inspect(*, file: Path | None, url: str | None, jsonl: Path | None, as_json: bool) -> None:
    """
    Zeigt, was aus einer Seite gelesen wird: Text, Überschriften, Links, Formulare, Schlüssel.

    \b
    Beispiele:
      fundstelle inspect seite.html --url https://www.musterstadt.example/parken
      fundstelle inspect --jsonl liste.jsonl
    """  # noqa: D301 click wants the mark
    rules = Classifier(catalogue.load())
    now = datetime.now(UTC)

    def kind(page: Page) -> str:
        return rules.page_type(page)[0]

    if jsonl is not None and file is None:
        for row in inspection.inspect_list(_lines(jsonl), jsonl.parent, fetched=now, kind=kind):
            click.echo(json.dumps(row, ensure_ascii=False))
    elif file is not None and url and jsonl is None:
        row = inspection.inspect(_body(file), url=url, fetched=now, kind=kind)
        click.echo(json.dumps(row, ensure_ascii=False, indent=None if as_json else 2))
    else:
        raise InputError(
            "Nötig ist entweder DATEI mit --url oder --jsonl LISTE.",
            remedy="Beispiel: fundstelle inspect seite.html --url https://...",
        )


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path), metavar="SEITEN.jsonl")
def classify(*, file: Path) -> None:
    """
    Sagt zu jeder Seite, welche Kriterien sie zeigt, mit Zitat und Lesart.

    Jede Zeile der Datei ist ein JSON-Objekt mit url, town und entweder title und text oder html.

    \b
    Beispiel:
      fundstelle classify seiten.jsonl
    """  # noqa: D301 click wants the mark
    rules = Classifier(catalogue.load(), places=directory.places())
    for row in classify_lines(_lines(file), rules):
        click.echo(json.dumps(row, ensure_ascii=False))


COMMANDS = (inspect, classify)


def _body(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise InputError(
            f"Die Datei lässt sich nicht lesen ({fault.strerror}).", file=file, remedy="Prüfen Sie den Pfad."
        ) from None


def _lines(file: Path) -> Iterator[str]:
    """Open the list at once, so that a wrong path is told before anything is printed, and give it line by line."""
    try:
        lines = file.open(encoding="utf-8-sig", errors="replace")
    except OSError as fault:
        raise InputError(
            f"Die Datei lässt sich nicht lesen ({fault.strerror}).", file=file, remedy="Prüfen Sie den Pfad."
        ) from None

    def read() -> Iterator[str]:
        with lines:
            yield from lines

    return read()
