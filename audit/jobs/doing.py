"""
One order as a worker does it: read, judge, report, and say how it went.

Does not know the queue it came from. What is done twice after a crash is done once in effect: the reading goes on where it
stopped, and a judging takes the place of the one before.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import joinedload

from audit import catalogue
from audit.jobs import orders
from audit.jobs.judging import fault_of
from audit.jobs.orders import Hold, Order
from audit.jobs.progress import EMPTY, Progress, forget_speed
from audit.jobs.pulse import BEAT, Desk, Pulse, give_up, patiently
from audit.run import showing
from audit.run.crawling import crawl
from audit.run.written import write
from crawler import process
from crawler.turns import lease_of
from db import logs
from db.desk import Job
from db.errors import FundstelleError, HostBusyError, InputError, LostError, StoreError
from db.session import home, opened
from db.terms import N_, JobState
from reports import files
from reports.document import document

TRIES = 3
"""So often an audit is begun before it is given up; a town that kills its workers must not do so for ever."""

PAUSES = (timedelta(seconds=30), timedelta(minutes=5))
"""Before the second and the third try."""

REPEATS = 2
"""So often a part is done again at once within a try, if the database was away for a moment."""

HOST_PATIENCE = 5.0
"""Seconds to wait, when all else is read, for a host that another audit reads; then the place is left to another order."""

BUSY_PAUSES = (2, 3, 5, 5, 5, 10, 10, 20, 30, 60)
"""Seconds between two looks whether such a host is free, the last one for all that follow."""

DONE, CANCELLED, BUSY = "done", "cancelled", "busy:"
LASTING = "!"
"""Before a reason that will not go away by itself."""

KILLED = N_("Der Arbeitsprozess wurde mitten in der Prüfung beendet.")
STOPPED = N_("Das Lesen wurde unterbrochen.")
HUNG = N_("Es ging nicht weiter und wurde abgebrochen.")
UNWRITTEN = N_("Der Bericht ließ sich nicht schreiben: {reason}")
UNEXPECTED = N_("Unerwarteter Fehler im Programm ({kind}).")

REPORTED = ("html", "json")
"""What is written of each audit that is done."""

logger = logging.getLogger(__name__)


def begin(desk: Desk, one: Order) -> Order | None:
    """
    Count a try and return the order as it is now ours; None if there is nothing to do.

    It was called off, has ended, was tried too often, is done by a worker that lives, or its hosts are still being read.
    """
    known = patiently(lambda: _job(desk, one))
    if known is None or _is_anothers(desk, known) or _still_waits(desk, one, known):
        return None
    job = patiently(lambda: orders.begin(desk.engine, one, now=desk.clock(), worker=desk.name))
    if job is None:
        return None
    ours = one._replace(epoch=job.epoch)
    if job.cancelled is not None:
        settle(desk, ours, CANCELLED)
        return None
    if job.tries > TRIES:
        _end(desk, ours, JobState.FAILED, reason=job.reason or KILLED)
        return None
    return ours


def _is_anothers(desk: Desk, job: Job) -> bool:
    return job.state == JobState.RUNNING and job.worker not in {"", desk.name} and not desk.is_free(job.worker)


def _still_waits(desk: Desk, one: Order, job: Job) -> bool:
    """Put an order off again whose hosts are all still being read; it costs less than to begin it."""
    hosts = job.progress.get("busy") or []
    if not hosts or job.cancelled is not None or any(desk.is_free(lease_of(host)) for host in hosts):
        return False
    _wait(desk, one._replace(epoch=job.epoch), hosts, was_begun=False)
    return True


def read(desk: Desk, one: Order) -> str:
    """Read the sites; return DONE, CANCELLED, BUSY with hosts or, in German, what went wrong."""

    def work(pulse: Pulse, job: Job) -> None:
        def report(event: dict[str, Any]) -> None:
            pulse.hear()
            pulse.progress.read(event)

        pulse.progress.say("begun" if job.tries == 1 else "continued")
        pulse.progress.enter("reading")
        crawl(
            desk.engine,
            one.audit_id,
            catalogue=catalogue.load(job.catalogue),
            reading=desk.reading,
            report=report,
            clock=desk.clock,
            stopped=pulse.is_over,
            epoch=one.epoch,
        )

    return _worked(desk, one, work)


def judge(desk: Desk, one: Order) -> str:
    """Judge the pages; return the same as ``read``."""

    def work(pulse: Pulse, job: Job) -> None:
        last: dict[str, Any] = {}

        def report(event: dict[str, Any]) -> None:
            pulse.hear()
            last.clear()
            last.update(event)
            if event["event"] == "judged":
                pulse.progress.enter(event["phase"])
                pulse.progress.count(event["done"], event["total"])

        pulse.progress.say("judging")
        pulse.progress.enter("judging")
        process.run(
            "audit.jobs.judging",
            _judging(desk, one, job),
            report=report,
            stopped=pulse.is_over,
            name="beurteilende",
            ahead=job.catalogue,
        )
        _check(last)

    return _worked(desk, one, work)


def _judging(desk: Desk, one: Order, job: Job) -> dict[str, Any]:
    return {
        "database": desk.engine.url.render_as_string(hide_password=False),
        "audit": one.audit_id,
        "town": job.town.key,
        "due": one.due.isoformat(),
        "epoch": one.epoch,
        "catalogue": job.catalogue,
        "now": desk.clock().isoformat(),
        # The same as of the reading: the two never run at once.
        "log": str(home() / "logs" / f"audit-{one.audit_id}.log"),
    }


def _check(last: dict[str, Any]) -> None:
    """Raise what the judging process had to say at its end."""
    if last.get("event") == "lost":
        give_up()
    if (fault := fault_of(last)) is not None:
        raise fault


def report(desk: Desk, one: Order) -> str:
    """Write the report for people, if a folder for it was named; return DONE or what went wrong."""

    def work(_pulse: Pulse, _job: Job) -> None:
        assert desk.reports is not None
        with opened(desk.engine) as session:
            found = document(session, one.audit_id)
        stem = showing.stem_of(found)
        write(desk.reports, {name: text for kind in REPORTED for name, text in files.of(found, stem, kind).items()})

    outcome = DONE if desk.reports is None else _worked(desk, one, work)
    for _ in range(REPEATS):
        if outcome == DONE or desk.stopping.wait(BEAT):
            break
        outcome = _worked(desk, one, work)
    return outcome


def settle(desk: Desk, one: Order, outcome: str, *, reported: str = DONE) -> None:
    """Write how a try went: it is done, called off, tried again later, waits for a host, or is given up with its reason."""
    job = patiently(lambda: _job(desk, one))
    if job is None:
        return
    told = {"audit": one.audit_id, "town": job.town.key, "try": job.tries}
    logger.log(logging.INFO if outcome in {DONE, CANCELLED} else logging.WARNING, outcome, extra={"facts": told})
    if outcome == DONE:
        # What was judged is there, whatever became of the files.
        reason = "" if reported in {DONE, CANCELLED} else UNWRITTEN.format(reason=reported.removeprefix(LASTING))
        _end(desk, one, JobState.DONE, reason=reason)
    elif outcome == CANCELLED or job.cancelled is not None:
        _end(desk, one, JobState.CANCELLED)
    elif outcome.startswith(BUSY):
        _wait(desk, one, outcome.removeprefix(BUSY).split(), was_begun=True)
    elif job.tries >= TRIES or outcome.startswith(LASTING):
        _end(desk, one, JobState.FAILED, reason=outcome.removeprefix(LASTING))
    else:
        until = desk.clock() + PAUSES[min(job.tries, len(PAUSES)) - 1]
        _say(desk, one, "again", reason=outcome)
        patiently(lambda: orders.put_off(desk.engine, one, until=until, reason=outcome))


def _wait(desk: Desk, one: Order, hosts: Sequence[str], *, was_begun: bool) -> None:
    """Put an order off until its hosts may be free; that is no try, and its place is another's until then."""
    job = patiently(lambda: _job(desk, one))
    if job is None:
        return
    waits = 0 if was_begun else int(job.progress.get("waits", 0)) + 1
    patiently(
        lambda: orders.beat(
            desk.engine, one, {**EMPTY, **job.progress, "phase": "busy", "busy": [*hosts], "waits": waits}
        )
    )
    until = desk.clock() + timedelta(seconds=BUSY_PAUSES[min(waits, len(BUSY_PAUSES) - 1)])
    patiently(lambda: orders.put_off(desk.engine, one, until=until, counts=not was_begun))


