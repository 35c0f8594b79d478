"""
The main text of labelled pages, by ours and by other extractors, in one run.

Does not tune anything. The pages stand in ``tests/pages/layouts``, their main text between comments; the words there are
read by Python's own parser, so that no extractor is measured by itself.

    python -m benchmarks.text            ours beside the others
    python -m benchmarks.text --pages    and each page's figures
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from statistics import mean

from benchmarks.figures import Row, row, verdict
from crawler.extract import extract

LAYOUTS = Path(__file__).parent.parent / "tests" / "pages" / "layouts"

_MARK = re.compile(r"<!--(/?)(main|maybe|not)-->")
_WORD = re.compile(r"\w+")
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code dfn em font i kbd mark q s samp small span strong sub sup tt u var wbr".split()
)
_SILENT = frozenset(["script", "style", "title", "template", "select", "textarea", "svg", "noscript"])
_FETCHED = datetime(2026, 1, 1, tzinfo=UTC)

Words = Counter[str]


@dataclass(frozen=True, slots=True)
class Score:
    """
    How well a text agrees with a labelled page, each between 0 and 1.

    Precision is the share of the words of the text that belong to the main text, recall the share of the main text that was
    found. Words that people would judge differently count neither for nor against.
    """

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall or 1)


@dataclass(slots=True)
class Labelled:
    """A page as a server would send it, and its words: of the main text, and those that may be counted to it or not."""

    name: str
    html: bytes
    main: Words = field(default_factory=Counter)
    maybe: Words = field(default_factory=Counter)

    def score(self, text: str) -> Score:
        """Return how well a text agrees, as a bag of words."""
        found = words(text)
        right = found & self.main
        open_to_doubt = (found - right) & self.maybe
        judged = found.total() - open_to_doubt.total()
        return Score(right.total() / (judged or 1), right.total() / self.main.total())


class _Reader(HTMLParser):
    """Sort the words of a page by the marks they stand between."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, list[str]] = {"main": [], "maybe": [], "": []}
        self._open: list[str] = []
        self._silent = 0

    def handle_comment(self, data: str) -> None:
        if data in ("main", "maybe", "not"):
            self._open.append(data)
        elif data in ("/main", "/maybe", "/not") and (not self._open or self._open.pop() != data[1:]):
            raise ValueError(f"mark <!--{data}--> in line {self.getpos()[0]} closes none")
        self._pause()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's interface
        self._silent += tag in _SILENT
        if tag not in _INLINE:
            self._pause()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag not in _INLINE:
            self._pause()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            place = self._open[-1] if self._open else ""
            self.said["" if place == "not" else place].append(data)

    def close(self) -> None:
        super().close()
        if self._open:
            raise ValueError(f"mark <!--{self._open[-1]}--> is never closed")

    def _pause(self) -> None:
        for texts in self.said.values():
            texts.append(" ")


def words(text: str) -> Words:
    """Return the words of a text without case, soft hyphens and signs."""
    return Counter(_WORD.findall(unicodedata.normalize("NFC", text).replace("\u00ad", "").lower()))


def labelled(path: Path) -> Labelled:
    """
    Return a labelled page.

    Raises:
        ValueError: If its marks do not nest.
    """
    source = path.read_text(encoding="utf-8")
    reader = _Reader()
    try:
        reader.feed(source)
        reader.close()
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    main, maybe = (words("".join(reader.said[name])) for name in ("main", "maybe"))
    return Labelled(path.stem, _MARK.sub("", source).encode(), main, maybe)


def pages() -> list[Labelled]:
    """Return all labelled pages by name."""
    return [labelled(path) for path in sorted(LAYOUTS.glob("*.html"))]


def ours(html: bytes) -> str:
    """Return the main text of a page as the crawler reads it."""
    return extract(
        "https://www.ort.example/seite", html, content_type="text/html; charset=utf-8", fetched=_FETCHED
    ).main_text


def _others() -> dict[str, Callable[[bytes], str]]:
    """Return other extractors; they are installed for measuring only."""
    import trafilatura  # noqa: PLC0415 - not a part of the program
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415

    def plain(html: bytes) -> str:
        body = LexborHTMLParser(html).body
        return body.text(separator=" ") if body is not None else ""

    return {
        "trafilatura": lambda html: trafilatura.extract(html, include_comments=False) or "",
        "trafilatura_recall": lambda html: trafilatura.extract(html, include_comments=False, favor_recall=True) or "",
        "trafilatura_fast": lambda html: trafilatura.extract(html, include_comments=False, fast=True) or "",
        "resiliparse": lambda html: extract_plain_text(html.decode(), main_content=True),
        "all_words": plain,
    }


def _measure(extractor: Callable[[bytes], str], labels: list[Labelled], rounds: int) -> tuple[list[Score], float]:
    """Return the scores, and the CPU milliseconds a page in the best of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        texts = [extractor(page.html) for page in labels]
        times.append(time.process_time() - start)
    scores = [page.score(text) for page, text in zip(labels, texts, strict=True)]
    return scores, 1000 * min(times) / len(labels)


def rows(rounds: int, *, by_page: bool = False) -> list[Row]:
    """Return the figures of all extractors; ``by_page`` prints those of each page."""
    labels = pages()
    results = {name: _measure(extractor, labels, rounds) for name, extractor in {"ours": ours, **_others()}.items()}
    if by_page:
        _show_pages(labels, {name: scores for name, (scores, _) in results.items()})
    yardstick = mean(score.f1 for score in results["trafilatura"][0])
    figures: list[Row] = []
    for name, (scores, milliseconds) in results.items():
        bar = (">=", round(yardstick, 3)) if name == "ours" else None
        note = f"precision {mean(s.precision for s in scores):.3f}, recall {mean(s.recall for s in scores):.3f}, "
        note += f"{sum(s.f1 < 0.8 for s in scores)} under 0.8, {milliseconds:.2f} ms CPU a page"
        figures.append(row(f"{name}_f1", mean(score.f1 for score in scores), "", bar, n=len(labels), note=note))
    return figures


def _show_pages(labels: list[Labelled], scores: dict[str, list[Score]]) -> None:
    print(f"{'page':44}" + "".join(f"{name[:18]:>20}" for name in scores))
    for place, page in enumerate(labels):
        cells = (each[place] for each in scores.values())
        print(f"{page.name:44}" + "".join(f"{each.precision:8.2f} {each.recall:5.2f} {each.f1:5.2f}" for each in cells))


def main() -> int:
    """Print the table; ``benchmarks.evaluate`` publishes it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", action="store_true", help="the figures of each page")
    parser.add_argument("--rounds", type=int, default=3, help="of which the quickest counts (3)")
    arguments = parser.parse_args()
    return verdict(rows(arguments.rounds, by_page=arguments.pages))


if __name__ == "__main__":
    sys.exit(main())
