"""
Offers for machines: schema.org as JSON-LD for search engines, CPSV-AP 3.2 as Turtle for catalogues of public services.

Does not choose offers. Both are written by hand, since they are short; texts and addresses have been through ``reports.offers``,
so that an address holds no sign that could end an IRI.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from reports.offers import AUDIENCES, Offer
from reports.render import clean

Json = Mapping[str, Any]

GERMAN = "http://publications.europa.eu/resource/authority/language/DEU"
GERMANY = "http://publications.europa.eu/resource/authority/atu/DEU"
REGION = "http://dcat-ap.de/def/politicalGeocoding/regionalKey/"
"""Regional keys as DCAT-AP.de names them, by ARS."""
REGION_TYPE = "http://data.europa.eu/88u/dataset/atu-type"
"""What the official shapes of CPSV-AP ask the region of an authority to be."""

PREFIXES = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
_ARS = re.compile(r"[0-9]{12}")
_ALIVE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def json_ld(found: Sequence[Offer], document: Json, *, page: str) -> str:
    """Return an ItemList of schema.org as JSON in which nothing can end the script element around it."""
    items = [{"@type": "ListItem", "position": place, "item": _item(one, page)} for place, one in enumerate(found, 1)]
    listed = {
        "@type": "ItemList",
        "@id": f"{page}#liste",
        "name": f"Digitale Angebote in {clean(document['town_name'])}",
        "url": page,
        "numberOfItems": len(items),
        "itemListElement": items,
    }
    graph = {"@context": "https://schema.org", "@graph": [_town(document, page), listed]}
    return json.dumps(graph, ensure_ascii=False, indent=1).translate(_ALIVE)


def _town(document: Json, page: str) -> dict[str, Any]:
    town = {"@type": "GovernmentOrganization", "@id": f"{page}#stadt", "name": clean(document["town_name"])}
    ars = _ars(document)
    return town | ({"identifier": {"@type": "PropertyValue", "propertyID": "ARS", "value": ars}} if ars else {})


def _item(one: Offer, page: str) -> dict[str, Any]:
    told = {"@id": f"{page}#{one.mark}", "name": one.name, "description": one.text, "url": one.url}
    if one.brand:
        told["alternateName"] = one.brand
    if not one.is_service:
        return {"@type": "WebPage", **told, "inLanguage": "de"}
    channel = {"@type": "ServiceChannel", "serviceUrl": one.url, "availableLanguage": "de"}
    audience = [{"@type": "Audience", "audienceType": AUDIENCES[key]} for key in one.audience]
    service = {"@type": "GovernmentService", **told, "serviceType": one.situation, "audience": audience}
    by = {"provider": {"@id": f"{page}#stadt"}} if one.ours else {}
    return {**service, **by, "availableChannel": channel}


def turtle(found: Sequence[Offer], document: Json, *, page: str) -> str:
    """Return the services for which the town is the competent authority; plans and county's services are none."""
    ars = _ars(document)
    region = f"{REGION}{ars}" if ars else GERMANY
    name = clean(document["town_name"])
    town = [("a", "cv:PublicOrganisation"), ("skos:prefLabel", _text(name)), ("dct:title", _text(name))]
    town += [("dct:identifier", json.dumps(ars))] * bool(ars) + [("dct:spatial", f"<{region}>")]
    head = "\n".join(f"@prefix {short}: <{long}> ." for short, long in PREFIXES.items())
    parts = [
        _node(region, [("a", f"dct:Location, <{REGION_TYPE}>")]),
        _node(GERMAN, [("a", "dct:LinguisticSystem")]),
        _node(f"{page}#stadt", town),
        *(_service(one, page, region) for one in found if one.is_service and one.ours),
    ]
    return "\n\n".join([head, *parts]) + "\n"


def _service(one: Offer, page: str, region: str) -> str:
    place = f"{page}#{one.mark}"
    keywords = ", ".join(_text(word) for word in (one.situation, one.brand) if word)
    service = [
        ("a", "cpsv:PublicService"),
        ("dct:identifier", _quoted(one.key)),
        ("dct:title", _text(one.name)),
        ("dct:description", _text(one.text)),
        ("dct:language", f"<{GERMAN}>"),
        ("dct:spatial", f"<{region}>"),
        ("dcat:keyword", keywords),
        ("cv:hasCompetentAuthority", f"<{page}#stadt>"),
        ("cv:hasChannel", f"<{place}-online>"),
    ]
    channel = [("a", "cv:Channel"), ("dct:identifier", _quoted(one.url)), ("foaf:page", f"<{one.url}>")]
    return _node(place, service) + "\n\n" + _node(f"{place}-online", channel)


def _node(subject: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"<{subject}>\n    " + " ;\n    ".join(f"{name} {value}" for name, value in pairs) + " ."


def _text(text: str) -> str:
    return f"{_quoted(text)}@de"


def _quoted(text: str) -> str:
    """Return a literal; the escapes of a JSON string are those of Turtle, as long as no sign is written as two halves."""
    return json.dumps(text, ensure_ascii=False)


def _ars(document: Json) -> str:
    ars = document["ars"]
    return ars if isinstance(ars, str) and _ARS.fullmatch(ars) else ""
