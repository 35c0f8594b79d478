"""
How much new text each branch of a site brings, and which of its addresses are steps of a walk without end.

Does not choose what is read; ``crawler.frontier`` puts behind what lies in a barren branch. A branch is what the addresses
of one kind share: the folder, or the path with its numbers and the values of its query left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from db.models import Page

WINDOW = 24  # latest pages of a branch that are looked at
BARREN = 1  # of them that brought something, at most: the branch is put behind
LIFTED = 3  # of them that brought something, at least: it comes forward again
FERTILE = 12  # of them that brought something, at least: it may go on beyond any number
TRIED = 2 * WINDOW  # pages of a walk that may be read without gain; then it is endless

LEAST = 40  # bytes of new text that make a page worth its request; a new headline alone has fewer
SHARE = 20  # and one part in so many of its text has to be new
LONGEST = 2_000  # characters of a page that are compared; more would cost more than they tell
MOST_LINES = 50_000  # lines remembered at once, twice; what is met again stays, the rest is forgotten
MOST_BRANCHES = 5_000
STEPS = 4  # folders that tell branches apart; deeper ones belong to the branch above

GONE = frozenset([404, 410])
NOTHING = frozenset(["soft_404", "dead"])
OK = 200

_DIGITS = b"0123456789"
_NUMBER = re.compile(r"\d+")
_NAMES = (
    "date|datum|day|month|monat|year|jahr|tag|week|woche|kw|from|von|bis|start|offset|limitstart|page|seite|p"
    "|sort|sortierung|sortby|order|orderby|dir|richtung"
)
WALK = re.compile(
    r"/(?:1[89]|2\d)\d\d/[01]?\d(?:/[0-3]?\d)?/?(?:\?|$)|/(?:page|seite)/\d+/?(?:\?|$)"
    rf"|(?:[?&_\[.-]|%5b)(?:c|cal|current)?_?(?:{_NAMES})(?:\]|%5d)?=",
    re.IGNORECASE,
)
FACETS = 3  # parameters; so many filters combine without end

MOMENT = re.compile(
    r"[/=]([12]\d{3})(?:[-/.](?:0?[1-9]|1[0-2])(?!\d)|(?:0[1-9]|1[0-2])[0-3]\d(?!\d))"
    r"|(?:year|jahr)(?:\]|%5d)?=([12]\d{3})(?!\d)",
    re.IGNORECASE,
)
AHEAD, BEHIND = 2, 40  # years from now in which something may be dated


class Branch:
    """What the latest pages of one kind brought, as bits, and how many were read; ``is_mixed``: queries of all names."""

    __slots__ = ("bits", "is_barren", "is_mixed", "read")

    def __init__(self, *, is_mixed: bool) -> None:
        self.bits = self.read = 0
        self.is_barren = False
        self.is_mixed = is_mixed

    def note(self, *, is_new: bool) -> bool:
        """Take note of one more page; True if the branch has just become worth reading again."""
        self.read += 1
        self.bits = (self.bits << 1 | is_new) & ((1 << WINDOW) - 1)
        if self.read < WINDOW:
            return False
        brought, was_barren = self.bits.bit_count(), self.is_barren
        self.is_barren = brought <= (LIFTED - 1 if was_barren else BARREN)
        return was_barren and not self.is_barren

    @property
    def is_fertile(self) -> bool:
        """Does it bring so much that no number of pages is too many?"""
        return self.bits.bit_count() >= FERTILE


class Branches:
    """The branches of one site; its memory is bounded, and what is forgotten counts as new."""

    def __init__(self) -> None:
        self._branches: dict[str, Branch] = {}
        self._lines: set[int] = set()
        self._older: set[int] = set()

    def note(self, page: Page, *, words: Iterable[str] = ()) -> bool:
        """
        Take note of what a page brought, with the ``words`` of its links that were not met before.

        Returns:
            Whether a branch that was put behind is worth reading again.
        """
        if page.status == OK and page.error is None:
            is_new = self._is_new("\n".join((page.title, *words, page.main_text[:LONGEST])))
        elif page.status in GONE or page.error in NOTHING:
            is_new = False
        else:
            return False
        lifted = False
        for key in keys(page.url):
            branch = self._branches.get(key)
            if branch is None:
                if len(self._branches) >= MOST_BRANCHES:
                    continue
                branch = self._branches[key] = Branch(is_mixed=key.endswith("?"))
            lifted |= branch.note(is_new=is_new)
        return lifted

    def of(self, url: str) -> Branch | None:
        """Return the branch that speaks for an address: the nearest one of which enough was read; None if there is none."""
        for key in keys(url):
            branch = self._branches.get(key)
            if branch is not None and branch.read >= WINDOW:
                return branch
        return None

    def is_barren(self, url: str) -> bool:
        """Does an address lie where the latest pages brought nothing?"""
        branch = self.of(url)
        return branch is not None and branch.is_barren

    def is_over(self, url: str) -> bool:
        """Is it a step of a walk, or one more filter of a list, that has brought nothing for long?"""
        branch = self.of(url)
        if branch is None or not branch.is_barren or branch.read < TRIED:
            return False
        return branch.is_mixed or is_step(url)

    def _is_new(self, text: str) -> bool:
        """Tell whether a text says something that the site has not said; numbers say nothing."""
        lines = text.encode(errors="ignore").translate(None, _DIGITS).split(b"\n")
        sizes = dict(zip(map(hash, lines), map(len, lines), strict=True))
        new = sizes.keys() - self._lines - self._older
        self._lines.update(sizes)
        if len(self._lines) > MOST_LINES:
            self._older, self._lines = self._lines, set()
        brought = sum(map(sizes.__getitem__, new))
        return brought >= LEAST and brought * SHARE >= sum(sizes.values())


@lru_cache(maxsize=4096)
def keys(url: str) -> tuple[str, ...]:
    """Return the names of the branches of an address, the nearest first."""
    parts = urlsplit(url)
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    folder = _NUMBER.sub("#", "/".join(folder.split("/")[: STEPS + 1]))
    step = _NUMBER.sub("#", last)
    if parts.query:
        names = "&".join(sorted({each.partition("=")[0] for each in parts.query.split("&")}))
        return f"{folder}/{step}?{_NUMBER.sub('#', names)}", f"{folder}/{step}?"
    return (f"{folder}/{step}", f"{folder}/") if step != last else (f"{folder}/",)


def is_walk(url: str) -> bool:
    """Tell whether an address is one step of many: a day, a page of a list, an order of it."""
    return WALK.search(url, url.find("/", 8)) is not None


def is_filtered(url: str) -> bool:
    """Tell whether an address combines filters."""
    query = url.partition("?")[2]
    names = [each.partition("=")[0] for each in query.split("&")]
    return len(names) >= FACETS or len(set(names)) < len(names) or "[" in query or "%5b" in query.lower()


def is_step(url: str) -> bool:
    """Tell whether an address is of a kind that has no end."""
    return is_walk(url) or is_filtered(url)


def is_far(url: str, *, year: int) -> bool:
    """Tell whether an address is a day or month so far from this ``year`` that only a calendar knows it."""
    if not is_walk(url):
        return False
    found = MOMENT.search(url, url.find("/", 8))
    return found is not None and not year - BEHIND <= int(found[1] or found[2]) <= year + AHEAD
