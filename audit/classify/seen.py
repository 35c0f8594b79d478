"""
What one page shows to all criteria: its text, every pattern found in it, its kind, whose it is.

Does not weigh anything for a single criterion.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from urllib.parse import urlsplit

from audit.classify.language import is_german
from audit.classify.readings import Cue, Reader, reading_at
from audit.classify.text import fold
from audit.classify.zones import MAX_QUOTE, PageText, Sentence, frame_of
from db.models import Link, Page
from db.terms import PageType, Reading, Zone

MAX_FORMS = 50
MAX_HEADINGS = 300
Span = tuple[int, int]
SAID = frozenset({Zone.TITLE, Zone.DESCRIPTION, Zone.HEADING, Zone.MAIN})
"""Zones in which a page says something itself; links speak of other pages, in the language of those."""


@dataclass(frozen=True)
class Subject:
    """
    The town that pages are read for.

    Attributes:
        name: As people write it.
        aliases: Other spellings of names and products, by the name.
        hosts: The town's hosts and what each is for.
        frames: By host, lines that many of its pages repeat between menu and footer: boxes and side columns. They name
            things that the page itself is not about.
    """

    name: str
    aliases: Mapping[str, list[str]] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    frames: Mapping[str, frozenset[str]] = field(default_factory=dict)


def host_of(page: Page) -> str:
    """Return the host that a page stands on; empty: its address has none."""
    try:
        return (urlsplit(page.url).hostname or "").lower()
    except ValueError:  # brackets that are no IPv6 address
        return ""


def frames_of(pages: Iterable[Page]) -> dict[str, frozenset[str]]:
    """Return the repeated lines of each host of these pages, as a Subject has them."""
    by_host: dict[str, list[Page]] = {}
    for page in pages:
        by_host.setdefault(host_of(page), []).append(page)
    return {host: frame_of(group) for host, group in by_host.items()}


@dataclass
class Seen:
    """A page as all criteria see it; hits are (pattern, start, end) in the folded page, by start."""

    page: Page
    text: PageText
    hits: list[tuple[int, int, int]]
    reader: Reader
    own_names: frozenset[str]
    own: bool | None
    sources: list[str]
    hosts: Mapping[str, str] = field(default_factory=dict)  #: the town's own, and what each is for
    page_type: PageType = PageType.SERVICE
    cue: str = ""
    stages: frozenset[int] = frozenset()  #: words of a project under way that the page has

    def __post_init__(self) -> None:
        self.hits.sort(key=itemgetter(1))
        self.places: dict[int, list[Span]] = {}
        for number, start, end in self.hits:
            self.places.setdefault(number, []).append((start, end))
        self._starts = [start for _, start, _ in self.hits]
        self._cues: dict[int, list[Cue]] = {}
        self._inside: dict[int, dict[int, Span]] = {}

    @cached_property
    def host(self) -> str:
        return host_of(self.page)

    @cached_property
    def role(self) -> str:
        """What the site is for; empty: not known."""
        return self.hosts.get(self.host, "")

    @cached_property
    def named(self) -> bool:
        """Does the page name the town?"""
        return any(name in self.text.folded for name in self.own_names)

    @cached_property
    def towns(self) -> list[str]:
        """Other towns that the main part names."""
        text = "\n".join(line.text for line in self.text.lines if line.start < self.text.body_end)
        return self.reader.places.named(text, own=self.own_names)

    @cached_property
    def german(self) -> bool:
        """Is most of what the page itself says in German?"""
        own = (line for line in self.text.lines if line.zone in SAID and not line.framed)
        words = "\n".join(self.text.folded[line.start : line.end] for line in own)
        return is_german(words, declared=self.page.language)

    @cached_property
    def name(self) -> str:
        """What the page calls itself."""
        return self.page.title.strip()[:MAX_QUOTE] or self.page.url

    @cached_property
    def targets(self) -> list[tuple[str, str, Link]]:
        """Host, host with path, and link, for the links of the main part; in lower case."""
        found = {link.url: link for link in self.page.links if link.zone == Zone.MAIN}
        places = ((link.url.split("://", 1)[-1].lower(), link) for link in found.values())
        return [(re.split(r"[/:?#]", place, maxsplit=1)[0], place, link) for place, link in places]

    @cached_property
    def forms(self) -> list[tuple[str, int]]:
        """Kind and number of fields of each form."""
        return [(str(form.get("kind", "other")), len(form.get("fields") or [])) for form in self.page.forms[:MAX_FORMS]]

    @cached_property
    def in_body(self) -> frozenset[int]:
        """Patterns that the page has in its own words or in its address, not only in menu and footer."""
        return frozenset(number for number, start, _ in self.hits if start < self.text.address_end)

    @cached_property
    def in_headings(self) -> frozenset[int]:
        """Patterns in the title and in headings."""
        lines = [line for line in self.text.lines if line.level or line.end == self.text.title_end]
        found = (self._between(line.start, line.end) for line in lines[:MAX_HEADINGS])
        return frozenset(number for hits in found for number, _, _ in hits)

    def in_words(self, words: str) -> frozenset[int]:
        """Return the patterns in words that stand on the page, as those of a link."""
        folded = fold(words).strip()
        start = self.text.folded.find(folded) if folded else -1
        if start < 0:
            return frozenset()
        end = start + len(folded)
        return frozenset(number for number, _, stop in self._between(start, end) if stop <= end)

    def _between(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        place = bisect_left(self._starts, start)
        while place < len(self.hits) and self._starts[place] < end:
            yield self.hits[place]
            place += 1

    def inside(self, sentence: Sentence) -> dict[int, Span]:
        """Return the patterns of a sentence with their first place."""
        if sentence.start not in self._inside:
            found: dict[int, Span] = {}
            for number, start, end in self._between(sentence.start, sentence.end):
                if end <= sentence.end:
                    found.setdefault(number, (start, end))
            self._inside[sentence.start] = found
        return self._inside[sentence.start]

    def reading(self, sentence: Sentence, span: Span) -> Reading:
        """Return what the sentence says about the words at ``span``."""
        cues = self.cues(sentence)
        if not cues:
            return Reading.STATEMENT
        asked = sentence.text.rstrip().endswith("?")
        if asked and (answer := self.text.following(sentence)) is not None and self.reader.refuses(answer.text):
            return Reading.NEGATION
        folded = self.text.folded[sentence.start : sentence.end]
        start, end = span[0] - sentence.start, span[1] - sentence.start
        return reading_at(cues, folded, start=start, end=end, council=self.page_type is PageType.COUNCIL)

    def is_planned_beside(self, start: int) -> bool:
        """Does the sentence at ``start``, or one beside it, put anything off?"""
        sentence = self.text.sentence(start)
        around = (self.text.preceding(sentence), sentence, self.text.following(sentence))
        return any(cue.reading is Reading.PLAN for one in around if one is not None for cue in self.cues(one))

    def cues(self, sentence: Sentence) -> list[Cue]:
        """Return the cues of a sentence."""
        if sentence.start not in self._cues:
            self._cues[sentence.start] = self.reader.cues(sentence, own_names=self.own_names)
        return self._cues[sentence.start]
