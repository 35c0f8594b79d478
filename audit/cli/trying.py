"""
Commands that try things on stored pages: whatif, diary.

Does not simulate (``audit.run.trying``) and changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Engine

from audit.catalogue import Catalogue
from audit.checked import read
from audit.cli import store
from audit.cli.catalogues import used_by
from audit.cli.german import Command
from audit.cli.texts import VERDICTS, clean
from audit.proposals.changes import Change
from audit.run.trying import Tried, read_diary, try_changes
from db import queries
from db.errors import InputError
from db.session import opened
from db.terms import Verdict


class Plan(BaseModel):
    """A file of changes."""

    model_config = ConfigDict(extra="forbid")

    changes: list[Change] = Field(min_length=1, max_length=200)


@click.command(cls=Command)
@click.argument("name", metavar="PRÜFUNG")
@click.option(
    "--change",
    "file",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DATEI",
    help="YAML oder JSON mit einer Liste „changes“.",
)
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def whatif(*, name: str, file: Path, as_json: bool) -> None:
    """
    Zeigt, was Änderungen an der Website bewirken würden, bevor jemand sie macht.

    PRÜFUNG ist die Nummer einer Prüfung oder ein Ort; dann gilt seine letzte. Gerechnet wird auf den gespeicherten
    Seiten; es wird nichts geladen und nichts gespeichert.

    \b
    Die Datei nennt eine Änderung oder mehrere:
      changes:
        - {kind: link, page: "https://www.ort.example/", to: "https://www.ort.example/parken", words: Handyparken}
        - {kind: link, page: ..., to: ..., words: Handyparken, instead: hier}
        - {kind: title, page: ..., title: "Handyparken: Parken mit dem Handy"}
        - {kind: open, page: ...}
        - {kind: page, page: ..., title: Handyparken, text: "...", criterion: handyparken}
    Auch die „changes“ eines Vorschlags aus „report --format json“ passen.

    \b
    Beispiel:
      fundstelle whatif stralsund --change vorhaben.yaml
    """  # noqa: D301 click wants the mark
    plan = read(file, Plan, error=InputError)
    engine = store.engine()
    rules = _rules(engine, name)
    told = try_changes(engine, name, plan.changes, rules, now=datetime.now(UTC))
    click.echo(json.dumps(asdict(told), ensure_ascii=False, indent=2) if as_json else _text(told, rules))


@click.command(cls=Command)
@click.argument("name", metavar="PRÜFUNG")
@click.argument("criterion", metavar="KRITERIUM")
@click.option("--seed", type=int, default=1, show_default=True, help="Welche Person sucht; jede Zahl ist eine andere.")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def diary(*, name: str, criterion: str, seed: int, as_json: bool) -> None:
    """
    Erzählt, wie eine einzelne Person sucht: was sie tippt, sieht, anklickt und wo sie aufgibt.

    Die Person ist gedacht. Sie entscheidet nach denselben Wahrscheinlichkeiten, aus denen der Befund gerechnet ist.

    \b
    Beispiele:
      fundstelle diary stralsund handyparken
      fundstelle diary stralsund handyparken --seed 7
    """  # noqa: D301 click wants the mark
    engine = store.engine()
    lines = read_diary(engine, name, _rules(engine, name), criterion, seed=seed, now=datetime.now(UTC))
    if as_json:
        click.echo(json.dumps({"criterion": criterion, "seed": seed, "lines": lines}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_plain(line) for line in lines))


def _plain(line: str) -> str:
    """Return a line that steers no terminal, indented as it was."""
    indent = len(line) - len(line.lstrip())
    return " " * indent + clean(line)


def _rules(engine: Engine, name: str) -> Catalogue:
    with opened(engine) as session:
        return used_by(queries.audit(session, name))


def _text(told: Tried, rules: Catalogue) -> str:
    lines = [f"Mit diesen Änderungen: {told.after} Kriterien auffindbar, jetzt {told.before}."]
    if not told.rows:
        lines.append("Keine Chance ändert sich.")
    for row in told.rows:
        before, after = (round(100 * float(str(row[key]))) for key in ("before", "after"))
        verdicts = [VERDICTS[Verdict(str(row[key]))] for key in ("verdict_before", "verdict_after")]
        verdict = verdicts[0] if verdicts[0] == verdicts[1] else f"{verdicts[0]} → {verdicts[1]}"
        lines.append(f"  {rules.name_of(str(row['criterion']))}: {before} → {after} von 100 kommen an ({verdict})")
    lines += [
        f"Achtung: Der Text der neuen Seite {clean(url)} zeigt das Angebot nach unseren Regeln noch nicht; gerechnet ist, als täte er es."
        for url in told.unseen
    ]
    return "\n".join(lines)


COMMANDS = (whatif, diary)
