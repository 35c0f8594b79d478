"""
Whether a task that somebody has done has worked, and in what order tasks are read.

Does not judge: an audit says what was found, and only one that began after the task was done can know.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from audit.inventory.spelling import letters
from db.desk import Person, Task
from db.models import Proposal
from db.terms import TaskState, Verdict

WAITING = (TaskState.OPEN, TaskState.DONE, TaskState.FAILED)
"""States in which somebody still has to do something, or the next audit has."""

CHECKED = {TaskState.DONE, TaskState.VERIFIED, TaskState.FAILED}
"""What an audit can change."""


class Look(NamedTuple):
    """A judged audit: its number, when it began, whether enough was read, and its verdicts by criterion."""

    audit: int
    started: datetime
    enough: bool
    verdicts: Mapping[str, str]


class Standing(NamedTuple):
    """How far a task is, and the audit that says so; None: no audit could say."""

    state: TaskState
    audit: int | None


def standing(task: Task, looks: Sequence[Look]) -> Standing:
    """
    Return how far a task is after all judged audits of its town, the earliest first.

    It is verified by the first audit that finds everything it was for, and stays so. Where none does, the last that saw
    something of it missing says so. An audit that could not look says nothing.
    """
    state = TaskState(task.state)
    if state not in CHECKED or task.done is None:
        return Standing(state, None)
    found = Standing(TaskState.DONE, None)
    for look in looks:
        if look.started < task.done or not look.enough:
            continue
        verdicts = {look.verdicts[key] for key in task.criteria if key in look.verdicts}
        if verdicts == {Verdict.FINDABLE}:
            return Standing(TaskState.VERIFIED, look.audit)
        if verdicts - {Verdict.FINDABLE, Verdict.UNKNOWN}:
            found = Standing(TaskState.FAILED, look.audit)
    return found


def taken(proposal: Proposal, tasks: Sequence[Task]) -> Task | None:
    """Return the task that a proposal has become, of this audit or an earlier one; what was dropped or has worked is none."""
    waiting = [task for task in tasks if task.state in WAITING]
    return next((task for task in waiting if _what(task) == _what(proposal)), None)


def ordered(tasks: Sequence[Task], person: Person | None, departments: Mapping[str, Collection[str]]) -> list[Task]:
    """
    Return the tasks in the order in which a person reads them: their own, those of their department, all others.

    ``departments`` names those in charge of each criterion. Within each part what is due first comes first.
    """
    own = letters((person.department if person else None) or "")

    def place(task: Task) -> tuple[Any, ...]:
        whose = {letters(task.role), *(letters(one) for key in task.criteria for one in departments.get(key, ()))}
        is_mine = person is not None and person.id is not None and task.person_id == person.id
        rank = 0 if is_mine else 1 if own and own in whose else 2
        state = TaskState(task.state)
        return (state not in WAITING, rank, state != TaskState.OPEN, task.due or "9", task.id)

    return sorted(tasks, key=place)


def _what(one: Proposal | Task) -> Any:
    """Return what makes two proposals the same; their words name criteria and may differ."""
    return one.changes or (one.change, one.where)
