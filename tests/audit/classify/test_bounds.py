"""Pages that nobody wrote for people cost no more than long ones, and prove nothing."""

from __future__ import annotations

import json
import sys
from types import FrameType
from typing import Any

import pytest

from audit.classify.labelled import classify_lines
from audit.classify.zones import MAX_TEXT, MAX_TITLE
from tests.audit.classify.made import HOME, SHARED, TOWN, page, read

HOSTILE = {
    "one endless word": "a",
    "one endless compound": "parkschein",
    "quotes": "„»\"'“«",
    "one-word lines": "Wort\n",
    "commas": ",",
    "words and commas": "Wort, ",
    "hyphens": "-",
    "hyphenated": "park-",
    "digits": "0123456789",
    "service keys that are none": "99999999999999 ",
    "emoji": "😀👩‍👧",
    "right to left": "\u202eabc\u202c \u200fשלום\u200e ",
    "accents on one letter": "\u0301",
    "gender signs": "e*in",
    "dots": ". ",
    "brackets": "(",
    "white space": " \t\u00a0",
    "first parts of pairs": "smart und meter, ",
    "denials": "nicht werden, ",
}
HUGE, LARGE, SMALL = 5_000_000, 40_000, 4_000


def filled(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def work(text: str) -> int:
    """Count the lines of Python that reading a page runs, each time a loop runs them; no word of it was seen before."""
    steps = 0

    def count(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal steps
        steps += event == "line"
        return count

    for index in (SHARED._index, SHARED._reader._index):
        index._known.clear()
        index._lines.clear()
    before = sys.gettrace()
    sys.settrace(count)
    try:
        SHARED.read(page(f"Handyparken\n{text}", title="Parken"), subject=TOWN, own=True)
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_five_megabytes_of_nonsense_are_no_evidence(unit: str) -> None:
    """Only what a person might read is looked at, in the text as in the title."""
    text = filled(unit, HUGE)
    seen = SHARED.see(page(text, title=text), subject=TOWN, own=True)
    assert len(seen.text.folded) <= 2 * MAX_TEXT
    assert len(seen.text.lines[0].text) <= MAX_TITLE  # or lines are looked up in an endless one
    assert [one.id for one in read(text, title=text).criteria if one.band] == []


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_text_is_twice_the_work(unit: str) -> None:
    """Nothing compares all with all."""
    once, twice = work(filled(unit, SMALL)), work(filled(unit, 2 * SMALL))
    assert twice <= 2.1 * once


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_the_command_reads_it_as_text_and_as_html(unit: str) -> None:
    """Each line is answered, with nothing found."""
    text = filled(unit, LARGE)
    row = {"url": f"{HOME}/x", "town": "Musterhafen"}
    lines = [
        json.dumps({**row, "text": text}),
        json.dumps({**row, "html": f"<html lang=de><main>{text}</main></html>"}),
    ]
    assert [each.get("criteria") for each in classify_lines(lines, SHARED)] == [[], []]


def test_a_hundred_thousand_nested_elements_are_read() -> None:
    """No recursion ends the run."""
    row = {"url": f"{HOME}/x", "town": "Musterhafen", "html": "<main>" + "<q>" * 100_000 + "Handyparken"}
    (answer,) = classify_lines([json.dumps(row)], SHARED)
    assert "error" not in answer
    assert not any(one["band"] == "automatic" for one in answer["criteria"])
