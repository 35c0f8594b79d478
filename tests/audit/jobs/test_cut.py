"""A worker whose network to the database is cut, longer than it can prove its name: another goes on, and it stops by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit import jobs
from audit.jobs.working import LOST
from db.schema import open_engine
from db.terms import JobState
from tests.audit.jobs.scenes import PAGES, Gate, Workers, children, job, now, result, stored, until
from tests.chaos.networks import SERVER, around, networks
from tests.conftest import postgres_server


@pytest.mark.postgres
@pytest.mark.namespaces
@pytest.mark.timeout(300)
def test_who_is_cut_off_stops_and_doubles_nothing(
    gate: Gate, workers: Workers, small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sites can still be reached; it reads on only as long as nobody else can have the host, and writes nothing afterwards."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    with (
        networks() as nets,
        around(nets, tmp_path, gate.server.address) as way,
        postgres_server(within=nets.within(nets.second), listening=SERVER) as server,
    ):
        address = server("schnitt")
        monkeypatch.setenv("DATABASE_URL", address)
        far = f"postgresql://fundstelle@{SERVER}/schnitt"
        engine = open_engine()
        gate.town(engine, "bonn", behind=True)
        bonn = jobs.enqueue(engine, "bonn", now=now(), rules=small).audit_id
        there = {"DATABASE_URL": far, "FUNDSTELLE_HOME": str(tmp_path / "fern"), "HTTP_PROXY": f"http://{way}"}
        cut_off = workers.start(network=nets.first, environ=there)
        until(lambda: stored(engine, bonn) >= PAGES // 2)
        second = workers.start(network=nets.second, environ={**there, "FUNDSTELLE_HOME": str(tmp_path / "nah")})
        until(lambda: b"psycopg" in Path(f"/proc/{second.pid}/maps").read_bytes())
        nets.pull()
        until(lambda: job(engine, bonn).tries == 2)
        until(lambda: children(second.pid, of="crawler"))
        gate.opening.set()
        until(lambda: job(engine, bonn).ended)
        nets.plug()
        until(lambda: not children(cut_off.pid, of="crawler"))
        ended = job(engine, bonn)
        assert (ended.state, ended.tries, ended.reason) == (JobState.DONE, 2, "")
        undisturbed = jobs.enqueue(engine, "bonn", now=now(), rules=small, fresh=True).audit_id
        until(lambda: job(engine, undisturbed).ended)
        assert len(result(engine, bonn)[0]) == PAGES + 1
        assert result(engine, undisturbed) == result(engine, bonn)
        assert cut_off.poll() in {None, LOST}
        workers.end()
        workers.running.clear()
        engine.dispose()
