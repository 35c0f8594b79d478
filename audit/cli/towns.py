"""
Commands about towns: find, add, list, letter, scope; ``landscape`` has those about their sites.

Does not crawl.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from audit.cli import store
from audit.cli.german import Group
from audit.cli.texts import clean
from audit.inventory import directory
from audit.run import letters
from audit.run.opening import save_town
from crawler.satellites import scope
from db import queries
from db.errors import InputError, UnknownTownError
from db.session import opened


@click.group(cls=Group)
def town() -> None:
    """Orte suchen, aufnehmen und ansehen."""


@town.command("find")
@click.argument("name", metavar="NAME")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def find_command(*, name: str, as_json: bool) -> None:
    """
    Sucht einen Ort im Verzeichnis; gleiche Namen erscheinen mit ihrem Land.

    \b
    Beispiel:
      fundstelle town find Altdorf
    """  # noqa: D301 click wants the mark
    found = directory.find(name)
    if not found:
        raise UnknownTownError(
            f"Einen Ort „{name}“ kennt das Verzeichnis nicht.",
            remedy="Nennen Sie seine Adresse: fundstelle audit www.musterstadt.de",
        )
    if as_json:
        click.echo(
            json.dumps(
                [
                    {"name": place.name, "state": place.state, "domain": place.domain, "key": place.key}
                    for place in found
                ],
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        for place in found:
            click.echo(f"{place.key:32} {place.name:36} {place.state:3} {place.domain}")


@town.command("add")
@click.argument("source", metavar="DATEI|ADRESSE")
def add_command(*, source: str) -> None:
    """
    Nimmt einen Ort auf: aus einer Profildatei oder mit der Adresse seiner Website.

    \b
    Beispiele:
      fundstelle town add profil.yaml
      fundstelle town add https://www.musterstadt.example/
    """  # noqa: D301 click wants the mark
    engine = store.engine()
    with opened(engine) as session:
        profile = directory.resolve(source, known=queries.towns(session))
        saved = save_town(session, profile)
        click.echo(f"{saved.name} ist aufgenommen (Kürzel {saved.key}, {len(saved.sites)} Websites).")


@town.command("list")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def list_command(*, as_json: bool) -> None:
    """
    Zeigt alle aufgenommenen Orte mit ihren Prüfungen.

    \b
    Beispiel:
      fundstelle town list
    """  # noqa: D301 click wants the mark
    with opened(store.engine()) as session:
        rows = [(each, queries.audits(session, each.id)) for each in queries.towns(session)]
    if as_json:
        listed = [
            {
                "key": each.key,
                "name": each.name,
                "audits": [
                    {"audit": audit.id, "started": audit.started.isoformat(), "finished": audit.judged is not None}
                    for audit in audits
                ],
            }
            for each, audits in rows
        ]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for each, audits in rows:
        click.echo(f"{each.key:24} {clean(each.name)}")
        for audit in audits:
            click.echo(
                f"{'':24} Prüfung {audit.id} vom {audit.started:%d.%m.%Y}{'' if audit.judged else ', nicht fertig'}"
            )
    if not rows:
        click.echo("Noch kein Ort. Beginnen Sie mit: fundstelle audit NAME", err=True)


@town.command("letter")
@click.argument("key", metavar="ORT")
@click.option("--site", "hosts", multiple=True, metavar="HOST", help="Nur diese Website; mehrfach möglich.")
@click.option(
    "--address",
    "addresses",
    multiple=True,
    metavar="NETZ",
    envvar="FUNDSTELLE_ADDRESSES",
    help="Adresse oder Netz, von dem aus gelesen wird; mehrfach möglich, oder durch Leerzeichen getrennt in FUNDSTELLE_ADDRESSES.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="DATEI", help="In diese Datei schreiben."
)
def letter_command(*, key: str, hosts: tuple[str, ...], addresses: tuple[str, ...], out: Path | None) -> None:
    """
    Schreibt einen Brief an die IT der Websites, die sich nicht lesen ließen.

    Er sagt, was die letzte Prüfung ergab, woran Sie uns erkennen und was freizugeben ist. Ohne Prüfung, oder wenn alles
    lesbar war, geht er an alle Websites des Ortes.

    \b
    Beispiele:
      fundstelle town letter stralsund
      fundstelle town letter stralsund --site service.stralsund.de --address 192.0.2.0/28 --out brief.txt
    """  # noqa: D301 click wants the mark
    letters.check(addresses)
    with opened(store.engine()) as session:
        found = queries.town(session, key) or directory.resolve(key, known=queries.towns(session)).town()
        last = next(reversed(queries.audits(session, found.id)), None) if found.id else None
        written = letters.letter(found, last, hosts=hosts, addresses=addresses)
    if out is None:
        click.echo(written, nl=False)
        return
    try:
        out.write_text(written, encoding="utf-8")
    except OSError as fault:
        raise InputError(
            f"Der Brief lässt sich hier nicht schreiben ({fault.strerror}).",
            file=out,
            remedy="Wählen Sie mit --out eine andere Datei.",
        ) from None
    click.echo(out)


@town.command("scope")
@click.argument("home", metavar="STARTSEITE")
@click.argument("urls", nargs=-1, required=True, metavar="ADRESSE...")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def scope_command(*, home: str, urls: tuple[str, ...], as_json: bool) -> None:
    """
    Sagt zu jeder Adresse, ob sie zur Stadt gehört, ohne etwas zu lesen.

    \b
    Beispiel:
      fundstelle town scope https://www.stralsund.de https://service.stralsund.de --json
    """  # noqa: D301 click wants the mark
    rows = scope(home, urls)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("  ".join(clean(str(value)) for value in row.values() if value))
