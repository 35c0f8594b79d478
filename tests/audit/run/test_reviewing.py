"""From a person's word in the database to the finding it changes, the calibration that is kept, and the way back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from audit.catalogue import files
from audit.classify.calibration import Calibration
from audit.classify.second import Opinion
from audit.cli import run
from audit.reviews.queue import is_drawn
from audit.run import reviewing
from audit.run.judging import judge
from audit.run.reviewing import Word
from crawler.extract import digest
from db import queries
from db.errors import InputError, NotFoundError
from db.models import Audit, Crawl, Evidence, Page, Review, Site, Town
from db.schema import open_engine
from db.session import connect, opened
from db.terms import Band, Decision, End, Role, Verdict, Why
from tests.audit.classify.made import METER, NOW, PARKING, TAX, catalogue

HOME = "https://www.ort.example/"
DRAWN = (f"{HOME}parken-{number}" for number in range(99))
SURE = next(url for url in DRAWN if is_drawn(1, "handyparken", url, band=Band.AUTOMATIC))
DOUBTFUL, BLIND = f"{HOME}app", f"{HOME}zone"
TEXTS = {
    HOME: ("Ort", "Willkommen in Ort."),
    SURE: ("Handyparken", "Mit Handyparken können Sie ab sofort bezahlen."),
    DOUBTFUL: ("Parken", "Parkscheine können Sie mit der App lösen."),
    BLIND: ("Zone", "In der Zone bezahlt man bargeldlos."),
}
RULES = catalogue(PARKING, TAX, METER)


def read(town: Town, number: int, texts: dict[str, tuple[str, str]], engine: Engine) -> int:
    """Store an audit of one site; return its number."""
    with opened(engine) as session:
        audit = Audit(town_id=town.id, started=NOW + timedelta(days=number), crawled=NOW)
        session.add(audit)
        session.flush()
        crawl = Crawl(audit_id=audit.id, site_id=town.sites[0].id, end=End.FINISHED, pages=len(texts))
        session.add(crawl)
        session.flush()
        for url, (title, text) in texts.items():
            given: dict[str, Any] = {"title": title, "main_text": text, "digest": digest(text), "language": "de"}
            session.add(
                Page(
                    url=url,
                    fetched=NOW + timedelta(days=number),
                    crawl_id=crawl.id,
                    status=200,
                    content_type="text/html",
                    **given,
                )
            )
        return audit.id


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a town with one judged audit; each test takes a copy."""
    file = tmp_path_factory.mktemp("judged") / "fundstelle.db"
    engine = open_engine(f"sqlite:///{file}")
    with opened(engine) as session:
        town = Town(key="ort", name="Ort", sites=[Site(url=HOME, host="www.ort.example", role=Role.CITY)])
        session.add(town)
    read(town, 0, TEXTS, engine)
    rejudge(engine)
    engine.dispose()
    return file


