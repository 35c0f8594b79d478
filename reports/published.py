"""
Published ranks of the towns laid beside our own order, and how far the two agree.

Does not read files and does not look for ranks: rows come in with the address where each was published. Agreement says nothing
about who is right, and nobody is promised a rank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

FEWEST = 4
"""Towns from which a coefficient is told; three towns have only six orders, and one in six agrees by chance."""

Json = Mapping[str, Any]
Numbers = npt.NDArray[np.float64]


def beside(lines: Sequence[Json], given: Json) -> dict[str, Any]:
    """
    Return the published ranks of each town and the agreement with our order.

    Args:
        lines: What the towns have in common, as in ``reports.bands.lines``.
        given: ``{"name", "rows": [{"town", "year", "rank", "cities", "degree", "source"}], "unknown": [name], "others": number}``;
            ``town`` is a key, ``degree`` per cent or None.
    """
    keys = {line["town"] for line in lines}
    rows = sorted((row for row in given["rows"] if row["town"] in keys), key=lambda row: -row["year"])
    return {
        "name": given["name"],
        "unknown": given["unknown"],
        "others": given["others"] + len(given["rows"]) - len(rows),
        "towns": [
            {"name": line["name"], "rows": [row for row in rows if row["town"] == line["town"]]} for line in lines
        ],
        "agreement": _agreement(lines, rows),
    }


def _agreement(lines: Sequence[Json], rows: Sequence[Json]) -> dict[str, Any]:
    """Return the coefficients for the year with most of our towns, the latest of several; None where they cannot be told."""
    ours = {line["town"]: line["found"] for line in lines if line["found"] is not None}
    known = [row for row in rows if row["town"] in ours]
    years = Counter(row["year"] for row in known)
    if not years:
        return {"year": None, "n": 0, "spearman": None, "kendall": None}
    year = max(years, key=lambda one: (years[one], one))
    ranks = {row["town"]: row["rank"] for row in known if row["year"] == year}
    found = {"year": year, "n": len(ranks), "spearman": None, "kendall": None}
    if len(ranks) < FEWEST:
        return found
    # The best rank is the smallest, the best of ours the largest number.
    one, two = [-ours[town] for town in ranks], list(ranks.values())
    return {**found, "spearman": spearman(one, two), "kendall": kendall(one, two)}


def spearman(one: Sequence[float], two: Sequence[float]) -> float | None:
    """
    Return the rank correlation -1..1, tied values sharing the mean of their ranks; None if all values of one side are the same.

    C. Spearman: The Proof and Measurement of Association between Two Things. American Journal of Psychology 15 (1904), 72-101.
    """
    return _cosine(*(ranks - ranks.mean() for ranks in map(_ranks, (one, two))))


def kendall(one: Sequence[float], two: Sequence[float]) -> float | None:
    """
    Return Kendall's tau-b, -1..1: pairs in the same order less those in the other, tied ones in neither; None as above.

    M. G. Kendall: The Treatment of Ties in Ranking Problems. Biometrika 33 (1945), 239-251.
    """
    return _cosine(*(np.sign(np.subtract.outer(values, values)) for values in map(np.asarray, (one, two))))


def _ranks(values: Sequence[float]) -> Numbers:
    found = np.asarray(values, dtype=np.float64)
    less, same = (np.sum(compared, axis=1) for compared in (found < found[:, None], found == found[:, None]))
    return np.asarray(less + (same + 1) / 2, dtype=np.float64)


def _cosine(one: Numbers, two: Numbers) -> float | None:
    lengths = float(np.sqrt((one * one).sum() * (two * two).sum()))
    return float((one * two).sum()) / lengths if lengths else None
