"""
The sites of one invented town: small page sources in a folder, rendered by layouts into what a host answers.

Does not speak HTTP (``tests.towns.server``) and does not know what is expected of anybody (``tests.towns.key``).

A town's folder holds ``hosts.yaml`` (for each host: name, layout, menu, footer, faults) and a folder of pages for each
host. A page is front matter in YAML between two lines of ``---`` and a fragment of HTML:

title, path     path may hold a query; the folder names the host
parent          path of the page that lists this one; without it nobody links here, unless a text does
link, teaser    words of that link where they are not the title, and words before it
layout, date, description, lang, keys, charset, canonical, robots, headers
status          what is answered, 200 if not said
redirect        address to send people to
sitemap         whether the sitemap names it; pages that are open do, if not said
pdf             the fragment's lines are printed into a PDF
why             the trap this page sets, for readers of the source
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jinja2
import yaml

from tests.towns import search
from tests.towns.pdf import printed

FOLDER = Path(__file__).parent
FRONT = re.compile(r"\A---\n(.*?)\n---\n?(.*)\Z", re.DOTALL)
SESSION = re.compile(r";jsessionid=[0-9A-Fa-f]+")
INTERNAL = re.compile(r'href="(/[^"?#;]*)')
KNOWN = frozenset(
    "parent link teaser card layout date description lang keys charset canonical robots headers status redirect sitemap"
    " pdf gremium title_suffix why".split()
)
MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()

LAYOUTS = jinja2.Environment(
    loader=jinja2.FileSystemLoader(FOLDER / "layouts"),
    autoescape=jinja2.select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Answer:
    """What a host answers to one request."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Host:
    """One host of a town as ``hosts.yaml`` describes it."""

    key: str
    host: str
    name: str
    layout: str
    also: tuple[str, ...] = ()  #: other names that answer the same
    forward: tuple[str, ...] = ()  #: other names that redirect here
    claim: str = ""
    menu: tuple[dict[str, Any], ...] = ()
    footer: tuple[dict[str, Any], ...] = ()
    search: str = ""  #: path of the search form, which answers with pages of the host
    disallow: tuple[str, ...] = ()
    barred: dict[str, list[str]] = field(default_factory=dict)  #: folders that robots.txt forbids to one engine by name
    robots: str = ""  #: what its template writes into every page that says nothing of its own
    sitemap: bool = True
    refuse: int = 0  #: status with which everything is refused
    soft: bool = False  #: answers 200 to addresses it does not know
    session: bool = False  #: writes a session into every address
    textonly: bool = False  #: serves every page again without its looks
    html: bool = False  #: serves news with and without .html
    mirror: str = ""  #: key of the host whose news it shows again
    foreign: bool = False  #: somebody else's: a vendor, a party, the press


@dataclass(frozen=True)
class Source:
    """One page as it stands in its file."""

    host: str  #: key of its host
    path: str
    title: str
    body: str
    meta: dict[str, Any]

    @property
    def listed(self) -> bool:
        """Should the sitemap name it?"""
        is_open = "redirect" not in self.meta and self.meta.get("status", 200) == 200
        return bool(self.meta.get("sitemap", is_open and "noindex" not in self.meta.get("robots", "")))


