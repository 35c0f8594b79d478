"""
Names of workers, each held by one living process: whoever can take a name knows that its last bearer is dead.

Does not ask anybody whether it is alive. SQLite: a lock on a file, freed by the operating system; PostgreSQL: an advisory lock of
a session, freed by the server when the connection is gone.
"""

from __future__ import annotations

import fcntl
import itertools
from pathlib import Path
from typing import IO, Protocol, Self

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 7))")


class Lease(Protocol):
    """A name that is ours until ``free`` or the end of the process."""

    name: str

    def holds(self) -> bool:
        """Is it still ours? A server may have lost us."""

    def free(self) -> None:
        """Let others have it."""


class _FileLease:
    def __init__(self, name: str, file: IO[bytes]) -> None:
        self.name, self._file = name, file

    @classmethod
    def take(cls, name: str, folder: Path) -> Self | None:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / f"{name}.lock").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return cls(name, file)

    def holds(self) -> bool:
        return True

    def free(self) -> None:
        self._file.close()


class _ServerLease:
    def __init__(self, name: str, connection: Connection) -> None:
        self.name, self._connection = name, connection

    @classmethod
    def take(cls, name: str, engine: Engine) -> Self | None:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(_TAKE, {"name": f"fundstelle:{name}"}):
            connection.close()
            return None
        return cls(name, connection)

    def holds(self) -> bool:
        try:
            return bool(self._connection.scalar(text("SELECT true")))
        except SQLAlchemyError:
            return False

    def free(self) -> None:
        # Not only given back: the lock lives as long as the connection.
        self._connection.invalidate()
        self._connection.close()


def take(engine: Engine, name: str) -> Lease | None:
    """Return the lease of a name, or None if a living process has it."""
    if engine.dialect.name == "sqlite":
        return _FileLease.take(name, Path(str(engine.url.database)).parent / "workers")
    return _ServerLease.take(name, engine)


def first_free(engine: Engine) -> Lease:
    """Return the lease of the first name that nobody has: after a crash the worker that follows gets the same."""
    taken = (take(engine, f"worker-{number}") for number in itertools.count(1))
    return next(lease for lease in taken if lease is not None)
