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
    PersonRole,
    Reading,
    Role,
    Size,
    Standing,
    TaskState,
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

ROOMS: dict[str, str] = {
    "/": N_("Übersicht"),
    "/orte": N_("Orte"),
    "/pruefliste": N_("Prüfliste"),
    "/aufgaben": N_("Aufgaben"),
    "/zeitplan": N_("Zeitplan"),
    "/vergleich": N_("Vergleich"),
    "/katalog": N_("Katalog"),
    "/hilfe": N_("Hilfe"),
}
"""The rooms of the desk by their addresses."""

ROOMS_OF_ADMINS: dict[str, str] = {
    "/verbund": N_("Verbund"),
    "/leute": N_("Leute"),
    "/protokoll": N_("Protokoll"),
}
"""The same, for those who manage the desk."""

PERSON_ROLES: dict[str, str] = {
    PersonRole.READER: N_("Lesen"),
    PersonRole.EDITOR: N_("Bearbeiten"),
    PersonRole.ADMIN: N_("Verwalten"),
}

PERSON_ROLES_MEAN: dict[str, str] = {
    PersonRole.READER: N_("sieht alle Ergebnisse und Berichte"),
    PersonRole.EDITOR: N_(
        "startet auch Prüfungen, beurteilt Befunde, pflegt Verzeichnis und Aufgaben und gibt Berichte weiter"
    ),
    PersonRole.ADMIN: N_("entscheidet auch über Leute, Websites, Zeitpläne und Einstellungen"),
}

SAID: dict[str, str] = {
    "signed_out": N_("Sie sind abgemeldet."),
    "judged_again": N_("Die Prüfung ist neu ausgewertet. Alle Urteile wirken."),
    "saved": N_("Gespeichert."),
    "person_changed": N_("Gespeichert. Es gilt sofort."),
    "person_shut_out": N_("Ausgesperrt und überall abgemeldet."),
    "person_let_in": N_("Wieder eingelassen."),
    "visits_ended": N_("Abgemeldet."),
    "password_changed": N_("Das neue Passwort gilt. Andere Browser sind abgemeldet."),
    "key_revoked": N_("Der Schlüssel gilt nicht mehr."),
    "share_revoked": N_("Der Link gilt nicht mehr."),
    "measure_saved": N_("Die Zeile ist gespeichert."),
    "measure_dropped": N_("Die Zeile ist gestrichen. Der Verlauf bringt sie zurück."),
    "measure_undone": N_("Die Änderung ist zurückgenommen."),
    "measures_imported": N_("Das neue Verzeichnis ist übernommen."),
    "task_saved": N_("Die Aufgabe ist gespeichert."),
    "task_made": N_("Das ist jetzt eine Aufgabe."),
    "town_added": N_("Der Ort ist aufgenommen. Jetzt können Sie ihn prüfen."),
    "town_known": N_("Diesen Ort kennt Fundstelle schon."),
    "town_saved": N_("Gespeichert. Es gilt ab der nächsten Prüfung."),
    "site_confirmed": N_("Gemerkt: Die Website gehört zum Ort. Gelesen wird sie ab der nächsten Prüfung."),
    "site_refused": N_(
        "Gemerkt: Die Website gehört nicht zum Ort. Sie wird nicht gelesen und nicht mehr vorgeschlagen."
    ),
    "audit_ordered": N_("Die Prüfung ist angemeldet."),
    "audit_running": N_("Diese Stadt wird schon geprüft. Hier sehen Sie, wie weit es ist."),
    "audit_cancelled": N_("Die Prüfung wird abgebrochen."),
    "audit_ended": N_("Die Prüfung war schon zu Ende."),
    "schedule_saved": N_("Der Zeitplan ist gespeichert."),
    "schedule_deleted": N_("Der Zeitplan ist gelöscht."),
    "schedule_paused": N_("Der Zeitplan ruht."),
    "schedule_resumed": N_("Der Zeitplan gilt wieder."),
    "fleet_paused": N_("Angehalten. Was läuft, läuft zu Ende."),
    "fleet_resumed": N_("Es geht weiter."),
}
"""What was just done at the desk, by its code."""

