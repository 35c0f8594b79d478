"""Who works at the desk, and who may say so."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, select

from audit.run import sending
from audit.web import members, people, signing
from audit.web.members import Ended
from db.desk import Act, Invitation, Person, Visit
from db.schema import open_engine
from db.session import opened
from db.terms import PersonRole
from tests.audit import mailbox
from tests.audit.web.conftest import PASSWORD, Clock, serving
from tests.audit.web.visitor import Answer, Visitor

LENA = {"name": "Lena", "email": "Lena@stadt.example", "role": "editor", "department": "Amt 66"}


def link(answer: Answer) -> str:
    """The link that a page shows once."""
    found = re.search(r'value="https?://[^/"]+(/[^"]+)" readonly', answer.text)
    assert found, answer.text
    return found[1]


@pytest.fixture
def admin(enter: Callable[..., Visitor]) -> Visitor:
    """Somebody who manages the desk; alone in that."""
    return enter(PersonRole.ADMIN)


def somebody(engine: Engine, email: str = "lena@stadt.example") -> Person:
    with opened(engine) as session:
        return session.scalars(select(Person).where(Person.email == email)).one()


def form(one: Person, **new: str) -> dict[str, str]:
    """The form of a person as a page shows it, with what is chosen anew."""
    department = one.department or ""
    return {"was_role": one.role, "was_department": department, "role": one.role, "department": department, **new}


def test_an_invited_person_comes_in(admin: Visitor, engine: Engine) -> None:
    """By a link that is shown once; who invites never learns the password."""
    answer = admin.send("/leute", **LENA)
    assert answer.status == 200
    path = link(answer)
    assert path not in admin.open("/leute").text
    lena = Visitor(admin.address)
    lena.open(path)
    assert lena.send(path, password=PASSWORD, again=PASSWORD).there == "/"
    one = somebody(engine)
    assert (one.name, one.role, one.department) == ("Lena", "editor", "Amt 66")
    with opened(engine) as session:
        assert "person_invited" in set(session.scalars(select(Act.what)))
        assert not session.scalars(select(Invitation.used).where(Invitation.used.is_(None))).all()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Bitte nennen Sie einen Namen"),
        ({"name": "x" * 201}, "Bitte nennen Sie einen Namen"),
        ({"email": "lena"}, "Das ist keine E-Mail-Adresse."),
        ({"role": "owner"}, "Bitte wählen Sie eines davon."),
        ({"department": "x" * 201}, "Höchstens 200 Zeichen."),
        ({"email": "ADMIN@stadt.example"}, "Diese Person ist schon eingeladen"),
    ],
)
def test_a_faulty_invitation_is_shown_with_what_was_typed(
    admin: Visitor, engine: Engine, wrong: dict[str, str], words: str
) -> None:
    """Nobody is made."""
    answer = admin.send("/leute", **(LENA | wrong))
    assert answer.status == 400
    assert words in answer.text
    assert all(f'value="{value}"' in answer.text for value in (LENA | wrong).values() if value not in {"owner", ""})
    with opened(engine) as session:
        assert len(session.scalars(select(Person)).all()) == 1


def test_an_invitation_sent_twice_makes_one_person(admin: Visitor, engine: Engine) -> None:
    """The second answer says that the person is there; no form can set what it does not show."""
    admin.send("/leute", **LENA, password="x", id="1", disabled="1", issuer="x")
    assert admin.send("/leute", **LENA).status == 400
    assert somebody(engine).password is None
    assert somebody(engine).issuer is None


def test_a_new_invitation_replaces_the_old_and_a_forgotten_password(
    admin: Visitor, person: Callable[..., Person], clock: Clock, engine: Engine
) -> None:
    """Browsers that are signed in with the old one are signed out once the new one is chosen."""
    lena = person(PersonRole.READER, "lena@stadt.example")
    with opened(engine) as session:
        signing.begin(session, lena, browser="", now=clock())
    first, second = (link(admin.send(f"/leute/{lena.id}/einladung")) for _ in range(2))
    visitor = Visitor(admin.address)
    assert visitor.open(first).status == 404
    visitor.open(second)
    assert visitor.send(second, password="ein neuer Satz", again="ein neuer Satz").there == "/"
    with opened(engine) as session:
        assert len(session.scalars(select(Visit).where(Visit.person_id == lena.id)).all()) == 1


def test_a_changed_role_holds_at_once(admin: Visitor, enter: Callable[..., Visitor], engine: Engine) -> None:
    """Without signing in again."""
    reader = enter(PersonRole.READER)
    one = somebody(engine, "reader@stadt.example")
    assert reader.open("/leute").status == 403
    answer = admin.send(f"/leute/{one.id}", **form(one, role="admin"))
    assert answer.there == f"/leute/{one.id}?gesagt=person_changed"
    assert reader.open("/leute").status == 200


def test_two_who_change_a_person_do_not_overwrite_each_other(
    admin: Visitor, person: Callable[..., Person], engine: Engine
) -> None:
    """Who was slower sees both versions; the same form sent twice does no harm."""
    one = person(PersonRole.READER, "lena@stadt.example")
    mine, theirs = form(one, role="editor"), form(one, department="Amt 66")
    assert admin.send(f"/leute/{one.id}", **mine).status == 303
    assert admin.send(f"/leute/{one.id}", **mine).status == 303
    answer = admin.send(f"/leute/{one.id}", **theirs)
    assert answer.status == 409
    assert "Jemand anderes hat gerade etwas geändert" in answer.text
    assert 'value="Amt 66"' in answer.text
    assert (somebody(engine).role, somebody(engine).department) == ("editor", None)


@pytest.mark.parametrize("role", ["", "owner", "ADMIN"])
def test_a_role_is_one_of_three(admin: Visitor, person: Callable[..., Person], role: str, engine: Engine) -> None:
    """Whatever a form says."""
    one = person(PersonRole.READER, "lena@stadt.example")
    assert admin.send(f"/leute/{one.id}", **form(one, role=role)).status == 400
    assert somebody(engine).role == "reader"


def test_the_last_administrator_stays(
    admin: Visitor, engine: Engine, person: Callable[..., Person], clock: Clock
) -> None:
    """Neither shut out nor demoted; who was invited and never came, or was shut out, is no second one."""
    admin.send("/leute", **(LENA | {"role": "admin"}))
    otto = person(PersonRole.ADMIN, "otto@stadt.example")
    with opened(engine) as session:
        session.get_one(Person, otto.id).disabled = clock()
    one = somebody(engine, "admin@stadt.example")
    for answer in (
        admin.send(f"/leute/{one.id}/aussperren"),
        admin.send(f"/leute/{one.id}", **form(one, role="editor")),
    ):
        assert answer.status == 409
        assert "Dann könnte niemand mehr Fundstelle verwalten" in answer.text
    assert admin.send(f"/leute/{otto.id}/einlassen").status == 303
    assert admin.send(f"/leute/{one.id}", **form(one, role="editor")).status == 303


@pytest.mark.postgres
def test_two_administrators_cannot_remove_each_other_at_once(postgres: Callable[[str], str], clock: Clock) -> None:
    """On PostgreSQL, where both would see the other in office: the second waits for the first."""
    engine = open_engine(postgres("members"))
    with opened(engine) as session:
        both = [Person(email=name, name=name, role="admin", made=clock(), password="x") for name in ("a@x", "b@x")]
        session.add_all(both)
    ended: list[Ended] = []
    start = threading.Barrier(2)

    def remove(number: int) -> None:
        with opened(engine) as session:
            one = session.get_one(Person, number)
            start.wait()
            ended.append(members.shut_out(session, one, now=clock()))

    threads = [threading.Thread(target=remove, args=[one.id]) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [Ended.DONE, Ended.LAST]
    engine.dispose()


def test_who_is_shut_out_is_out_everywhere(
    admin: Visitor, enter: Callable[..., Visitor], engine: Engine, clock: Clock
) -> None:
    """In every browser, by every link, and until let in again."""
    reader = enter(PersonRole.READER)
    one = somebody(engine, "reader@stadt.example")
    path = link(admin.send(f"/leute/{one.id}/einladung"))
    assert admin.send(f"/leute/{one.id}/aussperren").status == 303
    assert reader.open("/").status == 303
    assert Visitor(admin.address).open(path).status == 404
    assert admin.send(f"/leute/{one.id}/einladung").status == 409
    assert admin.send(f"/leute/{one.id}/einlassen").status == 303
    assert reader.open("/").status == 303, "only a new sign-in lets one in"
    with opened(engine) as session:
        reader.cookies["fundstelle"] = signing.begin(session, one, browser="", now=clock())
    assert reader.open("/").status == 200


def test_browsers_are_signed_out_one_by_one_or_all(
    admin: Visitor, person: Callable[..., Person], engine: Engine, clock: Clock
) -> None:
    """Only those of the person whose page it is on."""
    lena, otto = person(PersonRole.READER, "lena@stadt.example"), person(PersonRole.READER, "otto@stadt.example")
    with opened(engine) as session:
        for one in (lena, lena, otto):
            signing.begin(session, one, browser="Firefox <b>", now=clock())
        numbers = list(session.scalars(select(Visit.id).where(Visit.person_id == lena.id)))
    assert "Firefox &lt;b&gt;" in admin.open(f"/leute/{lena.id}").text
    admin.send(f"/leute/{otto.id}/besuche/{numbers[0]}/abmelden")
    assert len(_visits(engine, lena)) == 2, "not by the page of somebody else"
    admin.send(f"/leute/{lena.id}/besuche/{numbers[0]}/abmelden")
    assert _visits(engine, lena) == [numbers[1]]
    admin.send(f"/leute/{lena.id}/abmelden")
    assert not _visits(engine, lena)
    assert len(_visits(engine, otto)) == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1", "Safari, iPhone"),
        ("Intranet-Bot 1", "Intranet-Bot 1"),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_a_name_that_people_know(agent: str, words: str) -> None:
    """Browsers call themselves by the names of others too."""
    assert people.browser(agent) == words


def _visits(engine: Engine, one: Person) -> list[int]:
    with opened(engine) as session:
        return list(session.scalars(select(Visit.id).where(Visit.person_id == one.id)))


@pytest.mark.parametrize("number", ["0", "999", "-1", "1e3", "x", "9" * 30, "%31%00"])
def test_whoever_is_not_there_is_not_there(admin: Visitor, number: str) -> None:
    """Whatever stands in the address."""
    assert admin.open(f"/leute/{number}").status == 404
    assert admin.send(f"/leute/{number}/aussperren").status == 404


def test_first_links_that_were_not_used_end_with_the_first(desk: str, engine: Engine, clock: Clock) -> None:
    """Each start prints one until somebody manages the desk; and a name that is taken is said beside the field."""
    with opened(engine) as session:
        session.add(Person(email="lena@stadt.example", name="Lena", made=clock()))
        first, second = (f"/einladung/{signing.invite(session, None, now=clock())}" for _ in range(2))
    visitor = Visitor(desk)
    visitor.open(first)
    words = {"name": "Rosa", "email": "lena@stadt.example", "password": PASSWORD, "again": PASSWORD}
    assert "gibt es hier schon" in visitor.send(first, **words).text
    assert visitor.send(first, **(words | {"email": "rosa@stadt.example"})).there == "/"
    assert Visitor(desk).open(second).status == 404


@pytest.fixture
def posting(engine: Engine, clock: Clock) -> Iterator[tuple[Visitor, mailbox.Box]]:
    """The own machine with a mail server."""
    with mailbox.mailbox() as (box, port):
        post = sending.server(f"smtp://{mailbox.HOST}:{port}?from=fundstelle@stadt.example")
        with serving(engine, clock, sign_in=False, post=post) as address:
            visitor = Visitor(address)
            visitor.open("/leute")
            yield visitor, box


def test_an_invitation_is_mailed_where_there_is_a_mail_server(posting: tuple[Visitor, mailbox.Box]) -> None:
    """To that person alone; if it does not go out, the link is still shown, and why."""
    visitor, box = posting
    answer = visitor.send("/leute", **LENA)
    assert "Er ist auch per E-Mail unterwegs." in answer.text
    ((to, mail),) = box.mails
    assert to == ["lena@stadt.example"]
    assert link(answer) in mail.get_content()
    answer = visitor.send("/leute", **(LENA | {"email": mailbox.UNKNOWN}))
    assert "Die E-Mail ging nicht hinaus" in answer.text
    assert link(answer).startswith("/einladung/")
    assert "ist keine Mailadresse" in visitor.send("/leute", **(LENA | {"email": "lena<x>@stadt.example"})).text
