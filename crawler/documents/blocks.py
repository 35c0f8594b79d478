"""
Lines of printed pages into blocks of text: words put together again, sentences whole, running heads said once.

Does not read files. A printed line ends where the paper does; what reads sentences needs them on one line.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

HYPHEN = "\ufffe"
"""A hyphen at the end of a line, as pdfium marks it."""

_LETTERS = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
    # Symbol and Wingdings, as Word prints them.
    "\uf0b7": "•",
    "\uf0a7": "•",
    "\uf06f": "☐",
    "\uf0a8": "☐",
    "\uf071": "☐",
}
# White space stays, to become plain spaces later.
_NO_LETTERS = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060\ud800-\udfff\ue000-\uf8ff\ufb00-\ufb06\ufeff\ufffd\uffff]"
)
_SPLIT_UMLAUT = re.compile(r"¨ ?([aouAOU])")  # TeX's old fonts have no umlauts
_UMLAUTS = str.maketrans("aouAOU", "äöüÄÖÜ")
_BROKEN = re.compile(rf"{HYPHEN}+ ?(\w*)")
_APART = frozenset("und oder bzw sowie als bis noch wie".split())
"""Words behind a hyphen that stays: "Strom- und Gas"."""

_BULLET = re.compile(r"(?:[•·▪■□☐◦‣∙►*]|[–—-](?=\s))")
_MONTHS = "Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez"
_NUMBER = re.compile(rf"(?:\(?\d{{1,2}}(?:\.\d{{1,2}})*+[.)]?|[a-z]\))\s(?!{_MONTHS})(?=[A-ZÄÖÜ])")
_OPEN_END = re.compile(
    r"(?:^|\s)(?:d(?:er|ie|as|es|em|en)|eine?[rsmn]?|und|oder|sowie|für|von|vom|zur?|zum|in|im|ins|am|an|auf|mit|bei|beim|nach|über|aus|durch|als)$|[^,],$"
)
_LEADER = frozenset("_.…·")
_STOPS = frozenset(".!?:;")
_EDGE = 3  # lines at the top and at the bottom of a page that may be a running head
_LONGEST_HEAD = 120  # characters
_FEW_PAGES = 3
_MOST_PAGES = 0.6
_FAR = 3  # heights of a letter; lines further apart do not belong together
_SHORT = 30  # characters; what is shorter is seldom the beginning of a sentence


class Line(NamedTuple):
    """One printed line; measures in points, y grows upwards; all 0: not known."""

    text: str
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    height: float = 0.0
    first: float = 0.0  #: width of the first word


def join(pages: Sequence[Sequence[Line]], *, limit: int) -> tuple[str, list[int], int]:
    """
    Return the text of all pages, one block a line, with the number of each page's first line, and how many pages are whole.

    ``limit`` is in characters; a page that would go beyond it is cut and the rest left out.
    """
    blocks: list[str] = []
    starts: list[int] = []
    left = limit
    for page in _without_heads(pages):
        for number, column in enumerate(_columns(page)):
            found = list(_blocks(column))
            left -= sum(len(block) + 1 for block in found)
            if found and blocks and _goes_on(blocks[-1], found[0]):
                blocks[-1] = glue(blocks[-1], found.pop(0))
            if number == 0:
                starts.append(len(blocks))
            blocks += found
        if left < 0:
            break
    text = "\n".join(blocks)[:limit]
    lines = text.count("\n") + 1
    return text, [min(start, lines) for start in starts], len(starts) - (left < 0)


def clean(text: str) -> str:
    """Return a printed line with ordinary letters and spaces; a hyphen at its end or that pdfium marks becomes ``HYPHEN``."""
    if "\u00ad" in text and (trimmed := text.rstrip()).endswith("\u00ad"):
        text = trimmed[:-1] + HYPHEN
    text = _NO_LETTERS.sub(lambda found: _LETTERS.get(found[0], ""), text)
    if "¨" in text:
        text = _SPLIT_UMLAUT.sub(lambda found: found[1].translate(_UMLAUTS), text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def glue(start: str, end: str) -> str:
    """Put two lines together, and a word that was broken between them."""
    return mended("".join(_seam(start, end)))


def _seam(start: str, end: str) -> tuple[str, str]:
    if len(start) > 1 and start[-1] == "-" and start[-2].isalnum():
        start = start[:-1] + HYPHEN
    return start, end if start.endswith(HYPHEN) else f" {end}"


def mended(text: str) -> str:
    """Put words together that were broken at the end of a line: "Bürger-meister", but "Smart-City" and "Strom- und Gas"."""
    return _BROKEN.sub(_mend, text) if HYPHEN in text else text


def _mend(found: re.Match[str]) -> str:
    word = found[1]
    if word in _APART or not word:
        return f"- {word}".rstrip()
    return word if word[0].islower() else f"-{word}"


def _goes_on(block: str, following: str) -> bool:
    """Does a sentence go on over the end of the page or column?"""
    is_cut = block[-1:] not in _STOPS and not _LEADER.issuperset(block[-3:]) and len(block) > _SHORT
    return is_cut and (following[:1].islower() or _is_open(block))


def _is_open(text: str) -> bool:
    """Does a line end with a word that a heading or label seldom ends with?"""
    return text[-1:].isalpha() and text[text.rfind(" ") + 1 :].islower()


def _without_heads(pages: Sequence[Sequence[Line]]) -> Iterator[list[Line]]:
    """Yield the pages without what stands at the edge of most of them; the first time it stays."""
    keys = [[re.sub(r"\d+", "#", line.text) for line in page] for page in pages]
    counts = Counter(key for page in keys for key in {*page[:_EDGE], *page[-_EDGE:]})
    enough = max(_FEW_PAGES, _MOST_PAGES * len(pages))
    running = {key for key, count in counts.items() if count >= enough and len(key) <= _LONGEST_HEAD}
    said: set[str] = set()
    for page, names in zip(pages, keys, strict=True):
        edge = {*range(_EDGE), *range(len(page) - _EDGE, len(page))}
        yield [line for place, line in enumerate(page) if not (place in edge and names[place] in said)]
        said.update(running.intersection(names))


def _columns(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines of a page by columns; a line above the one before it begins a new one. At least one, maybe empty."""
    columns: list[list[Line]] = [[]]
    for line in lines:
        if columns[-1] and line.bottom > columns[-1][-1].bottom + line.height:
            columns.append([])
        columns[-1].append(line)
    return columns


