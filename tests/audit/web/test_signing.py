"""Who may come in, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from audit.web import signing
from audit.web.app import doors
from db.desk import Act, Invitation, Person, Visit
from db.session import opened
from db.terms import PersonRole
from tests.audit.web.conftest import PASSWORD, Clock
from tests.audit.web.visitor import Visitor

OPEN = {
    "/anmelden",
    "/anmelden/stadt",
    "/anmelden/stadt/zurueck",
    "/einladung/{secret}",
    "/freigabe/{secret}",
    "/sprache",
}
"""What anybody may open, or send; besides the help."""

OWN = ("/abmelden", "/konto")
"""What everybody may do with what is theirs."""


def test_every_door_says_who_may_pass() -> None:
    """A new screen is closed unless somebody opens it here; nothing but reading is for readers."""
    for door in doors():
        if door.role is None:
            assert door.path in OPEN or door.path.startswith("/hilfe"), door
        elif door.method == "POST" and not door.path.startswith(OWN):
            assert door.role is not PersonRole.READER, door


def test_nobody_gets_past_a_closed_door(desk: str) -> None:
    """Each leads to the form, which goes on to the page that was wanted."""
    visitor = Visitor(desk)
    for door in doors():
        if door.role is not None and door.method == "GET":
            path = door.path.replace("{", "").replace("}", "")
            assert visitor.open(path).there == f"/anmelden?weiter={path}"


@pytest.mark.parametrize("role", [PersonRole.READER, PersonRole.EDITOR])
def test_a_door_is_closed_to_those_with_less(enter: Callable[..., Visitor], role: PersonRole) -> None:
    """With a page that says why, whatever the method."""
    visitor = enter(role)
    for door in doors():
        if door.role is not None and signing.ORDER.index(door.role) > signing.ORDER.index(role):
            path = door.path.replace("{", "").replace("}", "")
            answer = visitor.open(path) if door.method == "GET" else visitor.send(path)
            assert answer.status == 403, door


def test_the_right_words_let_one_in(desk: str, person: Callable[..., Person], engine: Engine) -> None:
    """And out again; the log knows both."""
    person(PersonRole.READER, "lena@stadt.example")
    visitor = Visitor(desk)
    visitor.open("/anmelden?weiter=/")
    assert visitor.send("/anmelden", email=" Lena@Stadt.example", password=PASSWORD, next="/").there == "/"
    assert visitor.open("/").status == 200
    assert visitor.send("/abmelden").there.startswith("/anmelden")
    assert visitor.open("/").there == "/anmelden?weiter=/"
    with opened(engine) as session:
        assert list(session.scalars(select(Act.what).order_by(Act.id))) == ["signed_in", "signed_out"]
        assert not session.scalars(select(Visit)).all()


@pytest.mark.parametrize(
    ("email", "password"), [("lena@stadt.example", "falsch"), ("niemand@stadt.example", PASSWORD), ("", "")]
)
def test_the_wrong_words_do_not(desk: str, person: Callable[..., Person], email: str, password: str) -> None:
    """And nobody learns which of the two was wrong."""
    person(PersonRole.READER, "lena@stadt.example")
    visitor = Visitor(desk)
    visitor.open("/anmelden")
    answer = visitor.send("/anmelden", email=email, password=password, next="/")
    assert answer.status == 403
    assert "E-Mail-Adresse oder Passwort stimmt nicht." in answer.text


def test_trying_is_slowed_down(desk: str, person: Callable[..., Person]) -> None:
    """The sixth try within a minute is not even looked at, right or wrong."""
    person(PersonRole.READER, "otto@stadt.example")
    visitor = Visitor(desk)
    visitor.open("/anmelden")
    codes = [visitor.send("/anmelden", email="otto@stadt.example", password="x", next="/").status for _ in range(5)]
    assert codes == [403] * 5
    assert visitor.send("/anmelden", email="otto@stadt.example", password=PASSWORD, next="/").status == 429


def test_trying_many_names_is_slowed_down(desk: str) -> None:
    """Each try costs us a hash, and a line of the log."""
    visitor = Visitor(desk)
    visitor.open("/anmelden")
    codes = [
        visitor.send("/anmelden", email=f"{number}@x.example", password="x", next="/").status for number in range(61)
    ]
    assert codes == [403] * 60 + [429]


def test_a_visit_ends_by_itself(enter: Callable[..., Visitor], clock: Clock) -> None:
    """Twelve hours after the last sign of life."""
    visitor = enter(PersonRole.READER)
    clock.wait(hours=11)
    assert visitor.open("/").status == 200
    clock.wait(hours=11)
    assert visitor.open("/").status == 200
    clock.wait(hours=13)
    assert visitor.open("/").status == 303


def test_a_person_who_was_shut_out_is_out_at_once(enter: Callable[..., Visitor], engine: Engine, clock: Clock) -> None:
    """Not only at the next sign-in."""
    visitor = enter(PersonRole.ADMIN)
    with opened(engine) as session:
        session.scalars(select(Person)).one().disabled = clock()
    assert visitor.open("/").status == 303


def test_the_first_person_comes_by_a_link_that_counts_once(desk: str, engine: Engine, clock: Clock) -> None:
    """She chooses name, address and password, and may do everything."""
    with opened(engine) as session:
        secret = signing.invite(session, None, now=clock())
    visitor = Visitor(desk)
    assert "Fundstelle einrichten" in visitor.open(f"/einladung/{secret}").text
    words = {"name": "Lena", "email": "Lena@stadt.example", "password": PASSWORD, "again": PASSWORD}
    assert visitor.send(f"/einladung/{secret}", **words).there == "/"
    assert visitor.open("/").status == 200
    with opened(engine) as session:
        one = session.scalars(select(Person)).one()
    assert (one.role, one.email) == (PersonRole.ADMIN, "lena@stadt.example")
    assert PASSWORD not in str(one.password)
    assert Visitor(desk).open(f"/einladung/{secret}").status == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": "kurz", "again": "kurz"}, "Das Passwort ist zu kurz."),
        ({"again": "etwas anderes"}, "Die beiden Passwörter sind verschieden."),
        ({"name": ""}, "Bitte nennen Sie Ihren Namen."),
        ({"email": "keine Adresse"}, "Das ist keine E-Mail-Adresse."),
        ({"password": "x" * 501, "again": "x" * 501}, "Das Passwort ist zu lang."),
    ],
)
def test_a_faulty_invitation_says_what_is_wrong(
    desk: str, engine: Engine, clock: Clock, wrong: dict[str, str], words: str
) -> None:
    """Beside the field; nobody is made and the link still holds."""
    with opened(engine) as session:
        secret = signing.invite(session, None, now=clock())
    visitor = Visitor(desk)
    visitor.open(f"/einladung/{secret}")
    sent = {"name": "Lena", "email": "lena@stadt.example", "password": PASSWORD, "again": PASSWORD} | wrong
    answer = visitor.send(f"/einladung/{secret}", **sent)
    assert answer.status == 400
    assert words in answer.text
    with opened(engine) as session:
        assert not session.scalars(select(Person)).all()
        assert session.scalars(select(Invitation.used)).one() is None


def test_an_invitation_runs_out(desk: str, engine: Engine, clock: Clock) -> None:
    """After three days."""
    with opened(engine) as session:
        secret = signing.invite(session, None, now=clock())
    clock.now += signing.OPEN_FOR + timedelta(seconds=1)
    assert Visitor(desk).open(f"/einladung/{secret}").status == 404


HASHER = signing.hasher
"""Before the tests make it light."""


def test_a_password_is_hashed_with_argon2id_and_enough_work() -> None:
    """At least 19 MiB and two rounds (OWASP, Password Storage); the hash says what was used."""
    kind, cost = HASHER().hash(PASSWORD).split("$")[1:4:2]
    used = dict(part.split("=") for part in cost.split(","))
    assert kind == "argon2id"
    assert int(used["m"]) >= 19 * 1024
    assert int(used["t"]) >= 2


def test_cookies_are_only_for_us(desk: str, person: Callable[..., Person]) -> None:
    """No script reads them, and no other site sends the one of the forms."""
    person(PersonRole.READER, "rosa@stadt.example")
    visitor = Visitor(desk)
    given = [visitor.open("/anmelden")]
    given.append(visitor.send("/anmelden", email="rosa@stadt.example", password=PASSWORD, next="/"))
    lines = [answer.headers["set-cookie"].lower() for answer in given]
    assert "samesite=strict" in lines[0]
    assert "samesite=lax" in lines[1]
    assert all("httponly" in line for line in lines)
