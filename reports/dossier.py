"""
The dossier for a ranking: each of its questions with an answer and, where that is yes, the proof that anybody can check.

Does not judge, fetch or open archives: verdicts and quotes come from the document of an audit, hashes from whoever read the
archive (``Captures``). The words stand in ``templates/dossier.html.j2``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from db.errors import InputError
from db.terms import Signal, Standing, Verdict, Zone
from reports import rankings, stored, tables, words
from reports.language import N_
from reports.language import gettext as _
from reports.offers import LEFT_OUT, UNSURE, Rejected
from reports.render import is_address, page

Json = Mapping[str, Any]
Refused = tuple[str, str | None]
Captures = Mapping[str, Json]
"""
By address of a page: ``{"fetched", "confirmed", "sha256", "size", "offset", "rendered", "why"}``. ``fetched``: when the answer came;
``confirmed``: when the server said that it still held, or None; ``sha256`` and ``size`` in bytes of the payload without its
codings, ``offset`` of its record in the excerpt: None if nothing is kept, and then ``why`` is a key of ``NOT_KEPT``.
"""


class Answer(StrEnum):
    """What a dossier says to one question."""

    YES = "yes"
    HARD = "hard"  #: yes, but few will find the proof
    NO = "no"  #: enough was read, and there is no proof that counts
    OPEN = "open"  #: could not be looked at


ANSWERS: dict[str, str] = {
    Answer.YES: N_("ja"),
    Answer.HARD: N_("ja, aber schwer zu finden"),
    Answer.NO: N_("nein"),
    Answer.OPEN: N_("nicht geprüft"),
}
PROVEN = (Answer.YES, Answer.HARD)
TONES = {Answer.YES: "found", Answer.HARD: "buried", Answer.NO: "absent", Answer.OPEN: "unknown"}

NO_PROOF = {"form_only", "third_party_only", "archive_only"}
"""Codes of reasons for which what was found is not the thing that is asked for, or not the town's, or no longer there."""

NOT_KEPT: dict[str, str] = {
    "replayed": N_("Gelesen aus einem Archiv, das Sie selbst aufbewahren."),
    "no_archive": N_("Die Prüfung hat kein Archiv: Sie lief ohne, oder es wurde gelöscht."),
    "away": N_("Der Speicher der Archive antwortet gerade nicht."),
    "missing": N_("Im Archiv steht diese Antwort nicht, oder sie ist dort nicht lesbar."),
}
UNREAD: dict[str, Any] = dict.fromkeys(("fetched", "confirmed", "sha256", "size", "offset")) | {
    "rendered": False,
    "why": "missing",
}


def chosen(document: Json, name: str | None = None) -> rankings.Ranking:
    """
    Return the ranking that a dossier of this audit is for: the given one, or that of its catalogue.

    Raises:
        InputError: The audit was judged by another catalogue, or too little was read to answer anything.
    """
    used, audit = document["catalogue"]["name"], document["audit"]
    known = {one.id: one for one in rankings.rankings()}
    wanted = name or used
    if wanted not in known or wanted != used:
        goal = wanted if wanted in known else next(iter(known))
        raise InputError(
            f"Prüfung {audit} ist nach dem Katalog „{used}“ beurteilt; daraus wird kein Dossier"
            + (f" für „{wanted}“." if wanted in known else ", denn so heißt keine Rangliste."),
            remedy=f"Rufen Sie vorher „fundstelle judge {audit} --catalogue {goal}“ auf.",
        )
    if not document["coverage"]["enough"]:
        raise InputError(
            f"In Prüfung {audit} konnte zu wenig gelesen werden, um Fragen zu beantworten.",
            remedy="„fundstelle town letter“ schreibt an die IT, die uns nicht lesen lässt; prüfen Sie danach noch einmal.",
        )
    return known[wanted]


