"""What everybody may do with their own account, and nobody with another's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from audit.web import signing
from db.desk import Act, ApiKey, Person, Visit
from db.session import opened
from db.terms import PersonRole
from tests.audit.web.conftest import PASSWORD, Clock
from tests.audit.web.visitor import Visitor

NEW = "ein anderer Satz"
KEY = {"key_name": "Intranet", "days": "90"}


@pytest.fixture
def reader(enter: Callable[..., Visitor]) -> Visitor:
    """Somebody who may only read."""
    return enter(PersonRole.READER)


def me(engine: Engine) -> Person:
    with opened(engine) as session:
        return session.scalars(select(Person).where(Person.email == "reader@stadt.example")).one()


def keys(engine: Engine) -> list[ApiKey]:
    with opened(engine) as session:
        return list(session.scalars(select(ApiKey).order_by(ApiKey.id)))


def test_name_language_and_mail_are_ones_own(reader: Visitor, engine: Engine) -> None:
    """And nothing else, whatever a form says; the page that follows speaks the language."""
    words = {"name": "Lena", "language": "en", "mailed": "yes", "role": "admin", "email": "x@y.example", "id": "7"}
    assert reader.send("/konto", **words).there == "/konto?gesagt=saved"
    one = me(engine)
    assert (one.name, one.language, one.mailed, one.role) == ("Lena", "en", True, "reader")
    assert '<html lang="en">' in reader.open("/konto").text
    reader.send("/konto", name="Lena", language="de")
    assert me(engine).mailed is False


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "x" * 201}, {"language": "xx"}])
def test_a_faulty_account_is_not_kept(reader: Visitor, engine: Engine, wrong: dict[str, str]) -> None:
    """It is said beside the field."""
    answer = reader.send("/konto", **({"name": "Lena", "language": "de"} | wrong))
    assert answer.status == 400
    assert 'aria-invalid="true"' in answer.text
    assert me(engine).name == "Reader"


def test_a_new_password_needs_the_old_one(reader: Visitor, engine: Engine, clock: Clock) -> None:
    """Other browsers are signed out, this one is not; then only the new one lets in."""
    with opened(engine) as session:
        signing.begin(session, me(engine), browser="", now=clock())
    for wrong in ({"old": "falsch"}, {"password": "kurz", "again": "kurz"}, {"again": "anders"}):
        words = {"old": PASSWORD, "password": NEW, "again": NEW} | wrong
        assert reader.send("/konto/passwort", **words).status == 400
    assert reader.send("/konto/passwort", old=PASSWORD, password=NEW, again=NEW).status == 303
    assert reader.open("/konto").status == 200
    with opened(engine) as session:
        assert len(session.scalars(select(Visit)).all()) == 1
        assert signing.check(session, "reader@stadt.example", PASSWORD) is None
        assert signing.check(session, "reader@stadt.example", NEW) is not None


def test_the_old_password_is_not_guessed(reader: Visitor, engine: Engine) -> None:
    """Not by whoever sits down at a browser that somebody left open."""
    words = {"password": NEW, "again": NEW}
    for _ in range(5):
        assert reader.send("/konto/passwort", old="geraten", **words).status == 400
    assert reader.send("/konto/passwort", old=PASSWORD, **words).status == 429
    with opened(engine) as session:
        assert signing.check(session, "reader@stadt.example", NEW) is None


def test_only_ones_own_browsers_are_signed_out(
    reader: Visitor, person: Callable[..., Person], engine: Engine, clock: Clock
) -> None:
    """Neither that of another, nor this one by the button for all others."""
    other = person(PersonRole.ADMIN)
    with opened(engine) as session:
        signing.begin(session, me(engine), browser="", now=clock())
        signing.begin(session, other, browser="", now=clock())
        theirs = session.scalars(select(Visit.id).where(Visit.person_id == other.id)).one()
    reader.send(f"/konto/besuche/{theirs}/abmelden")
    reader.send("/konto/besuche/abmelden")
    with opened(engine) as session:
        left = list(session.scalars(select(Visit.person_id).order_by(Visit.person_id)))
    assert left == [me(engine).id, other.id]
    assert reader.open("/konto").status == 200


def test_a_key_is_shown_once(reader: Visitor, engine: Engine, clock: Clock) -> None:
    """Only its digest is kept, and it ends when it was said to."""
    answer = reader.send("/konto/schluessel", **KEY)
    secret = re.search(r'value="(fst_[\w-]{43})" readonly', answer.text)
    assert secret
    (key,) = keys(engine)
    assert key.digest == signing.digest(secret[1])
    assert key.expires == clock() + timedelta(days=90)
    assert secret[1] not in reader.open("/konto").text
    with opened(engine) as session:
        assert secret[1] not in " ".join(session.scalars(select(Act.about)))


def test_a_double_click_makes_one_key(reader: Visitor, engine: Engine, clock: Clock) -> None:
    """The one that is seen; later the name is taken until the key is revoked."""
    reader.send("/konto/schluessel", **KEY)
    assert reader.send("/konto/schluessel", **KEY).status == 200
    assert len(keys(engine)) == 1
    clock.wait(minutes=1)
    assert "So heißt schon ein Schlüssel" in reader.send("/konto/schluessel", **KEY).text
    assert reader.send(f"/konto/schluessel/{keys(engine)[0].id}/widerrufen").status == 303
    assert reader.send("/konto/schluessel", **KEY).status == 200


@pytest.mark.parametrize("wrong", [{"key_name": ""}, {"key_name": "x" * 201}, {"days": "0"}, {"days": "99999999999"}, {"days": ""}])  # fmt: skip
def test_a_faulty_key_is_not_made(reader: Visitor, engine: Engine, wrong: dict[str, str]) -> None:
    """It is said beside the field."""
    assert reader.send("/konto/schluessel", **(KEY | wrong)).status == 400
    assert not keys(engine)


def test_a_key_of_another_cannot_be_revoked(reader: Visitor, enter: Callable[..., Visitor], engine: Engine) -> None:
    """Not even by an administrator from their own account."""
    reader.send("/konto/schluessel", **KEY)
    (key,) = keys(engine)
    other = enter(PersonRole.ADMIN)
    assert other.send(f"/konto/schluessel/{key.id}/widerrufen").status == 404
    assert "widerrufen" not in other.open("/konto").text
    assert keys(engine)[0].revoked is None
    assert reader.send(f"/konto/schluessel/{key.id}/widerrufen").status == 303
    assert reader.send(f"/konto/schluessel/{key.id}/widerrufen").status == 303
    assert keys(engine)[0].revoked is not None


def test_where_nobody_signs_in_there_is_no_account(alone: Visitor) -> None:
    """It is said how there could be one."""
    answer = alone.open("/konto")
    assert answer.status == 400
    assert "--sign-in" in answer.text
    assert alone.send("/konto/schluessel", **KEY).status == 400
