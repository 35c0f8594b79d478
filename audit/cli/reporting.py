"""
The command that writes the report of one audit, and what other commands that write reports share.

Does not make the content of a report; see ``reports``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from audit import catalogue
from audit.cli import site, store
from audit.cli.catalogues import used_by
from audit.cli.german import Command
from audit.cli.language import spoken
from audit.cli.progress import judging
from audit.proposals.remedies import slug
from audit.run import comparing
from audit.run.showing import stem_of
from audit.run.written import write
from db import queries
from db.errors import InputError
from db.models import Audit
from db.session import opened
from reports import files as report_files
from reports import views
from reports.document import document
from reports.offers import AUDIENCES

ALL = "alle"
FORMATS = report_files.KINDS


@click.command(cls=Command)
@click.argument("name", metavar="[PRÜFUNG]", required=False)
@click.option(
    "--format",
    "formats",
    default="html",
    metavar="ARTEN",
    show_default=True,
    help="Mit Komma getrennt: html, pdf, xlsx, csv, json. „pdf“ schreibt auch eine Kurzfassung auf einer Seite.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    metavar="ORDNER",
    help="Wohin die Dateien kommen.",
)
@click.option(
    "--department", metavar="STELLE", help="Nur was zu dieser Stelle gehört; „alle“ schreibt einen Bericht für jede."
)
@click.option(
    "--audience",
    type=click.Choice([*AUDIENCES]),
    help="Nur was für Bürgerinnen und Bürger, Betriebe oder Gäste gedacht ist.",
)
@click.option("--area", metavar="BEREICH", help="Nur dieser Bereich des Katalogs.")
@click.option("--listed", is_flag=True, help="Nur was in Ihrem Verzeichnis steht.")
@click.option("--changed", is_flag=True, help="Nur was seit der Prüfung davor einen anderen Befund hat.")
@click.option(
    "--site",
    "share",
    type=click.Path(path_type=Path),
    metavar="ORDNER",
    help="Statt eines Berichts alle, als Seiten zum Weitergeben oder für einen Webserver.",
)
@click.option("--zip", "zipped", is_flag=True, help="Mit --site: als ZIP-Datei.")
@click.option("--towns", metavar="ORTE", help="Mit --site: nur diese Orte, mit Komma getrennt.")
@click.option(
    "--audits",
    type=click.IntRange(1, 1000),
    metavar="ZAHL",
    help=f"Mit --site: höchstens so viele Prüfungen je Ort, die neuesten. [ohne Angabe: {site.AUDITS}]",
)
@spoken
def report(
    *,
    name: str | None,
    formats: str,
    out: Path,
    department: str | None,
    audience: str | None,
    area: str | None,
    listed: bool,
    changed: bool,
    share: Path | None,
    zipped: bool,
    towns: str | None,
    audits: int | None,
) -> None:
    """
    Schreibt den Bericht über eine Prüfung, ganz oder für die, die es angeht.

    PRÜFUNG ist die Nummer einer Prüfung oder ein Ort; dann gilt seine letzte. --site schreibt stattdessen alle Prüfungen als Seiten zum Lesen.

    \b
    Beispiele:
      fundstelle report stralsund
      fundstelle report 12 --format html,xlsx --out berichte
      fundstelle report stralsund --format pdf --out stadtrat
      fundstelle report stralsund --format csv --out tabellen
      fundstelle report stralsund --department Stadtplanungsamt
      fundstelle report stralsund --department alle --out verteilen
      fundstelle report stralsund --area bildung
      fundstelle report stralsund --language en
      fundstelle report stralsund --changed
      fundstelle report --site freigabe --towns stralsund,greifswald
    """  # noqa: D301 click wants the mark
    kinds = formats_of(formats, among=FORMATS)
    _refuse_mixed(
        name,
        share,
        narrowed=any((department, audience, area, listed, changed, out != Path())),
        only=any((zipped, towns, audits)),
    )
    engine = store.engine()
    if share is not None:
        beside = [kind for kind in kinds if kind != "html"]
        begins = site.write(
            engine,
            share,
            towns=towns,
            audits=audits or site.AUDITS,
            zipped=zipped,
            tables=lambda result: _report_files(result, stem_of(result), beside),
        )
        click.echo(begins)
        return
    assert name is not None
    with opened(engine) as session:
        found = queries.audit(session, name)
        whole = document(session, found.id)
        stem = f"{found.town.key}-{found.started:%Y-%m-%d}-{found.id}{mark_of(found)}"
    if changed:
        with judging() as shown:
            since = comparing.since(engine, whole["audit"], rules=used_by, report=shown)
        whole = views.changed(whole, since)
    parts = _views(whole, department=department, audience=audience, area=area, is_listed=listed)
    files: dict[str, str | bytes] = {}
    for mark, result in parts.items():
        files |= _report_files(result, f"{stem}{mark}", kinds)
    told(out, files)


def _refuse_mixed(name: str | None, share: Path | None, *, narrowed: bool, only: bool) -> None:
    """Refuse what belongs to the report of one audit together with what belongs to the share of all, and neither of both."""
    if share is None and name is None:
        raise InputError("Es fehlt die Angabe PRÜFUNG.", remedy="„fundstelle report --help“ zeigt, wie es geht.")
    if share is not None and (name is not None or narrowed):
        raise InputError(
            "--site zeigt alle Prüfungen ganz; PRÜFUNG, --out und Einschränkungen gehen damit nicht.",
            remedy="Mit --towns und --audits wählen Sie aus.",
        )
    if share is None and only:
        raise InputError(
            "--zip, --towns und --audits gehen nur mit --site.", remedy="Nennen Sie mit --site einen Ordner."
        )


def _report_files(result: dict[str, Any], stem: str, kinds: Sequence[str]) -> dict[str, str | bytes]:
    return {name: content for kind in kinds for name, content in report_files.of(result, stem, kind).items()}


def _views(
    whole: dict[str, Any], *, department: str | None, audience: str | None, area: str | None, is_listed: bool
) -> dict[str, dict[str, Any]]:
    """Return the documents to write by what is added to the names of their files."""
    if department is not None and department.casefold() == ALL:
        return {f"-{slug(one)}": views.for_department(whole, one) for one in views.departments(whole)}
    result = whole
    if department is not None:
        result = views.for_department(result, department)
    if audience is not None:
        result = views.for_audience(result, audience)
    if area is not None:
        result = views.for_area(result, area)
    if is_listed:
        result = views.listed(result)
    return {f"-{slug(result['view'])}" if "view" in result else "": result}


def mark_of(audit: Audit) -> str:
    """Return what tells reports by different catalogues apart; reports by the usual one need no name."""
    name = audit.catalogue.name if audit.catalogue else catalogue.DEFAULT
    return "" if name == catalogue.DEFAULT else f"-{name}"


def formats_of(words: str, *, among: Sequence[str]) -> list[str]:
    """Return the forms that were asked for, separated by commas; raise InputError if there is no such form."""
    kinds = [kind.strip().lower() for kind in words.split(",") if kind.strip()]
    unknown = [kind for kind in kinds if kind not in among]
    if unknown or not kinds:
        raise InputError(
            f"Die Art „{', '.join(unknown) or words}“ gibt es nicht.", remedy=f"Möglich sind: {', '.join(among)}."
        )
    return kinds


def told(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files and print where each is."""
    for file in write(folder, files):
        click.echo(file)
