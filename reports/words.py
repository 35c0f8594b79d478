"""
The fixed words of the house in German, as a reader of a report meets them; ``say`` says them in the reader's language.

Does not build sentences about a town: those stand in the templates and beside the numbers they need. Keys are the values of
``db.terms``; a value that is not listed here is shown as it is stored.
"""

from __future__ import annotations

from db.terms import (
    N_,
    Decision,
    End,
    GapKind,
    Maturity,
    PageType,
    Reading,
    Role,
    Size,
    Standing,
    Verdict,
    Zone,
)
from reports.language import gettext

VERDICTS: dict[str, str] = {
    Verdict.FINDABLE: N_("Gut auffindbar"),
    Verdict.BURIED: N_("Schwer zu finden"),
    Verdict.ABSENT: N_("Nichts gefunden"),
    Verdict.UNKNOWN: N_("Nicht prüfbar"),
}

VERDICTS_MEAN: dict[str, str] = {
    Verdict.FINDABLE: N_("Wer danach sucht, findet es ohne Mühe, und es zählt."),
    Verdict.BURIED: N_("Es ist online, aber kaum jemand findet es, oder das Gefundene zählt nicht."),
    Verdict.ABSENT: N_("Wir haben genug gelesen und keine Spur gefunden."),
    Verdict.UNKNOWN: N_("Wir konnten nicht nachsehen. Das heißt nicht, dass es fehlt."),
}

ASPECTS: dict[str, str] = {"strategy": N_("Strategie"), "implementation": N_("Umsetzung")}

COMPETENCES: dict[str, str] = {
    "town": N_("Aufgabe der Stadt"),
    "county": N_("Aufgabe des Kreises"),
    "state": N_("Aufgabe des Landes"),
}

MATURITIES: dict[str, str] = {
    Maturity.NONE: N_("nicht zu erkennen"),
    Maturity.INFO: N_("nur beschrieben"),
    Maturity.FORM: N_("Formular zum Ausdrucken"),
    Maturity.ONLINE: N_("online nutzbar"),
    Maturity.LIVE: N_("in Betrieb"),
    Maturity.PLAN: N_("angekündigt oder geplant"),
    Maturity.STRATEGY: N_("Konzept veröffentlicht"),
}

READINGS: dict[str, str] = {
    Reading.STATEMENT: N_("sagt, dass es das gibt"),
    Reading.LAUNCH: N_("meldet den Start"),
    Reading.PLAN: N_("kündigt es nur an"),
    Reading.NEGATION: N_("sagt, dass es das nicht gibt"),
    Reading.QUESTION: N_("stellt nur eine Frage"),
    Reading.MOTION: N_("ist ein Antrag oder eine Anfrage aus dem Rat"),
    Reading.ENDED: N_("sagt, dass es beendet ist"),
    Reading.OTHER_TOWN: N_("handelt von einem anderen Ort"),
    Reading.GENERIC: N_("ist allgemein gehalten, nicht über diese Stadt"),
    Reading.CONDITIONAL: N_("nennt eine Bedingung"),
}

ZONES: dict[str, str] = {
    Zone.TITLE: N_("im Seitentitel"),
    Zone.DESCRIPTION: N_("in der Kurzbeschreibung"),
    Zone.HEADING: N_("in einer Überschrift"),
    Zone.MAIN: N_("im Text"),
    Zone.MENU: N_("im Menü"),
    Zone.FOOTER: N_("in der Fußzeile"),
    Zone.URL: N_("in der Adresse"),
    Zone.ANCHOR: N_("in einem Linktext"),
    Zone.FORM: N_("in einem Formular"),
    Zone.KEY: N_("als amtlicher Leistungsschlüssel"),
}

