"""
Which findings of an audit a town can publish as offers, each with the words for it.

Does not judge: only what was found on the town's own pages and counts is taken, and what nobody could read is left out.
All texts come out of here cleaned, all addresses fit to be a link.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from db.errors import InputError
from db.terms import Role, Standing, Verdict
from reports import words
from reports.language import N_
from reports.render import clean, is_address
from reports.situations import NO_SERVICES, situation

Json = Mapping[str, Any]

AUDIENCES = {"citizens": N_("Bürgerinnen und Bürger"), "business": N_("Betriebe"), "guests": N_("Gäste")}
LEFT_OUT = words.NOT_COUNTED | {"outdated", "expired"}
"""Codes of reasons for which a town had better not show a page as its offer."""
UNSURE = {"unsure", "person_outdated"}
"""Codes of reasons for which a person should look before it is published."""
PLACE = "digitale-angebote"
"""Last part of the address at which the page is meant to stand."""


@dataclass(frozen=True)
class Offer:
    """
    One thing that people can use or read.

    Attributes:
        key: The criterion.
        brand: The town's own name for it, as in the aliases of its profile; empty if its page shows none.
        text: One sentence: what one can do.
        audience: Keys of ``AUDIENCES``.
        ours: Is the town responsible for it? If not, ``competence`` says whose task it is.
        is_sure: False: a person should look first.
        is_open: May search engines list the page?
        head: ``{"title", "description"}`` of the page; empty texts if it has none.
    """

    key: str
    name: str
    brand: str
    text: str
    url: str
    situation: str
    audience: tuple[str, ...]
    verdict: str
    competence: str
    ours: bool
    is_sure: bool
    is_open: bool
    head: Mapping[str, str]

    @property
    def mark(self) -> str:
        """Where it stands on the overview page."""
        return f"angebot-{file_name(self.key)}"

    @property
    def is_service(self) -> bool:
        """Can it be used, or only read about?"""
        return self.situation not in NO_SERVICES


Rejected = Collection[tuple[str, str | None]]
"""Criterion and page, or None for the criterion in all, that a person has rejected since the audit was judged."""


def offers(document: Json, *, rejected: Rejected = ()) -> list[Offer]:
    """
    Return what a town can publish, in the order of the catalogue.

    Raises:
        InputError: Too little was read to say what there is, or there is nothing to publish.
    """
    if not document["coverage"]["enough"]:
        raise InputError(
            f"In Prüfung {document['audit']} konnte zu wenig gelesen werden, um eine Übersicht daraus zu machen.",
            remedy="„fundstelle town letter“ schreibt an die IT, die uns nicht lesen lässt; prüfen Sie danach noch einmal.",
        )
    found = [_offer(entry, document) for entry in document["findings"] if _is_offer(entry, document, rejected)]
    if not found:
        raise InputError(
            f"In Prüfung {document['audit']} ist kein Angebot, das auf eine Übersichtsseite gehört.",
            remedy="Der Bericht („fundstelle report“) sagt, was zuerst zu tun ist.",
        )
    return found


def page_address(document: Json, given: str | None = None) -> str:
    """
    Return the address of the overview page: the given one, or a place on the town's own website.

    Raises:
        InputError: That is no address of a page, or the town has no website.
    """
    if given is None:
        doors = sorted(_own(document), key=lambda site: site["role"] != Role.CITY)
        door = next((str(site["url"]) for site in doors if is_address(site["url"])), None)
        given = f"{door.split('?')[0].split('#')[0].rstrip('/')}/{PLACE}" if door else ""
    if not is_address(given) or "?" in given or "#" in given:
        raise InputError(
            "Das ist keine Adresse, unter der die Seite stehen kann.",
            remedy="Beispiel: --url https://www.musterstadt.de/digitale-angebote",
        )
    return given


def todo(document: Json) -> list[Json]:
    """Return the findings that need a text: what is buried or missing and the town's own task."""
    wanted = {Verdict.BURIED, Verdict.ABSENT}
    return [entry for entry in _counting(document) if entry["verdict"] in wanted]


def held_back(document: Json) -> list[Json]:
    """Return what is online but no offer for its reasons: only news, only a PDF, outdated ..., each with why."""
    found = [(entry, limits(entry)) for entry in _counting(document) if entry["verdict"] in _SHOWN]
    return [{"name": clean(entry["name"]), "why": clean(why[0]["text"])} for entry, why in found if why]


def limits(entry: Json) -> list[Json]:
    """Return the reasons for which what is shown is no offer."""
    return [reason for reason in entry["reasons"] if reason.get("code") in LEFT_OUT]


def file_name(key: str) -> str:
    """Return a criterion as the name of a file."""
    return re.sub(r"[^a-z0-9-]", "-", key[:80].lower()) or "angebot"


_SHOWN = {Verdict.FINDABLE, Verdict.BURIED}


def _counting(document: Json) -> Iterator[Json]:
    return (entry for entry in document["findings"] if entry["criterion"] is not None and entry["counts"])


def _is_offer(entry: Json, document: Json, rejected: Rejected) -> bool:
    key, url = entry["criterion"], entry["best_url"]
    if key is None or entry["verdict"] not in _SHOWN or limits(entry) or not is_address(url):
        return False
    # A look may have been taken since the audit was judged.
    return not {(key, None), (key, url)} & set(rejected) and _host(url) in _hosts(document)


def _own(document: Json) -> list[Json]:
    return [site for site in document["landscape"] if site["standing"] in {Standing.OWN, Standing.CONFIRMED}]


def _hosts(document: Json) -> set[str]:
    return {str(site["host"]).lower().removeprefix("www.") for site in _own(document)}


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _offer(entry: Json, document: Json) -> Offer:
    audience = tuple(key for key in AUDIENCES if key in entry["audience"])
    name, head = clean(entry["name"]), entry["best_page"] or {}
    return Offer(
        key=entry["criterion"],
        name=name,
        brand=_brand(entry, document),
        text=clean(entry["definition"]) or clean(entry["question"]) or name,
        url=entry["best_url"],
        situation=situation(entry["criterion"], kind=entry["kind"], audience=audience),
        audience=audience or ("citizens",),
        verdict=entry["verdict"],
        competence=entry["competence"] if entry["competence"] in words.COMPETENCES else "town",
        ours=entry["counts"],
        is_sure=UNSURE.isdisjoint(reason.get("code") for reason in entry["reasons"]),
        is_open=entry["open_to_search"] is not False,
        head={part: clean(head.get(part) or "") for part in ("title", "description")},
    )


def _brand(entry: Json, document: Json) -> str:
    """Return the town's own name for a thing, if its best page calls it so and its plain name does not hold it already."""
    said = [quote["text"] for quote in entry["quotes"] if quote["url"] == entry["best_url"]]
    title = (entry["best_page"] or {}).get("title") or ""
    shown = _folded([title, *said, *(step["text"] for step in entry["path"][-1:])])
    plain = _folded([entry["name"], document["town_name"]])
    for brand, spellings in (document["aliases"] or {}).items():
        names = [_folded([one]) for one in (brand, *_texts(spellings))]
        if any(_stands(one, shown) for one in names) and not any(_stands(one, plain) for one in names):
            return str(clean(brand))
    return ""


def _stands(name: str, text: str) -> bool:
    """Does a name stand in a text as words of its own?"""
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _texts(values: object) -> Sequence[str]:
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []


def _folded(texts: Iterable[str]) -> str:
    return " ".join(" ".join(texts).lower().split())
