"""How far a thing is, and what is enough."""

from __future__ import annotations

import pytest

from audit.classify.maturity import reaches
from db.terms import Maturity


@pytest.mark.parametrize(
    ("maturity", "enough", "expected"),
    [
        (Maturity.ONLINE, Maturity.ONLINE, True),
        (Maturity.LIVE, Maturity.ONLINE, True),
        (Maturity.STRATEGY, Maturity.LIVE, True),
        (Maturity.FORM, Maturity.ONLINE, False),
        (Maturity.FORM, Maturity.FORM, True),
        (Maturity.INFO, Maturity.FORM, False),
        (Maturity.PLAN, Maturity.INFO, False),
        (Maturity.NONE, Maturity.INFO, False),
    ],
)
def test_the_ladder_of_maturity(maturity: Maturity, enough: Maturity, *, expected: bool) -> None:
    """Being there comes in three words of equal worth; a plan is worth nothing yet."""
    assert reaches(maturity, enough) is expected
