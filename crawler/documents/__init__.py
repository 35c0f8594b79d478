"""
Documents to load (PDF, office files) read in processes of their own: text with page numbers, title, dates, form or not.

Does not recognise letters in pictures, and does not open office files beyond what they say of themselves. Who reads is
native code on strangers' bytes, so it never runs in the crawling process: ``readers`` starts ``python -m crawler.documents``,
which reads one document after the other within limits of memory and time. A document that breaks it is a ``Document``
with a ``reason``, and the next one is read by a new process.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from crawler import kinds

MAX_TEXT = 200_000
"""Characters of all pages together, as ``crawler.extract`` keeps of a page."""

MAX_PAGES = 200
"""Pages that are read; what follows is counted."""

_NEAR = 1_024  # bytes in which a PDF has to begin, ISO 32000-1, annex H.3, note 13
_ZIP = b"PK\x03\x04"

Reason = Literal["damaged", "time", "memory", "crash"]


class Document(BaseModel):
    """
    What a document says. Made from the answer of a process that strangers may have taken over, so every value is checked.

    Attributes:
        reason: Why it could not be read: it is no such document, took too long, needed too much memory, or broke its reader.
        title: As its properties have it, sensible or not.
        heading: The largest words of the first page; empty if all are alike.
        language: As it is declared: "de-DE".
        created: Eight figures or ISO, as its properties have it.
        modified: The same.
        text: One block a line.
        pages: How many it has; None: not known.
        read: How many of them were read.
        has_text: Are there letters, or only pictures of them? None: not looked.
        form: Is it to be filled in, on the screen or on paper?
        encrypted: Does it ask for a password before it can be read?
        starts: For each page read, the number of its first line in ``text``.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    reason: Reason | None = None
    title: str = Field(default="", max_length=500)
    heading: str = Field(default="", max_length=500)
    language: str = Field(default="", max_length=20)
    created: str = Field(default="", max_length=30)
    modified: str = Field(default="", max_length=30)
    text: str = Field(default="", max_length=MAX_TEXT)
    pages: int | None = Field(default=None, ge=0, lt=2**31)
    read: int = Field(default=0, ge=0, le=MAX_PAGES)
    has_text: bool | None = None
    form: Literal["fillable", "print"] | None = None
    encrypted: bool = False
    starts: list[int] = Field(default=[], max_length=MAX_PAGES)

    @property
    def facts(self) -> dict[str, Any]:
        """What ``Page.document`` keeps."""
        known = {
            "pages": self.pages,
            "read": self.read,
            "text": self.has_text,
            "form": self.form,
            "encrypted": self.encrypted,
            "starts": self.starts,
        }
        return known | {"reason": self.reason} if self.reason else known


def media_of(body: bytes, content_type: str, *, url: str) -> str:
    """
    Return the media type of a document to be opened, or that claims to be a PDF; empty for anything else.

    Costs a page of HTML next to nothing.
    """
    if not (body.startswith(_ZIP) or b"%PDF-" in body[:_NEAR] or "/pdf" in content_type.lower()):
        return ""
    media = kinds.kind(body, content_type, url=url)
    return media if kinds.is_document(media) else ""
