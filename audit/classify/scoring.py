"""
Weigh what a page says about one criterion: how much it is about it (topic), and how much says that it is available.

Does not decide whether anything is findable. Two axes, because a title alone is only a topic.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from audit.classify import weights
from audit.classify.rules import Rule
from audit.classify.seen import Seen, Span
from audit.classify.text import Sentence
from db.terms import Maturity, PageType, Reading, Signal, Zone

MAX_SENTENCES = 60
"""Sentences of one page that are read for one criterion; repetition proves nothing more."""

MIN_FIELDS = 4
"""Fields of a form that applies for something; a search or a newsletter has fewer."""

_APPLYING = frozenset({"application", "order", "registration"})
_WITH_FORMS = frozenset({"transaction", "portal", "offer"})
STATING = frozenset({Reading.STATEMENT, Reading.LAUNCH})
DENYING = frozenset({Reading.NEGATION, Reading.ENDED})
_ASIDE = frozenset({Zone.MENU, Zone.FOOTER, Zone.URL})
_PROMINENT = frozenset({Zone.TITLE, Zone.HEADING, Zone.URL})


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing on the page that speaks for or against a criterion; ``points`` before repetition counts less."""

    signal: Signal
    zone: Zone
    reading: Reading
    cue: str
    points: float
    rule: str
    quote: str
    online: bool = False  #: the action says that it is done online

    @property
    def states(self) -> bool:
        return self.reading in STATING


@dataclass
class Weighed:
    """The sum for one criterion and all that went into it; ``adjusted`` holds (points, reason)."""

    signs: list[Sign] = field(default_factory=list)
    topic: float = 0.0
    available: float = 0.0
    adjusted: list[tuple[float, str]] = field(default_factory=list)
    score: float = 0.0

    def stated(self, *signals: Signal) -> list[Sign]:
        """Return the signs of these kinds that state something, outside of menu, footer and address."""
        return [sign for sign in self.signs if sign.signal in signals and sign.states and sign.zone not in _ASIDE]


def weigh(rule: Rule, seen: Seen, *, account: bool) -> Weighed:
    """Return the weighed signs of the page for one criterion; without a sign its score is 0. ``account``: one can sign in."""
    weighed = Weighed()
    weighed.signs += _word_signs(rule, seen)
    weighed.signs += list(_structure_signs(rule, seen, signs=weighed.signs))
    if not weighed.signs:
        return weighed
    weighed.topic, weighed.available = _topic(weighed.signs), _available(rule, seen, weighed, account=account)
    weighed.adjusted = list(_adjustments(rule, seen, weighed))
    points = weights.BIAS + weights.TOPIC * weighed.topic + weights.AVAILABLE * weighed.available
    points += sum(change for change, _ in weighed.adjusted)
    weighed.score = 1 / (1 + math.exp(-points))
    return weighed


def _word_signs(rule: Rule, seen: Seen) -> list[Sign]:
    signs: list[Sign] = []
    prominent = False
    for sentence in _sentences(rule, seen):
        inside = seen.inside(sentence)
        products = sorted(
            (number for number in rule.product if number in inside), key=lambda number: -rule.product[number]
        )
        objects = [number for number in inside if number in rule.object]
        if not products and not objects:
            continue
        prominent = prominent or sentence.zone in _PROMINENT
        signs += _read(rule, seen, sentence, products=products, objects=objects)
    if prominent and not any(sign.signal is Signal.PAIR and sign.states and sign.zone not in _ASIDE for sign in signs):
        signs += _section_signs(rule, seen)
    return signs


def _sentences(rule: Rule, seen: Seen) -> list[Sentence]:
    """Return the sentences with a word of the criterion, in page order."""
    found: dict[int, Sentence] = {}
    for number in rule.mine & seen.places.keys():
        for start, _ in seen.places[number]:
            sentence = seen.text.sentence(start)
            found[sentence.start] = sentence
    return [found[start] for start in sorted(found)[:MAX_SENTENCES]]


