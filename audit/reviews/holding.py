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
        whole: The last word on the criterion in all, of those whose best page says the same or is still none.
        outdated: Last words on what has changed since; they have no effect.
        ignored: The last word that the criterion may wait.
    """

    pages: dict[str, Review] = field(default_factory=dict)
    whole: Review | None = None
    outdated: list[Review] = field(default_factory=list)
    ignored: Review | None = None


def in_force(reviews: Iterable[Review], *, now: datetime) -> list[Review]:
    """Return those that were made by then and neither withdrawn nor expired, the oldest first."""
    holding = [
        one
        for one in reviews
        if one.made <= now and all(end is None or now < end for end in (one.withdrawn, one.expires))
    ]
    return sorted(holding, key=lambda one: one.made)


def is_since(review: Review, moment: datetime, *, now: datetime) -> bool:
    """Was the review made or withdrawn, or has it expired, since that moment?"""
    expired = review.expires is not None and moment < review.expires <= now
    return expired or review.made >= moment or (review.withdrawn is not None and review.withdrawn >= moment)


def said(reviews: Sequence[Review], contents: Mapping[str, str]) -> dict[str, Said]:
    """
    Return by criterion what is said of a town.

    ``reviews`` are in force; ``contents`` holds ``Page.content`` of the audit by address. A word on a page that is no
    longer there is silent.
    """
    found: defaultdict[str, Said] = defaultdict(Said)
    grouped: defaultdict[tuple[str, str | None], list[Review]] = defaultdict(list)
    for one in reviews:
        if one.whole and one.decision == Decision.IGNORE:
            found[one.criterion].ignored = one
        else:
            grouped[one.criterion, None if one.whole else one.url].append(one)
    for (criterion, url), words in grouped.items():
        holding = [one for one in words if _content(one, contents) == one.digest]
        if holding and url is not None:
            found[criterion].pages[url] = holding[-1]
        elif holding:
            found[criterion].whole = holding[-1]
        elif url is None or url in contents:
            found[criterion].outdated.append(words[-1])
    return dict(found)


def _content(one: Review, contents: Mapping[str, str]) -> str | None:
    return contents.get(one.url) if one.url is not None else None
