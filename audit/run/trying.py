"""
Ask stored pages again: what would changes do, and how would one researcher fare?

Does not fetch and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from audit.catalogue import Catalogue
from audit.classify import Classifier
from audit.diary import diary
from audit.findability import Finder
from audit.inventory import directory
from audit.proposals.changes import Change, NewPage, applied, unknown
from audit.proposals.simulation import Simulation
from audit.reasons import FINDABLE_FROM
from audit.run.material import finder_of, material_of, subject_of
from db import queries
from db.errors import InputError
from db.models import Finding
from db.session import opened
from db.terms import Verdict

NOTICED = 0.005
"""A chance that moves by less has not moved."""


@dataclass(frozen=True)
class Tried:
    """
    What changes would do.

    Attributes:
        rows: For each criterion that moves: id, chance and verdict before and after; what gains most first.
        before: Findable criteria that count, now.
        after: The same after the changes.
        unseen: Addresses of new pages whose text does not show their criterion by our rules.
    """

    rows: list[dict[str, object]]
    before: int
    after: int
    unseen: list[str]


def try_changes(engine: Engine, name: str, changes: Sequence[Change], catalogue: Catalogue, *, now: datetime) -> Tried:
    """Return what these changes would do to the findings of an audit; raise InputError for an address nobody has read."""
    with opened(engine) as session:
        audit = queries.audit(session, name)
        material = material_of(session, audit, now=now)
        findings = queries.findings(session, audit.id)
        finder = finder_of(material, catalogue)
        for number, url in unknown(changes, finder.graph.pages):
            raise InputError(
                f"Die Änderung {number + 1} nennt {url}; diese Adresse wurde in der Prüfung nicht gelesen.",
                remedy="Nehmen Sie eine Adresse aus dem Bericht, oder legen Sie die Seite in einer früheren Änderung an („kind: page“).",
            )
        for change in changes:
            if isinstance(change, NewPage) and change.criterion not in catalogue.criteria:
                raise InputError(
                    f"Das Kriterium „{change.criterion}“ gibt es in diesem Katalog nicht.",
                    remedy="„fundstelle criteria list“ zeigt alle.",
                )
        simulation = Simulation(findings, catalogue.criteria, finder=finder)
        after = simulation.chances(changes, simulation.now)
        subject = subject_of(material.town, material.pages)
        classifier = Classifier(catalogue, places=directory.places())
        new = {change.page: change.criterion for change in changes if isinstance(change, NewPage)}
        made = [page for page in applied(changes, finder.graph.pages) if page.url in new]
        shown = {
            page.url: {one.id for one in classifier.read(page, subject=subject, own=True).criteria} for page in made
        }
        return _tried(findings, simulation, after, unseen=[url for url, key in new.items() if key not in shown[url]])


def _tried(findings: Sequence[Finding], simulation: Simulation, after: dict[str, float], *, unseen: list[str]) -> Tried:
    by_key = {row.criterion: row for row in findings}
    verdicts = {key: _verdict(by_key[key], simulation.now[key], chance) for key, chance in after.items()}
    moved = sorted(
        (key for key in after if abs(after[key] - simulation.now[key]) >= NOTICED),
        key=lambda key: (simulation.now[key] - after[key], key),
    )
    rows: list[dict[str, object]] = [
        {
            "criterion": key,
            "before": round(simulation.now[key], 3),
            "after": round(after[key], 3),
            "verdict_before": by_key[key].verdict,
            "verdict_after": verdicts[key],
        }
        for key in moved
    ]
    ours = [row for row in findings if row.counts]
    return Tried(
        rows=rows,
        before=sum(row.verdict == Verdict.FINDABLE for row in ours),
        after=sum(verdicts.get(row.criterion, row.verdict) == Verdict.FINDABLE for row in ours),
        unseen=unseen,
    )


def _verdict(finding: Finding, before: float, after: float) -> str:
    if before == after:
        return finding.verdict
    return Verdict.FINDABLE if after >= FINDABLE_FROM else Verdict.BURIED


def read_diary(engine: Engine, name: str, catalogue: Catalogue, key: str, *, seed: int, now: datetime) -> list[str]:
    """Return the diary of one researcher who looks for a criterion; raise InputError if there is no such criterion."""
    if key not in catalogue.criteria:
        raise InputError(
            f"Das Kriterium „{key}“ gibt es in diesem Katalog nicht.", remedy="„fundstelle criteria list“ zeigt alle."
        )
    with opened(engine) as session:
        audit = queries.audit(session, name)
        finder: Finder = finder_of(material_of(session, audit, now=now), catalogue)
        finding = next(row for row in queries.findings(session, audit.id) if row.criterion == key)
        urls = (finding.routes or {}).get("places", [])
        return diary(catalogue.criteria[key], urls, finder=finder, seed=seed)
