"""
The date of labelled pages and the kinds of their forms, by ours and, for the date, by htmldate in the same run.

Does not tune anything. Pages that are held out are counted with all, and once more on their own.

    python -m benchmarks.structure             the figures
    python -m benchmarks.structure --wrong     and each case that was read otherwise, but none that is held out
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from benchmarks.figures import Row, row, verdict
from benchmarks.labels import ADDRESS, Asking, Dated, asking, dated
from crawler.extract import extract
from crawler.formkinds import KINDS

BARS = {"date": 0.88, "search": 0.9, "login": 0.9}

_FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
_HTML = "text/html; charset=utf-8"

Read = Callable[[Dated], str | None]


@dataclass(frozen=True, slots=True)
class Hits:
    """How often something was found rightly, found, and there."""

    right: int
    found: int
    there: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 if nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what is there that was found; 1 if nothing is there."""
        return self.right / self.there if self.there else 1.0


def date_of(page: Dated) -> str | None:
    """Return the date as the crawler reads it."""
    return extract(page.url, page.html, content_type=_HTML, fetched=_FETCHED).date


def forms_of(page: Asking) -> list[dict[str, Any]]:
    """Return the forms as the crawler reads them."""
    return extract(ADDRESS, page.html, content_type=_HTML, fetched=_FETCHED).forms


def accuracy(found: Sequence[str | None], pages: Sequence[Dated]) -> float:
    """Return the share of pages whose date is exactly the labelled one; none is an answer too."""
    return sum(date == page.date for date, page in zip(found, pages, strict=True)) / len(pages)


def hits(kind: str, pages: Sequence[Asking]) -> Hits:
    """Return how the forms of a kind were found, compared place by place on each page."""
    pairs = [(form["kind"], label) for page in pages for form, label in zip(forms_of(page), page.kinds, strict=True)]
    right = sum(found == label == kind for found, label in pairs)
    return Hits(right, sum(found == kind for found, _ in pairs), sum(label == kind for _, label in pairs))


def rows(rounds: int) -> list[Row]:
    """Return the figures of all labelled pages."""
    return [*_date_rows(rounds), *_form_rows()]


def _others() -> dict[str, Read]:
    """Return the settings of htmldate; it is installed for measuring only."""
    from htmldate import find_date  # noqa: PLC0415 - not a part of the program

    def read(*, original: bool, extensive: bool) -> Read:
        def found(page: Dated) -> str | None:
            date: str | None = find_date(
                page.html.decode(),
                url=page.url,
                original_date=original,
                extensive_search=extensive,
                max_date=_FETCHED,
            )
            return date

        return found

    return {
        f"htmldate_{'original' if original else 'changed'}_{'extensive' if extensive else 'fast'}": read(
            original=original, extensive=extensive
        )
        for original in (True, False)
        for extensive in (True, False)
    }


def _date_rows(rounds: int) -> list[Row]:
    pages = dated()
    held_out = [page for page in pages if page.held_out]
    measured = {}
    for name, read in {"ours": date_of, **_others()}.items():
        found, milliseconds = _timed(read, pages, rounds)
        on_held_out = accuracy([date for date, page in zip(found, pages, strict=True) if page.held_out], held_out)
        there = [date == page.date for date, page in zip(found, pages, strict=True) if page.date]
        note = f"held out {on_held_out:.3f} of {len(held_out)}, of {len(there)} that give a date {sum(there) / len(there):.3f}, "
        note += f"{milliseconds:.2f} ms CPU a page" + (", the whole page read" if name == "ours" else "")
        bar = (">=", BARS["date"]) if name == "ours" else None
        measured[name] = row(f"date_{name}", accuracy(found, pages), "", bar, n=len(pages), note=note)
    ours = measured.pop("ours")
    # The best setting of the others is the yardstick, so it stands first.
    return [ours, *sorted(measured.values(), key=lambda each: -each["value"])]


def _timed(read: Read, pages: Sequence[Dated], rounds: int) -> tuple[list[str | None], float]:
    """Return the dates, and the CPU milliseconds a page in the best of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        found = [read(page) for page in pages]
        times.append(time.process_time() - start)
    return found, 1000 * min(times) / len(pages)


def _form_rows() -> list[Row]:
    pages = asking()
    held_out = [page for page in pages if page.held_out]
    figures = []
    for kind in KINDS:
        all_of, rest = hits(kind, pages), hits(kind, held_out)
        bar = (">=", BARS[kind]) if kind in BARS else None
        for name in ("precision", "recall"):
            note = f"held out {getattr(rest, name):.3f} of {rest.there}"
            figures.append(row(f"form_{kind}_{name}", getattr(all_of, name), "", bar, n=all_of.there, note=note))
    return [*figures, _asked(pages)]


def _asked(pages: Sequence[Asking]) -> Row:
    """Return the share of forms for which exactly what they ask was read."""
    labelled = [page for page in pages if page.asks is not None]
    right = {page.name: tuple(tuple(form["asks"]) for form in forms_of(page)) == page.asks for page in labelled}
    held_out = [right[page.name] for page in labelled if page.held_out]
    note = f"held out {sum(held_out) / len(held_out):.3f} of {len(held_out)}"
    return row("form_asks", sum(right.values()) / len(right), "", None, n=len(right), note=note)


def _show_wrong() -> None:
    for page in dated():
        if not page.held_out and (found := date_of(page)) != page.date:
            print(f"{page.name:34} date  {found!s:12} not {page.date}")
    for form_page in asking():
        found_forms = forms_of(form_page)
        kinds = tuple(form["kind"] for form in found_forms)
        if not form_page.held_out and kinds != form_page.kinds:
            print(f"{form_page.name:34} forms {kinds} not {form_page.kinds}")
        asks = tuple(tuple(form["asks"]) for form in found_forms)
        if not form_page.held_out and form_page.asks not in (None, asks):
            print(f"{form_page.name:34} asks  {asks} not {form_page.asks}")


def main() -> int:
    """Print the table; ``benchmarks.evaluate`` publishes it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="name the cases that were read otherwise")
    parser.add_argument("--rounds", type=int, default=3, help="of which the quickest counts (3)")
    arguments = parser.parse_args()
    if arguments.wrong:
        _show_wrong()
    return verdict(rows(arguments.rounds))


if __name__ == "__main__":
    sys.exit(main())
