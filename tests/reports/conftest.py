"""
Two small invented towns in a database, and a browser to read their reports in.

Does not test anything. The verdicts are written as one letter each, so that a test can see at a glance what a town has.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from db.models import (
    Audit,
    Base,
    Catalogue,
    Crawl,
    Evidence,
    Finding,
    Gap,
    Measure,
    Proposal,
    Site,
    Town,
)
from db.models import Page as ReadPage
from db.terms import End, Standing
from reports.document import document

AXE = Path(__file__).parents[1] / "vendor" / "axe-4.14.1" / "axe.min.js"
STARTED = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
AREAS = [
    ("strategie", "Strategie"),
    ("digitale-infrastruktur", "Digitale Infrastruktur"),
    ("mobilitaet", "Mobilität"),
    ("energie-umwelt", "Energie & Umwelt"),
    ("gebaeude-quartiere", "Gebäude & Quartiere"),
    ("gesundheit", "Gesundheit"),
    ("bildung", "Bildung"),
    ("verwaltung", "Verwaltung"),
    ("tourismus", "Tourismus"),
    ("wirtschaft-handel", "Wirtschaft & Handel"),
]
NAMES = {
    "strategie": ["Smart-City-Strategie oder -Konzept", "Ansprechpartner für Digitales", "Bürgerhaushalt online", "Beteiligungsplattform"],
    "digitale-infrastruktur": ["Gigabitstrategie", "Öffentliches WLAN", "LoRaWAN-Funknetz", "Geoportal mit Fachkarten"],
    "mobilitaet": ["Mobilitätskonzept", "Handyparken", "Bewohnerparkausweis online", "Ladesäulen", "Parkleitsystem mit Belegung"],
    "energie-umwelt": ["Klimaschutzkonzept", "Kommunale Wärmeplanung", "Solardachkataster", "Digitaler Abfallkalender", "Online-Antrag Hausanschluss"],
    "gebaeude-quartiere": ["Quartierskonzept", "Bebauungspläne online", "Digitaler Bauantrag", "Digitaler Zwilling"],
    "gesundheit": ["Strategie digitale Gesundheit", "Online-Dienste des Gesundheitsamts", "Telemedizin vor Ort"],
    "bildung": ["Medienentwicklungsplan der Schulen", "Glasfaser und WLAN in Schulen", "Stadtbibliothek online", "Kurse der Volkshochschule buchen"],
    "verwaltung": ["Digitalstrategie der Verwaltung", "Bürgerportal", "Kfz-Zulassung online", "Wohnsitz online anmelden", "Termine online vereinbaren", "Hundesteuer online", "Kita-Portal", "Mängelmelder", "Ratssitzung als Livestream", "Chatbot"],
    "tourismus": ["Tourismuskonzept", "Unterkunft online buchen", "Digitale Gästekarte", "Webcams und Wetter"],
    "wirtschaft-handel": ["Innenstadtstrategie", "Lokaler Online-Marktplatz", "Gewerbeflächen online", "Gründerzentrum"],
}  # fmt: skip
VERDICTS = {"F": "FINDABLE", "B": "BURIED", "A": "ABSENT", "U": "UNKNOWN"}
MUSTERHAFEN = "FBAF BFAF FFBAU AFFBB AFBA AUA BFFB BFBFFABFAA FFBF ABAF"
NACHBARAU = "FFAF FFFF FBFAF AFFFB AFFA AFA FFFF FFFFFBFFAA FFBA AFFF"
COUNTY = {"gesundheit-2"}
"""Criteria that are the county's matter."""


def catalogue(name: str = "haselhorst", digest: str = "3f" * 32) -> Catalogue:
    """A catalogue with the ten areas and a few criteria each, as an audit keeps it."""
    criteria = [
        {
            "id": f"{area}-{place}",
            "name": title,
            "aspect": "strategy" if place == 1 else "implementation",
            "question": f"Wo finde ich: {title}?",
            "advice": f"Stellen Sie „{title}“ mit diesem Namen auf eine eigene Seite und verlinken Sie sie von der Startseite.",
            "department": "Onlineredaktion",
            "competence": "county" if f"{area}-{place}" in COUNTY else "town",
            "counts": ["eine eigene Seite mit dem Angebot", "ein Link, der direkt zum Online-Dienst führt"],
            "counts_not": ["eine Pressemitteilung ohne Link"],
            "area": area,
        }
        for area, titles in NAMES.items()
        for place, title in enumerate(titles, 1)
    ]
    areas = [{"id": key, "name": title, "name_en": title} for key, title in AREAS]
    document = {"title": "Zehn Bereiche, wie sie Ranglisten betrachten", "areas": areas, "criteria": criteria}
    return Catalogue(name=name, version="2026.11", digest=digest, document=document)


