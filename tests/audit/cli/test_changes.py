"""What changed, and the trend, from the command line: in words, as JSON and as a file; wrong words are told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from audit.cli import run
from db.models import Audit, Site, Town
from db.schema import open_engine
from db.session import connect, opened
from db.terms import End
from tests.audit import written
from tests.audit.nouns import NOW
from tests.audit.twice import WITH, WITHOUT, judged, read


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of two audits, the second with a new page; a third by another catalogue, a fourth unjudged, a fifth of another town."""
    folder = tmp_path_factory.mktemp("befehle")
    rules = written.base(folder)
    engine = open_engine(f"sqlite:///{folder / 'ort.db'}")
    for pages in (WITHOUT, WITH):
        judged(engine, read(engine, pages), rules)
    judged(engine, read(engine, WITH), written.view(folder, {"verkehr": {"handyparken": "Parken"}}))
    read(engine, WITH)
    with opened(engine) as session:
        site = Site(host="a.example", url="http://a.example/", role="city")
        town = Town(key="anderswo", name="Anderswo", sites=[site])
        session.add(town)
        session.flush()
        session.add(Audit(town_id=town.id, started=NOW, crawled=NOW, judged=NOW))
    engine.dispose()
    return folder


@pytest.fixture(autouse=True)
def engine(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A copy of its database, which the commands use."""
    shutil.copy(place / "ort.db", tmp_path)
    monkeypatch.chdir(tmp_path)
    engine = connect(f"sqlite:///{tmp_path / 'ort.db'}")
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string())
    yield engine
    engine.dispose()


def told(words: str, capsys: pytest.CaptureFixture[str], *, code: int = 0) -> str:
    capsys.readouterr()
    assert run(words.split()) == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return said.err if code == 2 else said.out


def test_changes_are_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence, both numbers, then each change with its cause, page, quote and way."""
    assert told("changes 1 2", capsys) == (
        "Ort: Prüfung 1 (25. November 2026) und Prüfung 2 (2. Dezember 2026)\n"
        "1 neu zu finden.\n"
        "Gut auffindbar: damals 0 von 2, jetzt 1 von 2.\n"
        "  handyparken: nichts gefunden → gut auffindbar\n"
        "    Neu zu finden. Die Website hat sich geändert.\n"
        "    - Die Seite gibt es seitdem neu. http://www.ort.example/parken\n"
        "    Jetzt: „Mit dem Handyparken können Sie ab sofort Ihren Parkschein in Ort bezahlen.“ http://www.ort.example/parken\n"
        "    Jetzt der Weg: Start › Handyparken (1\u00a0Klick)\n"
    )


def test_json_and_html_carry_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """The sentence stands in all forms; the file is named after town and audits."""
    found = json.loads(told("changes 2 1 --json", capsys))
    assert (found["schema"], found["sentence"]) == (1, "1 neu zu finden.")
    assert found["changes"][0]["facts"][0]["text"] == "Die Seite gibt es seitdem neu."
    file = Path(told("changes 1 2 --format html --out berichte", capsys).strip())
    assert file == Path("berichte/aenderungen-ort-1-2.html")
    assert "<strong>1 neu zu finden.</strong>" in file.read_text(encoding="utf-8")
    file = Path(told("trend ort --format html", capsys).strip())
    assert file.name == "verlauf-ort.html"
    assert '<svg class="trend"' in file.read_text(encoding="utf-8")


def test_the_trend_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each judged audit; a break has its reason."""
    lines = told("trend ort", capsys).splitlines()
    assert lines[:5] == [
        "Ort: 3\u00a0Prüfungen",
        "Gut auffindbar waren in Prüfung 1 (25. November 2026) 0 von 2 Angeboten, in Prüfung 3 (9. Dezember 2026) 1 von 1. An einer Stelle wurde anders gemessen; über sie hinweg lassen sich die Zahlen nicht vergleichen.",
        "  25. November 2026, Prüfung 1: 0 von 2",
        "  2. Dezember 2026, Prüfung 2: 1 von 2; 1 neu zu finden.",
        "      handyparken: nichts gefunden → gut auffindbar (Die Website hat sich geändert)",
    ]
    assert lines[5] == "  --- Bruch: Der Katalog ist ein anderer: „grund“, dann „sicht“."
    found = json.loads(told("trend ort --json", capsys))
    assert [step["breaks"] for step in found["steps"]] == [False, True]


def test_one_audit_is_no_trend_yet(engine: Engine, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is shown, and that a second is needed."""
    judged(engine, read(engine, WITH, key="neustadt"), place / "grund")
    text = told("trend neustadt", capsys)
    assert "Es gibt erst eine Prüfung. Für einen Verlauf ist eine zweite nötig." in text
    assert "Prüfung 6: 1 von 2" in text
    assert text.endswith("Die nächste macht „fundstelle audit neustadt“.\n")


def test_too_little_read_is_told_and_has_its_own_code(
    engine: Engine, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three: finished, but nothing to rely on."""
    number = judged(engine, read(engine, {}, end=End.REFUSED, pages=0), place / "grund")
    text = told(f"changes 2 {number}", capsys, code=3)
    assert "konnten wir zu wenig lesen. Was dort fehlt, fehlt vielleicht nur uns." in text
    assert "2 nur, weil wir mehr oder weniger lesen konnten." in text
    assert "Jetzt nicht prüfbar." in text
    assert "Nicht mehr zu finden" not in text


@pytest.mark.parametrize("words", ["changes 1 2", "trend ort"])
def test_files_are_written_in_english(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the option that ``report`` has; the next command speaks German again."""
    file = Path(told(f"{words} --format html --language en", capsys).strip())
    assert '<html lang="en">' in file.read_text(encoding="utf-8")
    assert "Gut auffindbar" in told(words, capsys)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("changes 1 1", "zweimal dieselbe Prüfung (1)"),
        ("changes 1 5", "von verschiedenen Orten: 1 von Ort, 5 von Anderswo. Orte vergleicht „fundstelle compare"),
        ("changes 1 4", "Die Prüfung 4 ist noch nicht ausgewertet. Rufen Sie „fundstelle judge 4“ auf."),
        ("changes 1 3", "1 nach „grund“, 3 nach „sicht“. Beurteilen Sie eine davon neu"),
        ("changes 1 99", "Eine Prüfung „99“ gibt es nicht"),
        ("changes 1", "Es fehlt die Angabe"),
        ("changes 1 2 --format pdf", "„pdf“ gibt es nicht. Möglich sind: html."),
        ("changes 1 2 --json --format html", "--json und --format gehen nicht zugleich"),
        ("changes 1 2 --language en", "spricht Fundstelle nur Deutsch. Ergänzen Sie --format html."),
        ("trend ort --language fr --format html", "„fr“ gibt es nicht"),
        ("trend nirgends", "Eine Prüfung „nirgends“ gibt es nicht"),
        ("trend", "Es fehlt die Angabe"),
    ],
)
def test_wrong_words_are_refused(words: str, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With what to do, and nothing is written."""
    assert expected in told(words, capsys, code=2)
    assert not list(Path().glob("*.html"))


def test_a_report_of_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only findings with another verdict than in the audit before, each with what it was and why; another catalogue's is passed over."""
    name = Path(told("report 2 --changed --format html,json,csv --out da", capsys).splitlines()[0]).stem
    assert "-aenderungen-seit-" in name
    found = json.loads((tmp_path / "da" / f"{name}.json").read_text(encoding="utf-8"))
    (one,) = found["findings"]
    assert (one["criterion"], one["before"]["verdict"], one["verdict"]) == ("handyparken", "ABSENT", "FINDABLE")
    assert (one["before"]["audit"], one["before"]["cause"]) == (1, "site")
    page = (tmp_path / "da" / f"{name}.html").read_text(encoding="utf-8")
    assert "Neu zu finden. Die Website hat sich geändert." in page
    assert "Verglichen mit der Prüfung 1 vom" in page
    table = (tmp_path / "da" / f"{name}-befunde.csv").read_text(encoding="utf-8-sig")
    assert '"Vorher"' in table
    assert '"Nichts gefunden"' in table


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("report 1 --changed", "Vor der Prüfung 1 gibt es keine andere von Ort nach demselben Katalog"),
        ("report 3 --changed", "Vor der Prüfung 3 gibt es keine andere"),
        ("report 2 --changed --area zoo", "„zoo“ gibt es nicht"),
    ],
)
def test_without_an_earlier_audit_there_is_no_such_report(
    tmp_path: Path, words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty report would look like a good one."""
    assert said in told(f"{words} --out da", capsys, code=2)
    assert not (tmp_path / "da").exists()
