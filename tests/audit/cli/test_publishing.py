"""The publish kit from the command line: a folder that holds what it should, and the check of what was put online."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from audit.cli import run
from db.models import Audit, Catalogue, Crawl, Finding, Page, Review, Site, Town
from db.session import opened
from db.terms import Decision, End, Role, Standing, Why
from tests.crawler.torture import TortureServer, moved, page, text

HOST = "www.ort.example"
HOME = f"http://{HOST}"
STRICT = "http://streng.example"
NOW = datetime(2026, 11, 25, tzinfo=UTC)
KEYS = {"handyparken": "Handyparken", "kita-portal": "Kita-Platz online", "carsharing": "Carsharing"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A judged town with three offers and one gap."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string())
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path / "home"))
    with opened(engine) as session:
        site = Site(host=HOST, url=f"{HOME}/", role=Role.CITY, standing=Standing.CONFIRMED)
        town = Town(key="ort", name="Ort", ars="130730088088", sites=[site])
        names = {**KEYS, "geoportal": "Geoportal"}
        told: dict[str, Any] = {"kind": "offer", "audience": ["citizens"], "definition": "Das geht online."}
        criteria = [{"id": key, "name": name, **told} for key, name in names.items()]
        areas = [{"id": "a", "name": "A"}]
        used = Catalogue(name="grund", version="0", digest="0", document={"areas": areas, "criteria": criteria})
        session.add_all([town, used])
        session.flush()
        budget = {"delay_seconds": 0.0}
        given: dict[str, Any] = {"crawled": NOW, "judged": NOW, "catalogue_id": used.id, "enough": True}
        audit = Audit(town_id=town.id, started=NOW, budget=budget, **given)
        session.add(audit)
        session.flush()
        crawl = Crawl(audit_id=audit.id, site_id=site.id, end=End.FINISHED, pages=3)
        session.add(crawl)
        session.flush()
        for key in names:
            url = f"{HOME}/{key}" if key in KEYS else None
            session.add(_finding(audit.id, key, url))
            if url:
                title = f"Seite zu {key}"
                session.add(Page(url=url, fetched=NOW, crawl_id=crawl.id, status=200, title=title, digest=key))
    return tmp_path


def _finding(audit: int, key: str, url: str | None) -> Finding:
    verdict = "FINDABLE" if url else "ABSENT"
    return Finding(audit_id=audit, criterion=key, area="a", aspect="implementation", verdict=verdict, best_url=url)


def told(words: str, capsys: pytest.CaptureFixture[str], *, code: int = 0) -> str:
    capsys.readouterr()
    assert run(words.split()) == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return said.err if code else said.out


def test_a_folder_is_written_and_strange_files_stay(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Our own names are written anew, whatever else is there is left alone; the written page passes the check."""
    kit = folder / "kit"
    kit.mkdir()
    (kit / "notiz.txt").write_text("meins")
    (kit / "angebote.csv").write_text("alt")
    said = told("publish ort --out kit", capsys)
    assert "kit/digitale-angebote.html" in said
    assert "kit/texte (1\u00a0Text)" in said
    assert (kit / "notiz.txt").read_text() == "meins"
    assert (kit / "angebote.csv").read_bytes().startswith(b'\xef\xbb\xbf"Kennung";')
    assert "Seite zu handyparken" in (kit / "titel-und-beschreibungen.csv").read_text(encoding="utf-8")
    assert [file.name for file in (kit / "texte").iterdir()] == ["geoportal.txt"]
    assert not list(kit.rglob("*.part"))
    found = json.loads(told("publish ort --check kit/digitale-angebote.html --json", capsys))
    assert found["counts"] == {"works": 0, "linked": 3, "broken": 0, "unlinked": 0, "missing": 0}
    assert found["json_ld"] == {"blocks": 1, "valid": 1, "offers": 3, "of": 3}
    assert found["open_to_search"]


