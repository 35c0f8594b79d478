"""
The invented towns blown up to a size that real ones have: years of news, papers of the council, a calendar, PDFs.

Does not touch their own pages. What is added is the same in every run, speaks of the same things as the pages that count,
since real news do, and hangs where such pages hang: below lists of twenty, and those below the front door.
"""

from __future__ import annotations

import random
from datetime import date
from functools import cached_property
from pathlib import Path

from benchmarks.generator import NOUNS, SENTENCES, VERBS
from tests.towns.site import Source, Town

TOPICS = (
    "Kita Mängelmelder Handyparken Carsharing Ladesäule Glasfaser WLAN Digitalisierung Bürgerportal Wohngeld Hundesteuer Solarkataster"
    " Wärmeplanung Onleihe Terminvergabe Bewohnerparken Klimaschutz Smartphone Tablet Serviceportal"
).split()
PEOPLE = "Bürgermeisterin Ausschuss Verein Stadtwerke Bauhof Feuerwehr Schule Museum Musikschule Bücherei".split()
ON_A_LIST = 20
PARAGRAPHS = 4
KINDS = {"news": 0.45, "papers": 0.25, "events": 0.2, "documents": 0.1}
"""Which share of what is added is of which kind."""


class GrownTown(Town):
    """A town with as many pages as a real one."""

    def __init__(self, folder: Path, *, pages: int) -> None:
        super().__init__(folder)
        missing = pages - sum(not self.hosts[host].foreign for host, _ in self.pages)
        chance = random.Random(folder.name)
        for kind, share in KINDS.items():
            self._grow(kind, round(missing * share * ON_A_LIST / (ON_A_LIST + 1)), chance)
        # Real sitemaps do not begin with what counts.
        self.pages = dict(chance.sample(list(self.pages.items()), len(self.pages)))

    def children(self, source: Source) -> list[Source]:
        return self._index.get((source.host, source.path), [])

    @cached_property
    def _index(self) -> dict[tuple[str, str], list[Source]]:
        found: dict[tuple[str, str], list[Source]] = {}
        for page in self.pages.values():
            found.setdefault((page.host, page.meta.get("parent", "")), []).append(page)
        return found

    def _grow(self, kind: str, number: int, chance: random.Random) -> None:
        """Add so many pages of a kind, below lists that lead from one to the next."""
        folder, title = {
            "news": ("/neuigkeiten/", "Neues aus der Stadt"),
            "papers": ("/politik/drucksachen/", "Drucksachen"),
            "events": ("/was-ist-los/", "Was ist los"),
            "documents": ("/downloads/", "Dateien"),
        }[kind]
        lists = -(-number // ON_A_LIST)
        for place in range(lists):
            items = [
                _item(kind, folder, each, chance)
                for each in range(place * ON_A_LIST, min((place + 1) * ON_A_LIST, number))
            ]
            for item in items:
                self.pages[item.host, item.path] = item
            path = folder if place == 0 else f"{folder}?liste={place + 1}"
            links = "".join(f'<li><a href="{item.path}">{item.title}</a></li>' for item in items)
            more = f'<p><a href="{folder}?liste={place + 2}">Ältere Einträge</a></p>' if place + 1 < lists else ""
            parent = {"parent": "/"} if place == 0 else {}
            self.pages["www", path] = Source(
                "www", path, title, f"<ul>{links}</ul>{more}", {**parent, "sitemap": place == 0}
            )


def _item(kind: str, folder: str, number: int, chance: random.Random) -> Source:
    topic, noun, who = chance.choice(TOPICS), chance.choice(NOUNS), chance.choice(PEOPLE)
    day = date(chance.randint(2012, 2025), chance.randint(1, 12), chance.randint(1, 28))
    title, name, meta = {
        "news": (f"{who} stellt {topic} vor: {noun}", f"{topic.lower()}-{noun.lower()}-{number}", {"date": day}),
        "papers": (f"Drucksache {number}: {topic} und {noun}", f"vorlage?nr={number}", {"date": day}),
        "events": (f"{noun} mit {who} am {day}", f"{day}-{noun.lower()}-{number}", {"date": day}),
        "documents": (f"{topic} {noun} (Bericht {number})", f"bericht-{topic.lower()}-{number}.pdf", {"pdf": True}),
    }[kind]
    path = f"{folder}{name}".translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
    return Source("www", path, title, _body(chance, topic), {**meta, "sitemap": chance.random() < 0.5})


def _body(chance: random.Random, topic: str) -> str:
    def sentence() -> str:
        words = {letter: chance.choice([topic, *chance.sample(NOUNS, 3)]) for letter in "abc"}
        return chance.choice(SENTENCES).format(**words, v=chance.choice(VERBS))

    return "".join(f"<p>{' '.join(sentence() for _ in range(chance.randint(2, 5)))}</p>\n" for _ in range(PARAGRAPHS))