@dataclass
class Written:
    """A town's audit with the parts that the tests reach into."""

    session: Session
    audit: Audit
    town: Town

    @classmethod
    def of(cls, session: Session, key: str) -> Written:
        """The town of that key with its one audit."""
        audit = session.query(Audit).join(Town).filter(Town.key == key).one()
        return cls(session, audit, audit.town)

    def document(self) -> dict[str, Any]:
        """What the reports show."""
        return document(self.session, self.audit.id)


def write(session: Session, name: str, *, verdicts: str, against: Catalogue, enough: bool = True) -> Written:
    """Write one audit with everything that belongs to it."""
    key = name.lower()
    town = Town(key=key, name=name, state="MV", competences=["kreisangehoerig"], sites=_sites(key))
    session.add_all([town, against])
    session.flush()
    audit = Audit(
        town_id=town.id,
        started=STARTED,
        catalogue_id=against.id,
        crawled=STARTED + timedelta(minutes=48),
        judged=STARTED + timedelta(minutes=49),
        enough=enough,
        program="0.1.0",
        budget={"pages_per_site": 1500, "seconds_per_site": 1800, "delay_seconds": 1.0},
    )
    session.add(audit)
    session.flush()
    _crawls(session, audit, town)
    for place, (letter, criterion) in enumerate(
        zip(verdicts.replace(" ", ""), against.document["criteria"], strict=True)
    ):
        _judgement(session, audit, criterion=criterion, verdict=VERDICTS[letter], place=place)
    _own_list(session, audit)
    _steps(session, audit, criteria=against.document["criteria"])
    session.flush()
    return Written(session, audit, town)


def _sites(key: str) -> list[Site]:
    def site(host: str, role: str, standing: str, reason: str = "") -> Site:
        return Site(url=f"http://{host}/", host=host, role=role, standing=standing, reason=reason)

    return [
        site(f"www.{key}.example", "city", Standing.CONFIRMED),
        site(f"service.{key}.example", "portal", Standing.OWN, "Liegt unter derselben Adresse wie die Hauptseite."),
        site(f"www.stadtwerke-{key}.example", "utility", Standing.CONFIRMED),
        site("ratsinfo.vendor.example", "council", Standing.OWN, "Eigener Bereich bei einem Anbieter."),
        site(
            f"www.{key}-tourismus.example",
            "tourism",
            Standing.PROPOSED,
            "Der Name passt, das Impressum nennt einen Verein.",
        ),
        site("www.landesportal.example", "other", Standing.FOREIGN, "Portal des Landes."),
    ]


def _crawls(session: Session, audit: Audit, town: Town) -> None:
    ends = [
        (End.BUDGET_PAGES, "", (1500, 3, 12, 214)),
        (End.FINISHED, "", (212, 0, 1, 0)),
        (End.FINISHED, "", (164, 8, 0, 0)),
        (End.REFUSED, "Die Startseite antwortet mit „Zugang verweigert“ (403).", (0, 1, 0, 0)),
    ]
    for site, (end, detail, counts) in zip(town.sites, ends, strict=False):
        crawl = Crawl(
            audit_id=audit.id,
            site_id=site.id,
            end=end,
            detail=detail,
            **dict(zip(("pages", "refused", "failed", "left_out"), counts, strict=True)),
        )
        session.add(crawl)
    session.flush()


def _judgement(session: Session, audit: Audit, *, criterion: dict[str, Any], verdict: str, place: int) -> None:
    key, name, seen = criterion["id"], criterion["name"], verdict in {"FINDABLE", "BURIED"}
    home = f"http://www.{audit.town.key}.example"
    url = f"{home}/rathaus/digitale-angebote-und-projekte/{key}" if seen else None
    session.add(
        Finding(
            audit_id=audit.id,
            criterion=key,
            area=criterion["area"],
            aspect=criterion["aspect"],
            verdict=verdict,
            maturity=(["online", "live", "form"][place % 3] if criterion["aspect"] == "implementation" else "strategy")
            if seen
            else "none",
            score=0.82 if seen else 0.0,
            counts=criterion["competence"] == "town",
            best_url=url,
            clicks={"FINDABLE": 1 + place % 3, "BURIED": 5}.get(verdict),
            path=_path(home, name, steps=1 + place % 3 if verdict == "FINDABLE" else 5) if seen else [],
            rank={"FINDABLE": 1 + place % 4, "BURIED": 17 + place if place % 2 else None}.get(verdict),
            query=f"{name.lower()} {audit.town.name.lower()}",
            open_to_search=True if seen else None,
            reasons=[{"code": "x", "text": text} for text in REASONS[verdict]],
            against=[{"url": f"{home}/presse/{key}", "text": f"Geplant ist {name}.", "reading": "plan"}]
            if verdict in {"BURIED", "ABSENT"} and place % 2
            else [],
            advice=f"{criterion['advice']} Danach prüfen wir erneut." if verdict == "BURIED" else "",
        )
    )
    if seen:
        _quotes(session, audit, criterion=key, name=name, url=str(url))


