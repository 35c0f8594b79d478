"""
The command publish: what a town can put online today, as a folder, and the check of what it has put online.

Does not choose, word or fetch anything; see ``reports.publish`` and ``audit.run.publishing``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.cli import progress, publishing_texts, store
from audit.cli.german import Command
from audit.run import publishing
from audit.run.publishing import Check
from audit.run.written import write
from crawler.addresses import host_of, is_web
from db import queries
from db.errors import InputError
from db.models import Audit
from db.session import opened
from reports import export
from reports.document import document
from reports.offers import Offer, offers
from reports.publish import TEXTS, kit
from reports.render import amount


@click.command(cls=Command)
@click.argument("name", metavar="[PRÜFUNG]", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="ORDNER",
    help="Wohin die Dateien kommen. Ohne Angabe: veroeffentlichen-ORT.",
)
@click.option("--url", "address", metavar="ADRESSE", help="Unter welcher Adresse die Seite stehen wird.")
@click.option("--check", "published", metavar="ADRESSE|DATEI", help="Statt zu schreiben: diese Seite prüfen.")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def publish(*, name: str | None, out: Path | None, address: str | None, published: str | None, as_json: bool) -> None:
    """
    Schreibt eine Übersicht aller digitalen Angebote zum Veröffentlichen, mit Daten und Texten.

    PRÜFUNG ist die Nummer einer Prüfung oder ein Ort; dann gilt seine letzte. Hinein kommt nur, was auf den eigenen
    Seiten gefunden wurde und zählt. README.txt im Ordner sagt, was zuerst zu tun ist.

    Mit --check wird eine Seite geprüft, die schon online ist oder als Datei vorliegt: welche Angebote darauf stehen,
    ob die Links stimmen (nur im Netz), und was Suchmaschinen lesen. Dafür genügt oft die Adresse ohne PRÜFUNG.

    \b
    Beispiele:
      fundstelle publish stralsund --out angebote
      fundstelle publish stralsund --url https://www.stralsund.de/digital --out angebote
      fundstelle publish --check https://www.stralsund.de/digital
      fundstelle publish stralsund --check angebote/digitale-angebote.html --json
    """  # noqa: D301 click wants the mark
    if published is not None and (out is not None or address is not None):
        raise InputError("Mit --check wird nichts geschrieben.", remedy="Lassen Sie --out und --url weg.")
    engine = store.engine()
    with opened(engine) as session:
        audit = _audit(session, name, published)
        result = document(session, audit.id)
        refused = publishing.rejected(session, audit, now=datetime.now(UTC))
    if published is not None:
        seen = _check(engine, audit, offers(result, rejected=refused), published)
        told = publishing_texts.as_json(seen, page=published, document=result)
        click.echo(export.json_text(told) if as_json else publishing_texts.report(seen, page=published))
        return
    folder = out or Path(f"veroeffentlichen-{result['town']}")
    files = kit(result, address=address, rejected=refused)
    write(folder, files)
    if as_json:
        click.echo(export.json_text({"audit": audit.id, "folder": str(folder), "files": list(files)}))
    else:
        texts = [file for file in files if file.startswith(TEXTS)]
        for file in [file for file in files if file not in texts]:
            click.echo(folder / file)
        if texts:
            click.echo(f"{folder / TEXTS} ({amount(len(texts), 'Text', 'Texte')})")


COMMANDS = (publish,)


def _audit(session: Session, name: str | None, published: str | None) -> Audit:
    """Return the audit that is meant; without a name that of the town to which the published page belongs."""
    if name is not None:
        return queries.audit(session, name)
    towns = queries.towns(session)
    host = host_of(published or "")
    mine = [
        town.key for town in towns if any(site.host == host and site.standing in queries.READ for site in town.sites)
    ] or [town.key for town in towns if published is not None and len(towns) == 1]
    if len(mine) != 1:
        raise InputError(
            "Es fehlt die Prüfung: eine Nummer oder ein Ort.", remedy="Beispiel: fundstelle publish stralsund"
        )
    return queries.audit(session, mine[0])


def _check(engine: Engine, audit: Audit, found: list[Offer], published: str) -> Check:
    now = datetime.now(UTC)
    if not published.lower().startswith(("http://", "https://")):
        return publishing.check(found, publishing.from_file(Path(published)), now=now)
    if not is_web(published):
        raise InputError(f"„{published}“ ist keine Internetadresse.")
    seen = publishing.check(found, publishing.fetch(engine, audit, published), now=now)
    with progress.looking() as report:
        return publishing.try_links(engine, audit, seen, report=report)
