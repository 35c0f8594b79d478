"""Names that one living process holds: two cannot have one, and whoever was cut off learns whether it still is his."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from sqlalchemy import Engine, text

from db import leases
from db.errors import LostError
from tests.audit.jobs.scenes import until

HOLDER = """
import sys
from db import leases
from db.session import connect
held = leases.of(connect())
print(held.take("worker-1"), flush=True)
sys.stdin.read()
"""


def test_a_name_ends_with_its_process(engine: Engine) -> None:
    """Who comes second gets the next name; when the first is killed its name is free."""
    child = subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"True\n"
    ours = leases.of(engine)
    assert leases.first(ours, ["worker-1", "worker-2"]) == "worker-2"
    assert not leases.is_free(ours, "worker-1")
    child.kill()
    child.communicate()
    until(lambda: leases.is_free(ours, "worker-1"))
    ours.close()


def test_one_of_many_gets_a_name(engine: Engine) -> None:
    """Also when all ask at the same moment."""
    all_of_them = [leases.of(engine) for _ in range(6)]
    took: list[bool] = []
    threads = [threading.Thread(target=lambda one=one: took.append(one.take("host:a.example"))) for one in all_of_them]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert took.count(True) == 1
    for one in all_of_them:
        one.close()


def cut(engine: Engine) -> None:
    """End all other connections, as a server does that is started again."""
    with engine.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(others))


@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_name_is_taken_again_unless_another_has_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an interruption it is ours again; what another took in between is lost, after the time that a ghost of ours may need."""
    ours, other = leases.of(engine), leases.of(engine)
    assert ours.take("worker-1")
    assert ours.take("host:a.example")
    cut(engine)
    assert not ours.is_proven()
    until(ours.is_proven)
    assert not other.take("worker-1")
    cut(engine)
    until(lambda: other.take("worker-1"))
    assert not ours.is_proven()
    assert not ours.is_proven()
    monkeypatch.setattr(leases, "EXPIRY", 0.0)
    with pytest.raises(LostError):
        ours.is_proven()
    other.close()
    ours.close()
