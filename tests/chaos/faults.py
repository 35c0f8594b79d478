"""
The faults, one function each; the docstring is what stands in the table.

Does not print.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from sqlalchemy import select, update

from audit import jobs
from audit.jobs import orders
from audit.jobs.keeping import ROOT
from audit.jobs.working import LOST
from db.desk import Job, Notice, Person
from db.models import Audit, Site, Town
from db.session import opened
from db.terms import JobState, Role, Standing
from tests.audit.jobs.scenes import PAGES, children, is_read, job, now, stored, until
from tests.audit.mailbox import mailbox
from tests.chaos.networks import SERVER, around, networks
from tests.chaos.scene import Scene, scene
from tests.conftest import postgres_server

QUEUED = 10_000
AWAY = 8.0
"""Seconds that a database server stays away."""


def killed_reading(here: Scene) -> float:
    """Arbeitsprozess beim Lesen getötet (SIGKILL)"""
    audit = here.order()
    first = here.workers.start()
    here.half_read(audit)
    here.workers.start()
    time.sleep(4)
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
        os.environ["SMTP_URL"] = f"smtp://127.0.0.1:{port}?from=fundstelle@ort.example"
        audit = here.order(behind=False)
        # Takes the connection and never answers.
        silent = subprocess.Popen([sys.executable, "-c", SILENT], stdout=subprocess.PIPE)
        assert silent.stdout is not None
        deaf = f"smtp://127.0.0.1:{silent.stdout.readline().decode().strip()}?from=fundstelle@ort.example"
        first = here.workers.start(environ={"SMTP_URL": deaf})
        until(lambda: _notice(here).tries == 1)
        here.workers.kill(first)
        silent.kill()
        here.workers.start()
        with opened(here.engine) as session:
            session.execute(update(Notice).values(due=now()))
        began = time.monotonic()
        until(lambda: _notice(here).sent)
        seconds = time.monotonic() - began
        assert len(box.mails) == 1
        here.is_undisturbed(audit)
        os.environ.pop("SMTP_URL")
        return seconds


SILENT = """
import socket, time
one = socket.create_server(("127.0.0.1", 0))
print(one.getsockname()[1], flush=True)
kept = one.accept()
time.sleep(600)
"""


def killed_desk(here: Scene) -> float:
    """Die Oberfläche („serve“) getötet, mit ihrem Arbeitsprozess, und neu gestartet"""
    audit = here.order()
    first, _ = _desk()
    here.half_read(audit)
    first.kill()
    first.wait()
    second, address = _desk()
    seconds = here.seconds(audit)
    with build_opener(ProxyHandler({})).open(f"{address}/pruefungen/{audit}/verlauf") as page:
        assert page.status == HTTPStatus.OK
    here.finished(audit)
    here.is_undisturbed(audit)
    second.terminate()
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
    time.sleep(AWAY)
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
    worker = here.workers.start()
    until(lambda: children(worker.pid, of="audit.jobs.judging"))
    here.server.crash()
    time.sleep(AWAY)
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
        first = there.workers.start(within=nets.within(nets.first), environ=homes[0])
        there.half_read(audit)
        second = there.workers.start(within=nets.within(nets.second), environ=homes[1])
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
        for worker in here.workers.running:
            here.workers.kill(worker)
        return seconds
    finally:
        time.sleep(1)
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
    old.send_signal(signal.SIGTERM)
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
    while job(here.engine, poison).ended is None:
        for child in children(worker.pid, of="audit.jobs.judging"):
            os.kill(child, signal.SIGKILL)
            killed.add(child)
        if job(here.engine, poison).state == JobState.WAITING and len(killed) == 1:
            # The other does not have to wait for the next try.
            other = here.order(behind=False)
            until(lambda other=other: job(here.engine, other).ended)
        with opened(here.engine) as session:
            session.execute(update(Job).where(Job.state == JobState.WAITING, Job.tries > 0).values(due=now()))
    ended = job(here.engine, poison)
    assert (ended.state, ended.tries) == (JobState.FAILED, 3), ended.reason
    here.is_undisturbed(other)
    return None


def many_queued(here: Scene) -> float:
    """10.000 wartende Prüfungen niedriger Dringlichkeit, dahinter eine von Hand bestellte"""
    with opened(here.engine) as session:
        moment = now()
        towns = [Town(key=f"ort-{number}", name=f"Ort {number}") for number in range(QUEUED)]
        session.add_all(towns)
        session.flush()
        session.add_all(
            Site(
                town_id=one.id,
                host=f"www.{one.key}.example",
                url=f"http://www.{one.key}.example/",
                role=Role.CITY,
                standing=Standing.CONFIRMED,
            )
            for one in towns
        )
    began = time.monotonic()
    with opened(here.engine) as session:
        for one in session.scalars(select(Town)).all():
            orders.order(session, one, now=moment, rules=here.rules, priority=orders.FLEET)
    print(f"    {QUEUED} bestellt in {time.monotonic() - began:.0f} s", file=sys.stderr)
    here.workers.start()
    until(lambda: any(one.tries for one in jobs.jobs(here.engine, ended=1)[:3]) or _any_ended(here))
    audit = here.order(behind=False)
    began = time.monotonic()
    until(lambda: job(here.engine, audit).tries)
    seconds = time.monotonic() - began
    here.finished(audit)
    with opened(here.engine) as session:
        session.execute(
            update(Job)
            .where(Job.priority == orders.FLEET, Job.ended.is_(None))
            .values(ended=now(), state=JobState.CANCELLED, cancelled=now())
        )
    here.is_undisturbed(audit)
    return seconds


def _any_ended(here: Scene) -> bool:
    with opened(here.engine) as session:
        return session.scalar(select(Job.audit_id).where(Job.ended.is_not(None)).limit(1)) is not None


def _notice(here: Scene) -> Notice:
    with opened(here.engine) as session:
        return session.scalars(select(Notice)).first() or Notice(audit_id=0, person_id=0)


def _is_judged(here: Scene, audit: int) -> bool:
    with opened(here.engine) as session:
        return session.get_one(Audit, audit).judged is not None


def _desk() -> tuple[subprocess.Popen[str], str]:
    """Start the desk and return it with its address."""
    command = [str(Path(sys.executable).parent / "fundstelle"), "serve", "--port", "0"]
    desk = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert desk.stderr is not None
    line = desk.stderr.readline()
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
