"""
The review screens: what waits for a person's look, one page after the other, what was said, and what it taught.

Does not decide which words are possible, who may undo what or what follows; ``audit.run.deciding`` and ``reviewing`` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.inventory import dates
from audit.reviews import tally
from audit.reviews.queue import Look, following
from audit.run import deciding, reviewing
from audit.run.reviewing import Word
from audit.web import live, reviewed, signing
from audit.web.call import Call, Door
from db import overview, queries
from db.errors import ConflictError, FundstelleError, InputError, NotFoundError
from db.models import Audit, Review
from db.session import opened
from db.terms import WHY, Decision, PersonRole
from reports.language import gettext as _
from reports.language import language
from reports.render import Address
from reports.words import DECISIONS

SHOWN = 100
"""Pages of one list; who has looked at so many asks again."""
WORDS = 300
"""Of people's words, those said last."""
PATIENCE = 3.0
"""Seconds that an answer waits for the verdict which follows from it; towns of some hundred pages need less."""
LONGEST_DAY, LONGEST_NAME = 40, 200
ISO_DAY = len("2027-03-31")


def show(call: Call) -> Response:
    """Show what waits in a town, or the towns."""
    key = call.query.get("ort", "")
    with opened(call.engine) as session:
        if not key:
            towns = [one._asdict() for one in overview.waiting(session)]
            return _list_of_only(call, towns) or call.page("reviews", towns=sorted(towns, key=_most_first))
        audit, looks = _queue(call, session, key)
        if criterion := call.query.get("kriterium"):
            first = next((one.url for one in looks if one.criterion == criterion), None)
            return call.go(reviewed.address(key, criterion, first))
        known = reviewed.criteria(audit)
        return call.page(
            "review_list",
            **_town(call, session, audit),
            rows=[reviewed.line(look, key=key, known=known) for look in looks[:SHOWN]],
            left=len(looks),
            told=_told(call, session, audit),
        )


def item(call: Call) -> Response:
    """Show one page for a criterion, or a finding in all, to decide on."""
    with opened(call.engine) as session:
        return _item(call, session)


def decided(call: Call) -> Response:
    """Take down a decision, judge again unless that is for later, and go on to the next page."""
    key = call.path["key"]
    try:
        with opened(call.engine) as session:
            audit, before = _queue(call, session, key)
            word = _word(call)
            said = deciding.decide(session, audit, word, seen=call.words("seen"), clock=call.settings.clock)
            signing.note(session, call.person, "review_taken", now=call.now, town_id=audit.town_id, about=_about(said))
    except NotFoundError as fault:
        return call.page("fault", status=404, what="fault", message=fault.message, remedy="")
    except InputError as fault:
        with opened(call.engine) as session:
            return _item(call, session, fault=fault, status=409 if isinstance(fault, ConflictError) else 400)
    _settle(call)
    with opened(call.engine) as session:
        after = _queue(call, session, key)[1]
    there = following(before, after, criterion=said.criterion, url=said.url)
    more = {"zuletzt": str(said.id), "spaeter": call.words("spaeter") and "1"}
    return call.go(
        reviewed.address(key, there.criterion, there.url, **more)
        if there
        else f"/pruefliste?ort={key}&zuletzt={said.id}"
    )


def words(call: Call) -> Response:
    """Show what people have said of a town, the last first."""
    with opened(call.engine) as session:
        audit = deciding.latest(session, call.path["key"])
        known = reviewed.criteria(audit)
        spoken = queries.reviews(session, audit.town_id)[: -WORDS - 1 : -1]
        rows = [reviewed.word(one, known=known, person=call.person, key=audit.town.key) for one in spoken]
        return call.page("review_words", **_town(call, session, audit), rows=rows)


def undone(call: Call) -> Response:
    """Take a word back, if it is one's own or one is an administrator, and judge again."""
    key, number = call.path["key"], call.path["number"]
    with opened(call.engine) as session:
        audit = deciding.latest(session, key)
        review = deciding.word_on(session, audit, _number(number))
        if call.person is None or not deciding.may_undo(review, call.person):
            return call.page("fault", status=403, what="role")
        is_new = review.withdrawn is None
        deciding.undo(session, audit, review.id, clock=call.settings.clock)
        if is_new:
            signing.note(
                session, call.person, "review_undone", now=call.now, town_id=audit.town_id, about=_about(review)
            )
    _settle(call)
    here = None if review.whole else review.url
    more = {"zuletzt": str(review.id), "spaeter": call.words("spaeter") and "1"}
    return call.go(reviewed.address(key, review.criterion, here, **more))


