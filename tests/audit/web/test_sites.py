"""Whose a town's websites are, said at the desk, and the letter about them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from audit.run.towns import mark
from db import queries
from db.models import Site, Town
from db.session import opened
from db.terms import PersonRole
from tests.audit.web.visitor import Answer, Visitor

SITES = "/orte/musterhafen/websites"
SITE = "/orte/musterhafen/website"
DOUBTED = "www.musterhafen-tourismus.example"


def site(engine: Engine, host: str = DOUBTED) -> Site | None:
    with opened(engine) as session:
        town = queries.town(session, "musterhafen")
    assert town is not None
    return next((one for one in town.sites if one.host == host), None)


def said(visitor: Visitor, engine: Engine, word: str, *, host: str = DOUBTED, **values: str) -> Answer:
    visitor.open(f"{SITE}?host={host}")
    return visitor.send(SITE, host=host, own=word, seen=mark(site(engine, host)), **{"role": "tourism", **values})


def test_the_landscape_says_whose_each_site_is(quiet: tuple[Visitor, Engine]) -> None:
    """With role, reason and what the last audit read; what waits can be decided at once."""
    text = quiet[0].open(SITES).text
    assert "1 Website wartet auf Ihre Entscheidung" in text
    assert "Der Name passt, das Impressum nennt einen Verein." in text
    assert "Bürgerportal" in text
    assert "1.500\u00a0Seiten, 3 verweigert" in text
    assert f"Gehört zum Ort: {DOUBTED}" in text


def test_a_reader_sees_the_landscape_and_decides_nothing(enter: Callable[..., Visitor], hafen: Engine) -> None:
    """Nor does an editor: sites are for administrators."""
    for role in (PersonRole.READER, PersonRole.EDITOR):
        visitor = enter(role)
        assert "Gehört nicht dazu" not in visitor.open(SITES).text
        assert said(visitor, hafen, "own").status == 403


def test_what_is_said_of_a_site_is_kept_and_logged(
    at_hafen: Visitor, hafen: Engine, acts: Callable[[], list[tuple[str, str]]]
) -> None:
    """With its role; sent twice it is said once, and it can be taken back."""
    early = mark(site(hafen))
    assert said(at_hafen, hafen, "own").there == f"{SITES}?gesagt=site_confirmed"
    found = site(hafen)
    assert found is not None
    assert (found.standing, found.role, found.by_hand) == ("confirmed", "tourism", True)
    again = at_hafen.send(SITE, host=DOUBTED, own="own", role="tourism", seen=early)
    assert again.there == f"{SITES}?gesagt=site_confirmed"
    assert said(at_hafen, hafen, "own", role="library").status == 303
    assert said(at_hafen, hafen, "foreign").there == f"{SITES}?gesagt=site_refused"
    found = site(hafen)
    assert found is not None
    assert (found.standing, found.role) == ("foreign", "library")
    assert [what for what, _ in acts()] == ["site_confirmed", "site_confirmed", "site_refused"]
    assert acts()[0][1] == f"Musterhafen: {DOUBTED}"


def test_two_who_decide_see_each_other(enter: Callable[..., Visitor], hafen: Engine) -> None:
    """The second learns who decided and what holds now, and may decide again."""
    visitor = enter(PersonRole.ADMIN)
    early = mark(site(hafen))
    assert said(visitor, hafen, "foreign").status == 303
    answer = visitor.send(SITE, host=DOUBTED, own="own", role="tourism", seen=early)
    assert answer.status == 409
    assert "jemand anderes entschieden: Admin" in answer.text
    assert "Sie wollten: gehört zum Ort, als Tourismus." in answer.text
    found = site(hafen)
    assert found is not None
    assert found.standing == "foreign"
    assert said(visitor, hafen, "own").status == 303


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("zoo.musterhafen.example", "Gehört zur eigenen Adresse des Ortes."),
        ("www.ganz-woanders.example", "Sieht nach einer fremden Website aus."),
        ("musterhafen.maengelmelder.de", "Liegt bei einem Anbieter"),
        ("http://10.0.0.1/", "nicht öffentlich erreichbar"),
    ],
)
def test_an_address_is_explained_before_it_is_added(quiet: tuple[Visitor, Engine], host: str, words: str) -> None:
    """By what the address itself tells; nothing is read and nothing is written."""
    visitor, engine = quiet
    assert words in visitor.open(f"{SITE}?host={host}").text
    assert site(engine, host) is None


def test_a_site_is_added_by_hand(at_hafen: Visitor, hafen: Engine) -> None:
    """With the role that was chosen."""
    assert said(at_hafen, hafen, "own", host="zoo.musterhafen.example").status == 303
    found = site(hafen, "zoo.musterhafen.example")
    assert found is not None
    assert (found.standing, found.url) == ("confirmed", "https://zoo.musterhafen.example/")


@pytest.mark.parametrize(
    ("host", "word", "role"),
    [
        (DOUBTED, "own", "Bürgermeister"),
        (DOUBTED, "", "tourism"),
        (DOUBTED, "owned", "tourism"),
        ("10.0.0.1", "own", "tourism"),
        ("rathaus.local", "own", "tourism"),
        ("kein host", "own", "tourism"),
        ("<script>.example", "own", "tourism"),
        ("x" * 40_000 + ".example", "own", "tourism"),
        ("", "own", "tourism"),
    ],
)
def test_what_cannot_be_said_of_a_site_is_refused(
    quiet: tuple[Visitor, Engine], host: str, word: str, role: str
) -> None:
    """Nothing is written, and nobody sends us into a network."""
    visitor, engine = quiet
    visitor.open(SITES)
    seen = mark(site(engine)) if host == DOUBTED else ""
    answer = visitor.send(SITE, host=host, own=word, role=role, seen=seen)
    assert answer.status == 400
    assert "<script>.example" not in answer.text
    with opened(engine) as session:
        assert session.query(Site).count() == 6


def test_the_last_site_cannot_be_refused(at_hafen: Visitor, hafen: Engine) -> None:
    """A town without a site could not be read."""
    with opened(hafen) as session:
        for one in session.query(Site).filter(Site.host != "www.musterhafen.example"):
            one.standing = "foreign"
    answer = said(at_hafen, hafen, "foreign", host="www.musterhafen.example")
    assert answer.status == 400
    assert "die einzige Website von Musterhafen" in answer.text


def test_the_site_of_one_town_is_not_changed_through_another(at_hafen: Visitor, hafen: Engine) -> None:
    """A host is always that of the town in the address; there it is a new one."""
    with opened(hafen) as session:
        session.add(
            Town(
                key="ort", name="Ort", sites=[Site(url="http://www.ort.example/", host="www.ort.example", role="city")]
            )
        )
    at_hafen.open(SITES)
    answer = at_hafen.send("/orte/ort/website", host=DOUBTED, own="foreign", role="", seen=mark(site(hafen)))
    assert answer.status == 409
    found = site(hafen)
    assert found is not None
    assert found.standing == "proposed"


def test_the_letter_is_about_what_could_not_be_read(
    quiet: tuple[Visitor, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To copy and as a file; of one site alone if it is named, and of no other town's."""
    monkeypatch.setenv("FUNDSTELLE_ADDRESSES", "192.0.2.0/28")
    visitor = quiet[0]
    text = visitor.open(f"{SITES}/brief").text
    assert "ratsinfo.vendor.example: Die Startseite antwortet" in text
    assert "192.0.2.0/28" in text
    one = visitor.open(f"{SITES}/brief.txt?host=service.musterhafen.example")
    assert one.headers["content-disposition"] == 'attachment; filename="brief-musterhafen.txt"'
    assert one.headers["content-type"].startswith("text/plain")
    assert "(service.musterhafen.example)" in one.text
    assert visitor.open(f"{SITES}/brief?host=www.nachbarau.example").status == 400