def _worked(desk: Desk, one: Order, work: Callable[[Pulse, Job], None]) -> str:
    """Do a part of an order, and again if the database was away for a moment; return how it went."""
    desk.at_work.add(one.audit_id)
    try:
        for _ in range(REPEATS):
            with suppress(StoreError):
                return _once(desk, one, work)
            patiently(lambda: _job(desk, one))
        return _once(desk, one, work)
    except StoreError as fault:
        return fault.message
    finally:
        desk.at_work.discard(one.audit_id)


def _once(desk: Desk, one: Order, work: Callable[[Pulse, Job], None]) -> str:
    job = patiently(lambda: _job(desk, one))
    if job is None:
        return CANCELLED
    pulse = Pulse(desk, one, {**EMPTY, **forget_speed({**EMPTY, **job.progress}), "busy": []})
    try:
        with logs.about(audit=one.audit_id, town=job.town.key), pulse.beating():
            work(pulse, job)
    except StoreError:
        raise
    except BaseException as fault:  # noqa: BLE001 whatever it is, it must be written down
        return _outcome(desk, one, pulse, fault)
    if pulse.hold == Hold.LOST:
        desk.give_up()
    return DONE


def _outcome(desk: Desk, one: Order, pulse: Pulse, fault: BaseException) -> str:
    """Say in a word why a part ended early."""
    if pulse.hold == Hold.LOST or isinstance(fault, LostError):
        desk.give_up()
    if pulse.hold == Hold.CALLED_OFF:
        return CANCELLED
    if desk.stopping.is_set():
        _stand_still(desk, one)
    return HUNG if pulse.is_hung() else _reason(one, fault)


