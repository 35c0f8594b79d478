"""Guards that processes of the nursery begin with what it has loaded for them, and that one that cannot get ready begins all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler import process

MODULE = '''
"""Tells what it knows."""


import json
import os

ready = []


def get_ready(what):
    ready.append((what, os.getpid()))
    if what == "broken":
        raise ValueError(what)


def main():
    input()
    print(json.dumps({"ready": [what for what, _ in ready], "ours": os.getpid() in {number for _, number in ready}}))
    return 0
'''


def test_what_is_got_ready_ahead_is_there_for_all_that_begin_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before each beginning, in the nursery and not in the child; a fault there is not the child's."""
    (tmp_path / "told_ahead.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    told: list[dict[str, object]] = []
    for ahead in ("words", "broken"):
        process.run("told_ahead", {}, report=told.append, ahead=ahead)
    assert told == [
        {"ready": ["words"], "ours": False},
        {"ready": ["words", "broken"], "ours": False},
    ]
