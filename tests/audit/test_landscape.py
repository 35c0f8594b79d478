"""What a person says of a site is kept, whatever rules and profiles say later."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from audit.cli import run
from audit.inventory import profile
from audit.run.crawling import _save
from audit.run.opening import decide, save_town
from crawler.satellites import Survey
from db import queries
from db.errors import InputError
from db.models import Site, Town
from db.schema import open_engine
from db.terms import Role, Standing

NOW = datetime(2026, 11, 30, tzinfo=UTC)
PROFILE = 'key: ort\nname: Ort\nstate: MV\nsites:\n  - {url: "http://www.ort.example/", role: city}\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A town that was added by its profile."""
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "ort.yaml").write_text(PROFILE, encoding="utf-8")
    assert run(["town", "add", str(tmp_path / "ort.yaml")]) == 0
    return tmp_path


def sites(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    capsys.readouterr()
    assert run(["town", "show", "ort", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)["sites"]
    return {site["url"]: (site["standing"], site["role"]) for site in shown}


def test_what_is_confirmed_stays_confirmed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new reading of the profile, which does not name the site, changes nothing."""
    assert (
        run(["town", "confirm", "ort", "Zoo.Ort.example", "http://termine.vendor.example/ort/", "--role", "tourism"])
        == 0
    )
    wanted = {
        "http://www.ort.example/": ("confirmed", "city"),
        "https://zoo.ort.example/": ("confirmed", "tourism"),
        "http://termine.vendor.example/ort/": ("confirmed", "tourism"),
    }
    assert sites(capsys) == wanted
    assert run(["town", "add", str(home / "ort.yaml")]) == 0
    assert sites(capsys) == wanted


def test_what_is_rejected_is_proposed_no_more(tmp_path: Path) -> None:
    """The next audit finds the same links and leaves the decision as it is."""
    town = Town(
        key="ort", name="Ort", sites=[Site(url="http://www.ort.example/", host="www.ort.example", role=Role.CITY)]
    )
    found = Survey("amt.example", "http://amt.example/", Role.PORTAL, Standing.PROPOSED, "Name im Host.", 3)
    _save(town, found)
    assert town.sites[1].standing == Standing.PROPOSED
    decide(town, "amt.example", is_own=False, now=NOW)
    _save(town, found)
    site = town.sites[1]
    assert (site.standing, site.reason, site.role) == (
        Standing.FOREIGN,
        "Von Hand abgelehnt am 30.11.2026.",
        Role.PORTAL,
    )
    engine = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    with Session(engine) as session, session.begin():
        session.add(town)
        (tmp_path / "ort.yaml").write_text(PROFILE, encoding="utf-8")
        save_town(session, profile.read(tmp_path / "ort.yaml"))
        again = queries.town(session, "ort")
        assert again is not None
        assert [site.standing for site in again.sites] == [Standing.CONFIRMED, Standing.FOREIGN]
    engine.dispose()


def test_table_says_what_to_do_about_a_proposal(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each site stands in a row with its role and reason, the open ones with the commands that settle them."""
    engine = open_engine(f"sqlite:///{home / 'home' / 'fundstelle.db'}")
    with Session(engine) as session, session.begin():
        town = queries.town(session, "ort")
        assert town is not None
        _save(
            town,
            Survey(
                "ort.vendor.example",
                "http://ort.vendor.example/",
                Role.PORTAL,
                Standing.PROPOSED,
                "Name \x1b[31mim Host. " * 5,
                3,
            ),
        )
    engine.dispose()
    capsys.readouterr()
    assert run(["town", "show", "ort"]) == 0
    table = capsys.readouterr().out
    assert "ort.vendor.example                  Bürgerportal          wartet auf Ihre Bestätigung" in table
    assert "fundstelle town confirm ort ort.vendor.example" in table
    assert "fundstelle town reject ort ort.vendor.example" in table
    assert "\x1b" not in table


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["confirm", "ort", "quatsch"], "„quatsch“ ist keine Website"),
        (["confirm", "ort", "mailto:amt@ort.example"], "ist keine Website"),
        (["confirm", "ort", "zoo.ort.example", "--role", "kochen"], "kochen"),
        (["reject", "ort", "www.ort.example"], "ist die einzige Website"),
        (["confirm", "ort"], "Es fehlt die Angabe"),
        (["confirm", "qqqqqstadt", "a.example"], "qqqqqstadt"),
    ],
)
def test_wrong_word_changes_nothing(capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    """What is no host, no role or no town is said, and nothing is kept."""
    before = sites(capsys)
    assert run(["town", *words]) == 2
    assert told in capsys.readouterr().err
    assert sites(capsys) == before


def test_refused_decision_leaves_the_town_as_it_was() -> None:
    """The last site cannot be taken away."""
    town = Town(
        key="ort", name="Ort", sites=[Site(url="http://www.ort.example/", host="www.ort.example", role=Role.CITY)]
    )
    with pytest.raises(InputError):
        decide(town, "www.ort.example", is_own=False, now=NOW)
    assert town.sites[0].standing == Standing.CONFIRMED
