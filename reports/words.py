"""
The fixed words of the house in German, as a reader of a report meets them.

Does not build sentences about a town: those stand in the templates and beside the numbers they need. Keys are the values of
``db.terms``; a value that is not listed here is shown as it is stored.
"""

from __future__ import annotations

from db.terms import Decision, End, GapKind, Maturity, PageType, Reading, Role, Standing, Verdict, Zone
from reports.language import N_

VERDICTS: dict[str, str] = {
    Verdict.FINDABLE: "Gut auffindbar",
    Verdict.BURIED: "Schwer zu finden",
    Verdict.ABSENT: "Nichts gefunden",
    Verdict.UNKNOWN: "Nicht prüfbar",
}

VERDICTS_MEAN: dict[str, str] = {
    Verdict.FINDABLE: "Wer danach sucht, findet es ohne Mühe, und es zählt.",
    Verdict.BURIED: "Es ist online, aber kaum jemand findet es, oder das Gefundene zählt nicht.",
    Verdict.ABSENT: "Wir haben genug gelesen und keine Spur gefunden.",
    Verdict.UNKNOWN: "Wir konnten nicht nachsehen. Das heißt nicht, dass es fehlt.",
}

ASPECTS: dict[str, str] = {"strategy": "Strategie", "implementation": "Umsetzung"}

COMPETENCES: dict[str, str] = {
    "town": "Aufgabe der Stadt",
    "county": "Aufgabe des Kreises",
    "state": "Aufgabe des Landes",
}

MATURITIES: dict[str, str] = {
    Maturity.NONE: "nicht zu erkennen",
    Maturity.INFO: "nur beschrieben",
    Maturity.FORM: "Formular zum Ausdrucken",
    Maturity.ONLINE: "online nutzbar",
    Maturity.LIVE: "in Betrieb",
    Maturity.PLAN: "angekündigt oder geplant",
    Maturity.STRATEGY: "Konzept veröffentlicht",
}

READINGS: dict[str, str] = {
    Reading.STATEMENT: "sagt, dass es das gibt",
    Reading.LAUNCH: "meldet den Start",
    Reading.PLAN: "kündigt es nur an",
    Reading.NEGATION: "sagt, dass es das nicht gibt",
    Reading.QUESTION: "stellt nur eine Frage",
    Reading.MOTION: "ist ein Antrag oder eine Anfrage aus dem Rat",
    Reading.ENDED: "sagt, dass es beendet ist",
    Reading.OTHER_TOWN: "handelt von einem anderen Ort",
    Reading.GENERIC: "ist allgemein gehalten, nicht über diese Stadt",
    Reading.CONDITIONAL: "nennt eine Bedingung",
}

ZONES: dict[str, str] = {
    Zone.TITLE: "im Seitentitel",
    Zone.DESCRIPTION: "in der Kurzbeschreibung",
    Zone.HEADING: "in einer Überschrift",
    Zone.MAIN: "im Text",
    Zone.MENU: "im Menü",
    Zone.FOOTER: "in der Fußzeile",
    Zone.URL: "in der Adresse",
    Zone.ANCHOR: "in einem Linktext",
    Zone.FORM: "in einem Formular",
    Zone.KEY: "als amtlicher Leistungsschlüssel",
}

PAGE_TYPES: dict[str, str] = {
    PageType.SERVICE: "Leistungsseite",
    PageType.PORTAL: "Seite eines Portals",
    PageType.NEWS: "Nachricht",
    PageType.COUNCIL: "Unterlage aus dem Rat",
    PageType.JOB: "Stellenanzeige",
    PageType.TENDER: "Ausschreibung",
    PageType.LEGAL: "Rechtstext",
    PageType.EVENT: "Veranstaltung",
    PageType.VENDOR: "Seite eines Anbieters",
    PageType.PRESS: "Pressebericht",
    PageType.PARTY: "Seite einer Partei",
    PageType.STATETEXT: "Text des Landes",
    PageType.LIST: "Liste oder Suchergebnis",
    PageType.ERROR: "Fehlerseite",
}

