"""Sign-in with the accounts of the town: a real provider on loopback, honest and otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey
from playwright.sync_api import Browser
from sqlalchemy import Engine, select

from audit.web import oidc, signing
from audit.web.oidc import Accounts
from audit.web.welcome import COOKIE
from db.desk import Act, Person
from db.errors import InputError
from db.session import opened
from db.terms import PersonRole
from tests.audit.web.conftest import Clock, serving
from tests.audit.web.provider import CLIENT, SECRET, Provider, providing
from tests.audit.web.visitor import Answer, Visitor
from tests.reports.conftest import browser  # noqa: F401 a fixture

REFUSED = "Die Anmeldung hat nicht geklappt"


@dataclass
class Town:
    """A desk and the provider whose accounts it takes."""

    address: str
    provider: Provider
    engine: Engine

    def depart(self, visitor: Visitor, path: str = "/anmelden/stadt") -> str:
        """Begin, let the provider answer, and return the path of ours that it sends the browser to."""
        there = urlsplit(visitor.open(path).there)
        assert f"{there.scheme}://{there.netloc}{there.path}" == f"{self.provider.issuer}/auth"
        back = Visitor(self.provider.issuer).ask(f"/auth?{there.query}").there
        assert back.startswith(self.address)
        return back.removeprefix(self.address)

    def sign_in(self, visitor: Visitor, path: str = "/anmelden/stadt") -> Answer:
        """Go all the way."""
        return visitor.open(self.depart(visitor, path))

    def people(self) -> list[Person]:
        with opened(self.engine) as session:
            return list(session.scalars(select(Person).order_by(Person.id)))

    def refusals(self) -> list[str]:
        with opened(self.engine) as session:
            return list(session.scalars(select(Act.about).where(Act.what == "provider_refused")))


@pytest.fixture(scope="module")
def keys() -> tuple[RSAKey, RSAKey]:
    """The provider's key and somebody else's; made once, for they take their time."""
    return RSAKey.generate_key(2048, {"kid": "a"}), RSAKey.generate_key(2048, {"kid": "a"})


@pytest.fixture
def provider(keys: tuple[RSAKey, RSAKey], clock: Clock) -> Iterator[Provider]:
    """An honest provider with the clock of the desk."""
    with providing(clock, *keys) as one:
        yield one


@pytest.fixture
def town(engine: Engine, clock: Clock, provider: Provider) -> Iterator[Town]:
    """A desk that takes the accounts of the town; rosa is to manage it."""
    accounts = Accounts(provider.issuer, CLIENT, SECRET, frozenset({"rosa@stadt.example"}))
    with serving(engine, clock, sign_in=True, accounts=accounts) as address:
        yield Town(address, provider, engine)


def test_the_first_sign_in_makes_a_reader(town: Town) -> None:
    """Bound to who the provider says it is; the second time nobody is made, and the way goes on to the page that was wanted."""
    visitor = Visitor(town.address)
    assert "Mit dem Konto der Stadt anmelden" in visitor.open("/anmelden?weiter=/konto").text
    assert town.sign_in(visitor, "/anmelden/stadt?weiter=/konto").there == "/konto"
    assert "Lena" in visitor.open("/konto").text
    assert town.sign_in(Visitor(town.address)).there == "/"
    (lena,) = town.people()
    assert (lena.role, lena.issuer, lena.subject, lena.password) == ("reader", town.provider.issuer, "lena-1", None)


def test_the_way_there_says_as_little_as_needed(town: Town) -> None:
    """Code flow with PKCE; the secrets of the trip stay in the browser, out of sight of scripts and other paths."""
    visitor = Visitor(town.address)
    visitor.open("/anmelden")
    answer = visitor.open("/anmelden/stadt")
    query = parse_qs(urlsplit(answer.there).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert "code_verifier" not in query
    line = answer.headers["set-cookie"].lower()
    assert "httponly" in line
    assert "samesite=lax" in line
    assert "path=/anmelden/stadt" in line


def test_who_is_named_comes_in_to_manage(town: Town) -> None:
    """Only if the provider has verified the address; else anybody could write it into their profile there."""
    town.provider.who |= {"email": "Rosa@Stadt.example", "email_verified": False}
    town.sign_in(Visitor(town.address))
    assert town.people()[0].role == "reader"
    town.provider.who |= {"email_verified": True}
    town.sign_in(Visitor(town.address))
    assert town.people()[0].role == "admin"


def test_what_the_provider_tells_only_when_asked(town: Town) -> None:
    """A mail address may come from userinfo, if it speaks of the same person."""
    del town.provider.who["email"]
    town.provider.userinfo = {"sub": "somebody-else", "email": "lena@stadt.example"}
    assert town.sign_in(Visitor(town.address)).status == 403
    town.provider.userinfo = {"sub": "lena-1", "email": "lena@stadt.example"}
    assert town.sign_in(Visitor(town.address)).there == "/"


LIES: list[tuple[str, Callable[[Provider, Clock], Any]]] = [
    ("nonce", lambda one, _: one.lies.update(nonce="another")),
    ("audience", lambda one, _: one.lies.update(aud="another")),
    ("audience, by our leave", lambda one, _: one.lies.update(aud="another", azp=CLIENT)),
    ("issuer", lambda one, _: one.lies.update(iss="https://evil.example")),
    ("party", lambda one, _: one.lies.update(aud=[CLIENT, "another"], azp="another")),
    ("expired", lambda one, clock: one.lies.update(exp=int(clock().timestamp()) - 120)),
    ("from the future", lambda one, clock: one.lies.update(iat=int(clock().timestamp()) + 900)),
    ("nobody", lambda one, _: one.lies.update(sub="")),
    ("no signature", lambda one, _: setattr(one, "signs", one.unsigned)),
    ("foreign key", lambda one, _: setattr(one, "signs", one.forge)),
    ("shared secret", lambda one, _: setattr(one, "signs", one.shared)),
    ("garbage", lambda one, _: setattr(one, "signs", lambda _claims: "x.y.z")),
    ("no mail address", lambda one, _: one.who.update(email="")),
    ("sender names another issuer", lambda one, _: one.metadata.update(issuer="https://evil.example")),
    ("keys in the clear", lambda one, _: one.metadata.update(jwks_uri="http://evil.example/keys")),
    ("refused there", lambda one, _: setattr(one, "error", "access_denied")),
]


@pytest.mark.parametrize("lie", [lie for _, lie in LIES], ids=[name for name, _ in LIES])
def test_what_cannot_be_believed_is_refused(town: Town, clock: Clock, lie: Callable[[Provider, Clock], Any]) -> None:
    """With a page in plain words and a line in the log; nobody is made and nobody is in."""
    visitor = Visitor(town.address)
    lie(town.provider, clock)
    is_seen_at_once = bool(town.provider.metadata)
    answer = visitor.open("/anmelden/stadt") if is_seen_at_once else town.sign_in(visitor)
    assert answer.status in {403, 502}
    assert REFUSED in answer.text
    assert COOKIE not in visitor.cookies
    assert not town.people()
    assert len(town.refusals()) == 1


def test_a_trip_belongs_to_one_browser_and_ends_once(town: Town) -> None:
    """An address that was taken from another browser, seen before, changed, or never asked for, leads nowhere."""
    ours, other = Visitor(town.address), Visitor(town.address)
    back = town.depart(ours)
    assert other.open(back).status == 403
    other.open("/anmelden/stadt")
    assert other.open(back).status == 403
    assert ours.open(back.replace("state=", "state=x")).status == 403
    assert ours.open(back).status == 403, "one wrong step ends the trip"
    back = town.depart(ours)
    kept = ours.cookies["fundstelle-anmeldung"]
    assert ours.open(back).there == "/"
    ours.cookies["fundstelle-anmeldung"] = kept
    assert ours.open(back).status == 403, "the provider gives tokens once for a code"
    assert [line.split(":")[0] for line in town.refusals()] == ["state"] * 4 + ["token"]


def test_a_trip_takes_ten_minutes_at_most(town: Town, clock: Clock) -> None:
    """Also if the cookie is kept longer than we asked for."""
    visitor = Visitor(town.address)
    back = town.depart(visitor)
    clock.wait(minutes=10, seconds=1)
    assert visitor.open(back).status == 403


def test_a_trip_cannot_be_written_by_others(town: Town, clock: Clock) -> None:
    """The cookie is signed with a secret that only provider and desk have."""
    visitor = Visitor(town.address)
    back = town.depart(visitor)
    state = parse_qs(urlsplit(back).query)["state"][0]
    forger = Accounts(town.provider.issuer, CLIENT, "geraten")
    trip = oidc.Trip(state, "n", "v", "/", "")
    visitor.cookies["fundstelle-anmeldung"] = oidc.seal(forger, trip, now=clock())
    assert visitor.open(back).status == 403


def test_a_mail_address_alone_joins_nobody(town: Town, person: Callable[..., Person]) -> None:
    """Whoever can choose theirs at the provider would else become the person who has it here."""
    person(PersonRole.ADMIN, "lena@stadt.example")
    visitor = Visitor(town.address)
    answer = town.sign_in(visitor)
    assert answer.status == 403
    assert "nur über eine Einladung verbunden" in answer.text
    assert town.people()[0].subject is None


def test_an_invitation_joins_an_account(town: Town, person: Callable[..., Person], clock: Clock) -> None:
    """Whatever mail address it has there; the invitation counts once, and the account is nobody else's from then on."""
    otto, anna = person(PersonRole.EDITOR, "otto@stadt.example"), person(PersonRole.READER, "anna@stadt.example")
    with opened(town.engine) as session:
        links = [f"/anmelden/stadt?einladung={signing.invite(session, one, now=clock())}" for one in (otto, anna)]
    visitor = Visitor(town.address)
    assert "verbinden" in visitor.open(f"/einladung/{links[0].partition('=')[2]}").text
    assert town.sign_in(visitor, links[0]).there == "/"
    assert "Editor" in visitor.open("/konto").text
    assert town.sign_in(Visitor(town.address), links[0]).status == 403
    assert town.sign_in(Visitor(town.address), links[1]).status == 403
    joined = {one.email: one.subject for one in town.people()}
    assert joined == {"otto@stadt.example": "lena-1", "anna@stadt.example": None}


