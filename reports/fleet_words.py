"""
The words for a fleet: states of orders and kinds of failure.

Does not count anything.
"""

from __future__ import annotations

from db.terms import Failure, JobState
from reports.language import N_

JOB_STATES: dict[str, str] = {
    JobState.DONE: N_("fertig"),
    JobState.RUNNING: N_("läuft"),
    JobState.WAITING: N_("wartet"),
    JobState.FAILED: N_("gescheitert"),
    JobState.CANCELLED: N_("abgebrochen"),
}

FAILURES: dict[str, str] = {
    Failure.UNREACHABLE: N_("Website nicht erreichbar"),
    Failure.REFUSED: N_("Website lässt uns nicht ein"),
    Failure.ROBOTS: N_("robots.txt verbietet das Lesen oder antwortet nicht"),
    Failure.RENDERING: N_("Website nur mit Skripten lesbar"),
    Failure.LITTLE: N_("zu wenig gelesen"),
    Failure.KILLED: N_("Arbeitsprozess beendet"),
    Failure.TIMEOUT: N_("hat zu lange gedauert"),
    Failure.DATABASE: N_("Datenbank hat nicht geantwortet"),
    Failure.PROGRAM: N_("Fehler im Programm"),
}
