"""
What follows from people's words when a criterion is judged.

Does not judge itself: pages that people rejected are left out, confirmed ones made sure, and ``audit.judge`` decides as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from audit.catalogue import Criterion
from audit.classify.maturity import reaches
from audit.gaps import IGNORED
from audit.judge import Judged, Seen
from audit.reviews.holding import Said
from db.models import Finding, Review
from db.terms import WHY, Band, Decision, Verdict, Why

CONFIRMED, REJECTED, WAITING, OUTDATED = "person_confirmed", "person_rejected", "page_ignored", "person_outdated"
"""Codes of the reasons that name a person's word, beside ``IGNORED``."""

SHOWN = {Verdict.FINDABLE, Verdict.BURIED}
COUNTS_NOT = "Die Seite zählt trotzdem nicht: Nach dem Katalog ist sie von einer Art, die nichts belegt."
SURE = 1.0
"""The score of a page that a person has confirmed: it goes before all that is only likely."""

Decide = Callable[[Sequence[Seen]], Judged]


def judge(criterion: Criterion, seen: Sequence[Seen], *, said: Said, decide: Decide) -> Judged:
    """Return the verdict that ``decide`` draws from the pages as people see them, with their words among its reasons."""
    own = decide(applied(criterion, seen, said.pages))
    whole, outdated = _whole(said, own.finding)
    judged = own
    if whole is not None and whole.decision == Decision.REJECT:
        judged = decide([])
    elif whole is not None and whole.url is not None and own.finding.verdict in SHOWN:
        judged = decide(applied(criterion, seen, {**said.pages, whole.url: whole}))
    told = [*_decided(judged.finding, said, whole), *map(_outdated, outdated)]
    judged.finding.reasons = [*judged.finding.reasons, *told]
    return judged


def applied(criterion: Criterion, seen: Sequence[Seen], words: Mapping[str, Review]) -> list[Seen]:
    """Return the pages without what was rejected or is ignored, and with what was confirmed as sure; the second time nothing changes."""
    kept = []
    for one in seen:
        word = words.get(one.page.url)
        if word is None:
            kept.append(one)
        elif word.decision == Decision.CONFIRM:
            kept.append(_confirmed(one, criterion))
    return kept


def _confirmed(one: Seen, criterion: Criterion) -> Seen:
    """Return the page as a sure one: as far as it was read to be, or just as far as counts, but never further."""
    read = one.reading.maturity
    far = read if reaches(read, criterion.enough) else criterion.enough
    return replace(one, reading=replace(one.reading, score=SURE, band=Band.AUTOMATIC, maturity=far))


def _whole(said: Said, own: Finding) -> tuple[Review | None, list[Review]]:
    """Return the word on the criterion in all, if it holds for what we found ourselves, and all words that are outdated."""
    last, outdated = said.whole, list(said.outdated)
    if last is not None and (last.url, kind(last.verdict)) != (own.best_url, kind(own.verdict)):
        outdated.append(last)
        last = None
    # Whoever has confirmed a page since has looked anew, and knows better than a word on all.
    since = max((one.made for one in _with(said, Decision.CONFIRM)), default=None)
    is_late = since is None or last is None or last.made >= since
    return last if is_late else None, [one for one in outdated if not (one.whole and since and one.made < since)]


def kind(verdict: str) -> str:
    """Return what a word on a verdict was on: that something is shown, that nothing is, or that we could not look."""
    return "shown" if verdict in SHOWN else verdict


def _decided(finding: Finding, said: Said, whole: Review | None) -> Iterator[dict[str, Any]]:
    """Say that a person has decided, and when; who is nobody's business in a report."""
    if whole is not None and whole.decision == Decision.REJECT:
        yield {"code": REJECTED, "text": f"Von einer Person abgelehnt am {day(whole.made)}: {words(whole)}."}
    elif confirmed := whole or next(reversed(_with(said, Decision.CONFIRM)), None):
        is_shown = confirmed is whole or finding.verdict in SHOWN
        text = f"Von einer Person bestätigt am {day(confirmed.made)}."
        yield {"code": CONFIRMED, "text": text if is_shown else f"{text} {COUNTS_NOT}"}
    if rejected := _with(said, Decision.REJECT):
        what = "Eine Seite wurde" if len(rejected) == 1 else f"{len(rejected)} Seiten wurden"
        last = f"{'' if len(rejected) == 1 else ', zuletzt'} am {day(rejected[-1].made)}: {words(rejected[-1])}"
        yield {"code": REJECTED, "text": f"{what} von einer Person abgelehnt{last}."}
    for one in _with(said, Decision.IGNORE):
        yield {"code": WAITING, "text": f"Die Seite {one.url} bleibt{until(one)} außer Betracht: {words(one)}."}
    if said.ignored:
        yield {"code": IGNORED, "text": f"Zurückgestellt{until(said.ignored)}: {words(said.ignored)}."}


def _outdated(one: Review) -> dict[str, Any]:
    what = f"die Seite {one.url}" if one.url else "diesen Befund"
    text = f"Am {day(one.made)} urteilte eine Person über {what}; seither hat sich etwas geändert. Bitte sehen Sie noch einmal hin."
    return {"code": OUTDATED, "text": text}


def _with(said: Said, decision: Decision) -> list[Review]:
    """Return the words of that decision on pages, the oldest first."""
    return sorted((one for one in said.pages.values() if one.decision == decision), key=lambda one: one.made)


def words(review: Review) -> str:
    """Return the reason of a review in German."""
    return WHY[Decision(review.decision)].get(Why(review.reason), review.reason)


def day(moment: datetime) -> str:
    """Return a moment as a German date."""
    return f"{moment:%d.%m.%Y}"


def until(review: Review) -> str:
    """Return " bis zum 31.12.2026", or nothing where a review has no end; it ends with its last day."""
    return f" bis zum {day(review.expires - timedelta(seconds=1))}" if review.expires else ""
