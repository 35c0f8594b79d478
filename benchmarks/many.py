"""
A database of many towns with many audits each, out of one audit that was made for real.

Does not crawl: rows are copied by the database itself. Pages are left out, as old audits lose them too; evidence stays with the latest
two audits of each town.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, literal, select, text

from benchmarks.reports import Rows, batches, table_of
from db.base import Base
from db.models import Audit, Catalogue, Crawl, Evidence, Finding, Gap, Proposal, Site, Town

TOWNS, AUDITS = 400, 20
BEGAN = datetime(2025, 1, 1, 3, tzinfo=UTC)
APART = timedelta(days=28)
OF_AN_AUDIT: tuple[type[Base], ...] = (Finding, Gap, Proposal)
KEPT = 2


def fill(source: Engine, target: Engine) -> int:
    """Fill an empty database, and return how many findings it has."""
    with source.connect() as read, target.begin() as write:
        first = _first(read, write)
        towns = _towns(read, write)
        audits = _audits(read, write, towns)
        _count_on(write, Town, Audit)
        for model in OF_AN_AUDIT:
            _spread(write, table_of(model), first, above=first)
        least = audits[-KEPT * len(towns)]
        _spread(write, table_of(Evidence), first, above=least - 1)
        write.execute(text("ANALYZE"))
        return write.scalar(select(func.count()).select_from(table_of(Finding))) or 0


def _rows(read: Connection, model: type[Base]) -> Rows:
    return [
        dict(one) for one in read.execute(select(table_of(model)).order_by(*table_of(model).primary_key)).mappings()
    ]


def _write(write: Connection, model: type[Base], rows: Rows) -> None:
    for some in batches(rows):
        write.execute(insert(table_of(model)), some)


def _first(read: Connection, write: Connection) -> int:
    """Copy the audit itself as that of no town that is counted, and return its number."""
    for model in (Town, Site, Catalogue, Audit, Crawl):
        _write(write, model, _rows(read, model))
    for model in (*OF_AN_AUDIT, Evidence):
        _write(write, model, [{**one, "page_id": None} if "page_id" in one else one for one in _rows(read, model)])
    _count_on(write, Town, Site, Catalogue, Audit, Crawl, *OF_AN_AUDIT, Evidence)
    return int(_rows(read, Audit)[0]["id"])


def _count_on(write: Connection, *models: type[Base]) -> None:
    """Let PostgreSQL number new rows after those that were written with their numbers."""
    if write.dialect.name == "postgresql":
        for name in (model.__tablename__ for model in models):
            write.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))


def _towns(read: Connection, write: Connection) -> list[int]:
    (town,) = _rows(read, Town)
    sites = [_without_number(one) for one in _rows(read, Site)]
    numbers = range(town["id"] + 1, town["id"] + 1 + TOWNS)
    told = [{**town, "id": number, "key": f"ort-{number}", "name": f"Musterstadt {number}"} for number in numbers]
    _write(write, Town, told)
    _write(write, Site, [{**site, "town_id": number} for number in numbers for site in sites])
    return list(numbers)


def _audits(read: Connection, write: Connection, towns: list[int]) -> list[int]:
    """Write the audits as they come in time: all towns, then all towns again."""
    audit = _rows(read, Audit)[0]
    told: Rows = []
    for turn in range(AUDITS):
        when = BEGAN + turn * APART
        dated = {"started": when, "crawled": when + timedelta(minutes=40), "judged": when + timedelta(minutes=42)}
        for town in towns:
            told.append({**audit, **dated, "town_id": town, "id": audit["id"] + 1 + len(told)})
    _write(write, Audit, told)
    return [int(one["id"]) for one in told]


def _spread(write: Connection, table: Table, first: int, *, above: int) -> None:
    """Let the database copy the rows of one audit to all whose number is above."""
    audits = table_of(Audit)
    columns = [column for column in table.columns if column.key not in {"id", "audit_id"}]
    wanted = (
        select(*columns, audits.c.id).select_from(table.join(audits, literal(True)))
        .where(table.c.audit_id == first, audits.c.id > above)
        .order_by(audits.c.id, table.c.id)
    )  # fmt: skip
    write.execute(insert(table).from_select([*(column.key for column in columns), "audit_id"], wanted))


def _without_number(one: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != "id"}
