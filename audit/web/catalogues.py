"""
The screens of the catalogue: all of them, the criteria of one with a search, and one criterion with what was found of it.

Does not change a catalogue; ``amendments`` makes a file of what somebody would change.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from starlette.responses import Response

from audit import catalogue
from audit.catalogue import Catalogue, Criterion
from audit.web import signing
from audit.web.call import Call, Door
from db import town_desk
from db.errors import NotFoundError
from db.session import opened
from db.terms import PersonRole
from reports import catalogue as texts
from reports.language import gettext as _

LONGEST = 200
"""Signs of what is looked for."""

TOWNS = 20
"""Towns on one page of what was found."""

WORDS = ("product", "object", "action", "tech", "context", "homonym", "hosts", "leika")

Json = dict[str, Any]


def every(call: Call) -> Response:
    """Show which catalogues there are."""
    shown = [_head(rules(name)) for name in catalogue.names()]
    return call.page("catalogues", catalogues=sorted(shown, key=lambda one: bool(one["base"])))


def one(call: Call) -> Response:
    """Show the criteria of a catalogue, all or those that are looked for."""
    found = rules(call.path["name"])
    wanted, area = call.query.get("suche", "").strip()[:LONGEST], call.query.get("bereich", "")
    document = texts.spoken(found.document())
    shown = [entry for entry in document["criteria"] if _fits(entry, found.criteria[entry["id"]], wanted)]
    areas = [
        {**told, "criteria": [entry for entry in shown if entry["area"] == told["id"]]} for told in document["areas"]
    ]
    areas = [told for told in areas if area in {"", told["id"]}]
    return call.page(
        "catalogue",
        catalogue=_head(found),
        areas=[told for told in areas if told["criteria"]],
        every=[{"id": told["id"], "name": told["name"]} for told in document["areas"]],
        number=sum(len(told["criteria"]) for told in areas),
        wanted=wanted,
        area=area if area in found.area_of.values() else "",
    )


def criterion(call: Call) -> Response:
    """Show one criterion: what is asked, what counts, by which words it is known, and what was found of it in each town."""
    found, key = entry(call)
    page = _number(call.query.get("seite", ""))
    with opened(call.engine) as session:
        lines, total = town_desk.found(session, key, start=(page - 1) * TOWNS, most=TOWNS)
    document = texts.spoken(found.document())
    one = found.criteria[key]
    return call.page(
        "criterion",
        catalogue=_head(found),
        told=next(entry for entry in document["criteria"] if entry["id"] == key),
        area=next(area for area in document["areas"] if area["id"] == found.area_of[key]),
        words_of={name: list(getattr(one, name)) for name in WORDS},
        under=list(one.under),
        examples=one.examples.model_dump(mode="json"),
        found=[{**line._asdict(), "quotes": [quote._asdict() for quote in line.quotes]} for line in lines],
        total=total,
        page=page,
        pages=max(1, -(-total // TOWNS)),
        home=found.base if key in found.labels else found.name,
        proposes=call.person is not None and signing.may(call.person, PersonRole.EDITOR),
    )


DOORS = (
    Door("/katalog", every, PersonRole.READER),
    Door("/katalog/{name}", one, PersonRole.READER),
    Door("/katalog/{name}/{key}", criterion, PersonRole.READER),
)


def rules(name: str) -> Catalogue:
    """Return a catalogue that comes with the program, never one from a path; raise NotFoundError."""
    if name not in catalogue.names():
        raise NotFoundError(
            _("Diesen Katalog gibt es nicht."), remedy=_("Unter „Katalog“ stehen alle, die es hier gibt.")
        )
    return _read(name)


def entry(call: Call) -> tuple[Catalogue, str]:
    """Return the catalogue and the key of the criterion that an address names; raise NotFoundError."""
    found = rules(call.path["name"])
    if call.path["key"] not in found.criteria:
        raise NotFoundError(
            _("Dieses Kriterium gibt es im Katalog nicht."), remedy=_("Suchen Sie es in der Liste des Katalogs.")
        )
    return found, call.path["key"]


# They come with the program, so they stay as they are while it runs.
@cache
def _read(name: str) -> Catalogue:
    return catalogue.load(name)


def _head(found: Catalogue) -> Json:
    document = texts.spoken(found.document())
    told = {"name": found.name, "version": found.version, "base": found.base, "digest": found.digest[:12]}
    return told | {"title": document["title"], "criteria": len(found.criteria), "areas": len(found.areas)}


def _fits(entry: Json, one: Criterion, wanted: str) -> bool:
    told = (entry["id"], entry["name"], entry["question"], entry["definition"], one.name, one.question)
    text = " ".join([*told, *one.product, *one.object, *one.queries, *one.leika]).casefold()
    return all(word in text for word in wanted.casefold().split())


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= 6 else 1  # noqa: PLR2004 no page has seven digits
