"""
A person's word with all that goes with it: nobody else has spoken since, the audit is judged again, and what comes next.

Does not say which words are possible; ``reviewing`` does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.catalogue import Catalogue
from audit.reviews import is_since
from audit.run import reviewing
from audit.run.judging import Report, judge, silent
from audit.run.reviewing import Word
from crawler.addresses import canonical
from db import queries
from db.desk import Person
from db.errors import ConflictError, NotFoundError
from db.models import Audit, Evidence, Finding, Review
from db.session import opened
from db.terms import PersonRole
from reports.language import gettext as _

Clock = Callable[[], datetime]
Rules = Callable[[Audit], Catalogue]
Hold = Callable[[Session], None]


@dataclass(frozen=True)
class Matter:
    """
    What a person looks at: a page for a criterion, or without an address the finding in all.

    Attributes:
        evidence: What the page says of the criterion, what weighs most first.
        content: ``Page.content``; None: it is about no page.
        words: What people have said of it, the oldest first, also what was withdrawn or has expired.
    """

    finding: Finding
    url: str | None
    evidence: list[Evidence]
    content: str | None
    words: list[Review]

    @property
    def mark(self) -> str:
        """What was to be seen; it differs once somebody has spoken or something has changed."""
        about = [self.content] if self.url is not None else [self.finding.verdict, self.finding.best_url]
        spoken = [[one.id, one.withdrawn.isoformat() if one.withdrawn else None] for one in self.words]
        told = json.dumps([self.finding.criterion, self.url, about, spoken])
        return hashlib.sha256(told.encode()).hexdigest()


def latest(session: Session, key: str) -> Audit:
    """Return the latest judged audit of a town; raise NotFoundError if there is none."""
    found = queries.latest_judged(session, key)
    if found is None:
        raise NotFoundError(_("Zu diesem Ort gibt es keine ausgewertete Prüfung."))
    return found


def matter(session: Session, audit: Audit, *, criterion: str, url: str | None) -> Matter:
    """Return what there is to say something of; raise NotFoundError if the audit does not know the criterion, or has not read the page."""
    finding = next((one for one in queries.findings(session, audit.id) if one.criterion == criterion), None)
    if finding is None:
        raise NotFoundError(_("Ein Kriterium „{criterion}“ kennt diese Prüfung nicht.").format(criterion=criterion))
    address = canonical(url) if url is not None else None
    content = queries.read_pages(session, audit.id, [address]).get(address) if address is not None else None
    if address is not None and content is None:
        raise NotFoundError(_("Die Seite {url} wurde in dieser Prüfung nicht gelesen.").format(url=url))
    spoken = [one for one in queries.reviews(session, audit.town_id) if one.criterion == criterion]
    evidence = [] if address is None else queries.evidence_on(session, audit.id, criterion=criterion, url=address)
    words = [one for one in spoken if one.whole or (address is not None and one.url == address)]
    return Matter(finding=finding, url=address, evidence=evidence, content=content, words=words)


def decide(session: Session, audit: Audit, word: Word, *, seen: str, clock: Clock) -> Review:
    """
    Take down a person's word, if what the person has seen (``Matter.mark``) is still so; the same word sent twice is one.

    Raises:
        ConflictError: Somebody has spoken since, or the page is another.
        NotFoundError, InputError: As ``reviewing.take`` does.
    """
    queries.hold_town(session, audit.town_id)
    found = matter(session, audit, criterion=word.criterion, url=word.url)
    if found.mark != seen:
        if found.words and _is_same(found.words[-1], word):
            return found.words[-1]
        raise ConflictError(_("Inzwischen hat sich etwas geändert."))
    return reviewing.take(session, audit, word, now=clock())


def undo(session: Session, audit: Audit, number: int, *, clock: Clock) -> Review:
    """Withdraw a word on the audit's town; one that was withdrawn before stays so. Raise NotFoundError if the town has no such word."""
    queries.hold_town(session, audit.town_id)
    review = word_on(session, audit, number)
    return review if review.withdrawn is not None else reviewing.undo(session, number, now=clock())


def word_on(session: Session, audit: Audit, number: int) -> Review:
    """Return a word on the audit's town; raise NotFoundError if that town has no word of the number."""
    review = session.get(Review, number)
    if review is None or review.town_id != audit.town_id:
        raise NotFoundError(_("Ein Urteil {number} gibt es zu diesem Ort nicht.").format(number=number))
    return review


def may_undo(review: Review, person: Person) -> bool:
    """May this person withdraw the word? Editors their own, administrators all."""
    is_own = person.id is not None and review.person_id == person.id
    return person.role == PersonRole.ADMIN or (is_own and person.role == PersonRole.EDITOR)


def pending(session: Session, audit: Audit, *, now: datetime) -> int:
    """Return how many words on the town have been said, withdrawn or have expired since the audit was judged."""
    return len(_unheard(session, audit, now=now))


def settle(
    engine: Engine,
    key: str,
    *,
    rules: Rules,
    clock: Clock,
    report: Report = silent,
    hold: Hold = lambda _session: None,
) -> None:
    """
    Judge a town's latest audit again until no word waits for it; what is said meanwhile is heard too.

    Another audit may become the latest meanwhile; then that one is judged. For ``report`` and ``hold`` see ``judge``.
    """
    before = None
    while True:
        with opened(engine) as session:
            audit = latest(session, key)
            unheard = _unheard(session, audit, now=clock())
            # The same ones twice: clocks differ, and judging once more would not help.
            if not unheard or (audit.id, unheard) == before:
                return
            before, used = (audit.id, unheard), rules(audit)
        judge(engine, audit.id, used, now=clock(), report=report, hold=hold)


def _unheard(session: Session, audit: Audit, *, now: datetime) -> set[tuple[int, datetime | None]]:
    """Return the words that wait for a judging, by number and the moment of their withdrawal."""
    judged = audit.judged
    if judged is None:
        return set()
    said = queries.reviews(session, audit.town_id)
    return {(one.id, one.withdrawn) for one in said if is_since(one, judged, now=now)}


def _is_same(said: Review, word: Word) -> bool:
    by_reason = word.reason is None or said.reason == word.reason
    who = (said.person_id, said.person) == (word.person_id, word.person)
    what = (said.decision, said.whole) == (word.decision, word.url is None)
    last = (said.expires - timedelta(seconds=1)).date() if said.expires else None
    return said.withdrawn is None and by_reason and who and what and last == word.until