@pytest.fixture
def engine(judged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A copy of it, where the command line finds it."""
    shutil.copy(judged, tmp_path)
    monkeypatch.setenv("FUNDSTELLE_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    engine = connect()
    yield engine
    engine.dispose()


def rejudge(engine: Engine, audit: int = 1, *, days: int = 0) -> None:
    judge(engine, audit, RULES, now=NOW + timedelta(days=days), report=lambda _done, _all: None)


def say(engine: Engine, decision: Decision, *, criterion: str = "handyparken", audit: int = 1, **values: Any) -> int:
    with opened(engine) as session:
        word = Word(criterion=criterion, decision=decision, **values)
        found = reviewing.take(session, queries.audit(session, str(audit)), word, now=NOW)
        return found.id


def rows(engine: Engine, audit: int = 1) -> list[dict[str, Any]]:
    """All that an audit says, but for the numbers of its rows."""
    with opened(engine) as session:
        nouns = [*queries.findings(session, audit), *queries.evidence(session, audit), *queries.gaps(session, audit)]
        return [
            {name: value for name, value in vars(one).items() if name not in {"id", "_sa_instance_state"}}
            for one in nouns
        ]


def parking(engine: Engine, audit: int = 1) -> tuple[str, str | None, list[str]]:
    with opened(engine) as session:
        found = next(one for one in queries.findings(session, audit) if one.criterion == "handyparken")
        return found.verdict, found.best_url, [str(reason["code"]) for reason in found.reasons]


def test_a_word_is_taken_back_without_a_trace(engine: Engine) -> None:
    """Without a word in force every row is what it was; the word itself stays on record."""
    before = rows(engine)
    number = say(engine, Decision.REJECT, reason="not_the_thing", url=SURE)
    rejudge(engine)
    assert parking(engine) != ("BURIED", SURE, ["orphan"])
    assert rows(engine) != before
    with opened(engine) as session:
        assert session.get_one(Audit, 1).calibration is not None
        reviewing.undo(session, number, now=NOW)
    rejudge(engine)
    assert rows(engine) == before
    with opened(engine) as session:
        assert session.get_one(Audit, 1).calibration is None
        assert [one.withdrawn is not None for one in queries.reviews(session)] == [True]
        with pytest.raises(NotFoundError, match="schon zurückgenommen"):
            reviewing.undo(session, number, now=NOW)


def test_a_word_outlives_the_audit_until_the_page_changes(engine: Engine) -> None:
    """The next audit keeps to it where the page says the same; where it does not it asks for a new look."""
    say(engine, Decision.REJECT, reason="only_planned", url=SURE)
    with opened(engine) as session:
        town = queries.towns(session)[0]
    same = read(town, 1, TEXTS, engine)
    changed = read(
        town, 2, {**TEXTS, SURE: ("Handyparken", "Mit Handyparken können Sie ab sofort überall bezahlen.")}, engine
    )
    for audit in (same, changed):
        rejudge(engine, audit)
    assert parking(engine, same)[1] != SURE
    assert parking(engine, changed) == ("BURIED", SURE, ["orphan", "person_outdated"])
    with opened(engine) as session:
        looks = reviewing.look(session, queries.audit(session, str(changed)), now=NOW)
        assert (looks[0].url, looks[0].outdated) == (SURE, True)
        assert session.get_one(Audit, changed).calibration is None  # nor does the old word teach anything any more


def test_a_page_on_which_nothing_was_read_counts_when_a_person_confirms_it(engine: Engine) -> None:
    """The person has seen what no pattern knows; there is no score to learn from."""
    say(engine, Decision.CONFIRM, url=BLIND)
    rejudge(engine)
    verdict, best, codes = parking(engine)
    assert verdict == Verdict.BURIED
    assert "person_confirmed" in codes
    assert best in {BLIND, SURE}
    with opened(engine) as session:
        (word,) = queries.reviews(session)
        assert (word.points, word.score, word.reason) == (None, None, Why.SEEN)
        assert session.get_one(Audit, 1).calibration is None


def test_what_was_said_of_the_page_is_kept_with_the_word(engine: Engine) -> None:
    """Also for the second word, when the first has taken the evidence away."""
    with opened(engine) as session:
        item = next(one for one in queries.evidence(session, 1) if one.url == SURE and one.criterion == "handyparken")
    say(engine, Decision.REJECT, reason="ended", url=f"{SURE}#oben", person="A")
    rejudge(engine)
    say(engine, Decision.CONFIRM, url=SURE, person="B")
    rejudge(engine)
    with opened(engine) as session:
        first, second = queries.reviews(session)
        for one in (first, second):
            assert (one.score, one.points, one.band) == (item.score, item.points, item.band)
            assert one.rules == ["handyparken", "handyparken + können Sie"]
            assert one.drawn
            assert (one.url, one.digest) == (SURE, " ".join(TEXTS[SURE]))
            assert one.catalogue == queries.audit(session, "1").catalogue.digest  # type: ignore[union-attr]
        assert [first.person, second.person] == ["A", "B"]
        kept = session.get_one(Audit, 1).calibration
    assert parking(engine)[2] == ["orphan", "person_confirmed"]
    assert kept is not None
    assert (kept["n"], kept["confirmed"]) == (1, {"handyparken": 1})


def test_what_one_town_says_moves_the_scores_of_another(engine: Engine) -> None:
    """And the calibration that did so is kept with the audit, so that its scores can be made again."""
    with opened(engine) as session:
        other = Town(key="dorf", name="Dorf", sites=[Site(url=HOME, host="www.ort.example", role=Role.CITY)])
        session.add(other)
        session.flush()
        session.add_all(
            Review(
                town_id=other.id,
                criterion="handyparken",
                decision=Decision.REJECT,
                reason=Why.NOT_THE_THING,
                made=NOW,
                url=f"{HOME}{number}",
                digest="x",
                points=1.2,
                band=Band.REVIEW,
            )
            for number in range(8)
        )
    before = {one["url"]: one["score"] for one in rows(engine) if one.get("band")}
    rejudge(engine)
    with opened(engine) as session:
        kept = session.get_one(Audit, 1).calibration
        assert kept is not None
        taught = Calibration(**kept)
        items: list[Evidence] = [one for one in queries.evidence(session, 1) if one.criterion == "handyparken"]
        assert items
        assert all(one.score == taught.score(one.points, one.criterion) for one in items)
        assert any(one.score < before[one.url] for one in items if one.url in before)


@pytest.mark.parametrize(
    ("words", "fault", "told"),
    [
        ({"criterion": "nirgends"}, NotFoundError, "nirgends"),
        ({"url": f"{HOME}nirgends"}, NotFoundError, "nicht gelesen"),
        ({"url": "quatsch"}, NotFoundError, "nicht gelesen"),
        ({"reason": "seen"}, InputError, "only_planned"),
        ({"reason": None}, InputError, "Der Grund fehlt"),
        ({"until": date(2020, 1, 1)}, InputError, "vorbei"),
        ({"until": date.max}, InputError, "zu weit weg"),
        ({"decision": Decision.IGNORE, "reason": None}, InputError, "bis wann"),
        ({"criterion": "hundesteuer"}, InputError, "ablehnen"),
    ],
)
def test_a_word_that_cannot_be_meant_is_refused_and_not_kept(
    engine: Engine, words: dict[str, Any], fault: type[InputError], told: str
) -> None:
    """The message says what is possible."""
    given: dict[str, Any] = {"decision": Decision.REJECT, "reason": "ended", **words}
    with pytest.raises(fault, match=told):
        say(engine, **given)
    with opened(engine) as session:
        assert queries.reviews(session) == []


def test_a_rejected_finding_is_not_confirmed_by_mistake(engine: Engine) -> None:
    """Whoever confirms after a rejection may mean either, so the page has to be named."""
    say(engine, Decision.REJECT, reason="ended")
    rejudge(engine)
    assert parking(engine) == (Verdict.ABSENT, None, ["person_rejected"])
    with pytest.raises(InputError, match="nicht klar"):
        say(engine, Decision.CONFIRM)


def test_a_finding_that_outlived_a_rejection_can_be_confirmed(engine: Engine) -> None:
    """Another page shows it, so it is clear what is meant; on the day itself a word may end."""
    say(engine, Decision.REJECT, reason="ended", url=SURE)
    rejudge(engine)
    say(engine, Decision.CONFIRM, until=NOW.date())
    rejudge(engine)
    assert parking(engine)[:2] == ("BURIED", DOUBTFUL)
    assert {"person_confirmed", "person_rejected"} <= set(parking(engine)[2])
    with opened(engine) as session:
        word = queries.reviews(session)[-1]
        assert (word.whole, word.url, word.reason, word.drawn) == (True, DOUBTFUL, Why.KNOWN, False)


def test_an_expired_word_ends_with_its_last_day(engine: Engine) -> None:
    """On that day it holds, on the next it does not."""
    say(engine, Decision.IGNORE, url=SURE, until=date(2026, 12, 1))
    rejudge(engine, days=6)  # the first of December
    assert parking(engine)[1] != SURE
    rejudge(engine, days=7)
    assert parking(engine) == ("BURIED", SURE, ["orphan"])


def spoken(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert run(["review", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("engine")
def test_the_commands_show_the_effect_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """List, reject, look at what was done, report, explain and undo, as a person would, on the small catalogue."""
    monkeypatch.setattr(files, "load", {RULES.name: RULES}.__getitem__)  # only that which the audit was judged by
    (first, *_) = spoken(capsys, "list", "ort", "--limit", "50")
    assert {"criterion", "url", "hangs", "drawn", "outdated", "band", "score"} <= first.keys()
    taken = spoken(capsys, "reject", "ort", "handyparken", "--url", SURE, "--reason", "other_town", "--by", "Amt 61")
    assert taken["judged"]
    assert taken["before"] == "BURIED"
    assert "person_rejected" in [reason["code"] for reason in taken["reasons"]]
    assert run(["review", "list", "ort", "--done"]) == 0
    assert "handyparken abgelehnt von Amt 61: es geht um einen anderen Ort" in capsys.readouterr().out
    assert run(["review", "report"]) == 0
    told = capsys.readouterr().out
    assert "1 Urteil über Seiten: 0 bestätigt, 1 abgelehnt." in told
    assert "nicht die Stadt 1" in told
    assert "Gelernt aus 1 Urteil:" in told
    assert spoken(capsys, "report")["rules"][0]["earns_nothing"]
    back = spoken(capsys, "undo", str(taken["review"]["number"]))
    assert back["review"]["withdrawn"]
    assert (back["after"], back["reasons"][-1]["code"]) == ("BURIED", "orphan")


def test_an_explanation_names_the_calibration_where_it_changed_the_score(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    """And is silent where nothing was learned."""
    assert run(["explain", "ort", "handyparken"]) == 0
    assert "Eingestellt" not in capsys.readouterr().out
    assert run(["review", "confirm", "ort", "handyparken", "--url", DOUBTFUL, "--later"]) == 0
    assert "Es wirkt, sobald neu beurteilt wird: fundstelle judge 1" in capsys.readouterr().out
    rejudge(engine, days=36_500)  # the command noted the real day, and no judging knows of later words
    assert run(["explain", "ort", "handyparken"]) == 0
    told = capsys.readouterr().out
    assert "Grund: Von einer Person bestätigt am" in told
    assert "Eingestellt nach 1 Urteil" in told
    assert run(["explain", "ort", "handyparken", "--json"]) == 0
    change = json.loads(capsys.readouterr().out)["calibration"]
    assert change["n"] == 1
    assert change["score"] > change["by_hand"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["list", "nirgends"], "gibt es nicht"),
        (["list", "ort", "--limit", "0"], "--limit"),
        (["list"], "Es fehlt die Angabe"),
        (["confirm", "ort", "nirgends"], "nirgends"),
        (["reject", "ort", "handyparken"], "Der Grund fehlt"),
        (["ignore", "ort", "handyparken", "--until", "gestern"], "ist kein Tag"),
        (["ignore", "ort", "handyparken", "--until", "2027"], "ist kein Tag"),
        (["undo", "99"], "gibt es nicht"),
        (["undo", "eins"], "NUMMER"),
        (["report", "ort"], "zu viele Angaben"),
    ],
)
def test_wrong_words_end_in_a_clear_message(
    engine: Engine, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, one German sentence, and nothing was taken down."""
    assert run(["review", *words]) == 2
    assert told in capsys.readouterr().err
    with opened(engine) as session:
        assert queries.reviews(session) == []


class Listener:
    """A second reader that remembers what it was shown and has no opinion that could be kept."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def read(self, question: str, definition: str, text: str) -> Opinion:  # noqa: ARG002 as the protocol has it
        self.shown.append(text)
        return Opinion(says="unsure", quote="", reason="")


def test_where_a_person_has_spoken_no_second_reader_is_asked(engine: Engine) -> None:
    """Neither about a page that was rejected nor about one that was confirmed."""
    asked: list[int] = []
    for url, decision in ((SURE, Decision.REJECT), (DOUBTFUL, Decision.CONFIRM)):
        say(engine, decision, url=url, reason="ended" if decision == Decision.REJECT else None)
        second = Listener()
        judge(engine, 1, RULES, now=NOW, report=lambda _done, _all: None, second=second)
        asked.append(len(second.shown))
        assert not any(TEXTS[SURE][1] in text for text in second.shown)
    assert asked == [1, 0]