class Town:
    """All hosts and pages of one town."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        rows = yaml.safe_load((folder / "hosts.yaml").read_text(encoding="utf-8"))
        self.hosts = {key: _host(key, row) for key, row in rows.items()}
        self.pages: dict[tuple[str, str], Source] = {}
        for source in _sources(folder, self.hosts):
            assert (source.host, source.path) not in self.pages, f"twice: {source.host} {source.path}"
            self.pages[source.host, source.path] = source
        for host in self.hosts.values():
            self._mirror(host)
        self._names = {name: host for host in self.hosts.values() for name in (host.host, *host.also, *host.forward)}

    @property
    def names(self) -> list[str]:
        """Every host name that is answered."""
        return list(self._names)

    def answer(self, name: str, target: str) -> Answer | None:
        """Return what the host of that name answers for a path with its query; None: not a host of this town."""
        host = self._names.get(name)
        if host is None:
            return None
        if host.refuse:
            return Answer(host.refuse, b"<html><body><h1>Zugriff verweigert</h1></body></html>", _type("text/html"))
        if name in host.forward:
            return Answer(301, headers={"Location": f"http://{host.host}{target}"})
        if target == "/robots.txt":
            return Answer(200, self._robots(host).encode(), _type("text/plain"))
        if target == "/sitemap.xml" and host.sitemap:
            return Answer(200, self._sitemap(host).encode(), _type("application/xml"))
        return self._page(host, target)

    def children(self, source: Source) -> list[Source]:
        """Return the pages that this one lists, in the order of their files."""
        return [
            page for page in self.pages.values() if page.host == source.host and page.meta.get("parent") == source.path
        ]

    def crumbs(self, source: Source) -> list[Source]:
        """Return the pages above this one, the home page first."""
        found: list[Source] = []
        above = source.meta.get("parent")
        while above and (parent := self.pages.get((source.host, above))) and parent not in found:
            found.insert(0, parent)
            above = parent.meta.get("parent")
        return found

    def _page(self, host: Host, target: str) -> Answer:
        path, plain = _plain(SESSION.sub("", target), textonly=host.textonly)
        source = self.pages.get((host.key, path))
        if source is None and host.html and not path.endswith(".html"):
            source = self.pages.get((host.key, f"{path}.html"))
        if source is None:
            source = self._month(host, path) or self._search(host, path) or _missing(host)
        return self._render(host, source, plain=plain)

    def _search(self, host: Host, target: str) -> Source | None:
        """Answer with what the host's own pages say to a query."""
        path, _, query = target.partition("?")
        if not host.search or path != host.search:
            return None
        own = [page for page in self.pages.values() if page.host == host.key and page.listed]
        told = [(page.path, page.title, page.body) for page in own]
        return Source(host.key, path, "Suche", search.results(path, query, pages=told, menu=host.menu), {})

    def _month(self, host: Host, path: str) -> Source | None:
        """Every month of all times has its page, and links to the next."""
        base, found, month = path.partition("?monat=")
        if not found or (host.key, base) not in self.pages or not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
            return None
        year, number = int(month[:4]), int(month[5:])
        before, after = (divmod(year * 12 + number - 1 + step, 12) for step in (-1, 1))
        title = f"{MONTHS[number - 1]} {year}"
        body = LAYOUTS.get_template("month.html").render(
            base=base,
            title=title,
            before=f"{before[0]:04}-{before[1] + 1:02}",
            after=f"{after[0]:04}-{after[1] + 1:02}",
        )
        return Source(host.key, path, title, body, {"parent": base})

    def _render(self, host: Host, source: Source, *, plain: bool) -> Answer:
        meta = source.meta
        headers = {str(name): str(value) for name, value in meta.get("headers", {}).items()}
        if "redirect" in meta:
            return Answer(meta.get("status", 301), headers={**headers, "Location": meta["redirect"]})
        if meta.get("pdf"):
            return Answer(200, printed(source.title, source.body), {**_type("application/pdf"), **headers})
        layout = "textonly" if plain else meta.get("layout", host.layout)
        html = LAYOUTS.get_template(f"{layout}.html").render(
            host=host, page=source, meta=meta, crumbs=self.crumbs(source), children=self.children(source)
        )
        if host.session:
            html = INTERNAL.sub(rf'href="\1;jsessionid={_number(source.path)}', html)
        charset = meta.get("charset", "utf-8")
        # A page in an old encoding says so only in its head, as they do.
        content_type = "text/html" if "charset" in meta else "text/html; charset=utf-8"
        return Answer(meta.get("status", 200), html.encode(charset), {"Content-Type": content_type, **headers})

    def _robots(self, host: Host) -> str:
        lines: list[str] = []
        # Those with names stand first: a group without a rule would take in the next one (RFC 9309, section 2.2.1).
        for engine, paths in host.barred.items():
            lines += [f"User-agent: {engine}", *(f"Disallow: {path}" for path in paths), ""]
        lines += ["User-agent: *", *(f"Disallow: {path}" for path in host.disallow)]
        if host.sitemap:
            lines += ["", f"Sitemap: http://{host.host}/sitemap.xml"]
        return "\n".join([*lines, ""])

    def _sitemap(self, host: Host) -> str:
        return LAYOUTS.get_template("sitemap.xml").render(
            host=host, pages=[page for page in self.pages.values() if page.host == host.key and page.listed]
        )

    def _mirror(self, host: Host) -> None:
        """Show the news of another host again under the same paths."""
        for (key, path), page in list(self.pages.items()):
            if key == host.mirror and "/Nachrichtenportal/" in path and (host.key, path) not in self.pages:
                self.pages[host.key, path] = Source(host.key, path, page.title, page.body, page.meta)


def towns(folder: Path = FOLDER) -> list[Town]:
    """Return all towns of a folder."""
    return [Town(file.parent) for file in sorted(folder.glob("*/hosts.yaml"))]


def _host(key: str, row: dict[str, Any]) -> Host:
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    return Host(key=key, **{**row, **lists})


def _sources(folder: Path, hosts: dict[str, Host]) -> Iterator[Source]:
    for key in hosts:
        for file in sorted((folder / key).glob("**/*.html")):
            found = FRONT.match(file.read_text(encoding="utf-8"))
            assert found, f"no front matter: {file}"
            meta = yaml.safe_load(found[1])
            path, title = meta.pop("path"), meta.pop("title", "")
            assert meta.keys() <= KNOWN, f"unknown words in {file}: {meta.keys() - KNOWN}"
            yield Source(key, path, title, found[2].strip(), meta)


def _missing(host: Host) -> Source:
    body = "<p>Die gewünschte Seite konnte leider nicht gefunden werden.</p>"
    return Source(host.key, "", "Seite nicht gefunden", body, {"status": 200 if host.soft else 404})


def _plain(target: str, *, textonly: bool) -> tuple[str, bool]:
    """Return the address without the parameter of the text version, and whether it was there."""
    path, mark, query = target.partition("?")
    if not textonly or not mark:
        return target, False
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [pair for pair in pairs if pair[0] != "textonly"]
    return (f"{path}?{urlencode(kept)}" if kept else path), len(kept) < len(pairs)


def _number(path: str) -> str:
    return hashlib.md5(path.encode(), usedforsecurity=False).hexdigest().upper()


def _type(content_type: str) -> dict[str, str]:
    return {"Content-Type": f"{content_type}; charset=utf-8" if content_type.startswith("text/") else content_type}
