"""The town's own list at the desk: seen, changed by two people, and nothing of it lost."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from audit.inventory import measures
from db.desk import Act, MeasureEdit
from db.models import Measure, Town
from db.session import opened
from db.terms import PersonRole
from tests.audit.nouns import NOW
from tests.audit.web.listing import LINE, LIST, listed, titles, town
from tests.audit.web.visitor import Answer, Visitor


@pytest.fixture
def editor(enter: Callable[..., Visitor], engine: Engine, tmp_path: Path) -> Visitor:
    """Somebody who keeps the list of a town with three measures."""
    town(engine, tmp_path, "Handyparken", "Hundesteuer online", "Ärztehaus-App")
    return enter(PersonRole.EDITOR)


def seen(answer: Answer) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]*)"', answer.text)
    assert found, answer.text
    return found[1]


def first(engine: Engine) -> Measure:
    return listed(engine)[0]


def shown(answer: Answer) -> list[str]:
    return re.findall(r'verzeichnis/zeile/\d+"><bdi>([^<]+)</bdi></a>', answer.text)


def test_the_address_filters_and_sorts(editor: Visitor, engine: Engine) -> None:
    """By words, department and criterion; what is empty comes last whichever way."""
    with opened(engine) as session:
        session.get_one(Measure, 3).department = "Amt 66"
        session.get_one(Measure, 1).criterion = "handyparken"
    assert shown(editor.open(LIST)) == ["Handyparken", "Hundesteuer online", "Ärztehaus-App"]
    assert shown(editor.open(f"{LIST}?sort=title"))[0] == "Ärztehaus-App"
    assert shown(editor.open(f"{LIST}?sort=title&ab=1"))[-1] == "Ärztehaus-App"
    assert shown(editor.open(f"{LIST}?sort=department&ab=1"))[0] == "Ärztehaus-App"
    assert shown(editor.open(f"{LIST}?text=%C3%84RZTE")) == ["Ärztehaus-App"]
    assert shown(editor.open(f"{LIST}?stelle=Amt+66")) == ["Ärztehaus-App"]
    assert shown(editor.open(f"{LIST}?kriterium=mit")) == ["Handyparken"]
    page = editor.open(f"{LIST}?stelle=Amt+66&sort=title")
    assert "?stelle=Amt+66&amp;sort=title&amp;ab=1" in page.text, "the address keeps what was asked for"


@pytest.mark.parametrize("odd", ["sort=id;drop", "seite=-1", "seite=999999999999999999", "seite=x", "text=%FF"])
def test_an_odd_address_shows_the_list(editor: Visitor, odd: str) -> None:
    """Nothing that stands there breaks the page."""
    assert editor.open(f"{LIST}?{odd}").status == 200


def test_a_line_is_changed_and_remembered(editor: Visitor, engine: Engine) -> None:
    """With who and what, before and after; the same form sent twice is one change."""
    one = first(engine)
    sent = LINE | {
        "title": "Handyparken",
        "since": "01.03.2026",
        "note": "Zeile 1\r\nZeile 2",
        "address": "ort.example/p",
    }
    sent["seen"] = seen(editor.open(f"{LIST}/zeile/{one.id}"))
    for _ in range(2):
        assert editor.send(f"{LIST}/zeile/{one.id}", **sent).status == 303
    new = first(engine)
    assert (new.since, new.note, new.address) == ("2026-03-01", "Zeile 1\nZeile 2", "http://ort.example/p")
    with opened(engine) as session:
        [edit] = session.scalars(select(MeasureEdit)).all()
        assert edit.who == "Editor"
        assert (edit.before or {})["since"] is None
        assert (edit.after or {})["since"] == "2026-03-01"
        assert "measure_changed" in set(session.scalars(select(Act.what)))
    assert "2026-03-01" in editor.open(f"{LIST}/verlauf").text


def test_two_who_change_a_line_do_not_overwrite_each_other(editor: Visitor, engine: Engine) -> None:
    """The second sees both versions, with her own still in the form, and can then decide."""
    one = first(engine)
    old = seen(editor.open(f"{LIST}/zeile/{one.id}"))
    editor.send(f"{LIST}/zeile/{one.id}", **(LINE | {"title": "Handyparken", "status": "geplant", "seen": old}))
    mine = LINE | {"title": "Handyparken", "status": "in Betrieb"}
    answer = editor.send(f"{LIST}/zeile/{one.id}", **mine, seen=old)
    assert answer.status == 409
    assert first(engine).status == "geplant"
    assert "geplant" in answer.text
    assert 'value="in Betrieb"' in answer.text
    assert editor.send(f"{LIST}/zeile/{one.id}", **mine, seen=seen(answer)).status == 303
    assert first(engine).status == "in Betrieb"


def test_two_at_the_same_moment_are_told_apart(editor: Visitor, engine: Engine) -> None:
    """One is kept, the other is asked; that holds between processes as well, for the database decides."""
    one = first(engine)
    sent = LINE | {"title": "Handyparken", "seen": seen(editor.open(f"{LIST}/zeile/{one.id}"))}
    answers: list[int] = []
    start = threading.Barrier(2)

    def save(status: str) -> None:
        visitor = Visitor(editor.address, dict(editor.cookies), editor.token)
        start.wait()
        answers.append(visitor.send(f"{LIST}/zeile/{one.id}", **(sent | {"status": status})).status)

    threads = [threading.Thread(target=save, args=[status]) for status in ("geplant", "in Betrieb")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    with opened(engine) as session:
        assert len(session.scalars(select(MeasureEdit)).all()) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": "  "}, "Bitte nennen Sie die Maßnahme"),
        ({"title": "x" * 301}, "Bitte nennen Sie die Maßnahme"),
        ({"key": "9.9108E+13"}, "Ein Leistungsschlüssel hat 14 Ziffern"),
        ({"address": "javascript:alert(1)"}, "Das ist keine Internetadresse."),
        ({"since": "bald"}, "Bitte als Tag"),
        ({"note": "y" * 40_000}, "Höchstens 4000 Zeichen."),
        ({"criterion": "hafenrundfahrt"}, "Dieses Kriterium gibt es nicht."),
    ],
)
def test_a_faulty_line_is_shown_with_what_was_typed(
    editor: Visitor, engine: Engine, wrong: dict[str, str], words: str
) -> None:
    """Beside the field; nothing is written."""
    one = first(engine)
    sent = LINE | {"title": "Handyparken", "status": "<b>neu</b>", "seen": seen(editor.open(f"{LIST}/zeile/{one.id}"))}
    answer = editor.send(f"{LIST}/zeile/{one.id}", **(sent | wrong))
    assert answer.status == 400
    assert words in answer.text
    assert "&lt;b&gt;neu&lt;/b&gt;" in answer.text
    assert first(engine).status is None


def test_a_criterion_is_given_by_hand_or_forbidden(editor: Visitor, engine: Engine, tmp_path: Path) -> None:
    """Both hold when the list is exported and read again, and matching does not touch them."""
    one = first(engine)
    for choice, expected in (("hundesteuer", "hundesteuer"), ("-", None)):
        sent = LINE | {"title": one.title, "criterion": choice, "seen": seen(editor.open(f"{LIST}/zeile/{one.id}"))}
        editor.send(f"{LIST}/zeile/{one.id}", **sent)
        new = first(engine)
        assert (new.criterion, new.matched_by) == (expected, "column")
        assert "2 Einträge im Verzeichnis sind keinem Kriterium zugeordnet" in editor.open("/orte/ort").text
        file = tmp_path / "liste.csv"
        file.write_text(editor.open(f"{LIST}/datei.csv").text, encoding="utf-8")
        again = measures.read(file).measures[0]
        assert (again.criterion, again.matched_by) == (expected, "column")
    assert '<option value="-" selected>' in editor.open(f"{LIST}/zeile/{one.id}").text
    sent = LINE | {"title": one.title, "seen": seen(editor.open(f"{LIST}/zeile/{one.id}"))}
    editor.send(f"{LIST}/zeile/{one.id}", **sent)
    assert (first(engine).criterion, first(engine).matched_by) == ("handyparken", "title")


def test_a_new_line_comes_once(editor: Visitor, engine: Engine) -> None:
    """At the end; sent twice it is one, and another of the same name is refused."""
    editor.open(f"{LIST}/neu")
    new = LINE | {"title": "Sitzbank melden", "status": "geplant"}
    there = [editor.send(f"{LIST}/neu", **new).there for _ in range(2)]
    assert there[0] == there[1]
    assert [(one.title, one.row) for one in listed(engine)][-1] == ("Sitzbank melden", 5)
    assert editor.send(f"{LIST}/neu", **(new | {"status": "in Betrieb"})).status == 409
    assert len(titles(engine)) == 4


def test_a_dropped_line_comes_back_from_the_history(editor: Visitor, engine: Engine) -> None:
    """As the same line, with what was said of it; taking back twice does nothing more."""
    last = listed(engine)[-1]
    page = editor.open(f"{LIST}/zeile/{last.id}")
    for _ in range(2):
        assert editor.send(f"{LIST}/zeile/{last.id}/streichen", seen=seen(page)).status == 303
    assert len(titles(engine)) == 2
    assert "gestrichen" in editor.open(f"{LIST}/zeile/{last.id}").text
    editor.send(f"{LIST}/neu", **(LINE | {"title": "Sitzbank melden"}))
    assert listed(engine)[-1].id > last.id, "a number is never used again"
    [edit] = re.findall(r"verlauf/(\d+)/zurueck", editor.open(f"{LIST}/zeile/{last.id}").text)
    for _ in range(2):
        assert editor.send(f"{LIST}/verlauf/{edit}/zurueck").status == 303
    assert (last.id, "Ärztehaus-App") in [(one.id, one.title) for one in listed(engine)]
    with opened(engine) as session:
        assert len(session.scalars(select(MeasureEdit).where(MeasureEdit.measure == last.id)).all()) == 2


def test_what_was_changed_since_is_not_taken_back(editor: Visitor, engine: Engine) -> None:
    """Else the later change would be lost."""
    one = first(engine)
    for status in ("geplant", "in Betrieb"):
        sent = LINE | {"title": one.title, "status": status, "seen": seen(editor.open(f"{LIST}/zeile/{one.id}"))}
        editor.send(f"{LIST}/zeile/{one.id}", **sent)
    later, earlier = re.findall(r"verlauf/(\d+)/zurueck", editor.open(f"{LIST}/zeile/{one.id}").text)
    assert editor.send(f"{LIST}/verlauf/{earlier}/zurueck").status == 409
    assert first(engine).status == "in Betrieb"
    assert editor.send(f"{LIST}/verlauf/{later}/zurueck").status == 303
    assert first(engine).status == "geplant"


def test_lines_of_another_town_are_out_of_reach(editor: Visitor, engine: Engine) -> None:
    """Neither shown nor changed, dropped or taken back under the address of one's own."""
    with opened(engine) as session:
        other = Town(key="anderswo", name="Anderswo")
        session.add(other)
        session.flush()
        session.add(Measure(town_id=other.id, title="Geheim", row=2))
        session.add(MeasureEdit(town_id=other.id, measure=99, at=NOW, after=None, before={"title": "x"}))
        session.flush()
        [foreign] = session.scalars(select(Measure.id).where(Measure.town_id == other.id))
        edit = session.scalars(select(MeasureEdit.id)).one()
    editor.open(LIST)
    assert editor.open(f"{LIST}/zeile/{foreign}").status == 404
    assert editor.send(f"{LIST}/zeile/{foreign}", **(LINE | {"title": "Gestohlen"})).status == 404
    assert editor.send(f"{LIST}/zeile/{foreign}/streichen").status == 404
    assert editor.send(f"{LIST}/verlauf/{edit}/zurueck").status == 404
    for nothing in ("0", "x", "-1", "1" * 40):
        assert editor.open(f"{LIST}/zeile/{nothing}").status == 404
    assert editor.open("/orte/nirgends/verzeichnis").status == 404


def test_files_are_those_of_the_command_line(editor: Visitor, engine: Engine) -> None:
    """An Excel file and a CSV file in which no cell is a formula; no other kinds."""
    with opened(engine) as session:
        session.get_one(Measure, 1).title = "=1+1"
    answer = editor.open(f"{LIST}/datei.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="verzeichnis-ort.csv"'
    assert "'=1+1" in answer.text
    assert editor.open(f"{LIST}/datei.exe").status == 404
