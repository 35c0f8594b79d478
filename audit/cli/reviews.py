"""
Commands about people's word on findings: list, confirm, reject, ignore, undo, report.

Does not decide what follows from a word: it takes it down, has the audit judged again and shows what became of the finding.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.catalogue import Catalogue
from audit.cli import review_texts, store
from audit.cli.catalogues import used_by
from audit.cli.german import Group
from audit.cli.progress import judging
from audit.inventory import dates
from audit.reviews import tally
from audit.run import reviewing
from audit.run.judging import judge
from audit.run.reviewing import Word
from db import queries
from db.errors import InputError
from db.models import Audit, Finding, Review, Town
from db.session import opened
from db.terms import WHY, Decision

LINES = 20
_DAY = "2027-03-31"
Command = Callable[..., Any]


@click.group(cls=Group)
def review() -> None:
    """Befunde prüfen: bestätigen, ablehnen, zurückstellen; Fundstelle lernt daraus."""


@review.command("list")
@click.argument("name", metavar="PRÜFUNG")
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=LINES,
    show_default=True,
    metavar="ZAHL",
    help="Höchstens so viele.",
)
@click.option("--done", is_flag=True, help="Stattdessen die Urteile zeigen, die schon gefällt sind, mit ihren Nummern.")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def list_command(*, name: str, limit: int, done: bool, as_json: bool) -> None:
    """
    Zeigt, wo Ihr Blick am meisten nützt.

    Zuerst kommt, woran ein Befund hängt. Jede fünfte Zeile ist ausgelost, auch wenn Fundstelle sich dort sicher ist:
    Nur so lässt sich ehrlich messen, wie oft es recht hat. Prüfen Sie darum die ausgelosten alle.

    \b
    Beispiele:
      fundstelle review list stralsund
      fundstelle review list stralsund --done
    """  # noqa: D301 click wants the mark
    with opened(store.engine()) as session:
        audit = queries.audit(session, name)
        if done:
            rows = [_as_json(one) for one in queries.reviews(session, audit.town_id)][-limit:]
            text = review_texts.done(rows)
        else:
            looks = reviewing.look(session, audit, now=datetime.now(UTC))
            rows = [asdict(one) for one in looks[:limit]]
            text = review_texts.queue(rows, audit=audit, questions=_questions(audit), left=len(looks))
    click.echo(_json(rows) if as_json else text)


def _said(command: Command) -> Command:
    """Add what confirm, reject and ignore have in common."""
    for one in (
        click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben."),
        click.option("--later", is_flag=True, help="Nicht gleich neu beurteilen; das tut dann „fundstelle judge“."),
        click.option("--by", "person", default="", metavar="NAME", help="Wer das sagt; steht in keinem Bericht."),
        click.option("--until", metavar="TAG", help=f"Gilt bis zu diesem Tag, etwa {_DAY}."),
        click.option("--reason", metavar="GRUND", help="Warum; ein falscher Grund nennt die möglichen."),
        click.option("--url", metavar="ADRESSE", help="Die Seite, um die es geht; ohne Angabe der Befund im Ganzen."),
        click.argument("criterion", metavar="KRITERIUM"),
        click.argument("name", metavar="PRÜFUNG"),
    ):
        command = one(command)
    return command


@review.command("confirm")
@_said
def confirm_command(**given: Any) -> None:
    """
    Bestätigt: Die Seite zeigt, was das Kriterium verlangt.

    Gründe: seen (auf der Seite gesehen; gilt ohne Angabe), known (aus eigener Kenntnis). Das gilt auch für künftige Prüfungen,
    solange auf der Seite dasselbe steht.

    \b
    Beispiel:
      fundstelle review confirm stralsund handyparken --url https://www.stralsund.de/parken
    """  # noqa: D301 click wants the mark
    _take(Decision.CONFIRM, **given)


@review.command("reject")
@_said
def reject_command(**given: Any) -> None:
    """
    Lehnt ab: Die Seite zählt für dieses Kriterium nicht mehr, solange auf ihr dasselbe steht.

    \b
    Gründe:
      not_the_thing  die Seite meint etwas anderes
      wrong_page     gibt es, steht aber nicht auf dieser Seite
      other_town     es geht um einen anderen Ort
      third_party    ein Angebot von anderen, nicht der Stadt
      only_planned   erst geplant oder angekündigt
      ended          gibt es nicht mehr, und die Seite sagt das
      not_online     geht dort nicht online
      outdated       die Seite ist veraltet

    \b
    Beispiel:
      fundstelle review reject stralsund handyparken --url https://www.stralsund.de/parken --reason only_planned
    """  # noqa: D301 click wants the mark
    _take(Decision.REJECT, **given)


@review.command("ignore")
@_said
def ignore_command(**given: Any) -> None:
    """
    Stellt zurück bis zu einem Tag: eine Seite zählt so lange nicht, ein Befund im Ganzen fordert so lange nichts.

    Gründe: in_progress (wird gerade bearbeitet; gilt ohne Angabe), not_wanted (ist nicht vorgesehen).

    \b
    Beispiel:
      fundstelle review ignore stralsund kita-portal --until 2027-03-31
    """  # noqa: D301 click wants the mark
    _take(Decision.IGNORE, **given)


@review.command("undo")
@click.argument("number", type=int, metavar="NUMMER")
@click.option("--later", is_flag=True, help="Nicht gleich neu beurteilen; das tut dann „fundstelle judge“.")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def undo_command(*, number: int, later: bool, as_json: bool) -> None:
    """
    Nimmt ein Urteil zurück; was davor galt, gilt wieder.

    \b
    Beispiel:
      fundstelle review undo 12
    """  # noqa: D301 click wants the mark
    engine = store.engine()
    with opened(engine) as session:
        taken = reviewing.undo(session, number, now=datetime.now(UTC))
        town = session.get_one(Town, taken.town_id)
        audit = queries.audit(session, town.key)
        before = _finding(session, audit, taken.criterion)
        rules = None if later else used_by(audit)
    _show(engine, taken, audit, before, rules=rules, as_json=as_json)


@review.command("report")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def report_command(*, as_json: bool) -> None:
    """
    Zeigt, wie oft Fundstelle recht hatte und was es aus den Urteilen aller Orte lernt.

    \b
    Beispiel:
      fundstelle review report
    """  # noqa: D301 click wants the mark
    now = datetime.now(UTC)
    with opened(store.engine()) as session:
        found = tally.report(reviewing.told(session, now=now))
        found["calibration"] = reviewing.learned(session, now=now).document()
    click.echo(_json(found) if as_json else review_texts.report(found))


COMMANDS = (review,)


def _take(
    decision: Decision,
    *,
    name: str,
    criterion: str,
    url: str | None,
    reason: str | None,
    until: str | None,
    person: str,
    later: bool,
    as_json: bool,
) -> None:
    word = Word(criterion=criterion, decision=decision, reason=reason, url=url, until=_day(until), person=person)
    engine = store.engine()
    with opened(engine) as session:
        audit = queries.audit(session, name)
        queries.hold_town(session, audit.town_id)  # said after whatever is being judged, or before it
        taken = reviewing.take(session, audit, word, now=datetime.now(UTC))
        before = _finding(session, audit, criterion)
        rules = None if later else used_by(audit)
    _show(engine, taken, audit, before, rules=rules, as_json=as_json)


def _day(words: str | None) -> date | None:
    if words is None:
        return None
    iso = dates.read(words).iso or ""
    if len(iso) != len(_DAY):
        raise InputError(f"„{words}“ ist kein Tag.", remedy=f"Beispiel: --until {_DAY} oder --until 31.03.2027")
    return date.fromisoformat(iso)


def _show(
    engine: Engine, taken: Review, audit: Audit, before: Finding | None, *, rules: Catalogue | None, as_json: bool
) -> None:
    """Judge the audit again by the rules, if that is not for later, and print what became of the finding."""
    after = before
    if rules is not None:
        with judging() as report:
            judge(engine, audit.id, rules, now=datetime.now(UTC), report=report)
        with opened(engine) as session:
            after = _finding(session, audit, taken.criterion)
    verdicts = [one.verdict if one else None for one in (before, after)]
    reasons = after.reasons if after else []
    if as_json:
        row = {"review": _as_json(taken), "audit": audit.id, "before": verdicts[0], "after": verdicts[1]}
        click.echo(_json({**row, "judged": rules is not None, "reasons": reasons}))
    else:
        click.echo(
            review_texts.taken(
                _as_json(taken), audit=audit.id, verdicts=verdicts, reasons=reasons, judged=rules is not None
            )
        )


def _finding(session: Session, audit: Audit, criterion: str) -> Finding | None:
    return next((one for one in queries.findings(session, audit.id) if one.criterion == criterion), None)


def _questions(audit: Audit) -> dict[str, str]:
    criteria = audit.catalogue.document["criteria"] if audit.catalogue else []
    return {each["id"]: each["question"] for each in criteria}


def _as_json(one: Review) -> dict[str, Any]:
    words = WHY[Decision(one.decision)]
    return {
        "number": one.id,
        "criterion": one.criterion,
        "decision": one.decision,
        "reason": one.reason,
        "words": next((text for code, text in words.items() if code == one.reason), one.reason),
        "whole": one.whole,
        "url": one.url,
        "person": one.person,
        "made": one.made.isoformat(timespec="seconds"),
        "expires": one.expires.isoformat(timespec="seconds") if one.expires else None,
        "withdrawn": one.withdrawn.isoformat(timespec="seconds") if one.withdrawn else None,
        "verdict": one.verdict,
        "band": one.band or None,
        "score": one.score,
        "drawn": one.drawn,
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
