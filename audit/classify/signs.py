"""
Collect what on a page speaks for or against one criterion: names, topic with action, keys, links, portals, forms.

Does not add anything up; ``scoring`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audit.classify import weights
from audit.classify.rules import Rule
from audit.classify.seen import Seen, Span
from audit.classify.text import between, turns
from audit.classify.zones import Sentence
from db.models import Link
from db.terms import Reading, Role, Signal, Zone

MAX_SENTENCES = 30
"""Sentences of one page that are read for one criterion; repetition proves nothing more."""
MAX_TOPICS = 2
"""Mentions of the topic alone that are kept."""
NEAR = 60
"""Characters between a topic and an action that belong together beyond doubt."""
MAX_ACTIONS = 10
MAX_PLACES = 5
"""So many actions, and places of each, are tried for a topic that stands in the title."""
MAX_TARGETS = 200
MIN_FIELDS = 4
"""Fields of a form that applies for something; a search or a newsletter has fewer."""

STATING = frozenset({Reading.STATEMENT, Reading.LAUNCH})
DENYING = frozenset({Reading.NEGATION, Reading.ENDED})
ASIDE = frozenset({Zone.MENU, Zone.FOOTER, Zone.URL})
PROMINENT = frozenset({Zone.TITLE, Zone.HEADING, Zone.URL})
WITH_FORMS = frozenset({"transaction", "portal", "offer"})
_APPLIED_FOR = frozenset({"transaction", "portal"})
_APPLYING = frozenset({"application", "order", "registration"})
_TEXT = frozenset({Zone.MAIN, Zone.ANCHOR, Zone.HEADING, Zone.DESCRIPTION})


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing on the page that speaks for or against a criterion; ``points`` before repetition counts less."""

    signal: Signal
    zone: Zone
    reading: Reading
    points: float
    rule: str
    quote: str
    online: bool = False  #: it says that the thing is done online
    asked: bool = False  #: it stands in a question, whose answer is elsewhere
    start: int = 0  #: of its sentence in the folded page

    @property
    def states(self) -> bool:
        return self.reading in STATING

    @property
    def weight(self) -> float:
        """The points by zone and reading."""
        return self.points * weights.ZONE.get(self.zone, 1.0) * weights.READING[self.reading]


def collect(rule: Rule, seen: Seen) -> list[Sign]:
    """Return the signs of the page for one criterion; empty, if it is not about it at all."""
    by_key = any(key in rule.criterion.leika for key in seen.page.keys)
    on_portal = rule.hosts is not None and bool(rule.hosts.match(seen.host))
    paired = not rule.action.isdisjoint(seen.in_body) or (rule.hosts is not None and bool(seen.targets))
    named = not rule.product.keys().isdisjoint(seen.in_body) or not rule.mine.isdisjoint(seen.in_headings)
    if not (by_key or on_portal or paired or named):
        return []
    signs = _by_words(rule, seen)
    return signs + list(_by_structure(rule, seen, signs=signs, on_portal=on_portal))


def _by_words(rule: Rule, seen: Seen) -> list[Sign]:
    signs: list[Sign] = []
    prominent: list[Sentence] = []
    topics = 0
    for sentence in _sentences(rule, seen):
        inside = seen.inside(sentence)
        products = sorted(rule.product.keys() & inside.keys(), key=lambda one: (-rule.product[one], one))
        objects = [one for one in inside if one in rule.object]
        if sentence.zone in PROMINENT and (products or objects):
            prominent.append(sentence)
        found = _words(rule, seen, sentence, products=products, objects=objects)
        for signal, points, words in found:
            topics += signal is Signal.TOPIC
            if signal is not Signal.TOPIC or topics <= MAX_TOPICS:
                signs.append(_sign(rule, seen, sentence, signal, points=points, words=words))
    if prominent and not any(sign.signal is Signal.PAIR and sign.states and sign.zone not in ASIDE for sign in signs):
        signs += _by_section(rule, seen, prominent=prominent)
    return signs


