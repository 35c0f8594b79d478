"""
What changed between two audits of a town on each criterion, and why: the site, our rules, our coverage, or a person.

Does not judge and words nothing (``reports.changes`` does). One thing differs at a time: the earlier pages by their own rules, the
same by the later rules, the later pages without what people said since, the later pages as they were judged. The cause of a change is
the step at which the verdict turns; between the two readings the pages on which the finding rests say whether site or reach differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from audit import coverage
from audit.findability.search import closed
from db.models import Crawl, Finding, Page
from db.terms import ChangeCause, ChangeKind, Standing, Verdict

OK, GONE = 200, {404, 410}

TOLD = {"soft_404", "dead", "redirect", "redirect_elsewhere", "login"}
"""Errors by which a site itself says that there is no such page; all others only say that we could not look."""

AGED = {"outdated", "archive_only", "expired"}
"""Reasons that come with time alone."""

MUCH_LESS = 0.8
"""A site that was not read to its end in either audit was read much less in the one with fewer pages than this share."""

LEVELS: dict[str | None, int] = {
    Verdict.FINDABLE: 3,
    Verdict.BURIED: 2,
    Verdict.ABSENT: 1,
    Verdict.UNKNOWN: 0,
    None: -1,
}
SHOWN = LEVELS[Verdict.BURIED]

Findings = Mapping[str, Finding]


@dataclass(frozen=True)
class Side:
    """
    One audit as far as changes need it.

    Attributes:
        findings: By criterion, as they were judged.
        pages: By address, with their links; at least those of ``addresses``.
        linked: Those of the addresses to which a link leads.
        crawls: How the town's sites answered.
    """

    findings: Findings
    pages: Mapping[str, Page] = field(default_factory=dict)
    linked: Collection[str] = ()
    crawls: Collection[Crawl] = ()

    def read(self, url: str) -> Page | None:
        """Return what a page said, if it did."""
        page = self.pages.get(url)
        return page if page is not None and page.error is None and page.status == OK else None

    def unread(self, url: str) -> str | None:
        """Return in German why nobody knows whether there was such a page; None: it was read, or it was not there."""
        page = self.pages.get(url)
        if page is not None:
            is_known = self.read(url) or page.error in TOLD or page.status in GONE
            return None if is_known else "die Adresse gab keine lesbare Antwort"
        crawl = self.crawl(url)
        if crawl is None:
            return "die Website wurde nicht gelesen"
        return coverage.obstacle(crawl) or (
            "die Adresse war bekannt, wurde aber ausgelassen" if url in self.linked else None
        )

    def crawl(self, url: str) -> Crawl | None:
        """Return how the site of an address was read; None: it was not."""
        return next((one for one in self.crawls if _bare(one.site.host) == _bare(url.split("/")[2])), None)

    def reader(self, url: str) -> str:
        """Return the version of Fundstelle that read an address."""
        crawl = self.crawl(url)
        return crawl.program if crawl else ""

    def reach(self) -> dict[str, tuple[bool, int]]:
        """Return for each of the town's sites whether something kept us from reading it, and how many pages were read."""
        own = [one for one in self.crawls if one.site.standing in {Standing.OWN, Standing.CONFIRMED}]
        return {one.site.host: (bool(coverage.obstacle(one)), one.pages) for one in own}


@dataclass(frozen=True)
class Fact:
    """Something that explains a change; ``code`` and ``values`` are worded by ``reports.changes``."""

    cause: ChangeCause
    code: str
    url: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """
    What changed on one criterion.

    Attributes:
        cause: None where nothing changed.
        before: None: the earlier catalogue did not ask for it.
        rejudged: The earlier pages by the later rules; None: the later catalogue does not ask for it.
        after: None likewise.
    """

    criterion: str
    kind: ChangeKind
    cause: ChangeCause | None
    before: Finding | None
    rejudged: Finding | None
    after: Finding | None
    facts: list[Fact]