def answers(document: Json, *, rejected: Rejected = ()) -> list[dict[str, Any]]:
    """
    Return each question with its answer, in the order of the catalogue.

    A row is ``{"key", "name", "question", "area", "aspect", "ours", "answer", "remark", "proof", "is_sure"}``; ``proof`` is
    ``{"url", "quote", "page_date", "sheet", "is_link"}``, None where the answer is not yes.
    """
    own = (site for site in document["landscape"] if site["standing"] in {Standing.OWN, Standing.CONFIRMED})
    hosts = {_host(f"//{site['host']}") for site in own}
    return [
        _row(entry, hosts=hosts, rejected=set(rejected))
        for entry in document["findings"]
        if entry["criterion"] is not None
    ]


def addresses(rows: Sequence[Json]) -> list[str]:
    """Return the pages that are quoted, each once."""
    return list(dict.fromkeys(row["proof"]["url"] for row in rows if row["proof"]))


def dossier(
    document: Json,
    rows: Sequence[Json],
    *,
    ranking: rankings.Ranking,
    captures: Captures,
    since: Mapping[str, str],
    german: Mapping[str, str] | None = None,
    frozen: date | None = None,
) -> dict[str, Any]:
    """
    Return the dossier as JSON values.

    Args:
        document: Of one audit, as ``reports.document`` makes it.
        rows: Its ``answers``.
        ranking: Which one it is for.
        captures: What is known of the quoted pages.
        since: By criterion, the moment from which on its page has been seen.
        german: By criterion, its name in German, for the letter; without it as in the document.
        frozen: The day on which it is put down for good; None: a draft.
    """
    started = tables.day(document["started"])
    names = german or {}
    full = [
        {**_proven(row, captures=captures, since=since), "german": names.get(row["key"], row["name"])} for row in rows
    ]
    areas = [{**area, "rows": [row for row in full if row["area"] == area["id"]]} for area in document["areas"]]
    return {
        "schema": 1,
        "ranking": {"id": ranking.id, "name": ranking.name, "accepts": ranking.accepts},
        "town": document["town"],
        "town_name": document["town_name"],
        "audit": document["audit"],
        "started": document["started"],
        "finished": document["finished"],
        "program": document["program"],
        "catalogue": document["catalogue"],
        "catalogue_title": document["catalogue_title"],
        "frozen": frozen.isoformat() if frozen else None,
        "window": _window(ranking, started),
        "areas": [{**area, "counts": counts(area["rows"])} for area in areas if area["rows"]],
        "rows": full,
        "counts": counts(full),
        "proven": sum(row["proof"] is not None for row in full),
        "kept": sum(1 for url in addresses(rows) if captures.get(url, UNREAD)["sha256"]),
        "quoted": len(addresses(rows)),
    }


def counts(rows: Sequence[Json]) -> dict[str, int]:
    """Return how often each answer is given."""
    told = Counter(row["answer"] for row in rows)
    return {answer.value: told[answer] for answer in Answer}


def html(made: Json) -> str:
    """Return a dossier as one HTML file without outside parts."""
    return page("dossier.html.j2", **values(made))


def values(made: Json) -> dict[str, Any]:
    """Return what the templates of a dossier, for screen and for paper, want to know."""
    return {"doc": made, "answers": ANSWERS, "tones": TONES, "not_kept": NOT_KEPT, "aspects": words.ASPECTS}


def _row(entry: Json, *, hosts: Collection[str], rejected: Collection[Refused]) -> dict[str, Any]:
    proof = _proof(entry, hosts=hosts, rejected=rejected)
    answer, remarks = _answer(entry, proof=proof, rejected=rejected)
    competence = entry["competence"] if entry["competence"] in words.COMPETENCES else "town"
    if competence != "town":
        remarks = [*remarks, f"{_(words.COMPETENCES[competence])}."]
    is_limited = not (UNSURE | LEFT_OUT).isdisjoint(_codes(entry))
    return {
        "key": entry["criterion"],
        "name": entry["name"],
        "question": entry["question"],
        "area": entry["area"],
        "aspect": entry["aspect"],
        "ours": entry["counts"],
        "answer": answer.value,
        "remark": " ".join(remarks),
        "proof": proof if answer in PROVEN else None,
        "is_sure": answer is Answer.YES and entry["counts"] and not is_limited,
    }


