"""
Commands about real searches: ask an instance of SearXNG, take in an export of the Search Console, show both.

Does not compute anything; see ``audit.run.listing``. Nothing is asked unless the address stands on the command line.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from audit.cli import listed_texts, progress, store
from audit.cli.catalogues import used_by
from audit.cli.german import Group
from audit.inventory import console
from audit.run import listing
from crawler.searxng import SearXNG
from db import queries
from db.session import opened
from reports import export, findings

DELAY = 2.0
TOO_LITTLE = 3


@click.group(cls=Group)
def listed() -> None:
    """Echte Suchmaschinen: fragen, wo sie die Stadt zeigen, oder deren Statistik einlesen."""


@listed.command("ask")
@click.argument("name", metavar="PRÜFUNG")
@click.option("--searxng", "address", required=True, metavar="ADRESSE", help="Die SearXNG-Suche, die gefragt wird.")
@click.option("--limit", type=click.IntRange(1, 100_000), metavar="ZAHL", help="Höchstens so viele Fragen stellen.")
@click.option(
    "--delay",
    type=click.FloatRange(0, 3600),
    default=DELAY,
    show_default=True,
    metavar="SEKUNDEN",
    help="So lange zwischen zwei Fragen warten.",
)
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def ask_command(*, name: str, address: str, limit: int | None, delay: float, as_json: bool) -> int:
    """
    Fragt eine SearXNG-Suche Ihrer IT und merkt sich, an welcher Stelle Seiten der Stadt stehen.

    Gestellt wird je Kriterium die erste Frage aus dem Katalog, mit dem Namen der Stadt. Was schon beantwortet ist, wird nicht
    noch einmal gefragt. Am Befund ändert das nichts; „fundstelle explain“ und der Bericht als JSON zeigen es daneben.

    \b
    Beispiele:
      fundstelle listed ask stralsund --searxng https://suche.musterstadt.de
      fundstelle listed ask stralsund --searxng http://localhost:8888 --limit 20 --delay 5
    """  # noqa: D301 click wants the mark
    search = SearXNG(address)
    engine = store.engine()
    with opened(engine) as session:
        audit = queries.audit(session, name)
        rules = used_by(audit)
    with progress.asking() as report:
        told = listing.ask(
            engine,
            audit.id,
            rules,
            search=search,
            most=limit,
            pause=partial(time.sleep, delay),
            report=report,
            clock=lambda: datetime.now(UTC),
        )
    if as_json:
        counts = {"asked": told.asked, "listed": told.listed, "not_listed": told.unlisted, "waiting": told.waiting}
        click.echo(
            export.json_text({"audit": audit.id, "host": search.host, **counts, "not_measured": dict(told.errors)})
        )
    else:
        click.echo(listed_texts.asking(told, host=search.host))
    return TOO_LITTLE if told.asked and told.asked == told.errors.total() else 0


@listed.command("import")
@click.argument("name", metavar="PRÜFUNG")
@click.argument("file", type=click.Path(path_type=Path), metavar="DATEI")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def import_command(*, name: str, file: Path, as_json: bool) -> None:
    """
    Liest einen Export der Google Search Console ein; er ersetzt den bisherigen der Prüfung.

    DATEI ist die ZIP-Datei, die „Leistung › Exportieren › CSV“ liefert, oder die Datei Suchanfragen.csv daraus. Gespeichert
    werden nur Suchanfragen, die zu einem Kriterium gehören.

    \b
    Beispiel:
      fundstelle listed import stralsund stralsund.de-Performance-on-Search.zip
    """  # noqa: D301 click wants the mark
    statistics = console.read(file)
    engine = store.engine()
    with opened(engine) as session:
        audit = queries.audit(session, name)
        rules = used_by(audit)
    told = listing.take(engine, audit.id, rules, statistics, now=datetime.now(UTC))
    if as_json:
        assigned = [{"query": row.query, "criterion": row.criterion} for row in told.assigned]
        others = [one.query for one in told.others]
        click.echo(
            export.json_text(
                {"audit": audit.id, "period": statistics.period, "assigned": assigned, "not_assigned": others}
            )
        )
    else:
        click.echo(listed_texts.taken(told, period=statistics.period))


@listed.command("show")
@click.argument("name", metavar="PRÜFUNG")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def show_command(*, name: str, as_json: bool) -> None:
    """
    Zeigt je Kriterium, was echte Suchmaschinen von der Stadt zeigen.

    \b
    Beispiel:
      fundstelle listed show stralsund
    """  # noqa: D301 click wants the mark
    with opened(store.engine()) as session:
        audit = queries.audit(session, name)
        found = findings.listed(session, audit.id)
        title = f"{audit.town.name}, Prüfung {audit.id}"
    if as_json:
        rows = [{"criterion": key, **entry} for key, entries in found.items() for entry in entries]
        click.echo(export.json_text({"audit": audit.id, "town": audit.town.key, "listed": rows}))
        return
    for line in listed_texts.shown(title, found):
        click.echo(line)


COMMANDS = (listed,)