ROLES: dict[str, str] = {
    Role.CITY: "Stadtverwaltung",
    Role.PORTAL: "Bürgerportal",
    Role.COUNCIL: "Ratsinformationen",
    Role.UTILITY: "Stadtwerke",
    Role.LIBRARY: "Bibliothek",
    Role.TRANSPORT: "Nahverkehr",
    Role.TOURISM: "Tourismus",
    Role.SCHOOL: "Schule",
    Role.HEALTH: "Gesundheit",
    Role.HOUSING: "Wohnungsunternehmen",
    Role.ECONOMY: "Wirtschaftsförderung",
    Role.WASTE: "Abfallwirtschaft",
    Role.MICROSITE: "Themenseite",
    Role.OTHER: "Sonstige",
}

STANDINGS: dict[str, str] = {
    Standing.OWN: "gehört zur Stadt",
    Standing.CONFIRMED: "von Ihnen genannt",
    Standing.PROPOSED: "wartet auf Ihre Bestätigung",
    Standing.FOREIGN: "gehört nicht zur Stadt",
}

ENDS: dict[str, str] = {
    End.OPEN: "Das Lesen wurde unterbrochen.",
    End.FINISHED: "Ganz gelesen.",
    End.BUDGET_PAGES: "Die vereinbarte Zahl an Seiten war erreicht.",
    End.BUDGET_TIME: "Die vereinbarte Zeit war um.",
    End.ROBOTS_UNREACHABLE: "Die Regeln für Suchprogramme (robots.txt) waren nicht abrufbar. Dann lesen wir nicht.",
    End.ROBOTS_DISALLOW: "Die Website verbietet Suchprogrammen das Lesen (robots.txt).",
    End.REFUSED: "Die Website hat uns den Zugang verweigert.",
    End.UNREACHABLE: "Die Website war nicht erreichbar.",
    End.NEEDS_RENDERING: "Die Website entsteht erst durch Skripte im Browser; gelesen wurde nur ihre leere Hülle.",
    End.FAULT: "Bei uns ist ein Fehler aufgetreten.",
}

LEFT_OUT: dict[str, str] = {
    "budget": "wegen der Grenze für die Zahl der Seiten",
    "time": "wegen der Grenze für die Zeit",
    "endless": "aus endlosen Kalendern, Listen und Filtern",
    "yield": "aus Teilen, die nur Bekanntes wiederholen",
    "stopped": "weil das Lesen vorher endete",
    "fault": "wegen eines Fehlers bei uns",
}

SEARCH_ERRORS: dict[str, str] = {
    "robots": "robots.txt verbietet es.",
    "robots_unreachable": "robots.txt war nicht abrufbar.",
    "refused": "Der Server hat uns abgewiesen.",
    "challenge": "Der Server will prüfen, ob ein Mensch fragt.",
    "consent": "Statt der Treffer kommt die Frage nach der Einwilligung.",
    "status": "Der Server meldet einen Fehler.",
    "timeout": "Der Server antwortete nicht in der erlaubten Zeit.",
    "redirect_elsewhere": "Sie führt auf eine andere Website.",
    "needs_rendering": "Ihre Treffer entstehen erst durch Skripte im Browser.",
    "not_archived": "Das Archiv enthält sie nicht.",
}
"""Why a site's own search could not be asked."""

MENDERS: dict[str, str] = {
    "editor": "Online-Redaktion",
    "web team": "Webbetreuung",
    "vendor": "wer die Vorlage der Website betreut",
    "host": "wer den Server betreut",
}
"""Who can mend what is in the way."""

NOT_COUNTED = {"news_only", "form_only", "council_only", "archive_only", "pdf_only", "third_party_only"}
"""Codes of reasons for which what people find is not counted, however many find it."""

GAPS: dict[str, str] = {
    GapKind.HIDDEN: "Vorhanden, aber versteckt",
    GapKind.INVISIBLE: "Vorhanden, aber unsichtbar",
    GapKind.UNLISTED: "Online, fehlt im Verzeichnis",
    GapKind.MISSING: "Nichts gefunden",
    GapKind.UNCHECKED: "Nicht prüfbar",
}