def _sentences(rule: Rule, seen: Seen) -> list[Sentence]:
    """Return the sentences with a word of the criterion, in page order, and no more than one of menu and footer."""
    aside = seen.text.address_end
    starts = sorted(start for one in rule.mine & seen.places.keys() for start, _ in seen.places[one][:MAX_SENTENCES])
    inside = [start for start in starts if start < aside]
    found: dict[int, Sentence] = {}
    for start in inside + starts[len(inside) : len(inside) + 1]:
        sentence = seen.text.sentence(start)
        found[sentence.start] = sentence
    return list(found.values())[:MAX_SENTENCES]


def _words(
    rule: Rule, seen: Seen, sentence: Sentence, *, products: list[int], objects: list[int]
) -> Iterator[tuple[Signal, float, Sequence[int]]]:
    if products:
        yield Signal.PRODUCT, rule.product[products[0]], products[:1]
    pair = None
    if sentence.zone is not Zone.URL:
        pair = _pair(rule, seen, seen.inside(sentence), topics=objects + products)
    if pair is not None:
        gap = between(seen.text.folded, *(seen.inside(sentence)[number] for number in pair))
        yield Signal.PAIR, weights.PAIR if _is_close(gap) else weights.FAR_PAIR, pair
    elif objects and not products:
        yield Signal.TOPIC, weights.OBJECT, objects[:1]


def _sign(rule: Rule, seen: Seen, sentence: Sentence, signal: Signal, *, points: float, words: Sequence[int]) -> Sign:
    """Return the sign of words in a sentence; if one of them is denied or only planned, so are all."""
    spans = [seen.inside(sentence)[number] for number in words]
    readings = [seen.reading(sentence, span) for span in spans]
    return Sign(
        signal=signal,
        zone=sentence.zone,
        reading=next((reading for reading in readings if reading not in STATING), readings[0]),
        points=points,
        rule=" + ".join(seen.sources[number] for number in words),
        quote=seen.page.url if sentence.zone is Zone.URL else sentence.quote(spans[0][0], spans[-1][1]),
        online=words[-1] in rule.online,
        asked=sentence.text.rstrip().endswith("?") and not _is_affirmed(sentence, seen),
        start=sentence.start,
    )


def _is_affirmed(question: Sentence, seen: Seen) -> bool:
    answer = seen.text.following(question)
    return answer is not None and answer.text.lstrip().lower().startswith("ja")


def _pair(rule: Rule, seen: Seen, inside: dict[int, Span], *, topics: list[int]) -> tuple[int, int] | None:
    """Return a topic and an action of one sentence, no turn between them; close ones first, then online actions, then the nearest."""
    actions = [number for number in inside if number in rule.action]
    if not actions or not topics or (rule.tech and rule.tech.isdisjoint(inside) and not _tech_in_title(rule, seen)):
        return None
    pairs = [(topic, action) for action in actions for topic in topics if _apart(inside[topic], inside[action])]
    gaps = [(pair, between(seen.text.folded, inside[pair[0]], inside[pair[1]])) for pair in pairs]
    found = [(not _is_close(gap), pair[1] not in rule.online, len(gap), pair) for pair, gap in gaps if not turns(gap)]
    return min(found)[-1] if found else None


def _is_close(gap: str) -> bool:
    return len(gap) <= NEAR and ", " not in gap


def _apart(one: Span, other: Span) -> bool:
    """A word must not pair with itself."""
    return one[0] >= other[1] or one[1] <= other[0]


def _tech_in_title(rule: Rule, seen: Seen) -> bool:
    return any(start < seen.text.title_end for number in rule.tech for start, _ in seen.places.get(number, ()))


def _by_section(rule: Rule, seen: Seen, *, prominent: list[Sentence]) -> list[Sign]:
    """Return the first action that states something below a title or heading with the topic; else a form on paper."""
    actions = sorted(rule.action & seen.in_body, key=lambda one: (one not in rule.online, seen.places[one][0]))
    found = _below(actions, rule, seen, prominent=prominent, points=weights.SECTION)
    if found is None and rule.criterion.kind == "transaction":
        found = _below(sorted(rule.paper & seen.in_body), rule, seen, prominent=prominent, points=weights.PAPER)
    return [] if found is None else [found]


