"""
Find all patterns of a purpose in one pass over a text.

Does not know what the patterns are for, and does not judge a hit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import ahocorasick_rs

from audit.classify.patterns import MAX_PART, STOP, Pattern, around, compile_pattern, letters

MAX_HITS = 200
"""Places looked at for one word of a line; a line that repeats it more often says nothing new."""
MAX_WORD = 3 * MAX_PART
"""Longer words are none."""
MAX_KNOWN = 50_000
"""Words whose patterns are kept; about what one town writes."""
MAX_LINES = 10_000
"""Lines likewise; most of a page are the menus, boxes and buttons of its site."""
LONG_LINE = 500
"""Characters; no site repeats longer ones, and whoever sends endless lines must not fill the memory."""
NEAR = 16
"""Characters between two words that stand beside each other, with an ending and a joint."""
MAX_PARTNERS = 4
"""Places before a word at which a pattern with a gap is tried."""

_WORD = re.compile(r"\w+")
_HYPHENED = re.compile(r"\w+(?:-\w+)+")
_ENDING = range(4)  #: letters that an ending of the first part of a compound may have
_Hit = tuple[int, int, int]


@dataclass(slots=True)
class _Group:
    """
    The patterns of one literal.

    Attributes:
        words: Those that are decided within one word.
        openers: Others of one word, which also depend on what stands around it.
        near: Those that have another literal (by its number) just before it.
        far: The same with a gap between the two.
        leads: Is it itself the one before?
        inner: May any letters stand before it in its word?
        open: May any letters stand behind it in its word?
    """

    words: list[int] = field(default_factory=list)
    openers: list[int] = field(default_factory=list)
    near: dict[int, list[int]] = field(default_factory=dict)
    far: dict[int, list[int]] = field(default_factory=dict)
    leads: bool = False
    inner: bool = False
    open: bool = False

    @property
    def is_part(self) -> bool:
        """Does what stands around its word matter?"""
        return bool(self.openers or self.near or self.far or self.leads)

    def follows(self, literal: int) -> bool:
        """Is there a pattern in which it is the one behind ``literal``?"""
        return literal in self.near or literal in self.far


@dataclass(slots=True)
class _Scan:
    """
    One pass over one text.

    Attributes:
        hits: Pattern, start and end of what was found.
        ends: Where the last match of a pattern ended, for those that several places could find.
        leading: Literal, start and end of each literal that may be the first of two, by end.
        places: The same by literal.
    """

    text: str
    hits: list[_Hit] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)
    leading: list[_Hit] = field(default_factory=list)
    places: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


class PatternIndex:
    """
    All patterns of a purpose, numbered, found in one pass; expressions are compiled when a page first needs them.

    A town uses the same words and lines over and over, so what they tell is found out once and kept.
    """

    def __init__(self) -> None:
        self.patterns: list[Pattern] = []
        self._numbers: dict[str, int] = {}
        self._alone: set[str] = set()
        self._by_words: dict[tuple[bool, tuple[str, ...]], int] = {}
        self._literals: dict[str, int] = {}
        self._groups: list[_Group] = []
        self._compiled: dict[int, re.Pattern[str]] = {}
        self._known: dict[str, tuple[list[_Hit], list[_Hit]] | None] = {}
        self._lines: dict[str, list[_Hit]] = {}
        self._automaton: ahocorasick_rs.AhoCorasick | None = None

    def add(self, source: str, *, owner: str, alone: bool = True) -> int:
        """Return the number of the pattern; equal patterns share one. For ``owner`` and ``alone`` see ``compile_pattern``."""
        if source not in self._numbers or (alone and source not in self._alone):
            pattern = compile_pattern(source, owner=owner, alone=alone)
            if pattern.key not in self._by_words:
                self._by_words[pattern.key] = len(self.patterns)
                self._file(len(self.patterns), pattern)
                self.patterns.append(pattern)
                self._automaton = None
            self._numbers[source] = self._by_words[pattern.key]
            if alone:
                self._alone.add(source)
        return self._numbers[source]

    def _file(self, number: int, pattern: Pattern) -> None:
        group = self._groups[self._literal(pattern.anchor)]
        if pattern.partner:
            partner = self._literal(pattern.partner)
            self._groups[partner].leads = True
            (group.near if pattern.apart <= NEAR else group.far).setdefault(partner, []).append(number)
        else:
            (group.words if pattern.is_word else group.openers).append(number)

    def _literal(self, stem: str) -> int:
        """Return the number of the stem's letters."""
        literal = letters(stem)
        if literal not in self._literals:
            self._literals[literal] = len(self._groups)
            self._groups.append(_Group())
        number = self._literals[literal]
        before, behind = around(stem)
        self._groups[number].inner |= before.endswith("*")
        self._groups[number].open |= behind.startswith("*")
        return number

    def scan(self, text: str) -> list[_Hit]:
        """Return (pattern, start, end) for each hit in a folded text, each place of a pattern once; none goes over lines."""
        if not self.patterns:
            return []
        if self._automaton is None or len(self._known) > MAX_KNOWN:
            self.get_ready()
        if len(self._lines) > MAX_LINES:
            self._lines.clear()
        hits: list[_Hit] = []
        at = 0
        for line in text.split("\n"):
            found = self._lines.get(line)
            if found is None:
                found = self._scan(line)
                if len(line) <= LONG_LINE:
                    self._lines[line] = found
            for number, start, stop in found:
                hits.append((number, at + start, at + stop))
            at += len(line) + 1
        return hits

    def _scan(self, text: str) -> list[_Hit]:
        known, groups = self._known, self._groups
        seen: dict[str, int] = {}
        scan = _Scan(text)
        for match in _WORD.finditer(text):
            word = match.group()
            told = known[word] if word in known else self._learn(word)
            if told is None:
                continue
            seen[word] = seen.get(word, 0) + 1
            if seen[word] > MAX_HITS:
                continue
            at = match.start()
            words, parts = told
            for number, start, stop in words:
                scan.hits.append((number, at + start, at + stop))
            for literal, start, stop in parts:
                self._beside(scan, literal, groups[literal], at + start, at + stop)
        if "-" in text:
            self._rejoin(scan)
        return scan.hits

    def _rejoin(self, scan: _Scan) -> None:
        """Add the words that compounds with hyphens are without them: easy language writes "Energie-Monitor"."""
        for match in islice(_HYPHENED.finditer(scan.text), MAX_HITS):
            word = match.group().replace("-", "")
            told = self._known[word] if word in self._known else self._learn(word)
            if told is None:
                continue
            start, stop = match.span()
            known = {number for number, left, right in scan.hits if left < stop and right > start}
            for number in {number for number, _, _ in told[0]} - known:
                scan.hits.append((number, start, stop))

    def get_ready(self) -> None:
        """Forget what was learned, and build what finds the patterns that are known now."""
        self._known, self._lines = {}, {}
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(self._literals), implementation=ahocorasick_rs.Implementation.DFA
        )

    def _learn(self, word: str) -> tuple[list[_Hit], list[_Hit]] | None:
        """Return the patterns that the word alone decides, and the literals in it that matter beside others; None: nothing."""
        assert self._automaton is not None
        if len(word) > MAX_WORD:
            return None
        words: list[_Hit] = []
        parts: list[_Hit] = []
        for literal, start, stop in self._automaton.find_matches_as_indexes(word, overlapping=True):
            group = self._groups[literal]
            if group.words:
                words += self._decided(group, word, start, stop)
            if group.is_part:
                parts.append((literal, start, stop))
        told = self._known[word] = (words, self._matter(word, parts)) if words or parts else None
        return told

    def _decided(self, group: _Group, word: str, start: int, stop: int) -> Iterator[_Hit]:
        for number in group.words:
            pattern = self.patterns[number]
            if pattern.tails == "unknown":
                found = self._regex(number).search(word)
                if found is not None and found.start() <= start and found.end() >= stop:
                    yield number, found.start(), found.end()
            elif start == 0 and (pattern.tails is None or word[stop:] in pattern.tails):
                yield number, 0, len(word)

    def _matter(self, word: str, parts: list[_Hit]) -> list[_Hit]:
        """Return those literals of a word that are all of it but an ending, or a compound's two parts that belong to one pattern."""
        alone = {
            part
            for part in parts
            if (part[1] == 0 or self._groups[part[0]].inner)
            and (len(word) - part[2] < len(_ENDING) or self._groups[part[0]].open)
            and (word not in STOP or part[2] - part[1] == len(word))
        }
        joined = {
            part
            for one in parts
            for other in parts
            if other[1] - one[2] in _ENDING and self._groups[other[0]].follows(one[0])
            for part in (one, other)
        }
        return [part for part in parts if part in alone or part in joined]

    def _beside(self, scan: _Scan, literal: int, group: _Group, start: int, stop: int) -> None:
        """Add the patterns of the literal at ``start:stop`` that also need what stands around it."""
        for number in group.openers:
            self._verify(scan, number, start, stop)
        if group.near:
            self._after_neighbours(scan, group.near, start, stop)
        if group.far:
            self._after_gap(scan, group.far, start, stop)
        if group.leads:
            scan.leading.append((literal, start, stop))
            scan.places.setdefault(literal, []).append((start, stop))

    def _after_neighbours(self, scan: _Scan, near: dict[int, list[int]], start: int, stop: int) -> None:
        """Add those whose first word stands just before the literal at ``start:stop``."""
        for literal, left, right in reversed(scan.leading):
            if right < start - NEAR:
                break
            if literal in near and right <= start:
                for number in near[literal]:
                    self._verify(scan, number, left, stop)

    def _after_gap(self, scan: _Scan, far: dict[int, list[int]], start: int, stop: int) -> None:
        """Add those whose first word stands somewhere before the literal at ``start:stop``, the nearest first."""
        for literal in far.keys() & scan.places.keys():
            before = [place for place in scan.places[literal][-2 * MAX_PARTNERS :] if place[1] <= start][-MAX_PARTNERS:]
            for number in far[literal]:
                apart = self.patterns[number].apart
                for left, right in reversed(before):
                    if start - right > apart or self._verify(scan, number, left, stop):
                        break

    def _verify(self, scan: _Scan, number: int, start: int, stop: int) -> bool:
        """Add the pattern if it matches what stands at ``start:stop`` and around; tell whether it is known to match there."""
        left = scan.ends.get(number, 0)
        if left > start:
            return True
        pattern = self.patterns[number]
        if pattern.before:
            low, high = max(left, start - pattern.before), stop + pattern.after
            found = self._regex(number).search(scan.text, low, high)
        else:
            found = self._regex(number).match(scan.text, start)
        if found is None or found.start() > start or found.end() < stop:
            return False
        scan.ends[number] = found.end()
        scan.hits.append((number, found.start(), found.end()))
        return True

    def _regex(self, number: int) -> re.Pattern[str]:
        found = self._compiled.get(number)
        if found is None:
            found = self._compiled[number] = re.compile(self.patterns[number].expression)
        return found
