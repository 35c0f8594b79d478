"""
The forms of a page: their fields, what they are for and what they ask.

Does not fill in or send anything. lexbor cuts the fields out of the page, BeautifulSoup reads the small rest; search and
contact forms stand on every page of a site, so what was read is kept by the fragment.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from bs4 import BeautifulSoup, Tag
from selectolax.lexbor import LexborNode

from crawler import formkinds
from crawler.addresses import canonical, target

MAX_FORMS = 50
MAX_FIELDS = 200
_MAX_FRAGMENT = 30_000  # characters; fifty such forms take two seconds
_MAX_WORDS = 4_000  # characters

_PARTS = "input, select, textarea, button, label, legend"
_OPTIONS = re.compile(r"<option\b.*?</option>", re.DOTALL)
_HIDDEN = re.compile(r'<input\b[^>]* type="hidden"[^>]*>', re.IGNORECASE)
_UNSEEN = frozenset(["hidden", "submit", "button", "image", "reset"])
_SAID = ("placeholder", "aria-label", "title", "autocomplete")


def read(form: LexborNode, *, page: str) -> dict[str, Any]:
    """Return ``{"kind", "fields", "method", "action", "asks"}`` of a form on the page of that address."""
    attributes = form.attributes
    reading = _fields(_fragment(form))
    action = (attributes.get("action") or "").strip()
    method = "post" if (attributes.get("method") or "").strip().lower() == "post" else "get"
    signs = " ".join(
        filter(None, (attributes.get(name) for name in ("action", "id", "class", "name", "aria-label", "role")))
    )
    return {
        "kind": formkinds.kind(reading, signs=signs[:1_000].lower(), method=method),
        "fields": list(reading.fields),
        "method": method,
        "action": (target(action, page) if action else None) or canonical(page),
        "asks": list(reading.asks),
    }


def _fragment(form: LexborNode) -> str:
    """Cut out the fields: some systems wrap the whole page in a form, and its words are not the form's."""
    html = ""
    for part in form.css(_PARTS)[: 3 * MAX_FIELDS]:
        html += _OPTIONS.sub("", part.html or "")
        if len(html) > _MAX_FRAGMENT:
            break
    # What is text inside <xmp> or <noembed> looks like a marked section to the other parser, which takes none but its own.
    return _HIDDEN.sub("", html)[:_MAX_FRAGMENT].replace("<![", "&lt;![")


@lru_cache(maxsize=512)
def _fields(fragment: str) -> formkinds.Reading:
    soup = BeautifulSoup(fragment, "html.parser")
    named: dict[str, str] = {}
    # A field inside its label stands in the fragment twice; without a name it counts where it stands alone.
    unnamed: list[str] = []
    labels: list[str] = []
    buttons: list[str] = []
    for tag in soup.find_all(["input", "select", "textarea", "button", "label", "legend"]):
        kind = _type(tag)
        words = labels
        if tag.name in {"label", "legend"}:
            words.append(tag.get_text(" ", strip=True))
        elif tag.name == "button" or kind in _UNSEEN:
            words = buttons
            words += [tag.get_text(" ", strip=True), _attribute(tag, "value"), _attribute(tag, "alt")]
        elif name := _name(tag):
            if len(named) < MAX_FIELDS:
                named.setdefault(name, kind)
        elif tag.find_parent("label") is None and len(unnamed) < MAX_FIELDS:
            unnamed.append(kind)
        if kind == "text":
            # Old systems write into the field what it is for.
            words.append(_attribute(tag, "value"))
        words += [_attribute(tag, name) for name in _SAID]
    return formkinds.Reading(
        fields=tuple(named),
        types=(*named.values(), *unnamed),
        labels=_joined(labels),
        buttons=_joined(buttons),
    )


def _joined(words: list[str]) -> str:
    return " ".join(" ".join(words).lower().split())[:_MAX_WORDS]


def _name(tag: Tag) -> str:
    return next(filter(None, (_attribute(tag, name) for name in ("name", "id", "aria-label", "placeholder"))), "")


def _type(tag: Tag) -> str:
    return (_attribute(tag, "type") or "text").lower() if tag.name == "input" else tag.name


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value.strip()[:200] if isinstance(value, str) else ""