def judged(call: Call) -> Response:
    """Judge a town again, so that all that was said for later has its effect."""
    key = call.path["key"]
    with opened(call.engine) as session:
        audit = deciding.latest(session, key)
        signing.note(session, call.person, "judged_again", now=call.now, town_id=audit.town_id, about=audit.town.name)
    is_over = call.settings.settler.settle(call.engine, key, clock=call.settings.clock, patience=PATIENCE)
    return call.go(f"/pruefliste?ort={key}", said="judged_again" if is_over else "")


def events(call: Call) -> Response:
    """Let a browser follow how a town is judged anew, and what becomes of the word that was said last."""
    key, engine, settler = call.path["key"], call.engine, call.settings.settler
    number = call.query.get("zuletzt", "")

    def look() -> live.Seen:
        # Asked first: what is read after the end is what has come of it.
        is_going = settler.is_going(key)
        with opened(engine) as session:
            audit = deciding.latest(session, key)
            values = {
                "told": _told(call, session, audit),
                "pending": deciding.pending(session, audit, now=call.settings.clock()),
                "going": is_going,
            }
        return live.Seen(live.parts("desk/_review_effect.html.j2", values), is_over=not is_going)

    look()  # a word that there is not is said now, and not in a stream
    return live.stream((id(engine), key, number), look, language=language())


def report(call: Call) -> Response:
    """Show how often people said yes and no, and what was learned from it."""
    with opened(call.engine) as session:
        found = tally.report(reviewing.told(session, now=call.now))
        learned = reviewing.learned(session, now=call.now).document()
        names = reviewed.names(queries.catalogues(session))
    return call.page("review_report", found=found, learned=learned, names=names)


# What is said has its effect at once: the answer waits for another process that judges the town again, which costs this one nothing.
DOORS = (
    Door("/pruefliste", show, PersonRole.READER),
    Door("/pruefliste/bericht", report, PersonRole.READER),
    Door("/pruefliste/{key}/ereignisse", events, PersonRole.READER),
    Door("/pruefliste/{key}/urteile", words, PersonRole.READER),
    Door("/pruefliste/{key}/urteile/{number}/zurueck", undone, PersonRole.EDITOR, "POST", slow=True),
    Door("/pruefliste/{key}/auswerten", judged, PersonRole.EDITOR, "POST", slow=True),
    Door("/pruefliste/{key}/befunde/{criterion}", item, PersonRole.READER),
    Door("/pruefliste/{key}/befunde/{criterion}", decided, PersonRole.EDITOR, "POST", slow=True),
)


def _list_of_only(call: Call, towns: Sequence[dict[str, Any]]) -> Response | None:
    """Where there is one town, nobody has to choose it."""
    return call.go(f"/pruefliste?ort={towns[0]['key']}") if len(towns) == 1 else None


def _most_first(town: dict[str, Any]) -> tuple[int, str]:
    return -town["pages"], town["name"]


def _queue(call: Call, session: Session, key: str) -> tuple[Audit, list[Look]]:
    audit = deciding.latest(session, key)
    return audit, reviewing.look(session, audit, now=call.now)


def _town(call: Call, session: Session, audit: Audit) -> dict[str, Any]:
    return {
        "town": {"key": audit.town.key, "name": audit.town.name},
        "audit": audit.id,
        "going": _going(call, audit.town.key),
        "pending": deciding.pending(session, audit, now=call.now),
        "may": call.person is not None and signing.may(call.person, PersonRole.EDITOR),
    }


def _going(call: Call, key: str) -> dict[str, Any] | None:
    """Return where one can follow the judging of a town and where the page is, if it is being judged."""
    if not call.settings.settler.is_going(key):
        return None
    number = call.query.get("zuletzt", "")
    events, url = f"/pruefliste/{quote(key)}/ereignisse", call.request.url
    return {
        "live": Address(f"{events}?zuletzt={quote(number)}" if number else events),
        "here": Address(f"{url.path}?{url.query}"),
    }


