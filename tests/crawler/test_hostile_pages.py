"""Pages that are broken, huge or made to hurt cost little and raise nothing."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract import MAX_BODY, MAX_TEXT, extract
from crawler.head import MAX_TITLE
from crawler.references import MAX_HEADINGS, MAX_LINKS, MAX_WORDS
from db.models import Page

URL = "http://www.musterhafen.example/a/b.html"
FETCHED = datetime(2024, 6, 1, tzinfo=UTC)

HEAD = b"<!doctype html><html lang=de><head><meta charset=utf-8><title>Amt</title></head><body>"
WORDS = (
    "<p>Der Antrag kann online gestellt werden, <b>auch</b> mit dem Telefon. <a href='/a{0}.html'>Seite {0}</a></p>\n"
)

HOSTILE: dict[str, Callable[[], bytes]] = {
    "five megabytes of paragraphs": lambda: "".join(WORDS.format(number) for number in range(50_000)).encode(),
    "a long list of links": lambda: (
        b"<ul>" + b"".join(b"<li><a href='/x/%d'>Link %d</a></li>" % (n, n) for n in range(30_000))
    ),
    "one endless word": lambda: b"<p>" + b"x" * 5_000_000,
    "one endless line of entities": lambda: b"<p>" + b"&shy;&amp;&#228;" * 100_000,
    "100,000 nested divs": lambda: b"<div>" * 100_000 + b"tief" + b"</div>" * 100_000,
    "100,000 nested unknown elements": lambda: b"<x-y>" * 100_000 + b"tief",
    "100,000 nested spans with paragraphs": lambda: b"<span><p>" * 100_000,
    "nested tables": lambda: b"<table><tr><td>" * 15_000 + b"tief",
    "nested lists": lambda: b"<ul><li>" * 20_000 + b"tief",
    "unclosed formatting": lambda: b"".join(b"<b a%d><p>x" % number for number in range(5_000)),
    "unclosed links": lambda: b"".join(b"<a href=/%d><p>x" % number for number in range(10_000)),
    "unclosed everything": lambda: b"<div><p><a href=x><ul><li><b><i><table><td><form><select><option>" * 3_000,
    "100,000 attributes": lambda: b"<div " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">x</div>",
    "attributes with brackets": lambda: (
        b"<div " + b" ".join(b"a%d='<>'" % number for number in range(100_000)) + b">x</div>"
    ),
    "many attributes, many times": lambda: (
        (b"<div " + b" ".join(b"a%d" % number for number in range(290)) + b">x</div>") * 200
    ),
    "one huge attribute": lambda: b"<a title='" + b"x" * 5_000_000 + b"' href='/b'>b</a>",
    "one huge link": lambda: b"<a href='/" + b"../x/" * 500_000 + b"'>b</a>",
    "null bytes": lambda: b"<p>Am\0t</p>\0\0<a hre\0f='/x\0y'>\0</a>" * 10_000,
    "only brackets": lambda: b"<" * 1_000_000,
    "only ampersands": lambda: b"&" * 1_000_000,
    "unclosed comments": lambda: b"<!--" * 200_000,
    "unclosed scripts": lambda: b"<script>" * 100_000,
    "unclosed styles and drawings": lambda: b"<style><svg><template>" * 40_000,
    "unclosed quotes": lambda: b"<a href=\"<a href='" * 50_000,
    "breaks": lambda: b"a<br> \n" * 100_000,
    "white space": lambda: b"<p>" + b" \n\t" * 500_000 + b"a",
    "cells": lambda: b"<table>" + b"<tr><td>a</td><td>b</td></tr>" * 20_000,
    "one row": lambda: b"<table><tr>" + b"<td>a</td>" * 50_000,
    "definitions": lambda: b"<dl>" + b"<dt>a</dt><dd>b</dd>" * 30_000,
    "headings": lambda: b"".join(b"<h2>Abschnitt %d</h2>" % number for number in range(30_000)),
    "forms": lambda: b"<form><input name=q><button>Suche</button></form>" * 10_000,
    "one form of many fields": lambda: b"<form>" + b"<label>Feld <input name=x></label>" * 15_000,
    "options": lambda: b"<form><select name=a>" + b"<option>a</option>" * 60_000,
    "metas": lambda: b"<meta name=robots content=noindex>" * 20_000,
    "json": lambda: b'<script type="application/ld+json">' + b'{"datePublished":' * 100_000 + b"</script><p>x",
    "json lists": lambda: b'<script type="application/ld+json">' + b"[" * 190_000 + b'"date"</script><p>x',
    "dates": lambda: b"<p>Stand: 01.01.2020</p>" * 30_000,
    "digits": lambda: b"<p>" + b"leika 9" * 100_000,
    "skip links": lambda: b"<p>" + b"zum inhalt " * 100_000,
    "classes": lambda: b"".join(
        b"<div class='nav menu-%d footer head content breadcrumb'>x</div>" % number for number in range(15_000)
    ),
    "sidebars": lambda: b"<main><p>" + b"wort " * 30 + b"</main>" + b"<aside><a href=/x>x</a></aside>" * 15_000,
    "menus": lambda: b"<nav><a href=/x>x</a></nav>" * 15_000,
    "mains": lambda: b"<main>x</main>" * 15_000,
    "boxes beside much text": lambda: (
        b"<p>" + b"wort " * 400_000 + b"<aside>x</aside><div class=related>x</div>" * 15_000
    ),
    "sections of others": lambda: b"<main><h1>A</h1>" + b"<h2>Weitere Meldungen</h2><p>x</p>" * 15_000,
    "nested sections of others": lambda: b"<main>" + b"<div><h2>Kommentare</h2>" * 15_000,
    "everything in menus": lambda: (
        b"<nav><p>" + b"Ein Satz, der lang genug ist, um in keinem Menue zu stehen, wie es sie gibt. " * 20_000
    ),
    "links nested in a drawing": lambda: b"<svg>" + b"<a href=/x>" * 100_000,
    "links nested in a formula": lambda: b"<math>" + b"<a>" * 100_000,
    "islands in drawings": lambda: b"<svg><foreignObject><div>" * 40_000,
    "ends that close nothing in a drawing": lambda: b"<svg>" + (b"<a>" * 600 + b"</x>" * 600) * 50,
    "beginnings of comments in raw text": lambda: b"<xmp>" + b"<!--" * 300_000 + b"</xmp>",
    "tags within attributes": lambda: (b"<a " + b"<a " * 298 + b">") * 3_000,
    "a name without an end": lambda: b"<a" * 300_000,
    "tags without an end behind a deep page": lambda: b"<div>" * 3_000 + b"<a<" * 200_000,
    "frames": lambda: b"<iframe src=/x></iframe>" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(20)  # a second or two each; some of these cost the bare parser half a minute
def test_hostile_page_costs_little(name: str) -> None:
    """No page holds up or breaks the reader, and what is kept of it is bounded."""
    page = extract(URL, HEAD + HOSTILE[name](), fetched=FETCHED)
    assert page.error is None
    assert page.title == "Amt"
    assert len(page.main_text) <= MAX_TEXT
    assert len(page.links) <= MAX_LINKS
    assert len(page.headings) <= MAX_HEADINGS
    assert all(len(link.text) <= MAX_WORDS for link in page.links)


def test_endless_text_is_cut_and_not_dropped() -> None:
    """Of one endless word its beginning is kept."""
    assert extract(URL, HEAD + b"<p>" + b"x" * 5_000_000, fetched=FETCHED).main_text == "x" * MAX_TEXT


def test_deep_and_crowded_pages_keep_their_words() -> None:
    """What is flattened loses its tags only."""
    page = extract(
        URL,
        HEAD + b"<div>" * 50_000 + b"tief <a href=/x>unten</a>" + b"</div>" * 50_000 + b"<p>danach</p>",
        fetched=FETCHED,
    )
    assert page.main_text == "tief unten\ndanach"
    assert [link.text for link in page.links] == ["unten"]


def test_ordinary_long_page_is_not_flattened() -> None:
    """Thousands of elements beside each other, icons and unclosed items among them, are not deep."""
    icons = b"<svg><path d='M0'/><g><path d='M1'/></g></svg><p>Wort<br><img src=a><li>Punkt<b>fett</b>" * 2_000
    page = extract(URL, HEAD + b"<main>" + icons + b"<h2>Ende</h2></main><footer>Impressum</footer>", fetched=FETCHED)
    assert page.headings == [{"level": 2, "text": "Ende"}]
    assert page.footer_text == "Impressum"


def test_body_over_the_limit_is_not_read() -> None:
    """More than ten megabytes are too large whatever they are; only the size is noted."""
    page = extract(URL, HEAD + b"x" * MAX_BODY, fetched=FETCHED)
    assert (page.error, page.size, page.title, page.main_text) == ("too_large", len(HEAD) + MAX_BODY, "", "")


def test_long_title_is_cut() -> None:
    """A title longer than 500 characters is no title."""
    assert len(extract(URL, b"<title>" + b"x" * 3_000 + b"</title>", fetched=FETCHED).title) == MAX_TITLE


def test_compressed_bytes_are_no_page() -> None:
    """A body that was packed twice is not taken for text."""
    assert extract(URL, gzip.compress(HEAD), fetched=FETCHED).error == "not_html"


def test_script_in_a_comment_or_text_takes_nothing_along() -> None:
    """Marks that only look like the beginning of a script leave the rest of the page readable."""
    page = extract(
        URL,
        HEAD
        + b"<!-- <script> --><p>eins</p><script>var a = '<!--';</script><p>zwei</p><style>p{}</style><p>drei</p><script>",
        fetched=FETCHED,
    )
    assert page.main_text == "eins\nzwei\ndrei"


TAGS = "html head body main nav header footer aside div p a b ul li table tr td dl dt dd h1 h2 form input select option button label details iframe area meta title base svg script style template br".split()
PIECES = st.one_of(
    st.builds(
        "<{}{}>".format,
        st.sampled_from(TAGS),
        st.sampled_from(
            [
                "",
                " class=nav",
                " id=content",
                " href=x",
                " role=main",
                " name=q type=search",
                " datetime='2022-02-02'",
                " content='0;url=x' http-equiv=refresh",
                " src=//[",
            ]
        ),
    ),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
    st.text(max_size=12),
    st.sampled_from(
        [
            "Stand: 99.99.2020",
            "Impressum",
            "<!--",
            "-->",
            "&shy;",
            "&#0;",
            "&#xD800;",
            "<![CDATA[",
            "<?php",
            "\ud83d\ude00",
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_any_mixture_of_tags_is_read(pieces: list[str]) -> None:
    """Whatever order tags come in, there is a page that can be stored."""
    page = extract(URL, "".join(pieces).encode("utf-8", errors="replace"), fetched=FETCHED)
    assert isinstance(page, Page)
    assert page.error in {None, "unreadable", "not_html"}
    assert "\0" not in page.main_text + page.title
    assert f"{page.main_text}{page.title}{[link.text for link in page.links]}".encode()


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [
            "text/html",
            "text/html; charset=utf-16",
            "",
            "text/plain",
            "application/pdf",
            ";;;",
            "text/html; charset=\x00",
        ]
    ),
)
def test_any_bytes_are_an_answer(body: bytes, content_type: str) -> None:
    """Bytes of no sense give a page of no sense, and no exception."""
    assert extract(URL, body, content_type=content_type, fetched=FETCHED).size == len(body)
