"""What if, and the diary, from the command line: nothing is written, and wrong files are told with their line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from audit.cli import run
from db.models import LinkRow, Page, Proposal
from db.session import opened
from tests.audit import stored, written
from tests.audit.nouns import HOME

ORPHAN = f"{HOME}parken"
TEXT = "Mit dem Handyparken können Sie ab sofort Ihren Parkschein in Ort bezahlen."
LINK = f'changes:\n  - {{kind: link, page: "{HOME}", to: "{ORPHAN}", words: Handyparken}}\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A judged town whose page on mobile parking is linked from nowhere."""
    source = str(written.base(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string())
    stored.town(
        engine,
        {"url": HOME, "title": "Start", "main_text": "Willkommen", "link_numbers": [1]},
        {"url": ORPHAN, "title": "Handyparken in Ort", "main_text": TEXT, "in_sitemap": True},
        links=(LinkRow(url=f"{HOME}amt", text="Amt", zone="main", number=1),),
        source=source,
    )
    assert run(["judge", "1"]) == 0
    return tmp_path


def told(words: str, capsys: pytest.CaptureFixture[str], *, code: int = 0) -> str:
    capsys.readouterr()
    assert run(words.split()) == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return said.err if code else said.out


def plan(folder: Path, text: str, name: str = "plan.yaml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def test_a_link_to_an_orphan_makes_it_findable(
    folder: Path, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words and as JSON; the audit itself stays as it is."""
    file = plan(folder, LINK)
    text = told(f"whatif ort --change {file}", capsys)
    assert text.startswith("Mit diesen Änderungen: 1 Kriterien auffindbar, jetzt 0.\n")
    assert "50 → 100 von 100 kommen an (schwer zu finden → gut auffindbar)" in text
    found = json.loads(told(f"whatif 1 --change {file} --json", capsys))
    assert [(row["criterion"], row["before"], row["verdict_after"]) for row in found["rows"]] == [
        ("handyparken", 0.5, "FINDABLE")
    ]
    with opened(engine) as session:
        assert session.scalar(select(func.count(Page.id))) == 2
    assert json.loads(told("explain ort handyparken --json", capsys))["verdict"] == "BURIED"


def test_the_changes_of_a_proposal_can_be_tried(
    folder: Path, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the report proposes as JSON is a file for whatif, and promises the same."""
    with opened(engine) as session:
        proposal = session.scalars(select(Proposal)).one()
    file = plan(folder, json.dumps({"changes": proposal.changes}), "plan.json")
    (row,) = json.loads(told(f"whatif ort --change {file} --json", capsys))["rows"]
    assert (row["before"], row["after"]) == (proposal.before["handyparken"], proposal.after["handyparken"])


@pytest.mark.parametrize(("text", "is_seen"), [(TEXT, True), ("Hier entsteht etwas.", False)])
def test_a_new_page_is_tried_and_its_text_is_read(
    folder: Path, capsys: pytest.CaptureFixture[str], *, text: str, is_seen: bool
) -> None:
    """If its words would not count, that is said."""
    url = f"{HOME}hundesteuer"
    title = "Handyparken" if is_seen else "Neues"
    page = {"kind": "page", "page": f"{HOME}neu", "title": title, "text": text, "criterion": "handyparken"}
    link = {"kind": "link", "page": HOME, "to": f"{HOME}neu", "words": "Handyparken"}
    file = plan(folder, json.dumps({"changes": [page, link]}))
    found = told(f"whatif ort --change {file}", capsys)
    assert ("zeigt das Angebot nach unseren Regeln noch nicht" in found) is not is_seen
    assert url not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("changes: []\n", "plan.yaml"),
        ("changes:\n  - {kind: link, page: x, to: y, words: z}\n", "Zeile 2"),
        ("changes:\n  - {kind: zaubern}\n", "Zeile 2"),
        (f'changes:\n  - {{kind: open, page: "{HOME}nie"}}\n', "Änderung 1 nennt http://www.ort.example/nie"),
        ("changes: [", "kein gültiges YAML"),
        (f'changes:\n  - {{kind: page, page: "{HOME}n", title: t, text: t, criterion: zzz}}\n', "„zzz“ gibt es"),
    ],
)
def test_a_wrong_file_is_refused(folder: Path, capsys: pytest.CaptureFixture[str], *, text: str, expected: str) -> None:
    """With its name, and the line or the number of the change."""
    assert expected in told(f"whatif ort --change {plan(folder, text)}", capsys, code=2)


@pytest.mark.parametrize(
    "words", ["whatif ort --change fehlt.yaml", "whatif nirgends --change plan.yaml", "whatif ort"]
)
def test_what_is_not_there_is_told(folder: Path, capsys: pytest.CaptureFixture[str], *, words: str) -> None:
    """A file, an audit, an option."""
    plan(folder, LINK)
    assert told(words, capsys, code=2).startswith("Fehler: ")


def test_the_diary_is_told_and_repeats_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """The same seed is the same person; an unknown criterion is refused."""
    text = told("diary ort handyparken --seed 2", capsys)
    assert "Ich tippe „Ort handyparken“." in text
    assert told("diary ort handyparken --seed 2", capsys) == text
    found: dict[str, Any] = json.loads(told("diary ort handyparken --seed 2 --json", capsys))
    assert "\n".join(found["lines"]) + "\n" == text
    assert "„zzz“ gibt es" in told("diary ort zzz", capsys, code=2)
