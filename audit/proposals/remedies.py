"""
What could be done about each cause: candidates for proposals, with place and exact words.

Does not say which of them help; ``audit.proposals.simulation`` tries them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from audit.catalogue import Criterion
from audit.findability import Finder
from audit.findability.search import closed
from audit.findability.searching import CLEAR
from audit.findability.words import folded
from audit.proposals.changes import Change, LinkTo, NewPage, Open, Retitle
from audit.reasons import WHO, Reason
from db.models import Finding, Page
from db.terms import N_, Size, Verdict

LISTS = 2
"""Topic pages that are tried for a new link."""

LONGEST = 100
"""Signs of a heading that a sentence takes over."""

FITTING = 0.15
"""Scent of a title from which a page is one where people look for the thing."""

PAGES = {
    "news_only": N_("Legen Sie eine dauerhafte Seite „{title}“ an; bisher steht das Angebot nur in einer Meldung."),
    "council_only": N_("Legen Sie eine Seite „{title}“ an; bisher steht das Angebot nur in Unterlagen des Rates."),
    "archive_only": N_("Legen Sie eine aktuelle Seite „{title}“ an; bisher steht das Angebot nur im Archiv."),
    "third_party_only": N_(
        "Legen Sie eine Seite „{title}“ an; bisher steht das Angebot nur auf einer Website, die nicht der Stadt gehört oder nicht bestätigt ist."
    ),
    "pdf_only": N_("Legen Sie eine Seite „{title}“ an; bisher steht das Angebot nur in einer Datei (PDF)."),
    "invisible": N_("Zeigen Sie „{title}“ auf einer eigenen Seite; laut Ihrem Verzeichnis gibt es das Angebot schon."),
}
"""By the code of the reason: what is found does not count, so that another link to it would not help."""

ONLINE = N_("Bieten Sie „{title}“ als Online-Antrag an; bisher gibt es nur ein Formular zum Ausdrucken.")

OPENINGS = {
    "noindex": N_("Nehmen Sie das „noindex“ von der Seite zu {names}; es verbirgt sie vor Suchmaschinen."),
    "blocked": N_("Streichen Sie in der Datei robots.txt das Verbot, das Google von der Seite zu {names} fernhält."),
    "canonical": N_(
        "Lassen Sie die Seite zu {names} als „canonical“ ihre eigene Adresse nennen; jetzt verweist sie Suchmaschinen auf eine andere."
    ),
}
FOR_ALL = {
    "noindex": N_(
        "Nehmen Sie das „noindex“ aus der Vorlage von {host}; es verbirgt fast alle Seiten dort vor Suchmaschinen, auch {names}."
    ),
    "blocked": N_(
        "Öffnen Sie {host} in der Datei robots.txt für Google; jetzt ist fast alles dort gesperrt, auch {names}."
    ),
    "canonical": N_(
        "Lassen Sie in der Vorlage von {host} jede Seite als „canonical“ ihre eigene Adresse nennen; jetzt nennen fast alle dieselbe, auch {names}."
    ),
}
RENAME = N_("Ersetzen Sie auf {where} das Linkwort „{instead}“ durch „{words}“.")
REPAIR = N_(
    "Lassen Sie auf {where} den Link „{instead}“ zu {to} führen; jetzt führt er ins Leere. Nennen Sie ihn „{words}“."
)
ADD = N_("Setzen Sie auf {where} einen Link „{words}“ zu {to}.")
TITLE = N_("Nennen Sie in Titel und Überschrift von {where} die Sache beim Namen: „{title}“.")
TITLE_WORDS = N_("Nehmen Sie in Titel und Überschrift von {where} die Wörter auf, nach denen gesucht wird: „{words}“.")
TITLE_AND = N_("{change} Setzen Sie auf {where} einen Link „{words}“ dorthin.")

SAMPLE = N_("{change} Der Text dazu ist ein Muster; setzen Sie ein, was bei Ihnen gilt.")
HOME, HOME_OF = N_("der Startseite"), N_("der Startseite von {host}")
PAGE, PAGE_AT = N_("der Seite „{heading}“"), N_("der Seite {url}")

UNSURE = "unsure"

TITLED = {"title_missing", "lost_letters", "brand_only", "wording", "outranked"}
LINKED = {"orphan", "script_only", "unlinked_host", "deep", "link_wording", "mute_link", "dead_end"}


@dataclass(frozen=True)
class Candidate:
    """
    One change that may help.

    Attributes:
        sentence: German, what to do; ``{names}`` stands for what it helps.
        changes: What is changed, in order.
        where: Address of the place; empty where a page has yet to be made.
        criteria: What it is meant for.
    """

    sentence: str
    changes: tuple[Change, ...]
    where: str
    criteria: tuple[str, ...]
    effort: Size
    role: str


def candidates(
    finding: Finding, criterion: Criterion, *, name: str, said: Sequence[str], finder: Finder
) -> Iterator[Candidate]:
    """
    Return what could be done so that this is found; nothing for what is found, or what nobody says is there.

    ``name`` is what the thing is called, ``said`` what is written of it so far.
    """
    rows = [reason for reason in finding.reasons if "code" in reason]
    codes = {str(row["code"]): row for row in rows}
    if UNSURE in codes:
        return  # first somebody has to say whether the page shows the thing at all
    if finding.verdict == Verdict.ABSENT:
        codes = {"invisible": {}} if finding.measures else {}
    elif finding.verdict != Verdict.BURIED:
        return
    if "form_only" in codes:
        change = NewPage(page=finding.best_url or "", title=name, text=sample(criterion), criterion=criterion.id)
        sentence = SAMPLE.format(change=ONLINE.format(title=name))
        yield Candidate(sentence, (change,), "", (criterion.id,), Size.LARGE, criterion.department)
    elif limits := [code for code in codes if code in PAGES]:
        yield from _pages(limits[0], criterion, name=name, said=said, finder=finder)
    else:
        yield from _on_pages(finding, criterion, codes, name=name, finder=finder)


def _on_pages(
    finding: Finding, criterion: Criterion, codes: Mapping[str, Reason], *, name: str, finder: Finder
) -> Iterator[Candidate]:
    target = next(iter((finding.routes or {}).get("places", ())), finding.best_url or "")
    for code, row in codes.items():
        if code in OPENINGS:
            yield _opening(code, target, criterion, is_shared="template_fault" in codes, finder=finder)
        elif code in TITLED:
            yield from _titles(str(row["where"]), criterion, name=name, finder=finder)
        elif code in {"mute_link", "dead_end"}:
            yield _replaced(
                code, row, target, criterion, words=called(target, criterion, name=name, finder=finder), finder=finder
            )
    if LINKED & codes.keys():
        yield from _links(target, criterion, name=name, finder=finder)


def _opening(code: str, target: str, criterion: Criterion, *, is_shared: bool, finder: Finder) -> Candidate:
    host = target.split("/")[2]
    urls = [page.url for page in finder.pages_of(host) if closed(page) == code] if is_shared else [target]
    sentence = FOR_ALL[code].replace("{host}", host) if is_shared else OPENINGS[code]
    role = WHO["host"] if code == "blocked" else WHO["vendor"] if is_shared or code == "canonical" else WHO["web team"]
    changes = tuple(Open(page=url) for url in urls)
    return Candidate(sentence, changes, target, (criterion.id,), Size.SMALL, role)


def _titles(url: str, criterion: Criterion, *, name: str, finder: Finder) -> Iterator[Candidate]:
    """Return better titles: with the name of the thing, and with the words of each query."""
    own = _own_title(finder.graph.pages[url], criterion, finder=finder)
    typed = [" ".join(query.replace("{town}", " ").split()) for query in criterion.queries]
    sentences = {(f"{name}: {own}" if own else name): TITLE}
    sentences |= {(f"{own} ({words})" if own else words): TITLE_WORDS.replace("{words}", words) for words in typed}
    for title, sentence in sentences.items():
        change = Retitle(page=url, title=title)
        told = sentence.replace("{where}", called_page(url, finder)).replace("{title}", title)
        yield Candidate(told, (change,), url, (criterion.id,), Size.SMALL, WHO["editor"])


def _own_title(page: Page, criterion: Criterion, *, finder: Finder) -> str:
    """Return what a page calls itself, if that tells it from others and is not what people look for anyway."""
    own = next((str(each["text"]).strip() for each in page.headings if each["level"] == 1), page.title.strip())
    return own if own and finder.is_titled(page) and finder.scent(own, criterion) < 1 else ""


def _replaced(code: str, row: Reason, target: str, criterion: Criterion, *, words: str, finder: Finder) -> Candidate:
    where, instead = str(row["where"]), str(row["words"])
    to = target if code == "dead_end" else _led(finder, where, instead, towards=target)
    sentence = (REPAIR if code == "dead_end" else RENAME).format(
        where=called_page(where, finder), instead=instead, words=words, to=called_page(to, finder)
    )
    change = LinkTo(page=where, to=to, words=words, instead=instead)
    return Candidate(sentence, (change,), where, (criterion.id,), Size.SMALL, WHO["editor"])


def called(url: str, criterion: Criterion, *, name: str, finder: Finder) -> str:
    """Return words for a link: what the page calls itself, if that tells people what it is, else the name of the criterion."""
    page = finder.graph.pages.get(url)
    if page is None:
        return name
    headings = [str(heading["text"]).strip() for heading in page.headings if heading["level"] == 1]
    return next((text for text in headings if finder.scent(text, criterion) >= CLEAR), name)


def _led(finder: Finder, where: str, words: str, *, towards: str) -> str:
    """Return where the link with these words leads; of several the one that leads to the page itself."""
    links = [link.url for link in finder.graph.pages[where].links if link.text.strip() == words.strip()]
    return next((url for url in links if finder.graph.page(url) == towards), next(iter(links), towards))


def _links(target: str, criterion: Criterion, *, name: str, finder: Finder) -> Iterator[Candidate]:
    words = called(target, criterion, name=name, finder=finder)
    for where in places(target, criterion, finder=finder):
        sentence = ADD.format(where=called_page(where, finder), to=called_page(target, finder), words=words)
        change = LinkTo(page=where, to=target, words=words)
        yield Candidate(sentence, (change,), where, (criterion.id,), _room(where, finder), WHO["editor"])


def _room(where: str, finder: Finder) -> Size:
    """Return the effort of one more link: on a home page everybody wants one."""
    return Size.MEDIUM if finder.graph.depth(where) == 0 else Size.SMALL


def _pages(code: str, criterion: Criterion, *, name: str, said: Sequence[str], finder: Finder) -> Iterator[Candidate]:
    sources = places("", criterion, finder=finder)
    if not sources:
        return
    home = next(iter(finder.graph.doors))
    url = urljoin(finder.graph.url(home), f"/{slug(name)}/")
    if url in finder.graph.pages:
        url = urljoin(url, f"../{slug(name)}-{criterion.id}/")
    page = NewPage(page=url, title=name, text="\n".join(said) or sample(criterion), criterion=criterion.id)
    made = PAGES[code].format(title=name)
    made = made if said else SAMPLE.format(change=made)
    for where in sources[:LISTS]:
        sentence = TITLE_AND.format(change=made, where=called_page(where, finder), words=name)
        changes = (page, LinkTo(page=where, to=url, words=name))
        yield Candidate(sentence, changes, "", (criterion.id,), Size.MEDIUM, criterion.department)


def sample(criterion: Criterion) -> str:
    """Return what a page on the thing could say: the catalogue's own example, or what it is."""
    return next((example.text for example in criterion.examples.yes), criterion.definition)


