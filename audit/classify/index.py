"""
Find all patterns of a purpose in one pass over a text.

Does not know what the patterns are for, and does not judge a hit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import ahocorasick_rs

from audit.classify.patterns import MAX_PART, Pattern, compile_pattern

MAX_HITS = 200
"""Places looked at for one literal on one page; a page that repeats a word more often says nothing new."""

_TAIL = re.compile(rf"\w{{0,{MAX_PART}}}(?!\w)")


@dataclass(slots=True)
class _Group:
    """The patterns of one literal: single words by their endings, others that begin with it, and those that only hold it."""

    by_tail: dict[str, list[int]] = field(default_factory=dict)
    any_tail: list[int] = field(default_factory=list)
    openers: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)

    def add(self, number: int, pattern: Pattern) -> None:
        if pattern.before:
            self.others.append(number)
        elif pattern.tails == "unknown":
            self.openers.append(number)
        elif pattern.tails is None:
            self.any_tail.append(number)
        else:
            for tail in pattern.tails:
                self.by_tail.setdefault(tail, []).append(number)


class PatternIndex:
    """All patterns of a purpose, numbered, found in one pass; expressions are compiled when a page first needs them."""

    def __init__(self) -> None:
        self.patterns: list[Pattern] = []
        self._numbers: dict[str, int] = {}
        self._by_words: dict[tuple[bool, tuple[str, ...]], int] = {}
        self._by_literal: dict[str, _Group] = {}
        self._groups: list[_Group] = []
        self._compiled: dict[int, re.Pattern[str]] = {}
        self._automaton: ahocorasick_rs.AhoCorasick | None = None

    def add(self, source: str, *, owner: str, alone: bool = True) -> int:
        """Return the number of the pattern; equal patterns share one. For ``owner`` and ``alone`` see ``compile_pattern``."""
        if source not in self._numbers or alone:
            pattern = compile_pattern(source, owner=owner, alone=alone)
            if pattern.key not in self._by_words:
                self._by_words[pattern.key] = len(self.patterns)
                for literal in pattern.literals:
                    self._by_literal.setdefault(literal, _Group()).add(len(self.patterns), pattern)
                self.patterns.append(pattern)
                self._automaton = None
            self._numbers[source] = self._by_words[pattern.key]
        return self._numbers[source]

    def scan(self, text: str) -> list[tuple[int, int, int]]:
        """Return (pattern, start, end) for each hit in a folded text, each place of a pattern once."""
        if not self.patterns:
            return []
        automaton = self._automaton or self._build()
        groups = self._groups
        seen = [0] * len(groups)
        ends: dict[int, int] = {}
        hits: list[tuple[int, int, int]] = []
        for number, start, stop in automaton.find_matches_as_indexes(text, overlapping=True):
            seen[number] += 1
            if seen[number] > MAX_HITS:
                continue
            group = groups[number]
            if not (start and (text[start - 1].isalnum() or text[start - 1] == "_")):
                self._open(group, text, start, stop, hits=hits)
            if group.others:
                self._look_around(group, text, start, stop, hits=hits, ends=ends)
        return hits

    def _build(self) -> ahocorasick_rs.AhoCorasick:
        self._groups = list(self._by_literal.values())
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(self._by_literal), implementation=ahocorasick_rs.Implementation.DFA
        )
        return self._automaton

    def _open(self, group: _Group, text: str, start: int, stop: int, *, hits: list[tuple[int, int, int]]) -> None:
        """Add those that begin at the literal at ``start:stop``; single words are told by what follows, without a regex."""
        if group.by_tail or group.any_tail:
            tail = _TAIL.match(text, stop)
            if tail is not None:
                end = tail.end()
                hits.extend((number, start, end) for number in group.by_tail.get(tail.group(), ()))
                hits.extend((number, start, end) for number in group.any_tail)
        for number in group.openers:
            found = self._regex(number).match(text, start)
            if found is not None:
                hits.append((number, start, found.end()))

    def _look_around(
        self, group: _Group, text: str, start: int, stop: int, *, hits: list[tuple[int, int, int]], ends: dict[int, int]
    ) -> None:
        """Add those that hold the literal at ``start:stop``; ``ends`` tells where the last match of each ended."""
        for number in group.others:
            left = ends.get(number, 0)
            if left > start:
                continue
            pattern = self.patterns[number]
            low, high = max(left, start - pattern.before), stop + pattern.after
            if any(text.find(other, low, high) < 0 for other in pattern.others):
                continue
            found = self._regex(number).search(text, low, high)
            if found and found.start() <= start and found.end() >= stop:
                ends[number] = found.end()
                hits.append((number, found.start(), found.end()))

    def _regex(self, number: int) -> re.Pattern[str]:
        found = self._compiled.get(number)
        if found is None:
            found = self._compiled[number] = re.compile(self.patterns[number].expression)
        return found