def compare(
    older: Side, newer: Side, *, rejudged: Findings | None = None, unsaid: Findings | None = None
) -> list[Change]:
    """
    Return the change of each criterion that either audit asks for, in the order of the later catalogue.

    ``rejudged`` are the earlier pages by the later rules, ``unsaid`` the later pages without what people have said since; None
    where that is the same.
    """
    keys = dict.fromkeys([*newer.findings, *older.findings])
    then, bare = older.findings if rejudged is None else rejudged, newer.findings if unsaid is None else unsaid
    return [_change(key, older, newer, rejudged=then.get(key), unsaid=bare.get(key)) for key in keys]


def _change(key: str, older: Side, newer: Side, *, rejudged: Finding | None, unsaid: Finding | None) -> Change:
    before, after = older.findings.get(key), newer.findings.get(key)
    facts: list[Fact] = []
    if verdict(before) != verdict(rejudged):
        facts.append(Fact(ChangeCause.RULES, "rules", values={"then": verdict(before), "now": verdict(rejudged)}))
    # Like with like: what the site did is told by the same rules on both readings.
    is_real = verdict(rejudged) != verdict(after)
    if is_real and rejudged is not None and after is not None:
        assert unsaid is not None
        facts += [*_seen(rejudged, unsaid, older, newer), *_said(unsaid, after)]
    kind = became(verdict(rejudged if is_real else before), verdict(after))
    if not is_real and verdict(before) == verdict(after):
        facts = []
    causes = {fact.cause for fact in facts}
    cause = None if not causes else causes.pop() if len(causes) == 1 else ChangeCause.MIXED
    return Change(key, kind, cause, before=before, rejudged=rejudged, after=after, facts=facts)


def became(before: str | None, after: str | None) -> ChangeKind:
    """Return what became of a verdict; between two that show nothing, nothing did."""
    was, now = LEVELS[before], LEVELS[after]
    if (was < SHOWN and now < SHOWN) or was == now:
        return ChangeKind.SAME
    if was < SHOWN:
        return ChangeKind.NEW
    if now < SHOWN:
        return ChangeKind.GONE
    return ChangeKind.BETTER if now > was else ChangeKind.WORSE


def _seen(before: Finding, after: Finding, older: Side, newer: Side) -> list[Fact]:
    """Return what differs between the two readings; what the better finding rests on is looked for in the other reading."""
    if before.verdict == after.verdict:
        return []
    came = LEVELS[after.verdict] > LEVELS[before.verdict]
    best, less = (after, before) if came else (before, after)
    mine, other = (newer, older) if came else (older, newer)
    facts = [fact for url in places(best) if (fact := _page(url, mine, other, came=came))]
    if less.verdict == Verdict.UNKNOWN and not any(fact.cause == ChangeCause.COVERAGE for fact in facts):
        told = [str(reason["text"]) for reason in less.reasons if reason["code"] in {"not_read", "needs_rendering"}]
        facts.append(Fact(ChangeCause.COVERAGE, _tense("unknown", came=came), values={"why": told}))
    if LEVELS[less.verdict] >= SHOWN:
        facts += _way(best, mine, other, came=came)
    return facts or [_around(best, less, mine, other)]


def _page(url: str, mine: Side, other: Side, *, came: bool) -> Fact | None:
    """Return what became of a page on which the better finding rests, or where it came from; None: it is the same."""
    if why := other.unread(url):
        return Fact(ChangeCause.COVERAGE, _tense("page_unread", came=came), url, {"why": why})
    here, there = mine.read(url), other.read(url)
    if there is None:
        twin = next(
            (one.url for one in other.pages.values() if here and other.read(one.url) and one.content == here.content),
            None,
        )
        code = _tense("page_moved", came=came) if twin else "page_came" if came else "page_went"
        return Fact(ChangeCause.SITE, code, url, {"other": twin} if twin else {})
    return _altered(url, mine, other, came=came) if here else None


def _altered(url: str, mine: Side, other: Side, *, came: bool) -> Fact | None:
    """Return what is another about a page that was read both times."""
    here, there = mine.pages[url], other.pages[url]
    if _says(here) != _says(there):
        # Another version of ours may read other words from the same bytes.
        is_ours = mine.reader(url) != other.reader(url) and here.size == there.size
        return Fact(ChangeCause.RULES, "page_reread", url) if is_ours else Fact(ChangeCause.SITE, "page_changed", url)
    if closed(here) != closed(there):
        return Fact(ChangeCause.SITE, "page_opened" if came else "page_closed", url)
    return None


