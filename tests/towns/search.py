"""
The search of an invented site: its own pages that have the words, ten at a time.

Does not rank well, as such searches do not: pages with the words in their title come first, then the order of the files.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

TAG = re.compile(r"<[^>]+>")
PAGE = 10
POPULAR = 3


def results(path: str, query: str, *, pages: Iterable[tuple[str, str, str]], menu: Iterable[Mapping[str, Any]]) -> str:
    """Return the body of the page of results for a query string; ``pages`` are path, title and body."""
    given = parse_qs(query)
    words = given.get("q", [""])[0]
    number = int(given.get("seite", ["1"])[0])
    found = _found(words.casefold().split(), pages)
    shown = found[PAGE * (number - 1) : PAGE * number]
    items = "".join(
        f'<li><h3><a href="{html.escape(at)}">{html.escape(title)}</a></h3><p>{html.escape(text[:150])}</p></li>'
        for at, title, text in shown
    )
    numbers = range(1, -(-len(found) // PAGE) + 1)
    steps = " ".join(f'<a href="{path}?{html.escape(urlencode({"q": words, "seite": n}))}">{n}</a>' for n in numbers)
    popular = "".join(f'<li><a href="{entry["to"]}">{entry["text"]}</a></li>' for entry in list(menu)[:POPULAR])
    return (
        f"<p>{len(found)} Treffer zu „{html.escape(words)}“.</p><ol>{items}</ol><p>Seite {steps}</p>"
        f"<h2>Beliebte Seiten</h2><ul>{popular}</ul>"
    )


def _found(words: list[str], pages: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Return the pages that have all the words, those with them in the title first."""
    read = [(path, title, html.unescape(TAG.sub(" ", body))) for path, title, body in pages]
    hits = [page for page in read if words and all(word in f"{page[1]} {page[2]}".casefold() for word in words)]
    return sorted(hits, key=lambda page: not all(word in page[1].casefold() for word in words))
