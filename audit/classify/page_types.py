"""
Say what kind of page it is, with the sign that told it.

Does not know criteria. The kind is decided before any criterion is read, for it alone rules out most pages that only look right.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Collection

from audit.classify.cues import Cues, PageTypeCues
from audit.classify.index import PatternIndex
from db.models import Page
from db.terms import PageType


class PageTypes:
    """The signs of all page types; its patterns are added to the index of the classifier, so that one pass finds everything."""

    def __init__(self, cues: Cues, index: PatternIndex) -> None:
        self._rules = [
            (group, _address(group), _hosts(group), _numbers(group.title, index), _numbers(group.words, index))
            for group in cues.page_types
        ]

    def decide(
        self,
        page: Page,
        *,
        host: str,
        own: bool,
        in_title: Collection[int],
        in_body: Collection[int],
        index: PatternIndex,
    ) -> tuple[PageType, str]:
        """Return the type and the words or part of the address that told it; SERVICE, if nothing speaks for another."""
        if page.error is not None or page.status >= HTTP_ERROR:
            return PageType.ERROR, page.error or str(page.status)
        url = page.url.lower()
        for group, address, hosts, title, words in self._rules:
            if own and group.type in _FOREIGN:
                continue
            sign = _sign(address, url) or _host_sign(hosts, host) or _first(title, in_title, index)
            if not sign and sum(number in in_body for number in words) >= group.at_least:
                sign = _first(words, in_body, index)
            if sign:
                return group.type, sign
        return PageType.SERVICE, ""


HTTP_ERROR = 400
_FOREIGN = frozenset({PageType.PRESS, PageType.PARTY, PageType.VENDOR})
"""Kinds that a town's own site cannot be."""


def _address(group: PageTypeCues) -> re.Pattern[str] | None:
    """A part that begins with a letter begins a word: ``meldung`` is not in ``anmeldung``."""
    parts = ((r"(?<![a-z])" if part[0].isalpha() else "") + re.escape(part) for part in group.url)
    return re.compile("|".join(parts)) if group.url else None


def _hosts(group: PageTypeCues) -> re.Pattern[str] | None:
    return re.compile("|".join(fnmatch.translate(part) for part in group.host)) if group.host else None


def _numbers(words: list[str], index: PatternIndex) -> list[int]:
    return [index.add(source, owner="page_types", alone=False) for source in words]


def _sign(regex: re.Pattern[str] | None, text: str) -> str:
    found = regex.search(text) if regex else None
    return found.group() if found else ""


def _host_sign(regex: re.Pattern[str] | None, host: str) -> str:
    return host if regex and regex.match(host) else ""


def _first(numbers: list[int], present: Collection[int], index: PatternIndex) -> str:
    return next((index.patterns[number].source for number in numbers if number in present), "")