def test_the_first_administrator_may_come_with_the_account_of_the_town(town: Town, clock: Clock) -> None:
    """By the link that the start of the desk prints."""
    with opened(town.engine) as session:
        secret = signing.invite(session, None, now=clock())
    assert town.sign_in(Visitor(town.address), f"/anmelden/stadt?einladung={secret}").there == "/"
    assert town.people()[0].role == "admin"


def test_who_was_shut_out_stays_out(town: Town, clock: Clock) -> None:
    """Whatever the provider says."""
    town.sign_in(Visitor(town.address))
    with opened(town.engine) as session:
        session.scalars(select(Person)).one().disabled = clock()
    answer = town.sign_in(Visitor(town.address))
    assert answer.status == 403
    assert "gesperrt" in answer.text


def test_the_provider_may_say_what_people_may_do(engine: Engine, clock: Clock, provider: Provider) -> None:
    """At each sign-in anew, the highest of what it names; but the last administrator stays one."""
    accounts = oidc.read(
        {
            "OIDC_ISSUER": provider.issuer,
            "OIDC_CLIENT_ID": CLIENT,
            "OIDC_CLIENT_SECRET": SECRET,
            "OIDC_ROLE": "groups:leitung=admin,redaktion=editor",
        }
    )
    with serving(engine, clock, sign_in=True, accounts=accounts) as address:
        town = Town(address, provider, engine)
        for groups, role in (([], "reader"), (["redaktion", "x"], "editor"), (["redaktion", "leitung"], "admin"), ("x", "admin")):  # fmt: skip
            provider.who["groups"] = groups
            assert town.sign_in(Visitor(address)).there == "/"
            assert town.people()[0].role == role


