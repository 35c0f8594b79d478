"""Links by which anybody may read one report, until they end."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine, select

from db.desk import Act, Share
from db.models import Audit, Finding
from db.schema import open_engine
from db.session import opened
from db.terms import PersonRole
from tests.audit.web.conftest import Clock
from tests.audit.web.visitor import Answer, Visitor
from tests.reports import towns
from tests.reports.conftest import browser  # noqa: F401 a fixture

GIVEN = {"note": "Stadtrat, Fraktion A", "days": "7", "department": ""}
REMARK = "Frau Meier sagt, das stimmt so nicht"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two judged audits and one that is not; written once, tests get copies."""
    file = tmp_path_factory.mktemp("shares") / "written.db"
    engine = open_engine(f"sqlite:///{file}")
    with opened(engine) as session:
        rules = towns.catalogue()
        first = towns.write(session, "Musterhafen", verdicts=towns.MUSTERHAFEN, against=rules)
        towns.write(session, "Nachbarau", verdicts=towns.NACHBARAU, against=rules)
        session.add(Audit(town_id=first.town.id, started=towns.STARTED))
        for finding in session.scalars(select(Finding).where(Finding.audit_id == first.audit.id)):
            finding.reasons = [*finding.reasons, {"code": "person_rejected", "text": REMARK}]
    engine.dispose()
    return file


@pytest.fixture
def engine(written: Path, tmp_path: Path) -> Iterator[Engine]:
    """A copy to be changed at will."""
    engine = open_engine(f"sqlite:///{shutil.copy(written, tmp_path)}")
    yield engine
    engine.dispose()


@pytest.fixture
def numbers(engine: Engine) -> list[int]:
    """Those of the three audits."""
    with opened(engine) as session:
        return list(session.scalars(select(Audit.id).order_by(Audit.id)))


@pytest.fixture
def editor(enter: Callable[..., Visitor]) -> Visitor:
    """Somebody who may hand on reports."""
    return enter(PersonRole.EDITOR)


def link(answer: Answer) -> str:
    found = re.search(r'value="https?://[^/"]+(/freigabe/[\w-]{43})" readonly', answer.text)
    assert found, answer.text
    return found[1]


def shares(engine: Engine) -> list[Share]:
    with opened(engine) as session:
        return list(session.scalars(select(Share).order_by(Share.id)))


def made(editor: Visitor, number: int, **new: str) -> str:
    return link(editor.send(f"/pruefungen/{number}/freigaben", **(GIVEN | new)))


def test_whoever_has_the_link_reads_the_report(
    editor: Visitor, numbers: list[int], engine: Engine, clock: Clock
) -> None:
    """Without signing in and without our navigation; when it was opened is seen, the link itself never again."""
    path = made(editor, numbers[0])
    answer = Visitor(editor.address).open(path)
    assert answer.status == 200
    assert "Musterhafen" in answer.text
    assert 'class="rooms"' not in answer.text
    assert "set-cookie" not in answer.headers or "fundstelle-form" in answer.headers["set-cookie"]
    assert shares(engine)[0].opened == clock()
    page = editor.open(f"/pruefungen/{numbers[0]}/freigaben").text
    assert path not in page
    assert "Stadtrat, Fraktion A" in page
    assert "zuletzt geöffnet" in page
    with opened(engine) as session:
        assert path[-43:] not in " ".join(session.scalars(select(Act.about)))


