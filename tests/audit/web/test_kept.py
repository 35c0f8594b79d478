"""Guards that what is kept is never older than the rows it shows, and never holds what was made for another person."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from audit.web.kept import Part, Shelf
from db.models import Audit, Finding, Review, Site, Town
from db.schema import open_engine
from db.session import opened
from db.terms import Decision, PersonRole, Standing, Why
from tests.audit.web import two
from tests.audit.web.conftest import NOW, Clock
from tests.audit.web.visitor import Visitor


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both towns as a database file, written once."""
    folder = tmp_path_factory.mktemp("original")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUNDSTELLE_HOME", str(folder))
        two.copied(folder / "towns.db").dispose()
    return folder / "towns.db"


@pytest.fixture
def towns(original: Path, tmp_path: Path) -> Iterator[Engine]:
    """Both towns, to be changed."""
    engine = open_engine(f"sqlite:///{shutil.copy(original, tmp_path)}")
    yield engine
    engine.dispose()


@pytest.fixture
def address(towns: Engine, clock: Clock) -> Iterator[str]:
    """A desk over them."""
    with two.open_desk(towns, clock) as place:
        yield place


@pytest.fixture
def visitor(towns: Engine, address: str) -> Visitor:
    """Somebody who reads."""
    return two.come(towns, address, PersonRole.READER)


def judged_again(_town: Town, audit: Audit, finding: Finding) -> None:
    """Judge an audit again, with another verdict."""
    finding.verdict, audit.judged = "UNKNOWN", audit.judged + timedelta(days=1) if audit.judged else None


def renamed(town: Town, _audit: Audit, _finding: Finding) -> None:
    """Give a town another name."""
    town.name = "Musterhafen am Sund"


def confirmed(town: Town, _audit: Audit, _finding: Finding) -> None:
    """Confirm a website."""
    for site in town.sites:
        site.standing = Standing.PROPOSED if site.standing == Standing.OWN else site.standing
        site.reason = "anders"


@pytest.mark.parametrize("change", [judged_again, renamed, confirmed])
def test_a_report_shows_what_has_changed_since_it_was_kept(
    visitor: Visitor, towns: Engine, change: Callable[[Town, Audit, Finding], None]
) -> None:
    """As soon as the rows it is made of have changed, whoever changed them."""
    before = visitor.open("/pruefungen/1")
    tag = before.headers["etag"]
    assert visitor.ask("/pruefungen/1", if_none_match=tag).status == 304
    with opened(towns) as session:
        audit = session.get_one(Audit, 1)
        finding = session.query(Finding).where(Finding.audit_id == 1, Finding.verdict == "FINDABLE").first()
        assert finding is not None
        change(audit.town, audit, finding)
    after = visitor.ask("/pruefungen/1", if_none_match=tag)
    assert after.status == 200
    assert after.headers["etag"] != tag
    assert after.text != before.text


def test_a_newer_audit_is_told_and_what_turned_since_the_one_before(visitor: Visitor, towns: Engine) -> None:
    """On the older report a way to the newer one; there, and beside each other, only what is another."""
    assert "Es gibt eine neuere" not in visitor.open("/pruefungen/1").text
    with opened(towns) as session:
        first = session.get_one(Audit, 1)
        names = ("town_id", "catalogue_id", "budget", "program", "enough")
        week = timedelta(weeks=1)
        assert first.judged is not None
        newer = Audit(
            started=first.started + week,
            crawled=first.judged + week,
            judged=first.judged + week,
            **{name: getattr(first, name) for name in names},
        )
        session.add(newer)
        session.flush()
        rows = session.query(Finding).where(Finding.audit_id == 1).all()
        turned = next(row for row in rows if row.verdict == "BURIED")
        for row in rows:
            told = ("criterion", "area", "aspect", "counts", "best_url")
            verdict = "FINDABLE" if row is turned else row.verdict
            session.add(Finding(audit_id=newer.id, verdict=verdict, **{name: getattr(row, name) for name in told}))
        number, key = newer.id, turned.criterion
    assert f'<a href="/pruefungen/{number}">' in visitor.open("/pruefungen/1").text
    changed = visitor.open(f"/pruefungen/{number}?ansicht=aenderungen").text
    assert set(re.findall(r'<h4><a href="/pruefungen/\d+/befunde/([^"]+)"', changed)) == {key}
    beside = visitor.open(f"/pruefungen/{number}/aenderungen").text
    assert "Was sich in Musterhafen geändert hat" in beside
    assert beside == visitor.open(f"/pruefungen/{number}/aenderungen?mit=1").text
    assert "2 Prüfungen" in visitor.open("/orte/musterhafen/verlauf").text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_word_on_a_finding_is_seen_at_once(visitor: Visitor, towns: Engine) -> None:
    """And so is taking it back."""
    with opened(towns) as session:
        key = session.query(Finding.criterion).where(Finding.audit_id == 1).limit(1).scalar()
    path = f"/pruefungen/1/befunde/{key}"
    assert "Petersen" not in visitor.open(path).text
    with opened(towns) as session:
        said = {"decision": Decision.CONFIRM, "reason": Why.SEEN, "made": NOW, "person": "Petersen"}
        session.add(Review(town_id=session.get_one(Audit, 1).town_id, criterion=str(key), **said))
    assert "Petersen" in visitor.open(path).text
    assert "zurückgenommen" not in visitor.open(path).text
    with opened(towns) as session:
        session.query(Review).one().withdrawn = NOW
    assert "zurückgenommen" in visitor.open(path).text


