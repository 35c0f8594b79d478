"""
A place for data on each kind of database, and the towns and workers of ``scenes`` as fixtures.

Does not test anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from db.base import Base
from db.schema import open_engine
from tests.audit.jobs.scenes import Gate, Workers
from tests.audit.written import base
from tests.conftest import PostgresServer
from tests.crawler.torture import TortureServer

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def shared(postgres: PostgresServer) -> str:
    """One database of the server for all tests of orders; each finds it empty."""
    address = postgres("auftraege")
    open_engine(address).dispose()
    return address


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Engine]:
    """An empty database, which every process finds by itself that starts while the test runs."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    if request.param == "postgresql":
        monkeypatch.setenv("DATABASE_URL", request.getfixturevalue("shared"))
    engine = open_engine()
    if request.param == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
        with engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            connection.execute(text("DROP SCHEMA IF EXISTS dbos CASCADE"))
    yield engine
    engine.dispose()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """The towns, reached by every process that starts while the test runs."""
    monkeypatch.delenv("http_proxy", raising=False)
    with TortureServer() as server:
        monkeypatch.setenv("HTTP_PROXY", server.proxy)
        gate = Gate(server)
        yield gate
        gate.opening.set()


@pytest.fixture
def workers() -> Iterator[Workers]:
    """Real workers."""
    made = Workers()
    yield made
    made.end()


@pytest.fixture
def small(tmp_path: Path) -> str:
    """A catalogue that is quick to load."""
    return str(base(tmp_path))
