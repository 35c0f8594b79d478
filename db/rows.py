"""
Rows of all tables as lines of text: the one form in which they are moved and kept, the same from both databases.

Does not know what they mean, and does not open databases. The engine of the jobs keeps tables of its own, which are not ours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Row,
    String,
    Table,
    collate,
    func,
    insert,
    select,
    text,
)

from db import models  # noqa: F401 so that the tables are known
from db.base import Base, UtcDateTime
from db.session import translated

BATCH = 200  # rows at a time: a page of a large document is a megabyte

Report = Callable[[int, int], None]
"""Called with how many rows are done, and how many there are in all."""


@dataclass
class Told:
    """What is known of a table once all of its lines have gone by: how many they are, and the sha256 over them."""

    count: int = 0
    hashed: Any = field(default_factory=hashlib.sha256, repr=False)

    @property
    def digest(self) -> str:
        """The sha256 so far, in hexadecimal digits."""
        return str(self.hashed.hexdigest())

    def of(self, lines: Iterable[str]) -> Iterator[str]:
        """Give the lines on and count them."""
        for line in lines:
            self.count += 1
            self.hashed.update(line.encode() + b"\n")
            yield line


def tables() -> list[Table]:
    """Return all tables, each behind those that it refers to."""
    return list(Base.metadata.sorted_tables)


@contextmanager
def moment(engine: Engine, *, alone: bool = False) -> Iterator[Connection]:
    """
    Give a connection that sees one moment, whatever others write; ``alone``: nobody else writes until it ends.

    What is written on it is kept if all goes well, and else nothing of it.
    """
    is_file = engine.dialect.name == "sqlite"
    level: Any = {} if is_file else {"isolation_level": "REPEATABLE READ"}
    with translated(engine), engine.connect().execution_options(**level) as connection:
        if is_file:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")
        elif alone:
            names = ", ".join(f'"{table.name}"' for table in tables())
            connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
        yield connection
        connection.commit()


def size(connection: Connection) -> int:
    """Return how many rows all tables have."""
    return sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables())


def is_empty(connection: Connection) -> bool:
    """Has no table a row?"""
    return not any(connection.execute(select(1).select_from(table).limit(1)).first() for table in tables())


def lines(connection: Connection, table: Table) -> Iterator[str]:
    """Give each row as a JSON list of its columns, in the order of its primary key."""
    order = [_in_order(column, connection.dialect.name) for column in table.primary_key.columns]
    for row in connection.execute(select(table).order_by(*order).execution_options(yield_per=BATCH)):
        yield _line(row)


def write(connection: Connection, table: Table, given: Iterable[str]) -> int:
    """Insert rows as ``lines`` gives them, and return how many."""
    found, count = iter(given), 0
    names = [column.key for column in table.columns]
    moments = {column.key for column in table.columns if isinstance(column.type, UtcDateTime)}
    while batch := [_row(names, moments, line) for line in islice(found, BATCH)]:
        connection.execute(insert(table), batch)
        count += len(batch)
    return count


def told(connection: Connection, table: Table) -> Told:
    """Return what all rows of a table amount to."""
    known = Told()
    for _ in known.of(lines(connection, table)):
        pass
    return known


def numbers(connection: Connection) -> dict[str, int]:
    """Return the last number that was given in each table that numbers its rows, also if that row is gone."""
    return {table.name: _last(connection, table) for table in tables() if table.autoincrement_column is not None}


def go_on_from(connection: Connection, last: Mapping[str, int]) -> None:
    """Let the numbers go on behind those that were given."""
    for table in tables():
        number = last.get(table.name, 0)
        if number and connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT setval({_SEQUENCE}, :number)"), {"table": table.name, "number": number})
        elif number and table.dialect_options["sqlite"]["autoincrement"]:
            known = {"table": table.name, "number": number}
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), known)
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :number)"), known)


_SEQUENCE = "pg_get_serial_sequence(:table, 'id')"


def _last(connection: Connection, table: Table) -> int:
    largest = connection.scalar(select(func.max(table.c.id))) or 0
    asked = {"table": table.name}
    if connection.dialect.name == "postgresql":
        name = connection.scalar(text(f"SELECT {_SEQUENCE}"), asked)
        given = connection.scalar(text(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {name}"))  # noqa: S608 the server's own name
    elif table.dialect_options["sqlite"]["autoincrement"]:
        given = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :table"), asked)
    else:
        given = 0
    return max(largest, given or 0)


def _in_order(column: Column[Any], dialect: str) -> ColumnElement[Any]:
    # Each server sorts words as its country does; a digest needs the one order all have.
    is_word = dialect == "postgresql" and isinstance(column.type, String)
    return collate(column, "C") if is_word else column


def _line(row: Row[*tuple[Any, ...]]) -> str:
    # Escaped to ASCII, so that half a character out of a broken page does no harm; the order within an object is kept.
    return json.dumps([_plain(value) for value in row], separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    # PostgreSQL holds no NUL in a text; nobody sees one either.
    return value.replace("\0", "") if isinstance(value, str) else value


def _row(names: list[str], moments: set[str], line: str) -> dict[str, Any]:
    given = dict(zip(names, json.loads(line), strict=True))
    return given | {name: datetime.fromisoformat(given[name]) for name in moments if given[name] is not None}
