"""
HTML as the parser wrote it, into lines of text: one block a line.

Does not choose which part of a page to read. Relies on what a serialised tree guarantees: every element is closed,
names are in lower case, and ``<`` and ``>`` inside text and attributes are escaped, so that a tag is ``<[^>]*>``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_HTML = 3_000_000  # characters; more markup than this around 200 kB of text is no page for people

# Marks that cannot stand in the text, for control characters were dropped when it was decoded.
_LINE, _CELL, _TERM, _BREAK = "\x1e", "\x1f", "\x1d", "\x1c"

_BLOCKS = (
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html label legend li main menu nav ol p pre search section "
    "summary table tbody tfoot thead title tr ul"
).split()
_APART = ("input", "img", "select", "video", "audio", "object", "td", "th")
_MARKS = {
    **dict.fromkeys(_BLOCKS, _LINE),
    **{f"/{name}": _LINE for name in _BLOCKS},
    **dict.fromkeys(_APART, " "),
    "/td": _CELL,
    "/th": _CELL,
    "/dt": _TERM,
    "br": _BREAK,
}
_TAG = re.compile(r"<([/a-z][^ >]*+)[^>]*+>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CHOICES = re.compile(
    r"<(select|textarea|datalist|iframe|object|audio|video|xmp|noembed|noframes)\b[^>]*>.*?</\1>", re.DOTALL
)
_BUTTON = re.compile(r'<input\b(?=[^>]* type="(?:submit|button)")[^>]* value="([^"]*)"[^>]*>')

_INNER_TABLE = re.compile(r"<table\b(?:[^<]++|<(?!/?table\b))*+</table>")
_IN_CELL = re.compile(r"</?(?:p|div|br|ul|ol|li|center|address|label|pre)(?: [^>]*)?>")
_LONG_CELL = 200  # characters; longer cells are columns of a layout

_DEFINITION = re.compile(rf"{_TERM}[\s{_LINE}]*")
_LONG_TERM = 80
# A break inside a sentence, as old editors set them to fill a line. Not \s: that would be two breaks as well.
_SOFT_BREAK = re.compile(rf"(?<![.!?:;\s])[ \t\n\r]*{_BREAK}[ \t\n\r]*(?=[a-zäöüß])")

# What only helps to move about on the page.
_CHROME = re.compile(
    r"(?:(?:(?:direkt |sprung(?:marke)? |springe |gehe )?(?:zum|zur|zu den) (?:seiten|haupt)?"
    r"(?:inhalt|navigation|menü|suche|seitenanfang|sprachauswahl|fu(?:ß|ss)(?:bereich|zeile))(?: der seite)?(?: springen| wechseln)?"
    r"|inhalt(?: an)?springen|navigation überspringen|skip to (?:main )?(?:content|navigation)|nach oben)(?:[\s|,·]+|$))+"
    r"|(?:sie (?:sind|befinden sich) hier|ihr standort|you are here)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_CHROME_STARTS = frozenset(["dir", "spr", "geh", "zum", "zur", "zu ", "inh", "nav", "ski", "nac", "sie", "ihr", "you"])
_SHORT_LINE = 250


def lines(html: str) -> list[str]:
    """
    Return the visible lines of a serialised element.

    A block ends a line and an inline element does not break a word; a row of a table of two cells is ``a: b``, of more
    ``a | b | c``; a definition is ``term: words``. Skip links and "Sie sind hier" are left out.
    """
    if len(html) > MAX_HTML:
        html = html[:MAX_HTML]
        if html.rfind("<") > html.rfind(">"):  # in the middle of a tag
            html = html[: html.rfind("<")]
    text = _marked(html)
    parts = [said for part in text.split(_LINE) if (said := part.strip())]
    if _BREAK in text or _CELL in text or _TERM in text:
        parts = [line for part in parts for line in _line(part) if line]
    return [
        " ".join(line.split()) if "\n" in line or "  " in line or "\t" in line else line
        for line in parts
        if not (line[:3].lower() in _CHROME_STARTS and _is_chrome(line))
    ]


def flat(html: str) -> str:
    """Return the words of a serialised element on one line."""
    return " ".join(lines(html))


def unescaped(text: str) -> str:
    """Return a text or a value with the signs that a serialised tree escapes."""
    if "&" not in text:
        return text
    text = text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("&amp;", "&")


def _marked(html: str) -> str:
    """Turn tags into marks, or nothing."""
    if "<!--" in html:
        last = html.rfind("-->") + 3  # behind it each beginning would be searched an end for, in vain
        html = _COMMENT.sub("", html[:last]) + html[last:]
    if "<table" in html:
        html = _INNER_TABLE.sub(lambda table: _table(table[0]), html)
    html = _CHOICES.sub(" ", html)
    if "<input" in html:
        html = _BUTTON.sub(rf"{_LINE}\1{_LINE}", html)
    parts = _TAG.split(html.replace("</a><a", "</a> <a"))
    parts[1::2] = [_MARKS.get(tag, "") for tag in parts[1::2]]
    html = "".join(parts)
    if _TERM in html:
        html = _DEFINITION.sub(_TERM, html)
    return unescaped(html)


def _table(html: str) -> str:
    """Keep the cells of a table of data on one line for each row; a table that only places things is left as it is."""
    rows, cells = html.count("</tr>"), html.count("</td>") + html.count("</th>")
    layout = 'role="presentation"' in html or "<h" in html.replace("<hr", "") or "<form" in html or cells <= rows
    if layout or _is_long(html, _LONG_CELL * cells) or (rows < 2 and "<th" not in html):  # noqa: PLR2004 - one row is no table
        return html
    return _IN_CELL.sub(" ", html)


def _is_long(html: str, most: int) -> bool:
    """Tell whether the words of an element are more than so many characters."""
    return len(html) > most and len("".join(_TAG.split(html)[::2])) > most


def _line(text: str) -> Sequence[str]:
    """Return the lines of one block, which can have breaks, cells and a term."""
    if _CELL not in text and _TERM not in text and _BREAK not in text:
        return (text,)
    if _BREAK in text:
        text = _SOFT_BREAK.sub(" ", text)
        return [line for part in text.split(_BREAK) for line in _line(part.strip())]
    if _CELL in text:
        return (_row([" ".join(cell.split()) for cell in text.split(_CELL)]),)
    return _definition([" ".join(part.split()) for part in text.split(_TERM)])


def _row(cells: list[str]) -> str:
    cells = [cell for cell in cells if cell]
    if len(cells) == 2 and len(cells[0]) < _LONG_TERM:  # noqa: PLR2004 - a label and its value
        return _pair(*cells)
    return " | ".join(cells)


def _definition(parts: list[str]) -> list[str]:
    *terms, words = [part for part in parts if part] or [""]
    if not terms:
        return [words]
    term = ", ".join(terms)
    if len(term) > _LONG_TERM or term.endswith(("?", "!", ".")):
        return [term, words]
    return [_pair(term, words)]


def _pair(label: str, value: str) -> str:
    return f"{label} {value}" if label.endswith(":") else f"{label}: {value}"


def _is_chrome(line: str) -> bool:
    return len(line) <= _SHORT_LINE and _CHROME.fullmatch(line) is not None
