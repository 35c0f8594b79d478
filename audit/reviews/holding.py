"""
Which words of people hold: on a page as long as it says the same, until they expire or are withdrawn.

Does not say what follows from them; ``effect`` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from db.models import Review
from db.terms import Decision


@dataclass
class Said:
    """
    What people say of one criterion in one audit.

    Attributes:
        pages: By address the last word on what the page says now.
        whole: Words on the criterion in all whose best page says the same, or is still none; the oldest first.
        outdated: Last words on what has changed since; they have no effect.
        ignored: The last word that the criterion may wait.
    """

    pages: dict[str, Review] = field(default_factory=dict)
    whole: list[Review] = field(default_factory=list)
    outdated: list[Review] = field(default_factory=list)
    ignored: Review | None = None


def in_force(reviews: Iterable[Review], *, now: datetime) -> list[Review]:
    """Return those that are neither withdrawn nor expired, the oldest first."""
    holding = [one for one in reviews if one.withdrawn is None and (one.expires is None or now < one.expires)]
    return sorted(holding, key=lambda one: one.made)


def said(reviews: Sequence[Review], contents: Mapping[str, str]) -> dict[str, Said]:
    """
    Return by criterion what is said of a town.

    ``reviews`` are in force; ``contents`` holds ``Page.content`` of the audit by address. A word on a page that is no
    longer there is silent.
    """
    found: defaultdict[str, Said] = defaultdict(Said)
    grouped: defaultdict[tuple[str, str], list[Review]] = defaultdict(list)
    for one in reviews:
        if not one.whole:
            grouped[one.criterion, one.url or ""].append(one)
        elif one.decision == Decision.IGNORE:
            found[one.criterion].ignored = one
        elif one.url is None or contents.get(one.url) == one.digest:
            found[one.criterion].whole.append(one)
        else:
            found[one.criterion].outdated.append(one)
    for (criterion, url), words in grouped.items():
        holding = [one for one in words if contents.get(url) == one.digest]
        if holding:
            found[criterion].pages[url] = holding[-1]
        elif url in contents:
            found[criterion].outdated.append(words[-1])
    return dict(found)
