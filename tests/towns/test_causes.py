"""
The sites that differ in one cause are whole, have that cause and no other, and lose it by their mend.

Does not test Fundstelle; the signs of a cause are looked for in what is served, by a few lines that know nothing of it.
"""

from __future__ import annotations

import filecmp
import http.client
import re
from collections import Counter, deque
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest

from audit import catalogue
from audit.inventory import profile
from db.terms import Verdict
from tests.towns import mending
from tests.towns.mending import CAUSES, cause, mend
from tests.towns.researcher import MUTE, Researcher, Seen
from tests.towns.server import TownServer
from tests.towns.site import FOLDER, Answer, Town, towns

NAMES = mending.names()
FEWEST, MOST = 14, 25
DEEP = 5
"""Clicks from the town's home page from which nobody gets to a page."""

DEAD_ENDS = {"dead_end": ["http://www.kiefernwehr.example/verkehr/carsharing.html"]}
"""Links that lead nowhere, and are meant to."""

SCRIPT = re.compile(rb"<script[^>]*>(.*?)</script>", re.DOTALL)
COUNCIL = b'<meta name="generator" content="SessionNet">'
LOST = str.maketrans("", "", "äöüß")
CANONICAL = re.compile(rb'rel="canonical" href="([^"]+)"')
CRITERIA = re.compile(r"(?m)^\W*id: ([a-z0-9-]+)$")


@cache
def site(name: str) -> Town:
    return Town(CAUSES / name)


def home(town: Town) -> str:
    return f"http://{town.hosts['www'].host}/"


def fetched(town: Town, url: str) -> Answer:
    parts = urlsplit(url)
    answer = town.answer(parts.netloc, parts.path + (f"?{parts.query}" if parts.query else ""))
    assert answer is not None, url
    return answer


def shown(town: Town) -> dict[str, Seen]:
    return Researcher(town, name="", doors=[]).pages


def clicks(pages: dict[str, Seen], start: str) -> dict[str, int]:
    """Return how many clicks each page is away."""
    away, queue = {start: 0}, deque([start])
    while queue:
        at = queue.popleft()
        for target, _ in pages[at].links:
            if target in pages and target not in away:
                away[target] = away[at] + 1
                queue.append(target)
    return away


def signs(town: Town, url: str, *, sought: str) -> set[str]:
    """Return the causes that keep people from a page who look for a word."""
    pages = shown(town)
    if url not in pages:
        return {"pdf_only"} if fetched(town, url).headers["Content-Type"] == "application/pdf" else set()
    texts = [text for at, page in pages.items() for target, text in page.links if target == url != at]
    found = {
        "deep": clicks(pages, home(town)).get(url, 0) >= DEEP,
        "mute_link": bool(texts) and all(text.casefold() in MUTE for text in texts),
        "unlinked_host": not _is_linked(pages, urlsplit(url).netloc, home=home(town)),
        "archive_only": "/archiv/" in url,
        "council_only": COUNCIL in fetched(town, url).body,
        **({} if texts else _unlinked(town, url, pages=pages, sought=sought)),
        **_engines(town, url, pages=pages),
        **_words(pages, url, sought=sought),
    }
    return {name for name, is_there in found.items() if is_there}


def _is_linked(pages: dict[str, Seen], host: str, *, home: str) -> bool:
    """Does any page of the town's own host lead to that host?"""
    own = [page for url, page in pages.items() if url.startswith(home)]
    return home == f"http://{host}/" or any(urlsplit(to).netloc == host for page in own for to, _ in page.links)


def _unlinked(town: Town, url: str, *, pages: dict[str, Seen], sought: str) -> dict[str, bool]:
    """What became of the link to a page that has none?"""
    meant = {target for page in pages.values() for target, text in page.links if sought in text.casefold()}
    is_dead = any(fetched(town, target).status == 404 for target in meant)
    path = urlsplit(url).path.encode()
    is_scripted = any(path in script for at in pages for script in SCRIPT.findall(fetched(town, at).body))
    return {"dead_end": is_dead, "script_only": is_scripted, "orphan": not is_dead and not is_scripted}


def _engines(town: Town, url: str, *, pages: dict[str, Seen]) -> dict[str, bool]:
    host = urlsplit(url).netloc
    robots = RobotFileParser()
    robots.parse(fetched(town, f"http://{host}/robots.txt").body.decode().splitlines())
    is_open = {at: page.is_open for at, page in pages.items() if urlsplit(at).netloc == host}
    same = [at for at, page in pages.items() if _said(page) == _said(pages[url])]
    return {
        "noindex": not is_open[url] and any(is_open.values()),
        "template_fault": not any(is_open.values()),
        "blocked": not robots.can_fetch("Googlebot", url),
        "canonical": _names_another(town, url) and same == [url],
        "mirrored": len(same) > 1 and all(_names_another(town, at) for at in same),
    }


def _said(page: Seen) -> str:
    """The text of a page without its heading, which is its title."""
    return page.text.replace(page.title, "", 1).strip()


def _names_another(town: Town, url: str) -> bool:
    named = CANONICAL.search(fetched(town, url).body)
    return named is not None and named[1].decode() != url


