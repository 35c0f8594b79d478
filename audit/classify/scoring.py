"""
Weigh what a page says about one criterion: how much it is about it (topic), and how much says that it is available.

Does not decide whether anything is findable, and makes no score of its points (``calibration``). Two axes, because a title alone is only a topic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit.classify import weights
from audit.classify.rules import Rule
from audit.classify.seen import Seen
from audit.classify.signs import ASIDE, DENYING, WITH_FORMS, Sign, collect
from db.terms import Maturity, PageType, Reading, Role, Signal, Zone

_OWN = {
    PageType.SERVICE: weights.OWN_SERVICE,
    PageType.PORTAL: weights.OWN_SERVICE,
    PageType.NEWS: weights.OWN_NEWS,
}
_SPECIAL = frozenset(
    {Role.UTILITY, Role.LIBRARY, Role.TRANSPORT, Role.TOURISM, Role.SCHOOL, Role.HEALTH, Role.HOUSING, Role.WASTE}
)
"""Sites with one purpose; what they say about other things is said in passing."""
MAX_PLACES = 30
"""Places of one pattern that are compared; a page that repeats it more often says nothing new."""
_FRONT = 3
"""Slashes of an address with one step behind the host, as front doors have at most."""
_NAMING = frozenset({Zone.TITLE, Zone.HEADING})


@dataclass
class Weighed:
    """The sum for one criterion and all that went into it; ``adjusted`` holds (points, reason)."""

    signs: list[Sign]
    topic: float = 0.0
    available: float = 0.0
    adjusted: list[tuple[float, str]] = field(default_factory=list)
    points: float = 0.0

    def stated(self, *signals: Signal) -> list[Sign]:
        """Return the signs of these kinds that state something, outside of menu, footer and address."""
        return [sign for sign in self.signs if sign.signal in signals and sign.states and sign.zone not in ASIDE]

    def said(self) -> list[Sign]:
        """Return what the page says itself: not in its title alone, in a question, or in the words of a link to another page."""
        stated = self.stated(Signal.PRODUCT, Signal.PAIR)
        return [one for one in stated if one.zone not in {Zone.TITLE, Zone.ANCHOR} and not one.asked]

    def has(self, *signals: Signal) -> bool:
        """Is there a sign of one of these kinds?"""
        return any(sign.signal in signals for sign in self.signs)


def weigh(rule: Rule, seen: Seen, *, account: bool) -> Weighed:
    """Return the weighed signs of the page for one criterion; without a sign it has none. ``account``: one can sign in."""
    weighed = Weighed(collect(rule, seen))
    if not any(sign.signal is not Signal.TOPIC or sign.zone in _NAMING for sign in weighed.signs):
        return Weighed([])  # mentioned in passing
    weighed.topic = _topic(weighed)
    weighed.available = _available(rule, seen, weighed, account=account)
    weighed.adjusted = list(_adjustments(rule, seen, weighed))
    points = weights.BIAS + weights.TOPIC * weighed.topic + weights.AVAILABLE * weighed.available
    points += sum(change for change, _ in weighed.adjusted)
    weighed.points = points
    return weighed


def _sum(weighed: Weighed, signal: Signal) -> float:
    """Add up weights; each further sign counts half of the one before, the strongest first."""
    values = sorted((sign.weight for sign in weighed.signs if sign.signal is signal), reverse=True)
    return sum(value * weights.REPEAT**place for place, value in enumerate(values))


def _topic(weighed: Weighed) -> float:
    key = weights.KEY_TOPIC if weighed.has(Signal.KEY) else 0.0
    objects = min(weights.MAX_OBJECTS, _sum(weighed, Signal.TOPIC))
    pairs = 0.5 * min(weights.PAIR, _sum(weighed, Signal.PAIR))
    return min(weights.MAX_TOPIC, key + _sum(weighed, Signal.PRODUCT) + objects + pairs)


def _available(rule: Rule, seen: Seen, weighed: Weighed, *, account: bool) -> float:
    points = min(weights.MAX_PAIRS, _sum(weighed, Signal.PAIR))
    points += weights.STATED if any(one.signal is Signal.PRODUCT for one in weighed.said()) else 0.0
    points += sum(one.points for one in weighed.signs if one.signal in {Signal.LINK, Signal.HOST, Signal.FORM})
    points += weights.KEY_AVAILABLE if weighed.has(Signal.KEY) else 0.0
    points += _informed(rule, seen, weighed)
    topical = weighed.topic > weights.TOPICAL
    if account and topical and rule.criterion.kind in WITH_FORMS:
        points += weights.ACCOUNT
    if topical and seen.own:
        points += _OWN.get(seen.page_type, 0.0)
    return min(weights.MAX_AVAILABLE, points)


def _informed(rule: Rule, seen: Seen, weighed: Weighed) -> float:
    """Where information is enough, a page of the town's own on just this is enough."""
    if rule.criterion.enough is not Maturity.INFO or seen.own is not True:
        return 0.0
    stated = weighed.stated(Signal.PRODUCT, Signal.PAIR)
    return weights.INFORMED if any(sign.zone in _NAMING for sign in stated) else 0.0


