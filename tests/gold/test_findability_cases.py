"""The cases of findability labelled by hand are about pages and criteria that exist, and their clicks can be clicked."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import yaml

from audit.catalogue import files
from tests.towns.site import FOLDER, SESSION, Answer, Town

CASES: list[dict[str, Any]] = yaml.load(
    (Path(__file__).parent / "findability.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)
SURE = {"yes", "likely", "unlikely", "no"}
HREF = re.compile(rb'<a [^>]*href="([^"]+)"')


@cache
def town(name: str) -> Town:
    return Town(FOLDER / name)


def answer(name: str, address: str) -> Answer:
    parts = urlsplit(address)
    found = town(name).answer(parts.netloc, f"{parts.path}?{parts.query}" if parts.query else parts.path)
    assert found, address
    return found


def walk(case: dict[str, Any]) -> list[str]:
    """Return the steps of a case as full addresses."""
    steps: list[str] = []
    for step in case["path"]:
        steps.append(urljoin(steps[-1] if steps else "", step))
    return steps


def test_there_are_enough_cases_and_few_are_undecided() -> None:
    """Thresholds need both sides, and a label nobody dares to give teaches nothing."""
    labels = Counter(case["label"] for case in CASES)
    assert labels.keys() <= {"findable", "buried", "edge"}
    assert len(CASES) >= 140
    assert labels["edge"] <= 15
    assert labels["buried"] >= 35


def test_no_case_is_given_twice() -> None:
    """A case that counts twice would pull the threshold towards it."""
    assert len({(case["town"], case["criterion"], case["page"]) for case in CASES}) == len(CASES)


def test_every_case_is_about_a_criterion_and_says_why() -> None:
    """A misspelt criterion would silently be left out; an unquoted yes would be a truth value."""
    shipped = "".join(file.read_text(encoding="utf-8") for file in (files.FOLDER / files.DEFAULT).glob("*.yaml"))
    known = set(re.findall(r"^ *-? *id: (\S+)$", shipped, re.MULTILINE))
    for case in CASES:
        assert case["criterion"] in known, case
        assert {case["browse"], case["search"]} <= SURE, case
        assert case["why"], case


def test_every_page_is_there() -> None:
    """A label of a page that has gone is a label of nothing."""
    for case in CASES:
        assert answer(case["town"], case["page"]).status == 200, case["page"]


def test_every_path_can_be_clicked() -> None:
    """It begins at a front door, ends at the page, and each step is linked on the one before."""
    for case in CASES:
        steps = walk(case)
        assert not steps or (urlsplit(steps[0]).path, steps[-1]) == ("/", case["page"]), case
        assert steps or case["browse"] == "no", case
        for above, below in pairwise(steps):
            linked = HREF.findall(answer(case["town"], above).body)
            assert below in {SESSION.sub("", urljoin(above, href.decode())) for href in linked}, (above, below)
