"""
The flow of users equals WUFIS, by hand on small sites and against a plain dense one on random ones.

By hand: on a site of three pages the home page has two links, to A with weight 3 and to B with weight 1; A has links to the
wanted page W (1) and back home (1); B has one to W.

    after 1 click   A 3/4, B 1/4
    after 2 clicks  W = 3/4 * 1/2 + 1/4 * 1 = 5/8, home 3/8
    after 3 clicks  W = 5/8, A 9/32, B 3/32
    after 4 clicks  W = 5/8 + 9/32 * 1/2 + 3/32 = 55/64
    after 5 clicks  the same, since whoever is left is at home after 4 clicks and on A or B after 5
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.findability.flow import Edges, Floats, arriving, likeliest, way

HOME, A, B, WANTED = range(4)
LINKS = [(HOME, A, 3.0), (HOME, B, 1.0), (A, HOME, 1.0), (A, WANTED, 1.0), (B, WANTED, 1.0)]
CLICKS = 5


def edges(links: list[tuple[int, int, float]], nodes: int) -> tuple[Edges, Floats]:
    ordered = sorted(links)
    source, target = (np.array([link[end] for link in ordered], dtype=np.int64) for end in (0, 1))
    made = Edges(source=source, target=target, nodes=nodes)
    return made, made.shares(np.array([weight for *_, weight in ordered]))


def wanted(*nodes: int, of: int) -> np.ndarray:
    flags = np.zeros(of, dtype=np.bool_)
    flags[list(nodes)] = True
    return flags


def dense(links: list[tuple[int, int, float]], nodes: int, targets: set[int], start: int) -> list[float]:
    """WUFIS as it is written down: a start vector, pushed forward over a full matrix; whoever arrives stays."""
    matrix = np.zeros((nodes, nodes))
    for source, target, weight in links:
        if source not in targets:
            matrix[source, target] += weight
    sums = matrix.sum(axis=1, keepdims=True)
    matrix = np.divide(matrix, sums, out=np.zeros_like(matrix), where=sums > 0)
    for target in targets:
        matrix[target, target] = 1.0
    at = np.zeros(nodes)
    at[start] = 1.0
    arrived = []
    for _ in range(CLICKS):
        at = at @ matrix
        arrived.append(float(at[list(targets)].sum()))
    return arrived


def test_the_flow_equals_wufis_by_hand() -> None:
    """The shares of the head of this file, to 1e-9."""
    made, shares = edges(LINKS, 4)
    flow = arriving(made, shares, wanted=wanted(WANTED, of=4), clicks=CLICKS)
    assert [each[HOME] for each in flow] == pytest.approx([0, 0, 5 / 8, 5 / 8, 55 / 64, 55 / 64], abs=1e-9)


def test_a_page_without_links_loses_everybody() -> None:
    """By hand: two equal links, one to a dead end: half arrive, and waiting does not help."""
    made, shares = edges([(0, 1, 1.0), (0, 2, 1.0)], 3)
    assert [each[0] for each in arriving(made, shares, wanted=wanted(2, of=3), clicks=3)] == [0, 0.5, 0.5, 0.5]


def test_whoever_begins_at_the_wanted_page_has_arrived() -> None:
    """No click is needed, and nobody leaves again."""
    made, shares = edges(LINKS, 4)
    assert [each[A] for each in arriving(made, shares, wanted=wanted(A, of=4), clicks=2)] == [1, 1, 1]


def test_the_likeliest_way_is_the_one_of_the_largest_product() -> None:
    """By hand: over A 3/4 * 1/2 = 3/8, over B 1/4 * 1 = 1/4."""
    made, shares = edges(LINKS, 4)
    best = likeliest(made, shares, wanted=wanted(WANTED, of=4), clicks=CLICKS)
    assert best[-1][HOME] == pytest.approx(3 / 8, abs=1e-9)
    assert [int(made.target[link]) for link in way(made, shares, best=best, start=HOME)] == [A, WANTED]


def test_there_is_no_way_where_no_link_leads() -> None:
    """An unreachable page has chance 0 and no way; neither has a site without links."""
    made, shares = edges([(0, 1, 1.0)], 3)
    best = likeliest(made, shares, wanted=wanted(2, of=3), clicks=CLICKS)
    assert (best[-1][0], way(made, shares, best=best, start=0)) == (0, [])
    none, shares = edges([], 2)
    assert list(arriving(none, shares, wanted=wanted(1, of=2), clicks=2)[-1]) == [0, 1]


@st.composite
def sites(draw: st.DrawFn) -> tuple[list[tuple[int, int, float]], int, set[int]]:
    nodes = draw(st.integers(2, 12))
    node = st.integers(0, nodes - 1)
    pairs = draw(st.sets(st.tuples(node, node).filter(lambda pair: pair[0] != pair[1]), max_size=40))
    weights = draw(st.lists(st.floats(1e-3, 1e3), min_size=len(pairs), max_size=len(pairs)))
    targets = draw(st.sets(node, min_size=1, max_size=3))
    return [(*pair, weight) for pair, weight in zip(sorted(pairs), weights, strict=True)], nodes, targets


@given(sites())
@settings(max_examples=150, deadline=None)
def test_the_flow_equals_a_dense_wufis(site: tuple[list[tuple[int, int, float]], int, set[int]]) -> None:
    """Backwards and sparse is the same as forwards and dense, from every page, to 1e-9."""
    links, nodes, targets = site
    made, shares = edges(links, nodes)
    flow = arriving(made, shares, wanted=wanted(*targets, of=nodes), clicks=CLICKS)
    for start in range(nodes):
        assert [each[start] for each in flow[1:]] == pytest.approx(dense(links, nodes, targets, start), abs=1e-9)


@given(sites(), st.floats(1e-3, 1e3), st.integers(0, 11))
@settings(max_examples=150, deadline=None)
def test_another_link_to_the_wanted_page_never_hurts(
    site: tuple[list[tuple[int, int, float]], int, set[int]], weight: float, page: int
) -> None:
    """Nobody who would have arrived is led astray by a link that leads there at once, wherever they are."""
    links, nodes, targets = site
    source, target = page % nodes, min(targets)
    if source == target:
        return
    better = [link for link in links if link[:2] != (source, target)]
    old = next((link[2] for link in links if link[:2] == (source, target)), 0.0)
    flags = wanted(*targets, of=nodes)
    before = arriving(*edges(links, nodes), wanted=flags, clicks=CLICKS)
    after = arriving(*edges([*better, (source, target, old + weight)], nodes), wanted=flags, clicks=CLICKS)
    for one, other in zip(before, after, strict=True):
        assert (other >= one - 1e-12).all()
