"""
The screens of all towns and of one: take a town up; where it stands, what turned, what waits, its audits.

Does not judge and does not say why something turned.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from audit.changes import became
from audit.checked import MAX_BYTES
from audit.inventory import directory
from audit.inventory.gazetteer import Place
from audit.inventory.profile import STATES, Profile, parse
from audit.run import towns
from audit.web import signing
from audit.web.call import Call, Door
from db import overview, queries, town_desk
from db.errors import InputError
from db.models import Catalogue, Town
from db.session import opened
from db.terms import ChangeKind, PersonRole
from reports import catalogue
from reports.findings import iso

LONGEST = 200
"""Signs of a name that is looked for."""

SHOWN = 60
"""Places of one name that are shown; some names begin hundreds."""

TURNED = 8
"""Services that turned, listed on the town's page; the page of changes has all, with their causes."""

HOW = {
    "": "town_added",
    "https": "town_added_https",
    "http": "town_added_http",
    "certificate": "town_added_certificate",
    "nowhere": "town_added_nowhere",
}
"""What is said of how a website is reached (``audit.run.reaching``)."""

BETTER = {ChangeKind.NEW, ChangeKind.BETTER}

Json = dict[str, Any]


def every(call: Call) -> Response:
    """Show all towns, and the places of a name that is looked for."""
    return _every(call, wanted=call.query.get("suche", "").strip()[:LONGEST])


def added(call: Call) -> Response:
    """Take up a town: by its key in the directory, by its address, or by a profile."""
    way = next((name for name in ("key", "address", "profile") if call.form.get(name)), "address")
    try:
        profile, how = _reached(call, way)
        with opened(call.engine) as session:
            _refuse_known(session, profile, way=way)
            town, is_new = towns.take_up(session, profile)
            if is_new:
                signing.note(session, call.person, "town_added", now=call.now, town_id=town.id, about=town.name)
    except InputError as fault:
        return _every(call, status=400, faults={way: str(fault)}, address=call.words("address")[:LONGEST])
    return call.go(f"/orte/{town.key}", said=HOW[how] if is_new else "town_known")


def one(call: Call) -> Response:
    """Show where one town stands."""
    with opened(call.engine) as session:
        town = towns.found(session, call.path["key"])
        runs = town_desk.runs(session, town.id)
        judged = [run for run in runs if run.judged]
        latest, before = (*judged, None, None)[:2]
        waiting = town_desk.waiting(session, town.id)
        verdicts = town_desk.verdicts(session, latest.audit) if latest else {}
        turned = _turned(session, latest, before) if latest and before and before.catalogue == latest.catalogue else []
    return call.page(
        "town",
        town=_town(town),
        runs=[_run(run) for run in runs],
        latest=_run(latest) if latest else None,
        before=_run(before) if before else None,
        verdicts=verdicts,
        better=[told for told in turned if told["better"]],
        worse=[told for told in turned if not told["better"]],
        most=TURNED,
        waiting=waiting._asdict(),
        is_open=bool(runs) and runs[0].judged is None,
    )


DOORS = (
    Door("/orte", every, PersonRole.READER),
    Door("/orte", added, PersonRole.ADMIN, "POST", slow=True),  # it looks whether the website answers
    Door("/orte/{key}", one, PersonRole.READER),
)


def _every(call: Call, *, status: int = 200, wanted: str = "", **values: Any) -> Response:
    places = directory.find(wanted)[:SHOWN] if wanted else []
    with opened(call.engine) as session:
        lines = overview.lines(session)
    known = {line.key for line in lines}
    shown: Json = {"faults": {}, "address": "", **values}
    return call.page(
        "towns",
        status=status,
        towns=[line._asdict() for line in lines],
        wanted=wanted,
        places=[_place(place, known=known) for place in places],
        **shown,
    )


def _place(place: Place, *, known: set[str]) -> Json:
    return {**place._asdict(), "known": place.key in known}


def _reached(call: Call, way: str) -> tuple[Profile, str]:
    """Return the town that is meant, and how its website is reached, where the protocol was left to us (else an empty word)."""
    with opened(call.engine) as session:
        profile = _profile(call, way, known=queries.towns(session))
        is_known = queries.town(session, profile.key) is not None
    is_given = way == "profile" or (way == "address" and "://" in call.words("address"))
    if is_known or is_given or len(profile.sites) > 1:
        return profile, ""
    found = call.settings.reach(call.engine, profile.sites[0].url)
    door = profile.sites[0].model_copy(update={"url": found.url})
    return profile.model_copy(update={"sites": [door]}), found.how


def _profile(call: Call, way: str, *, known: list[Town]) -> Profile:
    if way == "key":
        return directory.called(call.words("key")[:LONGEST], known=known)
    if way == "address":
        address = call.words("address")
        if not address:
            raise InputError("Die Adresse fehlt.", remedy="Nennen Sie die der Website, etwa www.musterstadt.de.")
        return directory.at(address if "://" in address else f"https://{address}", known=known)
    file = call.form["profile"]
    if not isinstance(file, UploadFile):
        raise InputError("Das ist keine Datei.", remedy="Wählen Sie eine Profildatei (YAML) aus.")
    return parse(file.file.read(MAX_BYTES + 1), name=Path(file.filename or "Datei").name[:LONGEST])


def _refuse_known(session: Session, profile: Profile, *, way: str) -> None:
    """A profile would silently be thrown away if its town is known already."""
    if way == "profile" and queries.town(session, profile.key) is not None:
        raise InputError(
            f"{profile.name} ist schon aufgenommen.", remedy="Ändern Sie die Angaben in den Einstellungen des Ortes."
        )


def _turned(session: Session, latest: town_desk.Run, before: town_desk.Run) -> list[Json]:
    used = session.get(Catalogue, latest.catalogue)
    names = {entry["id"]: entry["name"] for entry in catalogue.spoken(used.document)["criteria"]} if used else {}
    return [
        {**told._asdict(), "name": names.get(told.criterion, told.criterion), "better": now in BETTER}
        for told in town_desk.turned(session, latest.audit, before.audit)
        if (now := became(told.before, told.now)) != ChangeKind.SAME
    ]


def _town(town: Town) -> Json:
    told = {name: getattr(town, name) for name in ("key", "name", "population", "competences")}
    return told | {"state": STATES.get(town.state or "", "")}


def _run(run: town_desk.Run) -> Json:
    dated = {name: iso(moment) if (moment := getattr(run, name)) else None for name in ("started", "crawled", "judged")}
    return run._asdict() | dated
