"""What people say bends the curve from points to score: towards them, by little, and never against the order of points."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.classify import Classifier, CriterionReading, weights
from audit.classify.calibration import (
    HAND,
    LIFT_FROM,
    OFFSET_SD,
    SHIFT_SD,
    SLOPE_LEAST,
    SLOPE_SD,
    Calibration,
    Sample,
    fit,
)
from db.terms import Band
from tests.audit.classify.made import NOW, PARKING, TOWN, catalogue, classifier, of, page, read

SAMPLES = st.lists(
    st.builds(
        Sample,
        criterion=st.sampled_from("abc"),
        points=st.floats(-5, 5),
        right=st.booleans(),
        weight=st.sampled_from([0.5, 1.0]),
    ),
    min_size=1,
    max_size=12,
)
TEXT = "Mit Handyparken können Sie ab sofort bezahlen."


def loss(samples: list[Sample], slope: float, shift: float, offsets: dict[str, float]) -> float:
    """The negative logarithm of the posterior, written down once more from its formula."""
    total = ((slope - weights.SLOPE) / SLOPE_SD) ** 2 / 2 + ((shift - weights.SHIFT) / SHIFT_SD) ** 2 / 2
    total += sum((value / OFFSET_SD) ** 2 / 2 for value in offsets.values())
    for one in samples:
        chance = 1 / (1 + math.exp(-(slope * one.points + shift + offsets[one.criterion])))
        total -= one.weight * math.log(chance if one.right else 1 - chance)
    return total


def test_without_samples_the_weights_set_by_hand_are_in_effect() -> None:
    """Nothing was learned, so nothing is kept, and the score is the old formula."""
    assert fit([], made=NOW) is HAND
    assert HAND.document() is None
    for points in (-3.4, -0.5, 0.0, 1.1401, 3.7):
        by_hand = round(1 / (1 + math.exp(-(weights.SLOPE * points + weights.SHIFT))), 4)
        assert HAND.score(points, "a") == by_hand


def test_the_fit_is_the_lowest_point_of_the_loss() -> None:
    """No point of a grid around it is lower, with two criteria, both answers and unequal weights."""
    samples = [Sample("a", 1.2, False), Sample("a", 2.0, True), Sample("b", 0.1, True, 0.5), Sample("b", 1.5, False)]
    found = fit(samples, made=NOW)
    here = loss(samples, found.slope, found.shift, dict(found.offsets))
    for steps in product((-0.01, 0.0, 0.01), repeat=4):
        offsets = {"a": found.offsets["a"] + steps[2], "b": found.offsets["b"] + steps[3]}
        assert loss(samples, found.slope + steps[0], found.shift + steps[1], offsets) >= here - 1e-7


def test_one_word_moves_its_criterion_and_hardly_another() -> None:
    """An offset is shrunken towards 0: one rejection lowers 0.95 to about 0.91 there and by less than 0.01 elsewhere."""
    found = fit([Sample("a", 1.14, False)], made=NOW)
    assert HAND.score(1.14, "a") == 0.9504
    assert found.score(1.14, "a") == pytest.approx(0.915, abs=0.005)
    assert 0 < HAND.score(1.14, "b") - found.score(1.14, "b") < 0.01
    many = fit([Sample("a", 1.14, False)] * 50, made=NOW)
    assert many.offsets["a"] < found.offsets["a"] < 0
    assert many.score(1.14, "a") < 0.2


@settings(max_examples=60, deadline=None)
@given(SAMPLES, st.floats(-5, 5), st.floats(0, 5))
def test_more_points_never_score_less(samples: list[Sample], points: float, more: float) -> None:
    """Whatever people said, the slope stays upwards."""
    found = fit(samples * 20, made=NOW)
    assert found.slope >= SLOPE_LEAST
    assert found.score(points + more, "a") >= found.score(points, "a")


@settings(max_examples=60, deadline=None)
@given(SAMPLES, st.floats(-4, 4))
def test_a_word_never_works_against_itself(samples: list[Sample], points: float) -> None:
    """One more yes at a place never lowers the score there, one more no never lifts it."""
    before = fit(samples, made=NOW).score(points, "a")
    assert fit([*samples, Sample("a", points, right=True)], made=NOW).score(points, "a") >= before - 1e-3
    assert fit([*samples, Sample("a", points, right=False)], made=NOW).score(points, "a") <= before + 1e-3


@settings(max_examples=30, deadline=None)
@given(SAMPLES)
def test_the_order_of_the_words_does_not_matter(samples: list[Sample]) -> None:
    """The database may give them in any order."""
    there, back = fit(samples, made=NOW), fit(samples[::-1], made=NOW)
    assert (there.slope, there.shift) == pytest.approx((back.slope, back.shift), abs=2e-4)


def _read(calibration: Calibration, **values: str) -> CriterionReading:
    taught = Classifier(catalogue(PARKING), calibration=calibration)
    return of("handyparken", taught.read(page(**values), subject=TOWN, own=True))


def test_a_score_may_fall_from_the_first_word_on() -> None:
    """What was automatic is asked about once the score is below the line."""
    sure = of("handyparken", read(TEXT, title="Handyparken"))
    assert sure.band is Band.AUTOMATIC
    doubted = _read(Calibration(n=1, offsets={"handyparken": -6.0}), text=TEXT, title="Handyparken")
    assert doubted.score < weights.AUTOMATIC_FROM
    assert doubted.band is not Band.AUTOMATIC
    assert doubted.evidence[0].points == sure.evidence[0].points


@pytest.mark.parametrize(
    ("confirmed", "band"), [(0, Band.REVIEW), (LIFT_FROM - 1, Band.REVIEW), (LIFT_FROM, Band.AUTOMATIC)]
)
def test_nothing_becomes_automatic_by_a_few_words(confirmed: int, band: Band) -> None:
    """The score may be high at once; the band follows only after enough confirmed pages of this criterion."""
    weak = "Parkscheine können Sie mit der App lösen."
    assert of("handyparken", classifier(PARKING).read(page(weak), subject=TOWN, own=True)).band is not Band.AUTOMATIC
    taught = Calibration(n=50, offsets={"handyparken": 6.0}, confirmed={"handyparken": confirmed})
    lifted = _read(taught, text=weak)
    assert lifted.score > weights.AUTOMATIC_FROM
    assert lifted.band is band


def test_what_is_kept_makes_the_same_scores() -> None:
    """The calibration that stands with an audit has all that its scores were made of."""
    found = fit([Sample("a", 0.7, False), Sample("b", 1.3, True)], made=NOW)
    kept = found.document()
    assert kept is not None
    assert Calibration(**kept) == found
    assert (kept["n"], kept["confirmed"], kept["made"]) == (2, {"b": 1}, NOW.isoformat())