ACTS: dict[str, str] = {
    "signed_in": N_("angemeldet"),
    "signed_in_by_provider": N_("mit dem Konto der Stadt angemeldet"),
    "sign_in_refused": N_("Anmeldung abgewiesen"),
    "provider_refused": N_("Anmeldung mit dem Konto der Stadt abgewiesen"),
    "signed_out": N_("abgemeldet"),
    "visits_ended": N_("Browser abgemeldet"),
    "invitation_accepted": N_("Einladung angenommen"),
    "invitation_renewed": N_("neue Einladung ausgestellt"),
    "person_invited": N_("Person eingeladen"),
    "person_changed": N_("Rechte oder Stelle geändert"),
    "person_shut_out": N_("Person ausgesperrt"),
    "person_let_in": N_("Person wieder eingelassen"),
    "role_by_provider": N_("Rechte vom Konto der Stadt übernommen"),
    "account_changed": N_("eigenes Konto geändert"),
    "password_changed": N_("Passwort geändert"),
    "key_made": N_("Schlüssel für Programme angelegt"),
    "key_revoked": N_("Schlüssel für Programme widerrufen"),
    "share_made": N_("Bericht freigegeben"),
    "share_revoked": N_("Freigabe widerrufen"),
    "measure_added": N_("Maßnahme eingetragen"),
    "measure_changed": N_("Maßnahme geändert"),
    "measure_dropped": N_("Maßnahme gestrichen"),
    "measure_undone": N_("Änderung am Verzeichnis zurückgenommen"),
    "measures_imported": N_("Verzeichnis eingelesen"),
    "task_made": N_("Aufgabe angelegt"),
    "task_changed": N_("Aufgabe geändert"),
    "town_added": N_("Ort aufgenommen"),
    "town_changed": N_("Angaben zum Ort geändert"),
    "site_confirmed": N_("Website bestätigt"),
    "site_refused": N_("Website abgelehnt"),
    "review_taken": N_("Befund geprüft"),
    "review_undone": N_("Urteil zurückgenommen"),
    "judged_again": N_("Prüfung neu ausgewertet"),
    "audit_ordered": N_("Prüfung angemeldet"),
    "audit_cancelled": N_("Prüfung abgebrochen"),
    "schedule_saved": N_("Zeitplan geändert"),
    "schedule_deleted": N_("Zeitplan gelöscht"),
    "schedule_paused": N_("Zeitplan angehalten"),
    "schedule_resumed": N_("Zeitplan fortgesetzt"),
    "schedule_missed": N_("Termine verpasst und einmal nachgeholt"),
    "schedule_failed": N_("Prüfung nach Zeitplan nicht möglich"),
    "fleet_paused": N_("Verbund angehalten"),
    "fleet_resumed": N_("Verbund fortgesetzt"),
}
"""What was done at the desk, by the code in its log."""

COURSE: dict[str, str] = {
    "begun": N_("Das Lesen beginnt."),
    "continued": N_("Es geht weiter, wo es unterbrochen wurde."),
    "site_begun": N_("{site} wird gelesen."),
    "host_busy": N_("{site} liest gerade eine andere Prüfung."),
    "site_ended": N_("{site}: {pages}."),
    "judging": N_("Alles ist gelesen. Die Seiten werden beurteilt."),
    "again": N_("Das ging nicht: {reason} Es wird noch einmal versucht."),
    "done": N_("Die Prüfung ist fertig."),
    "failed": N_("Die Prüfung wurde aufgegeben: {reason}"),
    "cancelled": N_("Die Prüfung wurde abgebrochen."),
}
"""What happens while an audit goes on, by the codes of ``audit.jobs``."""

WEEKDAYS: tuple[str, ...] = (
    N_("Montag"),
    N_("Dienstag"),
    N_("Mittwoch"),
    N_("Donnerstag"),
    N_("Freitag"),
    N_("Samstag"),
    N_("Sonntag"),
)

MEASURE_FIELDS: dict[str, str] = {
    "title": N_("Maßnahme"),
    "key": N_("Leistungsschlüssel"),
    "address": N_("Internetadresse"),
    "department": N_("Zuständig"),
    "status": N_("Status"),
    "since": N_("Seit"),
    "note": N_("Bemerkung"),
    "criterion": N_("Kriterium"),
}
"""The columns of the town's own list."""

MEASURE_FAULTS: dict[str, str] = {
    "title": N_("Bitte nennen Sie die Maßnahme, mit höchstens 300 Zeichen."),
    "key": N_("Ein Leistungsschlüssel hat 14 Ziffern, zum Beispiel 99108026012000."),
    "address": N_("Das ist keine Internetadresse."),
    "department": N_("Höchstens 200 Zeichen."),
    "status": N_("Höchstens 100 Zeichen."),
    "since": N_("Bitte als Tag (01.03.2026), Monat (03/2026) oder Jahr (2026)."),
    "note": N_("Höchstens 4000 Zeichen."),
    "criterion": N_("Dieses Kriterium gibt es nicht."),
}

TASK_STATES: dict[str, str] = {
    TaskState.OPEN: N_("offen"),
    TaskState.DONE: N_("erledigt, die nächste Prüfung sieht nach"),
    TaskState.VERIFIED: N_("erledigt und jetzt auffindbar"),
    TaskState.FAILED: N_("erledigt, aber noch nicht auffindbar"),
    TaskState.DROPPED: N_("verworfen"),
}

TASK_COLUMNS: tuple[str, ...] = (
    N_("Ort"),
    N_("Aufgabe"),
    N_("Wer kann das?"),
    N_("Wer übernimmt es?"),
    N_("Bis wann?"),
    N_("Stand"),
    N_("Notiz"),
)
"""What stands above the table of tasks."""

TASK_FAULTS: dict[str, str] = {
    "change": N_("Bitte sagen Sie, was zu tun ist, mit höchstens 1000 Zeichen."),
    "role": N_("Höchstens 200 Zeichen."),
    "person": N_("Diese Person gibt es nicht (mehr)."),
    "due": N_("Das ist kein Tag."),
    "note": N_("Höchstens 4000 Zeichen."),
    "state": N_("Bitte wählen Sie eines davon."),
    "criterion": N_("Bitte wählen Sie ein Kriterium."),
}

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
