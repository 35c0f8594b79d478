"""
The site's own means: is a page in the list A to Z, and do all routes end at the same page?

Does not compute a chance. The questions are those of Socitm's Better Connected: does the A to Z list it, does the site's own
search return it, do all routes end in the same place?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from audit.findability.graph import Graph
from audit.findability.twins import Twins

LETTER = 3
"""A link of the list with so few signs leads to its page of a letter: „B“, „X–Z“."""


@dataclass(frozen=True)
class Routes:
    """
    What the site itself does for a page.

    Attributes:
        index: Address of the list A to Z; None: no front door offers one that was read.
        listed: Does it, or one of its pages by letter, link to the page? None without a list.
        ends: Where search engine, links, list and own search end, each content once; more than one: they do not agree.
    """

    index: str | None
    listed: bool | None
    ends: tuple[str, ...]


class Means:
    """The lists A to Z of a town's front doors."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    @cached_property
    def lists(self) -> Sequence[str]:
        """Return the addresses of the lists A to Z, those of the first front door first."""
        doors = (self._graph.pages[self._graph.url(node)] for node in self._graph.doors)
        named = (str(page.structure["index"]) for page in doors if page.structure and page.structure.get("index"))
        return list(dict.fromkeys(found for url in named if (found := self._graph.page(url))))

    @cached_property
    def _targets(self) -> frozenset[int]:
        """The nodes that a list, or a page of it by letter, links to."""
        found: set[int] = set()
        for url in self.lists:
            ends = self._ends(self._graph.node(url))
            letters = [node for node, words in ends.items() if len(words.strip()) <= LETTER]
            found |= {*ends, *(end for letter in letters for end in self._ends(letter))}
        return frozenset(found)

    def _ends(self, node: int | None) -> dict[int, str]:
        """Return the nodes that a page links to, with the words of the link."""
        edges = self._graph.edges
        leaving = edges.of(node) if node is not None else slice(0, 0)
        return {int(edges.target[edge]): self._graph.words(edge) for edge in range(leaving.start, leaving.stop)}

    def routes(self, urls: Sequence[str], ends: Sequence[str | None], *, twins: Twins) -> Routes:
        """Return what the site does for these pages; ``ends`` are where other routes end, None where one does not arrive."""
        nodes = {node for url in urls if (node := self._graph.node(url)) is not None}
        listed = nodes & self._targets
        told = [*ends, *(self._graph.url(node) for node in sorted(listed)[:1])]
        kept: dict[str, str] = {}
        for url in told:
            if url is not None:
                kept.setdefault(twins.key(self._graph.page(url) or url), url)
        return Routes(
            index=next(iter(self.lists), None), listed=bool(listed) if self.lists else None, ends=tuple(kept.values())
        )
