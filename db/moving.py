"""
All rows from one database into another, from SQLite to PostgreSQL and back, and the proof that they are the same there.

Does not move archives, which are files, nor the tables of the jobs' engine: what is ordered is handed to it anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, select, text

from db import rows
from db.desk import Job
from db.errors import StoreError
from db.models import Town
from db.rows import Report, Told
from db.schema import existing, open_engine
from db.session import connect
from db.terms import JobState

Lines = Callable[[Table], Iterator[str]]
"""Gives the rows of a table as ``db.rows.lines`` does."""


def move(url: str | None, target: str, *, report: Report) -> dict[str, Told]:
    """
    Copy all rows into an empty other database, and return what each table has there.

    Meanwhile nobody writes into either. All is kept in one transaction, or nothing: a move that broke leaves empty tables.

    Raises:
        StoreError: one of them is not there, not of this version or the same; the target holds something; an audit is running.
    """
    with ExitStack() as stack:
        source = existing(url)
        stack.callback(source.dispose)
        bare = connect(target)
        stack.callback(bare.dispose)
        _refuse_same(source, bare)
        from_there = stack.enter_context(rows.moment(source, alone=True))
        _refuse_running(from_there)
        if rows.is_empty(from_there):
            raise StoreError(
                f"In der Datenbank {_place(source)} steht nichts, was umziehen könnte.",
                remedy="Prüfen Sie DATABASE_URL und FUNDSTELLE_HOME.",
            )
        place = open_engine(target)
        stack.callback(place.dispose)
        counted = {table.name: _count(from_there, table) for table in rows.tables()}
        into = stack.enter_context(rows.moment(place, alone=True))
        return fill(
            into, lambda table: rows.lines(from_there, table), counted, last=rows.numbers(from_there), report=report
        )


def fill(
    into: Connection, lines: Lines, counted: dict[str, int], *, last: dict[str, int], report: Report
) -> dict[str, Told]:
    """
    Write rows into empty tables, read them back and compare; ``counted`` is how many there shall be, ``last`` as in ``rows.numbers``.

    Raises:
        StoreError: There are rows already, or what is read back is not what was written.
    """
    refuse_filled(into)
    given = {table.name: Told() for table in rows.tables()}
    total, done = 2 * sum(counted.values()), 0
    for table in rows.tables():
        rows.write(into, table, _counting(given[table.name].of(lines(table)), done, total, report))
        done += counted[table.name]
    rows.go_on_from(into, last)
    for table in rows.tables():
        found = Told()
        for _ in _counting(found.of(rows.lines(into, table)), done, total, report):
            pass
        done += counted[table.name]
        one = given[table.name]
        if (found.count, found.digest) != (one.count, one.digest) or one.count != counted[table.name]:
            raise StoreError(
                f"Die Tabelle {table.name} kam nicht so an, wie sie war: {counted[table.name]} Zeilen sollten es sein,"
                f" {one.count} wurden geschrieben und {found.count} zurückgelesen. Es wurde nichts behalten.",
                remedy="„fundstelle db check“ prüft die alte Datenbank.",
            )
    return given


def refuse_filled(into: Connection) -> None:
    """Raise StoreError if there is a row in any table."""
    if not rows.is_empty(into):
        raise StoreError(
            f"Die Datenbank {_place(into.engine)} ist nicht leer; sie bleibt, wie sie ist.",
            remedy="Nennen Sie eine leere Datenbank, oder benennen Sie die alte um.",
        )


def _counting(lines: Iterator[str], done: int, total: int, report: Report) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        yield line
        if not number % rows.BATCH:
            report(done + number, total)


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _refuse_running(connection: Connection) -> None:
    wanted = select(Town.name, Job.audit_id).join(Job, Job.town_id == Town.id)
    running = connection.execute(wanted.where(Job.ended.is_(None), Job.state == JobState.RUNNING)).all()
    if running:
        named = ", ".join(f"{name} (Prüfung {number})" for name, number in running[:10])
        raise StoreError(
            f"Gerade läuft: {named}.",
            remedy="Warten Sie, bis nichts mehr läuft, oder beenden Sie die Arbeitsprozesse und brechen Sie ab mit „fundstelle jobs cancel NUMMER“.",
        )


def _refuse_same(source: Engine, target: Engine) -> None:
    if target.url.database in {None, "", ":memory:"} and target.dialect.name == "sqlite":
        raise StoreError(
            "Eine Datenbank im Arbeitsspeicher ist kein Ziel.", remedy="Beispiel: sqlite:////srv/fundstelle/neu.db"
        )
    if source.dialect.name == target.dialect.name and _is_same(source, target):
        raise StoreError(
            f"{_place(target)} ist die Datenbank, in der schon alles steht.", remedy="Nennen Sie eine andere, leere."
        )


def _is_same(source: Engine, target: Engine) -> bool:
    if source.dialect.name == "sqlite":
        return Path(str(source.url.database)).resolve() == Path(str(target.url.database)).resolve()
    # A lock is held in one database, by whatever name and way it was reached.
    asked = {"number": secrets.randbelow(2**62)}
    with rows.moment(source) as one, rows.moment(target) as other:
        one.execute(text("SELECT pg_advisory_xact_lock(:number)"), asked)
        return not other.scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), asked)


def _place(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)
