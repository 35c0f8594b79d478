"""
The trail that shows people where a page stands: the steps of a breadcrumb element.

Does not find the element; ``crawler.zones`` does. Relies on the same guarantees as ``crawler.lines``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

from crawler.lines import unescaped
from crawler.references import words

MAX_STEPS = 12
MAX_HTML = 20_000  #: characters of the element
MAX_STEP = 150  #: characters of a step

_LINK = re.compile(r"<a( [^>]*)?>([^<]*+(?:<(?!/?a[ >])[^<]*+)*+)</a>")
_ITEM = re.compile(r"</?(?:li|div|p|h\d|td|dt|dd)(?: [^>]*)?>")
_TAG = re.compile(r"<[^>]*>")
_BETWEEN = re.compile(r"[>»›→▸▶⟩|/\x1e]+|(?:^|(?<= ))[–·•-](?= |$)")
_LABEL = re.compile(
    r"^\W*(?:(?:sie (?:sind|befinden sich) hier|ihr standort|sie sind hier gelandet|you are here|breadcrumbs?(?:[- ]?navigation)?"
    r"|brotkr(?:ü|ue)?m(?:el|en)?(?:[- ]?(?:navigation|pfad))?|aktuelle seite|seitenpfad|pfad(?:navigation)?|navigationspfad)\b[\s:.–-]*)+",
    re.IGNORECASE,
)
_EDGES = " \t\n:.,;|/\\>»›→▸▶⟩–·•-"


def steps(html: str) -> list[str]:
    """Return the steps of a serialised element, the front door first, without "Sie sind hier" and the signs between."""
    found: list[str] = []
    start = 0
    html = html[:MAX_HTML]
    for link in _LINK.finditer(html):
        found += _unlinked(html[start : link.start()])
        found.append(words(link[2], link[1] or "").strip(_EDGES))
        start = link.end()
    found += _unlinked(html[start:])
    if any(len(step) > MAX_STEP for step in found):
        return []  # the words of a page in an element that is named oddly
    return [step for step, _ in groupby(filter(None, found))][:MAX_STEPS]


# Mostly the same few tags and signs.
@lru_cache(maxsize=1_024)
def _unlinked(html: str) -> list[str]:
    """Return the steps in what stands between links: only signs as a rule, or the page itself."""
    # A part can begin and end inside of elements, and in the last one inside of a tag.
    html = html[: html.rfind("<")] if html.rfind("<") > html.rfind(">") else html
    said = _TAG.sub("", _ITEM.sub("\x1e", html)) if "<" in html else html
    return [_named(part) for part in _BETWEEN.split(unescaped(said))]


def _named(said: str) -> str:
    return _LABEL.sub("", " ".join(said[: 4 * MAX_STEP].split())).strip(_EDGES)
