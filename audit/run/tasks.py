"""
Keep the tasks of a town: take on a proposal, write one by hand, change it, and let audits say whether it has worked.

Does not say when a task has worked; ``audit.tasks`` does. Whoever writes holds the town first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import tasks
from audit.tasks import CHECKED, Look
from db import queries
from db.desk import Person, Task
from db.errors import ConflictError, InputError, NotFoundError
from db.models import Audit, Finding, Proposal, Town
from db.terms import TaskState

LONGEST = {"change": 1000, "role": 200, "note": 4000}
"""Signs of each text."""

BY_PEOPLE = (TaskState.OPEN, TaskState.DONE, TaskState.DROPPED)
"""What a person can say of a task; the rest is said by audits."""


@dataclass(frozen=True)
class Plan:
    """What a person writes into a task; ``state`` is one of ``BY_PEOPLE``, "" leaves it as it is."""

    change: str = ""
    role: str = ""
    person_id: int | None = None
    due: date | None = None
    note: str = ""
    state: str = ""

    def faults(self, people: Collection[int]) -> set[str]:
        """Return the fields that are wrong."""
        found = {name for name, most in LONGEST.items() if len(getattr(self, name)) > most}
        found |= {"change"} if not self.change else set()
        found |= {"person"} if self.person_id is not None and self.person_id not in people else set()
        return found | ({"state"} if self.state not in {"", *BY_PEOPLE} else set())


def accept(session: Session, audit_id: int, place: int, *, person: Person | None, now: datetime) -> tuple[Task, bool]:
    """
    Make a proposal of an audit a task, unless it is one; say whether it is new.

    Raises NotFoundError if there is no such proposal.
    """
    audit = session.get(Audit, audit_id)
    if audit is None:
        raise NotFoundError("Diese Prüfung gibt es nicht.")
    queries.hold_town(session, audit.town_id)
    wanted = select(Proposal).where(Proposal.audit_id == audit_id, Proposal.place == place)
    proposal = session.scalar(wanted)
    if proposal is None:
        raise NotFoundError("Diesen Vorschlag gibt es nicht (mehr).")
    known = tasks.taken(proposal, of_town(session, audit.town_id))
    if known is not None:
        return known, False
    task = Task(
        town_id=audit.town_id,
        change=proposal.change,
        made=now,
        where=proposal.where,
        criteria=list(proposal.criteria),
        changes=list(proposal.changes),
        audit_id=audit_id,
        role=proposal.role,
        person_id=person.id if person else None,
    )
    session.add(task)
    session.flush()
    return task, True


def write(session: Session, town: Town, criterion: str, plan: Plan, *, now: datetime) -> Task:
    """Write a task by hand; the same one sent twice while it waits is one."""
    queries.hold_town(session, town.id)
    task = Task(town_id=town.id, change=plan.change, made=now, criteria=[criterion])
    _put(task, plan, now=now)
    for known in of_town(session, town.id):
        if known.state in tasks.WAITING and (known.change, known.criteria) == (task.change, task.criteria):
            return known
    session.add(task)
    session.flush()
    return task


def change(session: Session, number: int, plan: Plan, *, version: int, now: datetime) -> Task:
    """
    Write a task anew; what is so already is left alone.

    Raises:
        NotFoundError: There is no such task.
        ConflictError: It was changed since that version.
    """
    task = task_of(session, number)
    queries.hold_town(session, task.town_id)
    session.refresh(task)
    if _is_so(task, plan):
        return task
    if task.version != version:
        raise ConflictError("Jemand anderes hat diese Aufgabe inzwischen geändert.")
    _put(task, plan, now=now)
    task.version += 1
    verify(session, task.town_id)
    return task


def task_of(session: Session, number: int) -> Task:
    """Return a task; raise NotFoundError if there is none of the number."""
    found = session.get(Task, number)
    if found is None:
        raise NotFoundError("Diese Aufgabe gibt es nicht.")
    return found


def of_town(session: Session, town_id: int) -> list[Task]:
    """Return the tasks of a town, the oldest first."""
    return list(session.scalars(select(Task).where(Task.town_id == town_id).order_by(Task.id)))


def verify(session: Session, town_id: int) -> None:
    """Let the judged audits of a town say of each task that was done whether it has worked; asking twice changes nothing."""
    done = [task for task in of_town(session, town_id) if task.state in CHECKED and task.done is not None]
    looks = _looks(session, town_id, done)
    for task in done:
        state, audit = tasks.standing(task, looks)
        if (task.state, task.checked_id) != (state, audit):
            task.state, task.checked_id = state, audit
            task.version += 1


def found(session: Session, of: Sequence[Task]) -> dict[int, dict[str, str]]:
    """Return for each task that an audit has looked at the verdicts of its criteria there."""
    wanted = {key for task in of for key in task.criteria}
    verdicts = _verdicts(session, {task.checked_id for task in of if task.checked_id is not None}, wanted)
    return {
        task.id: {key: verdicts[task.checked_id][key] for key in task.criteria if key in verdicts[task.checked_id]}
        for task in of
        if task.checked_id in verdicts
    }


def day(text: str) -> date | None:
    """Return the day that a field of a form names, None if it is empty; raise InputError if it is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(f"„{text[:40]}“ ist kein Tag.", remedy="Beispiel: 2027-03-31") from None


def _looks(session: Session, town_id: int, done: Sequence[Task]) -> list[Look]:
    if not done:
        return []
    session.flush()
    earliest = min(task.done for task in done if task.done is not None)
    since = (Audit.town_id == town_id, Audit.judged.is_not(None), Audit.started >= earliest)
    audits = session.scalars(select(Audit).where(*since).order_by(Audit.started, Audit.id)).all()
    verdicts = _verdicts(session, {one.id for one in audits}, {key for task in done for key in task.criteria})
    return [Look(one.id, one.started, bool(one.enough), verdicts.get(one.id, {})) for one in audits]


def _verdicts(session: Session, audits: Collection[int], criteria: Collection[str]) -> Mapping[Any, dict[str, str]]:
    wanted = select(Finding.audit_id, Finding.criterion, Finding.verdict)
    found: dict[int, dict[str, str]] = {}
    rows = session.execute(wanted.where(Finding.audit_id.in_(audits), Finding.criterion.in_(criteria)))
    for audit, criterion, verdict in rows:
        found.setdefault(audit, {})[criterion] = verdict
    return found


def _is_so(task: Task, plan: Plan) -> bool:
    told = (task.change, task.role, task.person_id, task.due, task.note)
    due = plan.due.isoformat() if plan.due else None
    return told == (plan.change, plan.role, plan.person_id, due, plan.note) and plan.state in {"", task.state}


def _put(task: Task, plan: Plan, *, now: datetime) -> None:
    task.change, task.role, task.note, task.person_id = plan.change, plan.role, plan.note, plan.person_id
    task.due = plan.due.isoformat() if plan.due else None
    if plan.state and plan.state != task.state:
        task.state = plan.state
        task.done = now if plan.state == TaskState.DONE else None
        task.checked_id = None
