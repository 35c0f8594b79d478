"""
Find all patterns of a purpose in one pass over a text.

Does not know what the patterns are for, and does not judge a hit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import ahocorasick_rs

from audit.classify.patterns import MAX_PART, Pattern, compile_pattern

MAX_HITS = 200
"""Places looked at for one literal on one page; a page that repeats a word more often says nothing new."""

_TAIL = re.compile(rf"\w{{0,{MAX_PART}}}(?!\w)")
_WORD = re.compile(r"\w")


class PatternIndex:
    """All patterns of a purpose, numbered, found in one pass; expressions are compiled when a page first needs them."""

    def __init__(self) -> None:
        self.patterns: list[Pattern] = []
        self._numbers: dict[str, int] = {}
        self._by_words: dict[tuple[bool, tuple[str, ...]], int] = {}
        self._by_literal: dict[str, tuple[list[int], list[int]]] = {}
        self._compiled: dict[int, re.Pattern[str]] = {}
        self._automaton: ahocorasick_rs.AhoCorasick | None = None

    def add(self, source: str, *, owner: str, alone: bool = True) -> int:
        """Return the number of the pattern; equal patterns share one. For ``owner`` and ``alone`` see ``compile_pattern``."""
        if source not in self._numbers or alone:
            pattern = compile_pattern(source, owner=owner, alone=alone)
            if pattern.key not in self._by_words:
                self._by_words[pattern.key] = len(self.patterns)
                for literal in pattern.literals:
                    openers, others = self._by_literal.setdefault(literal, ([], []))
                    (others if pattern.before else openers).append(len(self.patterns))
                self.patterns.append(pattern)
                self._automaton = None
            self._numbers[source] = self._by_words[pattern.key]
        return self._numbers[source]

    def scan(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield (pattern, start, end) for each hit in a folded text, each place of a pattern once."""
        if not self.patterns:
            return
        automaton = self._automaton or self._build()
        groups = list(self._by_literal.values())
        seen = [0] * len(groups)
        ends: dict[int, int] = {}
        for group, start, stop in automaton.find_matches_as_indexes(text, overlapping=True):
            seen[group] += 1
            if seen[group] > MAX_HITS:
                continue
            openers, others = groups[group]
            if openers and not (start and _WORD.match(text, start - 1)):
                yield from self._opening(openers, text, start, stop)
            for number in others:
                left = ends.get(number, 0)
                if left <= start and (span := self._around(number, text, start, stop, left=left)) is not None:
                    ends[number] = span[1]
                    yield number, *span

    def _opening(self, openers: list[int], text: str, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """Yield those that begin at the literal at ``start:stop``; single words are told by what follows, without a regex."""
        tail = _TAIL.match(text, stop)
        for number in openers:
            tails = self.patterns[number].tails
            if tails == "unknown":
                found = self._regex(number).match(text, start)
                if found is not None:
                    yield number, start, found.end()
            elif tail is not None and (tails is None or tail.group() in tails):
                yield number, start, tail.end()

    def _build(self) -> ahocorasick_rs.AhoCorasick:
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(self._by_literal), implementation=ahocorasick_rs.Implementation.DFA
        )
        return self._automaton

    def _regex(self, number: int) -> re.Pattern[str]:
        found = self._compiled.get(number)
        if found is None:
            found = self._compiled[number] = re.compile(self.patterns[number].expression)
        return found

    def _around(self, number: int, text: str, start: int, stop: int, *, left: int) -> tuple[int, int] | None:
        """Return the match around the literal at ``start:stop`` of a folded text, not before ``left``."""
        pattern = self.patterns[number]
        low, high = max(left, start - pattern.before), stop + pattern.after
        for other in pattern.others:
            if text.find(other, low, high) < 0:
                return None
        found = self._regex(number).search(text, low, high)
        return found.span() if found and found.start() <= start and found.end() >= stop else None
