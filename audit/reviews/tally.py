"""
What people's words say of the classifier: how often it was right, by criterion, pattern and band, and what it can learn.

Does not change anything; ``audit.classify.calibration`` learns from the samples.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from audit.classify.calibration import Sample
from audit.reviews.effect import SHOWN
from db.models import Review
from db.terms import Band, Decision, Why
from reports.intervals import interval

CHOSEN = 0.5
"""
Weight of a word on a page that was neither asked about nor drawn.

What is asked about is picked by criterion and points, and both are in the curve, so such words do not bend it. But whoever looks at
a sure page unasked has mostly seen that it is wrong, and that counts half.
"""


class Fault(StrEnum):
    """What a rejection says of the classifier."""

    TOPIC = "topic"  #: it took something else for the thing
    TOWN = "town"  #: it did not see whose it is
    READING = "reading"  #: it took a plan or an end for a statement
    MATURITY = "maturity"  #: it took information for a service
    PAGE = "page"  #: nothing; the page itself is at fault


FAULTS = {
    Why.NOT_THE_THING: Fault.TOPIC,
    Why.WRONG_PAGE: Fault.TOPIC,
    Why.OTHER_TOWN: Fault.TOWN,
    Why.THIRD_PARTY: Fault.TOWN,
    Why.ONLY_PLANNED: Fault.READING,
    Why.ENDED: Fault.READING,
    Why.NOT_ONLINE: Fault.MATURITY,
    Why.OUTDATED: Fault.PAGE,
}


def labels(reviews: Iterable[Review]) -> list[Review]:
    """Return of those in force, the oldest first, the last word on each content, as far as it says yes or no to a page."""
    last = {(one.town_id, one.criterion, one.url, one.digest): one for one in reviews if _is_label(one)}
    return [one for one in last.values() if one.decision != Decision.IGNORE]


def _is_label(one: Review) -> bool:
    """A word on the criterion in all says something of its best page where that was said to show it."""
    return one.url is not None and (not one.whole or (one.verdict in SHOWN and one.decision != Decision.IGNORE))


def fair(told: Iterable[Review]) -> list[Review]:
    """Return the labels that say something of the classifier: nobody can read off a page that it is out of date."""
    return [one for one in told if _fault(one) != Fault.PAGE]


def _fault(one: Review) -> Fault | None:
    return FAULTS[Why(one.reason)] if one.decision == Decision.REJECT else None


def samples(told: Sequence[Review], contents: Mapping[tuple[int, str], str]) -> list[Sample]:
    """
    Return what can be learned from labels: those whose page still says the same, as far as we know.

    ``contents`` holds by town and address ``Page.content`` as it was read last.
    """
    return [
        Sample(one.criterion, one.points, one.decision == Decision.CONFIRM, _weight(one))
        for one in fair(told)
        if one.points is not None and contents.get((one.town_id, one.url or ""), one.digest) == one.digest
    ]


def _weight(one: Review) -> float:
    return 1.0 if one.drawn or one.band == Band.REVIEW else CHOSEN


def report(told: Sequence[Review]) -> dict[str, Any]:
    """
    Return the figures of labels as JSON values.

    ``{"n", "confirmed", "rejected", "criteria": [{"criterion", "confirmed", "rejected", "faults": {name: n}}], "rules": [{"criterion",
    "rule", "confirmed", "rejected", "earns_nothing"}], "drawn": {"automatic" | "discarded": {"n", "right", "share", "interval"}}}``;
    what was rejected most comes first.
    """
    rows = {key: _row(part) for key, part in _grouped(told, lambda one: [(one.criterion,)])}
    rules = {
        key: _row(part) for key, part in _grouped(fair(told), lambda one: [(one.criterion, rule) for rule in one.rules])
    }
    return {
        "n": len(told),
        **_counts(told),
        "criteria": [{"criterion": key[0], **row} for key, row in rows.items()],
        "rules": [
            {
                "criterion": criterion,
                "rule": rule,
                "confirmed": row["confirmed"],
                "rejected": row["rejected"],
                "earns_nothing": not row["confirmed"],
            }
            for (criterion, rule), row in rules.items()
        ],
        "drawn": {
            "automatic": _measured(
                [one for one in fair(told) if one.drawn and one.band == Band.AUTOMATIC], Decision.CONFIRM
            ),
            "discarded": _measured([one for one in fair(told) if one.drawn and not one.band], Decision.REJECT),
        },
    }


def _grouped(
    told: Iterable[Review], keys: Callable[[Review], Iterable[tuple[str, ...]]]
) -> list[tuple[tuple[str, ...], list[Review]]]:
    groups: defaultdict[tuple[str, ...], list[Review]] = defaultdict(list)
    for one in told:
        for key in keys(one):
            groups[key].append(one)
    return sorted(groups.items(), key=lambda group: (-_counts(group[1])["rejected"], group[0]))


def _row(told: Sequence[Review]) -> dict[str, Any]:
    return {**_counts(told), "faults": dict(Counter(str(fault) for one in told if (fault := _fault(one))))}


def _counts(told: Sequence[Review]) -> dict[str, int]:
    confirmed = sum(one.decision == Decision.CONFIRM for one in told)
    return {"confirmed": confirmed, "rejected": len(told) - confirmed}


def _measured(told: Sequence[Review], right: Decision) -> dict[str, Any]:
    """Return how often it was right: found rightly, or discarded rightly; the interval is Wilson's, for 95 %."""
    hits, of = sum(one.decision == right for one in told), len(told)
    return {"n": of, "right": hits, "share": round(hits / of, 3) if of else None, "interval": interval(hits, of)}
