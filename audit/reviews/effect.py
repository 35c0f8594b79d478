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
from db.terms import N_, WHY, Band, Decision, Verdict, Why

CONFIRMED, REJECTED, WAITING, OUTDATED = "person_confirmed", "person_rejected", "page_ignored", "person_outdated"
"""Codes of the reasons that name a person's word, beside ``IGNORED``."""

SHOWN = {Verdict.FINDABLE, Verdict.BURIED}
CONFIRMED_IN_VAIN = N_(
    "Von einer Person bestätigt am {day}. Die Seite zählt trotzdem nicht: Nach dem Katalog ist sie von einer Art, die nichts belegt."
)
ONE_REJECTED = N_("Eine Seite wurde von einer Person abgelehnt am {day}: {why}.")
MANY_REJECTED = N_("{count} Seiten wurden von einer Person abgelehnt, zuletzt am {day}: {why}.")
OLD_PAGE = N_(
    "Am {day} urteilte eine Person über die Seite {url}; seither hat sich etwas geändert. Bitte sehen Sie noch einmal hin."
)
OLD_FINDING = N_(
    "Am {day} urteilte eine Person über diesen Befund; seither hat sich etwas geändert. Bitte sehen Sie noch einmal hin."
)
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
        text = N_("Von einer Person abgelehnt am {day}: {why}.").format(day=day(whole.made), why=words(whole))
        yield {"code": REJECTED, "text": text}
    elif confirmed := whole or next(reversed(_with(said, Decision.CONFIRM)), None):
        is_shown = confirmed is whole or finding.verdict in SHOWN
        form = N_("Von einer Person bestätigt am {day}.") if is_shown else CONFIRMED_IN_VAIN
        yield {"code": CONFIRMED, "text": form.format(day=day(confirmed.made))}
    if rejected := _with(said, Decision.REJECT):
        form = ONE_REJECTED if len(rejected) == 1 else MANY_REJECTED
        last = {"day": day(rejected[-1].made), "why": words(rejected[-1])}
        yield {"code": REJECTED, "text": form.format(count=len(rejected), **last)}
    for one in _with(said, Decision.IGNORE):
        form = (
            N_("Die Seite {url} bleibt bis zum {until} außer Betracht: {why}.")
            if one.expires
            else N_("Die Seite {url} bleibt außer Betracht: {why}.")
        )
        yield {"code": WAITING, "text": form.format(url=one.url, until=until(one), why=words(one))}
    if said.ignored:
        form = N_("Zurückgestellt bis zum {until}: {why}.") if said.ignored.expires else N_("Zurückgestellt: {why}.")
        yield {"code": IGNORED, "text": form.format(until=until(said.ignored), why=words(said.ignored))}


def _outdated(one: Review) -> dict[str, Any]:
    return {"code": OUTDATED, "text": (OLD_PAGE if one.url else OLD_FINDING).format(day=day(one.made), url=one.url)}


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
    """Return the last day of a review, "31.12.2026", or nothing where it has no end."""
    return day(review.expires - timedelta(seconds=1)) if review.expires else ""
