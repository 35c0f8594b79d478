"""
The fixed words of the desk in German: its rooms, what was just done, what stands in its log and above its lists.

Does not hold the words of reports, which the desk shows as well (``words``). Keys are codes of ``audit.web`` and ``audit.jobs`` and values of
``db.terms``.
"""

from __future__ import annotations

from db.terms import N_, PersonRole, TaskState

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
    "/mail": N_("E-Mail"),
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
    "town_added_https": N_(
        "Der Ort ist aufgenommen, mit verschlüsselter Adresse (https). Jetzt können Sie ihn prüfen."
    ),
    "town_added_http": N_(
        "Der Ort ist aufgenommen, mit unverschlüsselter Adresse (http): Verschlüsselt (https) antwortet seine Website nicht."
    ),
    "town_added_certificate": N_(
        "Der Ort ist aufgenommen, mit verschlüsselter Adresse (https). Das Zertifikat seiner Website ist aber ungültig; bis das behoben ist, lässt sie sich nicht prüfen."
    ),
    "town_added_nowhere": N_(
        "Der Ort ist aufgenommen, mit verschlüsselter Adresse (https). Seine Website antwortet gerade nicht; bitte prüfen Sie, ob die Adresse stimmt."
    ),
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
    "mail_tried": N_("E-Mail zur Probe gesendet"),
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
    "fleet_paused": N_("Verbund angehalten"),
    "fleet_resumed": N_("Verbund fortgesetzt"),
    "schedule_missed": N_("Termine verpasst und einmal nachgeholt"),
    "schedule_failed": N_("Prüfung nach Zeitplan nicht möglich"),
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
