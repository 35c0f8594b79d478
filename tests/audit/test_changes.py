"""What changed between two audits, and that each change is put down to what caused it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit.changes import Change, Side, addresses, compare, score
from db.models import Finding, Page
from db.terms import ChangeCause, ChangeKind, End, Standing
from tests.audit.nouns import HOME, crawl, finding, page

PARKING = f"{HOME}parken"
PATH = [{"url": HOME, "text": "Start"}, {"url": PARKING, "text": "Handyparken"}]
SAID = {"code": "person_rejected", "text": "Von einer Person abgelehnt am 01.12.2026: veraltet."}


def shown(verdict: str = "FINDABLE", **values: Any) -> Finding:
    """A finding that rests on one page, a click from the front door."""
    return finding(verdict, **{"best_url": PARKING, "path": PATH, "routes": {"places": [PARKING]}, **values})


def side(one: Finding | None, *pages: Page, end: str = End.FINISHED, linked: tuple[str, ...] = (), **read: Any) -> Side:
    """An audit of a town with one site, one criterion and these pages."""
    crawled = crawl(end=end, **read)
    crawled.site.standing = Standing.CONFIRMED
    findings = {one.criterion: one} if one else {}
    return Side(findings, pages={each.url: each for each in pages}, linked=linked, crawls=[crawled])


def door(*links: tuple[str, str], **values: Any) -> Page:
    return page(HOME, *(links or ((PARKING, "Handyparken"),)), title="Start", main_text="Willkommen", **values)


def only(older: Side, newer: Side, **values: Any) -> Change:
    (change,) = compare(older, newer, **values)
    return change


def codes(change: Change) -> list[str]:
    return [fact.code for fact in change.facts]


NOW = side(shown(), door(), page(PARKING))
GONE = side(finding("ABSENT"), door((f"{HOME}a", "A")))


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("FINDABLE", "FINDABLE", "same"),
        ("BURIED", "FINDABLE", "better"),
        ("FINDABLE", "BURIED", "worse"),
        ("ABSENT", "BURIED", "new"),
        ("UNKNOWN", "FINDABLE", "new"),
        ("BURIED", "ABSENT", "gone"),
        ("FINDABLE", "UNKNOWN", "gone"),
        ("ABSENT", "UNKNOWN", "same"),
    ],
)
def test_a_change_is_what_it_means_for_who_searches(before: str, after: str, kind: str) -> None:
    """Something comes to be seen or is seen no more; between two kinds of nothing to see nothing turns."""
    change = only(side(shown(before)), side(shown(after)))
    assert change.kind == kind
    assert (change.cause is None) == (before == after)


def test_a_page_that_is_new_is_the_site() -> None:
    """The site was read to its end then, no link led there, and now it is there."""
    change = only(GONE, NOW)
    assert (change.kind, change.cause, codes(change)) == (ChangeKind.NEW, ChangeCause.SITE, ["page_came"])
    assert change.facts[0].url == PARKING


@pytest.mark.parametrize("answer", [{"status": 404}, {"error": "soft_404"}, {"error": "redirect", "status": 301}])
def test_a_page_that_says_it_is_gone_is_the_site(answer: dict[str, Any]) -> None:
    """By its status, in words, or by leading elsewhere."""
    change = only(NOW, replace(GONE, pages={PARKING: page(PARKING, **answer)}))
    assert (change.kind, change.cause, codes(change)) == (ChangeKind.GONE, ChangeCause.SITE, ["page_went"])


@pytest.mark.parametrize("answer", [{"status": 503}, {"error": "timeout", "status": 0}, {"status": 403}])
def test_a_page_that_gave_no_answer_is_our_reach(answer: dict[str, Any]) -> None:
    """Whoever could not look does not know that it is gone."""
    change = only(NOW, replace(GONE, pages={PARKING: page(PARKING, **answer)}))
    assert (change.cause, codes(change)) == (ChangeCause.COVERAGE, ["page_unread_now"])


@pytest.mark.parametrize(
    ("read", "why"),
    [
        ({"end": End.REFUSED, "pages": 0}, "der Zugang wurde verweigert"),
        ({"pages": 50, "left_out": 400}, "nur 50 Seiten gelesen"),
        ({"linked": (PARKING,)}, "wurde aber ausgelassen"),
    ],
)
def test_a_page_that_was_never_asked_for_is_our_reach(read: dict[str, Any], why: str) -> None:
    """The site was refused, read in part, or a link to it was known and left out; the reason is told."""
    change = only(side(finding("ABSENT"), door(), **read), NOW)
    assert (change.cause, codes(change)) == (ChangeCause.COVERAGE, ["page_unread_then"])
    assert why in change.facts[0].values["why"]


def test_a_site_that_was_not_in_the_audit_is_our_reach() -> None:
    """It was confirmed later; what stands on it need not be new."""
    portal = "http://portal.ort.example/parken"
    found = shown(best_url=portal, routes={"places": [portal]}, path=[])
    change = only(GONE, side(found, page(portal)))
    assert (change.cause, change.facts[0].values["why"]) == (ChangeCause.COVERAGE, "die Website wurde nicht gelesen")


def test_what_nobody_could_look_at_is_our_reach() -> None:
    """Also between absent and unknown; the reason that stood with the finding is told."""
    unknown = finding("UNKNOWN", reasons=[{"code": "not_read", "text": "Stadtwerke: nicht erreichbar"}])
    change = only(side(unknown, door()), side(finding("ABSENT"), door()))
    assert (change.kind, change.cause, codes(change)) == (ChangeKind.SAME, ChangeCause.COVERAGE, ["unknown_then"])
    assert change.facts[0].values["why"] == ["Stadtwerke: nicht erreichbar"]


def test_one_reason_of_reach_is_enough() -> None:
    """That the whole criterion was unknown follows from the page that was not read."""
    change = only(NOW, side(finding("UNKNOWN"), door(), end=End.REFUSED))
    assert (change.kind, codes(change)) == (ChangeKind.GONE, ["page_unread_now"])


@pytest.mark.parametrize(
    ("then", "code"),
    [
        (page(PARKING, main_text="Hier entsteht etwas."), "page_changed"),
        (page(PARKING, index=False), "page_opened"),
        (page(PARKING, engines={"googlebot": {"fetch": False}}), "page_opened"),
    ],
)
def test_a_page_that_says_something_else_or_was_closed_is_the_site(then: Page, code: str) -> None:
    """Its words, its title, and what it forbids to search engines."""
    change = only(side(shown("BURIED"), door(), then), NOW)
    assert (change.kind, change.cause, codes(change)) == (ChangeKind.BETTER, ChangeCause.SITE, [code])


def test_a_title_is_part_of_what_a_page_says() -> None:
    """The digest is of the main text alone; a search shows the title."""
    then, now = (page(PARKING, title=title, digest="x") for title in ("Parken", "Handyparken"))
    assert codes(only(side(shown("BURIED"), door(), then), side(shown(), door(), now))) == ["page_changed"]


def test_the_same_bytes_read_by_another_version_are_the_rules() -> None:
    """The site did nothing; of other bytes it is the site, whoever read them."""
    then, now = page(PARKING, main_text="Anders gelesen.", size=900), page(PARKING, size=900)
    older = side(shown("BURIED"), door(), then, program="0.1.0")
    change = only(older, side(shown(), door(), now, program="0.2.0"))
    assert (change.cause, codes(change)) == (ChangeCause.RULES, ["page_reread"])
    assert only(older, side(shown(), door(), now, program="0.1.0")).cause == ChangeCause.SITE
    assert only(older, side(shown(), door(), page(PARKING, size=901), program="0.2.0")).cause == ChangeCause.SITE


def test_a_page_at_another_address_has_moved() -> None:
    """It is not called new."""
    old = f"{HOME}alt"
    change = only(side(shown("BURIED", best_url=old, routes={"places": [old]}), door(), page(old)), NOW)
    assert codes(change) == ["page_moved_then"]
    assert change.facts[0].values == {"other": old}


def test_a_link_that_is_missing_is_the_site() -> None:
    """The page is the same; the link on the way is told with its words."""
    change = only(NOW, side(shown("BURIED", path=[]), door((f"{HOME}a", "A")), page(PARKING)))
    assert (change.kind, change.cause, codes(change)) == (ChangeKind.WORSE, ChangeCause.SITE, ["link_went"])
    assert (change.facts[0].url, change.facts[0].values) == (HOME, {"words": "Handyparken"})


def test_a_page_on_the_way_that_was_not_read_is_our_reach() -> None:
    """Nobody knows whether the link still stands there."""
    change = only(NOW, side(shown("BURIED", path=[]), door(error="timeout", status=0), page(PARKING)))
    assert (change.cause, codes(change)) == (ChangeCause.COVERAGE, ["way_unread_now"])


def test_a_page_on_the_way_that_is_gone_is_the_site() -> None:
    """With it went the link."""
    change = only(NOW, side(shown("BURIED", path=[]), door(status=404), page(PARKING)))
    assert (change.cause, codes(change)) == (ChangeCause.SITE, ["way_went"])


def test_a_page_that_only_grew_old_is_told_as_such() -> None:
    """Nobody touched it; time did."""
    old = shown("BURIED", reasons=[{"code": "outdated", "text": "Alt."}])
    change = only(NOW, side(old, door(), page(PARKING)))
    assert (change.cause, codes(change)) == (ChangeCause.SITE, ["aged"])


def test_the_same_page_and_way_among_others_read_differently_is_our_reach() -> None:
    """Fewer rivals in the index lift a page although nothing was done; with the same reach it is the rest of the site."""
    short = replace(NOW, crawls=side(None, pages=50, left_out=400).crawls, findings=side(shown("BURIED")).findings)
    assert codes(only(short, NOW)) == ["read_otherwise"]
    fuller = replace(short, crawls=side(None, pages=200, left_out=400).crawls, findings=NOW.findings)
    assert codes(only(short, fuller)) == ["read_otherwise"]
    same = replace(NOW, findings=side(shown("BURIED")).findings)
    more = replace(NOW, crawls=[*NOW.crawls, *side(None, host="stadtwerke.example").crawls])
    assert codes(only(same, more)) == ["read_otherwise"]
    assert (only(same, NOW).cause, codes(only(same, NOW))) == (ChangeCause.SITE, ["around"])


def test_what_the_new_rules_would_have_said_then_is_the_rules() -> None:
    """The page is another too, but that turned nothing."""
    older = side(finding("ABSENT"), door(), page(PARKING, main_text="Anders."))
    change = only(older, NOW, rejudged={"handyparken": shown()})
    assert (change.kind, change.cause, codes(change)) == (ChangeKind.NEW, ChangeCause.RULES, ["rules"])
    assert change.facts[0].values == {"then": "ABSENT", "now": "FINDABLE"}


def test_like_is_compared_with_like() -> None:
    """By the new rules it was never findable then: what turned since is the site's; both causes are told."""
    older = side(shown(), door(), page(PARKING, main_text="Anders."))
    change = only(older, NOW, rejudged={"handyparken": shown("BURIED")})
    assert (change.kind, change.cause) == (ChangeKind.BETTER, ChangeCause.MIXED)
    assert codes(change) == ["rules", "page_changed"]


