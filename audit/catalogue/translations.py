"""
How the texts of a catalogue in other languages stand to the German ones: what is missing, and what is older.

Does not read files (``audit.catalogue.files``) and does not translate.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from audit.catalogue.shapes import Catalogue, Named, Translation

LANGUAGES = ("en",)
"""By the code that is also the name of the file, ``en.yaml``."""

TEXTS = ("name", "question", "definition", "advice", "department", "counts", "counts_not")
"""What readers see of a criterion. Patterns and queries stay German, as the pages are."""


class Lack(NamedTuple):
    """Something that is not translated, or was translated from an earlier German; ``of`` is the mark to enter afterwards."""

    part: str
    key: str
    is_old: bool
    of: str


def mark(*texts: str | list[str]) -> str:
    """Return eight hexadecimal digits that change with any of these texts."""
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode()).hexdigest()[:8]


def marks(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """Return the mark of everything that a catalogue has to be translated, by part of the file and key."""
    own = {key: one for key, one in catalogue.criteria.items() if key not in catalogue.labels}
    return {
        "title": {"": mark(catalogue.title)},
        "areas": {area.id: mark(area.name) for area in catalogue.areas},
        "names": {key: mark(name) for key, name in catalogue.labels.items()},
        "criteria": {key: mark(*(getattr(one, name) for name in TEXTS)) for key, one in own.items()},
    }


def lacks(catalogue: Catalogue, code: str) -> list[Lack]:
    """Return what is missing in a language or older than the German, in the order of the catalogue."""
    told = catalogue.translations.get(code, Translation())
    done: dict[str, Mapping[str, Named]] = {
        "title": {"": told.title} if told.title else {},
        "areas": told.areas,
        "names": told.names,
        "criteria": told.criteria,
    }
    return [
        Lack(part, key, is_old=key in done[part], of=of)
        for part, known in marks(catalogue).items()
        for key, of in known.items()
        if key not in done[part] or done[part][key].of != of
    ]


def uneven(told: Translation, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Return criterion and list where a text of today's German is left out or added; older ones ``lacks`` tells."""
    today = marks(catalogue)["criteria"]
    for key, one in told.criteria.items():
        for part in ("counts", "counts_not"):
            german = getattr(catalogue.criteria[key], part)
            if one.of == today[key] and len(getattr(one, part)) != len(german):
                yield key, part
