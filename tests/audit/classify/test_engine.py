"""What a page proves, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from audit.classify import Subject, frames_of
from db.models import Link
from db.terms import Band, Maturity, PageType, Reading, Signal, Zone
from tests.audit.classify.made import (
    HOME,
    METER,
    PARKING,
    SHARED,
    TAX,
    TOWN,
    catalogue,
    classifier,
    criterion,
    of,
    page,
    read,
)

GOOD = "Ab sofort können Sie in Musterhafen Ihren Parkschein per Handy lösen."


def counts(key: str, text: str, **values: Any) -> bool:
    return any(one.id == key and one.band is not None for one in read(text, **values).criteria)


def test_a_clear_own_page_is_automatic() -> None:
    """Topic and availability in a page of the town's own need no person."""
    found = of("handyparken", read(GOOD, title="Handyparken"))
    assert found.band is Band.AUTOMATIC
    assert found.maturity is Maturity.ONLINE


REST = "\n".join(f"Absatz {number} über den Wochenmarkt." for number in range(9))


@pytest.mark.parametrize(
    ("title", "text", "band"),
    [
        ("Parken", GOOD, Band.AUTOMATIC),
        ("Parken", f"{GOOD}\n{REST}", Band.REVIEW),
        ("Handyparken", f"{GOOD}\n{REST}", Band.AUTOMATIC),
        ("Parken", f"{GOOD}\n{REST}\nHandyparken kostet Sie nichts extra.", Band.AUTOMATIC),
        ("Handyparken", f"{GOOD}\nDie Automaten sollen bald verschwinden.\n{REST}", Band.REVIEW),
        ("Handyparken in Musterhafen", f"Handyparken in Musterhafen\n{GOOD}\n{REST}", Band.AUTOMATIC),
        ("Handyparken in Musterhafen", f"Handyparken in Musterhafen\n{REST}", Band.REVIEW),
    ],
)
def test_a_long_page_has_to_mean_it(title: str, text: str, band: Band) -> None:
    """In passing once on a page about other things, or beside a plan, is not enough to spare people a look."""
    assert of("handyparken", read(text, title=title)).band is band


def test_a_project_under_way_counts_less_until_it_has_begun() -> None:
    """A page that tells of a grant or a trial speaks of what is to come."""
    said = "Mit dem Parkschein per Handy zahlen Sie in Musterhafen nur, was Sie brauchen."
    plain, project, begun = (
        of("handyparken", read(f"{words}\n{said}", title="Parken")).score
        for words in ("Der Markt ist voll.", "Der Zuwendungsbescheid ist da.", "Der Zuwendungsbescheid ist da. " + GOOD)
    )
    assert project < plain < begun


def test_a_word_of_a_project_does_not_speak_against_what_it_names() -> None:
    """To a criterion about grants a grant is the thing itself."""
    named = criterion("probe", "infrastructure", enough="live", product={"testfeld hafen": 2.4})
    scores = [
        of("probe", classifier(named).read(page(text, title="Hafen"), subject=TOWN, own=True)).score
        for text in ("Das Testfeld Hafen ist in Betrieb.", "Das Testfeld Hafen ist in Betrieb. Der Probelauf ist da.")
    ]
    assert scores[0] > scores[1]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Parken", "Das Handyparken soll im kommenden Jahr in Musterhafen eingeführt werden."),
        ("Niederschrift", "Das Handyparken wird nicht weiterverfolgt. Beschluss: einstimmig abgelehnt."),
        ("Aus dem Umland", "In Rostock können Autofahrer das Handyparken nutzen."),
        ("Parken", "Handyparken ist in Musterhafen leider nicht möglich."),
        ("Parken", "Das Handyparken wurde eingestellt."),
        ("Antrag Handyparken", "Die Verwaltung wird beauftragt, Handyparken einzuführen."),
        ("Parken", "Viele Städte bieten Handyparken an."),
        ("Mitarbeiter Handyparken (m/w/d)", "Sie führen das Handyparken ein. Entgeltgruppe 9b, TVöD."),
    ],
)
def test_a_trap_does_not_count(title: str, text: str) -> None:
    """Plan, refusal, other towns, negation, end, motion, generality, job: not automatic, and not far enough."""
    for one in read(text, title=title).criteria:
        if one.id == "handyparken":
            assert one.band is None
            assert one.maturity not in {Maturity.ONLINE, Maturity.LIVE}