def _adjustments(rule: Rule, seen: Seen, weighed: Weighed) -> Iterator[tuple[float, str]]:
    if rule.context and rule.context.isdisjoint(seen.in_body):
        yield weights.NO_CONTEXT, "kein Wort aus dem Zusammenhang"
    homonym = next((seen.sources[number] for number in rule.homonym if number in seen.in_body), None)
    if homonym and not weighed.stated(Signal.PRODUCT):
        yield weights.HOMONYM, f"„{homonym}“ meint etwas anderes"
    if seen.role in _SPECIAL and seen.role not in rule.criterion.roles:
        yield weights.OTHER_ROLE, f"Die Seite gehört zu {seen.host}"
    if _is_inside(rule, seen) and not weighed.said():
        yield weights.ONLY_NAMED, "nur der Name der Website"
    yield from _contradictions(weighed)
    if (stage := _stage(rule, seen, weighed)) is not None:
        yield weights.UNDER_WAY, f"Vorhaben („{stage}“)"
    own_system = seen.page_type is PageType.COUNCIL and weighed.has(Signal.HOST)
    if (points := weights.PAGE_TYPE.get(seen.page_type, 0.0)) and not own_system:
        yield points, f"Art der Seite: {seen.page_type} („{seen.cue}“)"
    if seen.own is not True:
        yield (
            (weights.UNCONFIRMED, "fremde Adresse")
            if seen.named
            else (weights.NOT_OURS, "Die Stadt wird nicht genannt")
        )
    if len(seen.towns) >= weights.MANY_TOWNS:
        yield weights.OTHER_TOWNS, f"{len(seen.towns)} andere Orte"


def _stage(rule: Rule, seen: Seen, weighed: Weighed) -> str | None:
    """
    Return a word of a project under way; None, if the thing has begun, is a plan by nature, or is what the word itself names.

    A grant speaks for a funded project, and a field for trials for what a university does there.
    """
    has_begun = any(sign.reading is Reading.LAUNCH for sign in weighed.signs)
    if not seen.stages or rule.criterion.kind == "strategy" or has_begun:
        return None
    mine = [span for one in (rule.mine | rule.action) & seen.places.keys() for span in seen.places[one][:MAX_PLACES]]
    for number in sorted(seen.stages):
        for start, end in seen.places[number][:MAX_PLACES]:
            if not any(start < last and first < end for first, last in mine):
                return seen.sources[number]
    return None


def _is_inside(rule: Rule, seen: Seen) -> bool:
    """Is it one of the many pages of a portal, each of which has the portal's name in its title and address?"""
    inside = seen.page.url.partition("?")[0].rstrip("/").count("/") > _FRONT
    return rule.criterion.kind == "portal" and seen.page_type is not PageType.COUNCIL and inside


def _contradictions(weighed: Weighed) -> Iterator[tuple[float, str]]:
    words = [sign for sign in weighed.signs if sign.signal in {Signal.PRODUCT, Signal.PAIR} and sign.zone not in ASIDE]
    denied = {sign.quote for sign in words if sign.reading in DENYING}
    planned = {sign.quote for sign in words if sign.reading is Reading.PLAN}
    asked = {sign.quote for sign in words if sign.reading in {Reading.MOTION, Reading.QUESTION}}
    stated = {sign.quote for sign in words if sign.states and sign.zone is not Zone.TITLE}
    if denied and len(stated) <= len(denied):
        yield weights.DENIED if len(stated) < len(denied) else weights.HALF_DENIED, "wird verneint"
    if planned and not stated:
        yield weights.ONLY_PLAN, "nur geplant"
    if asked and len(asked) >= len(stated):
        yield weights.ONLY_ASKED, "nur gefordert oder gefragt"