def _says(page: Page) -> tuple[Any, ...]:
    """Return all by which a page can prove something or be found; not what changes with every visit."""
    headings, forms = [heading["text"] for heading in page.headings], [form["kind"] for form in page.forms]
    return page.content, page.title, page.description, headings, forms, page.keys


def _way(best: Finding, mine: Side, other: Side, *, came: bool) -> Iterator[Fact]:
    """Yield where the way to the better finding is not the same in the other reading."""
    for step, following in pairwise(best.path):
        url, words = step["url"], following["text"]
        here, there = mine.read(url), other.read(url)
        if why := other.unread(url):
            yield Fact(ChangeCause.COVERAGE, _tense("way_unread", came=came), url, {"why": why})
        elif there is None:
            yield Fact(ChangeCause.SITE, "way_came" if came else "way_went", url)
        elif here is not None:
            links = {(link.url, link.text) for link in here.links if link.text.strip() == words}
            if links and links.isdisjoint((link.url, link.text) for link in there.links):
                yield Fact(ChangeCause.SITE, "link_came" if came else "link_went", url, {"words": words})


def _around(best: Finding, less: Finding, mine: Side, other: Side) -> Fact:
    """Return why a finding may differ although its pages and the way to them are the same."""
    if {reason["code"] for reason in less.reasons} & AGED - {reason["code"] for reason in best.reasons}:
        return Fact(ChangeCause.SITE, "aged", best.best_url)
    if _reach_differs(mine.reach(), other.reach()):
        return Fact(ChangeCause.COVERAGE, "read_otherwise", best.best_url)
    return Fact(ChangeCause.SITE, "around", best.best_url)


def _reach_differs(one: Mapping[str, tuple[bool, int]], two: Mapping[str, tuple[bool, int]]) -> bool:
    """Was a site read in one audit only, or much less in one of them?"""
    if one.keys() != two.keys():
        return True
    for host, (is_short, pages) in one.items():
        was_short, others = two[host]
        if is_short != was_short or (is_short and min(pages, others) < MUCH_LESS * max(pages, others)):
            return True
    return False


def _said(before: Finding, after: Finding) -> Iterator[Fact]:
    """Yield what a person has said since, in the words that stand with the finding; a word taken back stands with the other."""
    if before.verdict == after.verdict:
        return
    was, now = ([str(row["text"]) for row in one.reasons if _is_word(row)] for one in (before, after))
    new, old = [text for text in now if text not in was], [text for text in was if text not in now]
    yield Fact(ChangeCause.PERSON, "said" if new else "unsaid", after.best_url, {"words": new or old})


def _is_word(reason: Mapping[str, Any]) -> bool:
    return str(reason["code"]).startswith("person_") or reason["code"] == "page_ignored"


def _tense(code: str, *, came: bool) -> str:
    """Return the code for what was so then, if something has come since, or for what is so now."""
    return f"{code}_{'then' if came else 'now'}"


def is_by_rules(change: Change) -> bool:
    """Have our rules or our reading a part in it?"""
    return any(fact.cause == ChangeCause.RULES for fact in change.facts)


def verdict(finding: Finding | None) -> str | None:
    """Return the verdict; None where nobody asked."""
    return finding.verdict if finding is not None else None


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def places(finding: Finding) -> list[str]:
    """Return the pages on which a finding rests; none where nothing is shown."""
    if LEVELS[finding.verdict] < SHOWN:
        return []
    return (finding.routes or {}).get("places") or [finding.best_url]


def addresses(findings: Iterable[Finding | None]) -> set[str]:
    """Return all addresses on which these findings and the ways to them rest."""
    shown = [one for one in findings if one is not None]
    return {url for one in shown for url in [*places(one), *(step["url"] for step in one.path)] if url}


def score(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many of those that count and could be looked at are findable, and how many could not be looked at."""
    ours = [one.verdict for one in findings if one.counts]
    unchecked = ours.count(Verdict.UNKNOWN)
    return {"found": ours.count(Verdict.FINDABLE), "of": len(ours) - unchecked, "unchecked": unchecked}
