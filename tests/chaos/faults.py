"""
The faults, one function each; the docstring is what stands in the table.

Does not print.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from urllib.request import ProxyHandler, build_opener

from sqlalchemy import ColumnElement, bindparam, func, select, text, update

from audit.jobs import orders
from audit.jobs.working import AT_HAND, LOST
from crawler.nursery import Child
from db.desk import Job, Notice, Person
from db.models import Audit
from db.session import opened
from db.terms import JobState
from tests.audit.jobs import forked
from tests.audit.jobs.scenes import PAGES, caught, children, is_read, job, now, stored, until
from tests.audit.mailbox import mailbox
from tests.chaos.networks import SERVER, around, networks
from tests.chaos.scene import Scene, scene
from tests.conftest import postgres_server
from tests.db.test_plans import heard

QUEUED = 10_000


def killed_reading(here: Scene) -> float:
    """Arbeitsprozess beim Lesen getötet (SIGKILL)"""
    audit = here.order()
    first = here.workers.start()
    here.half_read(audit)
    here.workers.start()
    time.sleep(8)
    here.workers.kill(first)
    seconds = here.seconds(audit)
    here.finished(audit)
    here.is_undisturbed(audit)
    return seconds


def killed_judging(here: Scene) -> float:
    """Arbeitsprozess beim Beurteilen getötet (SIGKILL)"""
    audit = here.order(behind=False)
    pair = [here.workers.start(), here.workers.start()]
    until(lambda: is_read(here.engine, audit))
    until(lambda: any(children(one.pid, of="audit.jobs.judging") for one in pair))
    judging = next(one for one in pair if children(one.pid, of="audit.jobs.judging"))
    here.workers.kill(judging)
    seconds = here.seconds(audit)
    here.finished(audit)
    here.is_undisturbed(audit)
    return seconds


def killed_reporting(here: Scene) -> float:
    """Arbeitsprozess beim Schreiben des Berichts getötet (SIGKILL)"""
    audit = here.order()
    reports = here.folder / "berichte"
    first = here.workers.start("--reports", str(reports))
    here.half_read(audit)
    here.workers.start("--reports", str(reports))
    time.sleep(4)
    here.gate.opening.set()
    # The report is put together from here on, which takes a second.
    until(lambda: _is_judged(here, audit))
    here.workers.kill(first)
    assert job(here.engine, audit).ended is None
    seconds = here.seconds(audit)
    here.finished(audit)
    assert sorted(file.suffix for file in reports.iterdir() if not file.name.startswith(".")) == [".html", ".json"]
    here.is_undisturbed(audit)
    return seconds


def killed_notifying(here: Scene) -> float:
    """Arbeitsprozess beim Senden der Mail getötet (SIGKILL)"""
    with opened(here.engine) as session:
        session.add(Person(email="a@ort.example", name="A", made=now(), mailed=True))
    with mailbox() as (box, port):
        audit = here.order(behind=False)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            deaf = f"smtp://127.0.0.1:{silent.getsockname()[1]}?from=fundstelle@ort.example"
            first = here.workers.start(environ={"SMTP_URL": deaf})
            # Takes the connection and never answers.
            connection, _ = silent.accept()
            with connection:
                here.workers.kill(first)
        assert _notice(here).tries == 1
        here.workers.start(environ={"SMTP_URL": f"smtp://127.0.0.1:{port}?from=fundstelle@ort.example"})
        with opened(here.engine) as session:
            session.execute(update(Notice).values(due=now()))
        began = time.monotonic()
        until(lambda: _notice(here).sent)
        seconds = time.monotonic() - began
        assert len(box.mails) == 1
        here.is_undisturbed(audit)
        return seconds


def killed_desk(here: Scene) -> float:
    """Die Oberfläche („serve“) getötet, mit ihrem Arbeitsprozess, und neu gestartet"""
    audit = here.order()
    first, _ = _desk(here)
    here.half_read(audit)
    here.workers.kill(first)
    second, address = _desk(here)
    seconds = here.seconds(audit)
    with build_opener(ProxyHandler({})).open(f"{address}/pruefungen/{audit}/verlauf") as page:
        assert page.status == HTTPStatus.OK
    here.finished(audit)
    here.is_undisturbed(audit)
    os.kill(second.pid, signal.SIGTERM)
    second.wait()
    return seconds


def crashed_reading(here: Scene) -> float:
    """PostgreSQL beim Lesen getötet, nach 8 Sekunden wieder da"""
    assert here.server is not None
    audit = here.order()
    worker = here.workers.start()
    here.half_read(audit)
    here.server.crash()
    here.gate.opening.set()
    time.sleep(here.away)
    here.server.start()
    began = time.monotonic()
    here.finished(audit)
    seconds = time.monotonic() - began
    assert worker.poll() is None
    here.is_undisturbed(audit)
    return seconds


def crashed_judging(here: Scene) -> float:
    """PostgreSQL beim Beurteilen getötet, nach 8 Sekunden wieder da"""
    assert here.server is not None
    audit = here.order(behind=False)
    judging = caught(here.workers.start().pid, of="audit.jobs.judging")
    here.server.crash()
    os.kill(judging, signal.SIGCONT)
    time.sleep(here.away)
    here.server.start()
    began = time.monotonic()
    here.finished(audit)
    seconds = time.monotonic() - began
    here.is_undisturbed(audit)
    return seconds


def cut_off(here: Scene) -> float:
    """Netz zwischen Arbeitsprozess und PostgreSQL 30 Sekunden unterbrochen (eigener Netzwerk-Namensraum)"""
    with (
        networks() as nets,
        around(nets, here.folder, here.gate.server.address) as way,
        postgres_server(within=nets.within(nets.second), listening=SERVER) as server,
        scene(server, "netz") as there,
    ):
        there.gate.server = here.gate.server
        there.gate.opening = here.gate.opening
        audit = there.order()
        far = {"DATABASE_URL": f"postgresql://fundstelle@{SERVER}/netz", "HTTP_PROXY": f"http://{way}"}
        homes = [{**far, "FUNDSTELLE_HOME": str(there.folder / name)} for name in ("fern", "nah")]
        first = there.workers.start(network=nets.first, environ=homes[0])
        there.half_read(audit)
        second = there.workers.start(network=nets.second, environ=homes[1])
        time.sleep(6)
        nets.pull()
        seconds = there.seconds(audit)
        until(lambda: children(second.pid, of="crawler"))
        time.sleep(max(0.0, 30 - seconds))
        nets.plug()
        there.finished(audit)
        until(lambda: not children(first.pid, of="crawler"))
        assert first.poll() in {None, LOST}
        there.is_undisturbed(audit)
        return seconds


def wrong_clock(here: Scene) -> float:
    """Uhr eines Arbeitsprozesses eine Stunde zurück"""
    audit = here.order(behind=False)
    began = time.monotonic()
    here.workers.start(behind=timedelta(hours=1))
    until(lambda: job(here.engine, audit).tries)
    seconds = time.monotonic() - began
    here.finished(audit)
    if here.server is not None:
        ended = job(here.engine, audit).ended
        assert ended is not None
        assert abs(now() - ended) < timedelta(minutes=1)
    here.is_undisturbed(audit)
    return seconds


def full_disk(here: Scene) -> float | None:
    """Datenträger eines Arbeitsprozesses voll, später wieder Platz"""
    small = here.folder / "klein"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(small)], check=True)
    try:
        filler = small / "voll"
        with suppress(OSError), filler.open("wb") as file:
            while True:
                file.write(bytes(4096))
        audit = here.order(behind=False)
        here.workers.start(environ={"FUNDSTELLE_HOME": str(small), "TMPDIR": str(small), "DATABASE_URL": here.address})
        # What only cannot be kept as an archive does not stop an audit.
        until(lambda: job(here.engine, audit).reason or job(here.engine, audit).ended)
        filler.unlink()
        seconds = None
        if job(here.engine, audit).ended is None:
            with opened(here.engine) as session:
                session.execute(update(Job).values(due=now()))
            seconds = here.seconds(audit)
        here.finished(audit)
        here.is_undisturbed(audit)
        return seconds
    finally:
        for worker in here.workers.running:
            here.workers.kill(worker)
        subprocess.run(["umount", "--lazy", str(small)], check=False)


def same_name(here: Scene) -> float | None:
    """Zwei Arbeitsprozesse im selben Augenblick gestartet"""
    others = [here.order(key=key) for key in ("aach", "bonn")]
    for _ in range(2):
        here.workers.start()
    for audit in others:
        here.half_read(audit)
    names = {job(here.engine, audit).worker for audit in others}
    assert len(names) == 2, names
    for audit in others:
        here.finished(audit)
    here.is_undisturbed(others[1])
    return None


def upgraded(here: Scene) -> float:
    """Neue Fassung, während eine Prüfung läuft und eine wartet; die alte Fassung wird danach beendet"""
    running, waiting = here.order(key="aach"), here.order()
    old = here.workers.start(version="1")
    here.half_read(running)
    here.workers.start()
    here.half_read(waiting)
    assert job(here.engine, running).tries == 1
    os.kill(old.pid, signal.SIGTERM)
    old.wait()
    here.gate.opening.set()
    began = time.monotonic()
    until(lambda: job(here.engine, running).ended)
    seconds = time.monotonic() - began
    here.finished(waiting)
    assert stored(here.engine, running) == PAGES + 1
    here.is_undisturbed(waiting)
    return seconds


def poisoned(here: Scene) -> float | None:
    """Eine Stadt, deren Beurteilung den Prozess jedes Mal tötet; eine andere dahinter"""
    poison = here.order(key="aach", behind=False)
    worker = here.workers.start()
    killed: set[int] = set()
    other = None
    while job(here.engine, poison).ended is None:
        for child in children(worker.pid, of="audit.jobs.judging"):
            os.kill(child, signal.SIGKILL)
            killed.add(child)
        if killed and job(here.engine, poison).state == JobState.WAITING:
            if other is None:
                # The other does not have to wait for the next try.
                _due(here, poison, ahead=timedelta(hours=1))
                other = here.order(behind=False)
                here.finished(other)
            if job(here.engine, poison).due > now():
                _due(here, poison, ahead=timedelta())
    assert other is not None
    ended = job(here.engine, poison)
    assert (ended.state, ended.tries) == (JobState.FAILED, 3), ended.reason
    here.is_undisturbed(other)
    return None


def many_queued(here: Scene) -> float:
    """10.000 wartende Prüfungen niedriger Dringlichkeit, dahinter eine von Hand bestellte"""
    with here.engine.begin() as connection:
        for statement in MANY:
            connection.execute(statement, {"last": QUEUED, "rules": here.rules, "moment": now()})
    _is_looked_up(here)
    here.workers.start()
    until(lambda: _count(here, Job.ended.is_not(None)))
    audit = here.order(behind=False)
    began = time.monotonic()
    until(lambda: job(here.engine, audit).tries)
    seconds = time.monotonic() - began
    ours = job(here.engine, audit)
    # At most the one that was being done, and the one that the queue had given its place already.
    assert _count(here, Job.priority == orders.FLEET, Job.begun > ours.asked, Job.begun < ours.begun) <= 2
    here.finished(audit)
    with opened(here.engine) as session:
        session.execute(
            update(Job)
            .where(Job.priority == orders.FLEET, Job.ended.is_(None))
            .values(ended=now(), state=JobState.CANCELLED, cancelled=now())
        )
    here.is_undisturbed(audit)
    return seconds


MANY = (
    text(
        "INSERT INTO town (key, name, competences, aliases, neighbours, budget) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :last) SELECT 'ort-' || i, 'Ort ' || i, '[]', '{}', '[]', '{\"pages_per_site\": 1, \"seconds_per_site\": 20, \"delay_seconds\": 0}' FROM n"
    ),
    text(
        "INSERT INTO site (town_id, url, host, role, standing, reason, by_hand) SELECT id, 'http://www.' || key || '.example/', 'www.' || key || '.example', 'city', 'confirmed', '', false FROM town"
    ),
    text(
        "INSERT INTO audit (town_id, started, budget, program, replayed, stored) SELECT id, :moment, budget, '', '[]', '[]' FROM town"
    ).bindparams(bindparam("moment", type_=Audit.started.type)),
    text(
        "INSERT INTO crawl (audit_id, site_id, \"end\", detail, pages, refused, failed, left_out, left_out_by, program) SELECT audit.id, site.id, 'open', '', 0, 0, 0, 0, '{}', '' FROM audit JOIN site USING (town_id)"
    ),
    text(
        "INSERT INTO job (audit_id, town_id, asked, due, who, catalogue, priority, state, worker, epoch, tries, reason, progress) SELECT id, town_id, started, started, '', :rules, 2, 'waiting', '', 0, 0, '', '{}' FROM audit"
    ),
)
"""As ``fleet start`` writes them, in a twentieth of the time."""


def _is_looked_up(here: Scene) -> None:
    """See that a look for work goes by the index of what is next, and sorts nothing."""
    with heard(here.engine) as said, opened(here.engine) as session:
        session.execute(text("ANALYZE job"))
        said.clear()
        assert len(orders.due(session, now=now(), most=AT_HAND)) == AT_HAND
    ((statement, values),) = said
    explain = "EXPLAIN" if here.server else "EXPLAIN QUERY PLAN"
    with here.engine.connect() as connection:
        plan = f"{connection.exec_driver_sql(f'{explain} {statement}', values).all()}"
    assert "ix_job_next" in plan, plan
    assert "Sort" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan


def _count(here: Scene, *conditions: ColumnElement[bool]) -> int:
    with opened(here.engine) as session:
        return session.scalar(select(func.count()).select_from(Job).where(*conditions)) or 0


def _due(here: Scene, audit: int, *, ahead: timedelta) -> None:
    with opened(here.engine) as session:
        session.execute(update(Job).where(Job.audit_id == audit).values(due=now() + ahead))


def _notice(here: Scene) -> Notice:
    with opened(here.engine) as session:
        return session.scalars(select(Notice)).first() or Notice(audit_id=0, person_id=0)


def _is_judged(here: Scene, audit: int) -> bool:
    with opened(here.engine) as session:
        return session.get_one(Audit, audit).judged is not None


def _desk(here: Scene) -> tuple[Child, str]:
    """Start the desk and return it with its address."""
    reading, writing = os.pipe()
    desk = forked.begin("--port", "0", desk=True, stderr=writing)
    here.workers.running.append(desk)
    os.close(writing)
    # Stays open: whoever complains to nobody would be ended by it.
    here.heard.append(os.fdopen(reading))
    line = here.heard[-1].readline()
    return desk, line.removeprefix("Fundstelle läuft: ").strip().rstrip("/")


BOTH = (
    killed_reading,
    killed_judging,
    killed_reporting,
    killed_notifying,
    killed_desk,
    wrong_clock,
    full_disk,
    same_name,
    upgraded,
    poisoned,
    many_queued,
)
ON_SERVER = (crashed_reading, crashed_judging, cut_off)
