"""
A desk on which everything is there, and the address of each of its doors, for tests that go through all of them.

Does not test anything. Addresses are filled in from the route table, so that a new door is gone through without being named here;
one that needs what is not in ``GIVEN`` yet breaks those tests until it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from audit import jobs
from audit.catalogue import load
from audit.inventory import revision
from audit.jobs import orders
from audit.jobs.orders import Order
from audit.run import sending, uploads
from audit.run.judging import judge, silent
from audit.web import signing
from audit.web.app import doors
from audit.web.call import Door
from db.desk import ApiKey, Fleet, Job, MeasureEdit, Person, Schedule, Share, Task
from db.models import Audit, Evidence, Finding, Gap, Measure, Page, Review
from db.session import opened
from db.terms import Band, Decision, JobState, PersonRole, TaskState, Why
from tests.audit import stored
from tests.audit.nouns import HOME
from tests.audit.web import numbered, two
from tests.audit.web.conftest import NOW, PASSWORD, Clock, serving
from tests.audit.web.visitor import Visitor
from tests.audit.written import base
from tests.reports.towns import NAMES

LATER = NOW + timedelta(days=30)
LIST = "Maßnahme;Status\r\nHandyparken;geplant\r\nNeue Maßnahme;in Betrieb\r\n;ohne Titel\r\n"
PAGES = [
    (HOME, "Ort", "Willkommen in Ort."),
    (f"{HOME}app", "Parken", "Parkscheine können Sie mit der App lösen."),
    (f"{HOME}zone", "Zone", "In der Zone bezahlt man bargeldlos."),
]
LINK = "ein-Link-zum-Lesen"
RUNNING = {
    "phase": "reading",
    "sites": {
        "www.nachbarau.example": {"pages": 30, "known": 120, "budget": 1500, "since": NOW.isoformat(), "first": 0, "end": None}
    },
    "said": [[NOW.isoformat(), "begun", {}]],
}  # fmt: skip
VIEWS: Mapping[str, Sequence[str]] = {
    "/orte": ("", "?suche=Altdorf"),
    "/orte/{key}/website": ("?host=www.ganz-woanders.example", "?host=www.musterhafen-tourismus.example"),
    "/katalog/{name}": ("?suche=parken",),
    "/pruefungen/{number}": ("", "?ansicht=stelle"),
    "/pruefungen/{number}/seiten/{page}": ("?zitat=nirgends",),
    "/vergleich": ("?eigene=musterhafen&ort=nachbarau",),
    "/pruefliste": ("", "?ort=ort&zuletzt={review}"),
    "/pruefliste/{key}/befunde/{criterion}": ("", "?seite={quoted}"),
    "/pruefungen/{number}/verlauf": ("", "/pruefungen/{failed}/verlauf"),
    "/leute/{person}": ("", "/leute/{out}"),
    "/aufgaben": ("", "?ort=musterhafen&stand=alle"),
}
"""What else an address may ask for, where that makes another screen."""


@dataclass
class Furnished:
    """The desk, its database, and what stands in its addresses."""

    address: str
    engine: Engine
    secret: str
    clock: Clock
    given: dict[str, Any]
    others: dict[str, dict[str, Any]]
    kept: sqlite3.Connection = field(repr=False)

    def path(self, door: Door) -> str:
        """The address of a door where there is something behind it."""
        own = next((values for start, values in self.others.items() if door.path.startswith(start)), {})
        return door.path.format_map({**self.given, **own})

    def addresses(self, door: Door) -> list[str]:
        """All that a browser may ask for at a door."""
        views = [view.format_map(self.given) for view in VIEWS.get(door.path, ("",))]
        return [view if view.startswith("/") else self.path(door) + view for view in views]

    def come(self) -> Visitor:
        """Somebody who may do everything."""
        visitor = Visitor(self.address, {"fundstelle": self.secret})
        visitor.open("/hilfe/kontakt")  # any page gives the cookie and the token of the forms
        return visitor

    def restore(self) -> None:
        """Make the database what it was at first."""
        with self.engine.connect() as connection:
            target = connection.connection.driver_connection
            assert isinstance(target, sqlite3.Connection)
            self.kept.backup(target)


@contextmanager
def furnished(folder: Path, **around: Any) -> Iterator[Furnished]:
    """Furnish a desk in a folder and serve it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUNDSTELLE_HOME", str(folder))
        engine, clock = two.copied(folder / "desk.db"), Clock()
        small = _judged(engine, folder)
        with opened(engine) as session:
            given, others, secret = _filled(session, small)
        others["/pruefungen/{number}/verlauf"] = {"number": _running(engine)}
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        with engine.connect() as connection:
            connection.connection.driver_connection.backup(kept)  # type: ignore[union-attr]
        # Nobody listens there; that is found out at once.
        around = {"post": sending.server("smtp://127.0.0.1:9?from=fundstelle@stadt.example"), **around}
        with serving(engine, clock, sign_in=True, **around) as address:
            yield Furnished(address, engine, secret, clock, given, others, kept)
        kept.close()
        engine.dispose()