def test_rules_that_turn_nothing_leave_the_cause_to_the_site() -> None:
    """Another version is no cause by itself."""
    older = side(finding("ABSENT"), door((f"{HOME}a", "A")))
    assert only(older, NOW, rejudged={"handyparken": finding("ABSENT")}).cause == ChangeCause.SITE


def test_what_a_person_said_is_the_person() -> None:
    """Without the word the pages would say the same as before; its words are told."""
    after = side(finding("ABSENT", reasons=[SAID]), door(), page(PARKING))
    change = only(NOW, after, unsaid={"handyparken": shown()})
    assert (change.kind, change.cause, codes(change)) == (ChangeKind.GONE, ChangeCause.PERSON, ["said"])
    assert change.facts[0].values == {"words": [SAID["text"]]}


def test_a_word_taken_back_is_the_person() -> None:
    """It stood with the finding and does no more."""
    change = only(GONE, NOW, unsaid={"handyparken": finding("ABSENT", reasons=[SAID])})
    assert (change.cause, codes(change)) == (ChangeCause.PERSON, ["unsaid"])


def test_site_and_reach_together_are_mixed() -> None:
    """One of the pages is gone, of the other nobody knows."""
    other = f"{HOME}zwei"
    before = side(shown(routes={"places": [PARKING, other]}), door(), page(PARKING), page(other))
    after = side(finding("ABSENT"), door(), page(PARKING, status=404), page(other, error="timeout", status=0))
    change = only(before, after)
    assert (change.cause, codes(change)) == (ChangeCause.MIXED, ["page_went", "page_unread_now"])


