"""The plan of audits that start by themselves: who may change it, what is said of it, and two who change it at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from audit.inventory.profile import Profile
from audit.run.opening import save_town
from audit.web import signing
from db.desk import Act, Person, Schedule
from db.session import opened
from db.terms import PersonRole
from tests.audit.web.conftest import NOW, Clock
from tests.audit.web.visitor import Visitor

GIVEN = {
    "town": "ort",
    "rule": "weekly",
    "weekday": "1",
    "monthday": "5",
    "days": "10",
    "ranking": "bitkom",
    "at": "03:00",
    "zone": "Europe/Berlin",
}


@pytest.fixture(autouse=True)
def town(engine: Engine) -> int:
    """A town that can be audited."""
    sites = [{"url": "http://www.ort.example/", "role": "city"}]
    with opened(engine) as session:
        return save_town(session, Profile.model_validate({"key": "ort", "name": "Ort", "sites": sites})).id


@pytest.fixture
def admin(enter: Callable[..., Visitor]) -> Visitor:
    """Somebody who may change the plan."""
    visitor = enter(PersonRole.ADMIN)
    visitor.open("/zeitplan/neu")
    return visitor


def all_of(engine: Engine) -> list[Schedule]:
    with opened(engine) as session:
        return list(session.scalars(select(Schedule).order_by(Schedule.id)))


def test_a_schedule_is_made_and_told_in_words(admin: Visitor, engine: Engine) -> None:
    """With its next five times, by the clock of its zone; sent twice it is one."""
    for _ in range(2):
        assert admin.send("/zeitplan/neu", **GIVEN).there == "/zeitplan?gesagt=schedule_saved"
    (one,) = all_of(engine)
    assert (one.rule, one.day, one.at, one.zone, one.made) == ("weekly", 1, "03:00", "Europe/Berlin", NOW)
    shown = admin.open("/zeitplan").text
    assert "jeden Montag um 03:00 Uhr" in shown
    assert "Als Nächstes: Montag, 7. Dezember 2026, 03:00 Uhr" in shown
    assert shown.count(", 03:00 Uhr</li>") == 5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rule": "monthly"}, "am 5. jedes Monats um 03:00 Uhr"),
        ({"rule": "monthly", "monthday": "31"}, "am letzten Tag jedes Monats um 03:00 Uhr"),
        ({"zone": "UTC"}, "jeden Montag um 03:00 (UTC) Uhr"),
        ({"rule": "before"}, "10\xa0Tage, bevor die Rangliste „Smart City Index des Bitkom“ hinsieht, um 03:00 Uhr"),
        ({"rule": "before"}, "Als Nächstes: Montag, 22. März 2027, 03:00 Uhr"),
    ],
)
def test_other_rules_in_words(admin: Visitor, changes: dict[str, str], words: str) -> None:
    """As a person would say them."""
    admin.send("/zeitplan/neu", **{**GIVEN, **changes})
    assert words in admin.open("/zeitplan").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"town": "nirgends"}, "Bitte wählen Sie eine Stadt."),
        ({"rule": "before", "ranking": "losi"}, "Bitte wählen Sie eine Rangliste."),
        ({"rule": "before", "days": "91"}, "Diesen Tag gibt es nicht."),
        ({"rule": "; drop table"}, "Bitte wählen Sie, wie oft."),
        ({"weekday": "8"}, "Diesen Tag gibt es nicht."),
        ({"rule": "monthly", "monthday": "29"}, "Diesen Tag gibt es nicht."),
        ({"at": "24:00"}, "Das ist keine Uhrzeit."),
        ({"at": "3"}, "Das ist keine Uhrzeit."),
        ({"zone": "../../etc/passwd"}, "Diese Zeitzone gibt es hier nicht."),
        ({"at": "x" * 10_000}, "Das ist keine Uhrzeit."),
    ],
)
def test_a_wrong_form_is_shown_again(admin: Visitor, engine: Engine, wrong: dict[str, str], words: str) -> None:
    """Beside the field; nothing is written."""
    answer = admin.send("/zeitplan/neu", **{**GIVEN, **wrong})
    assert answer.status == 400
    assert words in answer.text
    assert all_of(engine) == []


def test_two_who_change_the_same_do_not_overwrite_each_other(admin: Visitor, engine: Engine) -> None:
    """The second sees what now holds and what was wanted, and may then decide."""
    admin.send("/zeitplan/neu", **GIVEN)
    path = f"/zeitplan/{all_of(engine)[0].id}"
    with opened(engine) as session:
        session.execute(update(Schedule).values(look=NOW))
    assert admin.send(path, **GIVEN, version="1").status == 303
    assert all_of(engine)[0].look is None, "what was changed is reckoned anew"
    second = admin.send(path, **{**GIVEN, "weekday": "3", "at": "04:00"}, version="1")
    assert second.status == 409
    assert "Inzwischen gilt „jeden Montag um 03:00 Uhr“" in second.text
    assert 'value="04:00"' in second.text
    assert all_of(engine)[0].day == 1
    for stale in ("ruhen", "loeschen"):
        assert admin.send(f"{path}/{stale}", version="1", pause="on").status == 409
    assert admin.send(path, **{**GIVEN, "weekday": "3"}, version="2").status == 303
    assert all_of(engine)[0].day == 3


def test_a_schedule_rests_goes_on_and_is_deleted(admin: Visitor, engine: Engine, clock: Clock) -> None:
    """What fell into the rest is not made up; each step is in the log."""
    admin.send("/zeitplan/neu", **GIVEN)
    path = f"/zeitplan/{all_of(engine)[0].id}"
    assert admin.send(f"{path}/ruhen", version="1", pause="on").there.endswith("gesagt=schedule_paused")
    assert "Ruht." in admin.open("/zeitplan").text
    clock.wait(days=30)
    come_back(admin, engine, clock)
    assert admin.send(f"{path}/ruhen", version="2", pause="off").there.endswith("gesagt=schedule_resumed")
    assert all_of(engine)[0].made == NOW + timedelta(days=30)
    assert admin.send(f"{path}/loeschen", version="3").there.endswith("gesagt=schedule_deleted")
    assert all_of(engine) == []
    assert admin.open(path).status == 404
    with opened(engine) as session:
        acts = session.scalars(select(Act.what).order_by(Act.id)).all()
    assert acts == ["schedule_saved", "schedule_paused", "schedule_resumed", "schedule_deleted"]


def come_back(visitor: Visitor, engine: Engine, clock: Clock) -> None:
    """Sign in again: after a month a visit has run out."""
    with opened(engine) as session:
        person = session.scalars(select(Person)).one()
        visitor.cookies["fundstelle"] = signing.begin(session, person, browser="", now=clock())


def test_who_may_do_what(enter: Callable[..., Visitor], engine: Engine, town: int) -> None:
    """All who are signed in read it; editors change nothing, by no door."""
    with opened(engine) as session:
        session.add(Schedule(town_id=town, rule="weekly", made=NOW))
    editor = enter(PersonRole.EDITOR)
    shown = editor.open("/zeitplan")
    assert "jeden Montag" in shown.text
    assert "Ändern" not in shown.text
    for path in ("neu", "1", "1/ruhen", "1/loeschen"):
        assert editor.send(f"/zeitplan/{path}", **GIVEN, version="1", pause="on").status == 403
    assert editor.open("/zeitplan/1").status == 403
    assert [one.version for one in all_of(engine)] == [1]


def test_what_was_missed_is_said(admin: Visitor, engine: Engine, town: int) -> None:
    """So that nobody wonders why a town was audited in the afternoon."""
    with opened(engine) as session:
        session.add(Schedule(town_id=town, rule="weekly", made=NOW))
        at = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
        session.add(Act(at=at, what="schedule_missed", town_id=town, about="2"))
    assert "am 30. November 2026, 16:00 Uhr wurde er einmal nachgeholt" in admin.open("/zeitplan").text
