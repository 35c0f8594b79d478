"""
Which criterion each measure of the town's list belongs to.

Does not read pages: what was found on them is handed in. The surest sign decides: what a person wrote into the list,
then the official service key, then the address, then the words of the title. Without a sign a measure belongs to no
criterion; a wrong one would hide a gap.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from audit.catalogue import Catalogue
from audit.inventory.fields import plain
from audit.inventory.likeness import Likeness
from audit.inventory.spelling import fold, letters
from crawler.addresses import canonical
from db.models import Measure

SURE = 0.55
"""Likeness from which a title decides."""

MARGIN = 0.06
"""So much the best criterion must be before the second."""

SURE_AMONG = 0.35
"""Likeness that is enough among the few criteria which the measure's own page shows."""


def match(
    measures: Sequence[Measure],
    catalogue: Catalogue,
    *,
    pages_by_url: Mapping[str, set[str]] | None = None,
    pages_by_key: Mapping[str, set[str]] | None = None,
    aliases: Mapping[str, Iterable[str]] | None = None,
) -> list[Measure]:
    """
    Set ``criterion`` and ``matched_by`` (column, key, address, title) of each measure, and return them.

    What an earlier matching set is found anew; only a criterion that a person gave (``column``) is kept, and that a person said there is none.
    ``pages_by_url`` names the criteria shown at each canonical address, ``pages_by_key`` those on pages that carry a
    service key; ``aliases`` are the other spellings of the town's names and products, as in its profile.
    """
    matcher = _Matcher(catalogue, urls=pages_by_url or {}, keys=pages_by_key or {}, aliases=aliases or {})
    for measure in measures:
        measure.criterion, measure.matched_by = matcher.decide(measure)
    return list(measures)


@lru_cache(maxsize=1)
def _likeness(catalogue: Catalogue) -> Likeness:
    """Towns are judged one after the other by the same catalogue."""
    return Likeness(catalogue)


class _Matcher:
    def __init__(
        self,
        catalogue: Catalogue,
        *,
        urls: Mapping[str, set[str]],
        keys: Mapping[str, set[str]],
        aliases: Mapping[str, Iterable[str]],
    ) -> None:
        self._catalogue = catalogue
        self._keys = keys
        self._spellings = [{name, *others} for name, others in aliases.items()]
        self._urls: defaultdict[str, set[str]] = defaultdict(set)
        for url, criteria in urls.items():
            self._urls[plain(canonical(url))] |= criteria

    @cached_property
    def _by_word(self) -> dict[str, str]:
        """Return the criteria by the letters of their id and of their name."""
        return {letters(word): one.id for one in self._catalogue.criteria.values() for word in (one.name, one.id)}

    @cached_property
    def _by_leika(self) -> dict[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for criterion in self._catalogue.criteria.values():
            for key in criterion.leika:
                found[key].add(criterion.id)
        return found

    def decide(self, measure: Measure) -> tuple[str | None, str | None]:
        """Return the criterion and the sign that decided; None and None if there is no sign."""
        if measure.matched_by == "column" and not measure.criterion:
            return None, "column"
        given = measure.criterion if measure.matched_by in {None, "column"} else None
        if given and (written := self._by_word.get(letters(given))):
            return written, "column"
        by_key = self._by_leika.get(measure.key or "") or self._known(self._keys.get(measure.key or ""))
        if len(by_key) == 1:
            return next(iter(by_key)), "key"
        by_address = self._known(self._urls.get(plain(canonical(measure.address)))) if measure.address else set()
        if len(by_address) == 1:
            return next(iter(by_address)), "address"
        titled = self._by_title(measure.title, among=by_key or by_address)
        return (titled, "title") if titled else (None, None)

    def _known(self, criteria: set[str] | None) -> set[str]:
        return (criteria or set()) & self._catalogue.criteria.keys()

    def _by_title(self, title: str, *, among: set[str]) -> str | None:
        """Return the criterion the title means; among a few that key or address left open, less is enough."""
        return (among and self._clear(title, least=SURE_AMONG, among=among)) or self._clear(title, least=SURE)

    def _clear(self, title: str, *, least: float, among: set[str] | None = None) -> str | None:
        ranked = _likeness(self._catalogue).rank(title, spellings=list(self._spelled(title)), among=among)
        if not ranked or ranked[0].score < least:
            return None
        if len(ranked) > 1 and ranked[0].score - ranked[1].score < MARGIN:
            return None
        return ranked[0].id

    def _spelled(self, title: str) -> Iterator[str]:
        """Return the title with each other spelling of the names in it."""
        for group in self._spellings:
            if any(_names(word, title) for word in group):
                yield from (f"{title} {word}" for word in sorted(group) if not _names(word, title))


def _names(word: str, title: str) -> bool:
    """Do the words stand in the title, written together or apart?"""
    apart = [re.escape(part) for part in re.findall(r"[a-z0-9]+", fold(word))]
    return bool(apart) and re.search(rf"(?<![a-z0-9]){'[^a-z0-9]*'.join(apart)}(?![a-z0-9])", fold(title)) is not None
