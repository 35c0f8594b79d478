"""What an office file says of itself."""

from __future__ import annotations

import zipfile

import pytest

from crawler.documents import Document, office
from tests.crawler.documents import made

CORE = (
    '<cp:coreProperties xmlns:dc="x"><dc:title>Bericht &amp;\n Plan</dc:title><dc:language>de-DE</dc:language>'
    '<dcterms:created xsi:type="dcterms:W3CDTF">2023-04-05T10:00:00Z</dcterms:created><dcterms:modified>2024-01-02T03:04:05Z</dcterms:modified>'
    "</cp:coreProperties>"
)
META = (
    "<office:document-meta><dc:title>Haushalt</dc:title><meta:creation-date>2022-01-02T00:00:00</meta:creation-date>"
    "<dc:date>2023-01-02T00:00:00</dc:date></office:document-meta>"
)


def test_properties_of_both_families_are_read() -> None:
    """Office Open XML keeps them in core.xml, OpenDocument in meta.xml."""
    found = Document(**office.read(made.office(docProps__core_xml=CORE)))
    assert (found.title, found.language, found.created[:10], found.modified[:10]) == (
        "Bericht & Plan",
        "de-DE",
        "2023-04-05",
        "2024-01-02",
    )
    found = Document(**office.read(made.office(meta_xml=META)))
    assert (found.title, found.created[:10], found.modified[:10]) == ("Haushalt", "2022-01-02", "2023-01-02")


def test_a_file_without_properties_says_nothing() -> None:
    """Its text is not read."""
    assert office.read(made.office(word__document_xml="<w:t>Text</w:t>")) == {}


def test_no_more_is_unpacked_than_properties_need() -> None:
    """Behind 100 kB nobody looks, so a bomb is no bomb; long values are cut."""
    bomb = CORE.replace("<dc:title>", " " * 50_000_000 + "<dc:title>")
    assert office.read(made.office(docProps__core_xml=bomb))["title"] == ""
    long = CORE.replace("Bericht", "x" * 5000)
    assert len(Document(**office.read(made.office(docProps__core_xml=long))).title) == 500


@pytest.mark.parametrize("bit", ["<dc:title>", "<dc:title ", "<dc:title a='", "&amp;"])
def test_hostile_properties_are_looked_through_at_once(bit: str) -> None:
    """Whatever is repeated costs no more than its length."""
    assert office.read(made.office(docProps__core_xml=bit * 20_000))["title"] == ""


def test_a_damaged_package_is_told() -> None:
    """The reading process makes a reason of it."""
    with pytest.raises(zipfile.BadZipFile):
        office.read(made.office(docProps__core_xml=CORE)[:-30])
