"""
Names that one living process holds at a time: a worker's own, and those of the hosts that are being read.

Does not ask anybody whether it is alive. SQLite: a lock on a file, freed by the operating system with its process; PostgreSQL: an
advisory lock of a session, freed by the server when the connection is gone, also when the network is.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from db.errors import LostError

EXPIRY = 7.0
"""Seconds after which a server that hears nothing of us gives our names to others: it asks after 3, and twice again."""

FRESH = 4.0
"""Seconds that a proof counts: whoever has none younger must not do what only one may do; well below ``EXPIRY``."""

_ASKING = "SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 2"
_OURS = {
    "connect_timeout": 3,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": 3000,
}
"""How we notice that the server is gone: sooner than the server would notice that we are."""

_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 7))")
_FREE = text("SELECT pg_advisory_unlock(hashtextextended(:name, 7))")


class Leases(Protocol):
    """The names that this process holds; safe in threads."""

    def take(self, name: str) -> bool:
        """Take a name that we do not have; False if another has it, or nobody can be asked."""

    def free(self, name: str) -> None:
        """Let others have a name."""

    def is_proven(self) -> bool:
        """Ask whether our names are still ours, and take them again after an interruption; raise LostError if another has one."""

    def is_fresh(self) -> bool:
        """Was it proven so lately that nobody else can have our names?"""

    def close(self) -> None:
        """Let others have all names."""


def of(engine: Engine) -> Leases:
    """Return an empty holder of names, for all processes that work with this database."""
    if engine.dialect.name == "sqlite":
        return _FileLeases(Path(str(engine.url.database)).parent / "locks")
    return _ServerLeases(engine)


def is_free(leases: Leases, name: str) -> bool:
    """Can a name be had? Whoever had it is then dead, or has ended."""
    if not leases.take(name):
        return False
    leases.free(name)
    return True


def first(leases: Leases, names: Iterable[str]) -> str:
    """Take the first of the names that nobody has."""
    return next(name for name in names if leases.take(name))


class _FileLeases:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, IO[bytes]] = {}

    def take(self, name: str) -> bool:
        if name in self._files:
            return False
        self._folder.mkdir(parents=True, exist_ok=True)
        file = (self._folder / f"{quote(name, safe=':')}.lock").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._files[name] = file
        return True

    def free(self, name: str) -> None:
        if (file := self._files.pop(name, None)) is not None:
            file.close()

    def is_proven(self) -> bool:
        return True

    def is_fresh(self) -> bool:
        return True

    def close(self) -> None:
        for name in [*self._files]:
            self.free(name)


class _ServerLeases:
    def __init__(self, engine: Engine) -> None:
        self._engine = create_engine(
            engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=dict(_OURS)
        )
        self._names: set[str] = set()
        self._connection: Connection | None = None
        self._lock = threading.Lock()
        self._proven = time.monotonic()
        self._refused: float | None = None

    def take(self, name: str) -> bool:
        with self._lock:
            if name in self._names or (self._connection is None and self._names):
                return False
            try:
                took = bool(self._connected().scalar(_TAKE, {"name": f"fundstelle:{name}"}))
            except SQLAlchemyError:
                self._drop()
                return False
            if took:
                self._names.add(name)
            return took

    def free(self, name: str) -> None:
        with self._lock:
            self._names.discard(name)
            try:
                if self._connection is not None:
                    self._connection.execute(_FREE, {"name": f"fundstelle:{name}"})
            except SQLAlchemyError:
                self._drop()

    def is_proven(self) -> bool:
        with self._lock:
            asked = time.monotonic()
            try:
                if self._connection is None and not self._retake():
                    return False
                self._connected().scalar(text("SELECT true"))
            except SQLAlchemyError:
                self._drop()
                return False
            self._proven = asked
            return True

    def is_fresh(self) -> bool:
        return time.monotonic() - self._proven < FRESH

    def close(self) -> None:
        with self._lock:
            self._names.clear()
            self._drop()

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
            self._connection.exec_driver_sql(_ASKING)
        return self._connection

    def _retake(self) -> bool:
        """Take our names again over a new connection; what the server still keeps for the old one is waited for."""
        connection = self._connected()
        for name in self._names:
            if connection.scalar(_TAKE, {"name": f"fundstelle:{name}"}):
                continue
            self._refused = self._refused or time.monotonic()
            self._drop()
            if time.monotonic() - self._refused > EXPIRY:
                raise LostError(f"Den Namen {name} hat jetzt ein anderer Prozess.")
            return False
        self._refused = None
        return True

    def _drop(self) -> None:
        """Let the connection go, and with it all locks; it may be broken already."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