def _below(actions: list[int], rule: Rule, seen: Seen, *, prominent: list[Sentence], points: float) -> Sign | None:
    has_tech = not rule.tech or _tech_in_title(rule, seen)
    sections = [
        (seen.text.section(sentence), has_tech or not rule.tech.isdisjoint(seen.inside(sentence)))
        for sentence in prominent
    ]
    for number in actions[:MAX_ACTIONS]:
        for span in seen.places[number][:MAX_PLACES]:
            sentence = seen.text.sentence(span[0])
            around = [technical for (start, end), technical in sections if start <= span[0] < end]
            if sentence.line.zone not in _TEXT or not around:
                continue
            if not any(around) and rule.tech.isdisjoint(seen.inside(sentence)):
                continue
            reading = seen.reading(sentence, span)
            if reading in STATING and not (sentence.zone is Zone.HEADING and _is_empty(sentence, seen)):
                words, quote = f"Thema im Titel + {seen.sources[number]}", sentence.quote(*span)
                return Sign(
                    Signal.PAIR,
                    sentence.line.zone,
                    reading,
                    points,
                    words,
                    quote,
                    online=number in rule.online,
                    start=sentence.start,
                )
    return None


def _is_empty(heading: Sentence, seen: Seen) -> bool:
    """Tell whether a template left a heading with nothing below it, or with the word that there is nothing."""
    below = seen.text.following(heading)
    if below is None or below.zone is Zone.HEADING:
        return True
    return any(
        cue.reading in DENYING or cue.reading in {Reading.GENERIC, Reading.CONDITIONAL} for cue in seen.cues(below)
    )


def _by_structure(rule: Rule, seen: Seen, *, signs: list[Sign], on_portal: bool) -> Iterator[Sign]:
    """Yield keys, portals and forms; portals and forms only where words or a key have made the page topical."""
    key = next((key for key in seen.page.keys if key in rule.criterion.leika), None)
    if key is not None:
        yield Sign(Signal.KEY, Zone.KEY, Reading.STATEMENT, weights.KEY_TOPIC, key, seen.name)
    if not signs and key is None:
        return
    if on_portal:
        yield Sign(Signal.HOST, Zone.URL, Reading.STATEMENT, weights.HOST, seen.host, seen.name, online=True)
    link = next(
        (link for host, address, link in seen.targets if host != seen.host and _leads(rule, host, address)), None
    )
    if link is None and rule.criterion.kind in WITH_FORMS:
        link = _to_portal(rule, seen, titled=any(sign.zone in PROMINENT for sign in signs))
    if link is not None:
        words = link.text.strip() or link.url
        yield Sign(Signal.LINK, Zone.ANCHOR, Reading.STATEMENT, weights.LINK, link.url, words, online=True)
    if rule.criterion.kind in _APPLIED_FOR and any(sign.zone in PROMINENT for sign in signs):
        kind = next((kind for kind, fields in seen.forms if kind in _APPLYING and fields >= MIN_FIELDS), None)
        if kind is not None:
            yield Sign(Signal.FORM, Zone.FORM, Reading.STATEMENT, weights.FORM, kind, seen.name, online=True)


def _to_portal(rule: Rule, seen: Seen, *, titled: bool) -> Link | None:
    """Return a link to a service on the town's own portal: it names the thing, or the page does so in its title and the link an action."""
    for host, address, link in seen.targets[:MAX_TARGETS]:
        if host == seen.host or seen.hosts.get(host) != Role.PORTAL or "/" not in address.rstrip("/"):
            continue
        found = seen.in_words(link.text)
        if found & rule.mine or (titled and found & rule.online):
            return link
    return None


def _leads(rule: Rule, host: str, address: str) -> bool:
    return rule.hosts is not None and bool(rule.hosts.match(host) or rule.hosts.match(address))