def _item(call: Call, session: Session, *, fault: InputError | None = None, status: int = 200) -> Response:
    audit, looks = _queue(call, session, call.path["key"])
    url = call.query.get("seite") or call.words("seite") or None
    found = deciding.matter(session, audit, criterion=call.path["criterion"], url=url)
    known, key, later = reviewed.criteria(audit), audit.town.key, call.query.get("spaeter") or call.words("spaeter")
    said = [reviewed.word(one, known=known, person=call.person, key=key) for one in found.words]
    return call.page(
        "review_item",
        status=status,
        **_town(call, session, audit),
        **_place(looks, criterion=found.finding.criterion, url=found.url, key=key, later=later),
        item=reviewed.matter(found, known=known),
        words_said=said,
        told=_told(call, session, audit),
        why={decision: {str(code): text for code, text in reasons.items()} for decision, reasons in WHY.items()},
        given={name: call.words(name)[:LONGEST_NAME] for name in ("decision", "reason", "until")},
        later=later,
        at_once=reviewed.address(key, found.finding.criterion, found.url),
        at_end=reviewed.address(key, found.finding.criterion, found.url, spaeter="1"),
        conflict=isinstance(fault, ConflictError),
        fault=fault.message if fault is not None and not isinstance(fault, ConflictError) else "",
    )


def _place(looks: Sequence[Look], *, criterion: str, url: str | None, key: str, later: str) -> dict[str, Any]:
    """Return where in the list a page stands, why, and what stands before and behind it."""
    places = [(one.criterion, one.url) for one in looks]
    more = {"spaeter": (later and "1") or ""}
    at = {number: reviewed.address(key, one.criterion, one.url, **more) for number, one in enumerate(looks)}
    here = places.index((criterion, url)) if url is not None and (criterion, url) in places else None
    return {
        "place": None if here is None else here + 1,
        "left": len(looks),
        "doubt": None if here is None else reviewed.doubt(looks[here]),
        "back": None if here is None else at.get(here - 1),
        "on": at.get(0 if here is None else here + 1),
    }


def _told(call: Call, session: Session, audit: Audit) -> dict[str, Any] | None:
    """Return the word that was said last, with what has become of its finding."""
    number = call.query.get("zuletzt", "")
    if not number:
        return None
    review = deciding.word_on(session, audit, _number(number))
    finding = next((one for one in queries.findings(session, audit.id) if one.criterion == review.criterion), None)
    told = reviewed.word(review, known=reviewed.criteria(audit), person=call.person, key=audit.town.key)
    return {**told, "now": finding.verdict if finding else None}


def _word(call: Call) -> Word:
    """Return what was sent; raise InputError where it is not even a decision or a day."""
    decision = call.words("decision")
    if decision not in set(Decision):
        raise InputError(_("Bitte wählen Sie, was Sie sagen wollen."))
    person = call.person
    return Word(
        criterion=call.path["criterion"],
        decision=Decision(decision),
        reason=call.words("reason")[:LONGEST_NAME] or None,
        url=call.words("seite") or None,
        until=_day(call.words("until")),
        person=person.name[:LONGEST_NAME] if person else "",
        person_id=person.id if person else None,
    )


def _day(words: str) -> date | None:
    if not words:
        return None
    iso = dates.read(words).iso or "" if len(words) <= LONGEST_DAY else ""
    if len(iso) != ISO_DAY:
        raise InputError(_("„{day}“ ist kein Tag.").format(day=words[:LONGEST_DAY]))
    return date.fromisoformat(iso)


def _settle(call: Call) -> None:
    """
    Have it judged again, unless that is for later, and wait a little for it.

    What takes longer goes on, and the next page shows when it is done; where it fails, that page says that words wait for it.
    """
    if not call.words("spaeter"):
        settings = call.settings
        with suppress(FundstelleError):
            settings.settler.settle(call.engine, call.path["key"], clock=settings.clock, patience=PATIENCE)


def _number(words: str) -> int:
    """Return the number that an address names; raise NotFoundError for what is none that a database could hold."""
    if not (words.isascii() and words.isdigit() and len(words) < 10):  # noqa: PLR2004 digits
        raise NotFoundError(_("Ein solches Urteil gibt es nicht."))
    return int(words)


def _about(review: Review) -> str:
    reason = next((text for code, text in WHY[Decision(review.decision)].items() if code == review.reason), "")
    return f"{review.id}: {review.criterion}, {DECISIONS[review.decision]}, {reason}; {review.url or ''}"
