"""When a task has worked, and whose tasks come first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from audit import tasks
from audit.tasks import Look, Standing
from db.desk import Person, Task
from db.models import Proposal
from db.terms import TaskState, Verdict
from tests.audit.nouns import NOW

DAY = timedelta(days=1)


def task(*criteria: str, state: str = TaskState.DONE, **values: Any) -> Task:
    given: dict[str, Any] = {"done": NOW, "criteria": list(criteria) or ["handyparken"], "change": "Seite anlegen"}
    return Task(town_id=1, made=NOW - DAY, state=state, **(given | values))


def look(number: int, verdict: str = Verdict.FINDABLE, *, enough: bool = True, days: int = 1, **more: str) -> Look:
    return Look(number, NOW + days * DAY, enough, {"handyparken": verdict, **more})


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ([], Standing(TaskState.DONE, None)),
        ([look(2)], Standing(TaskState.VERIFIED, 2)),
        ([look(2, Verdict.BURIED)], Standing(TaskState.FAILED, 2)),
        ([look(2, Verdict.ABSENT)], Standing(TaskState.FAILED, 2)),
        # could not look
        ([look(2, Verdict.UNKNOWN)], Standing(TaskState.DONE, None)),
        ([look(2, enough=False)], Standing(TaskState.DONE, None)),
        ([look(2, Verdict.ABSENT, enough=False)], Standing(TaskState.DONE, None)),
        # began before it was done
        ([look(2, days=-1)], Standing(TaskState.DONE, None)),
        # later ones look again, until one finds it
        ([look(2, Verdict.ABSENT), look(3)], Standing(TaskState.VERIFIED, 3)),
        ([look(2), look(3, Verdict.ABSENT)], Standing(TaskState.VERIFIED, 2)),
        ([look(2, Verdict.ABSENT), look(3, Verdict.UNKNOWN)], Standing(TaskState.FAILED, 2)),
    ],
)
def test_an_audit_since_says_whether_it_worked(looks: list[Look], expected: Standing) -> None:
    """Only one that began after the task was done, and that could look."""
    assert tasks.standing(task(), looks) == expected


@pytest.mark.parametrize("state", [TaskState.DONE, TaskState.FAILED, TaskState.VERIFIED])
def test_what_an_audit_said_before_does_not_matter(state: TaskState) -> None:
    """So judging again says the same."""
    assert tasks.standing(task(state=state), [look(2, Verdict.BURIED)]) == Standing(TaskState.FAILED, 2)


def test_all_that_it_was_for_must_be_found() -> None:
    """A criterion that the catalogue no longer knows is no obstacle; one that could not be looked at is."""
    both = task("handyparken", "hundesteuer")
    assert tasks.standing(both, [look(2)]).state == TaskState.VERIFIED
    assert tasks.standing(both, [look(2, hundesteuer=Verdict.ABSENT)]).state == TaskState.FAILED
    assert tasks.standing(both, [look(2, hundesteuer=Verdict.UNKNOWN)]).state == TaskState.DONE
    assert tasks.standing(task("weg"), [look(2)]) == Standing(TaskState.DONE, None)


@pytest.mark.parametrize("state", [TaskState.OPEN, TaskState.DROPPED])
def test_what_nobody_has_done_is_not_verified(state: TaskState) -> None:
    """Even if it can be found."""
    assert tasks.standing(task(state=state, done=None), [look(2)]) == Standing(state, None)


def test_a_proposal_is_known_again() -> None:
    """By what it changes and not by its words; not if it was dropped or has worked."""

    def proposal(change: str, *changes: dict[str, Any]) -> Proposal:
        return Proposal(place=1, change=change, where="x", effect="klein", effort="klein", role="", changes=[*changes])

    known = task(changes=[{"kind": "title"}], change="Alte Worte", state=TaskState.OPEN)
    assert tasks.taken(proposal("Neue Worte", {"kind": "title"}), [known]) is known
    assert tasks.taken(proposal("Alte Worte", {"kind": "link"}), [known]) is None
    for state in (TaskState.DROPPED, TaskState.VERIFIED):
        known.state = state
        assert tasks.taken(proposal("Neue Worte", {"kind": "title"}), [known]) is None


def test_ones_own_come_first_then_those_of_the_department() -> None:
    """Then by the day they are due; what is over comes last."""
    me = Person(email="a@b", name="A", made=NOW, department="Amt 66")
    me.id = 7
    rows = [
        task("hundesteuer", state=TaskState.OPEN, due="2027-01-01"),
        task("hundesteuer", state=TaskState.VERIFIED, person_id=7),
        task("handyparken", state=TaskState.OPEN),
        task("hundesteuer", state=TaskState.OPEN, role="amt 66", due="2027-02-02"),
        task("hundesteuer", state=TaskState.OPEN, person_id=7),
    ]
    for number, one in enumerate(rows):
        one.id = number
    found = tasks.ordered(rows, me, {"handyparken": ["Amt 66"], "hundesteuer": ["Kämmerei"]})
    assert [one.id for one in found] == [4, 3, 2, 0, 1]
    nobody = Person(email="", name="", made=NOW)
    assert [one.id for one in tasks.ordered(rows, nobody, {})] == [0, 3, 2, 4, 1]
