"""
Commands about the town's own list of measures: import, export, template.

Does not read spreadsheets itself; see ``audit.inventory``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from audit import catalogue
from audit.cli import store
from audit.cli.german import Group
from audit.cli.texts import clean
from audit.inventory import directory, template
from audit.inventory.measures import MeasureList, read
from audit.inventory.profile import Profile
from audit.run import measures as kept
from audit.run.opening import save_town
from db import queries
from db.session import opened


@click.group(cls=Group)
def measures() -> None:
    """Das eigene Maßnahmenverzeichnis der Stadt."""


@measures.command("import")
@click.argument("town", metavar="ORT")
@click.argument("file", type=click.Path(path_type=Path), metavar="DATEI")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def import_command(*, town: str, file: Path, as_json: bool) -> None:
    """
    Liest eine Excel- oder CSV-Datei ein; sie ersetzt das bisherige Verzeichnis des Ortes.

    \b
    Beispiel:
      fundstelle measures import stralsund massnahmen.xlsx
    """  # noqa: D301 click wants the mark
    found = read(file)
    engine = store.engine()
    with opened(engine) as session:
        profile = directory.resolve(town, known=queries.towns(session))
    dropped = _replace(engine, profile, found, now=datetime.now(UTC))
    unmatched = [one for one in found.measures if one.criterion is None]
    if as_json:
        rows = [
            {
                "row": one.row,
                "title": one.title,
                "key": one.key,
                "address": one.address,
                "criterion": one.criterion,
                "matched_by": one.matched_by,
            }
            for one in found.measures
        ]
        click.echo(
            json.dumps(
                {
                    "measures": rows,
                    "notes": [{"row": note.row, "text": note.text} for note in found.notes],
                    "replaced": dropped,
                },
                ensure_ascii=False,
                indent=2,
            )
        )
        return
    replaced = f" Sie ersetzen {dropped} bisherige." if dropped else ""
    click.echo(
        f"{len(found.measures)} Maßnahmen eingelesen, {len(found.measures) - len(unmatched)} davon einem Kriterium zugeordnet.{replaced}"
    )
    for one in unmatched:
        click.echo(f"  Zeile {one.row}: „{clean(one.title)}“ gehört zu keinem Kriterium.")
    for note in found.notes:
        click.echo(f"  Zeile {note.row}: {clean(note.text)}")


@measures.command("export")
@click.argument("town", metavar="ORT")
@click.argument("file", type=click.Path(path_type=Path), metavar="DATEI")
def export_command(*, town: str, file: Path) -> None:
    """
    Schreibt das Verzeichnis eines Ortes als Excel- oder CSV-Datei.

    \b
    Beispiel:
      fundstelle measures export stralsund massnahmen.xlsx
    """  # noqa: D301 click wants the mark
    with opened(store.engine()) as session:
        profile = directory.resolve(town, known=queries.towns(session))
        known = queries.town(session, profile.key)
        rows = queries.measures(session, known.id) if known else []
    template.export(rows, file)
    click.echo(f"{file}: {len(rows)} Maßnahmen.")


@measures.command("template")
@click.argument("file", type=click.Path(path_type=Path), metavar="DATEI.xlsx")
def template_command(*, file: Path) -> None:
    """
    Schreibt eine leere Tabelle zum Ausfüllen.

    \b
    Beispiel:
      fundstelle measures template massnahmen.xlsx
    """  # noqa: D301 click wants the mark
    template.write(file)
    click.echo(file)


COMMANDS = (measures,)


def _replace(engine: Engine, profile: Profile, found: MeasureList, *, now: datetime) -> int:
    """Make the town's list what was read, in one transaction; return how many old rows there were."""
    rules = catalogue.load()
    with opened(engine) as session:
        town = save_town(session, profile)
        queries.hold_town(session, town.id)
        old = queries.measures(session, town.id)
        difference = kept.draft(old, found, rules=rules, town=town)
        kept.take(session, town, difference, by=kept.By(who="", now=now))
        return len(old)
