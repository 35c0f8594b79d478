"""
Say what a sentence says about the thing it names: statement, launch, plan, negation, question, motion, ended, other town, generic.

Does not know criteria and does not weigh. Cues are words of ``cues.yaml``, read in their order.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from audit.classify.cues import Cues, Words
from audit.classify.index import PatternIndex
from audit.classify.places import Places
from audit.classify.text import between, fold, turns
from audit.classify.zones import Sentence
from db.terms import Reading

OVER_COMMA = 0.4
"""A cue reaches so much less far over a comma or colon: the next part of a list is about something else."""

AS_PREDICATE = 160
"""So far a verb at the end of a sentence reaches back to what it speaks of, also over a relative clause."""

_PREDICATES = frozenset({Reading.PLAN, Reading.ENDED})
_OPENING = frozenset({Reading.PLAN, Reading.MOTION})
_CLAUSE = re.compile(r"[,;:]\s| - | \| ")
# "... sind dabei nicht verbaut worden": the denied verb ends its clause.
_DENIED = re.compile(r"\b(?:nicht|nie|niemals|keinesfalls)(?: [\w-]+){1,3}[.!)\"]*\s*$")
_NEEDLESS = re.compile(
    r"\b(?:noetig|notwendig|erforderlich|zwingend|vonnoeten|nur|muess\w*|muss\w*|brauch\w*|sollt\w*|warten|vergessen|mehr)\b"
)
# "Ein Portal besteht nicht."
_ABSENT = re.compile(
    r"\b(?:besteht|bestehen|existiert|existieren|gibt|gab|hat|habe|haben|bietet|bieten|betreibt|fuehrt|verfuegt|geht)\b.* nicht[.!)\"]*\s*$"
)
# "... werden bis dahin erschlossen werden": passive of the future.
_FUTURE = re.compile(r"\b(?:wird|werden) (?:[\w-]+ )*?[\w-]+ werden[.!)\"]*\s*$")
# "... wird eine Karte zeigen, ob ...": the future of verbs whose infinitive is no participle; "Hier werden Sie fündig" is none.
_TO_COME = re.compile(
    r"\b(?:wird|werden) (?!sie |ihnen )(?:[^ ]+ ){0,20}?(?:zeigen|geben|haben|sein|koennen|liegen|stehen|bieten|ermoeglichen|\w+ieren|"
    r"ersetzen|entstehen|kommen|folgen|finden|starten|beginnen|laufen|messen|melden|uebernehmen|schaffen|bauen|errichten|"
    r"\w*fuehren|anbieten|erleichtern|sorgen|stellen|bringen|gehen|versorgen|liefern|helfen|wachsen|abloesen|"
    r"ergaenzen|erweitern|erscheinen|eroeffnen|verfuegen|unterstuetzen|rollen|fahren|steuern|regeln)[.!)\"]*\s*$"
)
# "Bis 2024 konnten alle hier Räder leihen": what was possible once; "konnte eingeweiht werden" is done and stays.
_ONCE = re.compile(
    r"\b(?:konnten?|durften?) (?:sie|man|alle|jeder|\w*(?:buerger|einwohner|interessierte|nutzer|kunden|gaeste|besucher|eltern|mieter)\w*)\b(?!.* werden[.!)\"]*$)"
)
# "... koennen nicht mehr entliehen werden."
_NO_LONGER = re.compile(
    r"\b(?:kann|koennen|wird|werden|ist|sind|steht|stehen|gibt) (?:[^ ]+ ){0,8}?nicht (?:mehr|laenger) "
    r"(?!noetig|notwendig|erforderlich)[\w-]+(?: werden)?[.!)\"]*\s*$"
)
_RESUMED = re.compile(r"(?:ist|sind|wird|werden|wurde|wurden|kann|koennen|hat|haben|soll|sollen) ")
_CONTENT = re.compile(r"\b(?:zu|dass|ob) |\w{2}zu\w{3,}en\b")
_OURS = re.compile(
    r"\b(?:wir|stadt|verwaltung|gemeinde|kreis|rat|stadtrat|gemeinderat|buergermeister\w*|\w*werke|amt)\b"
)
_STRANGER = re.compile(
    r"\"? (?:des bundes|der bundesregierung|des freistaats|des freistaates|des landes|der landesregierung|des bundeslandes|der eu|"
    r"der europaeischen union|des herstellers)\b"
)
_FIRST = -1
_PARTS = (", ", ": ", " - ")
_SITE = " | "


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue found in a sentence; ``span`` counts in the folded sentence."""

    reading: Reading
    reach: int
    ahead: bool
    span: tuple[int, int]
    scope: tuple[int, int] | None = None  #: it speaks of what stands here and of nothing else


