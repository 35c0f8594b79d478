"""
The short mail about one audit: the result, what changed since the one before, what a person has to decide, the first step.

Does not send it (``audit.run.sending``) and compares nothing. A mail without a change and without anything to decide would teach
people to delete the next one unread, so ``has_news`` says whether there is a reason for one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from db.terms import ChangeKind, GapKind, Standing
from reports import change_words, changes, coverage, stored
from reports.language import gettext as _
from reports.language import language, ngettext
from reports.offers import UNSURE
from reports.render import amount, clean, day, environment, number

Json = Mapping[str, Any]

NAMED = 3
"""Changes, sites, findings and measures that are named; the report has them all."""

SHORT = 80
"""Characters of a name that are shown."""

ROBOTS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Precedence": "bulk"}
"""What keeps out-of-office notices away: RFC 3834, section 5; Exchange; and older programs."""


def has_news(document: Json, step: Json | None) -> bool:
    """Is there a reason for a mail: a first audit, a change of any cause, or something to decide?"""
    return step is None or _is_changed(step) or any(decisions(document))


def _is_changed(step: Json) -> bool:
    return not step["comparable"] or any(step["counts"][key] for key in change_words.COUNTED)


def message(
    document: Json, step: Json | None, *, sender: str, to: Sequence[str], link: str, now: datetime
) -> EmailMessage:
    """
    Return the mail as text and as HTML; the same values make the same bytes.

    Args:
        document: Of the audit (``reports.document``).
        step: What changed since the audit before (``audit.run.comparing.compare``); None if there was none.
        sender: Address that it comes from.
        to: Addresses that it goes to; may be empty for a draft.
        link: Address or path of the report, may be empty.
        now: When it is written.
    """
    values = clean(
        {
            "lines": _lines(document, step),
            "link": link,
            "town": _short(document["town_name"]),
            "audit": document["audit"],
        }
    )
    plain = environment().overlay(autoescape=False).get_template("mail.txt.j2").render(**values)
    made = EmailMessage(policy=SMTP)
    made["Subject"] = _plain(_subject(document, step))
    made["From"] = Address(display_name="Fundstelle", addr_spec=sender)
    if to:
        made["To"] = [Address(addr_spec=one) for one in to]
    made["Date"] = now
    made.set_content(_plain(plain).strip() + "\n", cte="quoted-printable")
    html = environment().get_template("mail.html.j2").render(**values).strip() + "\n"
    made.add_alternative(html, subtype="html", cte="quoted-printable")
    mark = hashlib.sha256(f"{plain}{html}{to}".encode()).hexdigest()
    made.set_boundary(f"fundstelle-{mark[:40]}")
    made["Message-ID"] = f"<fundstelle.{document['audit']}.{now:%Y%m%d%H%M%S}.{mark[:12]}@{sender.rpartition('@')[2]}>"
    for name, value in {"Content-Language": language(), **ROBOTS}.items():
        made[name] = value
    return made


def _plain(text: str) -> str:
    """Return a text with common spaces, which any mail program shows and no header has to spell out."""
    return text.replace("\u00a0", " ")


def _subject(document: Json, step: Json | None) -> str:
    town = _short(str(clean(document["town_name"])))
    if not _has_result(document):
        return _("{town}: zu wenig gelesen für ein Ergebnis").format(town=town)
    score = document["score"]
    result = _("{town}: {found} von {of} Angeboten gut auffindbar").format(town=town, **_counts(score))
    turned = _turned(step)
    return f"{result}, {amount(turned, 'Änderung', 'Änderungen')}" if turned else result


def _turned(step: Json | None) -> int:
    """Return how many criteria changed by the site or a person."""
    kinds = (ChangeKind.NEW, ChangeKind.BETTER, ChangeKind.WORSE, ChangeKind.GONE)
    return sum(step["counts"][kind] for kind in kinds) if step else 0


def _lines(document: Json, step: Json | None) -> dict[str, Any]:
    rows = _rows(step)
    proposals = document["proposals"]
    return {
        "result": _result(document),
        "since": _since(document, step),
        "changes": [f"{_short(row['name'])}: {change_words.turn(row)}" for row in rows[:NAMED]],
        "more": len(rows[NAMED:]),
        "decisions": list(decisions(document)),
        "first": stored.told(proposals[0]["change"]) if proposals else "",
        "role": stored.told(proposals[0]["role"]) if proposals else "",
        "command": f"fundstelle report {document['town']}",
    }


def _has_result(document: Json) -> bool:
    return bool(document["coverage"]["enough"] and document["score"]["of"])


def _counts(score: Json) -> dict[str, str]:
    return {"found": number(score["found"]), "of": number(score["of"])}


def _result(document: Json) -> str:
    when = {"audit": document["audit"], "day": day(document["started"]), "town": _short(document["town_name"])}
    if not _has_result(document):
        return _(
            "Für {town} gibt es noch kein Ergebnis: Wir konnten zu wenig lesen (Prüfung {audit} vom {day})."
        ).format(**when)
    words = ngettext(
        "{found} von {of} Angeboten in {town} ist online gut auffindbar (Prüfung {audit} vom {day}).",
        "{found} von {of} Angeboten in {town} sind online gut auffindbar (Prüfung {audit} vom {day}).",
        document["score"]["found"],
    )
    return words.format(**when, **_counts(document["score"]))


def _since(document: Json, step: Json | None) -> str:
    if step is None:
        return _("Es ist die erste Prüfung nach diesem Katalog; zu vergleichen gibt es noch nichts.")
    before = step["before"]
    told = _("Seit der Prüfung vom {day}: {changes}").format(
        day=day(before["started"]), changes=change_words.sentence(step)
    )
    if not before["enough"]:
        return f"{told} {_('Damals konnten wir zu wenig lesen; was fehlte, fehlte vielleicht nur uns.')}"
    if not _has_result(document):
        return told
    was = _("Damals waren es {found} von {of}.").format(**_counts(before["score"]))
    again = step["rejudged"]
    if again and again != before["score"]:
        was = _("Damals waren es {found} von {of}, nach den Regeln von heute {again} von {out_of}.").format(
            again=number(again["found"]), out_of=number(again["of"]), **_counts(before["score"])
        )
    return f"{told} {was}"


def _rows(step: Json | None) -> list[Json]:
    """Return what the site or a person changed, losses first: gains can wait."""
    groups = ["worse", "better"]
    rows = [row for row in step["changes"] if row["counts"] and changes.group(row) in groups] if step else []
    return sorted(rows, key=lambda row: groups.index(changes.group(row)))


def decisions(document: Json) -> Iterator[str]:
    """Yield in a sentence each what waits for a person: coverage, sites, unsure findings, measures that nobody can see."""
    if not document["coverage"]["enough"]:
        told = _("Zu wenig war lesbar ({read}). „fundstelle town letter {town}“ schreibt der IT, was freizugeben ist.")
        yield told.format(read=coverage.brief(document), town=document["town"])
    sites = [site["host"] for site in document["landscape"] if site["standing"] == Standing.PROPOSED]
    if sites:
        told = _("{count} auf Ihre Bestätigung: {names}.")
        yield told.format(count=amount(len(sites), "Website wartet", "Websites warten"), names=_named(sites))
    unsure = [entry["name"] for entry in document["findings"] if entry["counts"] and _is_unsure(entry)]
    if unsure:
        told = _("{count} unsicher: {names}. Bitte sehen Sie selbst nach.")
        yield told.format(count=amount(len(unsure), "Befund ist", "Befunde sind"), names=_named(unsure))
    unseen = [
        measure["title"] for gap in document["gaps"] if gap["kind"] == GapKind.INVISIBLE for measure in gap["measures"]
    ]
    if unseen:
        count = amount(len(unseen), "Maßnahme aus Ihrem Verzeichnis ist", "Maßnahmen aus Ihrem Verzeichnis sind")
        yield _("{count} online nicht zu sehen: {names}.").format(count=count, names=_named(unseen))


def _is_unsure(entry: Json) -> bool:
    return any(reason["code"] in UNSURE for reason in entry["reasons"])


def _named(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    shown = ", ".join(map(_short, names[:NAMED]))
    rest = len(names) - NAMED
    return _("{names} und {count} weitere").format(names=shown, count=number(rest)) if rest > 0 else shown


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1].rstrip() + "…"
