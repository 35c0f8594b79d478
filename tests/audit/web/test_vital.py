"""What machines ask the desk, and what stands in its log, over real HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed
from sqlalchemy import Engine, text

from audit.jobs import presence
from audit.web import access, signing
from db import logs
from db.desk import ApiKey, Job, Person, Worker
from db.models import Audit, Crawl, Site, Town
from db.session import opened
from db.terms import End, JobState, PersonRole, Role
from tests.audit.web.conftest import NOW, Clock
from tests.audit.web.visitor import Visitor


def numbers(text: str) -> dict[str, float]:
    """All samples by name and label values."""
    return {
        ".".join([sample.name, *sample.labels.values()]): sample.value
        for family in parsed(text)
        for sample in family.samples
    }


def key(engine: Engine, one: Person) -> str:
    with opened(engine) as session:
        session.add(ApiKey(digest=signing.digest("fst_wort"), person_id=one.id, name="Prometheus", made=NOW))
    return "Bearer fst_wort"


def test_it_lives_under_any_name_and_says_nothing_else(desk: str) -> None:
    """A container or a proxy asks by address; strangers learn only that something is there."""
    answer = Visitor(desk).ask("/healthz", host="10.0.0.7")
    assert (answer.status, answer.text) == (200, "ok\n")
    assert answer.headers["cache-control"] == "no-store"
    assert Visitor(desk).ask("/healthz", method="POST").status == 405
    assert Visitor(desk).ask("/", host="10.0.0.7").status == 421


def test_it_is_ready_with_a_database_of_this_schema_and_a_worker(
    desk: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the three is missed by itself, and its return is seen."""
    monkeypatch.setattr("audit.web.vital.KEPT", 0.0)
    visitor = Visitor(desk)
    assert (visitor.ask("/readyz").status, visitor.ask("/readyz").text) == (503, "not ready\n")
    presence.show(engine, "worker-1", now=datetime.now(UTC))
    assert visitor.ask("/readyz").status == 200
    for wrong, right in (
        ("UPDATE alembic_version SET version_num = '0001'", "UPDATE alembic_version SET version_num = '0002'"),
        ("ALTER TABLE worker RENAME TO gone", "ALTER TABLE gone RENAME TO worker"),
    ):
        with engine.begin() as connection:
            connection.execute(text(wrong))
        assert visitor.ask("/readyz").status == 503
        with engine.begin() as connection:
            connection.execute(text(right))
        assert visitor.ask("/readyz").status == 200
    with opened(engine) as session:
        session.get_one(Worker, "worker-1").seen -= timedelta(minutes=2)
    assert visitor.ask("/readyz").status == 503


def test_metrics_answer_here_and_to_who_manages(desk: str, engine: Engine, person: Callable[..., Person]) -> None:
    """Neither through a proxy, nor under a foreign name, nor to the key of somebody who may only read."""
    visitor = Visitor(desk)
    assert visitor.ask("/metrics").status == 200
    assert visitor.ask("/metrics", host="boese.example").status == 401
    assert visitor.ask("/metrics", x_forwarded_for="203.0.113.9").status == 401
    reader = key(engine, person(PersonRole.READER))
    assert visitor.ask("/metrics", x_forwarded_for="203.0.113.9", authorization=reader).status == 403
    with opened(engine) as session:
        session.get_one(Person, 1).role = PersonRole.ADMIN
    assert visitor.ask("/metrics", x_forwarded_for="203.0.113.9", authorization=reader).status == 200


def test_metrics_count_what_the_database_holds(desk: str, engine: Engine, clock: Clock) -> None:
    """Queue, ages, speed, failures, audits and refusals, without the name of a town."""
    _store(engine)
    clock.wait(seconds=100)
    presence.show(engine, "worker-1", now=datetime.now(UTC) + timedelta(hours=1))
    visitor = Visitor(desk)
    visitor.ask("/anmelden")
    told = visitor.ask("/metrics").text
    assert "hafen" not in told.lower()
    found = numbers(told)
    assert found["fundstelle_orders.waiting"] == found["fundstelle_orders.running"] == 1
    assert found["fundstelle_order_waiting_seconds"] == 100 + 60
    assert found["fundstelle_orders_failed.killed"] == found["fundstelle_orders_failed.program"] == 1
    assert found["fundstelle_pages_per_second"] == 0.5
    assert found["fundstelle_workers"] == 1
    assert found["fundstelle_worker_clock_seconds"] == pytest.approx(3600, abs=5)
    assert found["fundstelle_audits.enough"] == 1
    assert found["fundstelle_last_addresses.answered"] == 90
    assert found["fundstelle_last_addresses.refused"] == 7
    assert found["fundstelle_last_sites.robots_disallow"] == 1
    assert found["fundstelle_requests_total.desk.GET.2xx"] == 1
    assert found["fundstelle_request_seconds_count.desk"] == 1
    assert found["process_resident_memory_bytes"] > 0


