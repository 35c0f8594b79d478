"""
Two small invented towns for a database: every verdict, every kind of gap, every standing of a site.

Does not test anything. The verdicts are written as one letter each, so that a test can see at a glance what a town has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from db import desk  # noqa: F401 so that its tables are known
from db.base import Base
from db.models import Audit, Catalogue, Crawl, Evidence, Finding, Gap, Measure, Page, Proposal, Site, Town
from db.terms import End, Standing
from reports.document import document

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
ACCURACY: dict[str, Any] = {
    "measured": "2026-11-30",
    "version": "2026.11",
    "digest": "3f" * 32,
    "pages": 134,
    "towns": 14,
    "decisions": 709,
    "automatic": {
        "precision": 0.793,
        "precision_interval": [0.722, 0.85],
        "recall": 0.393,
        "recall_interval": [0.339, 0.449],
        "f1": 0.525,
        "f1_interval": [0.47, 0.581],
    },
    "review": {
        "precision": 0.693,
        "precision_interval": [0.635, 0.745],
        "recall": 0.617,
        "recall_interval": [0.561, 0.67],
        "f1": 0.653,
        "f1_interval": [0.606, 0.696],
    },
}
"""Figures as a catalogue carries them."""
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


def both() -> Engine:
    """Return a database in memory with both towns."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as opened:
        rules = catalogue()
        write(opened, "Musterhafen", verdicts=MUSTERHAFEN, against=rules)
        write(opened, "Nachbarau", verdicts=NACHBARAU, against=rules)
        opened.commit()
    return engine


def documents() -> list[dict[str, Any]]:
    """Return the documents of both towns."""
    engine = both()
    with Session(engine) as opened:
        found = [Written.of(opened, key).document() for key in ("musterhafen", "nachbarau")]
    engine.dispose()
    return found


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
            left_out_by={"budget": 200, "endless": 14} if counts[3] else {},
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
            rank={"FINDABLE": 1 + place % 4, "BURIED": min(17 + place, 50) if place % 2 else None}.get(verdict),
            query=f"{name.lower()} {audit.town.name.lower()}",
            open_to_search=True if seen else None,
            chance={"FINDABLE": 0.9, "BURIED": 0.26}.get(verdict),
            routes=_routes(home, verdict) if seen else None,
            reasons=[{"code": "x", "text": text, **WHO[verdict]} for text in REASONS[verdict]],
            against=[{"url": f"{home}/presse/{key}", "text": f"Geplant ist {name}.", "reading": "plan"}]
            if verdict in {"BURIED", "ABSENT"} and place % 2
            else [],
            advice="" if verdict == "FINDABLE" else criterion["advice"],
        )
    )
    if seen:
        _quotes(session, audit, criterion=key, name=name, url=str(url))


REASONS = {
    "FINDABLE": [],
    "BURIED": ["Fünf Klicks von der Startseite entfernt.", "Der Link heißt nur „hier“."],
    "ABSENT": [],
    "UNKNOWN": ["Die Website, auf der es stehen müsste, hat uns den Zugang verweigert."],
}


WHO = {"FINDABLE": {}, "BURIED": {"who": "editor"}, "ABSENT": {}, "UNKNOWN": {}}


def _routes(home: str, verdict: str) -> dict[str, Any]:
    search, browse = (1.0, 0.8) if verdict == "FINDABLE" else (0.5, 0.02)
    lost = {"url": f"{home}/", "text": "Rathaus", "share": 0.93, "rivals": 22}
    return {
        "search": {"chance": search, "title": 1.0},
        "browse": {"chance": browse, "flow": [0.0, 0.0, 0.1, 0.1, 0.1], "lost": lost},
        "site": {"index": None, "listed": None, "ends": [f"{home}/rathaus"]},
        "places": [f"{home}/rathaus"],
    }


def _path(home: str, name: str, *, steps: int) -> list[dict[str, str]]:
    texts = ["Startseite", "Rathaus", "Bürgerservice", "Dienste A bis Z", "Weitere Angebote", "hier"]
    chosen = [*texts[:steps], name if steps < len(texts) - 1 else "hier"]
    return [{"url": f"{home}/{'/'.join(['x'] * place)}", "text": text} for place, text in enumerate(chosen)]