PAGE_TYPES: dict[str, str] = {
    PageType.SERVICE: N_("Leistungsseite"),
    PageType.PORTAL: N_("Seite eines Portals"),
    PageType.NEWS: N_("Nachricht"),
    PageType.COUNCIL: N_("Unterlage aus dem Rat"),
    PageType.JOB: N_("Stellenanzeige"),
    PageType.TENDER: N_("Ausschreibung"),
    PageType.LEGAL: N_("Rechtstext"),
    PageType.EVENT: N_("Veranstaltung"),
    PageType.VENDOR: N_("Seite eines Anbieters"),
    PageType.PRESS: N_("Pressebericht"),
    PageType.PARTY: N_("Seite einer Partei"),
    PageType.STATETEXT: N_("Text des Landes"),
    PageType.LIST: N_("Liste oder Suchergebnis"),
    PageType.ERROR: N_("Fehlerseite"),
}

ROLES: dict[str, str] = {
    Role.CITY: N_("Stadtverwaltung"),
    Role.PORTAL: N_("Bürgerportal"),
    Role.COUNCIL: N_("Ratsinformationen"),
    Role.UTILITY: N_("Stadtwerke"),
    Role.LIBRARY: N_("Bibliothek"),
    Role.TRANSPORT: N_("Nahverkehr"),
    Role.TOURISM: N_("Tourismus"),
    Role.SCHOOL: N_("Schule"),
    Role.HEALTH: N_("Gesundheit"),
    Role.HOUSING: N_("Wohnungsunternehmen"),
    Role.ECONOMY: N_("Wirtschaftsförderung"),
    Role.WASTE: N_("Abfallwirtschaft"),
    Role.MICROSITE: N_("Themenseite"),
    Role.OTHER: N_("Sonstige"),
}

STANDINGS: dict[str, str] = {
    Standing.OWN: N_("gehört zur Stadt"),
    Standing.CONFIRMED: N_("von Ihnen genannt"),
    Standing.PROPOSED: N_("wartet auf Ihre Bestätigung"),
    Standing.FOREIGN: N_("gehört nicht zur Stadt"),
}

ENDS: dict[str, str] = {
    End.OPEN: N_("Das Lesen wurde unterbrochen."),
    End.FINISHED: N_("Ganz gelesen."),
    End.BUDGET_PAGES: N_("Die vereinbarte Zahl an Seiten war erreicht."),
    End.BUDGET_TIME: N_("Die vereinbarte Zeit war um."),
    End.ROBOTS_UNREACHABLE: N_("Die Regeln für Suchprogramme (robots.txt) waren nicht abrufbar. Dann lesen wir nicht."),
    End.ROBOTS_DISALLOW: N_("Die Website verbietet Suchprogrammen das Lesen (robots.txt)."),
    End.REFUSED: N_("Die Website hat uns den Zugang verweigert."),
    End.UNREACHABLE: N_("Die Website war nicht erreichbar."),
    End.NEEDS_RENDERING: N_("Die Website entsteht erst durch Skripte im Browser; gelesen wurde nur ihre leere Hülle."),
    End.FAULT: N_("Bei uns ist ein Fehler aufgetreten."),
}

LEFT_OUT: dict[str, str] = {
    "budget": N_("wegen der Grenze für die Zahl der Seiten"),
    "time": N_("wegen der Grenze für die Zeit"),
    "endless": N_("aus endlosen Kalendern, Listen und Filtern"),
    "yield": N_("aus Teilen, die nur Bekanntes wiederholen"),
    "stopped": N_("weil das Lesen vorher endete"),
    "fault": N_("wegen eines Fehlers bei uns"),
}

SEARCH_ERRORS: dict[str, str] = {
    "robots": N_("robots.txt verbietet es."),
    "robots_unreachable": N_("robots.txt war nicht abrufbar."),
    "refused": N_("Der Server hat uns abgewiesen."),
    "challenge": N_("Der Server will prüfen, ob ein Mensch fragt."),
    "consent": N_("Statt der Treffer kommt die Frage nach der Einwilligung."),
    "status": N_("Der Server meldet einen Fehler."),
    "timeout": N_("Der Server antwortete nicht in der erlaubten Zeit."),
    "redirect_elsewhere": N_("Sie führt auf eine andere Website."),
    "needs_rendering": N_("Ihre Treffer entstehen erst durch Skripte im Browser."),
    "not_archived": N_("Das Archiv enthält sie nicht."),
}
"""Why a site's own search could not be asked."""

