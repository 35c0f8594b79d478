"""
Read ``cues.yaml``: the words by which sentences and pages are read, as data.

Does not compile or apply them; ``readings`` and ``page_types`` do.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from audit import checked
from db.errors import CatalogueError
from db.terms import PageType, Reading

FILE = Path(__file__).with_name("cues.yaml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReadingCues(_Strict):
    """Words that give a sentence its reading; ``near``: only within reach of what they speak of."""

    reading: Reading
    near: bool
    words: list[str]


class LaunchCues(_Strict):
    """Words that say that something has begun; they outweigh a plan."""

    words: list[str]


class PageTypeCues(_Strict):
    """Signs of one page type: parts of the address, host patterns, words of the title, words anywhere."""

    type: PageType
    url: list[str] = []
    host: list[str] = []
    title: list[str] = []
    words: list[str] = []
    at_least: int = 1


class Cues(_Strict):
    """All cue lists."""

    readings: list[ReadingCues]
    launch: LaunchCues
    own: list[str]
    phone: list[str]
    page_types: list[PageTypeCues]


@cache
def load() -> Cues:
    """Return the cues, read once; raise CatalogueError if the file is damaged."""
    return checked.read(FILE, Cues, error=CatalogueError)
