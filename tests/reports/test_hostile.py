"""Reports of a town whose pages, list and profile attack the reader."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import JSON, Engine
from sqlalchemy.orm import Session

from db.base import Base
from db.models import Page, Town
from reports import comparison, export, gap_report, render
from tests.reports.conftest import Reader, copied
from tests.reports.towns import Written

ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'\"--></style></title><svg onload=alert(1)>",
    "javascript:alert(1)",
    'http://evil.example/" onmouseover="alert(1)',
    "https://www.musterhafen.example@evil.example/",
    "data:text/html;base64,PHNjcmlwdD4=",
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnp.exe \u2066 \u200f",
    "\x00\x07\x1b[31m\x9b5m\x7f",
    "x" * 40_000,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 40,
    "]]><!--",
    "=HYPERLINK(1)",
]
FIXED = {
    "id", "digest", "host", "criterion", "area", "aspect", "verdict", "maturity", "kind", "effect", "standing", "end", "role",
    "reading", "competence", "competences", "criteria",
}  # fmt: skip
"""Our own words, which no page, list or profile can set, and what must stay unique."""

UNIQUE = {(Town, "key"), (Page, "url")}
"""What must differ from row to row; the one is ours, the other is never shown."""

BROKEN = "halb \ud83d und \udc00"
"""Half a character: a JSON column carries it, a text column cannot."""


def spoil(session: Session) -> int:
    """Put an attack into every text of every row; return how many were put."""
    attacks = Attacks()
    for mapper in Base.registry.mappers:
        for row in session.query(mapper.class_):
            for column in mapper.columns:
                if column.key not in FIXED and (mapper.class_, column.key) not in UNIQUE:
                    is_json = isinstance(column.type, JSON)
                    setattr(row, column.key, attacks.on(getattr(row, column.key), tail=BROKEN if is_json else ""))
    session.flush()
    session.expire_all()
    return attacks.number


class Attacks:
    """Gives one attack after the other."""

    def __init__(self) -> None:
        self.number = 0

    def on(self, value: Any, *, tail: str) -> Any:
        """The value with all its texts replaced, those of our own words left."""
        if isinstance(value, dict):
            return {key: part if key in FIXED else self.on(part, tail=tail) for key, part in value.items()}
        if isinstance(value, list):
            return [self.on(part, tail=tail) for part in value]
        if not isinstance(value, str):
            return value
        self.number += 1
        return ATTACKS[self.number % len(ATTACKS)] + tail


@pytest.fixture(scope="module")
def spoiled(original: Engine) -> list[dict[str, Any]]:
    """The documents of two towns of which nothing can be trusted."""
    with copied(original) as session:
        assert spoil(session) > 3000
        return [Written.of(session, key).document() for key in ("musterhafen", "nachbarau")]


@pytest.fixture(scope="module", params=["gap", "comparison"])
def html(request: pytest.FixtureRequest, spoiled: list[dict[str, Any]]) -> str:
    return gap_report.html(spoiled[0]) if request.param == "gap" else comparison.html(spoiled)


def test_no_attack_becomes_part_of_the_page(html: str) -> None:
    """What came as text stays text."""
    page = LexborHTMLParser(html)
    assert not page.css("script, img, iframe, object, link, form, base, style ~ style, [style], [src]")
    attributes = {name for node in page.css("*") for name in node.attributes}
    assert not {name for name in attributes if name.startswith("on")}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_no_link_leads_anywhere_but_the_web(html: str) -> None:
    """A dangerous address is text that nobody can click."""
    addresses = [str(node.attributes["href"]) for node in LexborHTMLParser(html).css("[href]")]
    assert all(address.startswith("#") or render.is_address(address) for address in addresses)
    assert not any("evil.example" in address for address in addresses)


def test_nothing_hides_or_reorders_what_is_read(html: str) -> None:
    """Control characters and turned writing are gone; the rest can be written as UTF-8."""
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]", html)
    assert html.encode("utf-8")


def test_long_texts_do_not_blow_up_the_page(html: str) -> None:
    """Every text is cut; a report stays a file that opens."""
    assert not re.search("x{2000}", html)
    assert len(html) < 3_000_000


def test_json_of_a_hostile_town_is_valid(spoiled: list[dict[str, Any]]) -> None:
    """Programs get the whole text, spelled so that it can be written."""
    text = export.json_text(spoiled[0])
    again = json.loads(text.encode("utf-8"))
    assert len(again["findings"]) == len(spoiled[0]["findings"])
    assert text.replace("\n", "").replace("\u00ad", "").isprintable()


@pytest.mark.browser
def test_a_hostile_town_cannot_act_in_the_browser(reader: Reader, html: str) -> None:
    """Nothing runs, nothing is fetched, nothing is said on the console, and the page keeps its width."""
    reader.file.write_text(html, encoding="utf-8")
    page = reader.open(width=320)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert reader.sticks_out(page) <= 0
    assert reader.messages == []
    assert reader.requests == [reader.file.as_uri()]
