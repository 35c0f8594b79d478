"""
Keep a page from costing more than it can say: scripts out, nesting and attributes bounded, then the parser.

Does not decide what a page means. Parsers follow the HTML standard, and the standard allows trees whose building takes
a time that grows with the square of their size; a crawler that reads strangers' pages must not build them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

MAX_OTHER = 100_000  #: bytes of JSON for scripts in one element
MAX_DEPTH = 512
"""Open elements at one time; browsers stop there too (Blink's maximumHTMLParserDOMTreeDepth)."""

MAX_FORMATTING = 30
"""Open bold or italic elements at one time: the standard copies each of them into every further paragraph."""

# Below these sizes even the worst page is parsed in well under a second, so ordinary pages skip the checks.
_FEW_TAGS = 2_500
_SHORT = 60_000

_OPENER = re.compile(
    rb"<(!--|s(?:cript|tyle|vg)|template|noscript|S(?:CRIPT|cript|TYLE|tyle|VG)|TEMPLATE|NOSCRIPT)(?![\w-])([^>]*)"
)
_CLOSER = {
    name: re.compile(b"</(?i:%b)[^>]*>" % name)  # so that only signs, not letters, are compared without their case
    for name in (b"script", b"style", b"svg", b"template", b"noscript")
}
_CLOSER[b"!--"] = re.compile(rb"--!?>")

_TAG = re.compile(rb"<(/?)([a-zA-Z][^\s/>]*)")
_WHOLE_TAG = re.compile(rb"<(/?)([a-zA-Z][^\s/>]*)[^>]*>")
# An element with more than 300 attributes; the standard has each compared with all before it. Any other tag is taken as a
# whole, so that what stands in its attributes is not looked at as if it were one.
_CROWDED = re.compile(
    rb"""<([a-zA-Z][^\s/>]{0,99}+)(?=[\s/])(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+){300,}+[^>]*+>?"""
    rb"""|<[a-zA-Z][^>]*+>?"""
)
# Void, or closed by the parser itself before the next of their kind: they do not nest.
_FLAT = frozenset(
    b"a area base br col embed hr img input link meta param source track wbr frame "
    b"p li dd dt tr td th thead tbody tfoot colgroup caption option optgroup html head body".split()
)
# Inside a drawing or a formula these nest too, until one of those that end it.
_FOREIGN = frozenset([b"svg", b"math"])
_BREAKOUT = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr"
    b" ol p pre ruby s small span strong strike sub sup table tt u ul var".split()
)
_ISLANDS = frozenset(
    b"foreignobject desc title annotation-xml mi mo mn ms mtext".split()
)  # HTML again, inside of those
_FORMATTING = frozenset(b"b big code em font i nobr s small strike strong tt u".split())


@dataclass(slots=True)
class _Depth:
    """How many elements are open, as far as tags tell without building the tree."""

    open: dict[bytes, int] = field(default_factory=dict)
    plain: int = 0
    formatting: int = 0
    dropped: dict[bytes, int] = field(default_factory=dict)
    foreign: dict[bytes, int] = field(default_factory=dict)  #: open inside a drawing or a formula, itself among them

    def allows(self, slash: bytes, name: bytes) -> bool:
        """Count one tag; False if it would go too deep, or closes one that did."""
        name = name.lower()
        if name in _FOREIGN or self.foreign:
            if name not in _BREAKOUT or any(map(self.foreign.get, _ISLANDS)):
                return self._allows_foreign(slash, name)
            self.foreign.clear()
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

    def _allows_foreign(self, slash: bytes, name: bytes) -> bool:
        if slash:
            if self.foreign.get(name, 0):
                self.foreign[name] -= 1
                if not any(self.foreign.get(root, 0) for root in _FOREIGN):
                    self.foreign.clear()
            return True
        if sum(self.foreign.values()) >= MAX_DEPTH:
            return False
        self.foreign[name] = self.foreign.get(name, 0) + 1
        return True


def parse(html: bytes) -> LexborHTMLParser:
    """
    Return the tree of a page that has been stripped.

    Elements nested too deep lose their tags and keep their words; an element with too many attributes loses them.
    """
    if len(html) > _SHORT and any(tag[1] for tag in _CROWDED.finditer(html)):
        html = _CROWDED.sub(lambda tag: b"<%b>" % tag[1] if tag[1] else tag[0], html)
    if html.count(b"<") > _FEW_TAGS:
        html = _flatten(html)
    # As with scripts switched on, for a <noscript> in the head would otherwise end the head.
    # Without events, for those copy the chosen option at each option: a list of 20,000 would take seconds.
    return LexborHTMLParser(html, scripting=True, options=LexborDocumentOptions.WO_EVENTS)


def strip(html: bytes) -> tuple[bytes, list[str], list[str]]:
    """Return a page without what is never shown as words, the bodies of its JSON-LD scripts, and those of other JSON for scripts."""
    kept: list[bytes] = []
    data: list[str] = []
    other: list[str] = []
    unclosed: set[bytes] = set()
    start = 0
    opener = _OPENER.search(html)
    while opener:
        name = opener[1].lower()
        if b"shadowroot" in opener[2]:
            # A declarative shadow root is a template by name only: browsers show it.
            kept.append(html[start : opener.start()])
            start = opener.end() + 1
            opener = _OPENER.search(html, start)
            continue
        begin = opener.end() if name != b"!--" else opener.start() + 2
        end = None if name in unclosed else _CLOSER[name].search(html, begin)
        if end is None:
            unclosed.add(name)
            opener = _OPENER.search(html, opener.end())
            continue
        # Templates of Go write the sign as an entity.
        if name == b"script" and (b"ld+json" in opener[2] or b"ld&#43;json" in opener[2]):
            data.append(html[opener.end() + 1 : end.start()].decode())
        elif name == b"script" and b"application/json" in opener[2]:
            other.append(html[opener.end() + 1 : end.start()][:MAX_OTHER].decode(errors="ignore"))
        kept.append(html[start : opener.start()])
        start = end.end()
        opener = _OPENER.search(html, start)
    kept.append(html[start:])
    return b"".join(kept), data, other


def _flatten(html: bytes) -> bytes:
    depth = _Depth()
    if all(depth.allows(slash, name) for slash, name in _TAG.findall(html)):
        return html
    depth = _Depth()
    last = html.rfind(b">") + 1  # behind it each tag would be searched an end for, in vain
    return _WHOLE_TAG.sub(lambda tag: tag[0] if depth.allows(tag[1], tag[2]) else b" ", html[:last]) + html[last:]
