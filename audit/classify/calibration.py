"""
Turn points into a score, and learn from people how to: a logistic curve whose prior is the weights set by hand.

Does not read pages and knows no reviews; a ``Sample`` is what is left of one. score = sigmoid(slope * points + shift + offset of
the criterion). Slope, shift and offsets have Gaussian priors and are taken where the posterior is highest (MAP: ridge towards
the prior; Gelman et al., Bayesian Data Analysis, 3rd ed., 16.3), by Newton's method. Offsets only meet slope and shift, never
each other, so they are eliminated and each step solves two equations, however many criteria there are.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from audit.classify import weights

SLOPE_SD, SHIFT_SD, OFFSET_SD = 0.2, 0.3, 0.7
"""How far people may carry us from the prior. One surprise moves its own criterion (a score of 0.95 to 0.91) and no other by more than 0.01."""

SLOPE_LEAST = 0.5
"""More points never make a page less likely, whatever people say."""

LIFT_FROM = 10
"""Confirmed pages of a criterion from which learning may make something automatic that was not by hand."""

STEPS, STILL = 60, 1e-7
_FIXED = 1e-6
"""A prior so narrow that the slope stays where it is."""
_STEEP = 700.0
"""Beyond it the exponential function overflows."""
_DIGITS = 4
"""Figures are kept as rounded as they are written, so that a kept calibration gives the very same scores."""


class Sample(NamedTuple):
    """One decision of a person: points of the page for the criterion, and whether it shows the thing; weight above 0."""

    criterion: str
    points: float
    right: bool
    weight: float = 1.0


@dataclass(frozen=True)
class Calibration:
    """How points become a score in one judging; as it stands, by the weights set by hand."""

    n: int = 0  #: samples it was learned from
    slope: float = weights.SLOPE
    shift: float = weights.SHIFT
    offsets: Mapping[str, float] = field(default_factory=dict)  #: by criterion; others have 0
    confirmed: Mapping[str, int] = field(default_factory=dict)  #: confirmed pages by criterion
    made: str | None = None  #: moment in ISO form

    def score(self, points: float, criterion: str) -> float:
        """Return the chance, 0..1 with four digits, that a page of so many points shows the thing."""
        return round(_sigmoid(self.slope * points + self.shift + self.offsets.get(criterion, 0.0)), _DIGITS)

    def may_lift(self, criterion: str) -> bool:
        """Have enough people said yes to make automatic what was not?"""
        return self.confirmed.get(criterion, 0) >= LIFT_FROM

    def document(self) -> dict[str, Any] | None:
        """Return it as JSON values; None where nothing was learned."""
        if not self.n:
            return None
        kept = {"n": self.n, "slope": self.slope, "shift": self.shift, "made": self.made}
        return {**kept, "offsets": dict(self.offsets), "confirmed": dict(self.confirmed)}


HAND = Calibration()


def fit(samples: Sequence[Sample], *, made: datetime) -> Calibration:
    """Return what the samples teach; without any, the weights set by hand."""
    if not samples:
        return HAND
    merged = _merged(samples)
    found = _optimum(merged, _Prior())
    if found.slope < SLOPE_LEAST:
        found = _optimum(merged, _Prior(SLOPE_LEAST, _FIXED))
    return Calibration(
        n=len(samples),
        slope=round(found.slope, _DIGITS),
        shift=round(found.shift, _DIGITS),
        offsets={key: round(value, _DIGITS) for key, value in sorted(found.offsets.items())},
        confirmed=dict(sorted(Counter(one.criterion for one in samples if one.right).items())),
        made=made.isoformat(timespec="seconds"),
    )


def _merged(samples: Sequence[Sample]) -> list[Sample]:
    """Return the same with each that occurs several times once, as heavy as all of them: what is learned is the same."""
    heavy: defaultdict[tuple[str, float, bool], float] = defaultdict(float)
    for one in samples:
        heavy[one.criterion, one.points, one.right] += one.weight
    return [Sample(*same, weight) for same, weight in heavy.items()]


class _Prior(NamedTuple):
    slope: float = weights.SLOPE
    slope_sd: float = SLOPE_SD


class _Curve(NamedTuple):
    slope: float
    shift: float
    offsets: dict[str, float]

    def at(self, one: Sample) -> float:
        return self.slope * one.points + self.shift + self.offsets.get(one.criterion, 0.0)

    def moved(self, step: _Curve, share: float) -> _Curve:
        offsets = {key: self.offsets.get(key, 0.0) + share * value for key, value in step.offsets.items()}
        return _Curve(self.slope + share * step.slope, self.shift + share * step.shift, offsets)


def _optimum(samples: Sequence[Sample], prior: _Prior) -> _Curve:
    """Go downhill from the prior; the loss is strictly convex, so with halved steps this ends at its one lowest point."""
    curve = _Curve(prior.slope, weights.SHIFT, {})
    for _ in range(STEPS):
        step, share, least = _newton(samples, curve, prior), 1.0, _loss(samples, curve, prior)
        while share > STILL and _loss(samples, curve.moved(step, share), prior) > least:
            share /= 2
        curve = curve.moved(step, share)
        if share * _size(step) < STILL:
            break
    return curve


def _size(step: _Curve) -> float:
    return max(abs(step.slope), abs(step.shift), *map(abs, step.offsets.values()))


def _loss(samples: Sequence[Sample], curve: _Curve, prior: _Prior) -> float:
    """Return the negative logarithm of the posterior, but for a constant."""
    far = [(curve.slope - prior.slope) / prior.slope_sd, (curve.shift - weights.SHIFT) / SHIFT_SD]
    far += [value / OFFSET_SD for value in curve.offsets.values()]
    surprise = sum(one.weight * _softplus(-curve.at(one) if one.right else curve.at(one)) for one in samples)
    return surprise + sum(value * value for value in far) / 2


@dataclass
class _Sums:
    """Of one criterion: gradient and curvature of the loss in its offset (= in the shift), and both times the points."""

    gradient: float = 0.0
    gradient_points: float = 0.0
    bend: float = 0.0
    bend_points: float = 0.0
    bend_points_points: float = 0.0


def _sums(samples: Sequence[Sample], curve: _Curve) -> dict[str, _Sums]:
    found: defaultdict[str, _Sums] = defaultdict(_Sums)
    for one in samples:
        chance, sums = _sigmoid(curve.at(one)), found[one.criterion]
        error, bend = one.weight * (chance - one.right), one.weight * chance * (1 - chance)
        sums.gradient += error
        sums.gradient_points += error * one.points
        sums.bend += bend
        sums.bend_points += bend * one.points
        sums.bend_points_points += bend * one.points**2
    return found


def _newton(samples: Sequence[Sample], curve: _Curve, prior: _Prior) -> _Curve:
    """Return the step of Newton's method; the offsets are eliminated (Schur complement), which leaves two equations."""
    found = _sums(samples, curve)
    slope_gradient = (curve.slope - prior.slope) / prior.slope_sd**2
    shift_gradient = (curve.shift - weights.SHIFT) / SHIFT_SD**2
    slope_bend, shift_bend, both = 1 / prior.slope_sd**2, 1 / SHIFT_SD**2, 0.0
    own: dict[str, tuple[float, float]] = {}
    for key, one in found.items():
        gradient, bend = one.gradient + curve.offsets.get(key, 0.0) / OFFSET_SD**2, one.bend + 1 / OFFSET_SD**2
        own[key] = gradient, bend
        slope_gradient += one.gradient_points - one.bend_points * gradient / bend
        shift_gradient += one.gradient - one.bend * gradient / bend
        slope_bend += one.bend_points_points - one.bend_points**2 / bend
        shift_bend += one.bend - one.bend**2 / bend
        both += one.bend_points - one.bend_points * one.bend / bend
    size = slope_bend * shift_bend - both**2
    slope = (both * shift_gradient - shift_bend * slope_gradient) / size
    shift = (both * slope_gradient - slope_bend * shift_gradient) / size
    offsets = {
        key: -(gradient + found[key].bend_points * slope + found[key].bend * shift) / bend
        for key, (gradient, bend) in own.items()
    }
    return _Curve(slope, shift, offsets)


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(min(-value, _STEEP)))


def _softplus(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))
