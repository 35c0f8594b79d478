"""
Of each site that differs in one cause the cause is named, and its mend leaves nothing in the way.

Does not crawl: the pages are what the crawler would make of the answers.
"""

from __future__ import annotations

import shutil
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
from tests.towns import applying, mending, site
from tests.towns.mending import CAUSES, Cause, cause, mend

NAMES = mending.names()
NAMED = [name for name in NAMES if cause(name).verdict != Verdict.ABSENT]
SOLVABLE = [name for name in NAMES if cause(name).verdict == Verdict.BURIED]


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


def audited(folder: Path, told: Cause, rules: Catalogue) -> tuple[Judged, Finder]:
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
    finder = Finder(pages, town=town.name, doors=doors, criteria=rules.criteria, area_of=rules.area_of)
    judged = judge(
        criterion,
        seen,
        area=rules.area_of[criterion.id],
        finder=finder,
        coverage=coverage.measure([crawl()]),
        counts=True,
        today=NOW.date(),
    )
    return judged, finder


def codes(finding: Finding) -> list[str]:
    return [reason["code"] for reason in finding.reasons]


@pytest.mark.parametrize("name", NAMED)
def test_the_cause_is_named(name: str, rules: Catalogue) -> None:
    """It is there, and the reasons say why nobody finds it, and who can mend that."""
    told = cause(name)
    finding = audited(CAUSES / name, told, rules)[0].finding
    assert finding.verdict == told.verdict
    assert told.cause in codes(finding)


@pytest.mark.parametrize("name", NAMES)
def test_the_mend_leaves_nothing_in_the_way(name: str, rules: Catalogue, tmp_path: Path) -> None:
    """The smallest change to the files makes it findable."""
    told = cause(name)
    finding = audited(mend(name, tmp_path), told, rules)[0].finding
    assert finding.verdict == Verdict.FINDABLE
    assert finding.best_url == (told.mended or told.page)


@pytest.mark.parametrize("name", SOLVABLE)
def test_what_is_proposed_does_what_was_simulated(name: str, rules: Catalogue, tmp_path: Path) -> None:
    """Done to the real files and audited again, the proposals make it findable, with the chance that they promised."""
    told = cause(name)
    before, finder = audited(CAUSES / name, told, rules)
    made = proposals.propose([before.finding], rules.criteria, finder=finder, evidence=before.evidence)
    assert made, "nothing is proposed"
    copy = Path(shutil.copytree(CAUSES / name, tmp_path / name))
    assert applying.apply([change for one in made for change in one.changes], copy) == []
    after = audited(copy, told, rules)[0].finding
    assert after.verdict == Verdict.FINDABLE
    assert after.chance == pytest.approx(made[-1].after[told.criterion], abs=0.05)
