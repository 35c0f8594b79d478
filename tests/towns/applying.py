"""
Do to the files of an invented town what a proposal says, as its editors would.

Does not know whether it helps. Changes are those of ``Proposal.changes``: link, title, open, page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from tests.towns.site import FRONT

Change = Mapping[str, Any]

FORM = """<p>{title} können Sie hier online beantragen.</p>
<form action="{action}" method="post"><label>Name <input name="name"></label> <label>Anschrift <input name="anschrift"></label>
<label>Geburtsdatum <input name="geburtsdatum"></label> <button>Antrag absenden</button></form>
"""
"""What a page gets whose form was only there to print."""


def apply(changes: Sequence[Change], folder: Path) -> list[str]:
    """Change the files of the town in that folder, and return a line for each change that could not be made there."""
    return [refused for change in changes if (refused := _made(change, Files(folder)))]


class Files:
    """The pages of a town as files, by address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hosts: dict[str, dict[str, Any]] = yaml.safe_load((folder / "hosts.yaml").read_text(encoding="utf-8"))
        self._keys = {row["host"]: key for key, row in self.hosts.items()}

    def key(self, url: str) -> str | None:
        """Return the key of the host of an address."""
        return self._keys.get(urlsplit(url).netloc)

    def of(self, url: str) -> Path | None:
        """Return the file of the page at an address."""
        key = self.key(url)
        files = (self.folder / key).glob("**/*.html") if key else ()
        return next((file for file in files if read(file)[0]["path"] == _path(url)), None)

    def children(self, url: str) -> list[Path]:
        """Return the files that the page at an address lists."""
        key = self.key(url)
        files = (self.folder / key).glob("**/*.html") if key else ()
        return [file for file in sorted(files) if read(file)[0].get("parent") == _path(url)]

    def save_hosts(self) -> None:
        """Write what is said of the hosts."""
        text = yaml.safe_dump(self.hosts, allow_unicode=True, sort_keys=False)
        (self.folder / "hosts.yaml").write_text(text, encoding="utf-8")


def read(file: Path) -> tuple[dict[str, Any], str]:
    """Return what stands at the head of a file, and the rest."""
    found = FRONT.match(file.read_text(encoding="utf-8"))
    assert found, f"no front matter: {file}"
    return yaml.safe_load(found[1]), found[2]


def _write(file: Path, meta: Mapping[str, Any], body: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    head = yaml.safe_dump(dict(meta), allow_unicode=True, sort_keys=False)
    file.write_text(f"---\n{head}---\n{body}", encoding="utf-8")


def _made(change: Change, files: Files) -> str:
    page = files.of(change["page"])
    if change["kind"] == "page" and page is None:
        return _created(change, files)
    if page is None:
        return f"no file for {change['page']}"
    if change["kind"] == "title":
        _retitle(page, files, change)
    elif change["kind"] == "open":
        _open(page, files, change["page"])
    elif change["kind"] == "link":
        _link(page, files, change)
    else:
        _put_online(page)
    return ""


def _retitle(page: Path, files: Files, change: Change) -> None:
    meta, body = read(page)
    key = files.key(change["page"])
    assert key is not None
    # The template writes the name of the site behind every title, and no editor writes it a second time.
    title = change["title"].removesuffix(f" | {files.hosts[key]['name']}")
    _write(page, {**meta, "title": title}, body)


def _put_online(page: Path) -> None:
    """Write above what a page says of its form to print that one may apply online, and show the form to send."""
    meta, body = read(page)
    _write(page, meta, FORM.format(title=html.escape(meta["title"]), action=html.escape(meta["path"])) + body)


def _created(change: Change, files: Files) -> str:
    key = files.key(change["page"])
    if key is None:
        return f"no host for {change['page']}"
    path = _path(change["page"])
    text = "".join(f"<p>{html.escape(line)}</p>\n" for line in change["text"].splitlines())
    _write(
        files.folder / key / f"neu-{path.strip('/').replace('/', '-')}.html",
        {"title": change["title"], "path": path},
        text,
    )
    return ""


def _open(page: Path, files: Files, url: str) -> None:
    meta, body = read(page)
    for name in ("robots", "canonical", "headers"):
        meta.pop(name, None)
    _write(page, meta, body)
    key = files.key(url)
    assert key is not None
    row, path = files.hosts[key], _path(url)
    row.pop("robots", None)
    row["disallow"] = [barred for barred in row.get("disallow", []) if not path.startswith(barred)]
    barred = {
        engine: [one for one in paths if not path.startswith(one)] for engine, paths in row.get("barred", {}).items()
    }
    row["barred"] = {engine: paths for engine, paths in barred.items() if paths}
    files.save_hosts()


def _link(page: Path, files: Files, change: Change) -> None:
    meta, body = read(page)
    made = f'<a href="{html.escape(change["to"])}">{html.escape(change["words"])}</a>'
    if instead := change.get("instead"):
        for child in files.children(change["page"]):
            listed, text = read(child)
            if listed.get("link", listed["title"]) == instead:
                _write(child, {**listed, "link": change["words"]}, text)
                return
        old = re.compile(rf'<a href="[^"]*">\s*{re.escape(html.escape(instead, quote=False))}\s*</a>')
        if old.search(body):
            _write(page, meta, old.sub(lambda _: made, body, count=1))
            return
    _write(page, meta, f"<p>{made}</p>\n{body}")


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
