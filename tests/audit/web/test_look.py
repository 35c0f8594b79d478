"""What all screens look like: what is vendored is what was taken, and everybody can see and reach what pages are made of."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser, Page

from audit.web.guard import POLICY
from reports import render
from tests.reports.conftest import Reader, browser  # noqa: F401 a fixture

STATIC = Path(render.HERE) / "static"
VENDOR = STATIC / "vendor"
TAKEN = {
    "kern-2.7.2/LICENSE.md": "2aaf11dc884c4d401356714c844483fbd060437b6e74de628beaeb3503c045de",
    "kern-2.7.2/colors.css": "9de69ef074a8b273f34f3d0b5479520bbdc2387a8f4a746963cd36b8574efec8",
    "fundstelle-sans-4.106/OFL.txt": "dd6c2808925cc92548634cb06c25b933f280eff90b181d381eb8b8879222458a",
    "fundstelle-sans-4.106/regular.woff2": "714b304753ea53e3a2c98af20c59209a38d98adafe3b0155a3d0b859ad5eed35",
    "fundstelle-sans-4.106/semibold.woff2": "363611e812532feba0c0beadfc515e64eaac5140eb56566e446a6853084cc456",
    "fundstelle-sans-4.106/bold.woff2": "004f2efbb1d8668dff293a431b85e9f6d820f73d11babc6c158f52735eddc60c",
}
"""Each file of others' by its SHA-256; those of KERN are as its package has them."""

LARGEST = 100_000
"""Bytes of all fonts together."""

TARGET = 44
"""Pixels in height of what one can press (WCAG 2.5.5)."""

PRESSED = "main :is(button, .button, select, input:not([type=hidden], [type=checkbox], [type=radio]), .choice, .tabs a, .paging a), header a"


def test_what_is_vendored_is_what_was_taken() -> None:
    """Nobody has changed it, and nothing has come in unseen."""
    found = {path.relative_to(VENDOR).as_posix(): path for path in VENDOR.rglob("*") if path.is_file()}
    told = {name for name in found if name.endswith("README.md")}
    assert found.keys() - told == TAKEN.keys()
    for name, digest in TAKEN.items():
        assert hashlib.sha256(found[name].read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("folder", sorted(path.name for path in VENDOR.iterdir()))
def test_each_has_its_licence_and_version_beside_it(folder: str) -> None:
    """In the folder that goes into the wheel."""
    names = {path.name for path in (VENDOR / folder).iterdir()}
    assert names & {"LICENSE.md", "OFL.txt"}
    version = folder.rpartition("-")[2]
    assert version in (VENDOR / folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("weight", ["regular", "semibold", "bold"])
def test_a_font_with_letters_taken_out_has_a_name_of_its_own(weight: str) -> None:
    """Fira is a trademark; the makers stay named. All letters of German, and of our texts, are there."""
    font = TTFont(VENDOR / "fundstelle-sans-4.106" / f"{weight}.woff2")
    names = {name.nameID: str(name) for name in font["name"].names}
    assert names[1].startswith("Fundstelle Sans")
    assert not any("Fira" in names.get(number, "") for number in (1, 3, 4, 6, 16, 18, 21))
    assert "Mozilla" in names[0]
    assert set("äöüÄÖÜßẞ„“–…€›·×↑↓\u00a0") <= {chr(code) for code in font.getBestCmap()}


def test_the_fonts_are_light() -> None:
    """All weights together."""
    assert sum(path.stat().st_size for path in VENDOR.rglob("*.woff2")) < LARGEST


def test_the_style_names_only_files_of_ours() -> None:
    """And each of them is there; every word for a colour that it takes from KERN exists, and every brace is closed."""
    style = (STATIC / "desk.css").read_text(encoding="utf-8")
    assert style.count("{") == style.count("}")
    for named in re.findall(r'url\("([^"]*)"\)', style):
        assert (STATIC / named).is_file(), named
    known = set(re.findall(r"--kern-[a-z0-9-]+(?=:)", (VENDOR / "kern-2.7.2/colors.css").read_text(encoding="utf-8")))
    assert set(re.findall(r"--kern-[a-z0-9-]+", style)) <= known


@pytest.fixture
def components(at_home: str, browser: Browser) -> Page:  # noqa: F811 the fixture
    """All that pages are made of on one page, as the desk would send it."""
    source = (Path(__file__).parent / "components.html").read_text(encoding="utf-8")
    given = {"person": None, "signs_in": True, "here": "/bausteine", "token": "0" * 64, "said": ""}
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.route(
        "**/bausteine",
        lambda route: route.fulfill(
            body=render.environment().from_string(source).render(**given),
            content_type="text/html; charset=utf-8",
            headers={"content-security-policy": POLICY},
        ),
    )
    page.goto(f"{at_home}/bausteine")
    return page


@pytest.mark.browser
def test_everybody_can_use_what_pages_are_made_of(components: Page) -> None:
    """No violation of WCAG 2.2 AA, light or dark; at 320 pixels nothing is too wide and all can be hit with a finger."""
    page = components
    assert page.evaluate("document.fonts.load('16px \"Fundstelle Sans\"').then(found => found.length)") == 1
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light")
        assert Reader.violations(page) == []
        assert Reader.sticks_out(page) <= 0
        page.emulate_media(color_scheme="dark")
        assert Reader.violations(page, only="color-contrast") == []
        heights = {element: box["height"] for element in page.locator(PRESSED).all() if (box := element.bounding_box())}
        assert [str(element) for element, height in heights.items() if height < TARGET] == []
    page.locator("main button.main").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.emulate_media(forced_colors="active")
    assert page.evaluate("getComputedStyle(document.querySelector('.said')).borderTopStyle") == "solid"
    page.context.close()
