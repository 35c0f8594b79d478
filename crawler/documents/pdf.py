"""
A PDF into its text, page by page, and what it says of itself: pdfium first, pypdf for what pdfium does not open.

Does not run scripts, load anything or draw. Runs in the process of ``crawler.documents.__main__`` only: pdfium is native
code that hostile files may break.
"""

from __future__ import annotations

import ctypes
import io
import re
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple

import pypdf
import pypdfium2
from pypdfium2 import raw

from crawler.documents import MAX_PAGES, MAX_TEXT, paper
from crawler.documents.blocks import Line, clean, join, mended

SECONDS = 8.0
"""CPU time of one document after which no further page is begun."""

_FEW = 30  # letters; a picture of a page with fewer has a stamp on it at most
_MOST = 0.5  # share of a page that its picture covers
_LARGER = 1.15  # times the usual letters: a heading
_TOP = 40  # lines of the first page among which the heading is
_LEAST, _LONGEST = 4, 150  # characters of a heading
_LETTERS = 3  # of a line that may be one
_FIELDS = frozenset([
    raw.FPDF_FORMFIELD_TEXTFIELD,
    raw.FPDF_FORMFIELD_CHECKBOX,
    raw.FPDF_FORMFIELD_RADIOBUTTON,
    raw.FPDF_FORMFIELD_COMBOBOX,
    raw.FPDF_FORMFIELD_LISTBOX,
])  # fmt: skip
_FIELD_TYPES = frozenset(["/Tx", "/Ch", "/Btn"])
_MOST_FIELDS = 200  # annotations of a page that are looked at
_XFA_NOTICE = "Please wait..."  # what a form made for one program only shows in all others
_STAMP = re.compile(r"(?:D:)?((?:19|20)\d{6})")


class _Sheet(NamedTuple):
    """One page."""

    lines: list[Line]
    is_picture: bool = False
    has_fields: bool = False


class _Found(NamedTuple):
    """What either library finds."""

    sheets: list[_Sheet]
    pages: int
    properties: dict[str, str]
    has_fields: bool = False


def read(body: bytes) -> dict[str, Any]:
    """Return what a PDF says as values of a ``Document``; raises anything if neither library can open it."""
    data = body[max(0, body.find(b"%PDF-")) :]
    until = time.process_time() + SECONDS
    found: _Found | None
    try:
        found = _by_pdfium(data, until=until)
    except pypdfium2.PdfiumError as error:
        found = None if error.err_code == raw.FPDF_ERR_PASSWORD else _by_pypdf(data, until=until)
    if found is None:
        return {"encrypted": True}
    return _told(found) if found.pages > 0 else {"reason": "damaged"}


def _told(found: _Found) -> dict[str, Any]:
    text, starts, whole = join([sheet.lines for sheet in found.sheets], limit=MAX_TEXT)
    if text.startswith(_XFA_NOTICE):
        text, starts = "", [0] * len(starts)
    pictures = sum(sheet.is_picture for sheet in found.sheets)
    heading = _heading(found.sheets[0].lines) if found.sheets else ""
    has_fields = found.has_fields or any(sheet.has_fields for sheet in found.sheets)
    title = f"{found.properties['title']} {heading}"
    is_form = paper.is_form(text.split("\n"), title=title, pages=found.pages)
    return {
        **found.properties,
        "heading": heading,
        "text": text,
        "pages": found.pages,
        "read": whole,
        "has_text": any(map(str.isalpha, text)) and 2 * pictures <= len(found.sheets),
        "form": "fillable" if has_fields else "print" if is_form else None,
        "starts": starts,
    }