class Reader:
    """Reads sentences by the cues; keeps nothing between pages."""

    def __init__(self, cues: Cues, places: Places) -> None:
        self.places = places
        self._index = PatternIndex()
        self._meant: dict[int, list[tuple[int, Reading, Words]]] = {}
        for rank, group in enumerate(cues.readings):
            self._learn(group, group.reading, rank=rank)
        self._learn(cues.launch, Reading.LAUNCH, rank=len(cues.readings))
        self._refusals = tuple(map(fold, cues.refusals))
        self._own = frozenset(self._index.add(words, owner="own", alone=False) for words in cues.own)

    def _learn(self, group: Words, reading: Reading, *, rank: int) -> None:
        for source in group.words:
            number = self._index.add(source, owner=str(reading), alone=False)
            self._meant.setdefault(number, []).append((rank, reading, group))

    def cues(self, sentence: Sentence, *, own_names: frozenset[str]) -> list[Cue]:
        """Return the cues of a sentence in the order of their rank; ``own_names`` are folded."""
        folded = fold(sentence.text)
        found: list[tuple[int, Cue]] = []
        hits = self._index.scan(folded)
        said = len(folded.split(_SITE, 1)[0])  # after it stands the name of the site, not of whom the title speaks
        own = any(name in folded for name in own_names) or any(number in self._own for number, _, _ in hits)
        ours = any(name in folded[:said] for name in own_names) or any(
            number in self._own for number, start, _ in hits if start < said
        )
        for number, start, end in hits:
            for rank, reading, group in self._meant.get(number, ()):
                if (group.strangers and ours) or (group.wish and not _OURS.search(_clause(folded, start))):
                    continue
                found.append(
                    (rank, Cue(reading, group.reach, group.ahead, (start, end), _opened(reading, folded, end)))
                )
        found += [(len(self._meant), cue) for cue in _predicates(folded)]
        if folded.rstrip().endswith("?"):
            found.append((_FIRST, Cue(Reading.QUESTION, 0, ahead=False, span=(0, 0))))
        if not own and self.places.named(sentence.text, own=own_names):
            found.append((_FIRST, Cue(Reading.OTHER_TOWN, 0, ahead=False, span=(0, 0))))
        found.sort(key=lambda pair: pair[0])
        return [cue for _, cue in found]

    def refuses(self, answer: str) -> bool:
        """Tell whether what stands behind a question answers it with no."""
        return fold(answer[:80]).lstrip(" -:").startswith(self._refusals)


def reading_at(cues: list[Cue], folded: str, *, start: int, end: int, council: bool) -> Reading:
    """
    Return the reading of what stands at ``start:end`` of the folded sentence.

    Questions count on council pages only: elsewhere they are headings of frequent questions.
    """
    span = (start, end)
    launched = any(cue.reading is Reading.LAUNCH and _reaches(cue, folded, span) for cue in cues)
    for cue in cues:
        if cue.reading is Reading.LAUNCH or (cue.reading is Reading.QUESTION and not council):
            continue
        if _reaches(cue, folded, span) and not (launched and cue.reading is Reading.PLAN):
            return cue.reading
    if _STRANGER.match(folded, end):
        return Reading.GENERIC
    return Reading.LAUNCH if launched else Reading.STATEMENT


def _reaches(cue: Cue, folded: str, span: tuple[int, int]) -> bool:
    if cue.scope is not None:
        return cue.scope[0] < span[1] and span[0] < cue.scope[1]
    if not cue.reach:
        return True
    if cue.ahead and cue.span[0] >= span[0]:
        return False
    gap = between(folded, cue.span, span)
    if _closes(cue, folded) and cue.span[0] >= span[1]:
        return len(gap) <= AS_PREDICATE and not turns(gap)
    reach = cue.reach * OVER_COMMA if any(part in gap for part in _PARTS) else cue.reach
    return len(gap) <= reach and not turns(gap)


def _clause(folded: str, place: int) -> str:
    """Return the part of the sentence that a place is in."""
    starts = [0, *(mark.end() for mark in _CLAUSE.finditer(folded)), len(folded)]
    number = bisect_right(starts, place) - 1
    return folded[starts[number] : starts[number + 1]] if number + 1 < len(starts) else ""


def _opened(reading: Reading, folded: str, end: int) -> tuple[int, int] | None:
    """Return the sentence if a plan opens it and the next clause says what is planned: "Angedacht ist, an drei Orten zu zählen"."""
    mark = _CLAUSE.search(folded)
    if reading not in _OPENING or mark is None or end > mark.start() or not _CONTENT.search(folded, mark.end()):
        return None
    return 0, len(folded)


def _predicates(folded: str) -> Iterator[Cue]:
    """Yield what the end of a clause denies or puts off; a clause that begins with its verb goes on with what stands before it."""
    start = 0
    for end in [*(mark.end() for mark in _CLAUSE.finditer(folded)), len(folded)]:
        clause = folded[start:end].rstrip(" ,;:-|")
        scope = (0 if _RESUMED.match(clause) else start, end)
        denied = _DENIED.search(clause)
        if (denied and not _NEEDLESS.search(clause)) or _ABSENT.search(clause):
            yield Cue(Reading.NEGATION, 0, ahead=False, span=(start, end), scope=scope)
        if _ONCE.search(clause) or _NO_LONGER.search(clause):
            yield Cue(Reading.ENDED, 0, ahead=False, span=(start, end), scope=scope)
        if _FUTURE.search(clause) or _TO_COME.search(clause):
            yield Cue(Reading.PLAN, 0, ahead=False, span=(start, end), scope=scope)
        start = end


def _closes(cue: Cue, folded: str) -> bool:
    """Tell whether the cue ends its sentence: there German puts the verb, and it speaks of the subject, however far."""
    return cue.reading in _PREDICATES and cue.span[1] >= len(folded.rstrip(" .!:;"))
