"""
Pictures of the desk on the data of the demonstration, and the page that shows them: ``python -m tests.audit.web.pictures build/demo``.

Does not audit and leaves the data as they are: it works on a copy, with a person, a task and a plan added. Screens that a desk does
not have are passed over.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.web import signing
from audit.web.app import doors
from audit.web.welcome import COOKIE
from db import queries
from db.desk import Person, Schedule, Task
from db.models import Audit, Catalogue, Finding, Site
from db.schema import open_engine
from db.session import opened
from db.terms import PersonRole, Standing, Verdict
from tests.audit.web.conftest import serving
from tests.conftest import chromium

DOCS = Path("docs")
COLOURS = 48
WIDTHS = {1280: 1400, 390: 1400}
"""Of the window, with the height of a picture at most."""

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Shot(NamedTuple):
    """A picture: the door's path, the sentence under it, and the address if it is not the path with the demonstration's names."""

    name: str
    path: str
    words: str
    address: str = ""


SHOTS = (
    Shot("anmelden", "/anmelden", "Anmelden muss sich jeder, sobald andere Rechner Fundstelle erreichen können."),
    Shot("uebersicht", "/", "Alle Orte, zuerst die, bei denen etwas zu tun ist."),
    Shot("orte", "/orte", "Ein Ort wird aus dem Verzeichnis der Kommunen übernommen oder von Hand angelegt."),
    Shot("ort", "/orte/{key}", "Ein Ort mit seinem Stand und allem, was man von hier aus tun kann."),
    Shot("websites", "/orte/{key}/websites", "Jede Website eines Ortes mit dem Grund, warum sie dazugehört oder nicht."),
    Shot("website", "/orte/{key}/website", "Über eine Website entscheidet ein Mensch, und das gilt.", "/orte/{key}/website?host={host}"),
    Shot("brief", "/orte/{key}/websites/brief", "Der Brief an die IT sagt, was uns am Lesen gehindert hat."),
    Shot("einstellungen", "/orte/{key}/einstellungen", "Andere Schreibweisen, Nachbarn und die Grenzen des Lesens."),
    Shot("pruefen", "/orte/{key}/pruefen", "Eine Prüfung beginnt mit einem Knopf."),
    Shot("pruefung", "/pruefungen/{number}/verlauf", "Der Verlauf einer Prüfung: welche Website wie weit gelesen ist."),
    Shot("zeitplan", "/zeitplan", "Regelmäßige Prüfungen mit den nächsten Terminen."),
    Shot("zeitplan-neu", "/zeitplan/neu", "Ein Plan in Worten: jede Woche, jeden Monat, vor einer Rangliste."),
    Shot("bericht", "/pruefungen/{number}", "Der Bericht mit seinen Ansichten und Filtern, deren Adresse man weitergeben kann."),
    Shot("befund", "/pruefungen/{number}/befunde/{criterion}", "Ein Befund mit Belegen, Weg, Gründen und seiner Geschichte."),
    Shot("tagebuch", "/pruefungen/{number}/befunde/{criterion}/tagebuch", "Das Tagebuch eines Besuchers, der danach sucht."),
    Shot("beleg", "/pruefungen/{number}/seiten/{page}", "Das Zitat, markiert auf der archivierten Seite."),
    Shot("aenderungen", "/pruefungen/{number}/aenderungen", "Was sich seit der Prüfung davor geändert hat, und warum."),
    Shot("verlauf", "/orte/{key}/verlauf", "Der Verlauf über alle Prüfungen eines Ortes."),
    Shot("vergleich", "/vergleich", "Orte nebeneinander.", "/vergleich?ort=musterhafen&ort=nachbarau"),
    Shot("weitergeben", "/pruefungen/{number}/weitergeben", "Dossier, Veröffentlichung und alle Dateien zum Herunterladen."),
    Shot("freigaben", "/pruefungen/{audit}/freigaben", "Links zum Lesen für andere, die ablaufen und sich widerrufen lassen."),
    Shot("pruefliste", "/pruefliste", "Wo ein Blick am meisten nützt.", "/pruefliste?ort={key}"),
    Shot("urteil", "/pruefliste/{key}/befunde/{criterion}", "Bestätigen, ablehnen oder zurückstellen, mit Maus oder Tasten."),
    Shot("urteile", "/pruefliste/bericht", "Was Fundstelle aus den Urteilen gelernt hat."),
    Shot("verzeichnis", "/orte/{key}/verzeichnis", "Die eigene Liste der Maßnahmen, zum Ändern an Ort und Stelle."),
    Shot("vorschlaege", "/orte/{key}/vorschlaege", "Vorschläge, die man als Aufgaben übernimmt."),
    Shot("aufgaben", "/aufgaben", "Wer was bis wann tut, und ob es gewirkt hat."),
    Shot("katalog", "/katalog/{name}", "Wonach gesucht wird.", "/katalog/{catalogue}"),
    Shot("kriterium", "/katalog/{name}/{key}", "Ein Kriterium mit seinen Wörtern.", "/katalog/{catalogue}/{criterion}"),
    Shot("verbund", "/verbund", "Viele Orte in einer Runde: wie weit sie ist und was gescheitert ist."),
    Shot("leute", "/leute", "Wer hier arbeitet und was jeder darf."),
    Shot("mail", "/mail", "Der Mailserver, und eine Nachricht zur Probe."),
    Shot("konto", "/konto", "Das eigene Konto mit Sprache, Passwort und angemeldeten Geräten."),
    Shot("protokoll", "/protokoll", "Wer wann was getan hat."),
    Shot("hilfe", "/hilfe", "Erste Schritte, Begriffe, Barrierefreiheit und Kontakt."),
)  # fmt: skip


def main(folder: Path) -> int:
    """Write the pictures to ``docs/desk`` and the page ``docs/desk.md``."""
    with TemporaryDirectory() as place:
        data = shutil.copytree(folder / "data", Path(place) / "data")
        os.environ["FUNDSTELLE_HOME"] = str(data)
        engine = open_engine(f"sqlite:///{data / 'fundstelle.db'}")
        with opened(engine) as session:
            given, secret = _filled(session, now=datetime.now(UTC))
        taken = list(_taken(engine, given, secret))
        engine.dispose()
    (DOCS / "desk.md").write_text("\n".join(_page(taken)), encoding="utf-8")
    print(DOCS / "desk.md")
    return 0


def _filled(session: Session, *, now: datetime) -> tuple[dict[str, Any], str]:
    """Add what a demonstration does not have, and return the names for the addresses and what the cookie of a person carries."""
    person = Person(email="verwaltung@musterhafen.example", name="Stadt Musterhafen", made=now, role=PersonRole.ADMIN)
    session.add(person)
    session.flush()
    town = queries.town(session, "musterhafen")
    assert town is not None, "there is no demonstration here"
    audit = session.scalars(
        select(Audit).where(Audit.town_id == town.id, Audit.judged.is_not(None)).order_by(Audit.id.desc())
    ).first()
    assert audit is not None
    finding = session.scalars(
        select(Finding).where(Finding.audit_id == audit.id, Finding.verdict == Verdict.FINDABLE).order_by(Finding.id)
    ).first()
    assert finding is not None
    assert finding.best_url is not None
    _busy(session, town.id, person, audit, now=now)
    site = session.scalars(select(Site).where(Site.town_id == town.id, Site.standing == Standing.PROPOSED)).first()
    catalogue = session.get(Catalogue, audit.catalogue_id)
    assert catalogue is not None
    page = queries.pages_at(session, audit.id, [finding.best_url])[finding.best_url]
    given = {"key": town.key, "number": audit.id, "audit": audit.id, "criterion": finding.criterion, "page": page.id}
    given |= {"catalogue": catalogue.name, "host": (site or town.sites[0]).host}
    signing.note(session, person, "signed_in", now=now)
    return given, signing.begin(session, person, browser=BROWSER, now=now)


def _busy(session: Session, town: int, person: Person, audit: Audit, *, now: datetime) -> None:
    for place, proposal in enumerate(queries.proposals(session, audit.id)[:3]):
        task = Task(town_id=town, change=proposal.change, made=now, where=proposal.where, criteria=proposal.criteria)
        task.role, task.audit_id, task.person_id = proposal.role, audit.id, person.id if place else None
        task.due = (now + timedelta(days=14 * place - 3)).date().isoformat()
        session.add(task)
    session.add(Schedule(town_id=town, rule="weekly", made=now, day=1))


def _taken(engine: Engine, given: dict[str, Any], secret: str) -> Iterator[Shot]:
    """Take the pictures of the screens that there are, and yield which."""
    paths = {door.path for door in doors() if door.method == "GET"}
    (DOCS / "desk").mkdir(exist_ok=True)
    with sync_playwright() as playwright, serving(engine, lambda: datetime.now(UTC), sign_in=True) as desk:  # type: ignore[arg-type]
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for shot in SHOTS:
            address = desk + (shot.address or shot.path).format_map(given)
            cookie = "" if shot.path == "/anmelden" else secret
            if shot.path in paths and _is_taken(browser, shot.name, address, cookie=cookie):
                yield shot
            else:
                print(f"kein Bild: {shot.path}", file=sys.stderr)
        browser.close()


def _is_taken(browser: Browser, name: str, address: str, *, cookie: str) -> bool:
    """Take a screen in all widths; say whether it answered."""
    for width, height in WIDTHS.items():
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="de-DE")
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}] if cookie else [])
        page = context.new_page()
        answer = page.goto(address)
        if answer is None or not answer.ok:
            return False
        page.evaluate("document.fonts.ready")
        tall = min(height, page.evaluate("document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": width, "height": tall}
        _write(f"{name}-{width}", page.screenshot(full_page=True, clip=clip))  # type: ignore[arg-type]
        context.close()
    return True


def _write(name: str, content: bytes) -> None:
    small = Image.open(io.BytesIO(content)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(DOCS / "desk" / f"{name}.png", optimize=True)


def _page(taken: Sequence[Shot]) -> Iterator[str]:
    yield "# Fundstelle im Browser, in Bildern"
    yield ""
    yield "Von `make pictures-desk` aus der Vorführung mit den erfundenen Städten Musterhafen und Nachbarau aufgenommen."
    for shot in taken:
        wide, narrow = (f"desk/{shot.name}-{width}.png" for width in WIDTHS)
        yield f"\n## {shot.words}\n"
        yield f"![{shot.words}]({wide})\n"
        yield f"Auf dem Telefon:\n\n![{shot.words} Auf dem Telefon.]({narrow})"
    yield ""


if __name__ == "__main__":
    sys.exit(main(Path(*sys.argv[1:2] or ["build/demo"])))