def _heading(lines: list[Line]) -> str:
    """Return the first words of a page in its largest letters, if those stand out."""
    top = [line for line in lines[:_TOP] if sum(map(str.isalpha, line.text)) >= _LETTERS]
    sizes = sorted(line.height for line in top)
    if len(sizes) < 2 or sizes[-1] < _LARGER * sizes[len(sizes) // 2]:  # noqa: PLR2004 - one line stands out from nothing
        return ""
    least = 0.97 * sizes[-1]
    first = next(place for place, line in enumerate(lines) if line in top and line.height >= least)
    last = next((place for place in range(first, len(lines)) if lines[place].height < least), len(lines))
    text = mended(" ".join(line.text for line in lines[first:last]))
    return text if _LEAST <= len(text) <= _LONGEST else ""


def _by_pdfium(data: bytes, *, until: float) -> _Found:
    with closing(pypdfium2.PdfDocument(data)) as pdf:
        pdf.init_forms()
        title, created, modified = (pdf.get_metadata_value(name) for name in ("Title", "CreationDate", "ModDate"))
        return _Found(
            sheets=list(_sheets(pdf, until=until)),
            pages=len(pdf),
            properties=_properties(title, created, modified, language=_language(pdf)),
            has_fields=pdf.get_formtype() == raw.FORMTYPE_XFA_FULL,
        )


def _language(pdf: pypdfium2.PdfDocument) -> str:
    size = raw.FPDFCatalog_GetLanguage(pdf, None, 0)
    if not 2 < size < 100:  # noqa: PLR2004 - bytes with the closing zero; longer is no language
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFCatalog_GetLanguage(pdf, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", errors="ignore")


def _sheets(pdf: pypdfium2.PdfDocument, *, until: float) -> Iterator[_Sheet]:
    """Yield the pages that can be read, until there is text or time enough; one that is broken is empty."""
    left = MAX_TEXT
    for number in range(min(len(pdf), MAX_PAGES)):
        if left < 0 or time.process_time() > until:
            return
        try:
            with closing(pdf[number]) as page:
                sheet = _sheet(page)
        except pypdfium2.PdfiumError:
            sheet = _Sheet([])
        left -= sum(len(line.text) for line in sheet.lines)
        yield sheet


def _sheet(page: pypdfium2.PdfPage) -> _Sheet:
    with closing(page.get_textpage()) as text:
        lines = list(_lines(text))
    letters = sum(sum(map(str.isalpha, line.text)) for line in lines)
    return _Sheet(lines, is_picture=letters < _FEW and _is_picture(page), has_fields=_has_fields(page))


def _lines(text: pypdfium2.PdfTextPage) -> Iterator[Line]:
    """Yield the printed lines of a page, each with its place."""
    words = text.get_text_range(count=min(text.count_chars(), MAX_TEXT))
    start = 0
    for piece in words.split("\r\n"):
        if said := clean(piece):
            inner = start + len(piece) - len(piece.lstrip())
            end = start + len(piece.rstrip())
            word = inner + len(piece.split(None, 1)[0])
            yield _placed(said, _box(text, inner), _box(text, word - 1), _box(text, end - 1))
        start += len(piece) + 2


def _placed(words: str, first: raw.FS_RECTF, word: raw.FS_RECTF, last: raw.FS_RECTF) -> Line:
    # A line whose words were broken is several in one: the last of them says where it ends.
    return Line(
        words,
        left=min(first.left, last.left),
        right=last.right,
        bottom=last.bottom,
        height=first.top - first.bottom,
        first=word.right - first.left,
    )


def _box(text: pypdfium2.PdfTextPage, place: int) -> raw.FS_RECTF:
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, raw.FPDFText_GetCharIndexFromTextIndex(text, place), box)
    return box


def _is_picture(page: pypdfium2.PdfPage) -> bool:
    """Tell whether one picture covers most of a page."""
    width, height = page.get_size()
    for number, item in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) >= _MOST * width * height:
            return True
        if number >= _MOST_FIELDS:
            break
    return False


def _has_fields(page: pypdfium2.PdfPage) -> bool:
    """Tell whether there is something to fill in; a button or a place for a signature is not."""
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_FIELDS)):
        note = raw.FPDFPage_GetAnnot(page, number)
        if not note:
            continue
        is_field = (
            page.formenv is not None
            and raw.FPDFAnnot_GetSubtype(note) == raw.FPDF_ANNOT_WIDGET
            and raw.FPDFAnnot_GetFormFieldType(page.formenv, note) in _FIELDS
        )
        raw.FPDFPage_CloseAnnot(note)
        if is_field:
            return True
    return False


def _by_pypdf(data: bytes, *, until: float) -> _Found | None:
    """
    Return what pypdf finds; None if it needs a password.

    Raises whatever Python raises where a damaged file is not as pypdf expects it: KeyError, RecursionError, AttributeError ...
    """
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return None
    sheets: list[_Sheet] = []
    left = MAX_TEXT
    count = len(reader.pages)
    for number in range(min(count, MAX_PAGES)):
        if left < 0 or time.process_time() > until:
            break
        lines = [Line(said) for line in reader.pages[number].extract_text().split("\n") if (said := clean(line))]
        left -= sum(len(line.text) for line in lines)
        sheets.append(_Sheet(lines))
    about: Any = reader.metadata or {}
    title, created, modified = (str(about.get(name) or "") for name in ("/Title", "/CreationDate", "/ModDate"))
    language = str(reader.root_object.get("/Lang") or "")
    fields = (reader.get_fields() or {}).values()
    has_fields = any(field.get("/FT") in _FIELD_TYPES for field in fields)
    properties = _properties(title, created, modified, language=language)
    return _Found(sheets, pages=count, properties=properties, has_fields=has_fields)


def _properties(title: str, created: str, modified: str, *, language: str) -> dict[str, str]:
    return {
        "title": clean(title)[:500],
        "created": _day(created),
        "modified": _day(modified),
        "language": clean(language)[:20],
    }


def _day(stamp: str) -> str:
    """Return the eight figures of the day in a date of ISO 32000-1, section 7.9.4: D:20240131120000+01'00'."""
    found = _STAMP.match(stamp.strip())
    return found[1] if found else ""
