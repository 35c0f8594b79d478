"""
What a researcher has in mind, and how much some words promise to lead there: information scent.

Does not follow links. The scent of words is the share of a phrase for what is looked for that they name, rare words counting
more, squared, since half of a phrase is often half of another thing (after Chi, Pirolli, Chen, Pitkow: *Using information scent to model user information needs and actions on the Web*, CHI 2001,
where documents take the place of our phrases).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from audit.catalogue import Criterion
from audit.findability.words import WORD, Analyser, folded, stem

OBJECT, AREA, GENERAL = 0.6, 0.3, 0.2
"""How much words promise that name what it is about, what its whole area is about, or only where such things usually stand."""

UNDER, LAST = 0.5, 0.3
"""How much words of menus promise under which people look for it: the first of the list, and the last."""

ERRANDS = (
    "bürgerservice dienstleistungen leistungen online-dienste formulare anträge anliegen serviceportal service rathaus"
)
PLACES = {
    "transaction": ERRANDS,
    "portal": ERRANDS,
    "strategy": "stadtentwicklung konzepte strategien pläne planung politik rathaus verwaltung themen leben",
    "offer": "leben wohnen themen angebote service",
    "infrastructure": "leben wohnen themen projekte stadtentwicklung",
}
"""By the kind of a criterion: words of links under which people look for such things when nothing better is offered."""

ACTIONS = "online digital elektronisch beantragen antrag"
"""Words that name how, not what: whoever looks for „Hundesteuer online anmelden“ takes the link „Hundesteuer anmelden“."""

EVERYWHERE = "stadt gemeinde kommune hansestadt landkreis kreisstadt"
"""What a town calls itself leads nowhere within it, as little as its name."""

SHARED_BY = 2
"""A word belongs to an area if so many of its criteria speak of it."""


@dataclass(frozen=True)
class Question:
    """
    What is looked for: queries to type, and phrases by which a link or a title is recognised.

    Attributes:
        queries: ``{town}`` stands for the town's name.
        phrases: Tokens of each phrase and how much naming it promises, 0..1.
        general: Tokens that promise something alone.
        rarity: Weight of a token, above 0.
    """

    id: str
    queries: tuple[str, ...]
    phrases: Mapping[frozenset[str], float]
    general: Mapping[str, float]
    rarity: Callable[[str], float]

    @cached_property
    def _by_token(self) -> Mapping[str, list[tuple[frozenset[str], float]]]:
        """Return for each token the phrases that have it and its part of each."""
        found: defaultdict[str, list[tuple[frozenset[str], float]]] = defaultdict(list)
        for phrase in self.phrases:
            whole = sum(map(self.rarity, phrase))
            for token in phrase:
                found[token].append((phrase, self.rarity(token) / whole))
        return found

    @property
    def tokens(self) -> set[str]:
        """Words without any of which there is no scent."""
        return {*self._by_token, *self.general}

    def scent(self, tokens: Iterable[str]) -> float:
        """Return how much words promise, 0..1; another word of what is looked for never promises less."""
        told = set(tokens)
        named: defaultdict[frozenset[str], float] = defaultdict(float)
        for token in told:
            for phrase, share in self._by_token.get(token, ()):
                named[phrase] += share
        best = max((self.phrases[phrase] * share**2 for phrase, share in named.items()), default=0.0)
        return min(1.0, max(best, max((self.general.get(token, 0.0) for token in told), default=0.0)))


class Questions:
    """The questions of a catalogue's criteria, in the tokens of one town."""

    def __init__(
        self,
        criteria: Mapping[str, Criterion],
        area_of: Mapping[str, str],
        *,
        analyser: Analyser,
        rarity: Callable[[str], float],
        town: str,
    ) -> None:
        self._analyser, self._rarity, self._area_of = analyser, rarity, area_of
        self._town = {stem(word) for word in WORD.findall(f"{folded(town)} {EVERYWHERE}")}
        self._actions = frozenset(stem(word) for word in ACTIONS.split())
        self._areas = self._shared(criteria.values())
        self._known: dict[str, Question] = {}

    def of(self, criterion: Criterion) -> Question:
        """Return what a researcher has in mind who looks for this."""
        if criterion.id not in self._known:
            self._known[criterion.id] = self._made(criterion)
        return self._known[criterion.id]

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of words on a page, without the town's name, which promises nothing within the town."""
        return [token for token in self._analyser.asked(text) if token not in self._town]

    def _made(self, criterion: Criterion) -> Question:
        named = [criterion.name, *(query.replace("{town}", " ") for query in criterion.queries), *criterion.product]
        phrases = self._under(criterion)
        phrases |= {phrase: OBJECT for text in criterion.object if (phrase := self._phrase(text))}
        called = [phrase for text in named if (phrase := self._phrase(text))]
        phrases |= {phrase: 1.0 for phrase in (*called, *(phrase - self._actions for phrase in called)) if phrase}
        general = dict.fromkeys(self.tokens(PLACES[criterion.kind]), GENERAL)
        for token, share in self._areas.get(self._area_of.get(criterion.id, ""), {}).items():
            general[token] = max(general.get(token, 0.0), AREA * share)
        return Question(criterion.id, tuple(criterion.queries), phrases, general, self._rarity)

    def _under(self, criterion: Criterion) -> dict[frozenset[str], float]:
        step = (UNDER - LAST) / max(1, len(criterion.under) - 1)
        found: dict[frozenset[str], float] = {}
        for place, text in enumerate(criterion.under):
            if phrase := self._phrase(text):
                found.setdefault(phrase, UNDER - step * place)
        return found

    def _phrase(self, text: str) -> frozenset[str]:
        return frozenset(self.tokens(text))

    def _shared(self, criteria: Iterable[Criterion]) -> dict[str, dict[str, float]]:
        """Return for each area the tokens that several of its criteria share, with their part of all that speak of it."""
        areas: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for criterion in criteria:
            words = {token for text in (criterion.name, *criterion.object) for token in self.tokens(text)}
            areas[self._area_of.get(criterion.id, "")].update(words)
        everywhere = sum(areas.values(), Counter())
        return {
            area: {token: count / everywhere[token] for token, count in tokens.items() if count >= SHARED_BY}
            for area, tokens in areas.items()
        }


def rarity(pages: int, spread: Mapping[str, int]) -> Callable[[str], float]:
    """Return the inverse document frequency of tokens, above 0; ``spread`` is on how many of the ``pages`` a token stands."""
    return lambda token: math.log(1 + (pages + 1) / (spread.get(token, 0) + 0.5))