def test_a_council_paper_never_counts_but_is_remembered() -> None:
    """The judge can say: only in council papers."""
    reading = read(GOOD, title="Handyparken", path="https://webris.musterhafen.example/buergerinfo/vo0050.asp")
    found = of("handyparken", reading)
    assert reading.page_type is PageType.COUNCIL
    assert found.band is None
    assert any(sign.weight > 0 and sign.signal == Signal.PRODUCT for sign in found.evidence)
    assert {sign.page_type for sign in found.evidence} == {"council"}


def test_a_council_system_proves_itself() -> None:
    """A paper on the system's own host shows that the system exists; a person has a look."""
    text = "Vorlage im Ratsinformationssystem. Die Sitzungen können Sie nachlesen."
    assert of("ratsinfo", read(text, path="https://ris.musterhafen.example/vo020")).band is Band.REVIEW


def test_the_words_of_a_link_speak_of_another_page() -> None:
    """A teaser is no proof by itself: the page it leads to is."""
    words = "Handyparken: ab sofort können Sie es nutzen"
    teaser = [Link(url=f"{HOME}/parken", text=words, zone="main")]
    linked = of("handyparken", read(words, title="Aktuelles", links=teaser, headings=[{"level": 3, "text": words}]))
    said = of("handyparken", read(words, title="Aktuelles"))
    assert {sign.zone for sign in linked.evidence} == {Zone.ANCHOR}
    assert linked.band is not Band.AUTOMATIC
    assert said.score > linked.score


@pytest.mark.parametrize("zone", ["menu_text", "footer_text"])
def test_a_menu_or_footer_proves_nothing(zone: str) -> None:
    """What stands on every page says nothing about one."""
    assert not counts("handyparken", "Herzlich willkommen.", title="Start", **{zone: f"Handyparken\n{GOOD}"})


def test_another_language_is_never_automatic() -> None:
    """A German reader has to look at an English page."""
    assert of("handyparken", read(GOOD, title="Handyparken", language="en")).band is Band.REVIEW


def test_an_unknown_host_has_to_name_the_town() -> None:
    """A page that could be anybody's counts less than one that names the town, and that less than the town's own."""
    text = "Ab sofort können Sie Ihren Parkschein per Handy lösen."
    where = "https://parken.example/seite"
    own = of("handyparken", read(text, title="Handyparken", own=True)).score
    named = of("handyparken", read(f"{text} In Musterhafen.", title="Handyparken", path=where, own=None)).score
    foreign = of("handyparken", read(text, title="Handyparken", path=where, own=False)).score
    assert own > named > foreign


def test_a_towns_own_name_counts_like_the_name_of_the_catalogue() -> None:
    """Who lists a brand under a name of the catalogue means the same thing; other towns are not touched by it."""
    text = page("Ab sofort können Sie in Musterhafen Parkify nutzen.", title="Parkify")
    branded = Subject(name="Musterhafen", aliases={"Handyparken": ["Parkify", "*", "="], "Unbekanntes": ["Hafen"]})
    found = of("handyparken", SHARED.read(text, subject=branded, own=True))
    assert found.band is Band.AUTOMATIC
    assert any(sign.signal == Signal.PRODUCT and "Parkify" in sign.quote for sign in found.evidence)
    assert SHARED.read(text, subject=TOWN, own=True).criteria == []


def test_hosts_of_the_subject_are_own() -> None:
    """Who does not say whose a page is, is answered by the town's hosts."""
    text = "Ab sofort können Sie Ihren Parkschein per Handy lösen."
    assert (
        read(text, title="Handyparken", own=None).criteria[0].score == read(text, title="Handyparken").criteria[0].score
    )


def test_a_service_key_is_the_strongest_sign() -> None:
    """An official key makes a page topical without any word of the catalogue."""
    found = of("hundesteuer", read("Melden Sie sich hier.", title="Leistung", keys=["99102008000000"]))
    assert found.evidence[0].signal == Signal.KEY
    assert found.evidence[0].zone == Zone.KEY


def test_a_link_to_a_known_portal_counts() -> None:
    """The way to the vendor's portal says that the thing can be used."""
    text = "Ihr Parkschein in Musterhafen."
    link = Link(url="https://app.easypark.example/musterhafen", text="Zur App", zone="main")
    with_link, without = read(text, title="Parkschein", links=[link]), read(text, title="Parkschein")
    found = of("handyparken", with_link)
    assert found.band is not None
    assert found.maturity is Maturity.ONLINE
    assert [sign.quote for sign in found.evidence if sign.signal == Signal.LINK] == ["Zur App"]
    assert of("handyparken", without).band is None


