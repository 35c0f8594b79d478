"""
The report of one audit as files, by kind, and several files as one.

Does not write to a disk: the command line does, and the desk sends them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from reports import csvs, export, gap_report, pdf, xlsx
from reports.language import speaking

Json = dict[str, Any]
Content = str | bytes

MAKERS: dict[str, Callable[[Json, str], Mapping[str, Content]]] = {
    "html": lambda document, stem: {f"{stem}.html": gap_report.html(document)},
    "pdf": pdf.files,
    "xlsx": lambda document, stem: {f"{stem}.xlsx": xlsx.workbook(document)},
    "csv": csvs.files,
    "json": lambda document, stem: {f"{stem}.json": export.json_text(document)},
}
KINDS = tuple(MAKERS)

LAID_OUT: dict[str, Callable[[Json, str], tuple[str, Content]]] = {
    "pdf": lambda document, stem: (f"{stem}.pdf", pdf.report(gap_report.values(document))),
    "kurz.pdf": lambda document, stem: (
        f"{stem}-kurz.pdf",
        pdf.summary(gap_report.values(document), whole=f"{stem}.pdf"),
    ),
}
"""The PDF files each alone; they are what takes the longest to make."""

ALONE = ("html", *LAID_OUT, "xlsx", "csv", "json")
"""What can be asked for as one file."""


def of(document: Json, stem: str, kind: str) -> dict[str, Content]:
    """Return the files of that kind by their names, which begin with ``stem``."""
    return dict(MAKERS[kind](document, stem))


def one(document: Json, stem: str, kind: str) -> tuple[str, Content]:
    """Return the file of a kind of ``ALONE`` with its name; where it has several they are packed."""
    if kind in LAID_OUT:
        return LAID_OUT[kind](document, stem)
    made = of(document, stem, kind)
    if len(made) > 1:
        return f"{stem}-{kind}.zip", packed(made, moment=document["finished"] or document["started"])
    return next(iter(made.items()))


def spoken(language: str, document: Json, stem: str, kind: str) -> tuple[str, Content]:
    """Return the same in a language of ``reports.language``; for another process, which does not know what is spoken here."""
    with speaking(language):
        return one(document, stem, kind)


def packed(files: Mapping[str, Content], *, moment: str) -> bytes:
    """Return files as a ZIP package; the same files always make the same bytes, all dated with that moment in ISO 8601."""
    dated = datetime.fromisoformat(moment).astimezone(UTC).timetuple()[:6]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=dated)
            entry.create_system, entry.external_attr, entry.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
            target.writestr(entry, content.encode("utf-8", errors="replace") if isinstance(content, str) else content)
    return package.getvalue()


def safe(name: str) -> str:
    """Return the name of a file without any sign that a header or a file system could take for something else."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip(".-")[-120:] or "datei"
