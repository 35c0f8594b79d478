"""The main job from end to end: two invented towns over real HTTP, held against their whole answer key."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from audit import catalogue
from audit.cli import run
from db import queries
from db.schema import open_engine
from db.session import opened
from tests.towns.demo import TOWNS, audit, differences, serving
from tests.towns.key import expected

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def audited(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dict[str, dict[str, Any]], list[tuple[str, str, int]]]]:
    """Both towns audited once, with the server's own log of what was asked."""
    with serving(tmp_path_factory.mktemp("demo") / "data") as server:
        documents = {town: audit(town) for town in TOWNS}
        yield documents, server.log


Audited = tuple[dict[str, dict[str, Any]], list[tuple[str, str, int]]]


@pytest.mark.parametrize("town", TOWNS)
def test_every_verdict_is_that_of_the_answer_key(audited: Audited, town: str) -> None:
    """Verdict, maturity and gap of all criteria; a difference is printed with the reason the key gives."""
    key = expected(town)
    assert set(key) == set(catalogue.load().criteria)
    assert differences(audited[0][town], key) == []


@pytest.mark.parametrize("town", TOWNS)
def test_every_verdict_has_its_proof(audited: Audited, town: str) -> None:
    """What is found carries a page, a quote that stands on it, and a way or a rank; what is not carries a reason."""
    for row in audited[0][town]["findings"]:
        if row["verdict"] in {"FINDABLE", "BURIED"}:
            assert row["best_url"], row["criterion"]
            assert row["quotes"], row["criterion"]
            assert row["path"] or row["rank"] or row["reasons"], row["criterion"]
        elif row["verdict"] == "UNKNOWN" and row["criterion"]:
            assert row["reasons"], row["criterion"]


def test_nothing_was_asked_of_private_addresses_or_strangers(audited: Audited) -> None:
    """The redirect to loopback was refused, and no foreign site was read beyond its front pages."""
    documents, log = audited
    assert not [row for row in log if row[0].startswith(("127.", "localhost", "10.", "169.254."))]
    landscape = {urlhost(site["url"]): site["standing"] for town in TOWNS for site in documents[town]["landscape"]}
    foreign = {host for host, standing in landscape.items() if standing == "foreign"}
    assert foreign
    assert not [row for row in log if row[0] in foreign]


def test_satellites_were_found_by_following_links(audited: Audited) -> None:
    """The profile names two sites; the others were found, classed with a reason, and the own ones read."""
    for town in TOWNS:
        landscape = audited[0][town]["landscape"]
        assert sum(site["standing"] == "confirmed" for site in landscape) == 2
        own = [site for site in landscape if site["standing"] == "own"]
        assert len(own) >= 3
        assert all(site["reason"] for site in own)


def test_robots_txt_was_kept(audited: Audited) -> None:
    """No address below a disallowed folder was asked."""
    assert not [row for row in audited[1] if row[1].startswith("/intern/")]


def test_a_town_s_own_search_is_asked_where_it_may_be(audited: Audited, capsys: pytest.CaptureFixture[str]) -> None:
    """Nachbarau's answers as many questions as its profile allows; Musterhafen's robots.txt forbids it, which is told."""
    documents, log = audited
    asked = [row for row in log if row[1].startswith(("/de/suche/?", "/suche/?"))]
    assert {(host, status) for host, _, status in asked} == {("www.nachbarau.example", 200)}
    assert len(asked) == 61
    places = [row["site_search"] for row in documents["nachbarau"]["findings"] if row["site_search"]]
    assert {place["site"] for place in places} == {"www.nachbarau.example"}
    assert {place["rank"] for place in places} >= {1, None}
    assert not any(row["site_search"] for row in documents["musterhafen"]["findings"])
    assert run(["explain", "nachbarau", "handyparken"]) == 0
    assert "Suche der Website www.nachbarau.example nach „handyparken“: Platz 1\n" in capsys.readouterr().out
    (front,) = [each for each in documents["musterhafen"]["coverage"]["sites"] if each["search"]]
    assert (front["url"], front["search"]["error"]) == ("http://www.musterhafen.example/", "robots")


def test_the_chain_behind_a_verdict_can_be_read(audited: Audited, capsys: pytest.CaptureFixture[str]) -> None:
    """``explain`` prints quote, reading, rule, path and rank."""
    assert audited
    assert run(["explain", "nachbarau", "handyparken"]) == 0
    told = capsys.readouterr().out
    for words in ("gut auffindbar (FINDABLE)", "Zitat: „", "Lesart: ", "Regel: ", "Weg: ", "Platz 1"):
        assert words in told