def test_an_application_form_counts_on_a_page_about_the_thing() -> None:
    """A form with fields to apply says online; a search field does not."""
    form = {"kind": "application", "fields": ["name", "ort", "rasse", "datum"], "method": "post", "action": "/x"}
    search = {"kind": "search", "fields": ["q"], "method": "get", "action": "/s"}
    found = of("hundesteuer", read("Ihr Hund.", title="Hundesteuer", forms=[form]))
    assert found.maturity is Maturity.ONLINE
    assert any(sign.signal == Signal.FORM and sign.zone == Zone.FORM for sign in found.evidence)
    assert of("hundesteuer", read("Ihr Hund.", title="Hundesteuer", forms=[search])).maturity is Maturity.INFO


def test_paper_is_a_form_and_not_online() -> None:
    """To print and send is not to apply online."""
    text = "Die Hundesteuer meldet man mit dem Formular an: PDF ausdrucken. Das ist nicht online möglich, kein Online-Antrag."
    assert of("hundesteuer", read(text, title="Hundesteuer")).maturity is Maturity.FORM


def test_a_document_to_fill_in_is_a_form() -> None:
    """Whether its words say so or not; one that only tells is information."""
    form = {"pages": 1, "read": 1, "text": True, "form": "print", "encrypted": False, "starts": [0]}
    text = "Angaben zum Hund und zu seinem Halter"
    found = [
        of("hundesteuer", read(text, title="Hundesteuer", document=each)) for each in (form, form | {"form": None})
    ]
    assert [one.maturity for one in found] == [Maturity.FORM, Maturity.INFO]


def test_words_must_not_pair_with_themselves() -> None:
    """A word that is topic and action at once says one thing, not two."""
    own = criterion("dienste", "transaction", object=["online-dienst*"])
    one = classifier(own).read(page("Unsere Online-Dienste."), subject=TOWN, own=True)
    assert one.criteria == []


def test_a_technical_word_is_needed_where_the_criterion_asks_for_one() -> None:
    """Schools that are connected to something are not connected to fibre."""
    assert counts("schulnetz", "Alle Schulen sind ans Glasfasernetz angeschlossen.", title="Glasfaser an Schulen")
    assert not counts("schulnetz", "Alle Schulen sind an die Fernwärme angeschlossen.", title="Wärme an Schulen")


def test_a_heading_speaks_for_its_section_only() -> None:
    """An action under another heading belongs to another topic."""
    headings = [{"level": 2, "text": "Hundesteuer"}, {"level": 2, "text": "Sperrmüll"}]
    right = "Hundesteuer\nHier online anmelden.\nSperrmüll\nRufen Sie an."
    wrong = "Hundesteuer\nRufen Sie an.\nSperrmüll\nHier online anmelden."
    assert of("hundesteuer", read(right, headings=headings)).evidence[0].signal == Signal.PAIR
    assert {sign.signal for sign in of("hundesteuer", read(wrong, headings=headings)).evidence} == {Signal.TOPIC}


def test_infrastructure_is_live_and_strategy_is_strategy() -> None:
    """Each kind has its own word for being there."""
    live = read("Alle Schulen sind ans Glasfasernetz angeschlossen.", title="Glasfaser")
    adopted = read("Die Digitalstrategie wurde beschlossen.", title="Digitalstrategie")
    assert of("schulnetz", live).maturity is Maturity.LIVE
    assert of("digitalstrategie", adopted).maturity is Maturity.STRATEGY


def test_where_information_is_enough_a_page_on_it_is_enough() -> None:
    """A clear own page on the topic suffices for such criteria."""
    assert counts("zaehler", "Ein Smart Meter misst den Verbrauch.", title="Smart Meter")
    assert not counts("zaehler", "Neben der Parkuhr misst jemand.", title="Smart")


