"""
A second, smaller researcher, by whom the key is checked.

Does not share a line with ``audit.findability``: if both agree on a page it is because of the rules, not of the code.
The rules: whoever browses gets to two clicks surely, then less and less, and overlooks every other „hier“; whoever
searches opens the first three hits, or one of the first ten with 0.7. Half of all people do the one, half the other.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import Stemmer
from selectolax.lexbor import LexborHTMLParser

from tests.towns.site import SESSION, Town

WORD = re.compile(r"[a-z0-9]+")
BROWSE = (1.0, 1.0, 1.0, 0.8, 0.4, 0.2)
MUTE = {"hier", "mehr", "weiter", "weiterlesen", "mehr erfahren", "link", "details"}
FINDABLE_FROM = 0.6
PART = 5
"""A stem of so many letters also counts inside a longer word."""

_stem = Stemmer.Stemmer("german").stemWord


@dataclass(frozen=True)
class Seen:
    """One page as a visitor sees it."""

    title: str
    text: str
    links: tuple[tuple[str, str], ...]
    is_open: bool


class Researcher:
    """Browses and searches one town."""

    def __init__(self, town: Town, *, name: str, doors: Iterable[str]) -> None:
        self._name = set(stems(name))
        self._moved: dict[str, str] = {}
        self.pages: dict[str, Seen] = {}
        for key, path in town.pages:
            if not town.hosts[key].foreign:
                self._visit(town, f"http://{town.hosts[key].host}{path}")
        anchors: dict[str, list[str]] = {}
        for page in self.pages.values():
            for target, text in page.links:
                anchors.setdefault(self._end(target), []).append(text)
        self._terms = {
            url: Counter(stems(" ".join([*[page.title] * 5, *set(anchors.get(url, [])), page.text])))
            for url, page in self.pages.items()
            if page.is_open
        }
        totals = {url: terms.total() for url, terms in self._terms.items()}
        self._lengths = {url: total * len(totals) / sum(totals.values()) for url, total in totals.items()}
        self._mutes = self._walk([door for door in doors if door in self.pages])

    def chance(self, url: str, queries: Iterable[str]) -> float:
        """Return the chance that the page is found."""
        return (self.searched(url, queries) + self.browsed(url)) / 2

    def browsed(self, url: str) -> float:
        """Return the chance that whoever browses arrives."""
        ways = [BROWSE[clicks] * 0.5 ** mutes[url] for clicks, mutes in enumerate(self._mutes) if url in mutes]
        return max(ways, default=0.0)

    def searched(self, url: str, queries: Iterable[str]) -> float:
        """Return the chance that whoever searches opens it."""
        ranks = [ranked.index(url) + 1 for query in queries if url in (ranked := self.ranked(query))]
        best = min(ranks, default=99)
        return 1.0 if best <= 3 else 0.7 if best <= 10 else 0.0

    def ranked(self, query: str) -> list[str]:
        """Return the addresses for a query, the best first (BM25), each text once."""
        asked = [word for word in stems(query.replace("{town}", " ")) if word not in self._name]
        points: defaultdict[str, float] = defaultdict(float)
        for word in asked:
            hits = {url: found for url, terms in self._terms.items() if (found := occurrences(word, terms))}
            rarity = math.log(1 + (len(self._terms) - len(hits) + 0.5) / (len(hits) + 0.5))
            for url, found in hits.items():
                long = self._lengths[url]
                points[url] += rarity * found * 2.2 / (found + 1.2 * (0.25 + 0.75 * long))
        once: dict[str, str] = {}
        for url in sorted(points, key=lambda url: (-points[url], url)):
            once.setdefault(self.pages[url].text, url)
        return list(once.values())

    def _visit(self, town: Town, url: str) -> None:
        parts = urlsplit(url)
        answer = town.answer(parts.netloc, parts.path + (f"?{parts.query}" if parts.query else ""))
        assert answer is not None
        if "Location" in answer.headers:
            self._moved[url] = urljoin(url, answer.headers["Location"])
        elif answer.status == 200 and answer.headers["Content-Type"].startswith("text/html"):
            self.pages[url] = read(url, answer.body)

    def _end(self, url: str) -> str:
        """Follow redirects, and take the bare host for the full one."""
        for _ in range(5):
            url = self._moved.get(url, url)
            bare = url.replace("http://", "http://www.", 1)
            url = bare if url not in self.pages and url not in self._moved and bare in self.pages else url
        return url

    def _walk(self, doors: list[str]) -> list[dict[str, int]]:
        """Return for each number of clicks the pages one can be on, with the fewest mute links on the way."""
        layers = [dict.fromkeys(doors, 0)]
        for _ in BROWSE[1:]:
            layer: dict[str, int] = {}
            for url, mutes in layers[-1].items():
                for target, text in self.pages[url].links:
                    if (at := self._end(target)) in self.pages:
                        layer[at] = min(layer.get(at, 99), mutes + (text.strip().casefold() in MUTE))
            layers.append(layer)
        return layers


def read(url: str, body: bytes) -> Seen:
    """Return what is to be seen on a page; menus are for browsing, not for searching."""
    tree = LexborHTMLParser(body)
    links = tuple(
        (SESSION.sub("", urljoin(url, node.attributes.get("href") or "")), node.text(strip=True))
        for node in tree.css("a[href]")
    )
    robots = tree.css_first('meta[name="robots"]')
    is_open = robots is None or "noindex" not in (robots.attributes.get("content") or "")
    title = tree.css_first("title")
    main = tree.css_first("main, [role=main], td.inhalt, .smc-content") or tree.body
    assert title is not None
    assert main is not None
    return Seen(title.text().split(" | ")[0], main.text(separator=" "), links, is_open)


def stems(text: str) -> list[str]:
    """Return the German stems of a text, umlauts written out."""
    plain = text.casefold().translate({228: "ae", 246: "oe", 252: "ue", 223: "ss"})
    return [_stem(word) for word in WORD.findall(plain)]


def occurrences(word: str, terms: Counter[str]) -> float:
    """Count a stem on a page; inside a longer word it counts half."""
    inside = sum(count for term, count in terms.items() if word in term and word != term) if len(word) >= PART else 0
    return terms[word] + inside / 2
