"""
Two rows in every table there is, with values that are hard to carry: a table or column that is new is filled by itself.

Does not mean anything.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Engine, Float, Integer, String, insert

from db import rows
from db.base import UtcDateTime

MOMENT = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
OBJECT = {"b": 0.1 + 0.2, "a": [1.0, None, True, "Ü\0\ud83d"], "": {}}


SOUND: dict[str, dict[str, Any]] = {"job": {"ended": MOMENT}, "audit": {"stored": []}}
"""What would stand in the way else: no order is open, and no archive is in a store."""


def fill(engine: Engine) -> None:
    """Write the rows; what may be NULL is so in the second."""
    with engine.begin() as connection:
        for table in rows.tables():
            for number in (1, 2):
                row = {column.key: value(column, number) for column in table.columns}
                connection.execute(insert(table), row | SOUND.get(table.name, {}))
        rows.go_on_from(connection, rows.numbers(connection))


def value(column: Column[Any], number: int) -> Any:
    if column.primary_key and isinstance(column.type, String):
        # A server in Germany has "a" before "B", others have it behind.
        return ("B", "a")[number - 1]
    if column.primary_key or column.foreign_keys:
        return number
    if column.nullable and number > 1:
        return None
    kinds: dict[Any, Any] = {
        UtcDateTime: MOMENT,
        JSON: OBJECT,
        Boolean: number == 1,
        Integer: 2**31 - number,
        Float: 1 / 3,
    }
    return next(
        (given for kind, given in kinds.items() if isinstance(column.type, kind)),
        f"{column.key} „{number}“ 😀\n\t'\"\\ \N{DEGREE SIGN}",
    )


def digests(connection: Connection) -> dict[str, tuple[int, str]]:
    """Return what all tables hold."""
    told = {table.name: rows.told(connection, table) for table in rows.tables()}
    return {name: (one.count, one.digest) for name, one in told.items()}
