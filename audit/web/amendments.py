"""
The screen on which somebody proposes another wording of a criterion, a pattern or an example, and gets it as a file.

Does not change the catalogue, and does not check: the catalogue's own checks do, and what would break it is no file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from audit import checked
from audit.catalogue import Catalogue, Criterion
from audit.classify import amendment
from audit.classify.amendment import LISTS, TEXTS, Proposer
from audit.classify.examples import Failure
from audit.web.call import Call, Door
from audit.web.catalogues import entry
from db.errors import CatalogueError
from db.terms import PersonRole
from reports.language import N_
from reports.language import gettext as _

NAMES = {
    "name": N_("Name"),
    "name_en": N_("Name auf Englisch"),
    "question": N_("Frage"),
    "definition": N_("Was gemeint ist"),
    "counts": N_("Was zählt"),
    "counts_not": N_("Was nicht zählt"),
    "queries": N_("Suchfragen"),
    "under": N_("Wo man es sucht"),
    "product": N_("Namen der Sache"),
    "object": N_("Worum es geht"),
    "action": N_("Was sagt, dass es das gibt"),
    "tech": N_("Was im selben Satz stehen muss"),
    "context": N_("Was auf der Seite stehen muss"),
    "homonym": N_("Was etwas anderes ist"),
    "hosts": N_("Portale und Anbieter"),
    "advice": N_("Rat"),
    "department": N_("Wer es tun kann"),
}
"""What the fields are called."""

EXAMPLE = ("title", "url", "text", "why")
EXAMPLES = [f"{kind}_{name}" for kind in ("yes", "no") for name in EXAMPLE]
TEXT, LIST, LINE = 3_000, 40_000, 300
"""The most signs of a text, of a list, and of one of its lines."""

Json = dict[str, Any]


def show(call: Call) -> Response:
    """Show the criterion as it is, to be changed; of a view, the criterion of the catalogue it is taken from."""
    rules, key = entry(call)
    if key in rules.labels:
        return call.go(f"/katalog/{rules.base}/{key}/aendern")
    return _page(call, rules, typed=typed(rules.criteria[key]) | dict.fromkeys(EXAMPLES, "") | {"reason": ""})


def proposed(call: Call) -> Response:
    """Give the changed criterion as a file, or say why it would break the catalogue."""
    rules, key = entry(call)
    if key in rules.labels:
        return call.go(f"/katalog/{rules.base}/{key}/aendern")
    told = {name: call.words(name) for name in (*NAMES, *EXAMPLES, "reason")}
    faults = _too_long(told)
    values, weights = given(told)
    try:
        new = amendment.amended(rules.criteria[key], values, yes=_example(told, "yes"), no=_example(told, "no"))
    except ValidationError as fault:
        faults |= checked.faults(fault, names={name: _(words) for name, words in NAMES.items()})
        new = None
    faults |= {"product": weights} if weights else {}
    if faults or new is None:
        return _page(call, rules, typed=told, faults=faults)
    try:
        wrong = [_failed(failure) for failure in amendment.wrong(rules, new)]
    except CatalogueError as fault:
        return _page(call, rules, typed=told, broken=str(fault))
    if wrong or not amendment.changed(rules, new):
        return _page(call, rules, typed=told, wrong=wrong, nothing=not wrong)
    by = Proposer(call.person.name if call.person else "", call.now.date(), told["reason"])
    name = f'attachment; filename="{key}.yaml"'
    text = amendment.written(rules, new, by=by)
    return Response(text, media_type="application/yaml; charset=utf-8", headers={"content-disposition": name})


DOORS = (
    Door("/katalog/{name}/{key}/aendern", show, PersonRole.EDITOR),
    Door("/katalog/{name}/{key}/aendern", proposed, PersonRole.EDITOR, "POST"),
)


def typed(one: Criterion) -> dict[str, str]:
    """Return a criterion as it is typed into the form: lists with one entry a line, names with their weight behind a colon."""
    told = {name: str(getattr(one, name)) for name in TEXTS}
    told |= {name: "\n".join(getattr(one, name)) for name in LISTS}
    return told | {"product": "\n".join(f"{name}: {_german(weight)}" for name, weight in one.product.items())}


def given(told: Mapping[str, str]) -> tuple[Json, str]:
    """Return what was typed as the catalogue has it, and what is wrong with the weights."""
    values: Json = {name: " ".join(told[name].split()) for name in TEXTS}
    values |= {name: [line.strip() for line in told[name].splitlines() if line.strip()] for name in LISTS}
    product: dict[str, float] = {}
    for line in filter(str.strip, told["product"].splitlines()):
        name, _colon, weight = line.rpartition(":")
        if name.strip() in product:
            return values, _("„{name}“ steht zweimal.").format(name=name.strip()[:LINE])
        try:
            product[name.strip()] = float(weight.replace(",", "."))
        except ValueError:
            return values, _("Hier fehlt das Gewicht: „{line}“. So ist es richtig: „Handyparken: 2,4“.").format(
                line=line.strip()[:LINE]
            )
    return values | {"product": product}, ""


def _page(call: Call, rules: Catalogue, *, typed: Mapping[str, str], **more: Any) -> Response:
    shown: Json = {"faults": {}, "broken": "", "wrong": [], "nothing": False, **more}
    key = call.path["key"]
    return call.page(
        "amendment",
        status=400 if any(shown.values()) else 200,
        catalogue={"name": rules.name, "version": rules.version},
        key=key,
        name=rules.name_of(key),
        # One line each, for whatever is shown loses its line breaks.
        typed={name: text[:LIST].splitlines() for name, text in typed.items()},
        names={name: _(words) for name, words in NAMES.items()},
        lists=["product", *LISTS],
        **shown,
    )


def _failed(failure: Failure) -> Json:
    """Return an example that came out wrong, with the patterns that it has."""
    example = {"title": failure.example.title, "text": failure.example.text}
    return example | {"expected": failure.expected, "patterns": [rule.partition(": ")[2] for rule in failure.rules]}


def _german(weight: float) -> str:
    return f"{weight:g}".replace(".", ",")


def _example(told: Mapping[str, str], kind: str) -> dict[str, str]:
    return {name: " ".join(told[f"{kind}_{name}"].split()) for name in EXAMPLE}


def _too_long(told: Mapping[str, str]) -> dict[str, str]:
    """A longer pattern is a slip, and a longer text nobody reads."""
    lists = {"product", *LISTS}
    long = {name: LIST if name in lists else TEXT for name in told}
    faults = {name: _("Das ist zu lang.") for name, text in told.items() if len(text) > long[name]}
    wide = [name for name in lists if any(len(line) > LINE for line in told[name].splitlines())]
    return faults | {name: _("Eine Zeile ist zu lang.") for name in wide}
