"""
Take down what people say of findings, tell what to ask next, and what their words taught.

Does not judge: a word has its effect when the audit is judged again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from babel.dates import format_date
from sqlalchemy.orm import Session

import db
from audit.classify.calibration import Calibration, fit
from audit.reviews import in_force, said
from audit.reviews.effect import REJECTED, SHOWN
from audit.reviews.queue import Look, is_drawn, queue
from audit.reviews.tally import labels, samples
from crawler.addresses import canonical
from db import lessons, queries
from db.errors import InputError, NotFoundError
from db.models import Audit, Evidence, Finding, Review
from db.terms import WHY, Decision, Why
from reports.language import gettext as _
from reports.language import locale

FURTHEST = timedelta(days=36_525)
"""How far ahead a word can end: a hundred years; calendars end, and so do the days that a computer can count."""


@dataclass(frozen=True)
class Word:
    """What a person says, as it was typed; ``reason`` None: the first that goes with the decision."""

    criterion: str
    decision: Decision
    reason: str | None = None
    url: str | None = None
    until: date | None = None
    person: str = ""
    person_id: int | None = None  #: of who is signed in


def take(session: Session, audit: Audit, word: Word, *, now: datetime) -> Review:
    """
    Take down a person's word on a page of an audit, or without an address on the criterion in all.

    Raises:
        NotFoundError: The audit does not know the criterion, or has not read the page.
        InputError: The reason does not go with the decision, the day is past or missing, or there is nothing to reject.
    """
    reason, expires = _reason(word), _expires(word, now=now)
    finding = next((one for one in queries.findings(session, audit.id) if one.criterion == word.criterion), None)
    if finding is None:
        raise NotFoundError(
            f"Ein Kriterium „{word.criterion}“ kennt diese Prüfung nicht.",
            remedy="„fundstelle criteria list“ zeigt alle.",
        )
    if word.url is None:
        _refuse(word, finding, audit)
    url = canonical(word.url) if word.url is not None else finding.best_url
    digest = _content(session, audit, url)
    review = Review(
        town_id=audit.town_id,
        criterion=word.criterion,
        decision=word.decision,
        reason=reason,
        made=now,
        person=word.person,
        person_id=word.person_id,
        whole=word.url is None,
        url=url,
        digest=digest,
        expires=expires,
        verdict=finding.verdict,
        catalogue=audit.catalogue.digest if audit.catalogue else "",
        program=db.__version__,
    )
    _remember(session, audit, review)
    session.add(review)
    session.flush()
    return review


def undo(session: Session, number: int, *, now: datetime) -> Review:
    """Withdraw a review; it stays in the database, without effect. Raise NotFoundError if there is none in force."""
    review = session.get(Review, number)
    if review is None or review.withdrawn is not None:
        raise NotFoundError(
            f"Ein Urteil {number} gibt es nicht, oder es ist schon zurückgenommen.",
            remedy="„fundstelle review list PRÜFUNG --done“ nennt die Nummern.",
        )
    review.withdrawn = now
    return review


def look(session: Session, audit: Audit, *, now: datetime) -> list[Look]:
    """Return what to look at in an audit, the most worth first; raise InputError if it was not judged yet."""
    if audit.judged is None:
        raise InputError(
            f"Die Prüfung {audit.id} ist noch nicht ausgewertet.",
            remedy=f"Rufen Sie „fundstelle judge {audit.id}“ auf.",
        )
    evidence = queries.evidence(session, audit.id)
    words = in_force(queries.reviews(session, audit.town_id), now=now)
    urls = {one.url for one in words if one.url is not None}
    told = said(words, queries.read_pages(session, audit.id, urls))
    return queue(queries.findings(session, audit.id), evidence, said=told, audit=audit.id)


def told(session: Session, *, now: datetime) -> list[Review]:
    """Return the words of all towns that say yes or no to a page."""
    return labels(in_force(queries.reviews(session), now=now))


def learned(session: Session, *, now: datetime) -> Calibration:
    """Return what can be learned at this moment from all towns."""
    return fit(samples(labels(lessons.words(session, now=now)), lessons.present_contents(session)), made=now)


def _reason(word: Word) -> str:
    known = WHY[word.decision]
    if word.reason is None and word.decision != Decision.REJECT:
        return Why.KNOWN if word.decision == Decision.CONFIRM and word.url is None else next(iter(known))
    if word.reason not in known:
        said = (
            _("„{reason}“ ist kein Grund dafür.").format(reason=word.reason) if word.reason else _("Der Grund fehlt.")
        )
        listed = "; ".join(f"{code} ({words})" for code, words in known.items())
        raise InputError(said, remedy=f"Mit --reason sind möglich: {listed}.")
    return str(Why(word.reason))


def _expires(word: Word, *, now: datetime) -> datetime | None:
    """Return the moment after the last day."""
    if word.until is None:
        if word.decision == Decision.IGNORE:
            raise InputError(_("Es fehlt, bis wann das gilt."), remedy="Beispiel: --until 2027-03-31")
        return None
    if word.until < now.date():
        raise InputError(
            _("Der {day} ist schon vorbei.").format(day=_day(word.until)),
            remedy="Nennen Sie mit --until einen späteren Tag.",
        )
    if word.until > now.date() + FURTHEST:
        raise InputError(
            _("Der {day} ist zu weit weg.").format(day=_day(word.until)),
            remedy="Lassen Sie --until weg, wenn es immer gelten soll.",
        )
    return datetime.combine(word.until + timedelta(days=1), time(), tzinfo=UTC)


def _day(day: date) -> str:
    return str(format_date(day, format="long", locale=locale()))


def _refuse(word: Word, finding: Finding, audit: Audit) -> None:
    """Refuse words on a criterion in all that could be understood in two ways."""
    if word.decision == Decision.REJECT and finding.verdict not in SHOWN:
        raise InputError(
            _("Zu „{criterion}“ wurde nichts gefunden, was sich ablehnen ließe.").format(criterion=word.criterion),
            remedy=f"Steht es doch auf einer Seite? fundstelle review confirm {audit.id} {word.criterion} --url ADRESSE",
        )
    is_rejected = any(reason["code"] == REJECTED for reason in finding.reasons)
    if word.decision == Decision.CONFIRM and is_rejected and finding.verdict not in SHOWN:
        raise InputError(
            _("Zu „{criterion}“ hat schon jemand etwas abgelehnt; was Sie bestätigen, ist darum nicht klar.").format(
                criterion=word.criterion
            ),
            remedy="Nennen Sie mit --url die Seite, oder nehmen Sie die Ablehnung zurück (review undo NUMMER).",
        )


def _content(session: Session, audit: Audit, url: str | None) -> str | None:
    if url is None:
        return None
    found = queries.read_pages(session, audit.id, [url])
    if url not in found:
        raise NotFoundError(
            f"Die Seite {url} wurde in der Prüfung {audit.id} nicht gelesen.",
            remedy="Übernehmen Sie die Adresse aus „fundstelle review list“ oder „fundstelle explain“.",
        )
    return found[url]


def _remember(session: Session, audit: Audit, review: Review) -> None:
    """Note what we said of the page; where an earlier word has taken its evidence away, as that word has it."""
    items = [
        one for one in queries.evidence(session, audit.id) if (one.criterion, one.url) == (review.criterion, review.url)
    ]
    if items:
        _note(review, items, audit=audit)
        return
    same = (review.criterion, review.url, review.digest)
    earlier = queries.reviews(session, audit.town_id)
    before = next((one for one in reversed(earlier) if (one.criterion, one.url, one.digest) == same), None)
    if before is not None:
        review.band, review.score, review.points = before.band, before.score, before.points
        review.rules, review.drawn = before.rules, before.drawn


def _note(review: Review, items: Sequence[Evidence], *, audit: Audit) -> None:
    first = items[0]
    review.band, review.score, review.points = first.band, first.score, first.points
    review.rules = sorted({one.rule for one in items if one.weight > 0})
    review.drawn = is_drawn(audit.id, first.criterion, first.url, band=first.band)
