"""Guards that the copy of a strange page keeps its words, marks a quote in them, and keeps nothing that acts."""

from __future__ import annotations

import re

import pytest

from reports.archived import LARGEST, of_html, of_lines


def body(html: str) -> str:
    return html.split("<body>", 1)[1].removesuffix("</body></html>")


@pytest.mark.parametrize(
    ("page", "copy"),
    [
        ("<p onclick=x class=y id=z>Wort</p>", "<p>Wort</p>"),
        ("<a href='javascript:1'>Wort</a>", "<a>Wort</a>"),
        ("<form action=x><button>Los</button></form>", "<div>Los</div>"),
        ("<img src=x alt='Ein <b>Bild'>", '<span class="picture">Ein &lt;b&gt;Bild</span>'),
        ("<unknown-thing><b>Wort</b></unknown-thing>", "<b>Wort</b>"),
        (
            "<table><tr><td colspan=2 onclick=x>1</td></tr></table>",
            '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
        ),
        ("<p lang='en\" onload=\"x'>Wort</p>", '<p lang="en&#34; onload=&#34;x">Wort</p>'),
        ("eins<!-- <script>x</script> --><br>zwei", "eins<br>zwei"),
        ("<template><p>Wort</p></template><style>p{}</style>", ""),
        ("&lt;script&gt;x&lt;/script&gt;", "&lt;script&gt;x&lt;/script&gt;"),
    ],
)
def test_only_what_is_listed_gets_through(page: str, copy: str) -> None:
    """Every other element leaves what is in it, or goes with it; every text is escaped."""
    assert body(of_html(page, "").html) == copy


@pytest.mark.parametrize(
    ("page", "quote", "marked"),
    [
        ("<p>Mit dem <b>Han</b>dy  parken</p>", "mit dem Handy parken", ["Mit dem ", "Han", "dy  parken"]),
        ("<ul><li>Eins</li><li>Zwei</li></ul>", "Eins Zwei", ["Eins", "Zwei"]),
        ("<tr><td>Bahnhof</td><td>4 Punkte</td></tr>", "Bahnhof: 4 Punkte", ["Bahnhof4 Punkte"]),
        ("<p>Straße &amp; <i>Weg</i></p>", "STRASSE & WEG", ["Straße &amp; ", "Weg"]),
        ("<p>abc</p>", "b…", ["b"]),
        ("<p>abc</p>", "d", []),
        ("<p>abc</p>", "", []),
        ("<p>abc</p>", " … ", []),
    ],
)
def test_a_quote_is_marked_across_elements(page: str, quote: str, marked: list[str]) -> None:
    """Whatever its case and white space; the mark never crosses an element, and only the first can be gone to."""
    copy = of_html(page, quote)
    assert re.findall(r"<mark[^>]*>([^<]*)</mark>", copy.html) == marked
    assert copy.is_marked == bool(marked)
    assert copy.html.count('id="zitat"') == bool(marked)


def test_the_title_is_read_too() -> None:
    """For quotes come from titles."""
    assert of_html("<title>Parken | Ort</title><p>x", "Parken | Ort").is_marked


def test_a_page_that_never_ends_is_cut() -> None:
    """And one that nests without end is no recursion."""
    assert len(of_html("<p>" + "x" * (2 * LARGEST), "x").html) < LARGEST + 3000
    assert body(of_html("<div>" * 5000 + "Wort", "Wort").html).count("<mark") == 1


def test_lines_become_paragraphs() -> None:
    """With their markup as text."""
    assert body(of_lines(["a <b>", "c"], "b> c").html) == (
        '<p>a &lt;<mark id="zitat">b&gt;</mark></p><p><mark>c</mark></p>'
    )