def test_evidence_is_bounded_and_the_best_comes_first() -> None:
    """A page that repeats itself gives a few quotes, and one that speaks against."""
    text = "\n".join(f"Handyparken Nummer {number} können Sie nutzen." for number in range(20))
    found = of("handyparken", read(f"{text}\nHandyparken ist im Parkhaus noch nicht möglich.", title="Handyparken"))
    points = [sign.weight for sign in found.evidence]
    assert len(points) <= 6
    assert points == sorted(points, reverse=True)
    assert found.evidence[-1].reading == Reading.NEGATION
    assert found.evidence[-1].weight < 0


def test_every_quote_stands_on_the_page_or_is_its_address() -> None:
    """Nobody has to believe a quote: it can be looked up."""
    text = f"{GOOD} Die Hundesteuer – auch für Hunde – können Sie online anmelden.\nDas Handyparken läuft."
    reading = read(text, title="Handyparken", path="/leben/handyparken.html", menu_text="Handyparken")
    quotes = {(sign.zone, sign.quote) for one in reading.criteria for sign in one.evidence}
    assert (Zone.URL, f"{HOME}/leben/handyparken.html") in quotes
    assert all(quote in text or quote in {"Handyparken", reading.url} for _, quote in quotes)


def test_an_error_page_says_nothing() -> None:
    """A failed answer is no evidence, whatever it holds."""
    assert read(GOOD, title="Handyparken", status=500).criteria == []


def test_readings_come_best_first() -> None:
    """The first criterion is the one the page proves most."""
    scores = [
        one.score for one in read(f"{GOOD} Die Hundesteuer können Sie online anmelden.", title="Handyparken").criteria
    ]
    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)


def test_a_classifier_keeps_nothing_between_pages() -> None:
    """The same page reads the same after any other page."""
    first = [(one.id, one.score) for one in read(GOOD, title="Handyparken").criteria]
    read("In Rostock nicht möglich. " * 50, title="Anderes")
    assert [(one.id, one.score) for one in read(GOOD, title="Handyparken").criteria] == first


@pytest.mark.parametrize(
    "values",
    [
        {"text": "x" * 400_000},
        {"text": "Handyparken " * 30_000},
        {"text": "Handyparken können Sie nutzen. " * 15_000},
        {"text": "(„»" * 80_000},
        {"text": "a:in" * 60_000},
        {"text": "." * 200_000},
        {"text": "?! " * 70_000},
        {"text": " " * 200_000 + "Handyparken"},
        {"text": "Handyparken" + "-" * 100_000 + "Parkschein"},
        {"text": "Parkschein " + "nicht " * 30_000 + "Handy."},
        {"text": "ä·" * 100_000},
        {"text": "\n".join(["Hund online anmelden"] * 20_000)},
        {"text": "", "headings": [{"level": 2, "text": "Hundesteuer"}] * 5_000},
        {
            "text": "Parkschein",
            "links": [Link(url=f"https://a.example/{n}", text=f"Handy {n}", zone="main") for n in range(3000)],
        },
    ],
)
@pytest.mark.timeout(60)  # ends what would never end; no measure of speed
def test_hostile_pages_take_bounded_time(values: dict[str, Any]) -> None:
    """No page of any shape holds up an audit."""
    reading = SHARED.read(page(title="Handyparken", **values), subject=TOWN, own=True)
    assert reading.url
    assert all(0 <= one.score <= 1 and one.evidence for one in reading.criteria)


def test_the_kinds_of_a_catalogue_are_read_with_their_words() -> None:
    """Criteria are compiled once, each with the shared words of its kind."""
    made = catalogue(PARKING, TAX, METER)
    assert list(made.criteria) == ["handyparken", "hundesteuer", "zaehler"]
    assert counts("hundesteuer", "Die Hundesteuer können Sie online anmelden.", title="Hundesteuer")


@pytest.mark.parametrize("answer", ["Nein, das geht nur am Automaten.", "Leider bieten wir das nicht an."])
def test_a_question_that_is_answered_with_no_denies(answer: str) -> None:
    """Frequent questions name things that are not there."""
    text = f"Gibt es Handyparken?\n{answer}"
    found = of("handyparken", read(text, title="Häufige Fragen"))
    assert found.band is None
    assert {sign.reading for sign in found.evidence} == {Reading.NEGATION}


def test_a_question_that_is_answered_with_yes_states() -> None:
    """The question names the thing, the answer says how it is used."""
    text = "Gibt es Handyparken?\nJa, in der ganzen Innenstadt."
    assert of("handyparken", read(text, title="Häufige Fragen")).band is not None


