"""The read-only share from the command line: written whole or not at all, again and again, and never over what is not ours."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine

from audit.cli import run, shared
from db.models import Finding, Measure, Town
from db.schema import open_engine
from db.session import connect, opened
from tests.audit import written
from tests.audit.twice import WITH, WITHOUT, judged, read

OURS = [
    "anderswo/3/bericht.html",
    "anderswo/index.html",
    "fundstelle-site.json",
    "index.html",
    "ort/1/bericht.html",
    "ort/2/aenderungen.html",
    "ort/2/bericht.html",
    "ort/index.html",
    "vergleich-grund.html",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of two audits, one of one audit, one of none; a person's word and a remark that stay in the house."""
    folder = tmp_path_factory.mktemp("freigabe")
    rules = written.base(folder)
    engine = open_engine(f"sqlite:///{folder / 'ort.db'}")
    for pages, key in ((WITHOUT, "ort"), (WITH, "ort"), (WITH, "anderswo")):
        judged(engine, read(engine, pages, key=key), rules)
    with opened(engine) as session:
        session.add(Town(key="neu", name="Neu"))
        session.add(Measure(town_id=1, title="Handyparken", row=2, note="INTERN"))
        for finding in session.query(Finding):
            finding.reasons = [{"code": "person_confirmed", "text": "Bestätigt, INTERN."}]
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


def told(words: str, capsys: pytest.CaptureFixture[str], *, code: int = 0) -> tuple[str, str]:
    capsys.readouterr()
    assert run(words.split()) == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return said.out.strip(), said.err


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_all_towns_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    """A page for all, one for each town that was audited, and below it each audit; the first line says where to begin."""
    out, err = told("report --site frei", capsys)
    assert out == "frei/index.html"
    assert "8 Dateien, davon 8 neu oder geändert; 0 nicht mehr gebrauchte entfernt." in err
    assert sorted(files(Path("frei"))) == OURS
    index = Path("frei/index.html").read_text(encoding="utf-8")
    assert "noch nicht geprüft" in index
    assert '<meta name="robots" content="noindex">' in index


def test_what_stays_in_the_house_is_not_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither words of persons nor remarks of the town's list, in any form."""
    told("report ort --format xlsx,csv,json --out haus", capsys)
    told("report --site frei --format html,xlsx,csv,json", capsys)
    for folder, expected in (("haus", True), ("frei", False)):
        content = b"".join(files(Path(folder)).values())
        for file in Path(folder).rglob("*.xlsx"):
            with ZipFile(file) as book:
                content += b"".join(map(book.read, book.namelist()))
        assert (b"INTERN" in content) is expected
    assert Path("frei/ort/2/ort-2026-12-02-2-grund.xlsx").exists()
    assert Path("frei/ort/1/datapackage.json").exists()


