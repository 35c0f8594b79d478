"""
``python -m tests.chaos [NAME...]``: does one harm after the other, on both kinds of database, and prints what became of it.

Does not decide what must hold; each fault does. Exit code 1 if one was not survived.
"""

from __future__ import annotations

import sys
import traceback

from tests.chaos import faults
from tests.chaos.scene import Fault, scene
from tests.conftest import PostgresServer, namespaces, postgres_server


def main(names: list[str]) -> int:
    """Run the faults of these names, or all, on these kinds of database, or both, and return the exit code."""
    lines = ["| Störung | Datenbank | weiter nach | Ergebnis |", "|---|---|---|---|"]
    failed = 0
    with postgres_server() as server:
        for kind, place in (("SQLite", None), ("PostgreSQL", server)):
            for fault in [*faults.BOTH, *(faults.ON_SERVER if place else ())]:
                if not _is_wanted(names, fault.__name__, kind.lower()):
                    continue
                line, is_fine = _told(fault, place, kind)
                failed += not is_fine
                lines.append(line)
                print(line, file=sys.stderr, flush=True)
    print("\n".join(lines))
    return 1 if failed else 0


def _is_wanted(names: list[str], fault: str, kind: str) -> bool:
    kinds = [name for name in names if name in {"sqlite", "postgresql"}]
    wanted = [name for name in names if name not in kinds]
    return (not kinds or kind in kinds) and (not wanted or fault in wanted)


def _told(fault: Fault, place: PostgresServer | None, kind: str) -> tuple[str, bool]:
    what = (fault.__doc__ or "").strip()
    if fault is faults.cut_off and not namespaces():
        return f"| {what} | {kind} | – | nicht versucht: Namensräume sind hier nicht erlaubt |", True
    try:
        with scene(place, fault.__name__) as here:
            seconds = fault(here)
    except Exception:  # noqa: BLE001 whatever it is, the next fault is tried all the same
        traceback.print_exc()
        return f"| {what} | {kind} | – | NICHT überstanden |", False
    told = "–" if seconds is None else f"{seconds:.1f} s".replace(".", ",")
    return f"| {what} | {kind} | {told} | jede Prüfung einmal fertig, gleiche Seiten und Befunde |", True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
