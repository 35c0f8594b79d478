"""
Pages that say the same: copies on sister hosts, and the same text in another frame.

Does not look at addresses. Same text is the same digest; nearly the same is the same heading over texts whose runs of
four words are shared (resemblance as in Broder, "On the resemblance and containment of documents", 1997).
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

from audit.findability.words import WORD, folded
from db.models import Page

ALIKE = 0.8
"""Resemblance from which two texts say the same; a page with another date or greeting has more, a sister service less."""

_RUN = 4  # words
_LEAST = 40  # words; shorter texts resemble each other by chance
_READ = 1_500  # words
_SKETCH = 128  # smallest hashes that stand for a text; the resemblance is known to about 0.04
_MODELS = 20  # different texts under one heading that a further one is compared with


class Twins:
    """
    The pages of a town by what they say.

    Each group is named by the address of its first page.
    """

    def __init__(self, pages: Sequence[Page]) -> None:
        same: dict[str, str] = {}
        self._key = {page.url: same.setdefault(page.digest or page.url, page.url) for page in pages}
        firsts = [page for page in pages if self._key[page.url] == page.url]
        near = dict(_near(firsts))
        self._key = {url: near.get(key, key) for url, key in self._key.items()}
        self._urls: defaultdict[str, list[str]] = defaultdict(list)
        for url, key in self._key.items():
            self._urls[key].append(url)

    def key(self, url: str) -> str:
        """Return what names the group of a page; an unknown address is alone."""
        return self._key.get(url, url)

    def of(self, url: str) -> list[str]:
        """Return the addresses that say the same as one, itself among them."""
        return self._urls.get(self.key(url), [url])


def _near(pages: Sequence[Page]) -> list[tuple[str, str]]:
    """Return the addresses of pages with those of earlier ones that say nearly the same."""
    headed: defaultdict[str, list[Page]] = defaultdict(list)
    for page in pages:
        if page.digest and (heading := _heading(page)):
            headed[heading].append(page)
    found = []
    for group in headed.values():
        if len(group) > 1:
            models: list[tuple[str, frozenset[int]]] = []
            for page in group:
                sketch = _sketch(page.main_text)
                first = next((url for url, model in models if _are_alike(sketch, model)), None)
                if first is not None:
                    found.append((page.url, first))
                elif sketch and len(models) < _MODELS:
                    models.append((page.url, sketch))
    return found


def _heading(page: Page) -> str:
    """Return the page's own heading, since titles name the host as well."""
    first = next((str(heading["text"]) for heading in page.headings if heading["level"] == 1), "")
    return " ".join(WORD.findall(folded(first)))


def _sketch(text: str) -> frozenset[int]:
    """Return the smallest hashes of the runs of words of a text; none if it is short."""
    words = [match[0] for match in islice(WORD.finditer(folded(text)), _READ)]
    if len(words) < _LEAST:
        return frozenset()
    runs = {zlib.crc32(" ".join(words[place : place + _RUN]).encode()) for place in range(len(words) - _RUN + 1)}
    return frozenset(sorted(runs)[:_SKETCH])


def _are_alike(one: frozenset[int], other: frozenset[int]) -> bool:
    """Estimate by their sketches whether two texts share enough of their runs."""
    shared = one & other
    if not shared or len(shared) < ALIKE * max(len(one), len(other)):  # then it cannot be enough, as most are not
        return False
    union = sorted(one | other)[:_SKETCH]
    return sum(run in shared for run in union) >= ALIKE * len(union)
