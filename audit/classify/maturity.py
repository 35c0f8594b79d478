"""
Say how far a thing is, as seen on one page, and never more than can be seen.

Does not weigh; takes the signs that were weighed.
"""

from __future__ import annotations

from audit.classify.rules import Rule
from audit.classify.scoring import Weighed
from audit.classify.seen import Seen
from audit.classify.signs import ASIDE, DENYING
from db.terms import Maturity, PageType, Reading, Signal

LADDER = {
    Maturity.NONE: 0,
    Maturity.PLAN: 0,
    Maturity.INFO: 1,
    Maturity.FORM: 2,
    Maturity.ONLINE: 3,
    Maturity.LIVE: 3,
    Maturity.STRATEGY: 3,
}
"""How much a maturity is worth where a criterion asks for a lowest one."""

CLEAR_PRODUCT = 1.8
"""A name of at least this weight is the service itself: to state it is to say that it runs."""

_SAYS_LITTLE = frozenset({PageType.COUNCIL, PageType.LEGAL, PageType.JOB, PageType.TENDER})


def reaches(maturity: Maturity, enough: Maturity) -> bool:
    """Is it far enough to count?"""
    return LADDER[maturity] >= LADDER[enough]


def judge(rule: Rule, seen: Seen, weighed: Weighed, *, form_words: bool) -> Maturity:
    """Return the maturity of the criterion on this page."""
    pairs = weighed.stated(Signal.PAIR)
    products = [sign for sign in weighed.stated(Signal.PRODUCT) if sign.points >= CLEAR_PRODUCT]
    structure = weighed.has(Signal.LINK, Signal.HOST, Signal.FORM)
    if not (pairs or products or structure) or (_is_only_named(weighed) and not structure):
        return _unavailable(rule, weighed, form_words=form_words)
    if seen.page_type in _SAYS_LITTLE and not weighed.has(Signal.HOST):
        return Maturity.INFO
    kind = rule.criterion.kind
    on_paper = form_words and not (structure or products or any(sign.online for sign in pairs))
    if kind == "transaction" and on_paper:
        return Maturity.FORM
    return rule.criterion.full


def _is_only_named(weighed: Weighed) -> bool:
    """Does the page state the thing in its title at most, while its text plans, wants, denies or ends it?"""
    read = {
        sign.reading
        for sign in weighed.signs
        if sign.signal in {Signal.PRODUCT, Signal.PAIR} and sign.zone not in ASIDE
    }
    return not weighed.said() and bool(read & ({Reading.PLAN, Reading.MOTION} | DENYING))


def _unavailable(rule: Rule, weighed: Weighed, *, form_words: bool) -> Maturity:
    read = {sign.reading for sign in weighed.signs if sign.signal in {Signal.PRODUCT, Signal.PAIR}}
    if read & {Reading.PLAN, Reading.MOTION} and not read & DENYING:
        return Maturity.PLAN
    if form_words and rule.criterion.kind in {"transaction", "portal"}:
        return Maturity.FORM
    return Maturity.INFO