def test_criteria_that_only_one_catalogue_has_are_the_rules() -> None:
    """Newly asked for, or no more."""
    asked = only(side(None), NOW, rejudged={"handyparken": shown()})
    assert (asked.kind, asked.cause, asked.before) == (ChangeKind.NEW, ChangeCause.RULES, None)
    dropped = only(NOW, side(None), rejudged={})
    assert (dropped.kind, dropped.cause, dropped.after) == (ChangeKind.GONE, ChangeCause.RULES, None)


def test_a_link_to_a_redirect_is_the_same_link() -> None:
    """Links are compared by what they say and where they point, not by where it ends."""
    via = door((f"{HOME}p", "Handyparken"))
    change = only(replace(NOW, pages={**NOW.pages, HOME: via}), side(shown("BURIED"), via, page(PARKING)))
    assert codes(change) == ["around"]


def test_the_score_counts_what_counts() -> None:
    """Neither what is not the town's matter nor what nobody could look at is among "of"."""
    rows = [finding("FINDABLE"), finding("BURIED"), finding("UNKNOWN"), finding("FINDABLE", counts=False)]
    assert score(rows) == {"found": 1, "of": 2, "unchecked": 1}


def test_the_addresses_are_those_that_findings_rest_on() -> None:
    """Pages that show it and those on the way; a page that only comes near is none."""
    assert addresses([shown(), finding("ABSENT", best_url=f"{HOME}info"), None]) == {HOME, PARKING}


def test_the_same_words_to_another_place_are_another_link() -> None:
    """The way does not lead there any more."""
    change = only(NOW, side(shown("BURIED", path=[]), door((f"{HOME}a", "Handyparken")), page(PARKING)))
    assert codes(change) == ["link_went"]
