"""
How sure a share is that was counted in few cases.

Does not count.
"""

from __future__ import annotations

from math import sqrt

Z = 1.959964
"""Standard deviations to either side of the mean within which 95 % of a normal distribution lie."""


def wilson(found: int, of: int) -> tuple[float, float]:
    """
    Return the interval, 0..1, in which a share lies with 95 %; it holds for few cases and for shares near 0 and 1 too.

    E. B. Wilson: Probable Inference, the Law of Succession, and Statistical Inference. Journal of the American Statistical
    Association 22 (1927), 209-212.
    """
    share = found / of
    middle = share + Z * Z / (2 * of)
    half = Z * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    whole = 1 + Z * Z / of
    return max((middle - half) / whole, 0.0), min((middle + half) / whole, 1.0)


def interval(found: int, of: int) -> list[float] | None:
    """Return the same as JSON values, to three digits; None where nothing was counted."""
    return [round(end, 3) for end in wilson(found, of)] if of else None
