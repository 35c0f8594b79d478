"""No report changes its words without anybody seeing it."""

from __future__ import annotations

from tests.reports.golden import FOLDER, texts


def test_every_report_says_what_was_agreed() -> None:
    """After a wanted change: ``python -m tests.reports.golden``, and read the difference."""
    for name, text in texts().items():
        assert text == (FOLDER / f"{name}.txt").read_text(encoding="utf-8"), name


def test_no_agreed_text_is_left_over() -> None:
    """A file that no report answers to would guard nothing."""
    assert {file.stem for file in FOLDER.glob("*.txt")} == texts().keys()
