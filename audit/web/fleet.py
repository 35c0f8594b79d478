"""
All towns at once: how far the present round is, what failed, and the button that holds it all.

Does not count (``audit.jobs.fleet``) and starts no round: what costs a night of many machines is begun at the command line.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from audit.inventory.profile import STATES
from audit.jobs import fleet
from audit.web import signing
from audit.web.call import Call, Door
from db import fleet as counted
from db.session import opened
from db.terms import JobState, PersonRole
from reports.fleet_words import FAILURES, JOB_STATES

PLACE = "/verbund"
SHOWN = 50
"""Towns that failed, named one by one."""


def show(call: Call) -> Response:
    """Show the round as ``fundstelle fleet status`` tells it, and the first of the towns that failed."""
    with opened(call.engine) as session:
        told = fleet.standing(session, now=call.now)
        failed: list[dict[str, str]] = []
        for one in counted.failed(session, counted.fleet(session)):
            if len(failed) == SHOWN:
                break
            failed.append(
                {"key": one.key, "name": one.name, "kind": FAILURES[fleet.kind_of(one)], "reason": one.reason}
            )
    may = call.person is not None and signing.may(call.person, PersonRole.ADMIN)
    return call.page(
        "fleet",
        told=told,
        states=[{"words": words, "towns": told["states"][state]} for state, words in JOB_STATES.items()],
        lands=[_land(one) for one in told["lands"]],
        failures=[{"words": FAILURES[kind], "towns": towns} for kind, towns in told["failures"].items()],
        failed=failed,
        may=may,
    )


def hold(call: Call) -> Response:
    """Hold the round, or let it go on; asked for twice it is still one."""
    wanted = call.words("pause")
    if wanted not in {"on", "off"}:
        return call.go(PLACE)
    is_pause = wanted == "on"
    what = "fleet_paused" if is_pause else "fleet_resumed"
    change = fleet.pause if is_pause else fleet.resume
    if change(call.engine, now=call.now):
        with opened(call.engine) as session:
            signing.note(session, call.person, what, now=call.now)
    return call.go(PLACE, said=what)


DOORS = (Door(PLACE, show, PersonRole.READER), Door(PLACE, hold, PersonRole.ADMIN, "POST"))


def _land(one: dict[str, Any]) -> dict[str, Any]:
    open_towns = one["states"][JobState.WAITING] + one["states"][JobState.RUNNING]
    return {"name": STATES.get(one["land"] or "", ""), "towns": one["towns"], "over": one["towns"] - open_towns}