def _read(rule: Rule, seen: Seen, sentence: Sentence, *, products: list[int], objects: list[int]) -> Iterator[Sign]:
    inside = seen.inside(sentence)
    first = products[0] if products else objects[0]
    if products:
        yield _sign(seen, sentence, Signal.PRODUCT, rule.product[first], words=[first])
    pair = None
    if sentence.zone is not Zone.URL:
        pair = _pair(rule, seen, inside, products=products, objects=objects)
    if pair is not None:
        yield _sign(seen, sentence, Signal.PAIR, weights.PAIR, words=pair, online=pair[1] in rule.online)
    elif not products:
        yield _sign(seen, sentence, Signal.TOPIC, weights.OBJECT, words=[first])


def _sign(
    seen: Seen, sentence: Sentence, signal: Signal, points: float, *, words: Sequence[int], online: bool = False
) -> Sign:
    """Return the sign of words in a sentence; if one of them is denied or only planned, so are all."""
    spans = [seen.inside(sentence)[number] for number in words]
    readings = [seen.reading(sentence, span) for span in spans]
    reading, cue = next((one for one in readings if one[0] not in STATING), readings[0])
    rule = " + ".join(seen.sources[number] for number in words)
    quote = sentence.quote(spans[0][0], spans[-1][1])
    return Sign(signal, sentence.zone, reading, cue, points, rule, quote, online)


def _pair(
    rule: Rule, seen: Seen, inside: dict[int, Span], *, products: list[int], objects: list[int]
) -> tuple[int, int] | None:
    """Return a topic and an action that stand beside each other without sharing a letter, online actions first."""
    if rule.tech and rule.tech.isdisjoint(inside) and not _tech_in_title(rule, seen):
        return None
    actions = sorted(
        (number for number in inside if number in rule.action), key=lambda number: number not in rule.online
    )
    for action in actions:
        for topic in (*objects, *products):
            if inside[action][0] >= inside[topic][1] or inside[action][1] <= inside[topic][0]:
                return topic, action
    return None


def _tech_in_title(rule: Rule, seen: Seen) -> bool:
    title = seen.text.lines[0]
    return title.zone is Zone.TITLE and any(
        start < title.end for number in rule.tech for start, _ in seen.places.get(number, ())
    )


def _section_signs(rule: Rule, seen: Seen) -> list[Sign]:
    """Return the first action of the main part that states something: the topic stands in the title or a heading above it."""
    if rule.tech and not _tech_in_title(rule, seen):
        return []
    actions = sorted(
        rule.action & seen.places.keys(), key=lambda number: (number not in rule.online, seen.places[number][0])
    )
    for number in actions[:10]:
        for span in seen.places[number][:5]:
            sentence = seen.text.sentence(span[0])
            if sentence.zone not in {Zone.MAIN, Zone.ANCHOR, Zone.HEADING, Zone.DESCRIPTION}:
                continue
            reading, cue = seen.reading(sentence, span)
            if reading in STATING:
                words = f"Thema im Titel + {seen.sources[number]}"
                quote = sentence.quote(*span)
                return [
                    Sign(Signal.PAIR, sentence.zone, reading, cue, weights.SECTION, words, quote, number in rule.online)
                ]
    return []


def _structure_signs(rule: Rule, seen: Seen, *, signs: list[Sign]) -> Iterator[Sign]:
    """Yield keys, portals and forms; portals and forms only where words have made the page topical."""
    key = next((key for key in seen.page.keys if key in rule.criterion.leika), None)
    if key is not None:
        yield Sign(Signal.KEY, Zone.KEY, Reading.STATEMENT, "", weights.KEY_TOPIC, key, seen.name)
    if rule.hosts is not None and (signs or key is not None):
        if rule.hosts.match(seen.host):
            yield Sign(Signal.HOST, Zone.URL, Reading.STATEMENT, "", weights.HOST, seen.host, seen.name, online=True)
        link = next(
            (link for host, target, link in seen.targets if host != seen.host and _leads(rule, host, target)), None
        )
        if link is not None:
            yield Sign(
                Signal.LINK,
                Zone.ANCHOR,
                Reading.STATEMENT,
                "",
                weights.LINK,
                link.url,
                link.text.strip() or link.url,
                online=True,
            )
    if rule.criterion.kind in _WITH_FORMS and any(sign.zone in _PROMINENT for sign in signs):
        form = next((kind for kind, fields in seen.forms if kind in _APPLYING and fields >= MIN_FIELDS), None)
        if form is not None:
            yield Sign(Signal.FORM, Zone.FORM, Reading.STATEMENT, "", weights.FORM, form, seen.name, online=True)


