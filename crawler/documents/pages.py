"""
A Document into its Page: title, text, date, language.

Does not read files. Properties are often left from a template, so a title has to look like one, and a date written in the
text comes before that of the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from crawler import head, keys, kinds, pagedate
from crawler.documents import Document
from db.models import Page

_PROGRAM = re.compile(
    r"^(?:microsoft (?:office )?(?:word|excel|powerpoint|publisher)|print|layout ?\d*) ?- ?", re.IGNORECASE
)
_ENDING = re.compile(
    r"\.(?:docx?|dotx?|xlsx?|pptx?|pub|odt|ods|rtf|pdf|indd|qxd|cdr|ai|eps|tmp|p65|fm)$", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"(?:ohne titel|unbenannt|untitled|kein titel|titel|title|dokument|document|folie|slide|mappe|book|seite|page|layout|scan|druck"
    r"|(?:microsoft |ms )?(?:word|excel|powerpoint)(?:-?(?:dokument|präsentation|presentation))?|powerpoint-präsentation|vorlage|template"
    r"|\(anonymous\)|formular|form)[ -]?\d*",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"\S*[_\\/]\S*|\S*\d{4,}\S*|[A-Z]:\\.*")
_LETTERS = 4


def fill(page: Page, document: Document | None, *, headers: Mapping[str, str]) -> None:
    """Fill in what a document says; ``document`` None: nobody looked inside. ``headers`` in lower case."""
    known = document or Document()
    page.document = known.facts
    page.title = title(known, name=kinds.title_of(page.url, headers))[: head.MAX_TITLE]
    page.main_text = known.text
    lines = known.text.split("\n")
    if known.heading in lines:
        page.headings = [{"level": 1, "text": known.heading}]
    page.language = head.language((known.language,), text=known.text)
    page.keys = keys.in_addresses([page.url], words=known.text)[: keys.MAX_KEYS]
    page.error = "unreadable" if known.reason else None
    # Under the names by which a page would say when it was changed, so that what the text says comes first.
    dates = {"dc.date.modified": known.created, "dcterms.modified": known.modified, "last-modified": _sent(headers)}
    sources = pagedate.Sources(url=page.url, lines=lines, metas={name: date for name, date in dates.items() if date})
    page.date = pagedate.own_date(sources, latest=page.fetched.date())


def title(document: Document, *, name: str) -> str:
    """Return the title in its properties if it is one, else the largest words of the first page, else the file's name."""
    said = " ".join(document.title.split())
    bare = _ENDING.sub("", _PROGRAM.sub("", said))
    is_name = bare != said or _FILE_NAME.fullmatch(bare) is not None
    is_title = sum(map(str.isalpha, bare)) >= _LETTERS and not _NO_TITLE.fullmatch(bare)
    if is_title and not is_name:
        return bare
    return document.heading or name or (bare if is_title else said)


def _sent(headers: Mapping[str, str]) -> str:
    """Return the day the server says the file was changed."""
    try:
        return parsedate_to_datetime(headers.get("last-modified", "")).date().isoformat()
    except ValueError:
        return ""
