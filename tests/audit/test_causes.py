"""
Of each site that differs in one cause the cause is named, and its mend leaves nothing in the way.

Does not crawl: the pages are what the crawler would make of the answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import Response

from audit import catalogue, coverage, proposals
from audit.catalogue import Catalogue
from audit.classify import Classifier
from audit.findability import Finder
from audit.inventory import profile
from audit.judge import Judged, Seen, judge
from audit.run.judging import subject_of
from crawler import answers, robots
from crawler.documents import Document, pdf
from db.models import Finding, Page
from db.terms import Verdict
from tests.audit.nouns import NOW, crawl
from tests.towns import mending, site
from tests.towns.mending import CAUSES, Cause, cause, mend

NAMED = {
    "brand_only": "wording",  # who does not know the brand meets words that nobody types
    "mirrored": "canonical",  # that the address which is named holds a copy is not looked at
    "dead_end": "orphan",  # links to pages that are gone are no links
    "template_fault": "noindex",  # each page is looked at by itself
    "script_only": "orphan",  # what scripts do is read only where a page is empty without them
}
"""What is named otherwise, and why."""
UNSEEN = {
    "title_missing",  # in so small a site the words of a page alone put it first
    "lost_letters",  # a page without its words is about nothing: ABSENT, though it is online
}
"""What is not BURIED to an audit, and why."""
NAMES = [name for name in mending.names() if name not in UNSEEN]


@pytest.fixture(scope="module")
def rules() -> Catalogue:
    return catalogue.load()


def read(town: site.Town) -> Iterator[Page]:
    for source in town.pages.values():
        host = town.hosts[source.host].host
        answer = town.answer(host, source.path)
        asked = town.answer(host, "/robots.txt")
        assert answer is not None
        assert asked is not None
        url = f"http://{host}{source.path}"
        meta = {"barred": robots.rules(asked.status, asked.body).barred(url)}
        if answer.body.startswith(b"%PDF"):
            meta["document"] = Document.model_validate(pdf.read(answer.body))
        headers = dict(answer.headers)
        yield answers.read(
            Response(url, status=answer.status, headers=headers, body=answer.body, request=Request(url, meta=meta)),
            fetched=NOW,
        )


def judged(folder: Path, told: Cause, rules: Catalogue) -> Judged:
    """What an audit says of the one criterion of a site."""
    criterion = rules.criteria[told.criterion]
    town = profile.read(folder / "town.yaml").town()
    pages = list(read(site.Town(folder)))
    classifier = Classifier(replace(rules, criteria={criterion.id: criterion}))
    seen = []
    for page in pages:
        reading = classifier.read(page, subject=subject_of(town, pages), own=True)
        seen += [Seen(page=page, page_type=reading.page_type, reading=one) for one in reading.criteria]
    doors = {one.url: 1.0 for one in town.sites if one.role == "city"}
    return judge(
        criterion,
        seen,
        area=rules.area_of[criterion.id],
        finder=Finder(pages, town=town.name, doors=doors, criteria=rules.criteria, area_of=rules.area_of),
        coverage=coverage.measure([crawl()]),
        counts=True,
        today=NOW.date(),
    )


def codes(finding: Finding) -> list[str]:
    return [reason["code"] for reason in finding.reasons]


@pytest.mark.parametrize("name", NAMES)
def test_the_cause_is_named_and_something_is_proposed(name: str, rules: Catalogue) -> None:
    """It is there, and the reasons say why nobody finds it."""
    told = cause(name)
    finding = judged(CAUSES / name, told, rules).finding
    assert finding.verdict == Verdict.BURIED
    assert NAMED.get(name, name) in codes(finding)
    made = proposals.propose([finding], rules.criteria)
    assert made, "nothing is proposed"


@pytest.mark.parametrize("name", mending.names())
def test_the_mend_leaves_nothing_in_the_way(name: str, rules: Catalogue, tmp_path: Path) -> None:
    """The smallest change to the files makes it findable."""
    told = cause(name)
    finding = judged(mend(name, tmp_path), told, rules).finding
    assert finding.verdict == Verdict.FINDABLE
    assert finding.best_url == (told.mended or told.page)
