"""
The command calendar: when rankings look, and by when something has to be online for that.

Does not know any date; see ``reports.rankings``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from audit.cli import store
from audit.cli.german import Command
from audit.cli.texts import clean
from audit.run.written import write
from db import queries
from db.errors import InputError
from db.session import opened
from reports import export, rankings, tables
from reports.document import document
from reports.render import amount, day

Json = Mapping[str, Any]


@click.command(cls=Command)
@click.argument("town", metavar="[ORT]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
@click.option(
    "--ics",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="DATEI",
    help="Die Termine in eine Kalenderdatei schreiben.",
)
def calendar(*, town: str | None, as_json: bool, ics: Path | None) -> None:
    """
    Zeigt, wann Ranglisten suchen und bis wann dafür etwas online sein muss.

    Mit ORT auch, wie viele Vorschläge seiner letzten Prüfung noch offen sind und welcher zuerst dran ist.

    \b
    Beispiele:
      fundstelle calendar
      fundstelle calendar stralsund
      fundstelle calendar stralsund --ics kalender.ics
    """  # noqa: D301 click wants the mark
    if as_json and ics:
        raise InputError("--json und --ics gehen nicht zugleich.", remedy="Rufen Sie den Befehl zweimal auf.")
    today = tables.day(datetime.now(UTC).isoformat())
    assert today is not None
    todo, population = _todo(town) if town is not None else (None, None)
    if ics:
        told = rankings.ics(today, town=clean(todo["town_name"]) if todo else "")
        for file in write(ics.parent, {ics.name: told}):
            click.echo(file)
        return
    found = {"today": today.isoformat(), "rankings": rankings.calendar(today, population=population), "town": todo}
    click.echo(export.json_text(found) if as_json else "\n".join(_lines(found)))


COMMANDS = (calendar,)


def _todo(name: str) -> tuple[dict[str, Any], int | None]:
    """Return what is still to do for a town, and its inhabitants as far as they are known."""
    with opened(store.engine()) as session:
        audit = queries.audit(session, name)
        result = document(session, audit.id)
        population = audit.town.population
    steps = result["proposals"]
    first = {part: steps[0][part] for part in ("change", "where", "role")} if steps else None
    told = {part: result[part] for part in ("town", "town_name", "audit", "started")}
    return {**told, "proposals": len(steps), "first": first}, population


def _lines(found: Json) -> Iterator[str]:
    for row in found["rankings"]:
        yield f"{row['name']} ({row['who']})"
        yield from (f"  {line}" for line in _dates(row))
        yield f"  {row['accepts']}"
        yield f"  Wie sicher das ist: {row['sure']}"
        yield from (f"  Quelle: {source['says']}: {source['url']}" for source in row["sources"])
        if row["is_meant"] is False:
            yield "  Ihre Stadt hat dafür zu wenige Einwohner."
    if todo := found["town"]:
        yield f"{clean(todo['town_name'])}, Prüfung vom {day(todo['started'])}:"
        if todo["first"] is None:
            yield "  Kein Vorschlag ist offen."
        else:
            verb = "ist" if todo["proposals"] == 1 else "sind"
            yield f"  Noch {verb} {amount(todo['proposals'], 'Vorschlag', 'Vorschläge')} offen. Zuerst: {clean(todo['first']['change'])}"
            yield f"  Wo: {clean(todo['first']['where'])}"


def _dates(row: Json) -> Iterator[str]:
    if row["running_until"]:
        yield f"Die Erhebung läuft voraussichtlich noch bis {day(row['running_until'])}."
    if row["starts"]:
        yield f"Nächste Erhebung: voraussichtlich {day(row['starts'])} bis {day(row['ends'])}."
        left = f"noch {amount(row['days_left'], 'Tag', 'Tage')}" if row["days_left"] else "heute"
        yield f"Online sein muss es bis {day(row['ready_by'])} ({left})."
    else:
        yield f"Nächste Ausgabe: {row['edition']}. In welchen Monaten gesucht wird, ist nicht bekannt; einen Stichtag gibt es nicht."