@pytest.mark.parametrize(
    ("below", "counts"),
    [
        ("", False),
        ("Einzelne Kommunen bieten einen Online-Dienst an.", False),
        ("Wählen Sie Ihre Rasse.", True),
    ],
)
def test_a_heading_that_a_template_left_empty_proves_nothing(below: str, *, counts: bool) -> None:
    """State portals print the heading of the online service whether there is one or not."""
    headings = [
        {"level": 1, "text": "Hundesteuer"},
        {"level": 2, "text": "Online-Dienst"},
        {"level": 2, "text": "Kosten"},
    ]
    text = "\n".join(filter(None, ["Hundesteuer", "Online-Dienst", below, "Kosten", "80 Euro im Jahr."]))
    found = of("hundesteuer", read(text, title="Hundesteuer", headings=headings))
    assert (found.band is not None) is counts


@pytest.mark.parametrize(
    ("url", "words", "counts"),
    [
        ("https://amt.musterhafen.example/vorgang/12", "Hundesteuer: Hund melden", True),
        ("https://amt.musterhafen.example/", "Hundesteuer: Hund melden", False),
        ("https://amt.musterhafen.example/vorgang/12", "Impressum", False),
        ("https://fremd.example/vorgang/12", "Hundesteuer: Hund melden", False),
    ],
)
def test_a_link_to_a_service_on_the_towns_portal_counts(url: str, words: str, *, counts: bool) -> None:
    """It has to name the thing, lead behind the front door, and to the portal that the town has."""
    town = Subject(name="Musterhafen", hosts={**TOWN.hosts, "amt.musterhafen.example": "portal"})
    one = page(f"Was Hundehalter wissen müssen\n{words}", title="Hunde in der Stadt", links=[Link(url, words, "main")])
    found = next((each for each in SHARED.read(one, subject=town).criteria if each.id == "hundesteuer"), None)
    assert (found is not None and any(sign.signal is Signal.LINK for sign in found.evidence)) is counts


@pytest.mark.parametrize(("path", "counts"), [("/", True), ("/detail/dienst/12/show", False)])
def test_the_name_of_a_portal_proves_it_at_its_front_only(path: str, *, counts: bool) -> None:
    """Each of its thousand pages has the name in title and address."""
    portal = criterion("serviceportal", "portal", product={"serviceportal": 2.2}, hosts=["serviceportal.*"])
    one = page(
        "Gebühr: 20 Euro.",
        title="Gewerbe anzeigen - Serviceportal",
        path=f"https://serviceportal.musterhafen.example{path}",
    )
    found = of("serviceportal", classifier(portal).read(one, subject=TOWN, own=True))
    assert (found.band is not None) is counts


def test_a_box_that_many_pages_repeat_speaks_for_none_of_them() -> None:
    """The site's front door names it on purpose; a page that many mirrors repeat word for word is still one page."""
    pages = [
        page(f"{GOOD}\nDer Wochenmarkt Nummer {number} ist heute.", path=f"/markt/{number}") for number in range(6)
    ]
    front = page(f"Willkommen!\n{GOOD}", path="/")
    framed = Subject(TOWN.name, hosts=TOWN.hosts, frames=frames_of([*pages, front]))
    assert of("handyparken", SHARED.read(pages[0], subject=TOWN, own=True)).band is Band.AUTOMATIC
    assert of("handyparken", SHARED.read(pages[0], subject=framed, own=True)).band is None
    assert of("handyparken", SHARED.read(front, subject=framed, own=True)).band is not None
    mirrors = [page(GOOD, path=f"/spiegel/{number}") for number in range(6)]
    assert frames_of(mirrors) == {"www.musterhafen.example": frozenset()}


def test_a_button_that_many_pages_repeat_still_says_that_it_is_done_online() -> None:
    """Templates name the action in the same words on each page; what it is about stands in the title."""
    pages = [
        page(f"Alles über Sache {number}\nOnline beantragen", title=f"Sache {number}", path=f"/s/{number}")
        for number in range(6)
    ]
    dog = page("Hunde über vier Monaten sind steuerpflichtig.\nOnline beantragen", title="Hundesteuer", path="/s/hund")
    framed = Subject(TOWN.name, hosts=TOWN.hosts, frames=frames_of([*pages, dog]))
    assert "Online beantragen" in framed.frames["www.musterhafen.example"]
    assert of("hundesteuer", SHARED.read(dog, subject=framed, own=True)).band is not None
