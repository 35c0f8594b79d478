"""
Read a page against all criteria of a catalogue: which it is evidence for, how sure, how far, with quotes.

Does not fetch, and does not say what a town has: that is judged over all pages.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from audit.catalogue import Catalogue
from audit.classify import cues as cue_lists
from audit.classify import maturity as stages
from audit.classify import weights
from audit.classify.brands import Brands
from audit.classify.calibration import HAND, Calibration
from audit.classify.index import PatternIndex
from audit.classify.page_types import PageTypes
from audit.classify.places import Places, variants
from audit.classify.readings import Reader
from audit.classify.rules import Rule, Rules, build
from audit.classify.scoring import Weighed, weigh
from audit.classify.seen import Seen, Subject, host_of
from audit.classify.signs import DENYING, PROMINENT, Sign
from audit.classify.zones import PageText
from crawler.doors import is_front
from db.models import Evidence, Page
from db.terms import Band, Maturity, PageType, Reading, Signal, Zone

MAX_EVIDENCE = 6
"""Quotes kept for one criterion on one page."""

MAX_DISCARDED = 2
"""The same, where the page does not count: the best, and what speaks against."""

_NEVER = frozenset({PageType.COUNCIL, PageType.JOB, PageType.TENDER, PageType.ERROR})
"""Kinds of pages that never prove anything, whatever they say; only that a council system exists is seen on its own pages."""

_AGAINST = {Reading.NEGATION: -1.0, Reading.ENDED: -1.0, Reading.PLAN: -0.5, Reading.MOTION: -0.5}
"""Points of a sentence that speaks against; other readings that do not state anything have 0."""


@dataclass(frozen=True)
class CriterionReading:
    """What one page says about one criterion; ``band`` None: discarded. Evidence has the best first."""

    id: str
    score: float
    band: Band | None
    maturity: Maturity
    evidence: list[Evidence]


@dataclass(frozen=True)
class PageReading:
    """What one page says, for each criterion it touches; ``cue`` is what told the page type."""

    url: str
    page_type: PageType
    cue: str
    criteria: list[CriterionReading]


@dataclass(frozen=True)
class _Patterns:
    """
    A catalogue and the cues, compiled, without anything of a town.

    Attributes:
        stages: Numbers of the words that tell how far an offer has got.
        sources: The patterns as they are written, by number.
    """

    index: PatternIndex
    rules: Rules
    page_types: PageTypes
    stages: frozenset[int]
    sources: list[str]


@lru_cache(maxsize=2)
def _patterns(catalogue: Catalogue) -> _Patterns:
    """Compile a catalogue; it takes as long as reading 200 pages, so the last ones are kept."""
    cues, index = cue_lists.load(), PatternIndex()
    rules, page_types = build(catalogue, index), PageTypes(cues, index)
    stages = frozenset(index.add(words, owner="stages", alone=False) for words in cues.stages)
    index.get_ready()
    return _Patterns(index, rules, page_types, stages, [pattern.source for pattern in index.patterns])


def get_ready(catalogue: Catalogue) -> None:
    """Compile a catalogue now, so that classifiers for it are there at once."""
    _patterns(catalogue)


class Classifier:
    """
    Reads pages against one catalogue; use it for all pages of a town. ``calibration`` holds what people have taught.

    Raises:
        CatalogueError: naming the criterion, if a pattern would match nearly everything.
    """

    def __init__(self, catalogue: Catalogue, *, places: Collection[str] = (), calibration: Calibration = HAND) -> None:
        patterns = _patterns(catalogue)
        self._index, self._rules = patterns.index, patterns.rules
        self._page_types, self._stages, self._sources = patterns.page_types, patterns.stages, patterns.sources
        self._reader = Reader(cue_lists.load(), Places(places))
        self._calibration = calibration
        self._brands: tuple[object, Brands] | None = None

    def read(self, page: Page, *, subject: Subject, own: bool | None = None) -> PageReading:
        """Return what the page says; ``own``: the host is known as the town's (None: look it up in the subject)."""
        seen = self.see(page, subject=subject, own=own)
        if seen.page_type is PageType.ERROR:
            return PageReading(page.url, seen.page_type, seen.cue, [])
        readings = [reading for rule in self._touched(seen) if (reading := self.weigh(rule, seen)) is not None]
        readings.sort(key=lambda reading: -reading.score)
        return PageReading(page.url, seen.page_type, seen.cue, readings)

    def rule(self, criterion: str) -> Rule:
        """Return the rule of a criterion, for ``weigh``."""
        return next(rule for rule in self._rules.all if rule.id == criterion)

    def number(self, pattern: str) -> int:
        """Return the number that hits of a pattern of the catalogue have."""
        return self._index.add(pattern, owner="", alone=False)

    def page_type(self, page: Page) -> tuple[PageType, str]:
        """Return the kind of page and the words or part of the address that told it."""
        seen = self.see(page, subject=Subject(name=""), own=None)
        return seen.page_type, seen.cue

    def see(self, page: Page, *, subject: Subject, own: bool | None) -> Seen:
        """Return what the page shows to all criteria; ``own`` as in ``read``."""
        # What the boxes of a site name, its front door names on purpose.
        frame = subject.frames.get(host_of(page), frozenset())
        frame = frozenset() if frame and is_front(page.url) else frame
        text = PageText(page, frame=frame)
        names = (subject.name, *subject.aliases.get(subject.name, ()))
        seen = Seen(
            page=page,
            text=text,
            hits=self._index.scan(text.folded) + list(self._brands_of(subject).scan(text.folded)),
            reader=self._reader,
            own_names=frozenset[str]().union(*(variants(name) for name in names)),
            own=own,
            sources=self._sources,
            hosts=subject.hosts,
        )
        if own is None and seen.role:
            seen.own = True
        seen.stages = self._stages & seen.in_body
        in_title = {number for number, start, _ in seen.hits if start < text.title_end}
        seen.page_type, seen.cue = self._page_types.decide(
            page, host=seen.host, own=seen.own is True, in_title=in_title, in_body=seen.in_body, index=self._index
        )
        return seen

    def _brands_of(self, subject: Subject) -> Brands:
        """One town after the other is read, so only its own names are kept."""
        key = tuple((name, tuple(spellings)) for name, spellings in subject.aliases.items())
        if self._brands is None or self._brands[0] != key:
            self._brands = key, Brands(subject.aliases, self._index)
        return self._brands[1]

    def _touched(self, seen: Seen) -> list[Rule]:
        """Return the rules that the page touches, in the order of the catalogue."""
        numbers = {place for number in seen.in_body for place in self._rules.by_pattern.get(number, ())}
        numbers |= {place for key in seen.page.keys for place in self._rules.by_key.get(key, ())}
        return [self._rules.all[place] for place in sorted(numbers)]

    def _account(self, seen: Seen) -> bool:
        return any(kind == "login" for kind, _ in seen.forms) or not seen.in_body.isdisjoint(
            self._rules.sets["account"]
        )

    def _is_form(self, seen: Seen) -> bool:
        """Does the page speak of a form, or is it one to load?"""
        is_document_form = bool(seen.page.document and seen.page.document.get("form"))
        return is_document_form or not seen.in_body.isdisjoint(self._rules.sets["form"])

    def weigh(self, rule: Rule, seen: Seen) -> CriterionReading | None:
        """Return what a page says by one rule; None: nothing."""
        weighed = weigh(rule, seen, account=self._account(seen))
        if not weighed.signs:
            return None
        score = self._calibration.score(weighed.points, rule.id)
        band = self._band(rule, seen, weighed)
        maturity = stages.judge(rule, seen, weighed, form_words=self._is_form(seen))
        signs = sorted(weighed.signs, key=lambda sign: -_points(sign))
        evidence = [
            Evidence(
                criterion=rule.id,
                quote=sign.quote,
                signal=sign.signal,
                zone=sign.zone,
                reading=sign.reading,
                weight=round(_points(sign), 2),
                rule=sign.rule,
                url=seen.page.url,
                page_type=seen.page_type,
                maturity=maturity,
                score=score,
                points=round(weighed.points, 4),
                band=band or "",
            )
            for sign in _kept(signs, most=MAX_EVIDENCE if band else MAX_DISCARDED)
        ]
        return CriterionReading(rule.id, score, band, maturity, evidence)

    def _band(self, rule: Rule, seen: Seen, weighed: Weighed) -> Band | None:
        """Return how sure it is; nothing becomes automatic by what few people said."""
        band = _band(weighed, seen, score=self._calibration.score(weighed.points, rule.id))
        if band is Band.AUTOMATIC and not self._calibration.may_lift(rule.id):
            return _band(weighed, seen, score=HAND.score(weighed.points, rule.id)) or Band.REVIEW
        return band


