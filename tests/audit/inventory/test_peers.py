"""Who is like whom: the same kind, about the same size, the same Land first; what is unknown speaks for nobody."""

from __future__ import annotations

from typing import Any

import pytest

from audit.inventory import peers
from audit.inventory.profile import Profile
from db.errors import InputError


def town(
    key: str, population: int | None = 60_000, *, kind: str | None = "kreisstadt", state: str | None = "MV"
) -> Profile:
    told: dict[str, Any] = {"population": population, "state": state, "competences": [kind] if kind else []}
    return Profile.model_validate({"key": key, "name": key.title(), "sites": [{"url": f"http://{key}.example/", "role": "city"}], **told})  # fmt: skip


def names(own: Profile, *others: Profile) -> list[str]:
    return [peer.profile.key for peer in peers.peers(own, others)]


def test_half_and_double_are_alike_and_no_more() -> None:
    """The nearest in size comes first."""
    sizes = {"halb": 30_000, "kleiner": 29_999, "doppelt": 120_000, "mehr": 120_001, "fast": 61_000}
    assert names(town("eigen"), *(town(key, number) for key, number in sizes.items())) == ["fast", "doppelt", "halb"]


def test_another_kind_is_no_peer() -> None:
    """A town that does the county's work is measured by other things; a county seat is more than a town of a county."""
    both = Profile.model_validate(town("beides").model_dump() | {"competences": ["kreisangehoerig", "kreisstadt"]})
    assert names(town("eigen"), town("frei", kind="kreisfrei"), town("klein", kind="kreisangehoerig"), both) == [
        "beides"
    ]


def test_the_same_land_comes_first() -> None:
    """However near the others are in size."""
    assert names(town("eigen"), town("nah", state="SH"), town("fern", 110_000)) == ["fern", "nah"]


def test_why_and_what_is_unknown_is_told() -> None:
    """For each peer; of two towns of which nothing common is known neither is a peer."""
    near, unsure = peers.peers(town("eigen"), [town("nah"), town("vielleicht", None), town("fremd", None, kind=None)])
    assert near.why == ["auch Kreisstadt", "ähnlich viele Menschen", "im selben Land (Mecklenburg-Vorpommern)"]
    assert near.unknown == []
    assert (unsure.profile.key, unsure.unknown) == ("vielleicht", ["Einwohnerzahl"])


def test_a_profile_that_says_nothing_is_told_what_is_missing() -> None:
    """With the line to write and the command to use; the town itself is never its peer."""
    with pytest.raises(InputError, match=r"Einwohnerzahl und Zuständigkeit.*population: 59000.*competences.*town add"):
        peers.peers(town("eigen", None, kind=None), [])
    assert names(town("eigen"), town("eigen")) == []
    assert peers.missing(town("eigen", state=None)) == ["state"]
    assert peers.remedy(town("eigen")) == ""
