"""The reports in a real Chromium: nothing asked for, nothing complained about, readable for everybody, printable."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Locator

from reports import comparison, gap_report, views
from tests.reports import changed
from tests.reports.conftest import Reader

pytestmark = pytest.mark.browser

LONG = "https://www.presse.example/regionales/mecklenburg-vorpommern/studie-zur-digitalisierungsgeschwindigkeit.html"
RANKS: dict[str, Any] = {
    "name": "haselhorst",
    "rows": [
        {"town": town, "year": 2021, "rank": place, "cities": 403, "degree": 18.5, "source": LONG}
        for place, town in enumerate(["nachbarau", "musterhafen", "ort1", "ort2", "ort3"], 87)
    ],
    "unknown": ["Rostokk (Zeile 4)"],
    "others": 14,
}
SINCE = changed.document() | {
    "verdicts": {"mobilitaet-1": "ABSENT", "mobilitaet-3": "FINDABLE"},
    "changes": [changed.change("mobilitaet-1", "ABSENT", "FINDABLE", kind="new", cause="site", code="page_came")],
}

A4_CONTENT = {"width": 680, "height": 1000}
"""A4 without our margins, in CSS pixels."""


def excerpt(doc: dict[str, Any]) -> dict[str, Any]:
    """The same document with two areas' findings: every kind of part once, so that axe needs no minutes."""
    kept = [entry for entry in doc["findings"] if entry["area"] in {"mobilitaet", "gesundheit", None}]
    names = {entry["criterion"] for entry in kept}
    return doc | {"findings": kept, "gaps": [gap for gap in doc["gaps"] if gap["criterion"] in names]}


def written(file: Path, kind: str, docs: list[dict[str, Any]]) -> None:
    many = docs + [docs[1] | {"town": f"ort{place}", "town_name": f"Bad Ortshausen {place}"} for place in range(10)]
    left_out = [{"town": "altdorf", "name": "Altdorf", "reason": "noch nicht geprüft"}]
    made = {
        "gap": lambda: gap_report.html(docs[0]),
        "two": lambda: comparison.html(docs, ranks=RANKS, left_out=left_out),
        "twelve": lambda: comparison.html(many, ranks=RANKS, left_out=left_out),
        "changed": lambda: gap_report.html(views.changed(docs[0], SINCE)),
    }
    file.write_text(made[kind](), encoding="utf-8")


@pytest.mark.parametrize("kind", ["gap", "two", "twelve"])
def test_everybody_can_read_it(reader: Reader, docs: list[dict[str, Any]], kind: str) -> None:
    """No violation of WCAG 2.2 AA at any width, light or dark, everything unfolded; no sideways scrolling."""
    written(reader.file, kind, [excerpt(doc) for doc in docs])
    page = reader.open(width=1280)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light")
        assert reader.violations(page) == []
        assert reader.sticks_out(page) <= 0
        # Dark changes colours and nothing else.
        page.emulate_media(color_scheme="dark")
        assert reader.violations(page, only="color-contrast") == []
    if kind == "two":
        page.emulate_media(media="print", color_scheme="light")
        assert reader.violations(page) == []
    assert reader.messages == []
    assert reader.requests == [reader.file.as_uri()]


def test_findings_can_be_filtered_without_a_script(reader: Reader, docs: list[dict[str, Any]]) -> None:
    """A plain link shows one verdict; another shows all again."""
    written(reader.file, "gap", docs)
    page = reader.open(width=1280)
    page.click(".filter .only-buried")
    visible = page.locator(".areas .finding:visible")
    assert visible.count() == sum(
        entry["verdict"] == "BURIED" and bool(entry["criterion"]) for entry in docs[0]["findings"]
    )
    assert page.locator(".areas .finding.is-found:visible").count() == 0
    page.click(".filter .all")
    assert visible.count() == 47


def test_print_shows_all_findings_whatever_the_filter(reader: Reader, docs: list[dict[str, Any]]) -> None:
    """Paper has no filter to take back."""
    written(reader.file, "gap", docs)
    page = reader.open(width=1280)
    page.click(".filter .only-unknown")
    page.emulate_media(media="print")
    assert page.locator(".areas .finding:visible").count() == 47


def test_page_one_fits_on_one_sheet(reader: Reader, docs: list[dict[str, Any]]) -> None:
    """The leader of the town hall gets one sheet."""
    written(reader.file, "gap", docs)
    page = reader.open(width=A4_CONTENT["width"])
    page.emulate_media(media="print")
    box = page.locator(".page-one").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= A4_CONTENT["height"]


def test_the_first_sheet_has_the_result(reader: Reader, docs: list[dict[str, Any]]) -> None:
    """Page one of the PDF stands alone; what is folded on the screen is printed later."""
    written(reader.file, "gap", docs)
    page = reader.open(width=1280)
    first = words_of(page.pdf(prefer_css_page_size=True, page_ranges="1"))
    assert "19von45AngebotensindonlineGutauffindbar".lower() in first.lower()
    assert "3von4Websitesgelesen" in first
    assert "AlleBereiche3von1016von3519von451" in first
    assert "DamitfangenSiean" not in first
    rest = words_of(page.pdf(prefer_css_page_size=True))
    assert "FassenSiealleOnline-DiensteaufeinerSeitevonAbisZzusammen." in rest


def test_an_interval_is_drawn_where_the_numbers_say(reader: Reader, docs: list[dict[str, Any]]) -> None:
    """On the narrowest telephone and on paper, with the point within its line and nothing beyond the window."""
    written(reader.file, "twelve", [excerpt(doc) for doc in docs])
    page = reader.open(width=320)
    for media, width in (("screen", 320), ("print", A4_CONTENT["width"])):
        page.emulate_media(media=media)
        page.set_viewport_size({"width": width, "height": 900})
        for line in page.locator("section[aria-labelledby=baender] .spread").all()[:2]:
            whole, part, point = (box(line.locator(name)) for name in (".spread-scale", ".spread-line", "circle"))
            assert whole[1] - whole[0] > 100
            assert whole[0] <= part[0] < sum(point) / 2 < part[1] <= whole[1] + 1


def box(drawn: Locator) -> tuple[float, float]:
    """Where something begins and ends, in pixels from the left."""
    found = drawn.bounding_box()
    assert found is not None
    return found["x"], found["x"] + found["width"]


def test_what_changed_can_be_read_on_a_telephone(reader: Reader, docs: list[dict[str, Any]]) -> None:
    """Before and after stand in each finding, in words and not only in colours."""
    written(reader.file, "changed", docs)
    page = reader.open(width=320)
    assert page.locator(".turned:visible").count() == 2
    assert reader.violations(page) == []
    assert reader.sticks_out(page) <= 0


def words_of(pdf: bytes) -> str:
    """The letters of a PDF by Chromium, without spaces; a hyphen at the end of a line is one."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    return re.sub(r"\s", "", text.replace("\ufffe", "-"))
