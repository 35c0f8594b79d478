"""
Commands for many towns at once: fleet import, start, pause, resume, status, retry, matrix.

Does not order and does not count: ``audit.jobs.fleet`` does.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from audit import catalogue
from audit.cli import fleet_texts, store
from audit.cli.german import Group
from audit.cli.language import spoken
from audit.cli.texts import clean
from audit.inventory import townlist
from audit.inventory.profile import STATES
from audit.inventory.spelling import letters
from audit.inventory.townlist import Fault
from audit.jobs import fleet as use
from audit.run import enrolling, written
from db import matrix
from db.errors import InputError
from db.session import opened
from db.terms import Failure
from reports import matrix as reporting
from reports.render import amount

SHOWN = 30
"""Rows that are told one by one."""

EVERY = 5.0
"""Seconds between two looks of ``--watch``."""


@click.group(cls=Group)
def fleet() -> None:
    """
    Viele Orte auf einmal prüfen, zum Beispiel alle Mitglieder eines Verbandes.

    \b
    Beispiele:
      fundstelle fleet import mitglieder.xlsx
      fundstelle fleet start
      fundstelle fleet status
      fundstelle fleet matrix --out rangliste.xlsx
    """  # noqa: D301 click wants the mark


@fleet.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="DATEI")
@click.option("--dry-run", is_flag=True, help="Nur zeigen, was aufgenommen würde.")
def import_command(*, file: Path, dry_run: bool) -> None:
    """
    Nimmt die Orte einer Liste auf (Excel oder CSV).

    Die erste Zeile sagt, was in den Spalten steht: Name (nötig), Website, Kürzel, ARS oder AGS, Einwohner, Land. Fehlt die Website
    eines Ortes, wird sie im Verzeichnis der deutschen Gemeinden gesucht. Orte, die schon aufgenommen sind, bleiben, wie sie sind.
    Ist eine Zeile falsch, wird nichts aufgenommen.

    \b
    Beispiele:
      fundstelle fleet import mitglieder.xlsx --dry-run
      fundstelle fleet import mitglieder.csv
    """  # noqa: D301 click wants the mark
    listed = townlist.read(file)
    told = enrolling.enrol(store.engine(), listed.towns, dry=dry_run or bool(listed.faults))
    _refuse(sorted([*listed.faults, *told.faults]), file=file)
    if listed.unknown:
        click.echo(f"Diese Spalten wurden nicht übernommen: {', '.join(map(clean, listed.unknown))}.", err=True)
    for one in told.new[: None if dry_run else 0]:
        profile = one.profile
        land = f", {profile.state}" if profile.state else ""
        click.echo(f"Zeile {one.row:<5} {profile.key:32} {clean(profile.name)}{land}  {profile.sites[0].url}")
    count = len(told.new)
    new = f"{'Aufgenommen würden' if dry_run else 'Aufgenommen:'} {amount(count, 'Ort', 'Orte')}"
    click.echo(f"{new}; schon bekannt und unverändert: {len(told.known)}.")
    if not dry_run and count:
        click.echo("Weiter geht es mit: fundstelle fleet start", err=True)


@fleet.command()
@click.option("--only", metavar="LAND|DATEI", help="Nur Orte dieses Landes („MV“, „Bayern“) oder dieser Liste.")
@click.option("--rules", default=catalogue.DEFAULT, show_default=True, metavar="NAME", help="Nach diesem Katalog.")
def start(*, only: str | None, rules: str) -> None:
    """
    Meldet für jeden Ort eine Prüfung an, hinter allem, was einzelne angemeldet haben.

    Wer in dieser Runde schon dran war oder wartet, kommt nicht noch einmal dran. Eine neue Runde beginnt, wenn die letzte ganz zu
    Ende ist. Erledigt werden die Prüfungen von „fundstelle worker“.

    \b
    Beispiele:
      fundstelle fleet start
      fundstelle fleet start --only Bayern
      fundstelle fleet start --only pilotstaedte.csv
    """  # noqa: D301 click wants the mark
    if rules != catalogue.DEFAULT:
        # An order by rules that nobody can read would fail town by town.
        catalogue.load(rules)
    engine = store.engine()
    land, keys = None, None
    if only is not None:
        land = next((code for code, name in STATES.items() if letters(only) in {letters(code), letters(name)}), None)
        keys = None if land else _keys(Path(only))
    told = use.start(engine, now=datetime.now(UTC), keys=keys, land=land, rules=rules)
    if not told.ordered and not told.there:
        raise InputError(
            "Es gibt keinen Ort, der sich prüfen lässt.",
            remedy="„fundstelle fleet import DATEI“ nimmt Orte auf, „fundstelle town list“ zeigt sie.",
        )
    click.echo(
        f"Angemeldet: {amount(told.ordered, 'Prüfung', 'Prüfungen')}; schon in dieser Runde oder in Arbeit: {told.there}."
    )
    if told.without:
        names = ", ".join(clean(name) for name in told.without[:SHOWN])
        click.echo(f"Ohne bestätigte Website und nicht dabei: {names}{' …' if told.without[SHOWN:] else ''}.", err=True)


@fleet.command()
def pause() -> None:
    """
    Hält den Verbund an: Was läuft, läuft zu Ende, Neues beginnt nicht.

    Was jemand für einen einzelnen Ort anmeldet, wird weiter erledigt.

    \b
    Beispiel:
      fundstelle fleet pause
    """  # noqa: D301 click wants the mark
    took = use.pause(store.engine(), now=datetime.now(UTC))
    click.echo("Angehalten. Weiter geht es mit: fundstelle fleet resume" if took else "Er ist schon angehalten.")


@fleet.command()
def resume() -> None:
    """
    Lässt den angehaltenen Verbund weiterlaufen.

    \b
    Beispiel:
      fundstelle fleet resume
    """  # noqa: D301 click wants the mark
    took = use.resume(store.engine(), now=datetime.now(UTC))
    click.echo("Es geht weiter." if took else "Er ist nicht angehalten.")


@fleet.command()
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
@click.option("--watch", is_flag=True, help="Alle fünf Sekunden neu, bis die Runde zu Ende ist.")
def status(*, as_json: bool, watch: bool) -> None:
    """
    Zeigt, wie weit die Runde ist, wie schnell es geht, wie lange es noch dauert und was gescheitert ist.

    \b
    Beispiele:
      fundstelle fleet status
      fundstelle fleet status --watch
      fundstelle fleet status --json
    """  # noqa: D301 click wants the mark
    engine = store.engine()
    while True:
        with opened(engine) as session:
            told = use.standing(session, now=datetime.now(UTC))
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(fleet_texts.lines(told)))
        if not watch or not told["left"]["towns"]:
            return
        if not as_json:
            click.echo()
        time.sleep(EVERY)


@fleet.command()
@click.option(
    "--kind",
    type=click.Choice([str(kind) for kind in Failure]),
    help="Nur, was aus diesem Grund gescheitert ist, wie „fleet status“ ihn nennt.",
)
def retry(*, kind: str | None) -> None:
    """
    Meldet noch einmal an, was in dieser Runde gescheitert ist, und nur das.

    Gescheitert ist auch, wovon zu wenig gelesen werden konnte, etwa weil eine Website nicht zu erreichen war.

    \b
    Beispiele:
      fundstelle fleet retry
      fundstelle fleet retry --kind unreachable
    """  # noqa: D301 click wants the mark
    count = use.retry(store.engine(), now=datetime.now(UTC), kind=Failure(kind) if kind else None)
    click.echo(f"Noch einmal angemeldet: {amount(count, 'Prüfung', 'Prüfungen')}.")


@fleet.command("matrix")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="DATEI",
    help="Wohin; die Endung sagt, was es wird: .html, .xlsx oder .csv.",
)
@spoken
def matrix_command(*, out: Path) -> None:
    """
    Schreibt alle Orte mit allen Kriterien in eine Tabelle: Anteil, mögliche Plätze und was jeder zeigt.

    Gezeigt wird die letzte ausgewertete Prüfung jedes Ortes. Wo zwei Orte sich nicht sicher unterscheiden lassen, bekommen beide
    dieselben möglichen Plätze.

    \b
    Beispiele:
      fundstelle fleet matrix --out rangliste.xlsx
      fundstelle fleet matrix --out rangliste.html
    """  # noqa: D301 click wants the mark
    writer = reporting.WRITERS.get(out.suffix.lower())
    if writer is None:
        raise InputError(
            f"Eine Tabelle „{out.suffix or out.name}“ gibt es nicht.",
            file=out,
            remedy=f"Der Name endet auf {', '.join(reporting.WRITERS)}.",
        )
    with opened(store.engine()) as session:
        found = matrix.field(session)
        if found is None:
            raise InputError("Noch ist kein Ort ausgewertet.", remedy="Eine Runde beginnt mit: fundstelle fleet start")
        made = reporting.matrix(found, lambda audits: matrix.verdicts(session, audits))
        written.through(out, lambda part: writer(made, part))
    click.echo(out)
    if found.others:
        left = amount(found.others, "Ort ist", "Orte sind")
        click.echo(f"{left} nicht dabei: zuletzt nach anderen Regeln ausgewertet.", err=True)


COMMANDS = (fleet,)


def _refuse(faults: list[Fault], *, file: Path) -> None:
    for fault in faults[:SHOWN]:
        click.echo(f"{file}, Zeile {fault.row}: {clean(fault.text)}", err=True)
    if faults[SHOWN:]:
        click.echo(f"… und {amount(len(faults) - SHOWN, 'weitere Zeile', 'weitere Zeilen')}.", err=True)
    if faults:
        wrong = amount(len(faults), "Zeile ist", "Zeilen sind")
        raise InputError(
            f"{wrong} falsch; es wurde nichts aufgenommen.",
            file=file,
            remedy="Berichtigen Sie die Liste wie angegeben.",
        )


def _keys(file: Path) -> set[str]:
    """Return the keys of the towns of a list, all of which must be known here."""
    if not file.suffix:
        raise InputError(
            f"Ein Land „{file}“ gibt es nicht.",
            remedy="Nennen Sie ein Land („BY“, „Bayern“) oder eine Liste von Orten (mitglieder.csv).",
        )
    listed = townlist.read(file)
    with opened(store.engine()) as session:
        told = enrolling.sorted_out(session, listed.towns)
    unknown = [Fault(one.row, f"{one.profile.name} ist nicht aufgenommen.") for one in told.new]
    if faults := sorted([*listed.faults, *told.faults, *unknown]):
        raise InputError(
            faults[0].text,
            file=file,
            line=faults[0].row,
            remedy="„fundstelle fleet import“ nimmt die Orte einer Liste auf.",
        )
    return {key for _, key in told.known}