def looking() -> list[Door]:
    """The doors behind which there is something to look at, and no file."""
    return [door for door in doors() if door.method == "GET" and "." not in door.path]


def _running(engine: Engine) -> int:
    """Let an audit of the other town be under way, and return its number."""
    number = jobs.enqueue(engine, "nachbarau", now=NOW).audit_id
    orders.begin(engine, Order(number, NOW), now=NOW)
    orders.beat(engine, Order(number, NOW), RUNNING)
    return number


def _filled(session: Session, small: int) -> tuple[dict[str, Any], dict[str, dict[str, Any]], str]:
    """
    Write what a desk in use has, of two areas, which show every kind of part, so that nobody looks at the same for minutes.

    Return what stands in addresses, what stands only in some, and the secret of a visit.
    """
    admin, other, out = (
        Person(email=f"{name.lower()}@stadt.example", name=name, made=NOW, role=role, department="Onlineredaktion")
        for name, role in (("Lena", PersonRole.ADMIN), ("Otto", PersonRole.READER), ("Anna", PersonRole.EDITOR))
    )
    admin.password, out.disabled = signing.hasher().hash(PASSWORD), NOW
    session.add_all([admin, other, out])
    session.flush()
    for area in NAMES.keys() - {"strategie", "mobilitaet"}:
        for row in (Finding, Gap):
            session.execute(delete(row).where(row.criterion.like(f"{area}-%")))
    first, beside = two.audit_of(session, "musterhafen"), two.audit_of(session, "nachbarau")
    second = numbered.again(session)
    failed = session.scalars(select(Audit.id).order_by(Audit.id.desc())).first()
    assert failed is not None
    session.add(Fleet(id=1, started=NOW, going=NOW))
    lost = {
        "round": NOW,
        "state": JobState.FAILED,
        "ended": NOW,
        "tries": 3,
        "reason": "Die Startseite antwortet nicht.",
    }
    session.add(Job(audit_id=failed, town_id=first.town_id, asked=NOW, due=NOW, **lost))
    found = _reviewed(session, small, admin) | _made(session, first, admin)
    quote = session.scalars(select(Evidence).where(Evidence.audit_id == first.id)).first()
    page = session.scalars(select(Page).where(Page.url.endswith("parken-hafen"))).one()
    assert quote is not None
    for person in (other, other, admin, admin):
        secret = signing.begin(session, person, browser="Mozilla/5.0 (Windows NT 10.0) Firefox/128.0", now=NOW)
    for what in ("signed_in", "share_made", "schedule_missed"):
        signing.note(session, admin, what, now=NOW, town_id=first.town_id, about="<b>Rat</b>")
    given = found | {"key": "musterhafen", "number": first.id, "audit": first.id, "page": page.id, "place": 2}
    given |= {"criterion": quote.criterion, "name": "haselhorst", "person": other.id, "visit": 1, "kind": "csv"}
    given |= {"out": out.id, "failed": failed}
    given |= {"digest": uploads.keep(LIST.encode(), "liste.csv", town="musterhafen", now=NOW)}
    others = {
        "/pruefungen/{number}/aenderungen": {"number": second.id},
        "/pruefungen/{audit}/vorschlaege": {"audit": beside.id},
        "/orte/{key}/vorschlaege": {"key": "nachbarau"},
        "/pruefungen/{number}/befunde/{criterion}/tagebuch": {"number": small, "criterion": found["doubted"]},
        "/pruefliste/": {"key": "ort", "number": found["review"], "criterion": found["doubted"]},
        "/katalog/{name}/{key}": {"key": "handyparken"},
        "/orte/{key}/verzeichnis/zeile": {"number": found["measure"]},
        "/aufgaben/{number}": {"number": found["task"]},
        "/zeitplan/{number}": {"number": found["schedule"]},
        "/konto/schluessel": {"key": 1},
        "/konto/besuche": {"visit": 3},
        "/einladung": {"secret": signing.invite(session, other, now=NOW)},
        "/freigabe": {"secret": LINK},
    }
    return given, others, secret


