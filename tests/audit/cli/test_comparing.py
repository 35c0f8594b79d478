"""Towns beside each other from the command line: named or alike, in every form, with published ranks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine

from audit.cli import run
from audit.run import peering
from db import queries
from db.models import Audit, Town
from db.schema import open_engine
from db.session import connect, opened
from tests.reports.towns import MUSTERHAFEN, NACHBARAU, catalogue, write

RANKS = "year,town,rank,cities,degree_percent,source\n2021,Musterhafen,87,403,,https://press.example/\n2021,Rostokk,1,403,,\n"
PEERS = {
    "Nachbarau": {"population": 50_000},
    "Andersland": {"population": 60_000, "state": "SH"},
    "Ungelesen": {"population": 61_000},
    "Altregel": {"population": 62_000},
    "Wenigseiten": {"population": 63_000},
    "Grossstadt": {"population": 600_000},
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town, two peers that can be compared with it, one for each reason why not, and one that is no peer."""
    file = tmp_path_factory.mktemp("vergleich") / "orte.db"
    engine = open_engine(f"sqlite:///{file}")
    with opened(engine) as session:
        rules, other = catalogue(), catalogue(digest="00" * 32)
        write(session, "Musterhafen", verdicts=MUSTERHAFEN, against=rules).town.population = 59_000
        for name, values in PEERS.items():
            against = other if name == "Altregel" else rules
            made = write(session, name, verdicts=NACHBARAU, against=against, enough=name != "Ungelesen")
            for field, value in values.items():
                setattr(made.town, field, value)
            if name == "Wenigseiten":
                made.audit.budget = {"pages_per_site": 300}
        site = made.town.sites[0]
        session.add(
            Town(key="neu", name="Neu", state="MV", population=64_000, competences=["kreisangehoerig"],
                 sites=[type(site)(url="http://www.neu.example/", host="www.neu.example", role="city")])
        )  # fmt: skip
    engine.dispose()
    return file