def test_a_quote_from_a_document_names_its_page(audited: Audited, capsys: pytest.CaptureFixture[str]) -> None:
    """Who checks a quote from a PDF of many pages has to know where to look."""
    assert audited
    assert run(["explain", "musterhafen", "wohngeld-online"]) == 0
    assert "/files/wohngeldantrag.pdf, Seite 1\n" in capsys.readouterr().out


def test_judging_again_changes_nothing(audited: Audited, capsys: pytest.CaptureFixture[str]) -> None:
    """Stored pages give the same verdicts, as often as one likes, without a request."""
    documents, log = audited
    asked = len(log)
    assert run(["judge", "musterhafen", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["findings"] == documents["musterhafen"]["findings"]
    assert again["proposals"] == documents["musterhafen"]["proposals"]
    assert len(log) == asked


def test_the_archive_of_an_audit_gives_the_same_audit(
    audited: Audited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Verdict by verdict and page by page, without one request; and the archive holds."""
    documents, log = audited
    live = documents["musterhafen"]
    (kept,) = (Path(os.environ["FUNDSTELLE_HOME"]) / "archives").glob(f"musterhafen-{live['audit']}-*.warc.gz")
    assert run(["archive", "verify", str(kept)]) == 0
    asked = len(log)
    before = os.environ["DATABASE_URL"]
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'second.db'}")
    again = audit("musterhafen", "--archive", str(kept))
    assert len(log) == asked
    assert differences(again, expected("musterhafen")) == []
    assert list(map(plain, again["findings"])) == list(map(plain, live["findings"]))
    assert [row["chance"] for row in again["findings"]] == pytest.approx(
        [row["chance"] for row in live["findings"]], abs=0.01
    )
    assert [row["change"] for row in again["proposals"]] == [row["change"] for row in live["proposals"]]
    assert again["replayed"] == [kept.name]
    read, read_live = said(os.environ["DATABASE_URL"], again["audit"]), said(before, live["audit"])
    assert {url: read_live.get(url) for url in read} == read
    # Which month of the endless calendar is the last within the budget, the order of the answers decides.
    assert all("monat=" in url for url in read_live.keys() - read.keys())
    door = "http://www.musterhafen.example/"
    capsys.readouterr()
    assert run(["archive", "extract", str(kept), door, "--out", str(tmp_path / "door.html")]) == 0
    assert "Musterhafen" in (tmp_path / "door.html").read_text(encoding="utf-8")
    assert not (tmp_path / "archives").exists()


def plain(finding: dict[str, Any]) -> dict[str, Any]:
    """A finding without its chances, which one more month of the calendar moves a little."""
    told = [{name: value for name, value in row.items() if name != "share"} for row in finding["reasons"]]
    return {**finding, "chance": None, "routes": None, "reasons": told}


def said(database: str, audit_id: int) -> dict[str, tuple[object, ...]]:
    """Return what was stored of each address of an audit that answered."""
    engine = open_engine(database)
    with opened(engine) as session:
        rows = [page for crawl in queries.crawls(session, audit_id) for page in queries.pages(session, crawl.id)]
        found = {
            page.url: (page.status, page.error, page.title, page.main_text, page.fetched, page.links, page.engines)
            for page in rows
            if page.status
        }
    engine.dispose()
    return found


def test_reports_and_comparison_are_written(
    audited: Audited, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One HTML and one JSON file for the town, one HTML file for the comparison; the paths are printed."""
    assert audited
    assert run(["report", "musterhafen", "--format", "html,json", "--out", str(tmp_path)]) == 0
    assert run(["compare", "musterhafen", "nachbarau", "--out", str(tmp_path)]) == 0
    files = [Path(line) for line in capsys.readouterr().out.split()]
    assert [file.suffix for file in files] == [".html", ".json", ".html"]
    report, document, comparison = (file.read_text(encoding="utf-8") for file in files)
    published = json.loads(Path("docs/report.schema.json").read_text(encoding="utf-8"))
    assert [fault.json_path for fault in Draft202012Validator(published).iter_errors(json.loads(document))] == []
    assert json.loads(document)["town"] == "musterhafen"
    assert "Musterhafen" in report
    assert "Nachbarau" in comparison
    assert "http-equiv" in report
    assert "<script" not in report + comparison


def urlhost(url: str) -> str:
    """Return the host of an address."""
    return url.split("/")[2]
