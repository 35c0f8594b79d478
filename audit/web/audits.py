"""
An audit from the order to its end: start it, watch it, call it off, order it again.

Does not audit: a worker does, in a process of its own (``audit.jobs``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.responses import Response

from audit import catalogue, jobs
from audit.inventory.profile import MAX_PAGES
from audit.jobs import notices, orders, progress
from audit.jobs.doing import TRIES
from audit.web import live, signing
from audit.web.call import Call, Door
from db import queries
from db.desk import Job
from db.errors import NotFoundError
from db.models import Audit, Town
from db.session import opened
from db.terms import JobState, PersonRole, Standing
from reports.findings import iso
from reports.language import language


def form(call: Call) -> Response:
    """Show what an audit of the town would be like; one that is under way is shown instead."""
    town, going, unfinished = _town(call)
    if going is not None:
        return call.go(_course(going))
    return _form(call, town, unfinished=unfinished, pages=str(_pages(town)), rules=catalogue.DEFAULT, faults=[])


def start(call: Call) -> Response:
    """Order an audit and go and watch it."""
    town, going, unfinished = _town(call)
    if going is not None:
        return call.go(_course(going), said="audit_running")
    pages, rules, fresh = call.words("pages"), call.words("catalogue"), call.words("begin") == "fresh"
    faults = [
        name for name, fits in (("pages", _is_number(pages)), ("catalogue", rules in catalogue.names())) if not fits
    ]
    if faults:
        return _form(call, town, unfinished=unfinished, pages=pages, rules=rules, faults=faults, status=400)
    who = call.person.name if call.person else ""
    ordered = jobs.enqueue(call.engine, town.key, now=call.now, pages=int(pages), fresh=fresh, rules=rules, who=who)
    if ordered.is_new:
        _note(call, "audit_ordered", ordered.audit_id)
    return call.go(_course(ordered.audit_id), said="audit_ordered" if ordered.is_new else "audit_running")


def course(call: Call) -> Response:
    """Show how far an audit is."""
    number = _number(call)
    with opened(call.engine) as session:
        audit = queries.audit(session, str(number))
        job = session.get(Job, number)
    may = call.person is not None and signing.may(call.person, PersonRole.EDITOR)
    mails = [
        {"name": one.person.name, "reason": one.reason} for one in notices.told(call.engine, [number]) if one.reason
    ]
    return call.page("audit_course", **_values(audit, job, now=call.now), may=may, mails=mails, again=_may_again(job))


def events(call: Call) -> Response:
    """Let a browser follow an audit."""
    number, clock, engine = _number(call), call.settings.clock, call.engine

    def look() -> live.Seen:
        with opened(engine) as session:
            audit = queries.audit(session, str(number))
            job = session.get(Job, number)
        values = _values(audit, job, now=clock())
        return live.Seen(live.parts("desk/_course.html.j2", values), is_over=job is None or job.ended is not None)

    look()  # an audit that there is not is said now, and not in a stream
    return live.stream((id(engine), number), look, language=language())


def called_off(call: Call) -> Response:
    """Call an audit off."""
    number = _number(call)
    took = jobs.cancel(call.engine, number, now=call.now)
    if took:
        _note(call, "audit_cancelled", number)
    return call.go(_course(number), said="audit_cancelled" if took else "audit_ended")


def again(call: Call) -> Response:
    """Order an audit again that failed or was called off."""
    number = _number(call)
    jobs.retry(call.engine, number, now=call.now, who=call.person.name if call.person else "")
    _note(call, "audit_ordered", number)
    return call.go(_course(number), said="audit_ordered")


DOORS = (
    Door("/orte/{key}/pruefen", form, PersonRole.EDITOR),
    Door("/orte/{key}/pruefen", start, PersonRole.EDITOR, "POST"),
    Door("/pruefungen/{number}/verlauf", course, PersonRole.READER),
    Door("/pruefungen/{number}/ereignisse", events, PersonRole.READER),
    Door("/pruefungen/{number}/abbrechen", called_off, PersonRole.EDITOR, "POST"),
    Door("/pruefungen/{number}/wiederholen", again, PersonRole.EDITOR, "POST"),
)


def _town(call: Call) -> tuple[Town, int | None, Audit | None]:
    """Return the town of the address, the number of its audit that is under way, and one that was interrupted."""
    with opened(call.engine) as session:
        town = queries.town(session, call.path["key"])
        if town is None:
            raise NotFoundError("Diese Stadt gibt es hier nicht.")
        going = orders.waiting(session, town.id)
        return town, going.audit_id if going else None, queries.unfinished(session, town.id)


def _form(
    call: Call,
    town: Town,
    *,
    unfinished: Audit | None,
    pages: str,
    rules: str,
    faults: list[str],
    status: int = 200,
) -> Response:
    return call.page(
        "audit_order",
        status=status,
        town={"key": town.key, "name": town.name},
        sites=[site.host for site in town.sites if site.standing == Standing.CONFIRMED],
        unfinished=iso(unfinished.started) if unfinished else None,
        fresh=call.words("begin") == "fresh",
        pages=pages,
        most=MAX_PAGES,
        rules=rules,
        catalogues=catalogue.names(),
        faults=faults,
    )


def _pages(town: Town) -> int:
    return int((town.budget or {}).get("pages_per_site", 1500))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MAX_PAGES)) and 1 <= int(text) <= MAX_PAGES


def _number(call: Call) -> int:
    """Return the number of the address; what no database could look for is no audit."""
    text = call.path["number"]
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(orders.LARGEST))) or int(text) > orders.LARGEST:
        raise NotFoundError("Diese Prüfung gibt es nicht.")
    return int(text)


def _course(number: int) -> str:
    return f"/pruefungen/{number}/verlauf"


def _note(call: Call, what: str, number: int) -> None:
    with opened(call.engine) as session:
        audit = queries.audit(session, str(number))
        signing.note(session, call.person, what, now=call.now, town_id=audit.town_id, about=f"Prüfung {number}")


def _may_again(job: Job | None) -> bool:
    return job is not None and job.state in orders.AGAIN


def _values(audit: Audit, job: Job | None, *, now: datetime) -> dict[str, Any]:
    """Return what the page says of an audit; one that was started in a terminal has no order."""
    document = {**progress.EMPTY, **(job.progress if job else {})}
    seconds = float(audit.budget.get("seconds_per_site", 1800))
    remaining = progress.left(document, now=now, seconds_per_site=seconds) if job and not job.ended else None
    return {
        "number": audit.id,
        "town": {"key": audit.town.key, "name": audit.town.name},
        "state": _state(audit, job),
        "judged": audit.judged is not None,
        "tries": job.tries if job else 0,
        "of_tries": TRIES,
        "due": iso(job.due) if job and job.tries else None,
        "reason": job.reason if job else "",
        "phase": document["phase"],
        "busy": document["busy"],
        "done": document.get("done", 0),
        "total": document.get("total", 0),
        "left": remaining._asdict() if remaining else None,
        "sites": [_site(host, site, is_over=bool(job and job.ended)) for host, site in document["sites"].items()],
        "happened": [[at, code, values] for at, code, values in reversed(document["said"])],
    }


def _state(audit: Audit, job: Job | None) -> str:
    if job is None:
        return JobState.DONE if audit.judged else "elsewhere"
    return "stopping" if job.cancelled and not job.ended else job.state


def _site(host: str, site: dict[str, Any], *, is_over: bool) -> dict[str, Any]:
    known = max(site.get("known") or 0, site.get("pages") or 0)
    share = 100.0 if site.get("end") else 100 * site["pages"] / known if known else 0.0
    return {
        "host": host,
        "pages": site["pages"],
        "known": known,
        "end": site.get("end"),
        "share": share,
        "is_over": is_over,
    }
