"""
Commands for the database as a whole: db upgrade, backup, restore, move.

Does not touch single audits.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from audit.cli import progress, store
from audit.cli.german import Group
from audit.run import backups
from db import moving
from db.schema import revision, upgrade
from db.session import connect, translated

MEGABYTE = 1_000_000


@click.group(cls=Group)
def db() -> None:
    """Die Datenbank einrichten, sichern, prüfen, umziehen und aufräumen."""


@db.command("upgrade")
def upgrade_command() -> None:
    """
    Bringt die Datenbank auf den Stand dieses Programms.

    \b
    Beispiel:
      fundstelle db upgrade
    """  # noqa: D301 click wants the mark
    engine = connect()
    click.get_current_context().call_on_close(engine.dispose)
    with translated(engine):
        before, after = revision(engine), upgrade()
        if engine.dialect.name == "postgresql":
            # It takes long to load. With SQLite each worker makes a file for itself.
            from audit.jobs import durable  # noqa: PLC0415

            durable.prepare(engine)
    click.echo(f"Datenbank: {'schon auf dem Stand' if before == after else 'gebracht auf den Stand'} {after}.")


@db.command("backup")
@click.argument("file", type=click.Path(path_type=Path), metavar="[DATEI]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def backup_command(*, file: Path | None, as_json: bool) -> None:
    """
    Sichert alles in eine Datei: die Datenbank und die Archive. Der Schreibtisch darf dabei laufen.

    Ohne DATEI steht sie im Ordner backups bei den Daten. Sie enthält auch, wer sich anmelden darf: Nur Sie können sie lesen.
    Eine Sicherung von SQLite lässt sich in PostgreSQL einspielen und umgekehrt.

    \b
    Beispiele:
      fundstelle db backup
      fundstelle db backup /srv/sicherung/montag.zip
    """  # noqa: D301 click wants the mark
    now = datetime.now(UTC)
    place = file or backups.usual(now)
    with progress.saving() as report:
        known = backups.backup(store.known(), place, now=now, report=report)
    _tell(known, place, as_json=as_json, done="gesichert")
    for name in known["missing"]:
        click.echo(f"Das Archiv {name} fehlt: Eine Prüfung nennt es, aber es ist nicht da.", err=True)


@db.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="DATEI")
@click.option("--dry-run", is_flag=True, help="Nur prüfen, ob die Sicherung ganz und unverändert ist.")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def restore_command(*, file: Path, dry_run: bool, as_json: bool) -> None:
    """
    Spielt eine Sicherung ein, in eine leere Datenbank; was schon da ist, wird nie überschrieben.

    Erst wird die Sicherung ganz geprüft, dann wird alles geschrieben oder nichts. Wer zu einer Sicherung zurück will, benennt
    den alten Ordner um oder nennt mit DATABASE_URL eine neue Datenbank.

    \b
    Beispiele:
      fundstelle db restore montag.zip --dry-run
      fundstelle db restore montag.zip
    """  # noqa: D301 click wants the mark
    if dry_run:
        _tell(backups.verified(file), file, as_json=as_json, done="geprüft, alles ist unverändert")
        return
    with progress.restoring() as report:
        known = backups.restore(store.engine, file, report=report)
    _tell(known, file, as_json=as_json, done="eingespielt und zurückgelesen")


@db.command("move")
@click.argument("url", metavar="ADRESSE")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def move_command(*, url: str, as_json: bool) -> None:
    """
    Kopiert alles in eine andere, leere Datenbank, von SQLite nach PostgreSQL oder zurück, und vergleicht jede Zeile.

    Beenden Sie vorher den Schreibtisch und die Arbeitsprozesse. Die alte Datenbank bleibt, wie sie ist. Die Archive sind Dateien und
    bleiben, wo sie sind.

    \b
    Beispiele:
      fundstelle db move postgresql://fundstelle@rechner/fundstelle
      fundstelle db move sqlite:////srv/fundstelle/fundstelle.db
    """  # noqa: D301 click wants the mark
    with progress.moving() as report:
        moved = moving.move(None, url, report=report)
    rows = sum(told.count for told in moved.values())
    if as_json:
        tables = {name: {"rows": told.count, "sha256": told.digest} for name, told in moved.items()}
        click.echo(json.dumps({"rows": rows, "tables": tables}, ensure_ascii=False, indent=2))
        return
    click.echo(f"{rows} Zeilen in {len(moved)} Tabellen sind umgezogen; jede wurde zurückgelesen und ist gleich.")
    click.echo("Setzen Sie jetzt DATABASE_URL auf die neue Adresse, für den Schreibtisch und alle Arbeitsprozesse.")


COMMANDS = (db,)


def _tell(known: dict[str, Any], place: Path, *, as_json: bool, done: str) -> None:
    if as_json:
        click.echo(json.dumps({"file": str(place), **known}, ensure_ascii=False, indent=2))
        return
    rows = sum(told["rows"] for told in known["tables"].values())
    kept = known["archives"].values()
    size = sum(told["size"] for told in kept) / MEGABYTE
    click.echo(f"{place}: {done}. {rows} Zeilen, {len(kept)} Archive mit {size:.1f} MB.")
