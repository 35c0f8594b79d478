"""Guards what counts as an offer that a town may publish: only what is there, on its own pages, and counts."""

from __future__ import annotations

from typing import Any

import pytest

from db.errors import InputError
from reports.offers import offers, page_address, todo
from reports.situations import BUSINESS, FURTHER, GUESTS, ORDER, PLANS, WORKS, situation
from tests.reports.towns import STARTED

HOME = "http://www.ort.example"


def finding(key: str = "handyparken", **values: Any) -> dict[str, Any]:
    """A finding that is an offer, as the document has it."""
    return {
        "criterion": key,
        "verdict": "FINDABLE",
        "best_url": f"{HOME}/{key}",
        "best_page": {"title": "", "description": ""},
        "path": [],
        "quotes": [],
        "reasons": [],
        "open_to_search": True,
        "counts": True,
        "competence": "town",
        "name": "Handyparken",
        "question": "",
        "definition": "Parkgebühren können mit einer App bezahlt werden.",
        "kind": "offer",
        "audience": ["citizens", "guests"],
        "advice": "",
        "department": "",
        "proof": [],
        "no_proof": [],
        **values,
    }


def town(*findings: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A document with these findings, as far as the kit reads it."""
    sites = [
        {"url": f"{HOME}/", "host": "www.ort.example", "role": "city", "standing": "confirmed"},
        {"url": "http://portal.example/ort/", "host": "portal.example", "role": "portal", "standing": "own"},
        {"url": "http://verein.example/", "host": "verein.example", "role": "tourism", "standing": "proposed"},
        {"url": "http://land.example/", "host": "land.example", "role": "other", "standing": "foreign"},
    ]
    return {
        "town": "ort",
        "audit": 7,
        "started": STARTED.isoformat(),
        "town_name": "Ort",
        "ars": "130730088088",
        "aliases": {},
        "coverage": {"enough": True},
        "landscape": sites,
        "proposals": [],
        "findings": list(findings or [finding()]),
        **values,
    }


def keys(document: dict[str, Any], **values: Any) -> list[str]:
    return [one.key for one in offers(document, **values)]


@pytest.mark.parametrize(
    "values",
    [
        {"verdict": "ABSENT"},
        {"verdict": "UNKNOWN"},
        {"criterion": None},
        {"best_url": None},
        {"best_url": "javascript:alert(1)"},
        {"best_url": "http://verein.example/"},
        {"best_url": "http://land.example/parken"},
        {"best_url": "http://www.ort.example.evil.example/"},
        *({"verdict": "BURIED", "reasons": [{"code": code, "text": "x"}]} for code in ("news_only", "pdf_only", "form_only", "council_only", "archive_only", "third_party_only")),
        {"reasons": [{"code": "outdated", "text": "x"}]},
        {"reasons": [{"code": "expired", "text": "x"}]},
    ],
)  # fmt: skip
def test_what_is_not_there_or_does_not_count_is_left_out(values: dict[str, Any]) -> None:
    """Strangers' pages, plans, news, files and what nobody could read are no offers."""
    assert keys(town(finding(), finding(**{"key": "zwei", **values}))) == ["handyparken"]


def test_what_is_hard_to_find_is_published_all_the_same() -> None:
    """That is what the page is for; pages on other hosts of the town count like its own."""
    buried = finding("zwei", verdict="BURIED", best_url="http://portal.example/ort/zwei", reasons=[{"code": "orphan"}])
    assert keys(town(buried)) == ["zwei"]


def test_what_a_person_has_rejected_is_left_out() -> None:
    """The page alone, or the criterion in all; another page of it stays."""
    document = town(finding(), finding("zwei"), finding("drei"))
    said = {("handyparken", f"{HOME}/handyparken"), ("zwei", None), ("drei", f"{HOME}/anderswo")}
    assert keys(document, rejected=said) == ["drei"]


def test_nothing_to_publish_is_said() -> None:
    """No empty page is made; too little reading is another matter."""
    with pytest.raises(InputError, match="kein Angebot"):
        offers(town(finding(verdict="ABSENT")))
    with pytest.raises(InputError, match="zu wenig gelesen"):
        offers(town(coverage={"enough": False}))


def test_a_brand_stands_beside_plain_words_where_the_page_shows_it() -> None:
    """As the profile writes it, if the best page has any spelling of it as words of their own."""
    aliases = {"OpenR@thaus": ["OpenRathaus"], "Ort": ["HO"], "Park": []}
    titles = {"OpenRathaus | Ort": "OpenR@thaus", "Parken in Ort": "", "Bürgerservice": ""}
    for title, brand in titles.items():
        head = {"title": title, "description": ""}
        (one,) = offers(town(finding(best_page=head, name="Serviceportal"), aliases=aliases))
        assert (one.name, one.brand) == ("Serviceportal", brand)


def test_who_is_unsure_asks_for_a_look() -> None:
    """Such an offer is published, and marked in the table and the readme."""
    assert [one.is_sure for one in offers(town(finding(), finding("b", reasons=[{"code": "unsure"}])))] == [True, False]


def test_the_page_stands_on_the_towns_own_website() -> None:
    """Unless its place is given; what is no address of a page is refused."""
    assert page_address(town()) == f"{HOME}/digitale-angebote"
    assert page_address(town(), "https://www.ort.example/digital") == "https://www.ort.example/digital"
    for wrong in (
        "www.ort.example",
        "ftp://ort.example/",
        "https://ort.example/?id=3",
        "https://ort.example/#a",
        'https://ort.example/">',
    ):
        with pytest.raises(InputError, match="--url"):
            page_address(town(), wrong)
    with pytest.raises(InputError, match="--url"):
        page_address(town(landscape=[]))


def test_texts_are_for_what_is_the_towns_own_task() -> None:
    """Nobody writes pages for the county; what could not be read is not missing."""
    rows = [
        finding("a", verdict="ABSENT"),
        finding("b", verdict="ABSENT", counts=False),
        finding("c", verdict="UNKNOWN"),
    ]
    assert [entry["criterion"] for entry in todo(town(*rows, finding("d", verdict="BURIED")))] == ["a", "d"]


@pytest.mark.parametrize(
    ("key", "kind", "audience", "expected"),
    [
        ("kita-portal", "transaction", ["citizens"], "Familie und Bildung"),
        ("neues", "transaction", ["citizens"], FURTHER),
        ("neues", "offer", ["business"], BUSINESS),
        ("neues", "offer", ["guests"], GUESTS),
        ("neues", "infrastructure", ["citizens"], WORKS),
        ("oeffentliches-wlan", "infrastructure", ["citizens", "guests"], GUESTS),
        ("kita-portal", "strategy", ["citizens"], PLANS),
        ("neues", None, [], FURTHER),
    ],
)
def test_each_thing_has_a_situation(key: str, kind: str | None, audience: list[str], expected: str) -> None:
    """Known criteria by name, others by kind and audience."""
    assert situation(key, kind=kind, audience=audience) == expected
    assert expected in ORDER