def _answer(entry: Json, *, proof: Json | None, rejected: Collection[Refused]) -> tuple[Answer, list[str]]:
    """Return the answer and what there is to remark on it."""
    told = [stored.told(str(reason["text"])) for reason in entry["reasons"]]
    if entry["verdict"] not in {Verdict.FINDABLE, Verdict.BURIED}:
        return (Answer.NO if entry["verdict"] == Verdict.ABSENT else Answer.OPEN), told
    if not {(entry["criterion"], None), (entry["criterion"], entry["best_url"])}.isdisjoint(rejected):
        # What else there is only judging anew can tell.
        return Answer.OPEN, [_("Der Beleg wurde seit der Auswertung abgelehnt. Werten Sie die Prüfung neu aus.")]
    if proof is None and not is_address(entry["best_url"]):
        return Answer.OPEN, [_("Die Adresse des Belegs lässt sich nicht zeigen."), *told]
    if proof is None:
        return Answer.NO, [_("Der Beleg steht nicht auf einer Website der Stadt."), *told]
    if not NO_PROOF.isdisjoint(_codes(entry)) and not proof["is_link"]:
        return Answer.NO, told
    return (Answer.YES if entry["verdict"] == Verdict.FINDABLE else Answer.HARD), told


def _proof(entry: Json, *, hosts: Collection[str], rejected: Collection[Refused]) -> dict[str, Any] | None:
    """
    Return the page on a site of the town that proves a finding, with its best quote; None if there is none.

    What county or state run is also proven by the link from the town's page that leads there.
    """
    best, key = entry["best_url"], entry["criterion"]
    own = [one for one in entry["quotes"] if _is_own(one["url"], hosts) and (key, one["url"]) not in rejected]
    if _is_own(best, hosts):
        here = [one for one in own if one["url"] == best]
        # A sentence says more to a stranger than a title, however much the title weighs.
        here.sort(key=lambda one: one["zone"] != Zone.MAIN)
        return _quoted(next(iter(here), {"url": best, "text": ""}), is_link=False)
    links = [one for one in own if one["signal"] == Signal.LINK and entry["competence"] in {"county", "state"}]
    return _quoted(links[0], is_link=True) if links else None


def _quoted(quote: Json, *, is_link: bool) -> dict[str, Any]:
    told = {name: quote.get(name) for name in ("page_date", "sheet")}
    return {"url": quote["url"], "quote": quote["text"], **told, "is_link": is_link}


def _is_own(url: object, hosts: Collection[str]) -> bool:
    return is_address(url) and _host(str(url)) in hosts


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")


def _codes(entry: Json) -> set[str]:
    return {str(reason.get("code")) for reason in entry["reasons"]}


def _proven(row: Json, *, captures: Captures, since: Mapping[str, str]) -> dict[str, Any]:
    """Return a row with what is known of its page."""
    if row["proof"] is None:
        return {**row, "capture": None, "since": None}
    return {**row, "capture": captures.get(row["proof"]["url"], UNREAD), "since": since.get(row["key"])}


def _window(ranking: rankings.Ranking, day: date | None) -> dict[str, Any] | None:
    """Return how an audit of that day stands to the time in which the ranking looks; None if that is not known."""
    if day is None:
        return None
    now, following = rankings.running(ranking, day), rankings.coming(ranking, day)
    found = now or following
    if found is None:
        return None
    return {"is_running": now is not None, "first": f"{found.first:%Y-%m}", "last": f"{found.last:%Y-%m}"}
