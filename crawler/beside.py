"""
Cut from the main part what its own heading says belongs to other pages: teasers, similar articles, comments.

Does not look at names of classes; ``crawler.cues`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

_NEWS = r"(?:meldungen|nachrichten|artikel|beiträge|news|neuigkeiten|pressemitteilungen|pressemeldungen|posts)"
_OTHERS = re.compile(
    r"(?:(?:das|dies|diese \w+|folgendes)? ?(?:könnten?|dürften?) (?:sie|dich|euch|ihnen) (?:auch|ebenfalls|noch)? ?(?:interessieren|gefallen)"
    r"|(?:das )?(?:auch|ebenfalls) interessant|(?:sie|andere) (?:interessier\w+|lasen) (?:sich )?auch\b.{0,20}"
    rf"|(?:weitere|ähnliche|verwandte|andere|neueste|aktuelle|letzte|beliebte|(?:die )?meistgelesenen?|mehr|zugehörige) (?:aktuelle )?{_NEWS}(?: .{{0,40}})?"
    r"|mehr (?:zum thema|zu diesem thema|aus (?:der|dieser) (?:rubrik|kategorie))|(?:verwandte|ähnliche) (?:themen|inhalte|links)"
    r"|related(?: (?:posts|articles|stories|links|content|topics|subjects|news))?|recommended(?: .{0,30})?|you (?:may|might) also like"
    r"|(?:\d+ |alle |ihre |neue(?:ste)? |letzte )?(?:kommentare?|comments?|replies)(?: ?\(\d+\))?(?: zu .{0,120})?"
    r"|(?:schreibe?n?|hinterlass[et]n?|verfassen?) (?:sie )?(?:einen|ihren|eine)? ?(?:kommentar|antwort).{0,20}|kommentar (?:schreiben|verfassen|hinterlassen)"
    r"|(?:leave|write|post|add) a (?:reply|comment).{0,20}"
    r"|(?:(?:die|den|diese[nr]?|seite|artikel|beitrag|inhalt|meldung|geschichte) ?){0,3}(?:teilen|weiterempfehlen|empfehlen)(?: (?:auf|mit|über) .{0,30})?|share(?: (?:this|on).{0,20})?"
    r"|schlagw(?:orte|örter)|tags)\s*[:.!…?]*",
    re.IGNORECASE,
)
# How those begin; asking the expression about each heading of a page would cost more than the rest of this module.
_STARTS = frozenset(
    "das die fol kön dür auc ebe sie and wei ähn ver neu akt let bel mei meh zug rel rec you all ihr kom com rep sch hin lea wri"
    " pos add den sei art bei inh mel ges tei emp sha tag".split()
)
_TITLES = ("h1", "h2", "h3", "h4", "h5", "h6")
_LONG = 160  # characters of a heading
_MOST = 0.5  # of the words of the part; a section that holds more is no teaser
_CLIMB = 6
_MANY = 60  # headings that are looked at


def begins(heading: str) -> bool:
    """Tell whether a heading says that what follows belongs to other pages or other people."""
    if len(heading) > _LONG or not (heading[:3].lower() in _STARTS or heading[:1].isdigit()):
        return False
    return _OTHERS.fullmatch(heading) is not None


def clear(html: str) -> tuple[str, str]:
    """Return a serialised main part without sections about other pages, and those sections."""
    tree = LexborHTMLParser(f"<div>{html}</div>", is_fragment=True)
    part = tree.root
    if part is None:
        return html, ""
    kept: list[str] = []
    for heading in part.css(",".join(_TITLES[1:]))[:_MANY]:
        if heading.parent is None:
            continue
        if begins(_words(heading)):
            kept += _cut_section(heading, most=_MOST * len(_words(part)))
    return (part.html or "", "".join(kept)) if kept else (html, "")


def _words(node: LexborNode) -> str:
    return " ".join(node.text().split())


def _cut_section(heading: LexborNode, *, most: float) -> list[str]:
    """Cut the section that a heading begins: the element it is the first of, or what follows up to the next heading."""
    said, level = _words(heading), heading.tag or ""
    section = heading
    for _ in range(_CLIMB):
        above = section.parent
        if above is None or above.parent is None or above.tag in ("main", "body", "article"):
            break
        words = _words(above)
        if not words.startswith(said) or len(words) > most or above.css_first("h1") is not None:
            break
        section = above
    cut = [section]
    if len(_words(section)) <= len(said):
        cut += _up_to_next(section, level)
        if sum(len(_words(node)) for node in cut) > most:
            return []
    htmls = [node.html or "" for node in cut]
    for node in cut:
        node.decompose()
    return htmls


def _up_to_next(section: LexborNode, level: str) -> Iterator[LexborNode]:
    """Yield what follows a bare heading, up to the next of its level or above."""
    following = section.next
    while following is not None and (following.tag not in _TITLES or (following.tag or "") > level):
        inner = following.css_first(f"h1, {level}") if following.is_element_node else None
        if inner is not None and inner.css_first("a") is None:  # teasers have headings too, which are links
            return
        yield following
        following = following.next
