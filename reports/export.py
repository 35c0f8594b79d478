"""
A report's document as JSON text, for scripts.

Does not decide what stands in it: that is ``reports.document``. Keys keep the order in which they were built.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

# Surrogates cannot be written as UTF-8 at all; the others are legal in JSON, but a terminal would obey them.
_UNWRITABLE = re.compile("[\ud800-\udfff]")
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def json_text(document: Mapping[str, Any] | Sequence[Mapping[str, Any]], *, indent: int | None = 2) -> str:
    """Return a document, or several as a list, as JSON that can be written as UTF-8 and printed on a terminal; None: on one line."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", _UNWRITABLE.sub("\ufffd", text))