def places(target: str, criterion: Criterion, *, finder: Finder) -> Sequence[str]:
    """Return where a link to a page would help: the topic pages that promise it most, the list A to Z, and the home page."""
    graph = finder.graph
    near = [page for page in finder.topics if page.url != target]
    ranked = sorted(near, key=lambda page: (-finder.scent(page.title, criterion), graph.depth(page.url), page.url))
    doors = [graph.url(node) for node in graph.doors]
    fitting = [page.url for page in ranked if page.url not in doors and finder.scent(page.title, criterion) >= FITTING]
    wanted = dict.fromkeys([*fitting[:LISTS], *finder.lists[:1], *doors[:1]])
    return [url for url in wanted if url != target]


def called_page(url: str, finder: Finder) -> str:
    """Return a page as a sentence names it: the home page as such, others by their heading."""
    graph = finder.graph
    if graph.depth(url) == 0:
        first = graph.url(next(iter(graph.doors)))
        return HOME if graph.page(url) == first else HOME_OF.format(host=url.split("/")[2])
    page = graph.pages.get(url)
    texts = [*(str(each["text"]) for each in page.headings if each["level"] == 1), page.title] if page else []
    heading = next((" ".join(text.split()) for text in texts if text.strip()), "")
    return PAGE.format(heading=heading[:LONGEST]) if heading else PAGE_AT.format(url=url)


def slug(name: str) -> str:
    """Return a name as it stands in an address."""
    return re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")
