"""Mails about audits: once each, again if they failed, never without news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from audit import catalogue
from audit.jobs import notices
from audit.run.judging import judge
from db.desk import Notice, Person
from db.models import Audit
from db.session import opened
from tests.audit import stored
from tests.audit.mailbox import UNKNOWN, mailbox

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SENDER = "from=fundstelle@ort.example"


@pytest.fixture
def audit(engine: Engine, small: str) -> int:
    """A judged audit that two people are to be told of."""
    stored.town(engine, {"url": "http://www.ort.example/parken", "title": "Parken", "main_text": "Handyparken"})
    with opened(engine) as session:
        number = session.scalars(select(Audit.id)).one()
    judge(engine, number, catalogue.load(small), now=NOW, report=lambda *_: None)
    with opened(engine) as session:
        people = [
            Person(email="a@ort.example", name="A", made=NOW, mailed=True),
            Person(email=UNKNOWN, name="B", made=NOW, mailed=True, language="en"),
        ]
        session.add_all(people)
        session.flush()
        session.add_all(Notice(audit_id=number, person_id=one.id, due=NOW) for one in people)
    return number


def told(engine: Engine, audit: int) -> dict[str, tuple[bool, bool, str]]:
    """Who was told, whether it will be tried again, and why it failed."""
    return {
        one.person.name: (one.sent is not None, one.due is not None, one.reason)
        for one in notices.told(engine, [audit])
    }


def test_each_person_is_told_once(engine: Engine, audit: int) -> None:
    """Whom the server refuses is tried again, not for ever; the other is not told twice, and a crash in between repeats a mail at worst."""
    with mailbox() as (box, port):
        environ = {"SMTP_URL": f"smtp://127.0.0.1:{port}?{SENDER}"}
        notices.deliver(engine, now=NOW, environ=environ, address="https://pruefung.ort.example")
        (to, mail), *others = box.mails
        assert (to, others) == (["a@ort.example"], [])
        plain = mail.get_body(("plain",))
        assert plain is not None
        assert f"https://pruefung.ort.example/pruefungen/{audit}" in plain.get_content()
        sent, again, reason = told(engine, audit)["B"]
        assert (sent, again) == (False, True)
        assert UNKNOWN in reason
        for _ in range(len(notices.PAUSES) + 2):
            with opened(engine) as session:
                session.execute(update(Notice).where(Notice.due.is_not(None)).values(due=NOW))
            notices.deliver(engine, now=NOW, environ=environ)
        assert told(engine, audit)["A"] == (True, False, "")
        assert told(engine, audit)["B"][:2] == (False, False)
        assert len(box.mails) == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_server_that_is_away_loses_nothing(engine: Engine, audit: int) -> None:
    """None is set up, then none answers, then one does; who takes a notice has it alone for a while."""
    notices.deliver(engine, now=NOW, environ={})
    assert {reason for _, _, reason in told(engine, audit).values()} == {notices.NO_SERVER}
    later = NOW + notices.PAUSES[0]
    notices.deliver(engine, now=later, environ={"SMTP_URL": f"smtp://127.0.0.1:1?{SENDER}"})
    assert "nicht zu erreichen" in told(engine, audit)["A"][2]
    later += notices.PAUSES[1]
    assert len(notices._taken(engine, audit, now=later)) == 2
    with mailbox() as (box, port):
        environ = {"SMTP_URL": f"smtp://127.0.0.1:{port}?{SENDER}"}
        notices.deliver(engine, now=later, environ=environ)
        assert not box.mails
        notices.deliver(engine, now=later + notices.TAKEN + timedelta(seconds=1), environ=environ)
        assert len(box.mails) == 1