def _quotes(session: Session, audit: Audit, *, criterion: str, name: str, url: str) -> None:
    page = Page(url=url, fetched=STARTED, crawl_id=audit.crawls[0].id, status=200, date="2026-03-12")
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
    """Two of three criteria are in the town's own list; two of its lines belong to no criterion."""
    for number, finding in enumerate(_findings(session, audit)):
        if number % 3 != 2:
            key = "99036015060000" if number % 4 == 0 else None
            title = f"Maßnahme zu {finding.criterion}"
            finding.measures = [{"title": title, "key": key, "address": None, "row": 4 + number}]
        kind = _kind(finding.verdict, is_listed=bool(finding.measures))
        if kind and (finding.counts or finding.measures):
            session.add(Gap(audit_id=audit.id, kind=kind, wording=WORDINGS[kind], criterion=finding.criterion))
    for kind, title in (("HIDDEN", "Digitale Litfaßsäule am Markt"), ("UNCHECKED", "Papierlose Personalakte")):
        measure = {"title": title, "key": None, "address": f"http://www.{audit.town.key}.example/litfass", "row": 90}
        session.add(Gap(audit_id=audit.id, kind=kind, wording=WORDINGS[kind], criterion=None, measure=measure))

    session.add_all(Measure(town_id=audit.town_id, row=row, **values) for row, values in enumerate(OWN_LIST, 2))


OWN_LIST: list[dict[str, Any]] = [
    {"title": "Handyparken", "key": "99108026012000", "address": "http://www.ort.example/parken", "department": "Amt 66; Verkehr",
     "status": "in Betrieb", "since": "2026-03", "note": "zwei\nZeilen", "criterion": "mobilitaet-2", "matched_by": "column"},
    {"title": "=cmd|' /C calc'!A0", "department": "+49 3831", "status": "-", "note": "@SUM(A1)", "address": "http://x.example/=1"},
    {"title": "Parken mit dem Handy", "criterion": "mobilitaet-2", "matched_by": "title", "note": "'=Anführung", "since": "2025-01-31"},
]  # fmt: skip
"""The town's own list: a line that says everything, one that attacks, and one whose criterion was found by its title."""


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
    "HIDDEN": "Vorhanden, aber schwer zu finden.",
    "INVISIBLE": "Laut Ihrem Verzeichnis vorhanden, online aber nicht zu sehen.",
    "UNLISTED": "Online zu sehen, fehlt aber in Ihrem Verzeichnis.",
    "MISSING": "Wird erwartet; es gibt keine Spur davon.",
    "UNCHECKED": "Konnte nicht geprüft werden.",
}


def _steps(session: Session, audit: Audit, *, criteria: list[dict[str, Any]]) -> None:
    home = f"http://www.{audit.town.key}.example"
    steps = [
        ("Verlinken Sie „Bewohnerparkausweis online“ auf der Startseite.", f"{home}/", "groß", "klein", "Onlineredaktion"),
        ("Nennen Sie den Link zum Bürgerportal „Online-Dienste“ statt „hier“.", f"{home}/rathaus", "groß", "klein", "Onlineredaktion"),
        ("Erlauben Sie Suchmaschinen, das Kita-Portal aufzunehmen (noindex entfernen).", f"{home}/kita", "mittel", "klein", "IT"),
        ("Legen Sie eine Seite für die Kommunale Wärmeplanung an.", "Bereich Bauen und Umwelt", "mittel", "mittel", "Bauamt"),
        ("Stellen Sie den Hausanschluss von PDF auf ein Online-Formular um.", f"{home}/hausanschluss", "groß", "groß", "Stadtwerke"),
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
                changes=_changes(home)[place - 1],
                before=dict.fromkeys(helped, 0.1) if place < len(steps) else {},
                after=dict.fromkeys(helped, 0.3 if place == 5 else 0.98) if place < len(steps) else {},
            )
        )


def _changes(home: str) -> list[list[dict[str, Any]]]:
    """The changes of each step: links, many pages to open, a new page, better titles, and none told."""
    link = {"kind": "link", "page": f"{home}/", "to": f"{home}/parken/", "words": "Bewohnerparkausweis online"}
    made = {
        "kind": "page",
        "page": f"{home}/waerme/",
        "title": "Wärmeplanung",
        "text": "Der Plan gilt.\nEr ist online.",
    }
    return [
        [link],
        [{**link, "instead": "hier"}],
        [{"kind": "open", "page": f"{home}/kita/{number}"} for number in range(5)],
        [made | {"criterion": "energie-umwelt-2"}, {**link, "to": f"{home}/waerme/"}],
        [{"kind": "title", "page": f"{home}/hausanschluss", "title": "Hausanschluss beantragen"}],
        [],
    ]
