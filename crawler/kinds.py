"""
What kind of thing an answer is, by its first bytes and what the server calls it; and a title for documents.

Does not open documents: what is no HTML is only named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

HTML = "text/html"
PDF = "application/pdf"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HTML_TYPES = frozenset([HTML, "application/xhtml+xml"])
_VAGUE_TYPES = frozenset(
    [
        "",
        "text/plain",
        "application/octet-stream",
        "application/xml",
        "text/xml",
        "binary/octet-stream",
        "unknown/unknown",
    ]
)
_OFFICE = re.compile(
    r"application/(?:msword|rtf|vnd\.(?:ms-|openxmlformats-officedocument|oasis\.opendocument).*)|text/rtf"
)
_OFFICE_ENDINGS = {
    "doc": "application/msword",
    "docx": _WORD,
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "rtf": "application/rtf",
}

_MAGIC = (
    (b"%PDF-", PDF),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0", "application/msword"),
    (b"{\\rtf", "application/rtf"),
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\0\0\1\0", "image/x-icon"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf", "application/x-7z-compressed"),
    (b"Rar!", "application/vnd.rar"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"%!PS", "application/postscript"),
    (b"wOF", "font/woff"),
    (b"MZ", "application/octet-stream"),
    (b"\x7fELF", "application/octet-stream"),
)
_BOXES = frozenset(["application/zip", "application/msword"])  # what is inside, only the name tells
_BMFF = slice(4, 8)  # where MP4 and its relatives say "ftyp"
_HEAD = 1_024
_HTML_SIGN = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|table|h1|a)\b", re.IGNORECASE)
_XML_ROOT = re.compile(rb"<(?:rss|feed|urlset|sitemapindex|svg|rdf:RDF|soap|opensearch|kml|gpx)\b", re.IGNORECASE)
_JSON = re.compile(rb"\s*[{\[]")


def kind(body: bytes, content_type: str, *, url: str) -> str:
    """Return the media type in lower case; the bytes win over the header, and the header over the address."""
    declared = content_type.partition(";")[0].strip().lower()
    head = body[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if declared in _HTML_TYPES and head[:14].lower() == b"<!doctype html":
        return HTML
    magic = _magic(head)
    if magic:
        return (_office(declared, url) or magic) if magic in _BOXES else magic
    if _XML_ROOT.search(head) and not _HTML_SIGN.match(head):
        return declared if declared and declared not in _HTML_TYPES else "application/xml"
    return (
        HTML
        if declared in _HTML_TYPES or (declared in _VAGUE_TYPES and _looks_html(head))
        else declared or "text/plain"
    )


def _looks_html(head: bytes) -> bool:
    return not head or (_HTML_SIGN.search(head) is not None and not _JSON.match(head))


def is_document(media: str) -> bool:
    """Tell whether it is a document made for people to read: PDF or office."""
    return media == PDF or _OFFICE.fullmatch(media) is not None


def title_of(url: str, headers: Mapping[str, str]) -> str:
    """Return the file name in words, from the address, or from the header where the address has none."""
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    if "." not in name:
        sent = re.search(
            r"""filename\*?=(?:UTF-8'')?"?([^";]+)""", headers.get("content-disposition", ""), re.IGNORECASE
        )
        name = unquote(sent[1]) if sent else name
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
    return " ".join(re.sub(r"[\x00-\x1f_+\-]+|(?<!\d)\.|\.(?!\d)", " ", stem).split())[:500]


def _magic(head: bytes) -> str | None:
    for sign, media in _MAGIC:
        if head.startswith(sign):
            return media
    if head[_BMFF] == b"ftyp":
        return "video/mp4"
    # Some servers let a blank line or a comment slip in front of a PDF; its readers allow for that.
    return PDF if b"%PDF-" in head and not _HTML_SIGN.search(head) else None


def _office(declared: str, url: str) -> str | None:
    if _OFFICE.fullmatch(declared):
        return declared
    return _OFFICE_ENDINGS.get(urlsplit(url).path.rpartition(".")[2].lower())
