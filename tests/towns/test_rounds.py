"""What is proposed to a town is done to its files and promised truly: one round over real HTTP on a small site."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.towns.demo import audited, serving
from tests.towns.mending import CAUSES, cause
from tests.towns.rounds import NEAR, findings, rounds
from tests.towns.site import Town


def test_a_round_does_what_is_proposed_and_keeps_what_was_promised(tmp_path: Path) -> None:
    """A new page and its link, done to the files, are read by the next audit and found with the chance that they promised."""
    name, copy = "council_only", tmp_path / "town"
    shutil.copytree(CAUSES / name, copy)

    def audit() -> dict[str, object]:
        with serving(tmp_path / "data", served=[Town(copy)]):
            return audited(str(copy / "town.yaml"))

    sought = cause(name).criterion
    (done,) = rounds(audit(), copy, audit=audit, most=1)
    assert done.applied == len(done.before["proposals"])
    assert done.refused == []
    assert findings(done.before)[sought]["verdict"] == "BURIED"
    assert findings(done.after)[sought]["verdict"] == "FINDABLE"
    assert sought in done.off()
    assert max(done.off().values()) <= NEAR, done.off()
    assert done.lost() == []
    assert done.made
