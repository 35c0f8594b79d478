"""Reports as files: all that were asked for, or none."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import Engine

from audit.cli import doctor, run
from db.session import opened
from tests.reports.towns import MUSTERHAFEN, catalogue, write

STEM = "musterhafen-2026-11-25-1"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A judged town, and a place for its reports."""
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string())
    with opened(engine) as session:
        write(session, "Musterhafen", verdicts=MUSTERHAFEN, against=catalogue())
    return tmp_path / "berichte"


def test_a_report_can_have_several_forms(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each file is named on a line of its own, and is what its name says."""
    assert run(["report", "musterhafen", "--format", "html,XLSX, csv,json", "--out", str(folder)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert sorted(map(str, folder.iterdir())) == sorted(printed)
    assert [Path(line).name for line in printed][:2] == [f"{STEM}.html", f"{STEM}.xlsx"]
    assert openpyxl.load_workbook(folder / f"{STEM}.xlsx").sheetnames[:2] == ["Überblick", "Befunde"]
    assert (folder / f"{STEM}-befunde.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (folder / "datapackage.json").exists()


def test_a_report_can_be_english(folder: Path) -> None:
    """Every form of it, under the same names."""
    assert run(["report", "musterhafen", "--format", "html,xlsx", "--language", "en", "--out", str(folder)]) == 0
    assert '<html lang="en">' in (folder / f"{STEM}.html").read_text(encoding="utf-8")
    assert openpyxl.load_workbook(folder / f"{STEM}.xlsx").sheetnames[:2] == ["Overview", "Findings"]


@pytest.mark.parametrize("blocked", [f"{STEM}.xlsx", f".{STEM}-websites.csv.part"])
def test_all_files_are_written_or_none(folder: Path, blocked: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is in the way of one of them; and what was there before is left as it was."""
    (folder / blocked).mkdir(parents=True)
    (folder / f"{STEM}.html").write_text("alt", encoding="utf-8")
    assert run(["report", "musterhafen", "--format", "html,xlsx,csv", "--out", str(folder)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "lässt sich hier nicht schreiben" in told.err
    assert sorted(file.name for file in folder.iterdir()) == sorted([blocked, f"{STEM}.html"])
    assert (folder / f"{STEM}.html").read_text(encoding="utf-8") == "alt"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["report", "musterhafen", "--format", "xlsx,ods"], "Möglich sind: html, pdf, xlsx, csv, json."),
        (["report", "musterhafen", "--format", ","], "Möglich sind: html, pdf, xlsx, csv, json."),
    ],
)
def test_an_unknown_form_writes_nothing(
    folder: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the forms of that command."""
    assert run([*words, "--out", str(folder)]) == 2
    assert told in capsys.readouterr().err
    assert not folder.exists()


def test_each_department_gets_its_own_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file for each, named after it; a department that is not there writes nothing."""
    assert run(["report", "musterhafen", "--department", "alle", "--out", str(folder)]) == 0
    names = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert names
    assert all(name.startswith(f"{STEM}-") and name.endswith(".html") for name in names)
    assert run(["report", "musterhafen", "--department", "Zoo", "--out", str(folder / "zoo")]) == 2
    assert "„Zoo“ gibt es nicht" in capsys.readouterr().err
    assert not (folder / "zoo").exists()
    assert run(["report", "musterhafen", "--listed", "--format", "json", "--out", str(folder)]) == 0
    assert capsys.readouterr().out.strip().endswith("-was-in-ihrem-verzeichnis-steht.json")


@pytest.mark.pango
def test_a_pdf_comes_with_its_summary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole report and one page that names it, of a part as well."""
    assert run(["report", "musterhafen", "--area", "gesundheit", "--format", "pdf,json", "--out", str(folder)]) == 0
    names = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert names == [f"{STEM}-gesundheit{end}" for end in (".pdf", "-kurz.pdf", ".json")]
    with pypdfium2.PdfDocument(folder / names[1]) as summary:
        told = re.sub(
            r"[^A-Za-z0-9.]", "", summary[0].get_textpage().get_text_range()
        )  # a long name is broken at its hyphens
    assert names[0].replace("-", "") in told
    assert "Washilft" in told


def test_without_its_libraries_there_is_no_pdf(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what to install; the other kinds are not written either, and doctor knows."""
    (tmp_path / "weasyprint.py").write_text("print('see the manual')\nraise OSError('cannot load library')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    assert run(["report", "musterhafen", "--format", "html,pdf", "--out", str(folder)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in told.err
    assert not folder.exists()
    assert "libpango" in doctor._pdf().found


def test_only_who_wants_a_pdf_pays_for_it() -> None:
    """Half a second and 30 MB stay away from every other command."""
    code = "import sys, reports.pdf; sys.exit(bool({'weasyprint', 'pikepdf'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
