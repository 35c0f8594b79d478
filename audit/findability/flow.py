"""
How many who click their way arrive: the flow of users over weighted links.

Does not know words or pages: nodes are numbers and links have weights. This is the WUFIS algorithm (Chi, Pirolli, Chen,
Pitkow, CHI 2001) run backwards: from the wanted pages to all others at once, which gives the same shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Edges:
    """
    Links between nodes, ordered by where they leave.

    Attributes:
        source: Node that each link leaves, ascending; shape (links,).
        target: Node that it leads to; shape (links,).
        nodes: How many nodes there are.
    """

    source: Ints
    target: Ints
    nodes: int

    @cached_property
    def first(self) -> Ints:
        """The first link of each node that has some."""
        return np.flatnonzero(np.diff(self.source, prepend=-1)).astype(np.int64)

    @cached_property
    def leaving(self) -> Ints:
        """The nodes that have links, ascending."""
        return self.source[self.first]

    @cached_property
    def _group(self) -> Ints:
        return np.repeat(np.arange(len(self.first)), np.diff(self.first, append=len(self.source)))

    def shares(self, weights: Floats) -> Floats:
        """Return the chance that each link is taken by someone on its page; weights above 0."""
        if not len(weights):
            return weights
        shares: Floats = weights / np.add.reduceat(weights, self.first)[self._group]
        return shares

    def of(self, node: int) -> slice:
        """Return the links of a node."""
        begin, end = np.searchsorted(self.source, [node, node + 1])
        return slice(int(begin), int(end))


def arriving(edges: Edges, shares: Floats, *, wanted: Flags, clicks: int) -> list[Floats]:
    """
    Return for 0 to so many clicks the part of those on each node who have arrived at a wanted node; shape (nodes,) each.

    Whoever arrives stays; whoever is on a page without links is lost.
    """
    found = [wanted.astype(np.float64)]
    for _ in range(clicks):
        found.append(_step(edges, wanted, np.add.reduceat, shares * found[-1][edges.target]))
    return found


def likeliest(edges: Edges, shares: Floats, *, wanted: Flags, clicks: int) -> list[Floats]:
    """Return for 0 to so many clicks the chance of the single likeliest way from each node; shape (nodes,) each."""
    found = [wanted.astype(np.float64)]
    for _ in range(clicks):
        found.append(_step(edges, wanted, np.maximum.reduceat, shares * found[-1][edges.target]))
    return found


def way(edges: Edges, shares: Floats, *, best: Sequence[Floats], start: int) -> list[int]:
    """Return the links of the likeliest way from a node, by ``likeliest``; empty if it is wanted itself or there is none."""
    links: list[int] = []
    at = start
    for left in range(len(best) - 1, 0, -1):
        if best[0][at] or not best[left][at]:
            break
        leaving = edges.of(at)
        values = shares[leaving] * best[left - 1][edges.target[leaving]]
        links.append(leaving.start + int(np.argmax(values)))
        at = int(edges.target[links[-1]])
    return links


def _step(edges: Edges, wanted: Flags, merge: object, values: Floats) -> Floats:
    found = wanted.astype(np.float64)
    if len(edges.first):
        merged = merge(values, edges.first)  # type: ignore[operator]
        found[edges.leaving] = np.where(wanted[edges.leaving], 1.0, merged)
    return found