def _judged(engine: Engine, folder: Path) -> int:
    """Audit the town „Ort“, where one page is in doubt, by a small catalogue; return the number of its audit."""
    place = base(folder)
    pages = [{"url": url, "title": title, "main_text": text} for url, title, text in PAGES]
    stored.town(engine, *pages, source=str(place))
    with opened(engine) as session:
        number = two.audit_of(session, "ort").id
    judge(engine, number, load(place), now=NOW, report=silent)
    return number


def _reviewed(session: Session, number: int, person: Person) -> dict[str, Any]:
    """Let a person have spoken of a page and of a finding in all."""
    doubt = session.scalars(select(Evidence).where(Evidence.audit_id == number, Evidence.band == Band.REVIEW)).first()
    assert doubt is not None
    town = session.get_one(Audit, number).town_id
    said = {"town_id": town, "made": NOW, "person": person.name, "person_id": person.id}
    reviews = [
        Review(**said, criterion=doubt.criterion, decision=Decision.CONFIRM, reason=Why.SEEN, url=HOME),
        Review(**said, criterion="hundesteuer", decision=Decision.IGNORE, reason=Why.IN_PROGRESS, whole=True),
    ]
    session.add_all(reviews)
    session.flush()
    return {"review": reviews[0].id, "doubted": doubt.criterion, "quoted": doubt.url}


def _made(session: Session, audit: Audit, person: Person) -> dict[str, Any]:
    """Write tasks, plans, a link, a key and an edit of the list, and return their numbers."""
    town = audit.town_id
    line = session.scalars(select(Measure).where(Measure.town_id == town)).first()
    assert line is not None
    after = revision.state(line)
    key = ApiKey(digest=signing.digest("fst_x"), person_id=person.id, name="Intranet", made=NOW, expires=LATER)
    rows = {
        "task": Task(town_id=town, change="Verlinken Sie den Dienst.", made=NOW, criteria=["mobilitaet-2"], due="2026-12-24"),
        "schedule": Schedule(town_id=town, rule="monthly", made=NOW, day=31, last=NOW),
        "share": Share(digest=signing.digest(LINK), audit_id=audit.id, made=NOW, expires=LATER, person_id=person.id, note="Rat"),
        "edit": MeasureEdit(town_id=town, measure=line.id, at=NOW, who="Lena", before={**after, "status": "geplant"}, after=after),
    }  # fmt: skip
    more = Task(town_id=town, change="Nennen Sie ihn beim Namen.", made=NOW, state=TaskState.DONE, due="2026-11-01")
    rest = Schedule(town_id=town, rule="before", made=NOW, day=10, ranking="bitkom", paused=True)
    session.add_all([*rows.values(), key, more, rest])
    session.flush()
    return {name: row.id for name, row in rows.items()} | {"measure": line.id}
