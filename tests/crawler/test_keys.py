"""In which forms a page gives LeiKa keys, and what only looks like one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.extract import extract
from crawler.keys import MAX_KEYS

FETCHED = datetime(2024, 6, 1, tzinfo=UTC)
URL = "https://www.musterhafen.example/dienst.html"
KEY, OTHER = "99107023017000", "77107023017000"


def keys(html: str, *, url: str = URL) -> list[str]:
    return extract(url, f"<body>{html}<p>{'Wort ' * 20}</body>".encode(), fetched=FETCHED).keys


def ld(**properties: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "GovernmentService", **properties})}</script>'


def link(href: str) -> str:
    return f'<main><p>{"Wort " * 20}</p><a href="{href}">Antrag</a></main>'


@pytest.mark.parametrize(
    "html",
    [
        ld(identifier=KEY),
        ld(identifier=int(KEY)),
        ld(identifier=f"urn:de:fim:leika:leistung:{KEY}"),
        ld(identifier={"@type": "PropertyValue", "propertyID": "LeiKa", "value": KEY}),
        ld(identifier=[{"@type": "PropertyValue", "value": "A-17"}, KEY]),
        ld(serviceType=f"Wohngeld ({KEY})"),
        ld(additionalType=f"https://fimportal.example/leistung-steckbriefe/{KEY}/hierarchy"),
        ld(sameAs=[f"urn:xoev-de:leika:{KEY}"]),
        f'<script type="application/ld+json">{{"@type": "ItemList", "itemListElement": [{{"item": {{"identifier": "{KEY}"}}}}]}}</script>',
        f"<div itemscope itemtype='https://schema.org/GovernmentService'><meta itemprop=identifier content='{KEY}'></div>",
        f"<div itemscope itemtype='https://schema.org/Service'><span itemprop=serviceType>urn:de:fim:leika:leistung:{KEY}</span></div>",
        f"<p><meta property=schluessel content='{KEY}'></p>",
        f"<span property='Schluessel' data-a='schluessel'>{KEY}</span>",
        "<meta name=leistungsschluessel content='99 107 023 017 000'>",
        f"<div data-leika-key={KEY}></div>",
        f"<a data-service-leistung-id='{KEY}'>x</a>",
        f"<a data-ozg='{KEY}'>x</a>",
        link(f"/dienst?lbid={KEY}"),
        link(f"/dienst?a=1&amp;leistungId={KEY}&amp;b=2"),
        link(f"/dienst?leistungsschluessel={KEY}"),
        link(f"/leistung/{KEY}-wohngeld"),
        link(f"/portal#/leistung/{KEY}"),
        link(f"https://portal.example/app/#!/dienst?leistungId={KEY}"),
        link(f"https://portal.example/urn:de:fim:leika:leistung:{KEY}"),
        f"<main><p>Leistungsschlüssel: {KEY} {'Wort ' * 20}</main>",
        f"<main><p>Leistungsschlüssel 99 107 023 017 000 {'Wort ' * 20}</main>",
        f"<main><p>LeiKa-Nr.: 99\u00a0107\u00a0023\u00a0017\u00a0000 {'Wort ' * 20}</main>",
    ],
)  # fmt: skip
def test_key_is_found(html: str) -> None:
    """In structured data, metas, attributes, addresses, routes behind "#" and behind its name in the text."""
    assert keys(html) == [KEY]


@pytest.mark.parametrize(
    "html",
    [
        ld(identifier=f"urn:de:fim:leika:leistung:{OTHER}"),
        f"<meta name=leika content='{OTHER}'>",
        f"<p><meta property=schluessel content='{OTHER}'></p>",
        f"<div data-leika={OTHER}></div>",
        link(f"/dienst?leika_id={OTHER}"),
        f"<main><p>Leistungsschlüssel: {OTHER} {'Wort ' * 20}</main>",
    ],
)
def test_key_of_another_beginning_needs_its_name(html: str) -> None:
    """Fourteen digits that begin with 77 count where they are called a key."""
    assert keys(html) == [OTHER]


@pytest.mark.parametrize(
    "html",
    [
        ld(identifier=OTHER),
        ld(identifier="12345678901234"),
        ld(identifier=f"{KEY}0"),
        ld(identifier=f"1{KEY}"),
        ld(telephone=KEY, name=KEY),
        ld(provider={"@type": "Organization", "taxID": KEY}),
        "<meta name=leika content='12345678901234'>",
        f"<meta name=article content='{KEY}'>",
        f"<a data-id='{KEY}' data-phone='{KEY}'>x</a>",
        f"<a data-leistung='{OTHER}'>x</a>",
        f"<a data-ozg='0{KEY}'>x</a>",
        link(f"/dienst?id={KEY}"),
        link(f"/dienst?lbid={OTHER}"),
        link(f"/leistung/{OTHER}"),
        link(f"/leistung/{KEY}0"),
        link(f"tel:+{KEY}"),
        link(f"/portal#{KEY}"),
        f"<main><p>Telefon {KEY} {'Wort ' * 20}</main>",
        f"<main><p>Leistungsschlüssel 12345678901234 {'Wort ' * 20}</main>",
        f"<main><p>Leistungsschlüssel, Telefon 99 107 023 017 000 {'Wort ' * 20}</main>",
        f"<main><p>Leistungsschlüssel 99 107 023 017 000 1 {'Wort ' * 20}</main>",
        f"<main><p>99 107 023 017 000 {'Wort ' * 20}</main>",
    ],
)
def test_what_only_looks_like_a_key_is_none(html: str) -> None:
    """Numbers of telephones, articles and taxes, longer ones, and those of another beginning without a mark."""
    assert keys(html) == []


def test_keys_are_few() -> None:
    """A page that names thousands of services is a list; some are enough."""
    html = "".join(f"<i data-leika={99_000_000_000_000 + number}></i>" for number in range(2_000))
    assert len(keys(html)) == MAX_KEYS