REASONS = {
    "FINDABLE": ["Von der Startseite in wenigen Klicks erreichbar und in der Suche weit vorn."],
    "BURIED": ["Fünf Klicks von der Startseite entfernt.", "Der Link heißt nur „hier“."],
    "ABSENT": ["Auf keiner gelesenen Seite kommt es vor."],
    "UNKNOWN": ["Die Website, auf der es stehen müsste, hat uns den Zugang verweigert."],
}


def _path(home: str, name: str, *, steps: int) -> list[dict[str, str]]:
    texts = ["Startseite", "Rathaus", "Bürgerservice", "Dienste A bis Z", "Weitere Angebote", "hier"]
    chosen = [*texts[:steps], name if steps < len(texts) - 1 else "hier"]
    return [{"url": f"{home}/{'/'.join(['x'] * place)}", "text": text} for place, text in enumerate(chosen)]


def _quotes(session: Session, audit: Audit, *, criterion: str, name: str, url: str) -> None:
    page = ReadPage(url=url, fetched=STARTED, crawl_id=audit.crawls[0].id, status=200, date="2026-03-12")
    session.add(page)
    session.flush()
    for number, weight in enumerate([2.0, 1.4, 1.0, 0.9, 0.8, 0.7, -1.0]):
        session.add(
            Evidence(
                audit_id=audit.id,
                criterion=criterion,
                quote=f"{name}: Das können Sie seit 2025 rund um die Uhr nutzen, Absatz {number + 1}.",
                signal="pair",
                zone="main" if number else "heading",
                reading="statement" if weight > 0 else "negation",
                weight=weight,
                rule="nutzen",
                url=url,
                page_type="service",
                maturity="online",
                score=0.9 - number / 10,
                band="automatic",
                page_id=page.id,
            )
        )


def _own_list(session: Session, audit: Audit) -> None:
    """One gap of each kind for each verdict it can stand for, and two measures without a criterion."""
    rows = [(finding.criterion, finding.verdict) for finding in _findings(session, audit)]
    for number, (criterion, verdict) in enumerate(rows):
        is_listed = number % 3 != 2
        row = 4 + number
        measure = {
            "title": f"Maßnahme zu {criterion}",
            "key": "99036015060000" if number % 4 == 0 else None,
            "address": None,
            "row": row,
        }
        if is_listed:
            session.add(
                Measure(town_id=audit.town_id, title=measure["title"], row=row, key=measure["key"], criterion=criterion)
            )
        kind = _kind(verdict, is_listed=is_listed)
        if kind:
            session.add(
                Gap(
                    audit_id=audit.id,
                    kind=kind,
                    wording=WORDINGS[kind],
                    criterion=criterion,
                    measure=measure if is_listed else None,
                )
            )
    for kind, title in (("HIDDEN", "Digitale Litfaßsäule am Markt"), ("INVISIBLE", "Papierlose Personalakte")):
        measure = {"title": title, "key": None, "address": f"http://www.{audit.town.key}.example/litfass", "row": 90}
        session.add(Gap(audit_id=audit.id, kind=kind, wording=WORDINGS[kind], criterion=None, measure=measure))


def _findings(session: Session, audit: Audit) -> list[Finding]:
    session.flush()
    return session.query(Finding).filter_by(audit_id=audit.id).order_by(Finding.id).all()


def _kind(verdict: str, *, is_listed: bool) -> str | None:
    if verdict == "UNKNOWN":
        return "UNCHECKED"
    if is_listed:
        return {"BURIED": "HIDDEN", "ABSENT": "INVISIBLE"}.get(verdict)
    return "MISSING" if verdict == "ABSENT" else "UNLISTED"


WORDINGS = {
    "HIDDEN": "Verlinken Sie die Seite von der Startseite und nennen Sie das Angebot beim Namen.",
    "INVISIBLE": "Legen Sie eine Seite an, die das Angebot beschreibt und direkt zu ihm führt.",
    "UNLISTED": "Tragen Sie das Angebot in Ihr Verzeichnis ein.",
    "MISSING": "Fragen Sie im Fachamt nach, ob es das Angebot gibt.",
    "UNCHECKED": "Geben Sie die Website für Suchprogramme frei, dann prüfen wir noch einmal.",
}


