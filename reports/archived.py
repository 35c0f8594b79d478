"""
The copy of a strange page, harmless: its words and its order, a quote marked, and nothing that could act or be fetched.

Does not read archives. Only elements and attributes of the lists below get through; every text is escaped anew, so what a page would
like to be does not matter. Pictures become their descriptions, links and forms lose where they lead, styles are gone.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from markupsafe import escape
from selectolax.lexbor import LexborHTMLParser, LexborNode

from reports.language import gettext as _
from reports.language import language

PLAIN = frozenset(
    "div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr th td blockquote pre hr br section article header"
    " footer nav aside address figure figcaption details summary".split()
)
"""Elements that stand on lines of their own, and stay."""

INLINE = frozenset(
    "a span strong b em i u s small sub sup abbr cite code q time dfn kbd samp var ins del bdi bdo".split()
)
"""Elements within a line that stay."""

WITH = {"th": ("colspan", "rowspan", "scope"), "td": ("colspan", "rowspan"), "ol": ("start",), "bdo": ("dir",)}
"""Attributes that stay; beside them ``lang`` and ``dir`` of all."""

GONE = frozenset(
    "script style template svg math iframe frame frameset object embed applet audio video source track canvas map area link meta base"
    " select option datalist input textarea head portal fencedframe noframes noembed param".split()
)
"""Elements that go with all that is in them; any other goes and leaves what is in it."""

EMPTY = frozenset(["br", "hr"])
SHORT = 40
"""Signs of an attribute; all that may stay are short."""

LARGEST = 3_000_000
"""Signs of a page that are shown."""

STYLE = """
:root { color-scheme: light dark; font: 100%/1.5 system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; overflow-wrap: anywhere; }
mark { padding: .1em .15em; background: #ffd84d; color: #15202e; outline: 2px solid #875000; scroll-margin-top: 6rem; }
.picture { border: 1px dashed #76808c; padding: 0 .3em; color: #556070; }
table { border-collapse: collapse; } th, td { border: 1px solid #b4bcc8; padding: .2rem .4rem; text-align: left; vertical-align: top; }
a { text-decoration: underline; } pre { white-space: pre-wrap; }
@media (prefers-color-scheme: dark) { body { background: #10161f; color: #e8edf4; } .picture { color: #acb8c7; } }
"""

POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'self'; sandbox"
)
"""Goes with each copy: no script, no connection, no picture, and an origin of its own."""


class Copy(NamedTuple):
    """A page of its own in HTML, and whether the quote was found in it."""

    html: str
    is_marked: bool


class Piece(NamedTuple):
    """A part of a page: words as they are read, or markup of ours."""

    text: str
    is_markup: bool = False


def of_html(page: str, quote: str) -> Copy:
    """Return the copy of a page in HTML."""
    tree = LexborHTMLParser(page)
    title = tree.css_first("title")
    head = (
        [Piece("<p><strong>", is_markup=True), Piece(title.text()), Piece("</strong></p><hr>", is_markup=True)]
        if title
        else []
    )
    return _copy([*head, *_pieces(tree.body)] if tree.body else head, quote)


def of_lines(lines: Iterable[str], quote: str) -> Copy:
    """Return the copy of a text, a paragraph for each line."""
    pieces: list[Piece] = []
    for line in lines:
        pieces += [Piece("<p>", is_markup=True), Piece(line), Piece("</p>", is_markup=True)]
    return _copy(pieces, quote)


def _copy(whole: Iterable[Piece], quote: str) -> Copy:
    pieces = list(_bounded(whole))
    found = _place(pieces, quote)
    body = "".join(_written(pieces, *found) if found else map(_plain, pieces))
    head = f'<!DOCTYPE html><html lang="{language()}"><head><meta charset="utf-8"><title>{escape(_("Archivierte Seite"))}</title>'
    return Copy(f"{head}<style>{STYLE}</style></head><body>{body}</body></html>", found is not None)


def _pieces(body: LexborNode) -> Iterator[Piece]:
    """Yield the parts of a page in their order; a stack of our own, since a hostile page nests as deep as it likes."""
    waiting: list[LexborNode | Piece] = [body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Piece):
            yield node
            continue
        tag = node.tag or ""
        if tag == "-text":
            yield Piece(node.text_content or "")
        elif tag == "img":
            yield from _picture(node)
        elif tag not in GONE and not tag.startswith(("-", "!")):
            opened, closed = _tags(tag, node)
            if closed:
                waiting.append(Piece(closed, is_markup=True))
            waiting += reversed(list(node.iter(include_text=True)))
            if opened:
                yield Piece(opened, is_markup=True)


def _tags(tag: str, node: LexborNode) -> tuple[str, str]:
    """Return what opens and closes an element; nothing for one that only leaves what is in it, a line for what stands on its own."""
    if tag in EMPTY:
        return f"<{tag}>", ""
    if tag in {"form", "fieldset", "main", "dialog", "legend", "center", "menu", "search"}:
        tag = "div"
    if tag not in PLAIN | INLINE:
        return "", ""
    kept = {name: node.attributes.get(name) for name in (*WITH.get(tag, ()), "lang", "dir")}
    told = "".join(f' {name}="{escape(value)}"' for name, value in kept.items() if value and len(value) <= SHORT)
    return f"<{tag}{told}>", f"</{tag}>"


def _picture(node: LexborNode) -> Iterator[Piece]:
    if alt := (node.attributes.get("alt") or "").strip():
        yield Piece('<span class="picture">', is_markup=True)
        yield Piece(alt)
        yield Piece("</span>", is_markup=True)


def _bounded(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the parts up to ``LARGEST``; after that only what closes elements."""
    left = LARGEST
    for piece in pieces:
        if not piece.is_markup:
            yield Piece(piece.text[:left])
            left = max(0, left - len(piece.text))
        elif left or piece.text.startswith("</"):
            yield piece


def _place(pieces: list[Piece], quote: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """
    Return where a quote begins and where its last sign stands, each as number of the part and of the sign.

    White space and case do not count. A row of a table is quoted with commas of ours, so a second look takes letters and digits only.
    """
    signs = [(sign, number, place) for number, piece in enumerate(pieces) for place, sign in _signs(piece)]
    wanted = [sign for _place, sign in _signs(Piece(quote.strip().removesuffix("…")))]
    return _found(signs, wanted) or _found(
        [one for one in signs if one[0].isalnum()], [one for one in wanted if one.isalnum()]
    )


def _found(signs: list[tuple[str, int, int]], wanted: list[str]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    start = "".join(sign for sign, _number, _at in signs).find("".join(wanted)) if wanted else -1
    return (signs[start][1:], signs[start + len(wanted) - 1][1:]) if start >= 0 else None


def _signs(piece: Piece) -> Iterator[tuple[int, str]]:
    """Yield the signs of a text that count, each with its place; one may be written with several ("ß", "ss")."""
    for place, sign in enumerate("" if piece.is_markup else piece.text):
        for one in sign.casefold():
            if not one.isspace() and one not in "\u00ad\u200b\u2060\ufeff":
                yield place, one


def _written(pieces: Iterable[Piece], start: tuple[int, int], end: tuple[int, int]) -> Iterator[str]:
    """Yield the parts as HTML; the quote is marked in each text that it runs through, so that no mark crosses an element."""
    names = iter([' id="zitat"'])
    for number, piece in enumerate(pieces):
        if piece.is_markup or not start[0] <= number <= end[0]:
            yield _plain(piece)
            continue
        first = start[1] if number == start[0] else 0
        last = end[1] + 1 if number == end[0] else len(piece.text)
        yield str(escape(piece.text[:first]))
        if said := piece.text[first:last]:
            yield f"<mark{next(names, '')}>{escape(said)}</mark>" if said.strip() else str(escape(said))
        yield str(escape(piece.text[last:]))


def _plain(piece: Piece) -> str:
    return piece.text if piece.is_markup else str(escape(piece.text))
