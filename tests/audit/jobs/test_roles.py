"""The three roles of deploy/postgresql can do what they must, and no more, on a real server."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from audit.cli import run
from audit.jobs import enqueue
from db.errors import StoreError
from db.schema import open_engine
from db.session import connect, opened
from tests.audit.jobs.scenes import PAGES, Gate, Workers, job, now, until

SCRIPT = Path(__file__).parents[3] / "deploy" / "postgresql" / "roles.sql"


@pytest.fixture
def database(postgres: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database that its owner has set up, as the script says."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    url = postgres("roles")
    psql = ["psql", "-X", "-q", url, "-f", str(SCRIPT)]
    subprocess.run(psql, check=True)
    for role in ("work", "owner"):
        monkeypatch.setenv("DATABASE_URL", at(url, role))
        assert run(["db", "upgrade"]) == (0 if role == "owner" else 2)
    subprocess.run(psql, check=True)
    return url


def at(url: str, role: str) -> str:
    return make_url(url).set(username=f"fundstelle_{role}").render_as_string(hide_password=False)


def refused(engine: Engine, *statements: str) -> None:
    for statement in statements:
        with pytest.raises(StoreError, match=r"permission denied|must be owner"), opened(engine) as session:
            session.execute(text(statement))


@pytest.mark.postgres
def test_each_role_can_do_its_part(
    database: str, gate: Gate, workers: Workers, small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker audits a town with rows alone; who only reads sees findings, and nobody's password."""
    work, read = open_engine(at(database, "work")), connect(at(database, "read"))
    refused(work, "CREATE TABLE mine (id int)", "DROP TABLE town", "TRUNCATE town", "ALTER TABLE town ADD mine int")
    refused(
        work, "CREATE SCHEMA mine", "UPDATE alembic_version SET version_num = '0'", "CREATE TABLE dbos.mine (id int)"
    )
    refused(read, "DELETE FROM finding", "INSERT INTO town SELECT * FROM town", "CREATE TABLE mine (id int)")
    refused(read, "SELECT password FROM person", "SELECT digest FROM share", "SELECT * FROM dbos.workflow_status")
    refused(read, "CREATE TEMPORARY TABLE mine (id int)", "SELECT setval('town_id_seq', 1)")
    monkeypatch.setenv("DATABASE_URL", at(database, "work"))
    gate.town(work, "adorf", behind=False)
    number = enqueue(work, "adorf", now=now(), rules=small).audit_id
    workers.start()
    until(lambda: job(work, number).ended)
    assert (job(work, number).state, job(work, number).reason) == ("done", "")
    with opened(read) as session:
        assert session.scalar(text("SELECT count(*) FROM page")) == PAGES + 1
    for engine in (work, read):
        engine.dispose()