def _blocks(lines: Sequence[Line]) -> Iterator[str]:
    """Yield the blocks of one column."""
    for run in _runs(lines):
        edge = max(line.right for line in run)
        # German nouns begin like labels. Where sentences run on, some line begins or ends with a small word.
        is_prose = any(after.text[:1].islower() or _is_open(line.text) for line, after in pairwise(run))
        parts = [run[0].text]
        for before, line in pairwise(run):
            if _flows(before, line, edge=edge, is_prose=is_prose):
                parts[-1:] = _seam(parts[-1], line.text)
            else:
                yield mended("".join(parts))
                parts = [line.text]
        yield mended("".join(parts))


def _runs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield lines that stand under each other in one column, in letters of one size."""
    steps = [step for before, line in pairwise(lines) if 0 < (step := _step(before, line)) < _FAR]
    usual = median(steps) if steps else 0.0
    run: list[Line] = []
    for line in lines:
        if run and not _is_below(run[-1], line, usual=usual):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _step(before: Line, line: Line) -> float:
    """Return how far a line is below another, in heights of its letters."""
    return (before.bottom - line.bottom) / line.height if line.height else 0.0


def _is_below(before: Line, line: Line, *, usual: float) -> bool:
    if not line.height or not before.height:
        return line.height == before.height
    alike = 0.8 <= before.height / line.height <= 1.25  # noqa: PLR2004 - bold and index figures differ a little
    is_over = before.left < line.right and line.left < before.right
    return alike and is_over and 0 < _step(before, line) <= 1.25 * usual


def _flows(before: Line, line: Line, *, edge: float, is_prose: bool) -> bool:
    """Was the line broken because the paper ended? If its next word had fitted, it was broken on purpose."""
    start, end = before.text, line.text
    if _BULLET.match(end) or _NUMBER.match(end) or _LEADER.issuperset(start[-3:]):
        return False
    if start.endswith(("-", HYPHEN)) or _OPEN_END.search(start):
        return True
    if not line.height:
        return end[:1].islower() and start[-1:] not in _STOPS
    return is_prose and before.right + 0.3 * line.height + line.first >= edge