MENDERS: dict[str, str] = {
    "editor": N_("Online-Redaktion"),
    "web team": N_("Webbetreuung"),
    "vendor": N_("wer die Vorlage der Website betreut"),
    "host": N_("wer den Server betreut"),
}
"""Who can mend what is in the way."""

SIZES: dict[str, str] = {Size.SMALL: N_("klein"), Size.MEDIUM: N_("mittel"), Size.LARGE: N_("groß")}

NOT_COUNTED = {"news_only", "form_only", "council_only", "archive_only", "pdf_only", "third_party_only"}
"""Codes of reasons for which what people find is not counted, however many find it."""

GAPS: dict[str, str] = {
    GapKind.HIDDEN: N_("Vorhanden, aber versteckt"),
    GapKind.INVISIBLE: N_("Vorhanden, aber unsichtbar"),
    GapKind.UNLISTED: N_("Online, fehlt im Verzeichnis"),
    GapKind.MISSING: N_("Nichts gefunden"),
    GapKind.UNCHECKED: N_("Nicht prüfbar"),
}

GAPS_MEAN: dict[str, str] = {
    GapKind.HIDDEN: N_(
        "Das gibt es online, aber kaum jemand findet es, oder es zählt so nicht. Hier bringt wenig Arbeit viel."
    ),
    GapKind.INVISIBLE: N_("Es steht in Ihrem Verzeichnis, aber auf keiner gelesenen Seite ist eine Spur davon."),
    GapKind.UNLISTED: N_("Wir haben es online gesehen, in Ihrem Verzeichnis steht es nicht. Tragen Sie es nach."),
    GapKind.MISSING: N_("Danach wird gesucht, und es gibt keine Spur davon. Falls Sie es doch haben: Zeigen Sie es."),
    GapKind.UNCHECKED: N_("Hier konnten wir nicht nachsehen. Ob etwas fehlt, wissen wir nicht."),
}

GAPS_ASK: dict[str, str] = {GapKind.UNLISTED: N_("Gesehen auf"), GapKind.UNCHECKED: N_("Warum nicht")}
"""What the last column says about a gap; for the others it is what to do."""


DECISIONS: dict[str, str] = {
    Decision.CONFIRM: N_("bestätigt"),
    Decision.REJECT: N_("abgelehnt"),
    Decision.IGNORE: N_("zurückgestellt"),
}
"""What a person did with a finding."""


FAULTS: dict[str, str] = {
    "topic": N_("anderes Thema"),
    "town": N_("nicht die Stadt"),
    "reading": N_("Plan oder Ende"),
    "maturity": N_("nicht online"),
    "page": N_("Seite veraltet"),
}
"""What people's rejections say of our reading, by the codes of ``audit.reviews.tally``."""

LIMITS: tuple[str, ...] = (
    N_("Seiten hinter einer Anmeldung haben wir nicht gelesen, Formulare nicht abgeschickt."),
    N_("Websites, die Suchprogrammen das Lesen verbieten, haben wir nicht gelesen."),
    N_("Die Suche ist nachgestellt. Google und andere können anders ordnen."),
    N_(
        "Die Auswertung folgt festen Regeln und kann irren. Deshalb steht bei jedem Befund, worauf er sich stützt. Bitte prüfen Sie, was Ihnen seltsam vorkommt."
    ),
    N_("Ein gutes Ergebnis verspricht keinen Platz in einer Rangliste."),
)
"""What a report cannot know or promise, one sentence each."""


def say(value: str, among: dict[str, str]) -> str:
    """Return the words for a fixed word in the language that is spoken; a word we do not know speaks for itself."""
    return gettext(among[value]) if value in among else value