def _words(pages: dict[str, Seen], url: str, *, sought: str) -> dict[str, bool]:
    title = pages[url].title
    host = urlsplit(url).netloc
    is_shared = sum(page.title == title for at, page in pages.items() if urlsplit(at).netloc == host) > 1
    is_named = is_shared or sought in title.casefold()
    is_said = sought in pages[url].text.casefold()
    is_lost = not is_named and sought.translate(LOST) in title.casefold()
    return {
        "title_missing": is_shared,
        "brand_only": not is_named and is_said,
        "lost_letters": is_lost,
        "wording": not is_named and not is_said and not is_lost,
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_site_is_a_small_town_of_its_own(name: str) -> None:
    """Each has a profile, a home page, an imprint, news and so many pages as a person can read through."""
    town = site(name)
    read = profile.read(CAUSES / name / "town.yaml")
    assert FEWEST <= len(town.pages) <= MOST
    assert {urlsplit(door.url).netloc for door in read.sites} == {host.host for host in town.hosts.values()}
    assert all(host.host.endswith(f"{read.key}.example") for host in town.hosts.values())
    assert all(("www", path) in town.pages for path in {"/", town.hosts["www"].footer[0]["to"]})
    assert any(page.meta.get("layout") == "news" for page in town.pages.values())
    assert read.name in shown(town)[home(town)].text


@pytest.mark.parametrize("name", NAMES)
def test_every_link_of_a_site_leads_somewhere(name: str) -> None:
    """No page is lost but by the cause."""
    targets = {target for page in shown(site(name)).values() for target, _ in page.links}
    lost = [target for target in sorted(targets) if fetched(site(name), target).status != 200]
    assert lost == DEAD_ENDS.get(name, [])


@pytest.mark.parametrize("name", NAMES)
def test_what_is_expected_is_said_in_full(name: str) -> None:
    """The cause is that of the folder, the criteria are known ones, and the change is one German sentence."""
    wanted = cause(name)
    known = {
        one for file in catalogue.FOLDER.glob("haselhorst/*.yaml") for one in CRITERIA.findall(file.read_text("utf-8"))
    }
    assert wanted.cause == name
    assert wanted.who in {"editor", "web team", "vendor", "host"}
    assert {wanted.verdict, *wanted.seen.values()} <= set(Verdict)
    assert wanted.seen == {"before": wanted.verdict, "after": Verdict.FINDABLE}
    assert len({wanted.criterion, *wanted.found} & known) == 9
    assert re.fullmatch(r"[A-ZÄÖÜ][^\n]+\.", wanted.change)
    assert wanted.note or wanted.verdict == Verdict.BURIED


@pytest.mark.parametrize("name", NAMES)
def test_a_site_has_its_cause_and_no_other(name: str) -> None:
    """Whoever names another cause is wrong."""
    wanted = cause(name)
    assert signs(site(name), wanted.page, sought=wanted.sought) == {name}


@pytest.mark.parametrize("name", NAMES)
def test_the_mend_takes_the_cause_away_and_touches_nothing_else(name: str, tmp_path: Path) -> None:
    """Only the files of the mend differ, and in the copy nothing stands in the way any more."""
    wanted = cause(name)
    copy = mend(name, tmp_path)
    assert signs(Town(copy), wanted.mended or wanted.page, sought=wanted.sought) == set()
    before, after = ({file.relative_to(at) for file in at.rglob("*.*")} for at in (CAUSES / name, copy))
    changed = {file for file in before & after if not filecmp.cmp(CAUSES / name / file, copy / file, shallow=False)}
    assert {str(file) for file in changed | (before ^ after)} == {edit["file"] for edit in wanted.mend}


def test_an_edit_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    """A mend which the pages have outgrown must not pass for one that changes nothing."""
    broken = mend("orphan", tmp_path / "sites")  # mended once, its words stand there twice
    (broken / "www" / "verkehr.html").write_text("Busse halten am Kurhaus. Busse halten am Kurhaus.", encoding="utf-8")
    with pytest.raises(AssertionError, match="not once"):
        mend("orphan", tmp_path / "again", folder=tmp_path / "sites")


def test_no_two_sites_share_a_name_or_a_criterion() -> None:
    """All of them can be served at once, and none is served with the towns of the demonstration."""
    hosts = Counter(name for town in towns(CAUSES) for name in town.names)
    criteria = Counter(cause(name).criterion for name in NAMES)
    assert len(NAMES) == len(criteria) == 18
    assert max(hosts.values()) == 1
    assert not {name for town in towns(FOLDER) for name in town.names} & hosts.keys()


def test_the_sites_are_served_under_their_own_names() -> None:
    """One proxy answers for all of them, and says to one search engine what it says to no other."""
    with TownServer(CAUSES) as server:
        connection = http.client.HTTPConnection(urlsplit(server.proxy).netloc, timeout=10)
        answers = {}
        for url in [*(cause(name).page for name in NAMES), "http://www.quellroda.example/robots.txt"]:
            connection.request("GET", url)
            answer = connection.getresponse()
            answers[url] = (answer.status, answer.read())
        connection.close()
    assert {status for status, _ in answers.values()} == {200}
    assert b"User-agent: Googlebot\nDisallow: /karten/\n\nUser-agent: *\n" in answers[url][1]
