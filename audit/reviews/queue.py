"""
What a person's look is worth most on, and a share drawn by chance to measure with.

Does not ask anybody; it orders the pages that the findings of an audit rest on.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from audit.reviews.effect import OUTDATED, SHOWN
from audit.reviews.holding import Said
from db.models import Evidence, Finding
from db.terms import Band, Verdict

DRAWN = 0.2
"""Share of the automatic and the discarded pages that is drawn."""

EVERY = 5
"""Every fifth line of the queue is a drawn one."""

NOTHING = Said()


class Doubt(StrEnum):
    """Why a page is to be looked at."""

    OUTDATED = "outdated"  #: it has changed since a person's word
    DRAWN_SURE = "drawn_sure"  #: by chance, though we are sure
    DRAWN_OUT = "drawn_out"  #: by chance, though we have discarded it
    HANGS = "hangs"  #: the verdict hangs on it alone
    HANGS_ON_SOME = "hangs_on_some"  #: it hangs on some such pages
    LEANING = "leaning"  #: it speaks for it, but not clearly


@dataclass(frozen=True)
class Look:
    """
    One page to look at for one criterion.

    Attributes:
        band: Of the page; empty: discarded.
        hangs: The verdict rests on pages that ask for a review, and on no sure one.
        pages: How many such pages; so many rejections, and nothing would be shown.
        outdated: A person's word on it no longer holds.
    """

    criterion: str
    url: str
    verdict: str
    band: str
    score: float
    quote: str
    counts: bool
    hangs: bool
    pages: int
    drawn: bool
    outdated: bool

    @property
    def doubt(self) -> Doubt:
        """Why it is to be looked at."""
        if self.outdated:
            return Doubt.OUTDATED
        if self.drawn:
            return Doubt.DRAWN_SURE if self.band == Band.AUTOMATIC else Doubt.DRAWN_OUT
        if self.hangs:
            return Doubt.HANGS if self.pages == 1 else Doubt.HANGS_ON_SOME
        return Doubt.LEANING


def queue(
    findings: Sequence[Finding], evidence: Sequence[Evidence], *, said: Mapping[str, Said], audit: int
) -> list[Look]:
    """
    Return what to look at, the most worth first; what a person has answered or put aside is left out.

    First what changed after a person's word; then what is the town's matter, where the verdict hangs on pages that only ask for a
    review, where its loss would empty a cell of the matrix, with the fewest pages to go and the greatest doubt. Every fifth is a
    drawn one, in an order of its own; ``audit`` is the number that draws.
    """
    pages: defaultdict[str, defaultdict[str, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
    for item in evidence:
        pages[item.criterion][item.url].append(item)
    looks = [
        look
        for finding in findings
        for look in _looks(finding, pages[finding.criterion], said=said.get(finding.criterion, NOTHING), audit=audit)
    ]
    doubtful = [one for one in looks if one.outdated or one.band == Band.REVIEW]
    drawn = [one for one in looks if one.drawn and not one.outdated]
    return list(
        _mixed(sorted(doubtful, key=_worth), sorted(drawn, key=lambda one: _lot(audit, one.criterion, one.url)))
    )


def following(before: Sequence[Look], after: Sequence[Look], *, criterion: str, url: str | None) -> Look | None:
    """Return what comes after a page that was answered: the first behind it that still waits, else the first of all."""
    here = (criterion, url)
    waiting = {(one.criterion, one.url): one for one in after if (one.criterion, one.url) != here}
    places = [(one.criterion, one.url) for one in before]
    behind = places[places.index(here) + 1 :] if here in places else []
    return next((waiting[place] for place in [*behind, *waiting] if place in waiting), None)


def is_drawn(audit: int, criterion: str, url: str, *, band: str) -> bool:
    """Was the page drawn by chance? Whoever asks gets the same answer; pages in doubt are looked at anyway and never drawn."""
    return band != Band.REVIEW and _lot(audit, criterion, url) < DRAWN


def _lot(audit: int, criterion: str, url: str) -> float:
    told = hashlib.sha256(f"{audit} {criterion} {url}".encode()).digest()
    return int.from_bytes(told[:8], "big") / 2**64


def _looks(finding: Finding, pages: Mapping[str, Sequence[Evidence]], *, said: Said, audit: int) -> Iterator[Look]:
    changed = {one.url for one in said.outdated}
    if any(reason["code"] == OUTDATED for reason in finding.reasons):
        changed.add(finding.best_url)
    asked = [url for url, items in pages.items() if items[0].band == Band.REVIEW]
    is_sure = any(items[0].band == Band.AUTOMATIC for items in pages.values())
    known = {*said.pages, said.whole.url if said.whole else None} - changed
    for url in [*pages, *sorted(url for url in changed if url and url not in pages)]:
        if url in known or said.ignored:
            continue
        items = pages.get(url, [])
        band = items[0].band if items else ""
        yield Look(
            criterion=finding.criterion,
            url=url,
            verdict=finding.verdict,
            band=band,
            score=items[0].score if items else 0.0,
            quote=max(items, key=lambda item: item.weight).quote if items else "",
            counts=finding.counts,
            hangs=finding.verdict in SHOWN and not is_sure and band == Band.REVIEW,
            pages=len(asked),
            drawn=bool(items) and is_drawn(audit, finding.criterion, url, band=band),
            outdated=url in changed,
        )


def _worth(one: Look) -> tuple[bool, bool, bool, bool, int, float, str]:
    """Return the key that sorts what is worth most first."""
    fills_a_cell = one.verdict == Verdict.FINDABLE
    return not one.outdated, not one.counts, not one.hangs, not fills_a_cell, one.pages, one.score, one.url


def _mixed(doubtful: Sequence[Look], drawn: Sequence[Look]) -> Iterator[Look]:
    """Give four in doubt and a drawn one by turns, and what is left of either at the end."""
    first, second = iter(doubtful), iter(drawn)
    for _ in range(len(doubtful) + len(drawn)):
        yield from islice(first, EVERY - 1)
        yield from islice(second, 1)
