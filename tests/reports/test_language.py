"""The language that is spoken, and the numbers and dates that go with it."""

from __future__ import annotations

import pytest

from reports import language, render


def test_numbers_and_dates_go_with_the_language() -> None:
    """What is written in English has English numbers and dates, and German ones again afterwards."""
    with language.speaking("en"):
        assert render.number(4812) == "4,812"
        assert render.day("2026-11-25T08:00:00+00:00") == "25 November 2026"
    assert render.number(4812) == "4.812"
    assert render.day("2026-11-25T08:00:00+00:00") == "25. November 2026"


def test_a_language_that_is_not_there_is_refused() -> None:
    """A code that nobody translated for may not silently become German."""
    with pytest.raises(KeyError), language.speaking("fr"):
        raise AssertionError
