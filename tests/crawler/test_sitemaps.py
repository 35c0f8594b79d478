"""Guards what a sitemap may say and how much of it is believed."""

from __future__ import annotations

import asyncio
import gzip

from crawler import sitemaps
from crawler.sitemaps import NOTHING, Listing, read

XML = b"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc> http://a.example/1 </loc></url></urlset>"


def test_reads_xml_gzip_plain_text_and_indexes() -> None:
    """A sitemap is XML, packed or not, or a list of lines; an index is told apart."""
    index = b"<sitemapindex><sitemap><loc>http://a.example/s.xml</loc></sitemap></sitemapindex>"
    assert read(XML) == Listing(is_index=False, addresses=["http://a.example/1"])
    assert read(gzip.compress(XML)) == read(XML)
    assert read(index) == Listing(is_index=True, addresses=["http://a.example/s.xml"])
    assert read(b"http://a.example/1\nkeine Adresse\n").addresses == ["http://a.example/1"]


def test_what_is_no_sitemap_says_nothing() -> None:
    """Error pages, broken files, entities and bombs list nothing and break nothing."""
    bomb = gzip.compress(b"0" * (sitemaps.LARGEST + 1))
    entity = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>&x;</loc></url></urlset>"
    for body in (b"", b"<", b"\x1f\x8bkaputt", bomb, b"<html><body>404</body></html>", b"\x00\xff\xfe"):
        assert read(body).addresses == [], body[:20]
    assert read(b"") == NOTHING
    assert "root" not in str(read(entity))


def walk(files: dict[str, bytes], *named: str) -> tuple[list[str], list[str]]:
    asked: list[str] = []

    async def fetch(url: str) -> bytes:
        asked.append(url)
        return files.get(url, b"")

    async def collect() -> list[str]:
        found = sitemaps.walk(named, fetch=fetch, inside=lambda _, url: url if url.startswith("http://a.") else "")
        return [url async for url in found]

    return asyncio.run(collect()), asked


def test_walks_an_index_but_not_an_index_of_indexes() -> None:
    """Indexes are followed one step, each file is asked once, other hosts are left alone."""
    files = {
        "http://a.example/i": b"<sitemapindex><sitemap><loc>http://a.example/s</loc></sitemap>"
        b"<sitemap><loc>http://a.example/i</loc></sitemap><sitemap><loc>http://b.example/s</loc></sitemap>"
        b"<sitemap><loc>http://a.example/j</loc></sitemap></sitemapindex>",
        "http://a.example/j": b"<sitemapindex><sitemap><loc>http://a.example/deep</loc></sitemap></sitemapindex>",
        "http://a.example/s": XML,
    }
    found, asked = walk(files, "http://a.example/i", "http://a.example/i")
    assert found == ["http://a.example/1"]
    assert asked == ["http://a.example/i", "http://a.example/s", "http://a.example/j"]


def test_an_endless_index_is_cut_off() -> None:
    """No more than twenty files are asked for, whatever an index lists."""
    many = "".join(f"<sitemap><loc>http://a.example/{n}</loc></sitemap>" for n in range(100))
    _, asked = walk({"http://a.example/i": f"<sitemapindex>{many}</sitemapindex>".encode()}, "http://a.example/i")
    assert len(asked) == sitemaps.MOST_FILES
