"""
The command for whoever runs Fundstelle: doctor.

Does not touch audits.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import click

from audit import catalogue
from audit.cli.german import Command
from audit.inventory import directory
from crawler import browser
from db.errors import FundstelleError, NotInstalledError
from db.schema import open_engine, revision
from db.session import home
from reports import pdf

LITTLE_DISK = 1_000_000_000
"""Bytes; an audit of a large town with its pages takes about a tenth of it."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; ``remedy`` says what to do if it is not in order."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def doctor(*, as_json: bool) -> int:
    """
    Prüft, ob alles da ist, was Fundstelle braucht, und sagt, was zu tun ist.

    \b
    Beispiel:
      fundstelle doctor
    """  # noqa: D301 click wants the mark
    checks = [_python(), _database(), _disk(), _catalogue(), _directory(), _proxy(), _browser(), _pdf()]
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        for check in checks:
            click.echo(
                f"{'in Ordnung' if check.ok else 'FEHLER':10}  {check.name}: {check.found}{' ' + check.remedy if not check.ok else ''}"
            )
    return 0 if all(check.ok for check in checks) else 2


COMMANDS = (doctor,)


def _python() -> Check:
    fits = sys.version_info >= (3, 11)
    return Check("Python", fits, platform.python_version(), "Nötig ist 3.11 oder neuer.")


def _database() -> Check:
    try:
        engine = open_engine()
        found = f"{engine.url.render_as_string(hide_password=True)} ({revision(engine)})"
        engine.dispose()
    except FundstelleError as fault:
        return Check("Datenbank", ok=False, found=fault.message, remedy=fault.remedy)
    return Check("Datenbank", ok=True, found=found)


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


def _proxy() -> Check:
    names = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")
    found = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return Check(
        "Proxy", ok=True, found=urlsplit(found).netloc.rpartition("@")[2] or "keiner, gelesen wird unmittelbar"
    )