def test_the_overview_shows_a_new_website_at_once(visitor: Visitor, towns: Engine) -> None:
    """And a town that is new."""
    tag = visitor.open("/").headers["etag"]
    assert visitor.ask("/", if_none_match=f'"x", W/{tag}').status == 304
    with opened(towns) as session:
        session.add(
            Town(key="neuau", name="Neuau", sites=[Site(url="http://n.example/", host="n.example", role="city")])
        )
    answer = visitor.ask("/", if_none_match=tag)
    assert answer.status == 200
    assert "Neuau" in answer.text


def test_nobody_gets_the_token_or_the_name_of_another(towns: Engine, address: str, visitor: Visitor) -> None:
    """The part is the same for both, the frame around it is not; and what a browser keeps is that of its own person."""
    other = two.come(towns, address, PersonRole.ADMIN)
    one, another = visitor.open("/pruefungen/1"), other.open("/pruefungen/1")
    assert visitor.token in one.text
    assert other.token in another.text
    assert visitor.token != other.token
    assert other.token not in one.text
    assert "Frau Reader" in one.text
    assert "Frau Reader" not in another.text
    assert "/pruefungen/1/freigaben" in another.text
    assert "/pruefungen/1/freigaben" not in one.text
    assert other.ask("/pruefungen/1", if_none_match=one.headers["etag"]).status == 200
    assert one.headers["cache-control"] == "private, no-cache"
    assert Visitor(address).ask("/pruefungen/1", if_none_match=one.headers["etag"]).status == 303


def test_each_language_is_kept_for_itself(visitor: Visitor) -> None:
    """What was made in German is not sent to who reads English."""
    german = visitor.open("/pruefungen/1")
    visitor.cookies["fundstelle-sprache"] = "en"
    assert visitor.open("/pruefungen/1").text != german.text
    assert 'lang="en"' in visitor.open("/pruefungen/1").text


def part(signs: int) -> Part:
    return Part("", "x" * signs)


def test_no_more_is_kept_than_there_is_room() -> None:
    """What was asked for the longest ago goes first; what is larger than all the room is not kept at all."""
    shelf = Shelf(room=100)
    for key in "abc":
        shelf.get(key, lambda: part(40))
    assert len(shelf) == 2
    made: list[str] = []
    shelf.get("c", lambda: made.append("c") or part(40))  # type: ignore[func-returns-value]
    shelf.get("a", lambda: made.append("a") or part(40))  # type: ignore[func-returns-value]
    assert made == ["a"]
    assert shelf.get("d", lambda: part(200)).inside == "x" * 200
    assert len(shelf) == 2


def test_what_several_want_is_made_once() -> None:
    """The others wait for it; a fault is not kept."""
    shelf, made, begun = Shelf(), [], threading.Event()

    def make() -> Part:
        begun.wait(5)
        made.append(1)
        return part(1)

    threads = [threading.Thread(target=shelf.get, args=("a", make)) for _ in range(8)]
    for thread in threads:
        thread.start()
    begun.set()
    for thread in threads:
        thread.join()
    assert made == [1]
    with pytest.raises(ZeroDivisionError):
        shelf.get("b", lambda: part(1 // 0))
    assert shelf.get("b", lambda: part(1)).inside == "x"