def _reason(one: Order, fault: BaseException) -> str:
    match fault:
        case HostBusyError():
            return f"{BUSY}{' '.join(fault.hosts)}"
        case KeyboardInterrupt():
            return STOPPED
        case InputError():
            return f"{LASTING}{fault}"
        case FundstelleError():
            # Behind the first line stands the log, which is kept where it is.
            return fault.message.splitlines()[0]
    logger.error("Fault in the program", exc_info=fault, extra={"facts": {"audit": one.audit_id}})
    return UNEXPECTED.format(kind=type(fault).__name__)


def _stand_still(desk: Desk, one: Order) -> None:
    """Wait for the end of the process, so that the queue learns nothing and hands the order on when it is gone."""
    with suppress(StoreError):
        orders.interrupted(desk.engine, one)
    desk.at_work.discard(one.audit_id)
    threading.Event().wait()


def _end(desk: Desk, one: Order, state: JobState, *, reason: str = "") -> None:
    _say(desk, one, str(state), reason=reason)
    patiently(lambda: orders.end(desk.engine, one, state=state, now=desk.clock(), reason=reason))


def _say(desk: Desk, one: Order, code: str, *, reason: str) -> None:
    job = patiently(lambda: _job(desk, one))
    if job is None:
        return
    progress = Progress(job.progress, clock=desk.clock)
    progress.say(code, reason=reason)
    progress.enter("over")
    patiently(lambda: orders.beat(desk.engine, one, progress.document()))


def _job(desk: Desk, one: Order) -> Job | None:
    with opened(desk.engine) as session:
        return session.get(Job, one.audit_id, options=[joinedload(Job.town)])
