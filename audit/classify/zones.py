"""
Lay out all that a page says, line by line, each with its zone, so that a place in the folded page leads back to a quote.

Does not know patterns and does not judge. Folding loses letters, so every quote is cut from the text as the page has it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from audit.classify.text import fold, spell, split
from db.models import Page
from db.terms import Zone

MAX_TEXT = 200_000
"""Characters of one page that are read; what follows is no page for people."""
MAX_TITLE = 500
"""Characters of a title; each line is looked up in it."""
MAX_QUOTE = 300
"""Characters of a quote; long enough for a sentence, short enough for a report."""
SHORT = 8
"""Lines of a short page, which has no room for more than one thing."""
MAX_ANCHORS = 300
"""Link texts of the main part that are read on their own."""


@dataclass(frozen=True, slots=True)
class Line:
    """One block of a page: its zone, its words as they stand there, and where they begin and end in the folded page."""

    number: int
    zone: Zone
    text: str
    start: int
    end: int
    level: int = 0  #: of a heading, 1 to 6; 0: no heading
    framed: bool = False  #: many pages of the site repeat it


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, heading or link text; ``start`` and ``end`` count in the folded page."""

    line: Line
    text: str
    start: int
    end: int

    @property
    def zone(self) -> Zone:
        """The zone that its words count in: a box repeated over the site is a menu."""
        return Zone.MENU if self.line.framed else self.line.zone

    def quote(self, start: int, end: int) -> str:
        """Return the words around ``start:end`` (folded page) exactly as the page has them, at most MAX_QUOTE characters."""
        if len(self.text) <= MAX_QUOTE:
            return self.text.strip()
        # Folding moves letters by a few per cent only, so the place in the original is found by proportion.
        share = len(self.text) / max(1, self.end - self.start)
        middle = int(((start + end) / 2 - self.start) * share)
        left = min(max(0, middle - MAX_QUOTE // 2), len(self.text) - MAX_QUOTE)
        right = left + MAX_QUOTE
        if left and (space := self.text.find(" ", left, left + 40)) >= 0:
            left = space
        if right < len(self.text) and (space := self.text.rfind(" ", right - 40, right)) >= 0:
            right = space
        return self.text[left:right].strip()


class PageText:
    """All that a page says, line by line, with its folded form; sentences are cut only where somebody asks."""

    def __init__(self, page: Page, *, frame: Collection[str] = ()) -> None:
        blocks = list(_blocks(page))
        self.folded = fold("\n".join(text for _, text, _ in blocks))
        self.lines: list[Line] = []
        start = 0
        for number, ((zone, text, level), folded) in enumerate(zip(blocks, self.folded.split("\n"), strict=True)):
            framed = zone in _REPEATED and text in frame
            self.lines.append(Line(number, zone, text, start, start + len(folded), level, framed))
            start += len(folded) + 1
        self.title_end = self.lines[0].end if self.lines[0].zone is Zone.TITLE else 0
        self.body_end = max((line.end for line in self.lines if line.zone in BODY), default=0)
        self.address_end = max(line.end for line in self.lines if line.zone in BODY or line.zone is Zone.URL)
        self._starts = [line.start for line in self.lines]
        self._cut: dict[int, tuple[list[int], list[Sentence]]] = {}

    @property
    def is_short(self) -> bool:
        """Is it about one thing at most, for want of room?"""
        return sum(line.zone in BODY for line in self.lines) <= SHORT

    def sentence(self, position: int) -> Sentence:
        """Return the sentence that has the character ``position`` of the folded page."""
        line = self.lines[bisect_right(self._starts, position) - 1]
        if line.number not in self._cut:
            sentences = list(_sentences(line))
            self._cut[line.number] = ([one.start for one in sentences], sentences)
        starts, sentences = self._cut[line.number]
        return sentences[max(0, bisect_right(starts, position) - 1)]

    def following(self, sentence: Sentence) -> Sentence | None:
        """Return the sentence behind one, within the page's own words; None behind the last."""
        start = sentence.end + (sentence.end >= sentence.line.end)
        return self.sentence(start) if start < self.body_end else None

    def preceding(self, sentence: Sentence) -> Sentence | None:
        """Return the sentence before one; None before the first."""
        end = sentence.start - (sentence.start == sentence.line.start)
        return self.sentence(end - 1) if end > 0 else None

    def section(self, sentence: Sentence) -> tuple[int, int]:
        """Return where the part begins and ends that a title or heading stands over; a title and an address: all."""
        line = sentence.line
        if line.level <= 1:
            return 0, self.body_end
        below = (one for one in self.lines[line.number + 1 :] if 0 < one.level <= line.level)
        return line.end, next((one.start for one in below), self.body_end)


BODY = frozenset({Zone.TITLE, Zone.DESCRIPTION, Zone.HEADING, Zone.MAIN, Zone.ANCHOR})
"""Zones that speak about this page and not about the whole site; they come first."""
_REPEATED = frozenset({Zone.HEADING, Zone.MAIN, Zone.ANCHOR})
FEW = 4
OFTEN = 0.1
"""A line of so many pages of a site, and such a share of them, is frame."""


def frame_of(pages: Iterable[Page]) -> frozenset[str]:
    """Return the lines that many pages of one site have in their main part; pages that say the same count once."""
    texts = {page.main_text[:MAX_TEXT] for page in pages}
    counts = Counter(line for text in texts for line in {line.strip() for line in text.split("\n")})
    return frozenset(line for line, count in counts.items() if line and count >= max(FEW, OFTEN * len(texts)))


def _blocks(page: Page) -> Iterator[tuple[Zone, str, int]]:
    """Yield zone, words and heading level, each block once, until the page has given MAX_TEXT characters."""
    left = MAX_TEXT
    for zone, text, level in _all_blocks(page):
        words = text.replace("\n", " ")
        words = words if zone is Zone.URL else words[:left]
        if words.strip():
            left -= len(words)
            yield zone, words, level


def _all_blocks(page: Page) -> Iterator[tuple[Zone, str, int]]:
    title = page.title[:MAX_TITLE]
    yield Zone.TITLE, title, 0
    yield Zone.DESCRIPTION, page.description, 0
    levels = {str(heading.get("text", "")).strip(): int(heading.get("level", 2)) for heading in page.headings}
    links = (link for link in page.links if link.zone == Zone.MAIN and link.url != page.url)
    anchors = dict.fromkeys(link.text.strip() for link in islice(links, 4 * MAX_ANCHORS))
    seen = set()
    for line in page.main_text[:MAX_TEXT].split("\n"):
        text = line.strip()
        seen.add(text)
        level = levels.get(text, 0)
        yield _zone(level, linked=text in anchors, is_title=text in title), text, level
    for text, level in levels.items():
        if text not in seen:
            yield Zone.HEADING, text, level
    for text in islice((text for text in anchors if text not in seen), MAX_ANCHORS):
        if text not in page.main_text:
            yield Zone.ANCHOR, text, 0
    yield Zone.URL, spell(page.url) or "-", 0
    for line in page.menu_text.split("\n"):
        yield Zone.MENU, line, 0
    for line in page.footer_text.split("\n"):
        yield Zone.FOOTER, line, 0


def _zone(level: int, *, linked: bool, is_title: bool) -> Zone:
    if is_title and level <= 1:
        return Zone.TITLE
    # A lower heading that is a link is a teaser: it names another page.
    if linked and level != 1:
        return Zone.ANCHOR
    return Zone.HEADING if level else Zone.MAIN


def _sentences(line: Line) -> Iterator[Sentence]:
    pieces = list(split(line.text))
    start = line.start
    for text in pieces[:-1]:
        end = start + len(fold(text))
        yield Sentence(line, text, start, end)
        start = end
    yield Sentence(line, pieces[-1], start, line.end)