def test_a_second_run_touches_only_what_changed(
    engine: Engine, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing, if nothing did; a new audit leaves the pages of the others as they are, to the byte and in time."""
    told("report --site frei", capsys)
    before = files(Path("frei"))
    times = {name: (Path("frei") / name).stat().st_mtime_ns for name in before}
    assert "davon 0 neu oder geändert" in told("report --site frei", capsys)[1]
    assert times == {name: (Path("frei") / name).stat().st_mtime_ns for name in before}
    judged(engine, read(engine, WITH), place / "grund")
    told("report --site frei", capsys)
    after = files(Path("frei"))
    assert {name for name in after if after[name] != before.get(name)} == {
        "fundstelle-site.json", "index.html", "ort/index.html", "ort/4/aenderungen.html", "ort/4/bericht.html", "vergleich-grund.html",
    }  # fmt: skip


def test_what_is_no_longer_shown_goes_and_what_is_not_ours_stays(capsys: pytest.CaptureFixture[str]) -> None:
    """Only files on our list are removed, and folders only when they are empty."""
    told("report --site frei", capsys)
    Path("frei/ort/notiz.txt").write_text("von Hand", encoding="utf-8")
    assert "5 nicht mehr gebrauchte entfernt" in told("report --site frei --towns anderswo", capsys)[1]
    assert sorted(files(Path("frei"))) == [*OURS[:4], "ort/notiz.txt"]
    told("report --site frei --towns ort --audits 1", capsys)
    assert sorted(files(Path("frei"))) == ["fundstelle-site.json", "index.html", "ort/2/bericht.html", "ort/index.html", "ort/notiz.txt"]  # fmt: skip


@pytest.mark.parametrize("way", ["file", "folder", "link", "foreign"])
def test_what_stands_in_the_way_stops_it(way: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that we did not write, a folder where a file should be, a link that leads elsewhere: nothing is written."""
    outside = tmp_path / "anderswo"
    outside.mkdir()
    Path("frei").mkdir()
    if way == "file":
        Path("frei/index.html").write_text("von Hand", encoding="utf-8")
    elif way == "folder":
        Path("frei/ort/1/bericht.html").mkdir(parents=True)
    elif way == "link":
        told("report --site frei", capsys)
        shutil.rmtree("frei/ort")
        Path("frei/ort").symlink_to(outside)
    else:
        Path("frei/ort").write_text("eine Datei", encoding="utf-8")
    before = files(Path("frei"))
    assert "nicht von Fundstelle" in told("report --site frei", capsys, code=2)[1]
    assert files(Path("frei")) == before
    assert not list(outside.iterdir())


def test_a_forged_list_removes_nothing_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever can write into the share cannot make us delete what is outside; a broken list stops us."""
    told("report --site frei", capsys)
    outside = tmp_path / "wichtig.txt"
    outside.write_text("bleibt", encoding="utf-8")
    (tmp_path / "frei" / "x").symlink_to(tmp_path)
    names = ["../wichtig.txt", str(outside), "x/wichtig.txt", "./../wichtig.txt", "ort/../../wichtig.txt"]
    marker = Path("frei") / shared.MARKER
    marker.write_text(json.dumps({"files": [*names, *OURS]}), encoding="utf-8")
    told("report --site frei --towns anderswo", capsys)
    assert outside.read_text(encoding="utf-8") == "bleibt"
    for broken in ("{", "[]", '{"files": 3}', '{"files": [3]}'):
        marker.write_text(broken, encoding="utf-8")
        assert "Liste unserer Dateien ist nicht zu lesen" in told("report --site frei", capsys, code=2)[1]


def test_a_fault_on_the_way_leaves_all_as_it_was(tmp_path: Path) -> None:
    """Also when it comes after many pages, and when somebody stops it; a folder that we made goes again."""

    def pages(fault: type[BaseException]) -> Iterator[tuple[str, str]]:
        yield "index.html", "neu"
        yield "ort/index.html", "neu"
        raise fault

    shared.publish(tmp_path / "frei", [("index.html", "alt")])
    before = files(tmp_path / "frei")
    for fault in (KeyboardInterrupt, ValueError):
        with pytest.raises(fault):
            shared.publish(tmp_path / "frei", pages(fault))
        with pytest.raises(fault):
            shared.publish(tmp_path / "nie", pages(fault))
        with pytest.raises(fault):
            shared.pack(tmp_path / "nie.zip", pages(fault))
    assert files(tmp_path / "frei") == before
    assert not list(tmp_path.glob("*nie*"))


@pytest.mark.parametrize("name", ["../x", "/x", "a/../x", ".x", "a/.x", "a\\x", "", "a/b/c/d", "a\nb", shared.MARKER])
def test_no_name_leads_out(tmp_path: Path, name: str) -> None:
    """Whatever a town or a catalogue is called."""
    with pytest.raises(Exception, match="nicht heißen"):
        shared.publish(tmp_path / "frei", [(name, "")])
    with pytest.raises(Exception, match="nicht heißen"):
        shared.pack(tmp_path / "frei.zip", [(name, "")])


def test_a_zip_holds_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Read again it is the folder; the same pages make the same bytes."""
    told("report --site frei", capsys)
    assert told("report --site paket --zip", capsys)[0] == "paket.zip"
    packed = Path("paket.zip").read_bytes()
    with ZipFile(io.BytesIO(packed)) as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == files(Path("frei"))
    told("report --site paket.zip --zip", capsys)
    assert Path("paket.zip").read_bytes() == packed


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("report", "Es fehlt die Angabe PRÜFUNG."),
        ("report ort --site frei", "--site zeigt alle Prüfungen ganz"),
        ("report --site frei --area alles", "--site zeigt alle Prüfungen ganz"),
        ("report --site frei --out haus", "--site zeigt alle Prüfungen ganz"),
        ("report ort --zip", "--zip, --towns und --audits gehen nur mit --site."),
        (
            "report --site frei --towns nirgends",
            "Einen Ort „nirgends“ gibt es nicht. Bekannt sind: anderswo, neu, ort.",
        ),
        ("report --site frei --towns ,", "Hinter --towns fehlen die Orte."),
        ("report --site frei --audits 0", "--audits"),
        ("report --site frei --format ods", "Möglich sind: html"),
        ("report --site ort.db", "lässt sich hier nicht schreiben"),
        ("report --site grund/x --zip --towns nirgends", "Einen Ort „nirgends“ gibt es nicht."),
    ],
)
def test_wrong_words_are_refused(words: str, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With what to do, and nothing is written."""
    assert expected in told(words, capsys, code=2)[1]
    assert [file.name for file in Path().iterdir() if not file.name.startswith("ort.db")] == []