def test_what_a_person_has_rejected_since_is_left_out(
    engine: Engine, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even if nobody has judged the audit again; a withdrawn word has no effect."""
    with opened(engine) as session:
        for key, withdrawn in (("handyparken", None), ("carsharing", NOW)):
            word = {"town_id": 1, "decision": Decision.REJECT, "reason": Why.ONLY_PLANNED, "made": NOW}
            session.add(Review(criterion=key, url=f"{HOME}/{key}", digest=key, withdrawn=withdrawn, **word))  # type: ignore[arg-type]
    told("publish ort --out kit", capsys)
    written = (folder / "kit" / "angebote.csv").read_text(encoding="utf-8-sig")
    assert [line.split(";")[0].strip('"') for line in written.splitlines()[1:]] == ["kita-portal", "carsharing"]


def test_a_published_page_is_read_and_its_links_are_tried(
    engine: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over HTTP, with robots.txt and no step into private networks; the town is known by the page's host."""
    more = {"alt": HOME, "kreis": HOME, "kaputt": HOME, "innen": HOME, "intern": HOME, "a": STRICT, "b": STRICT}
    with opened(engine) as session:
        site = Site(host="streng.example", url=f"{STRICT}/", role=Role.PORTAL, standing=Standing.OWN)
        town = session.get_one(Town, 1)
        town.sites.append(site)
        for key, home in more.items():
            session.add(_finding(1, key, f"{home}/{key}"))
    with TortureServer() as server:
        monkeypatch.setenv("HTTP_PROXY", server.proxy)
        monkeypatch.delenv("http_proxy", raising=False)
        linked = [f"{home}/{key}" for key, home in {"handyparken": HOME, "kita-portal": HOME, **more}.items()]
        paths = {
            "/robots.txt": text("User-agent: *\nDisallow: /intern"),
            "/digital": moved(f"{HOME}/digital/"),
            "/digital/": page("Digitale Angebote", *linked, text="Auch Carsharing gibt es."),
            "/handyparken": page("Handyparken", text="Mit dem Handy können Sie überall bezahlen."),
            "/alt": moved(f"{HOME}/handyparken"),
            "/kreis": moved(f"{HOME}/kreis"),
            "/kaputt": text("Fehler", 500),
            "/innen": moved("http://127.0.0.1/"),
        }
        server.answers |= {(HOST, path): answer for path, answer in paths.items()}
        server.answers["streng.example", "*"] = text("genug", 429)
        found = json.loads(told(f"publish --check {HOME}/digital --json", capsys))
        asked = server.asked(HOST) + server.asked("streng.example")
    said = {row["criterion"]: (row["state"], row["detail"]) for row in found["offers"]}
    assert said == {
        "handyparken": ("works", ""),
        "kita-portal": ("broken", "Der Server antwortet mit Status 404."),
        "carsharing": ("unlinked", ""),
        "alt": ("works", ""),
        "kreis": ("broken", "Die Weiterleitungen führen im Kreis."),
        "kaputt": ("broken", "Der Server antwortet mit Status 500."),
        "innen": ("linked", "Die Adresse liegt in einem privaten Netz und wird nicht gelesen."),
        "intern": ("linked", "robots.txt verbietet es."),
        "a": ("linked", "Der Server antwortet mit Status 429."),
        "b": ("linked", "Der Server hat vorher abgewiesen, oder die Zeit war um."),
    }
    assert found["json_ld"]["blocks"] == 0
    assert not {"/intern", "/carsharing", "/b"} & set(asked)
    with opened(engine) as session:
        assert session.scalar(select(func.count(Page.id))) == len(KEYS)


def test_a_page_with_faults_is_told_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Broken data, noindex and a title that is too long, in German."""
    file = folder / "seite.html"
    head = f'<meta name="robots" content="noindex"><title>{"Angebote " * 10}</title><script type="application/ld+json">{{</script>'
    file.write_text(f"<html><head>{head}</head><body><main><h1>Angebote</h1><p>Nichts.</p></main></body></html>")
    said = told("publish ort --check seite.html", capsys)
    for words in ("0 von 3 Angeboten", "fehlt auf der Seite: 3", "1 von 1 Block nicht lesbar", "noindex", "mehr als 60", "Beschreibung: fehlt."):  # fmt: skip
        assert words in said.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("publish ort --check fort.html", "fort.html"),
        ("publish ort --check leer.html", "keine Seite in HTML"),
        ("publish ort --check http://", "keine Internetadresse"),
        ("publish ort --check x.html --out y", "Mit --check wird nichts geschrieben"),
        ("publish ort --url www.ort.de", "--url https://"),
        ("publish ort --out datei", "datei"),
        ("publish", "Es fehlt die Prüfung"),
        ("publish fremd", "fremd"),
    ],
)
def test_wrong_input_is_refused(folder: Path, capsys: pytest.CaptureFixture[str], *, words: str, expected: str) -> None:
    """With what to do instead, and nothing written."""
    (folder / "leer.html").write_bytes(b"\x00\x01")
    (folder / "datei").write_text("x")
    assert expected in told(words, capsys, code=2)
    assert not (folder / "veroeffentlichen-ort").exists()


def test_nothing_is_written_where_one_name_is_taken(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All files or none."""
    (folder / "kit" / "README.txt").mkdir(parents=True)
    assert "README.txt ist ein Ordner" in told("publish ort --out kit", capsys, code=2)
    assert [file.name for file in (folder / "kit").rglob("*") if file.is_file()] == []


@pytest.mark.parametrize(
    ("table", "values", "expected"),
    [(Audit, {"enough": False}, "zu wenig gelesen"), (Finding, {"verdict": "UNKNOWN"}, "kein Angebot")],
)
def test_too_little_is_no_page(
    engine: Engine,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    table: type[Audit | Finding],
    values: dict[str, Any],
    expected: str,
) -> None:
    """Neither below the floor nor without a finding, and it says what to do."""
    with opened(engine) as session:
        session.execute(update(table).values(values))
    assert expected in told("publish ort --out kit", capsys, code=2)
    assert not (folder / "kit").exists()