def test_the_path_to_go_on_to_is_ours(town: Town) -> None:
    """Nobody is sent elsewhere after signing in."""
    assert town.sign_in(Visitor(town.address), "/anmelden/stadt?weiter=//evil.example").there == "/"


@pytest.mark.browser
def test_a_browser_comes_back_from_another_site(
    engine: Engine,
    clock: Clock,
    provider: Provider,
    browser: Browser,  # noqa: F811
) -> None:
    """With its cookies and through our policy, though the provider is no site of ours; the next page knows the person."""
    provider.issuer = provider.issuer.replace("127.0.0.1", "localhost")
    messages: list[str] = []
    with serving(engine, clock, sign_in=True, accounts=Accounts(provider.issuer, CLIENT, SECRET)) as address:
        page = browser.new_page()
        page.on("console", lambda one: messages.append(one.text) if "favicon" not in str(one.location) else None)
        page.goto(f"{address}/konto")
        page.get_by_role("link", name="Mit dem Konto der Stadt anmelden").click()
        page.get_by_role("heading", name="Mein Konto").wait_for()
        page.get_by_label("Name").fill("Lena Neu")
        page.get_by_role("button", name="Speichern").click()
        page.get_by_text("Gespeichert.").wait_for()
        page.close()
    assert messages == []


def test_without_a_provider_there_is_no_such_door(desk: str) -> None:
    """Neither there nor back, and no button."""
    visitor = Visitor(desk)
    assert "Konto der Stadt" not in visitor.open("/anmelden").text
    assert visitor.open("/anmelden/stadt").status == 404
    assert visitor.open("/anmelden/stadt/zurueck?state=x&code=y").status == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"OIDC_CLIENT_SECRET": ""},
        {"OIDC_ISSUER": "http://anmeldung.example"},
        {"OIDC_ISSUER": "anmeldung"},
        {"OIDC_ROLE": "groups"},
        {"OIDC_ROLE": "groups:leitung=chef"},
    ],
)
def test_a_half_named_provider_is_said_at_the_start(wrong: dict[str, str]) -> None:
    """Not at the first sign-in; and its secret is in no message."""
    given = {"OIDC_ISSUER": "https://anmeldung.example", "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET}
    with pytest.raises(InputError) as fault:
        oidc.read(given | wrong)
    assert SECRET not in str(fault.value)
    assert oidc.read({}) is None
