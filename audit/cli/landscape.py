"""
Commands about the sites of one town: show, confirm, reject.

Does not crawl and does not class; it keeps what a person says, and later audits keep to that.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from audit.cli import store
from audit.cli.texts import clean
from audit.cli.towns import town
from audit.inventory import directory
from audit.run.opening import decide, save_town
from db import queries
from db.models import Site, Town
from db.session import opened
from db.terms import Role, Standing
from reports.words import ROLES, STANDINGS

_ORDER = (Standing.CONFIRMED, Standing.OWN, Standing.PROPOSED, Standing.FOREIGN)
_WIDTHS = (34, 20, 28)
_REASON = 60


@town.command("show")
@click.argument("key", metavar="ORT")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def show_command(*, key: str, as_json: bool) -> None:
    """
    Zeigt einen Ort und seine Websites mit Rolle, Zugehörigkeit und Grund.

    \b
    Beispiel:
      fundstelle town show stralsund
    """  # noqa: D301 click wants the mark
    with opened(store.engine()) as session:
        found = queries.town(session, key) or directory.resolve(key, known=queries.towns(session)).town()
        shown = _document(found)
        table = _table(found)
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2) if as_json else table)


@town.command("confirm")
@click.argument("key", metavar="ORT")
@click.argument("hosts", nargs=-1, required=True, metavar="WEBSITE...")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Wofür die Website da ist.")
def confirm_command(*, key: str, hosts: tuple[str, ...], role: str | None) -> None:
    """
    Bestätigt, dass Websites zum Ort gehören; ab der nächsten Prüfung werden sie gelesen.

    Das gilt, bis Sie etwas anderes sagen; keine Prüfung ändert es.

    \b
    Beispiele:
      fundstelle town confirm musterhafen www.museum-musterhafen.example --role tourism
      fundstelle town confirm musterhafen termine.vendor.example/musterhafen/
    """  # noqa: D301 click wants the mark
    _decide(key, hosts, is_own=True, role=role)


@town.command("reject")
@click.argument("key", metavar="ORT")
@click.argument("hosts", nargs=-1, required=True, metavar="WEBSITE...")
def reject_command(*, key: str, hosts: tuple[str, ...]) -> None:
    """
    Sagt, dass Websites nicht zum Ort gehören; sie werden nicht gelesen und nicht mehr vorgeschlagen.

    \b
    Beispiel:
      fundstelle town reject stralsund www.zulassungsstelle.example
    """  # noqa: D301 click wants the mark
    _decide(key, hosts, is_own=False, role=None)


def _decide(key: str, hosts: Sequence[str], *, is_own: bool, role: str | None) -> None:
    with opened(store.engine()) as session:
        known = queries.towns(session)
        found = queries.town(session, key) or save_town(session, directory.resolve(key, known=known))
        for host in hosts:
            decide(found, host, is_own=is_own, role=role, now=datetime.now(UTC))
        session.flush()
        click.echo(_table(found))


def _document(found: Town) -> dict[str, Any]:
    names = ("key", "name", "ars", "state", "competences", "population", "aliases", "neighbours", "budget")
    sites = [
        {"url": site.url, "role": site.role, "standing": site.standing, "reason": site.reason}
        for site in _sorted(found)
    ]
    return {**{name: getattr(found, name) for name in names}, "sites": sites}


def _table(found: Town) -> str:
    """Return a town's landscape, the sites that are read first, and what to do about the open ones."""
    competences = ", ".join(found.competences) or "Zuständigkeit unbekannt"
    lines = [f"{clean(found.name)} ({found.key}), {found.state or 'Land unbekannt'}, {competences}", ""]
    lines += _row("Website", "Rolle", "Zugehörigkeit", "Grund")
    for site in _sorted(found):
        lines += _row(_short(site.url), ROLES.get(site.role, site.role), STANDINGS[site.standing], clean(site.reason))
    waiting = [site.host for site in found.sites if site.standing == Standing.PROPOSED]
    if waiting:
        lines += ["", f"Gehört zum Ort:       fundstelle town confirm {found.key} {waiting[0]}"]
        lines += [f"Gehört nicht zum Ort: fundstelle town reject {found.key} {waiting[0]}"]
    return "\n".join(lines)


def _sorted(found: Town) -> list[Site]:
    return sorted(
        found.sites, key=lambda site: (_ORDER.index(Standing(site.standing)), site.role != Role.CITY, site.host)
    )


def _short(url: str) -> str:
    """Return an address as people write it."""
    return clean(url.split("://", 1)[-1].rstrip("/"))


def _row(*cells: str) -> list[str]:
    """Return a row of the table; a long reason goes on below, and a long address stands alone."""
    *first, reason = cells
    parts = textwrap.wrap(reason, _REASON) or [""]
    start = "  ".join(cell.ljust(width) for cell, width in zip(first, _WIDTHS, strict=True))
    indent = " " * (sum(_WIDTHS) + 2 * len(_WIDTHS))
    return [f"{start}  {parts[0]}".rstrip(), *(f"{indent}{part}" for part in parts[1:])]


COMMANDS = (town,)
