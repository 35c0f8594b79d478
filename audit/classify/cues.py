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


class Words(_Strict):
    """
    Words that say something of what stands beside them.

    Attributes:
        reach: Within so many characters; 0: of the whole sentence.
        ahead: Only of what stands behind them.
        strangers: They name somebody else, so they hold only where the sentence does not speak of the town.
        wish: They hold only where the town is the one who wants it: "Wer mitfahren will" plans nothing.
    """

    words: list[str]
    reach: int = 0
    ahead: bool = False
    strangers: bool = False
    wish: bool = False


class ReadingCues(Words):
    """Words that give a sentence its reading."""

    reading: Reading


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
    launch: Words  #: that something has begun; outweighs a plan
    stages: list[str]  #: of a project that is under way
    refusals: list[str]  #: beginnings of an answer that is no
    own: list[str]
    page_types: list[PageTypeCues]


@cache
def load() -> Cues:
    """Return the cues, read once; raise CatalogueError if the file is damaged."""
    return checked.read(FILE, Cues, error=CatalogueError)
