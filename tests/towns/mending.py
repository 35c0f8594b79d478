"""
Small sites on which one thing cannot be found for one cause: what is expected of each, and the same site mended.

Does not know what any program says, but for what was once seen and is noted. Each folder of ``causes`` is a town like any
other (``tests.towns.site``); its ``expected.yaml`` says:

criterion, page    what cannot be found, and where it stands
cause              deep, mute_link, wording, brand_only, pdf_only, noindex, blocked, canonical, orphan, unlinked_host,
                   archive_only, title_missing, or:
                   mirrored        its copies and itself name each other as the right address, so that none is listed
                   dead_end        the link to it leads to a page that is gone
                   template_fault  noindex on every page of its host
                   lost_letters    its words have lost their umlauts
                   script_only     a script lays the only link to it
                   council_only    it stands in a paper of the council alone
who                who can mend it: editor, web team, vendor, host
verdict            what an audit says
change             what a proposal should say, one German sentence
mend               the smallest change: edits of a file (find, replace), or a file to create
mended             the page that is found and named when it is mended, where that is another one
sought             the word that people type
found              criteria that are found before and after
seen               verdicts that were seen before and after
note               what an audit does not see of the cause
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.towns.site import FOLDER

CAUSES = FOLDER / "causes"


@dataclass(frozen=True)
class Cause:
    """What is expected of one site."""

    criterion: str
    page: str
    cause: str
    who: str
    verdict: str
    change: str
    mend: Sequence[dict[str, str]]
    sought: str
    found: Sequence[str]
    seen: dict[str, str]
    mended: str = ""
    note: str = ""


def cause(name: str, *, folder: Path = CAUSES) -> Cause:
    """Return what is expected of the site of that name."""
    return Cause(**yaml.safe_load((folder / name / "expected.yaml").read_text(encoding="utf-8")))


def names(folder: Path = CAUSES) -> list[str]:
    """Return the names of all sites, which are their causes."""
    return sorted(file.parent.name for file in folder.glob("*/expected.yaml"))


def mend(name: str, target: Path, *, folder: Path = CAUSES) -> Path:
    """Copy the site of that name into a folder, mend the copy, and return it; an edit must fit exactly once."""
    copy = target / name
    shutil.copytree(folder / name, copy)
    for edit in cause(name, folder=folder).mend:
        file = copy / edit["file"]
        if "create" in edit:
            assert not file.exists(), f"is there already: {file}"
            file.write_text(edit["create"], encoding="utf-8")
            continue
        text = file.read_text(encoding="utf-8")
        assert text.count(edit["find"]) == 1, f"not once in {file}: {edit['find']}"
        file.write_text(text.replace(edit["find"], edit["replace"]), encoding="utf-8")
    return copy
