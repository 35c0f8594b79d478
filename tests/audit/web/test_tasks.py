"""Tasks at the desk: from a proposal or by hand, to the audit that says whether they worked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from audit import catalogue
from audit.run.judging import judge
from db.desk import Act, Person, Task
from db.models import Audit, Crawl, Page, Proposal, Site
from db.session import opened
from db.terms import End, PersonRole, TaskState
from tests.audit.nouns import HOME
from tests.audit.web.conftest import NOW, Clock
from tests.audit.web.listing import town
from tests.audit.web.visitor import Visitor

SENT = {"change": "Seite anlegen", "role": "Online-Redaktion", "person": "", "due": "", "note": "", "state": ""}
PLACE = "/pruefungen/1/vorschlaege/1/annehmen"


@pytest.fixture
def editor(enter: Callable[..., Visitor], engine: Engine, tmp_path: Path) -> Visitor:
    """Somebody who keeps the tasks of a town whose audit has one proposal."""
    town(engine, tmp_path)
    with opened(engine) as session:
        session.add(
            Proposal(
                place=1,
                change="Legen Sie eine Seite <b>an</b>.",
                where=f"{HOME}parken",
                effect="groß",
                effort="klein",
                role="Online-Redaktion",
                criteria=["handyparken"],
                changes=[{"kind": "page", "page": f"{HOME}parken"}],
                audit_id=1,
            )
        )
    return enter(PersonRole.EDITOR)


def stored(engine: Engine) -> list[Task]:
    with opened(engine) as session:
        return list(session.scalars(select(Task).order_by(Task.id)))


def only(engine: Engine) -> Task:
    [found] = stored(engine)
    return found


def test_a_proposal_becomes_one_task(editor: Visitor, engine: Engine) -> None:
    """Of whoever accepts it; twice makes one, and the list says so."""
    assert "Legen Sie eine Seite &lt;b&gt;an&lt;/b&gt;." in editor.open("/orte/ort/vorschlaege").text
    there = [editor.send(PLACE).there for _ in range(2)]
    assert there == ["/aufgaben/1?gesagt=task_made"] * 2
    one = only(engine)
    assert (one.role, one.criteria, one.state) == ("Online-Redaktion", ["handyparken"], TaskState.OPEN)
    page = editor.open("/orte/ort/vorschlaege").text
    assert "Ist eine Aufgabe" in page
    assert "Annehmen" not in page
    assert 'href="/aufgaben/1"' in editor.open("/aufgaben").text
    with opened(engine) as session:
        assert one.person_id == session.scalars(select(Person.id)).one()
        assert list(session.scalars(select(Act.what))) == ["task_made"]


@pytest.mark.parametrize("path", ["/pruefungen/1/vorschlaege/2/annehmen", "/pruefungen/9/vorschlaege/1/annehmen", "/pruefungen/x/vorschlaege/y/annehmen"])  # fmt: skip
def test_what_nobody_proposed_cannot_be_accepted(editor: Visitor, engine: Engine, path: str) -> None:
    """Neither of this audit nor of one that is not there."""
    editor.open("/aufgaben")
    assert editor.send(path).status == 404
    assert stored(engine) == []


def test_a_task_is_written_by_hand_for_a_criterion(editor: Visitor, engine: Engine) -> None:
    """Once, however often it is sent; an unknown criterion is refused with what was typed."""
    editor.open("/orte/ort/aufgaben/neu")
    for _ in range(2):
        assert editor.send("/orte/ort/aufgaben/neu", **SENT, criterion="hundesteuer").status == 303
    assert only(engine).criteria == ["hundesteuer"]
    answer = editor.send("/orte/ort/aufgaben/neu", **SENT, criterion="hafenrundfahrt")
    assert answer.status == 400
    assert "Bitte wählen Sie ein Kriterium." in answer.text
    assert "Seite anlegen</textarea>" in answer.text
    assert editor.open("/orte/nirgends/aufgaben/neu").status == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"change": ""}, "Bitte sagen Sie, was zu tun ist"),
        ({"change": "x" * 40_000}, "Bitte sagen Sie, was zu tun ist"),
        ({"due": "31.02.2027"}, "Das ist kein Tag."),
        ({"person": "99"}, "Diese Person gibt es nicht"),
        ({"person": "x"}, "Diese Person gibt es nicht"),
        ({"state": "verified"}, "Bitte wählen Sie eines davon."),
    ],
)
def test_a_faulty_task_is_shown_with_what_was_typed(
    editor: Visitor, engine: Engine, wrong: dict[str, str], words: str
) -> None:
    """That it has worked is for audits to say; nothing is written."""
    editor.open("/aufgaben")
    editor.send(PLACE)
    answer = editor.send("/aufgaben/1", **(SENT | {"version": "1", "note": "<i>hallo</i>"} | wrong))
    assert answer.status == 400
    assert words in answer.text
    assert "&lt;i&gt;hallo&lt;/i&gt;" in answer.text
    assert only(engine).version == 1


def test_two_who_change_a_task_do_not_overwrite_each_other(editor: Visitor, engine: Engine) -> None:
    """The second sees both; the same form sent twice is one change."""
    editor.open("/aufgaben")
    editor.send(PLACE)
    for _ in range(2):
        assert editor.send("/aufgaben/1", **(SENT | {"due": "2027-03-31"}), version="1").status == 303
    answer = editor.send("/aufgaben/1", **(SENT | {"note": "von mir"}), version="1")
    assert answer.status == 409
    assert "2027-03-31" in answer.text
    assert "von mir" in answer.text
    assert (only(engine).due, only(engine).note, only(engine).version) == ("2027-03-31", "", 2)
    assert editor.send("/aufgaben/1", **(SENT | {"note": "von mir"}), version="2").status == 303


def test_tasks_are_read_by_state_and_town(editor: Visitor, enter: Callable[..., Visitor]) -> None:
    """In the address; readers see them and cannot change them; unknown towns are not there."""
    editor.open("/aufgaben")
    editor.send(PLACE)
    editor.send("/aufgaben/1", **(SENT | {"state": "dropped"}), version="1")
    assert "/aufgaben/1" not in editor.open("/aufgaben?ort=ort").text
    assert "/aufgaben/1" in editor.open("/aufgaben?ort=ort&stand=erledigt").text
    assert "/aufgaben/1" in editor.open("/aufgaben?stand=alle").text
    assert editor.open("/aufgaben?ort=nirgends").status == 404
    assert editor.open("/aufgaben/77").status == 404
    reader = enter(PersonRole.READER)
    assert '<form method="post" action="/aufgaben/1"' not in reader.open("/aufgaben/1").text
    assert reader.send("/aufgaben/1", **SENT, version="2").status == 403
    table = reader.open("/aufgaben/aufgaben.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert "Seite anlegen" in table.text


def test_what_is_due_goes_into_a_calendar(editor: Visitor, engine: Engine) -> None:
    """Only what waits and has a day; what somebody typed cannot become a line of its own."""
    with opened(engine) as session:
        for due, state in (("2026-12-24", "open"), ("2026-12-25", "verified"), (None, "open")):
            note = "eins;\nBEGIN:VEVENT\x0b\u202e"
            session.add(Task(town_id=1, change="Verlinken, bitte", made=NOW, due=due, state=state, note=note))
    answer = editor.open("/aufgaben/aufgaben.ics?ort=ort")
    assert answer.headers["content-type"].startswith("text/calendar")
    lines = answer.text.split("\r\n")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    assert {"DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261225", "SUMMARY:Ort: Verlinken\\, bitte"} <= {*lines}
    assert "DESCRIPTION:eins\\;\\nBEGIN:VEVENT" in lines
    assert "/aufgaben/aufgaben.ics" in editor.open("/aufgaben").text


TEXT = "Handyparken in Ort: Ab sofort können Sie Ihren Parkschein per Handy lösen. Handyparken ist in Betrieb."


def audited(engine: Engine, folder: Path, clock: Clock, *pages: tuple[str, str]) -> int:
    """Store another audit of the town that has read these pages, and judge it."""
    with opened(engine) as session:
        site = session.scalars(select(Site)).one()
        audit = Audit(town_id=1, started=clock(), crawled=clock())
        session.add(audit)
        session.flush()
        crawl = Crawl(audit_id=audit.id, site_id=site.id, end=End.FINISHED, pages=len(pages))
        session.add(crawl)
        session.flush()
        for url, text in pages:
            session.add(Page(crawl_id=crawl.id, url=url, title=text.split(":")[0], main_text=text, status=200, fetched=clock(), language="de", content_type="text/html"))  # fmt: skip
        number = audit.id
    judge(engine, number, catalogue.load(folder / "grund"), now=clock(), report=lambda *_: None)
    return number


def test_the_next_audit_says_whether_it_worked(editor: Visitor, engine: Engine, tmp_path: Path, clock: Clock) -> None:
    """Not before it was done; not found first, found later; judging again says the same."""
    editor.open("/aufgaben")
    editor.send(PLACE)
    clock.wait(hours=1)
    audited(engine, tmp_path, clock, (HOME, "Start: Willkommen"))
    assert only(engine).state == TaskState.OPEN
    clock.wait(minutes=5)
    editor.send("/aufgaben/1", **(SENT | {"state": "done"}), version="1")
    assert only(engine).state == TaskState.DONE
    clock.wait(hours=1)
    second = audited(engine, tmp_path, clock, (HOME, "Start: Willkommen"))
    assert (only(engine).state, only(engine).checked_id) == (TaskState.FAILED, second)
    page = editor.open("/aufgaben/1").text
    assert "erledigt, aber noch nicht auffindbar" in page
    assert "Nichts gefunden" in page
    version = only(engine).version
    judge(engine, second, catalogue.load(tmp_path / "grund"), now=clock(), report=lambda *_: None)
    assert (only(engine).state, only(engine).checked_id, only(engine).version) == (TaskState.FAILED, second, version)
    clock.wait(hours=1)
    third = audited(engine, tmp_path, clock, (HOME, TEXT))
    assert (only(engine).state, only(engine).checked_id) == (TaskState.VERIFIED, third)
    assert "erledigt und jetzt auffindbar" in editor.open("/aufgaben/1").text