def _points(sign: Sign) -> float:
    if not sign.states:
        return _AGAINST.get(sign.reading, 0.0)
    return sign.weight


def _kept(signs: list[Sign], *, most: int) -> list[Sign]:
    """Keep the best, and of those that speak against at least one, each quote once."""
    unique = list({(sign.quote, sign.signal): sign for sign in reversed(signs)}.values())[::-1]
    against = sorted((sign for sign in unique if not sign.states), key=lambda sign: sign.reading not in DENYING)
    kept = [sign for sign in unique if sign.states][: most - min(most // 2, len(against))]
    return sorted(kept + against[: most - len(kept)], key=lambda sign: -_points(sign))


def _band(weighed: Weighed, seen: Seen, *, score: float) -> Band | None:
    inside = [sign for sign in weighed.signs if sign.zone not in {Zone.MENU, Zone.FOOTER}]
    if score < weights.REVIEW_FROM or not inside:
        return None
    on_portal = any(sign.signal is Signal.HOST for sign in inside)
    if seen.page_type in _NEVER and not (seen.page_type is PageType.COUNCIL and on_portal):
        return None
    return Band.AUTOMATIC if _is_sure(weighed, seen, score=score) else Band.REVIEW


def _is_sure(weighed: Weighed, seen: Seen, *, score: float) -> bool:
    """Does nobody need to look? A long page must say it twice, show it, or have it in its title; and no plan may stand beside it."""
    if seen.own is not True or seen.page_type is PageType.COUNCIL or not seen.german:
        return False
    said = {sign.quote for sign in weighed.said() if not seen.is_planned_beside(sign.start)}
    if len(said) > 1 or weighed.has(Signal.KEY, Signal.LINK, Signal.FORM):
        return score >= weights.SUPPORTED_FROM
    titled = any(sign.zone in PROMINENT and sign.states for sign in weighed.signs)
    return bool(said) and (titled or seen.text.is_short) and score >= weights.AUTOMATIC_FROM