def _steps(session: Session, audit: Audit, *, criteria: list[dict[str, Any]]) -> None:
    home = f"http://www.{audit.town.key}.example"
    steps = [
        ("Verlinken Sie „Bewohnerparkausweis online“ auf der Startseite.", f"{home}/", "gross", "klein", "Onlineredaktion"),
        ("Nennen Sie den Link zum Bürgerportal „Online-Dienste“ statt „hier“.", f"{home}/rathaus", "gross", "klein", "Onlineredaktion"),
        ("Erlauben Sie Suchmaschinen, das Kita-Portal aufzunehmen (noindex entfernen).", f"{home}/kita", "mittel", "klein", "IT"),
        ("Legen Sie eine Seite für die Kommunale Wärmeplanung an.", "Bereich Bauen und Umwelt", "mittel", "mittel", "Bauamt"),
        ("Stellen Sie den Hausanschluss von PDF auf ein Online-Formular um.", f"{home}/hausanschluss", "gross", "gross", "Stadtwerke"),
        ("Fassen Sie alle Online-Dienste auf einer Seite von A bis Z zusammen.", f"{home}/az", "mittel", "mittel", "Onlineredaktion"),
    ]  # fmt: skip
    for place, (change, where, effect, effort, role) in enumerate(steps, 1):
        helped = [criterion["id"] for criterion in criteria[place : place + place]]
        session.add(
            Proposal(
                audit_id=audit.id,
                place=place,
                change=change,
                where=where,
                effect=effect,
                effort=effort,
                role=role,
                criteria=helped,
            )
        )


@pytest.fixture(scope="session")
def original() -> Iterator[Engine]:
    """Both towns, written once; tests get copies."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as opened:
        rules = catalogue()
        write(opened, "Musterhafen", verdicts=MUSTERHAFEN, against=rules)
        write(opened, "Nachbarau", verdicts=NACHBARAU, against=rules)
        opened.commit()
    yield engine
    engine.dispose()


@contextmanager
def copied(original: Engine) -> Iterator[Session]:
    """A session on a copy of the two towns, to be changed at will."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with original.connect() as source, engine.connect() as target:
        source.connection.driver_connection.backup(target.connection.driver_connection)  # type: ignore[union-attr]
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def session(original: Engine) -> Iterator[Session]:
    """A database with the two towns."""
    with copied(original) as opened:
        yield opened


@pytest.fixture
def musterhafen(session: Session) -> Written:
    """A town with 47 findings of all verdicts."""
    return Written.of(session, "musterhafen")


@pytest.fixture
def nachbarau(session: Session) -> Written:
    """A town that is ahead of Musterhafen in some things, judged by the same catalogue."""
    return Written.of(session, "nachbarau")


@pytest.fixture(scope="session")
def printed(original: Engine) -> str:
    """The documents of both towns as JSON."""
    with copied(original) as opened:
        return json.dumps([Written.of(opened, key).document() for key in ("musterhafen", "nachbarau")])


@pytest.fixture
def docs(printed: str) -> list[dict[str, Any]]:
    """The documents of both towns, Musterhafen first."""
    found: list[dict[str, Any]] = json.loads(printed)
    return found


@pytest.fixture
def doc(docs: list[dict[str, Any]]) -> dict[str, Any]:
    """The document of Musterhafen."""
    return docs[0]


# A browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; it may not call anybody."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("kein Chromium installiert")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=found, args=[*quiet, "--disable-component-update", "--disable-sync"]
        )
        yield opened
        opened.close()


class Reader:
    """A person reading a file in the browser; remembers what the page asked for and complained about."""

    def __init__(self, browser: Browser, file: Path) -> None:
        self.browser = browser
        self.file = file
        self.requests: list[str] = []
        self.messages: list[str] = []

    def open(self, *, width: int) -> Page:
        """Open the file in a window of that width."""
        page = self.browser.new_context(viewport={"width": width, "height": 900}).new_page()
        page.on("request", self._note_request)
        page.on("console", self._note_message)
        page.on("pageerror", lambda fault: self.messages.append(str(fault)))
        page.on("dialog", lambda dialog: self.messages.append(dialog.message))
        page.goto(self.file.as_uri())
        return page

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _note_message(self, message: ConsoleMessage) -> None:
        self.messages.append(message.text)

    @staticmethod
    def violations(page: Page, *, only: str | None = None) -> list[str]:
        """What axe finds wrong, one line each: by all rules of WCAG 2.2 AA and its best practices, or by one rule."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        chosen = {"type": "rule", "values": [only]} if only else {"type": "tag", "values": tags}
        # Only violations are reported in full: describing thousands of passed elements takes longer than the checks.
        found = page.evaluate(
            "chosen => axe.run({runOnly: chosen, resultTypes: ['violations']}).then(result => result.violations)",
            chosen,
        )
        return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]

    @staticmethod
    def sticks_out(page: Page) -> int:
        """By how many pixels the page is wider than the window."""
        return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    """A reader of ``report.html`` in the test's folder; closes what was opened."""
    made = Reader(browser, tmp_path / "report.html")
    yield made
    for context in browser.contexts:
        context.close()
