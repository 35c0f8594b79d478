"""
Say what a sentence says about the thing it names: statement, launch, plan, negation, question, motion, ended, other town, generic.

Does not know criteria and does not weigh. Cues are words of ``cues.yaml``, read in their order.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.classify.cues import Cues
from audit.classify.patterns import PatternIndex
from audit.classify.places import Places
from audit.classify.text import Sentence, fold
from db.terms import Reading

REACH = 60
"""Characters between a near cue and what it speaks of; further away it speaks of something else."""
REACH_OVER_COMMA = 25
"""The same, where a comma or colon stands between: the next part of a list is about something else."""

_TURNS = (", aber ", ", jedoch ", ", sondern ", "; ", ", doch ", ", waehrend ")
"""Where a sentence turns: a cue on one side does not speak of the other."""
_PARTS = (", ", ": ", " - ")


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue found in a sentence; ``start`` and ``end`` count in the folded sentence."""

    reading: Reading
    near: bool
    words: str
    start: int
    end: int


class Reader:
    """Reads sentences by the cues; keeps nothing between pages."""

    def __init__(self, cues: Cues, places: Places) -> None:
        self.places = places
        self._index = PatternIndex()
        self._rank: dict[int, list[tuple[int, Reading, bool]]] = {}
        for rank, group in enumerate(cues.readings):
            self._learn(group.words, Reading(group.reading), rank=rank, near=group.near)
        self._learn(cues.launch.words, Reading.LAUNCH, rank=len(cues.readings), near=False)
        self._own = frozenset(self._index.add(words, owner="own", alone=False) for words in cues.own)

    def _learn(self, words: list[str], reading: Reading, *, rank: int, near: bool) -> None:
        for source in words:
            number = self._index.add(source, owner=str(reading), alone=False)
            self._rank.setdefault(number, []).append((rank, reading, near))

    def cues(self, sentence: Sentence, *, own_names: frozenset[str]) -> list[Cue]:
        """Return the cues of a sentence in the order of their rank; ``own_names`` are folded."""
        folded = fold(sentence.text)
        found: list[tuple[int, Cue]] = []
        own = any(name in folded for name in own_names)
        for number, start, end in self._index.scan(folded):
            own = own or number in self._own
            for rank, reading, near in self._rank.get(number, ()):
                found.append((rank, Cue(reading, near, self._index.patterns[number].source, start, end)))
        if folded.rstrip().endswith("?"):
            found.append((1, Cue(Reading.QUESTION, near=False, words="?", start=0, end=0)))
        if not own and (others := self.places.named(sentence.text, own=own_names)):
            found.append((-1, Cue(Reading.OTHER_TOWN, near=False, words=others[0], start=0, end=0)))
        found.sort(key=lambda pair: pair[0])
        return [cue for _, cue in found]


def reading_at(cues: list[Cue], folded: str, *, start: int, end: int, council: bool) -> tuple[Reading, str]:
    """
    Return the reading, with its cue, of what stands at ``start:end`` of the folded sentence.

    Questions count on council pages only: elsewhere they are headings of frequent questions.
    """
    launch = next((cue for cue in cues if cue.reading is Reading.LAUNCH), None)
    for cue in cues:
        if cue.reading is Reading.LAUNCH or (cue.reading is Reading.QUESTION and not council):
            continue
        if cue.near and not _reaches(cue, folded, start=start, end=end):
            continue
        if cue.reading is Reading.PLAN and launch is not None:
            continue
        return cue.reading, cue.words
    return (Reading.LAUNCH, launch.words) if launch else (Reading.STATEMENT, "")


def _reaches(cue: Cue, folded: str, *, start: int, end: int) -> bool:
    between = folded[min(cue.end, end) : max(cue.start, start)]
    if any(turn in between for turn in _TURNS):
        return False
    reach = REACH_OVER_COMMA if any(part in between for part in _PARTS) else REACH
    return cue.start <= end + reach and cue.end >= start - reach