def _leads(rule: Rule, host: str, target: str) -> bool:
    return rule.hosts is not None and bool(rule.hosts.match(host) or rule.hosts.match(target))


def _sum(signs: list[Sign], signal: Signal) -> float:
    """Add up points by zone and reading; each further statement counts half of the one before, the strongest first."""
    points = sorted(
        (
            sign.points * weights.ZONE.get(sign.zone, 1.0) * weights.READING[sign.reading]
            for sign in signs
            if sign.signal is signal
        ),
        reverse=True,
    )
    return sum(value * weights.REPEAT**place for place, value in enumerate(points))


def _topic(signs: list[Sign]) -> float:
    keys = sum(sign.points for sign in signs if sign.signal is Signal.KEY)
    objects = min(weights.MAX_OBJECTS, _sum(signs, Signal.TOPIC))
    return min(
        weights.MAX_TOPIC,
        keys + _sum(signs, Signal.PRODUCT) + objects + 0.5 * min(weights.PAIR, _sum(signs, Signal.PAIR)),
    )


def _available(rule: Rule, seen: Seen, weighed: Weighed, *, account: bool) -> float:
    signs = weighed.signs
    points = min(weights.MAX_PAIRS, _sum(signs, Signal.PAIR))
    points += weights.STATED if any(sign.zone is not Zone.TITLE for sign in weighed.stated(Signal.PRODUCT)) else 0.0
    points += sum(sign.points for sign in signs if sign.signal in {Signal.LINK, Signal.HOST, Signal.FORM})
    points += weights.KEY_AVAILABLE if any(sign.signal is Signal.KEY for sign in signs) else 0.0
    if account and weighed.topic > weights.TOPICAL and rule.criterion.kind in _WITH_FORMS:
        points += weights.ACCOUNT
    points += _informed(rule, seen, weighed)
    if weighed.topic > weights.TOPICAL and seen.own and seen.page_type in {PageType.SERVICE, PageType.PORTAL}:
        points += weights.OWN_SERVICE
    return min(weights.MAX_AVAILABLE, points)


def _informed(rule: Rule, seen: Seen, weighed: Weighed) -> float:
    """Where information is enough, a page of the town's own on just this is enough."""
    titled = any(
        sign.zone in {Zone.TITLE, Zone.HEADING} and sign.signal is not Signal.TOPIC
        for sign in weighed.signs
        if sign.states
    )
    enough = rule.criterion.enough is Maturity.INFO and seen.own is True and titled
    return weights.INFORMED if enough and weighed.stated(Signal.PRODUCT, Signal.PAIR) else 0.0


def _adjustments(rule: Rule, seen: Seen, weighed: Weighed) -> Iterator[tuple[float, str]]:
    if rule.context and rule.context.isdisjoint(seen.in_body):
        yield weights.NO_CONTEXT, "kein Wort aus dem Zusammenhang"
    homonym = next((seen.sources[number] for number in rule.homonym if number in seen.in_body), None)
    if homonym and not weighed.stated(Signal.PRODUCT):
        yield weights.HOMONYM, f"„{homonym}“ meint etwas anderes"
    yield from _contradictions(weighed)
    on_portal = any(sign.signal is Signal.HOST for sign in weighed.signs)
    if (points := weights.PAGE_TYPE.get(seen.page_type, 0.0)) and not (
        on_portal and seen.page_type is PageType.COUNCIL
    ):
        yield points, f"Art der Seite: {seen.page_type} („{seen.cue}“)"
    if seen.own is not True:
        yield (
            (weights.UNCONFIRMED, "fremde Adresse")
            if seen.named
            else (weights.NOT_OURS, "Die Stadt wird nicht genannt")
        )
    if len(seen.towns) >= weights.MANY_TOWNS:
        yield weights.OTHER_TOWNS, f"{len(seen.towns)} andere Orte"


def _contradictions(weighed: Weighed) -> Iterator[tuple[float, str]]:
    words = [sign for sign in weighed.signs if sign.signal in {Signal.PRODUCT, Signal.PAIR} and sign.zone not in _ASIDE]
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
