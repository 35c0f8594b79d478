"""All towns at once at the desk: the numbers of the round, and who may hold it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select

from audit.jobs import fleet
from db.desk import Act
from db.session import opened
from db.terms import PersonRole
from tests.audit.jobs.test_fleet import ends, open_orders
from tests.audit.jobs.test_orders import NOW, town
from tests.audit.web.visitor import Visitor


@pytest.fixture
def going(engine: Engine) -> Engine:
    """A round of three towns: one done, one of which too little was read, one that waits."""
    for key in ("aach", "bonn", "calw"):
        town(engine, key)
    fleet.start(engine, now=NOW)
    fine, poor, _waiting = (order.audit_id for order in open_orders(engine))
    ends(engine, fine)
    ends(engine, poor, pages=0, enough=False)
    return engine


def test_the_round_is_told_and_held(going: Engine, enter: Callable[..., Visitor]) -> None:
    """Sent twice it is held once; who may not manage the desk reads it and has no button."""
    admin, reader = enter(PersonRole.ADMIN), enter(PersonRole.READER)
    shown = admin.open("/verbund").text
    for words in (
        "2 von 3\xa0Orten zu Ende",
        "60\xa0Seiten",
        "zu wenig gelesen",
        '<a href="/orte/bonn">Bonn</a>',
        "Anhalten",
    ):
        assert words in shown
    for _ in range(2):
        assert admin.send("/verbund", pause="on").there == "/verbund?gesagt=fleet_paused"
    assert admin.send("/verbund", pause="; drop").there == "/verbund"
    assert "Angehalten seit" in reader.open("/verbund").text
    assert 'name="pause"' not in reader.open("/verbund").text
    assert reader.send("/verbund", pause="off").status == 403
    with opened(going) as session:
        assert session.scalars(select(Act.what).where(Act.what.like("fleet%"))).all() == ["fleet_paused"]
    assert admin.send("/verbund", pause="off").there == "/verbund?gesagt=fleet_resumed"
    assert "Angehalten seit" not in admin.open("/verbund").text


def test_before_the_first_round_it_is_told_how_one_begins(alone: Visitor) -> None:
    """With the commands."""
    assert "fundstelle fleet start" in alone.open("/verbund").text
