"""Real searches from the command line: what is asked, shown and stored, and that nothing happens unasked or by halves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from audit.cli import run
from tests.audit import stored, written
from tests.audit.inventory.exported import GERMAN, packed
from tests.audit.nouns import HOME
from tests.crawler.metasearch import FakeSearXNG, refusal, results

TEXT = "Mit dem Handyparken können Sie ab sofort Ihren Parkschein in Ort bezahlen."
PARKING, DOGS = "Ort handyparken", "Ort hundesteuer"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A read town of one page, and the catalogue of two criteria that it is judged by."""
    source = str(written.base(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string())
    stored.town(engine, {"url": HOME, "title": "Handyparken in Ort", "main_text": TEXT}, source=source)
    return tmp_path


@pytest.fixture
def fake() -> Iterator[FakeSearXNG]:
    """An instance that shows the town for one question and others for the rest."""
    with FakeSearXNG({PARKING: results("https://a.example/", HOME), "*": results("https://a.example/")}) as fake:
        yield fake


def told(words: str, capsys: pytest.CaptureFixture[str], *, code: int = 0) -> str:
    assert run(words.split()) == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return said.out if code != 2 else said.err


def read(words: str, capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(told(f"{words} --json", capsys))


def test_places_stand_beside_the_finding_and_change_nothing(
    fake: FakeSearXNG, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Verdict and rank stay; `explain` and the report as JSON tell where the page stands, also when it was judged again."""
    before = read("judge 1", capsys)["findings"]
    said = told(f"listed ask ort --searxng {fake.address} --delay 0", capsys)
    assert f"2 Fragen an {fake.host} gestellt." in said
    assert [line.split()[-1] for line in said.splitlines()[1:]] == ["1", "1", "0"]
    told("listed import ort " + str(packed(folder)), capsys)
    after = read("judge 1", capsys)["findings"]
    told("report 1 --format json", capsys)
    (report,) = folder.glob("ort-*.json")
    assert json.loads(report.read_text())["findings"] == after
    listed = {row["criterion"]: row.pop("listed") for row in after}
    assert [row.pop("listed") for row in before] == [[], []]
    assert before == after
    assert [(one["source"], one["rank"], one["impressions"]) for one in listed["handyparken"]] == [
        ("searxng", 2, None),
        ("search-console", None, 1312),
    ]
    explained = told("explain 1 handyparken", capsys)
    assert f"nach „{PARKING}“: Stelle 2 ({HOME})\n" in explained
    assert "Bei einer echten Suche über google, bing am " in explained
    assert (
        "Letzte 3 Monate) nach „handyparken ort“: 1312-mal gezeigt, 25-mal angeklickt, im Mittel an Stelle 4,2"
        in explained
    )
    assert "keine Seite der Stadt unter den ersten zehn" in told("explain 1 hundesteuer", capsys)
    shown = told("listed show ort", capsys)
    assert [line for line in shown.splitlines() if not line.startswith(" ")] == ["handyparken", "hundesteuer"]
    rows = [row["criterion"] for row in read("listed show 1", capsys)["listed"]]
    assert rows == ["handyparken", "handyparken", "hundesteuer"]


@pytest.mark.parametrize(
    ("hits", "place"),
    [
        (["http://www.ort.example/anders", "https://ort.example"], "Stelle 1 (http://www.ort.example/anders); die Seite des Befunds an Stelle 2"),
        (["http://www.ort.example/anders"], "Stelle 1 (http://www.ort.example/anders); die Seite des Befunds ist nicht darunter"),
    ],
)  # fmt: skip
def test_another_page_of_the_town_is_told_from_that_of_the_finding(
    fake: FakeSearXNG, capsys: pytest.CaptureFixture[str], hits: list[str], place: str
) -> None:
    """A home page that is listed does not mean that the thing is."""
    told("judge 1", capsys)
    fake.said[PARKING] = results(*hits)
    told(f"listed ask 1 --searxng {fake.address} --delay 0", capsys)
    assert place in told("explain 1 handyparken", capsys)


def test_a_refusal_is_not_measured_and_the_rest_is_asked_later(
    fake: FakeSearXNG, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 3, the reason with what to do, and the same command goes on."""
    told("judge 1", capsys)
    usual, fake.said = fake.said, {"*": refusal(403)}
    said = told(f"listed ask ort --searxng {fake.address} --delay 0", capsys, code=3)
    assert "settings.yml muss unter „search: formats“ auch json stehen" in said
    assert "Es fehlen noch 2 Antworten" in said
    assert "nicht gemessen: Die Suche gibt keine Ergebnisse als JSON" in told("explain 1 handyparken", capsys)
    fake.said = usual
    counts = {"asked": 1, "listed": 1, "not_listed": 0, "waiting": 1, "not_measured": {}}
    asked = read(f"listed ask ort --searxng {fake.address} --delay 0 --limit 1", capsys)
    assert asked == {"audit": 1, "host": fake.host, **counts}
    told(f"listed ask ort --searxng {fake.address} --delay 0", capsys)
    assert "Es wurde nichts gefragt" in told(f"listed ask ort --searxng {fake.address}", capsys)
    assert fake.questions == [PARKING, PARKING, DOGS]


def test_a_password_is_neither_stored_nor_shown(
    fake: FakeSearXNG, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The database and reports pass through many hands."""
    said = told(f"listed ask 1 --searxng http://stadt:geheim@{fake.host}/ --delay 0 --json", capsys)
    assert fake.password == "stadt:geheim"
    stored = b"".join(file.read_bytes() for file in folder.iterdir() if file.name.startswith("test.db"))
    for text in (said.encode(), told("listed show 1 --json", capsys).encode(), stored):
        assert fake.host.encode() in text
        assert b"geheim" not in text


def test_an_import_tells_what_belongs_to_no_criterion_and_forgets_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What people typed is kept only where it is about a service."""
    (folder / "a.csv").write_text(GERMAN.replace("hund anmelden", "frau \x1b[31mmuster"), encoding="utf-8")
    said = told("listed import ort a.csv", capsys)
    assert "2 Suchanfragen eingelesen, 1 davon einem Kriterium zugeordnet.\n  handyparken: „handyparken ort“\n" in said
    assert said.endswith("nicht gespeichert wurden:\n  „frau [31mmuster ort“ (8 Einblendungen)\n")
    assert read("listed import ort a.csv", capsys)["not_assigned"] == ["frau \x1b[31mmuster ort"]
    assert "muster" not in json.dumps(read("listed show ort", capsys))


WRONG = {
    "ask ort": "Es fehlt die Angabe '--searxng'",
    "ask ort --searxng suche.ort.example": "Bei --searxng steht keine Internetadresse",
    "ask 77 --searxng http://127.0.0.1:9/": "Prüfung „77“ gibt es nicht",
    "ask 1 --searxng http://127.0.0.1:9/ --limit 0": "--limit",
    "ask 1 --searxng http://127.0.0.1:9/ --delay -1": "--delay",
    "import 1 nirgends.zip": "nirgends.zip: Die Datei gibt es nicht",
    "import 77 gut.csv": "Prüfung „77“ gibt es nicht",
    "import 1 schlecht.csv": "schlecht.csv, Zeile 3: „viele“ ist keine Zahl",
    "import 1": "Es fehlt die Angabe",
    "show 77": "Prüfung „77“ gibt es nicht",
    "show": "Es fehlt die Angabe",
    "zeig 1": "Den Befehl 'zeig' gibt es nicht",
}


def test_wrong_words_and_files_change_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, one German sentence, and an earlier import stays."""
    (folder / "gut.csv").write_text(GERMAN, encoding="utf-8")
    (folder / "schlecht.csv").write_text(GERMAN.replace("ort,0,", "ort,viele,"), encoding="utf-8")
    told("listed import 1 gut.csv", capsys)
    before = read("listed show 1", capsys)
    assert before["listed"]
    for words, said in WRONG.items():
        assert said in told(f"listed {words}", capsys, code=2)
    assert read("listed show 1", capsys) == before


def test_nothing_is_known_before_somebody_asks(capsys: pytest.CaptureFixture[str]) -> None:
    """No audit asks by itself."""
    assert told("listed show 1", capsys).startswith("Ort, Prüfung 1: Es wurde noch keine echte Suche befragt")
    assert read("listed show 1", capsys) == {"audit": 1, "town": "ort", "listed": []}
