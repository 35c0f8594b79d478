"""
Keep a page from costing more than it can say: scripts out, nesting and attributes bounded, then the parser.

Does not decide what a page means. Parsers follow the HTML standard, and the standard allows trees whose building takes
a time that grows with the square of their size; a crawler that reads strangers' pages must not build them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

MAX_DEPTH = 512
"""Open elements at one time; browsers stop there too (Blink's maximumHTMLParserDOMTreeDepth)."""

MAX_FORMATTING = 30
"""Open bold or italic elements at one time: the standard copies each of them into every further paragraph."""

# Below these sizes even the worst page is parsed in well under a second, so ordinary pages skip the checks.
_FEW_TAGS = 2_500
_SHORT = 60_000

_OPENER = re.compile(
    r"<(!--|script|SCRIPT|Script|style|STYLE|Style|svg|SVG|template|TEMPLATE|noscript|NOSCRIPT)(?![\w-])([^>]*)"
)
_CLOSER = {
    name: re.compile(f"</{name}[^>]*>", re.IGNORECASE) for name in ("script", "style", "svg", "template", "noscript")
}
_CLOSER["!--"] = re.compile(r"--!?>")

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_WHOLE_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)[^>]*>")
# More than 300 attributes in one element; the standard has each compared with all before it.
_CROWDED = re.compile(
    r"""<([a-zA-Z][^\s/>]*+)(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+){300,}+[^>]*+>?"""
)
# Void, or closed by the parser itself before the next of their kind: they do not nest.
_FLAT = frozenset(
    "a area base br col embed hr img input link meta param source track wbr frame "
    "p li dd dt tr td th thead tbody tfoot colgroup caption option optgroup html head body".split()
)
_FORMATTING = frozenset("b big code em font i nobr s small strike strong tt u".split())


@dataclass(slots=True)
class _Depth:
    """How many elements are open, as far as tags tell without building the tree."""

    open: dict[str, int] = field(default_factory=dict)
    plain: int = 0
    formatting: int = 0
    dropped: dict[str, int] = field(default_factory=dict)

    def allows(self, slash: str, name: str) -> bool:
        """Count one tag; False if it would go too deep, or closes one that did."""
        name = name.lower()
        if name in _FLAT:
            return True
        step = -1 if slash else 1
        if slash:
            if self.dropped.get(name, 0):
                self.dropped[name] -= 1
                return False
            if not self.open.get(name, 0):
                return True
        elif self.formatting >= MAX_FORMATTING if name in _FORMATTING else self.plain >= MAX_DEPTH:
            self.dropped[name] = self.dropped.get(name, 0) + 1
            return False
        self.open[name] = self.open.get(name, 0) + step
        if name in _FORMATTING:
            self.formatting += step
        else:
            self.plain += step
        return True


def parse(text: str) -> tuple[LexborHTMLParser, list[str]]:
    """
    Return the tree of a page without scripts, styles, drawings and comments, and its JSON-LD blocks apart.

    Elements nested too deep lose their tags and keep their words; an element with too many attributes loses them.
    """
    html, data = strip(text)
    if len(html) > _SHORT:
        html = _CROWDED.sub(r"<\1>", html)
    if html.count("<") > _FEW_TAGS:
        html = _flatten(html)
    # As with scripts switched on, for a <noscript> in the head would otherwise end the head.
    # Without events, for those copy the chosen option at each option: a list of 20,000 would take seconds.
    return LexborHTMLParser(html, scripting=True, options=LexborDocumentOptions.WO_EVENTS), data


def strip(text: str) -> tuple[str, list[str]]:
    """Return the text without what is never shown as words, and the bodies of its JSON-LD scripts."""
    kept: list[str] = []
    data: list[str] = []
    unclosed: set[str] = set()
    start = 0
    opener = _OPENER.search(text)
    while opener:
        name = opener[1].lower()
        if "shadowroot" in opener[2]:
            # A declarative shadow root is a template by name only: browsers show it.
            kept.append(text[start : opener.start()])
            start = opener.end() + 1
            opener = _OPENER.search(text, start)
            continue
        begin = opener.end() if name != "!--" else opener.start() + 2
        end = None if name in unclosed else _CLOSER[name].search(text, begin)
        if end is None:
            unclosed.add(name)
            opener = _OPENER.search(text, opener.end())
            continue
        if name == "script" and "ld+json" in opener[2]:
            data.append(text[opener.end() + 1 : end.start()])
        kept.append(text[start : opener.start()])
        start = end.end()
        opener = _OPENER.search(text, start)
    kept.append(text[start:])
    return "".join(kept), data


def _flatten(html: str) -> str:
    depth = _Depth()
    if all(depth.allows(slash, name) for slash, name in _TAG.findall(html)):
        return html
    depth = _Depth()
    return _WHOLE_TAG.sub(lambda tag: tag[0] if depth.allows(tag[1], tag[2]) else " ", html)