GAPS_MEAN: dict[str, str] = {
    GapKind.HIDDEN: "Das gibt es online, aber kaum jemand findet es, oder es zählt so nicht. Hier bringt wenig Arbeit viel.",
    GapKind.INVISIBLE: "Es steht in Ihrem Verzeichnis, aber auf keiner gelesenen Seite ist eine Spur davon.",
    GapKind.UNLISTED: "Wir haben es online gesehen, in Ihrem Verzeichnis steht es nicht. Tragen Sie es nach.",
    GapKind.MISSING: "Danach wird gesucht, und es gibt keine Spur davon. Falls Sie es doch haben: Zeigen Sie es.",
    GapKind.UNCHECKED: "Hier konnten wir nicht nachsehen. Ob etwas fehlt, wissen wir nicht.",
}

GAPS_ASK: dict[str, str] = {GapKind.UNLISTED: "Gesehen auf", GapKind.UNCHECKED: "Warum nicht"}
"""What the last column says about a gap; for the others it is what to do."""

ROOMS: dict[str, str] = {
    "/": N_("Übersicht"),
    "/pruefliste": N_("Prüfliste"),
}
"""The rooms of the desk by their addresses."""

SAID: dict[str, str] = {
    "signed_out": N_("Sie sind abgemeldet."),
    "judged_again": N_("Die Prüfung ist neu ausgewertet. Alle Urteile wirken."),
}
"""What was just done at the desk, by its code."""

ACTS: dict[str, str] = {
    "review_taken": N_("Befund geprüft"),
    "review_undone": N_("Urteil zurückgenommen"),
    "judged_again": N_("Prüfung neu ausgewertet"),
}
"""What was done at the desk, by the code in its log."""

DECISIONS: dict[str, str] = {
    Decision.CONFIRM: N_("bestätigt"),
    Decision.REJECT: N_("abgelehnt"),
    Decision.IGNORE: N_("zurückgestellt"),
}
"""What a person did with a finding."""

DOUBTS: dict[str, str] = {
    "outdated": N_("Die Seite hat sich geändert, seit jemand über sie geurteilt hat."),
    "drawn_sure": N_("Ausgelost. Fundstelle ist sich hier sicher; an solchen Seiten misst sich, wie oft es recht hat."),
    "drawn_out": N_(
        "Ausgelost. Fundstelle hat die Seite verworfen; an solchen Seiten misst sich, wie oft es recht hat."
    ),
    "hangs": N_("An dieser Seite allein hängt der Befund, und sie ist nicht eindeutig."),
    "hangs_on_some": N_("Der Befund hängt an {pages} Seiten, und keine ist eindeutig."),
    "leaning": N_("Die Seite spricht dafür, aber nicht eindeutig."),
}
"""Why a page waits for a person's look, by the codes of ``audit.reviews.queue``."""

FAULTS: dict[str, str] = {
    "topic": N_("anderes Thema"),
    "town": N_("nicht die Stadt"),
    "reading": N_("Plan oder Ende"),
    "maturity": N_("nicht online"),
    "page": N_("Seite veraltet"),
}
"""What people's rejections say of our reading, by the codes of ``audit.reviews.tally``."""

LIMITS: tuple[str, ...] = (
    "Seiten hinter einer Anmeldung haben wir nicht gelesen, Formulare nicht abgeschickt.",
    "Websites, die Suchprogrammen das Lesen verbieten, haben wir nicht gelesen.",
    "Die Suche ist nachgestellt. Google und andere können anders ordnen.",
    "Die Auswertung folgt festen Regeln und kann irren. Deshalb steht bei jedem Befund, worauf er sich stützt. Bitte prüfen Sie, was Ihnen seltsam vorkommt.",
    "Ein gutes Ergebnis verspricht keinen Platz in einer Rangliste.",
)
"""What a report cannot know or promise, one sentence each."""


def say(value: str, among: dict[str, str]) -> str:
    """Return the German words for a fixed word; a word we do not know speaks for itself."""
    return among.get(value, value)
