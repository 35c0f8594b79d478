"""JSON that can be written as UTF-8 and printed on a terminal."""

from __future__ import annotations

import json
from typing import Any

from reports import export


def test_json_keeps_order_and_umlauts(doc: dict[str, Any]) -> None:
    """People read it too."""
    text = export.json_text(doc)
    assert list(json.loads(text)) == list(doc)
    assert "Bürgerportal" in text
    assert text.startswith('{\n  "schema": 1,\n  "town": "musterhafen"')


def test_json_can_always_be_written() -> None:
    """A lone surrogate from a broken page would stop the file halfway."""
    text = export.json_text({"a": "halb \ud83d", "\udc00": 1})
    assert json.loads(text.encode("utf-8")) == {"a": "halb \ufffd", "\ufffd": 1}


def test_json_does_not_command_a_terminal() -> None:
    """Control characters and turned writing are spelled out, and come back unchanged for programs."""
    doc = {"a": "\x1b[31m \x9b1m \u202egnos \u2028 \x7f"}
    text = export.json_text(doc)
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    assert json.loads(text) == doc
