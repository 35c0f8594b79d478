"""Only what helps in simulation is proposed, the most for the least effort first, and never more than ten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from audit import proposals, reasons
from audit.catalogue import Criterion
from audit.findability import Finder
from audit.findability.causes import causes
from audit.proposals.changes import LinkTo
from audit.proposals.simulation import Simulation
from db.models import Evidence, Finding, Page, Proposal
from db.terms import Verdict
from tests.audit.nouns import HOME, criterion, finder, page

NAMES = [
    "Handyparken",
    "Hundesteuer",
    "Wohngeld",
    "Geoportal",
    "Schadensmelder",
    "Abfallkalender",
    "Onleihe",
    "Solarkataster",
]
NAMES += ["Ratsinfo", "Stadtapp", "Livestream", "Volkshochschule"]
PARKING, DOGS = "handyparken", "hundesteuer"
CRITERIA = {name.lower(): criterion(id=name.lower(), name=name, queries=[f"{{town}} {name.lower()}"]) for name in NAMES}


def url(name: str) -> str:
    return f"{HOME}{name.lower()}"


def thing(name: str, *links: tuple[str, str], **values: Any) -> Page:
    values.setdefault("headings", [{"level": 1, "text": name}])
    return page(url(name), *links, title=name, main_text=f"{name} in Ort.", **values)


def others() -> list[Page]:
    """Pages that nobody looks for."""
    words = ["Feuerwehr", "Friedhof", "Wochenmarkt", "Stadtarchiv", "Partnerstadt"]
    return [page(f"{HOME}{text.lower()}", title=text, main_text=text) for text in words]


def town(*pages: Page, linked: Sequence[tuple[str, str]] = ()) -> Finder:
    rest = others()
    home = page(HOME, *linked, *((one.url, one.title) for one in rest), title="Start", main_text="Willkommen")
    return finder([home, *rest, *pages], *CRITERIA.values())


def judged(known: Finder, *wanted: Criterion, limit: str = "", **values: Any) -> list[Finding]:
    """Findings of what stands on the pages of these names."""
    rows = []
    for one in wanted:
        found = known.find([url(one.name)], one)
        assert found is not None
        told = [reasons.caused(cause) for cause in causes(found, one, known)]
        is_found = found.chance >= reasons.FINDABLE_FROM and not limit
        rows.append(
            Finding(
                criterion=one.id,
                area="mobilitaet",
                aspect="implementation",
                verdict=Verdict.FINDABLE if is_found else Verdict.BURIED,
                best_url=found.url,
                chance=found.chance,
                routes={**found.routes(), "places": [url(one.name)]},
                reasons=[reasons.limit(limit), *told] if limit else told,
                **values,
            )
        )
    return rows


def proposed(known: Finder, *names: str, **values: Any) -> list[Proposal]:
    wanted = [CRITERIA[name.lower()] for name in names]
    return proposals.propose(judged(known, *wanted, **values), CRITERIA, finder=known)


def test_an_orphan_is_linked_where_people_come_by() -> None:
    """The place, the exact words, and what it does for the chance."""
    (made,) = proposed(town(thing("Handyparken")), "Handyparken")
    assert made.change == "Setzen Sie auf der Startseite einen Link „Handyparken“ zu der Seite „Handyparken“."
    assert (made.where, made.role, made.place, made.criteria) == (HOME, "Online-Redaktion", 1, ["handyparken"])
    assert made.changes == [{"kind": "link", "page": HOME, "to": url("Handyparken"), "words": "Handyparken"}]
    assert made.before == {"handyparken": 0.5}
    assert made.after["handyparken"] > 0.95


def test_a_topic_page_is_less_effort_than_the_home_page() -> None:
    """Everybody wants a link on the home page."""
    wanted = CRITERIA["handyparken"].model_copy(update={"under": ["Verkehr", "Parken"]})
    below = [(f"{HOME}brücken", "Brücken"), (f"{HOME}ampeln", "Ampeln")]
    topic = page(f"{HOME}verkehr", *below, title="Parken und Verkehr", main_text="Verkehr")
    leaves = [page(where, title=text, main_text=text) for where, text in below]
    home = page(HOME, (topic.url, topic.title), title="Start", main_text="Willkommen")
    known = finder([home, topic, *leaves, thing("Handyparken")], wanted)
    (made,) = proposals.propose(judged(known, wanted), {wanted.id: wanted}, finder=known)
    assert (made.where, made.effort) == (topic.url, "klein")


def test_one_template_helps_all_of_its_pages() -> None:
    """Three pages of a host that are closed alike are one change, with a large effect."""
    names = NAMES[:3]
    shut = [thing(name, index=False) for name in names]
    for one in shut:
        one.url = one.url.replace("www.", "portal.")
    rest = others()
    home = page(HOME, *((one.url, one.title) for one in [*shut, *rest]), title="Start", main_text="Willkommen")
    known = finder([home, *rest, *shut], *CRITERIA.values())
    rows = [known.find([one.url], CRITERIA[one.title.lower()]) for one in shut]
    assert all(row is not None and row.closed == "noindex" for row in rows)
    findings = []
    for one, row in zip(shut, rows, strict=True):
        assert row is not None
        told = [reasons.caused(cause) for cause in causes(row, CRITERIA[one.title.lower()], known)]
        findings.append(
            Finding(
                criterion=one.title.lower(),
                area="mobilitaet",
                aspect="implementation",
                verdict=Verdict.BURIED,
                best_url=one.url,
                chance=row.chance,
                routes={**row.routes(), "places": [one.url]},
                reasons=told,
            )
        )
    (made,) = proposals.propose(findings, CRITERIA, finder=known)
    assert (made.criteria, made.effect, made.effort) == (sorted(name.lower() for name in names), "groß", "klein")
    assert "Vorlage von portal.ort.example" in made.change
    assert "„Handyparken“, „Hundesteuer“ und „Wohngeld“" in made.change


def test_what_helps_more_for_its_effort_comes_first() -> None:
    """Lifting a noindex comes before a page that has to be written."""
    known = town(thing("Handyparken"), thing("Hundesteuer", index=False), linked=[(url("Hundesteuer"), "Hundesteuer")])
    rows = [*judged(known, CRITERIA[PARKING], limit="council_only"), *judged(known, CRITERIA[DOGS])]
    made = proposals.propose(rows, CRITERIA, finder=known)
    assert [one.criteria for one in made] == [["hundesteuer"], ["handyparken"]]
    assert made[1].change.startswith("Legen Sie eine Seite „Handyparken“ an")
    assert (made[1].where, made[1].role, made[1].effort) == ("", "Straßenverkehrsbehörde", "mittel")


def test_the_new_page_takes_over_what_is_said() -> None:
    """Whoever makes it has the sentences at hand; without any it has the definition."""
    known = town(thing("Handyparken"))
    rows = judged(known, CRITERIA[PARKING], limit="council_only")
    said = Evidence(
        criterion="handyparken",
        quote="Die Parkgebühr lässt sich mit dem Handy zahlen.",
        signal="product",
        zone="main",
        reading="statement",
        weight=2.0,
        rule="handy",
        url=HOME,
        page_type="council",
    )
    (made,) = proposals.propose(rows, CRITERIA, finder=known, evidence=[said, said])
    assert made.changes[0]["text"] == said.quote
    (plain,) = proposals.propose(rows, CRITERIA, finder=known)
    assert plain.changes[0]["text"] == CRITERIA["handyparken"].definition


@pytest.mark.parametrize("verdict", [Verdict.FINDABLE, Verdict.ABSENT, Verdict.UNKNOWN])
def test_nothing_is_proposed_for_what_is_found_or_not_there(verdict: Verdict) -> None:
    """What the town does not have is a project and no change of the site."""
    known = town(thing("Handyparken"))
    (row,) = judged(known, CRITERIA[PARKING])
    row.verdict = verdict
    assert proposals.propose([row], CRITERIA, finder=known) == []


def test_what_the_town_lists_and_nobody_sees_gets_a_page() -> None:
    """The town says that it has it."""
    known = town()
    row = Finding(
        criterion="handyparken",
        area="mobilitaet",
        aspect="implementation",
        verdict=Verdict.ABSENT,
        measures=[{"title": "Handyparken", "key": None, "address": None, "row": 3}],
    )
    (made,) = proposals.propose([row], CRITERIA, finder=known)
    assert made.change.startswith("Zeigen Sie „Handyparken“ auf einer eigenen Seite")
    assert (made.before, made.after["handyparken"] > 0.9) == ({"handyparken": 0.0}, True)


def test_a_county_s_page_is_not_the_town_s_to_mend() -> None:
    """What does not count is left alone."""
    known = town(thing("Handyparken"))
    assert proposals.propose(judged(known, CRITERIA[PARKING], counts=False), CRITERIA, finder=known) == []


def test_a_change_that_does_not_help_is_not_proposed() -> None:
    """Who looks for it finds it at once already, so that nothing could be gained."""
    known = town(thing("Handyparken"), linked=[(url("Handyparken"), "Handyparken")])
    (row,) = judged(known, CRITERIA[PARKING])
    row.verdict = Verdict.BURIED  # as if a person had said so
    row.reasons = [{"code": "orphan", "text": ""}]
    assert proposals.propose([row], CRITERIA, finder=known) == []


def test_there_are_ten_proposals_at_most() -> None:
    """A longer list is no plan any more."""
    known = town(*map(thing, NAMES))
    made = proposed(known, *NAMES)
    assert [one.place for one in made] == list(range(1, 11))


def test_later_proposals_count_on_earlier_ones() -> None:
    """Each link on a page takes a little from the others, so the second promise is made with the first link there."""
    known = town(thing("Handyparken"), thing("Hundesteuer"))
    first, second = proposed(known, "Handyparken", "Hundesteuer")
    simulation = Simulation(judged(known, CRITERIA[PARKING], CRITERIA[DOGS]), CRITERIA, finder=known)
    both = [LinkTo.model_validate(change) for one in (first, second) for change in one.changes]
    (key,) = second.criteria
    assert second.after[key] == pytest.approx(simulation.chances(both, [key])[key], abs=1e-3)


def test_trying_leaves_no_trace() -> None:
    """After a simulation all is as it was, in graph and index."""
    known = town(thing("Handyparken"), thing("Hundesteuer", index=False))
    wanted = [CRITERIA[PARKING], CRITERIA[DOGS]]
    before = [(row.chance, row.routes) for row in judged(known, *wanted)]
    proposed(known, "Handyparken", "Hundesteuer")
    assert [(row.chance, row.routes) for row in judged(known, *wanted)] == before


def test_words_of_a_crawled_page_cannot_break_a_sentence() -> None:
    """Braces and names of fields in a heading are words like others."""
    odd = page(url("Handyparken"), title="x", headings=[{"level": 1, "text": "Handyparken {names} {0} %s"}])
    (made,) = proposed(town(odd), "Handyparken")
    assert "{0} %s" in made.change
