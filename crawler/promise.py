"""
How promising an address is, by its words, its place and what led to it, as a number: the smaller, the sooner.

Does not know what was read; how much a part of a site brings is the matter of ``crawler.branches``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import ahocorasick_rs

from crawler.branches import is_walk
from crawler.names import fold

IMPRINT = "impressum"  # always promising: it says whose the site is

DIRECTORY, NEAR, HINTED, FRONT, LISTED, MENU, OTHER = 4, 6, 10, 16, 20, 30, 40
AFTER = 30  # what news, papers of the council and files cost: standing pages go first
MANY, CROWD = 50, 10
"""Addresses in one folder from which on each doubling costs: what is made in such numbers is seldom what is looked for."""

LATE = 70
PER_HOP = 2  # what each hop away from the front door costs
FARTHEST = 9  # hops beyond which the distance says nothing more

ARCHIVE = re.compile(
    r"archiv|kalender|calendar|/(?:19|20)\d\d/(?:[01]?\d/|$)|veranstaltung[^/]{0,40}/.{0,80}\d{4}|events?/.{0,80}\d|/tag/|/feed"
    r"|[?&](?:date|datum|month|monat|year|jahr|tag|day|week|kw|from|von|bis|start|offset|page|seite|p)=",
    re.IGNORECASE,
)
ITEM = re.compile(
    r"/[^/?]{0,40}(?:aktuell|news|nachricht|presse|meldung|mitteilung|bekanntmachung|amtsblatt|protokoll|niederschrift|vorlage|sitzung)"
    r"[^/?]{0,40}/+[^/?]|/(?:19|20)\d\d-[01]\d-[0-3]\d[^/]{0,80}/?$|\.(?:pdf|docx?|xlsx?|od[ts]|rtf)$",
    re.IGNORECASE,
)
"""Something below a folder of news or papers, something of one day, a file; the folder itself is none of them."""

LISTING = re.compile(
    r"(?:^|leistungen|services?|themen|dienste|anliegen|stichworte?|formulare|buergerservice|rathaus|verwaltung|wegweiser|inhalt)"
    r"(?:von)?a(?:bis)?z$|^(?:alle)?(?:dienst|verwaltungs|service)?leistungen$|^(?:alle)?online(?:dienste|services?|leistungen|antraege|rathaus)$"
    r"|^(?:alle)?(?:antraegeund)?formulare(?:undantraege)?$|^buerger(?:service|portal|dienste)(?:portal)?$|^serviceportal$|^(?:alle|meine)?anliegen$"
    r"|^was(?:mache|erledige)ichwo$|^lebenslagen$|^inhaltsverzeichnis$|^sitemap$"
)
"""Names of a list of all services, as ``fold`` writes them."""

LONGEST_NAME = 60  # characters of a name of such a list


class Scale:
    """Ranks addresses by the catalogue's words, the lists of all services, the front door, the sitemap and the menus."""

    def __init__(self, hints: Iterable[str]) -> None:
        words = {word for hint in (IMPRINT, *hints) if (word := fold(hint))}
        self._hints = ahocorasick_rs.AhoCorasick(sorted(words))

    def rank(
        self, url: str, *, text: str, zone: str, depth: int, near: bool, listed: bool, many: bool, kin: int
    ) -> int:
        """
        Return the rank of an address.

        Args:
            url: Its canonical form.
            text: The words of the link that led to it, empty if none did.
            zone: Where that link stands: main, menu, footer.
            depth: Hops from the front door.
            near: Is the link on a list of all services?
            listed: Does a sitemap name it?
            many: Is it one of very many queries for one path?
            kin: How many addresses of its folder are known.
        """
        path = url[url.find("/", 8) :]
        # The name of the host would make all its addresses promising alike.
        hinted = bool(self._hints.find_matches_as_indexes(f"{fold(text)} {fold(path)}"))
        if many or ARCHIVE.search(path) or is_walk(url):
            base = LATE if hinted else LATE + OTHER
        elif is_listing(text) or (near and len(text) == 1):
            base = DIRECTORY
        else:
            base = _base(zone, near=near, hinted=hinted, front=depth <= 1 and bool(text), listed=listed)
            base += AFTER if ITEM.search(path) else 0 if near else min(AFTER, CROWD * (kin // MANY).bit_length())
        return base + PER_HOP * min(depth, FARTHEST)


@lru_cache(maxsize=2)
def scale(hints: tuple[str, ...]) -> Scale:
    """Return the scale of a catalogue's words, the same for all sites of a town."""
    return Scale(hints)


def least(depth: int) -> int:
    """Return the best rank that any words could give an address at this distance."""
    return DIRECTORY + PER_HOP * min(depth, FARTHEST)


def is_listing(text: str) -> bool:
    """Tell whether a link or a page with these words is a list of all services."""
    return len(text) <= LONGEST_NAME and LISTING.search(fold(text)) is not None


def _base(zone: str, *, near: bool, hinted: bool, front: bool, listed: bool) -> int:
    if near:
        return NEAR
    if hinted:
        return HINTED
    if front and zone != "footer":
        return FRONT
    if listed:
        return LISTED
    return MENU if zone == "menu" else OTHER
