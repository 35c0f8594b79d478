"""
Commands for the database as a whole: db upgrade, backup, restore, move, check, prune.

Does not read sites and does not judge.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from audit.cli import progress, store
from audit.cli.german import Group
from audit.cli.texts import clean
from audit.run import backups, checking
from audit.run.retention import compact as give_back
from audit.run.retention import prune_audits
from db import moving
from db.errors import InputError
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
    if known["stored"]:
        click.echo(f"{known['stored']} Archive liegen im Speicher der Archive; sichern Sie ihn für sich.", err=True)
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


@db.command("check")
@click.option("--quick", is_flag=True, help="Ohne die Prüfsummen in den Archiven; sie zu lesen kann lange dauern.")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def check_command(*, quick: bool, as_json: bool) -> int:
    """
    Prüft, ob Datenbank und Archive unbeschädigt sind und zueinander passen, und sagt, was zu tun ist.

    Der Befehl ändert nichts. Er endet mit 0, wenn alles stimmt, sonst mit 2.

    \b
    Beispiele:
      fundstelle db check
      fundstelle db check --quick --json
    """  # noqa: D301 click wants the mark
    with progress.verifying() as report:
        checks = checking.check(None, now=datetime.now(UTC), is_quick=quick, report=report)
    if as_json:
        click.echo(json.dumps([one._asdict() for one in checks], ensure_ascii=False, indent=2))
    else:
        for one in checks:
            click.echo(
                f"{'in Ordnung' if one.ok else 'FEHLER':10}  {one.name}: {clean(f'{one.found} {one.remedy}'.strip())}"
            )
    return 0 if all(one.ok for one in checks) else 2


@db.command("prune")
@click.option("--keep", type=click.IntRange(1), metavar="ZAHL", help="So viele Prüfungen jedes Ortes bleiben.")
@click.option("--dry-run", is_flag=True, help="Nur zeigen, was gelöscht würde.")
@click.option(
    "--compact", is_flag=True, help="Danach die Datei von SQLite verkleinern; so lange kann niemand schreiben."
)
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def prune_command(*, keep: int | None, dry_run: bool, compact: bool, as_json: bool) -> None:
    """
    Löscht alte Prüfungen ganz, mit Seiten, Befunden und Archiv; der Schreibtisch darf dabei laufen.

    Von jedem Ort bleiben die neuesten und die erste, mit der sein Verlauf beginnt. Immer bleibt, was läuft oder angemeldet ist, was
    eine Aufgabe nennt, und was jemand über eine Freigabe öffnen darf. Nur die Archive löscht „fundstelle archive prune“.

    \b
    Beispiele:
      fundstelle db prune --keep 12 --dry-run
      fundstelle db prune --keep 12 --compact
    """  # noqa: D301 click wants the mark
    if keep is None:
        raise InputError("Es fehlt, wie viele bleiben sollen.", remedy="Nennen Sie --keep, etwa --keep 12.")
    engine = store.known()
    with progress.pruning() as report:
        gone = prune_audits(engine, keep=keep, now=datetime.now(UTC), dry=dry_run, report=report)
    if compact and not dry_run:
        give_back(engine)
    if as_json:
        known = [{**one._asdict(), "started": one.started.isoformat()} for one in gone]
        click.echo(json.dumps({"deleted": not dry_run, "audits": known}, ensure_ascii=False, indent=2))
        return
    for one in gone:
        click.echo(
            f"{'würde gelöscht' if dry_run else 'gelöscht'}: Prüfung {one.audit} ({clean(one.town)}, {one.started:%d.%m.%Y}, {one.pages} Seiten)"
        )
    if not gone:
        click.echo("Nichts zu löschen.", err=True)
        return
    rows, kept = (sum(sizes) / MEGABYTE for sizes in ((one.rows for one in gone), (one.archive for one in gone)))
    click.echo(f"{len(gone)} Prüfungen: etwa {rows:.1f} MB in der Datenbank, {kept:.1f} MB Archive.")
    if engine.dialect.name == "sqlite" and not (dry_run or compact):
        click.echo("Neue Prüfungen füllen den Platz in der Datei wieder; kleiner wird sie mit --compact.", err=True)


COMMANDS = (db,)


def _tell(known: dict[str, Any], place: Path, *, as_json: bool, done: str) -> None:
    if as_json:
        click.echo(json.dumps({"file": str(place), **known}, ensure_ascii=False, indent=2))
        return
    rows = sum(told["rows"] for told in known["tables"].values())
    kept = known["archives"].values()
    size = sum(told["size"] for told in kept) / MEGABYTE
    click.echo(f"{place}: {done}. {rows} Zeilen, {len(kept)} Archive mit {size:.1f} MB.")