def test_metrics_tell_that_the_database_is_away(desk: str, engine: Engine) -> None:
    """What the desk has answered is told all the same."""
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE job RENAME TO gone"))
    found = numbers(Visitor(desk).ask("/metrics").text)
    assert found["fundstelle_database_up"] == 0
    assert found["process_resident_memory_bytes"] > 0
    assert "fundstelle_workers" not in found


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What this process has written to its log since, as JSON."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs._Json())
    monkeypatch.setattr(access.logger, "handlers", [handler])
    access.logger.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    access.logger.setLevel(logging.NOTSET)


def test_the_log_names_no_secret_and_nobody(desk: str, lines: Callable[[], list[dict[str, object]]]) -> None:
    """Neither what stands behind the question mark, nor what opens a report, nor the whole address of who asks."""
    visitor = Visitor(desk)
    number = "0123456789abcdef"
    answer = visitor.ask("/freigabe/geheimes-wort?code=geheim", x_forwarded_for="203.0.113.77", x_request_id=number)
    assert answer.headers["x-request-id"] == number
    visitor.ask("/einladumg/geheimes-wort")
    visitor.ask("/healthz", x_request_id="böse".encode().decode("latin-1"))
    opened_, strange, vital = lines()
    assert (opened_["path"], opened_["status"], opened_["method"]) == ("/freigabe/…", answer.status, "GET")
    assert (opened_["client"], opened_["request"]) == ("203.0.113.0", number)
    assert strange["path"] == "/einladumg/…"
    assert (vital["level"], vital["path"]) == ("debug", "/healthz")
    assert len(str(vital["request"])) == 32
    assert "geheim" not in json.dumps([opened_, strange, vital])


@pytest.mark.parametrize(
    ("client", "shown"),
    [("203.0.113.77", "203.0.113.0"), ("2001:db8:1:2::3", "2001:db8:1::"), ("unix:", ""), ("", "")],
)
def test_of_an_address_only_its_network_is_kept(client: str, shown: str) -> None:
    """By it nobody can be told."""
    assert access.network(client) == shown


def _store(engine: Engine) -> None:
    """A judged audit, one that waits, one that is read, and two that failed."""
    with opened(engine) as session:
        towns = [Town(key=f"hafen-{number}", name=f"Hafen {number}") for number in range(5)]
        for town in towns:
            town.sites.append(Site(url="http://www.hafen.example/", host="www.hafen.example", role=Role.CITY))
        session.add_all(towns)
        session.flush()
        audits = [Audit(town_id=town.id, started=NOW) for town in towns]
        audits[0].judged, audits[0].enough = NOW, True
        session.add_all(audits)
        session.flush()
        done, waiting, running, killed, strange = (
            Job(audit_id=audit.id, town_id=audit.town_id, asked=NOW, due=NOW - timedelta(minutes=1)) for audit in audits
        )
        site = {"since": NOW.isoformat(), "first": 10, "pages": 60, "end": None}
        running.progress = {"sites": {"www.hafen.example": site, "alt.hafen.example": {**site, "end": "finished"}}}
        running.state = JobState.RUNNING
        done.state, killed.state, strange.state = JobState.DONE, JobState.FAILED, JobState.FAILED
        killed.reason = "Der Arbeitsprozess wurde mitten in der Prüfung beendet."
        strange.reason = "Etwas anderes."
        done.ended = killed.ended = strange.ended = NOW
        session.add_all([done, waiting, running, killed, strange])
        crawl = Crawl(audit_id=audits[0].id, site_id=towns[0].sites[0].id, end=End.ROBOTS_DISALLOW, pages=90, refused=7)
        session.add(crawl)
