"""
What an office file says of itself: title, dates, language.

Does not read its text. Only packages (OOXML, ISO 29500; OpenDocument, ISO 26300) can be opened; of the properties at most
100 kB are unpacked, whatever the package claims.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import Any

MAX_PROPERTIES = 100_000  # bytes
_PLACES = ("docProps/core.xml", "meta.xml")
_NAMES = {
    "title": ("dc:title",),
    "language": ("dc:language",),
    "created": ("dcterms:created", "meta:creation-date"),
    "modified": ("dcterms:modified", "dc:date"),
}
_LONGEST = {"title": 500, "language": 20, "created": 30, "modified": 30}


def read(body: bytes) -> dict[str, Any]:
    """Return the properties of an office file as values of a ``Document``."""
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        names = set(package.namelist())
        place = next((place for place in _PLACES if place in names), None)
        if place is None:
            return {}
        with package.open(place) as file:
            text = file.read(MAX_PROPERTIES).decode("utf-8", errors="ignore")
    return {name: _value(text, tags)[: _LONGEST[name]] for name, tags in _NAMES.items()}


def _value(text: str, tags: tuple[str, ...]) -> str:
    found = (re.search(rf"<{tag}(?:\s[^<>]*)?>([^<]*)</", text) for tag in tags)
    return next((" ".join(html.unescape(match[1]).split()) for match in found if match), "")
