"""
The command that looks whether all is well: ``doctor``.

Does not mend anything; each check says what to do. What others have to answer is asked in ``reachable``.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click

from audit import catalogue
from audit.cli import reachable
from audit.cli.german import Command
from audit.cli.reachable import Check
from audit.inventory import directory
from audit.run.storing import archives
from crawler import browser
from crawler.archive import places
from db import logs
from db.errors import FundstelleError, NotInstalledError, PlaceError
from db.session import home
from reports import pdf

LITTLE_DISK = 1_000_000_000
"""Bytes; an audit of a large town with its pages takes about a tenth of it."""

OLD = timedelta(hours=36)
"""A backup is made each night; half a day later one is missing."""


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def doctor(*, as_json: bool) -> int:
    """
    Prüft, ob alles da ist, was Fundstelle braucht, und sagt, was zu tun ist.

    Gefragt wird nur, wer eingerichtet ist: Datenbank, Mailserver, Konten der Stadt, Proxy, die eigene Adresse. Es wird nichts versandt.

    \b
    Beispiele:
      fundstelle doctor
      fundstelle doctor --json
    """  # noqa: D301 click wants the mark
    checks = list(_checks(os.environ, now=datetime.now(UTC)))
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        for check in checks:
            click.echo(
                f"{'in Ordnung' if check.ok else 'FEHLER':10}  {check.name}: {check.found}{' ' + check.remedy if not check.ok else ''}"
            )
    return 0 if all(check.ok for check in checks) else 2


COMMANDS = (doctor,)


def _checks(environ: Mapping[str, str], *, now: datetime) -> Iterator[Check]:
    yield _python()
    yield from reachable.stored(now=now)
    yield from (_disk(), _archives(), _backup(now=now))
    yield from (_catalogue(), _directory(), _browser(), _pdf(), _log())
    yield from (
        reachable.proxy(environ),
        reachable.mail(environ),
        reachable.accounts(environ),
        reachable.address(environ),
    )


def _disk() -> Check:
    folder = home()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    return Check(
        "Platz",
        free > LITTLE_DISK,
        f"{free / 1e9:.1f} GB frei in {home()}",
        "Schaffen Sie Platz oder setzen Sie FUNDSTELLE_HOME.",
    )


def _archives() -> Check:
    """Can what is read be kept?"""
    folder = archives()
    remedy = "Geben Sie dem Benutzer, unter dem Fundstelle läuft, diesen Ordner."
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / f".doctor-{os.getpid()}"
        trial.touch()
        trial.unlink()
    except OSError as fault:
        return Check(
            "Archiv", ok=False, found=f"In {folder} lässt sich nicht schreiben ({fault.strerror}).", remedy=remedy
        )
    return _shared_archives() or Check("Archiv", ok=True, found=str(folder))


def _shared_archives() -> Check | None:
    """Does the place serve us that archives are brought to; None if there is none."""
    try:
        place = places.configured()
        if place is None:
            return None
        place.check()
    except PlaceError as fault:
        return Check(
            "Archiv",
            ok=False,
            found=f"{fault.file}: {fault.message}" if fault.file else fault.message,
            remedy=fault.remedy,
        )
    return Check("Archiv", ok=True, found=place.url)


def _backup(*, now: datetime) -> Check:
    """How old is the last backup? Whoever has never made one may do without."""
    name, folder = "Sicherung", home() / "backups"
    if not folder.exists():
        return Check(name, ok=True, found=f"noch keine in {folder}; „fundstelle db backup“ macht eine")
    files = [path.stat() for path in folder.iterdir() if path.is_file()]
    last = max((datetime.fromtimestamp(one.st_mtime, UTC) for one in files if one.st_size), default=None)
    remedy = "Rufen Sie „fundstelle db backup“ auf; sehen Sie nach, woran es lag: journalctl -u fundstelle-backup."
    if last is None:
        return Check(name, ok=False, found=f"In {folder} liegt keine.", remedy=remedy)
    return Check(name, now - last < OLD, f"die letzte ist vom {last:%d.%m.%Y %H:%M} UTC.", remedy)


def _log() -> Check:
    try:
        return Check("Protokoll", ok=True, found=logs.form() or "nur Fehler, als Text")
    except FundstelleError as fault:
        return reachable.failed("Protokoll", fault)


def _python() -> Check:
    fits = sys.version_info >= (3, 11)
    return Check("Python", fits, platform.python_version(), "Nötig ist 3.11 oder neuer.")


def _catalogue() -> Check:
    try:
        rules = catalogue.load()
    except FundstelleError as fault:
        return Check("Katalog", ok=False, found=str(fault), remedy="Stellen Sie die Datei wieder her.")
    return Check("Katalog", ok=True, found=f"{rules.name} {rules.version}, {len(rules.criteria)} Kriterien")


def _directory() -> Check:
    return Check("Ortsverzeichnis", ok=True, found=f"{len(directory.places())} Namen")


def _browser() -> Check:
    name, what = "Browser", "Seiten, die erst durch Skripte entstehen,"
    program = browser.chromium()
    if not browser.is_installed():
        remedy = "Wer sie lesen will, installiert „fundstelle[browser]“" + ("." if program else " und Chromium.")
        return Check(name, ok=True, found=f"{what} werden nicht gelesen. {remedy}")
    if program is None:
        remedy = f"Installieren Sie Chromium oder setzen Sie {browser.VARIABLE}."
        return Check(name, ok=False, found=f"{what} können nicht gelesen werden: Chromium fehlt.", remedy=remedy)
    fault = browser.fault(program)
    if fault is not None:
        remedy = f"Prüfen Sie, ob Chromium sich starten lässt, oder setzen Sie {browser.VARIABLE}."
        return Check(name, ok=False, found=f"{program} startet nicht ({fault}).", remedy=remedy)
    return Check(name, ok=True, found=f"{what} werden mit {program} gelesen.")


def _pdf() -> Check:
    try:
        pdf.weasyprint()
    except NotInstalledError as fault:
        # Every other kind of report can be written without.
        return Check("PDF", ok=True, found=f"{fault.message} {fault.remedy}")
    return Check("PDF", ok=True, found="Berichte können als PDF geschrieben werden.")
