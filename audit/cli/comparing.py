"""
Commands about several towns: compare, peers.

Does not compare (``reports.comparison``) and does not decide who is like whom (``audit.inventory.peers``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from audit.cli import store
from audit.cli.german import Command
from audit.cli.language import spoken
from audit.cli.reporting import formats_of, mark_of, told
from audit.cli.texts import clean
from audit.inventory import directory, published
from audit.inventory import peers as alike
from audit.run import peering
from db import queries
from db.errors import InputError
from db.models import Audit
from db.session import opened
from reports import comparison, comparison_tables, csvs, export, xlsx
from reports.document import document
from reports.render import amount, day

Json = dict[str, Any]

FORMATS = ("html", "xlsx", "csv", "json")


@dataclass(frozen=True)
class Compared:
    """What is laid side by side: the documents of the audits, published ranks, and who was left out."""

    stem: str
    documents: list[Json]
    ranks: Json | None = None
    left_out: list[Json] = field(default_factory=list)


@click.command(cls=Command)
@click.argument("towns", nargs=-1, required=True, metavar="PRÜFUNG...")
@click.option(
    "--format",
    "formats",
    default="html",
    metavar="ARTEN",
    show_default=True,
    help="Mit Komma getrennt: html, xlsx, csv, json.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    metavar="ORDNER",
    help="Wohin die Dateien kommen.",
)
@click.option("--peers", "with_peers", is_flag=True, help="Mit ähnlichen Orten, deren Prüfung vergleichbar ist.")
@click.option(
    "--published",
    "ranks",
    metavar="DATEI",
    help="Veröffentlichte Plätze daneben: eine CSV-Datei, oder „haselhorst“ für die Liste, die dabei ist.",
)
@click.option("--json", "as_json", is_flag=True, help="Die Zahlen des Vergleichs als JSON ausgeben, keine Dateien.")
@spoken
def compare(
    *, towns: tuple[str, ...], formats: str, out: Path, with_peers: bool, ranks: str | None, as_json: bool
) -> None:
    """
    Vergleicht zwei bis zwölf Orte nach demselben Katalog.

    Der erste Ort ist der eigene; gezeigt wird zuerst, wo er hinter den anderen liegt.

    \b
    Beispiele:
      fundstelle compare stralsund greifswald --out berichte
      fundstelle compare stralsund --peers --format html,xlsx
      fundstelle compare stralsund greifswald --published haselhorst
    """  # noqa: D301 click wants the mark
    kinds = formats_of(formats, among=FORMATS)
    if with_peers and len(towns) > 1:
        raise InputError(
            "Mit --peers gehört nur ein Ort dazu.", remedy="Beispiel: fundstelle compare stralsund --peers"
        )
    if not with_peers and not comparison.FEWEST <= len(towns) <= comparison.MOST:
        raise InputError(
            f"Zum Vergleich gehören zwei bis {comparison.MOST} Orte.",
            remedy="Beispiel: fundstelle compare stralsund greifswald",
        )
    given = published.read(ranks) if ranks is not None else None
    engine = store.engine()
    with opened(engine) as session:
        found = _with_peers(session, towns[0]) if with_peers else _named(session, towns)
        shown = _compared(session, found, ranks=given, name=ranks)
    if as_json:
        click.echo(export.json_text(_figures(shown)))
    else:
        told(out, _files(shown, kinds))


def _named(session: Session, towns: Sequence[str]) -> peering.Group:
    return peering.Group([queries.audit(session, town) for town in towns], [])


def _with_peers(session: Session, town: str) -> peering.Group:
    found = peering.group(session, queries.audit(session, town), most=comparison.MOST - 1)
    for one in found.left_out:
        click.echo(f"Nicht dabei: {clean(one['name'])}, {clean(one['reason'])}.", err=True)
    if len(found.audits) < comparison.FEWEST:
        raise InputError(
            f"Zu {found.audits[0].town.name} gibt es keine vergleichbare Prüfung eines ähnlichen Ortes.",
            remedy=f"„fundstelle peers {found.audits[0].town.key}“ zeigt die ähnlichen Orte; prüfen Sie einen davon.",
        )
    return found


def _compared(
    session: Session, found: peering.Group, *, ranks: Sequence[published.Rank] | None, name: str | None
) -> Compared:
    beside = None
    if ranks is not None and name is not None:
        beside = {"name": Path(name).name, **published.matched(ranks, [audit.town for audit in found.audits])}
        for unknown in beside["unknown"]:
            click.echo(f"Übersprungen, kein Ort heißt so: {clean(unknown)}.", err=True)
    return Compared(
        stem=_stem(found.audits),
        documents=[document(session, audit.id) for audit in found.audits],
        ranks=beside,
        left_out=found.left_out,
    )


def _stem(audits: Sequence[Audit]) -> str:
    towns = "-".join(audit.town.key for audit in audits)
    return f"{f'vergleich-{towns}'[:100]}{mark_of(audits[0])}"


def _figures(shown: Compared) -> Json:
    return comparison.figures(shown.documents, ranks=shown.ranks, left_out=shown.left_out)


def _files(shown: Compared, kinds: Sequence[str]) -> dict[str, str | bytes]:
    first, stem = shown.documents[0], shown.stem
    names = ", ".join(one["town_name"] for one in shown.documents)
    title = comparison_tables.title(shown.documents)
    makers: dict[str, Callable[[], dict[str, str | bytes]]] = {
        "html": lambda: {f"{stem}.html": comparison.html(shown.documents, ranks=shown.ranks, left_out=shown.left_out)},
        "xlsx": lambda: {
            f"{stem}.xlsx": xlsx.book(comparison_tables.read(_figures(shown)), first, title=title, towns=names)
        },
        "csv": lambda: {
            **csvs.package(
                comparison_tables.read(_figures(shown)),
                stem,
                title=title,
                created=first["finished"] or first["started"],
            )
        },
        "json": lambda: {f"{stem}.json": export.json_text(shown.documents)},
    }
    return {name: content for kind in kinds for name, content in makers[kind]().items()}


@click.command(cls=Command)
@click.argument("town", metavar="ORT")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def peers(*, town: str, as_json: bool) -> None:
    """
    Zeigt bekannte Orte, die einem Ort ähnlich sind, und ihre letzte Prüfung.

    Ähnlich sind Orte mit derselben Zuständigkeit (kreisfrei, Kreisstadt, kreisangehörig), in denen mindestens halb und höchstens
    doppelt so viele Menschen leben; die aus demselben Land stehen vorn.

    \b
    Beispiele:
      fundstelle peers stralsund
      fundstelle peers stralsund --json
    """  # noqa: D301 click wants the mark
    engine = store.engine()
    with opened(engine) as session:
        own = directory.resolve(town, known=queries.towns(session))
        rows = peering.peers_of(session, own)
    missing = [alike.FIELDS[name][0] for name in alike.missing(own)]
    if as_json:
        click.echo(
            json.dumps({"town": own.key, "missing": alike.missing(own), "peers": rows}, ensure_ascii=False, indent=2)
        )
        return
    for row in rows:
        click.echo(_peer(row))
    if not rows:
        click.echo(f"Unter den bekannten Orten ist keiner wie {clean(own.name)}.", err=True)
    if missing:
        click.echo(f"Nicht bekannt von {clean(own.name)}: {', '.join(missing)}. {alike.remedy(own)}", err=True)


def _peer(row: Json) -> str:
    audit = row["audit"]
    state = f"Prüfung {audit['audit']} vom {day(audit['started'])}" if audit else "noch nicht geprüft"
    if audit and not audit["enough"]:
        state += ", zu wenig gelesen"
    people = f" ({amount(row['population'], 'Mensch', 'Menschen')})" if row["population"] else ""
    unknown = f"; nicht bekannt: {', '.join(row['unknown'])}" if row["unknown"] else ""
    return f"{row['key']:24} {clean(row['name'])}{people}: {', '.join(row['why'])}{unknown}. {state}."


COMMANDS = (compare, peers)
