"""
The pages of a share, one after the other, with tables beside them where they are asked for.

Does not write them (``audit.cli.shared``) and words nothing (``reports.site``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

import db
from audit.cli import shared
from audit.cli.catalogues import used_by
from audit.cli.progress import Report, writing
from audit.run import telling
from db.errors import InputError
from reports import site
from reports.site import Shown

AUDITS = 12
"""Latest audits of each town: a year of months."""

Tables = Callable[[dict[str, Any]], Mapping[str, str | bytes]]
"""Makes the files that stand beside the report of a document, by name."""


def write(engine: Engine, place: Path, *, towns: str | None, audits: int, zipped: bool, tables: Tables) -> Path:
    """Write the share and return where it begins; what it holds and what changed is told on stderr."""
    wanted = [name.strip() for name in (towns or "").split(",") if name.strip()]
    if towns is not None and not wanted:
        raise InputError("Hinter --towns fehlen die Orte.", remedy="Nennen Sie ihre Kürzel, mit Komma getrennt.")
    chosen = telling.towns(engine, wanted, last=audits)
    with writing() as report:
        pages = _pages(engine, chosen, tables=tables, report=report)
        if zipped:
            file = place if place.suffix == ".zip" else place.with_name(f"{place.name}.zip")
            count = shared.pack(file, pages)
            click.echo(f"{count} Dateien.", err=True)
            return file
        count, changed, gone = shared.publish(place, pages)
    click.echo(f"{count} Dateien, davon {changed} neu oder geändert; {gone} nicht mehr gebrauchte entfernt.", err=True)
    return place / site.INDEX


def _pages(
    engine: Engine, chosen: Sequence[tuple[Shown, int]], *, tables: Tables, report: Report
) -> Iterator[tuple[str, str | bytes]]:
    done, total = 0, sum(count for _, count in chosen)
    lines, latest = [], []
    for town, count in chosen:
        shown = town
        if count:
            shown = telling.shown(engine, town, last=count, rules=used_by)
            beside = {document["audit"]: tables({**document}) for document in shown.documents}
            for document in shown.documents:
                for name, content in beside[document["audit"]].items():
                    yield f"{site.folder(document)}/{name}", content
            shown = replace(shown, files={audit: [*files] for audit, files in beside.items()})
            latest.append(shown.documents[0])
        yield from site.town(shown)
        lines.append(site.line(shown))
        done += count
        report(done, total)
    compared = list(site.comparisons(latest))
    for one in compared:
        yield one.name, one.html
    yield site.INDEX, site.index(lines, compared, program=db.__version__)
