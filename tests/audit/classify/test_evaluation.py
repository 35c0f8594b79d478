"""How often the classifier is right, counted from decisions."""

from __future__ import annotations

from audit.classify.evaluation import BANDS, evaluate, rates
from audit.classify.gold import Decision
from db.terms import Band, Maturity, PageType


def decided(
    expected: Maturity | None, band: Band | None, *, trap: str = "", town: str = "A", held_out: bool = False
) -> Decision:
    return Decision(
        town=town,
        url=f"https://{town}.example/{expected}/{band}/{trap}",
        criterion="kita-portal",
        held_out=held_out,
        expected=expected,
        trap=trap,
        page_type=PageType.SERVICE,
        band=band,
        maturity=Maturity.ONLINE if band else Maturity.NONE,
    )


SOME = [
    decided(Maturity.ONLINE, Band.AUTOMATIC),
    decided(Maturity.ONLINE, Band.AUTOMATIC, town="B"),
    decided(Maturity.LIVE, Band.REVIEW),
    decided(Maturity.ONLINE, None, held_out=True, town="C"),
    decided(None, Band.AUTOMATIC, trap="plan"),
    decided(None, Band.REVIEW, trap="plan", town="C", held_out=True),
    decided(None, None, trap="motion"),
]


def test_the_bands_are_counted_by_hand() -> None:
    """Sure: two right, one wrong, two missed. With review: three right, two wrong, one missed."""
    sure, asked = (rates(SOME, BANDS[name]) for name in ("automatic", "review"))
    assert (sure.found, sure.wrong, sure.missed) == (2, 1, 2)
    assert (asked.found, asked.wrong, asked.missed) == (3, 2, 1)
    assert asked.row()["precision"] == 0.6
    assert asked.row()["recall"] == 0.75
    assert asked.row()["f1"] == round(6 / 9, 3)
    low, high = asked.row()["f1_interval"]
    assert low < asked.row()["f1"] < high


def test_nothing_to_find_is_no_rate_at_all() -> None:
    """A share of nothing is neither 0 nor 1."""
    row = rates([decided(None, None, trap="plan")], BANDS["review"]).row()
    assert row["precision"] is row["recall"] is row["f1"] is row["recall_interval"] is None


def test_towns_that_were_kept_aside_are_counted_apart() -> None:
    """Their figures are the honest ones."""
    sets = evaluate(SOME)["sets"]
    assert set(sets) == {"all", "tuned", "held_out"}
    assert (sets["held_out"]["review"]["found"], sets["held_out"]["review"]["wrong"]) == (0, 1)
    assert set(evaluate(SOME[:3])["sets"]) == {"all"}


def test_traps_and_maturities_have_tables_of_their_own() -> None:
    """How many of each trap were fallen into, and how often the stage was right."""
    result = evaluate(SOME)
    assert result["trap"] == {
        "motion": {"n": 1, "automatic": 0, "review": 0},
        "plan": {"n": 2, "automatic": 1, "review": 2},
    }
    assert result["maturity"] == {
        "live": {"n": 1, "found": 1, "right": 0},
        "online": {"n": 3, "found": 2, "right": 2},
    }
    assert (result["decisions"], result["positives"], result["traps"], result["towns"]) == (7, 4, 3, 3)