def test_a_shared_report_is_sealed(editor: Visitor, numbers: list[int]) -> None:
    """Not for search engines, not for caches, and its address leaves with no click; its own style is let in by its hash alone."""
    headers = Visitor(editor.address).open(made(editor, numbers[0])).headers
    assert "noindex" in headers["x-robots-tag"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_what_persons_said_stays_in_the_house(editor: Visitor, numbers: list[int]) -> None:
    """Neither their words on findings nor the remarks of the town's list."""
    text = Visitor(editor.address).open(made(editor, numbers[0])).text
    assert REMARK not in text
    assert "zwei" not in text.split("</style>")[1]
    assert "Fraktion A" not in text


def test_a_link_for_one_department_shows_what_is_theirs(editor: Visitor, numbers: list[int]) -> None:
    """And is not there when there is no such department."""
    page = editor.open(f"/pruefungen/{numbers[0]}/freigaben").text
    department = re.findall(r'<option value="([^"]+)"[^>]*>\1</option>', page)[0]
    text = Visitor(editor.address).open(made(editor, numbers[0], department=department)).text
    whole = Visitor(editor.address).open(made(editor, numbers[0], note="alle")).text
    assert department in text
    assert len(text) < len(whole)


WRONG: list[dict[str, str]] = [
    {"note": ""},
    {"note": "x" * 201},
    {"days": "8"},
    {"days": "365"},
    {"department": "Amt für Gott"},
]


def test_a_faulty_link_is_not_made(editor: Visitor, numbers: list[int], engine: Engine) -> None:
    """It is said beside the field."""
    for wrong in WRONG:
        answer = editor.send(f"/pruefungen/{numbers[0]}/freigaben", **(GIVEN | wrong))
        assert answer.status == 400, wrong
        assert 'aria-invalid="true"' in answer.text
    assert not shares(engine)


def test_a_link_ends_by_itself(editor: Visitor, numbers: list[int], clock: Clock) -> None:
    """To the second; then nobody learns what it was."""
    path = made(editor, numbers[0])
    visitor = Visitor(editor.address)
    clock.wait(days=7)
    assert visitor.open(path).status == 200
    clock.wait(seconds=1)
    answer = visitor.open(path)
    assert answer.status == 404
    assert "Dieser Link gilt nicht mehr" in answer.text
    assert "Musterhafen" not in answer.text


def test_a_link_is_taken_back(editor: Visitor, numbers: list[int], engine: Engine) -> None:
    """Once, however often it is pressed, and only on the page of its own audit."""
    path = made(editor, numbers[0])
    share = shares(engine)[0].id
    assert editor.send(f"/pruefungen/{numbers[1]}/freigaben/{share}/widerrufen").status == 404
    assert Visitor(editor.address).open(path).status == 200
    for _ in range(2):
        assert editor.send(f"/pruefungen/{numbers[0]}/freigaben/{share}/widerrufen").status == 303
    assert Visitor(editor.address).open(path).status == 404
    with opened(engine) as session:
        assert len(session.scalars(select(Act).where(Act.what == "share_revoked")).all()) == 1


def test_a_double_click_makes_one_link(editor: Visitor, numbers: list[int], engine: Engine, clock: Clock) -> None:
    """The one that is seen."""
    first, second = made(editor, numbers[0]), made(editor, numbers[0])
    assert len(shares(engine)) == 1
    assert Visitor(editor.address).open(first).status == 404
    assert Visitor(editor.address).open(second).status == 200
    clock.wait(minutes=1)
    made(editor, numbers[0])
    assert len(shares(engine)) == 2


def test_only_what_was_judged_is_handed_on(editor: Visitor, numbers: list[int]) -> None:
    """And only what is there."""
    assert editor.open(f"/pruefungen/{numbers[2]}/freigaben").status == 400
    for number in ("999", "0", "x", "9" * 40):
        assert editor.open(f"/pruefungen/{number}/freigaben").status == 404
        assert editor.send(f"/pruefungen/{number}/freigaben", **GIVEN).status == 404


def test_guessing_is_slowed_down(editor: Visitor, numbers: list[int]) -> None:
    """Whoever has tried twenty links is shown none for a minute; reading a real one is no guess."""
    path = made(editor, numbers[0])
    visitor = Visitor(editor.address)
    assert visitor.open(path).status == 200
    assert [visitor.open(f"/freigabe/{number}").status for number in range(20)] == [404] * 20
    assert visitor.open(path).status == 429


@pytest.mark.browser
def test_a_shared_report_is_shown_under_its_policy(editor: Visitor, numbers: list[int], browser: Browser) -> None:  # noqa: F811
    """Two policies are in force, that of the page and ours, and its style passes both."""
    messages: list[str] = []
    page = browser.new_page()
    page.on("console", lambda one: messages.append(one.text) if "favicon" not in str(one.location) else None)
    page.goto(editor.address + made(editor, numbers[0], department="Onlineredaktion"))
    ground = page.locator(".hero").first.evaluate("element => getComputedStyle(element).backgroundColor")
    page.close()
    assert ground == "rgb(242, 245, 249)"
    assert messages == []
