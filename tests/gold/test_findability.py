"""
What the simulated researcher says of the cases that a person labelled, and that it keeps saying it.

Cases that a page says only in passing are left out of browsing: there the question is whether a page counts, not whether
one gets to it. The figures are in docs/accuracy.md; the thresholds were chosen on these very cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from audit import catalogue
from audit.findability import Finder, Found
from audit.inventory import profile
from audit.reasons import FINDABLE_FROM
from audit.run.material import FRONT_DOORS
from crawler import answers, robots
from db.models import Link, Page
from db.terms import Role, Zone
from tests.audit.nouns import NOW
from tests.gold.test_findability_cases import CASES
from tests.towns.site import FOLDER, Town

SAID = {"yes": 0.95, "likely": 0.7, "unlikely": 0.25, "no": 0.0}
"""Chance that stands for each word of a person."""

AT_LEAST = {"browse": 0.93, "search": 0.91, "verdict": 0.91}
"""Agreement below which something has been lost."""


@cache
def rules() -> catalogue.Catalogue:
    return catalogue.load()


@cache
def known(name: str) -> Finder:
    """The researcher of one town."""
    town = profile.read(FOLDER / name / "town.yaml").town()
    doors = {site.url: FRONT_DOORS[role] for site in town.sites if (role := Role(site.role)) in FRONT_DOORS}
    criteria, areas = rules().criteria, rules().area_of
    return Finder(list(pages(Town(FOLDER / name))), town=town.name, doors=doors, criteria=criteria, area_of=areas)


def pages(town: Town) -> Iterator[Page]:
    """The pages of a town as the crawler would read them, PDFs left out."""
    for source in town.pages.values():
        host = town.hosts[source.host]
        answer, rows = town.answer(host.host, source.path), town.answer(host.host, "/robots.txt")
        assert answer is not None
        assert rows is not None
        url = f"http://{host.host}{source.path}"
        if location := answer.headers.get("Location"):
            yield Page(url=url, fetched=NOW, error="redirect", links=[Link(location, "", Zone.MAIN)])
        elif not host.foreign and not host.refuse and not answer.body.startswith(b"%PDF"):
            request = Request(url, meta={"barred": robots.rules(rows.status, rows.body).barred(url)})
            response = Response(url, status=answer.status, headers=answer.headers, body=answer.body, request=request)
            yield answers.read(response, fetched=NOW)


@pytest.fixture(scope="module")
def judged() -> list[tuple[dict[str, Any], Found]]:
    """Each case on a page with what is said of it."""
    rows = []
    for case in CASES:
        if not case["page"].endswith(".pdf"):
            found = known(case["town"]).find([case["page"]], rules().criteria[case["criterion"]])
            assert found is not None
            rows.append((case, found))
    return rows


def agreement(told: list[tuple[bool, bool]]) -> float:
    return sum(one == other for one, other in told) / len(told)


def test_it_agrees_with_people(judged: list[tuple[dict[str, Any], Found]]) -> None:
    """Whether most would get there: by links, by a search engine, and by both together."""
    meant = [(case, found) for case, found in judged if not case["why"].startswith("in passing")]
    both = [
        ((SAID[case["browse"]] + SAID[case["search"]]) / 2 >= FINDABLE_FROM, found.chance >= FINDABLE_FROM)
        for case, found in meant
    ]
    got = {
        "browse": agreement([(SAID[case["browse"]] >= 0.5, found.browsed.chance >= 0.5) for case, found in meant]),
        "search": agreement([(SAID[case["search"]] >= 0.5, found.searched.chance >= 0.5) for case, found in judged]),
        "verdict": agreement(both),
    }
    print(len(meant), len(judged), got)
    assert all(got[way] >= AT_LEAST[way] for way in AT_LEAST), got


def test_both_sides_of_the_threshold_are_among_the_cases(judged: list[tuple[dict[str, Any], Found]]) -> None:
    """A threshold that nobody falls short of would agree with everybody."""
    below = sum(found.chance < FINDABLE_FROM for _, found in judged)
    assert 25 <= below <= len(judged) - 25
