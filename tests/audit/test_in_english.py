"""What the audit words and stores, read back by reports in English."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

import pytest

from audit import coverage, gaps, reasons
from audit.proposals import remedies
from audit.run import judging
from crawler import failures
from reports import stored
from reports.language import gettext, speaking

TABLES: dict[str, Mapping[str, str]] = {
    "limits": reasons.LIMITS,
    "causes": reasons.CAUSES,
    "who": reasons.WHO,
    "outdated": reasons.OUTDATED,
    "advice": reasons.ADVICE,
    "gaps": gaps.WORDS,
    "pages": remedies.PAGES,
    "openings": remedies.OPENINGS,
    "for all": remedies.FOR_ALL,
    "ends": coverage.ENDS,
    "failures": failures.WORDS,
    "opinions": judging.SAID,
}
SINGLE = [
    reasons.UNREAD_SHELL, reasons.EXPIRED, remedies.ONLINE, remedies.RENAME, remedies.REPAIR, remedies.ADD, remedies.TITLE,
    remedies.TITLE_WORDS, gaps.NO_CRITERION,
]  # fmt: skip
HOLDS = {
    "searched": reasons.PLACE.format(query="parken stadt", rank=17),
    "follows": reasons.REVISED,
    "where": remedies.PAGE.format(heading="Rathaus"),
    "to": remedies.HOME,
    "since": "2020",
    "until": "2020",
}
"""What stands in gaps that are translated too; dates as years, which every language writes alike."""


def values(template: str, *, translated: bool) -> dict[str, str]:
    names = {name for _, name, _, _ in Formatter().parse(template) if name}
    held = {key: stored.told(text) if translated else text for key, text in HOLDS.items()}
    return {name: held.get(name, "7" if name in stored.NUMBERS else f"Wort {name}") for name in names}


@pytest.mark.parametrize("template", [text for table in TABLES.values() for text in table.values()] + SINGLE)
def test_each_stored_sentence_is_told_in_english(template: str) -> None:
    """With the facts in their gaps, and none of them lost."""
    with speaking("en"):
        expected = gettext(template).format(**values(template, translated=True))
        assert gettext(template) != template
        assert stored.told(template.format(**values(template, translated=False))) == expected