@pytest.fixture(autouse=True)
def engine(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A copy of that database, which the commands use."""
    shutil.copy(place, tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plaetze.csv").write_text(RANKS, encoding="utf-8")
    engine = connect(f"sqlite:///{tmp_path / 'orte.db'}")
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string())
    yield engine
    engine.dispose()


def told(words: str, capsys: pytest.CaptureFixture[str], *, code: int = 0) -> str:
    capsys.readouterr()
    assert run(words.split()) == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return said.err if code else said.out


def test_every_form_of_a_comparison(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All files of one comparison, each named on a line; the JSON is the list of both documents."""
    out = told("compare musterhafen nachbarau --format html,xlsx,csv,json --published plaetze.csv --out da", capsys)
    stem = "vergleich-musterhafen-nachbarau"
    assert [Path(line).name for line in out.splitlines()] == [
        f"{stem}.html",
        f"{stem}.xlsx",
        *(f"{stem}-{part}.csv" for part in ("staedte", "bereiche", "kriterien", "plaetze")),
        "datapackage.json",
        f"{stem}.json",
    ]
    sheets = openpyxl.load_workbook(tmp_path / "da" / f"{stem}.xlsx").sheetnames
    assert sheets == ["Städte", "Bereiche", "Kriterien", "Plätze"]
    written = json.loads((tmp_path / "da" / f"{stem}.json").read_text(encoding="utf-8"))
    assert [one["town"] for one in written] == ["musterhafen", "nachbarau"]


def test_figures_go_to_a_script_and_no_file_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bands, common ground and ranks as one JSON value."""
    assert run("compare musterhafen nachbarau --published plaetze.csv --json".split()) == 0
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert [(town["town"], town["band"]) for town in found["towns"]] == [("musterhafen", "own"), ("nachbarau", "even")]
    assert found["published"]["towns"][0]["rows"][0]["rank"] == 87
    assert "kein Ort heißt so: Rostokk (Zeile 3)" in said.err
    assert not list(tmp_path.glob("vergleich*"))


def test_peers_are_compared_and_the_others_named_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    """The same Land first; not audited, other rules, too little read, another budget, each in words."""
    assert run("compare musterhafen --peers --json".split()) == 0
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert [town["town"] for town in found["towns"]] == ["musterhafen", "nachbarau", "andersland"]
    reasons = {one["town"]: one["reason"] for one in found["left_out"]}
    assert reasons == {
        "ungelesen": "in Prüfung 4 zu wenig gelesen",
        "altregel": "Prüfung 5 nach einer anderen Fassung des Katalogs bewertet",
        "wenigseiten": "in Prüfung 6 höchstens 300 Seiten je Website gelesen, nicht 1500",
        "neu": "noch nicht geprüft",
    }
    assert all(f"Nicht dabei: {key.title()}" in said.err for key in reasons)


def test_of_a_peer_the_latest_comparable_audit_is_taken(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """A later one by other rules does not put it out, a later one by the same goes before it."""
    with opened(engine) as session:
        old = session.query(Audit).join(Town).filter(Town.key == "nachbarau").one()
        new = session.query(Audit).join(Town).filter(Town.key == "altregel").one()
        values = {
            "town_id": old.town_id,
            "started": old.started,
            "judged": old.judged,
            "enough": True,
            "budget": old.budget,
        }
        session.add(Audit(**values, catalogue_id=new.catalogue_id))
        same = old.catalogue_id
    assert json.loads(told("compare musterhafen --peers --json", capsys))["towns"][1]["audit"] == 2
    with opened(engine) as session:
        session.add(Audit(**values, catalogue_id=same))
    assert json.loads(told("compare musterhafen --peers --json", capsys))["towns"][1]["audit"] == 9


def test_beyond_twelve_towns_the_rest_are_named(engine: Engine) -> None:
    """The nearest stay; here one peer is as many as may stand beside."""
    with opened(engine) as session:
        found = peering.group(session, queries.audit(session, "musterhafen"), most=1)
        assert [audit.town.key for audit in found.audits] == ["musterhafen", "nachbarau"]
        assert {
            "town": "andersland",
            "name": "Andersland",
            "reason": "mehr als 1 stehen nicht daneben",
        } in found.left_out


def test_peers_are_shown_with_why_and_their_audit(capsys: pytest.CaptureFixture[str]) -> None:
    """For people a line each, for scripts as JSON; the large town is none."""
    lines = told("peers musterhafen", capsys).replace("\u00a0", " ").splitlines()
    key, said = lines[0].split(maxsplit=1)
    assert key == "ungelesen"
    assert said.startswith(
        "Ungelesen (61.000 Menschen): auch kreisangehörig, ähnlich viele Menschen, im selben Land (Meck"
    )
    assert said.endswith(". Prüfung 4 vom 25. November 2026, zu wenig gelesen.")
    assert not any(line.startswith("grossstadt") for line in lines)
    found = json.loads(told("peers musterhafen --json", capsys))
    assert (found["town"], found["missing"]) == ("musterhafen", [])
    by_key = {one["key"]: one for one in found["peers"]}
    assert by_key["neu"]["audit"] is None
    assert by_key["nachbarau"]["audit"]["catalogue"]["version"] == "2026.11"


def test_what_is_missing_in_a_profile_is_told(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """The shipped profiles say no population; the line to write stands in the message."""
    assert run(["peers", "stralsund"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("greifswald")
    assert "nicht bekannt: Einwohnerzahl. noch nicht geprüft." in said.out
    assert "„population: 59000“" in said.err
    with opened(engine) as session:
        session.query(Town).filter_by(key="musterhafen").one().population = None
        session.query(Town).filter_by(key="musterhafen").one().competences = []
    assert "Einwohnerzahl und Zuständigkeit sind nicht bekannt" in told("peers musterhafen", capsys, code=2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("compare musterhafen nachbarau --peers", "gehört nur ein Ort dazu"),
        ("compare grossstadt --peers", "keine vergleichbare Prüfung eines ähnlichen Ortes"),
        ("compare musterhafen", "zwei bis 12 Orte"),
        ("compare musterhafen nachbarau --format ods", "Möglich sind: html, xlsx, csv, json."),
        ("compare musterhafen nachbarau --published fehlt.csv", "fehlt.csv"),
        ("compare musterhafen altregel", "verschiedenen Fassungen"),
        ("peers nirgendheim", "nicht bekannt"),
    ],
)
def test_wrong_words_are_told_and_nothing_is_written(
    tmp_path: Path, words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, what is wrong, and what to do."""
    assert said in told(f"{words}{' --out da' if words.startswith('compare') else ''}", capsys, code=2)
    assert not (tmp_path / "da").exists()
