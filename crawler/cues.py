"""
What the tag, role, id and class of an element say about its place on the page.

Does not look at the words inside; ``crawler.zones`` does, before it believes a class name.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache


class Cue(Enum):
    """A place, and how it was named: by the standard (tag or role) or only by whoever wrote the template."""

    MAIN = auto()
    CONTENT = auto()  #: named like the main part
    ARTICLE = auto()
    MENU = auto()
    MENU_NAMED = auto()
    CRUMBS = auto()
    HEADER = auto()
    HEADER_NAMED = auto()
    FOOTER = auto()
    FOOTER_ROLE = auto()
    FOOTER_NAMED = auto()
    ASIDE = auto()
    BESIDE = auto()  #: what belongs to other pages or to other people: teasers, comments
    SHARE = auto()  #: buttons to share a page
    COOKIES = auto()
    SEARCH = auto()


CONTAINERS = (
    "div",
    "section",
    "nav",
    "header",
    "footer",
    "aside",
    "main",
    "article",
    "ul",
    "ol",
    "table",
    "td",
    "form",
    "search",
    "dialog",
)

TAGS = {
    "main": Cue.MAIN,
    "nav": Cue.MENU,
    "header": Cue.HEADER,
    "footer": Cue.FOOTER,
    "aside": Cue.ASIDE,
    "article": Cue.ARTICLE,
    "search": Cue.SEARCH,
}
_ROLES = {
    "main": Cue.MAIN,
    "navigation": Cue.MENU,
    "menu": Cue.MENU,
    "menubar": Cue.MENU,
    "banner": Cue.HEADER,
    "contentinfo": Cue.FOOTER_ROLE,
    "complementary": Cue.ASIDE,
    "search": Cue.SEARCH,
    "article": Cue.ARTICLE,
}

_PART = r"(?:[-_]*(?:wrap|wrapper|container|inner|outer|area|row|main|nav|links|menu|content|bottom|top|bar|block|bereich|section|box|col|\d))*"
_WHOSE = r"(?:site|page|main|global|portal|web|seiten|haupt|top|the|region|layout|block|c|l|t)?[-_]*"

_COOKIES = re.compile(
    r"cookie|consent|usercentrics|borlabs|klaro|onetrust|cmplz|didomi|tarteaucitron|ccm-|ccm19|dsgvo|gdpr"
)
_CRUMBS = re.compile(r"bread-?_?crumb|brot-?kr|rootline|klickpfad|navpath|you-?are-?here|sie-?sind-?hier")
_FOOTER = re.compile(rf"{_WHOSE}(?:footer|fuss|fuß|fusszeile|fußzeile|fussbereich|colophon){_PART}")
_HEADER = re.compile(rf"{_WHOSE}(?:header|head|kopf|kopfzeile|kopfbereich|masthead|branding|metabar){_PART}")
_MENU = re.compile(
    r"(?:^|[-_])(?:nav|navi|navbar|navlist|menu|menue|menü|menus|megamenu|submenu|subnav|topnav|topbar|sprungmarken|skiplinks|pagination|pager)(?:[-_\d]|$)"
    r"|(?:navigation|navi|menu|menue|menü|[a-z]nav)(?:[-_\d]|$)|^(?:nav|menu)[a-z]"
)
_ASIDE = re.compile(
    r"^(?!has|with|no|is|content)[a-z]*[-_]*sidebar(?:[-_]*(?:left|right|links|rechts|inner|wrapper|container|content|widgets?|area|\d+))*$"
    r"|^widget_|(?:^|[-_])(?:widget-?areas?|aside|marginal(?:spalte|ie|ien)?|rechte[-_]?spalte|spalte[-_]?rechts|right[-_]?col(?:umn)?|col[-_]?right|"
    r"infobox|kontaktbox|contact[-_]?box|ansprechpartner|servicebox)(?:[-_\d]|$)"
)
_BESIDE = re.compile(
    r"(?:^|[-_])(?:comments?|commentlist|comment-?respond|respond|kommentare?|disqus|pingbacks?|trackbacks?"
    r"|related|relatedposts|similar|recommend(?:ed|ations?)|yarpp|outbrain|taboola|up-?sells?|cross-?sell(?:ing)?"
    r"|(?:recent|popular|latest|more)-?(?:posts?|articles?|entries|comments?)|most-?read|meistgelesen"
    r"|weitere-?(?:meldungen|nachrichten|artikel|beitraege|news|themen)|(?:aehnliche|verwandte)-?\w*|auch-?interessant"
    r"|author-?(?:box|bio|info|area|description)|about-?author|autoren?-?(?:box|info)"
    r"|(?:post|entry|article)-?(?:tags|navigation|nav|pagination)|tag-?(?:cloud|list)|tagcloud|schlagwort\w*"
    r"|advert\w*|werbung|sponsor\w*)(?:[-_\d]|$)"
)
_SHARE = re.compile(
    r"(?:^|[-_])(?:shar(?:e|ing)|sharedaddy|shariff|social|social-?(?:media|share|sharing|links|icons)|teilen|addthis|addtoany)(?:[-_\d]|$)"
)
_CONTENT = re.compile(
    r"(?:main|page|site|haupt|seiten)?[-_]*(?:content|contents|inhalt|inhalte|inhaltsbereich|textbereich|hauptspalte|hauptteil|mitte|middle)"
    r"(?:[-_]*(?:area|wrap|wrapper|container|main|inner|body|col|column|center|bereich|text))?|main|hauptbereich|contentarea|artikel"
)


_BY_NAME = (
    (Cue.MENU_NAMED, _MENU.search),
    (Cue.SHARE, _SHARE.search),
    (Cue.BESIDE, _BESIDE.search),
    (Cue.CONTENT, _CONTENT.fullmatch),
    (Cue.ASIDE, _ASIDE.search),
)


@lru_cache(maxsize=16_384)
def cue_of(tag: str, names: tuple[str | None, str, str | None]) -> Cue | None:
    """Return what an element with this role, id and class claims to be, the strongest claim first, or None."""
    role, identity, classes = names
    if role:
        named = _ROLES.get(role.strip().lower())
        if named:
            return named
    words = [name.lower() for name in f"{identity} {classes or ''}"[:500].split()]
    if any(_COOKIES.search(name) for name in words):
        return Cue.COOKIES
    if any(_CRUMBS.search(name) for name in words):
        return Cue.CRUMBS
    if tag in TAGS:
        return TAGS[tag]
    return _named(words) if words else None


def is_trail(name: str) -> bool:
    """Tell whether a name or label is that of the trail to a page."""
    return _CRUMBS.search(name[:500].lower().replace(" ", "-")) is not None


def _named(names: list[str]) -> Cue | None:
    for name in names:
        if _FOOTER.fullmatch(name):
            return Cue.FOOTER_NAMED
        if _HEADER.fullmatch(name):
            return Cue.HEADER_NAMED
    return next((cue for cue, finds in _BY_NAME if any(map(finds, names))), None)
