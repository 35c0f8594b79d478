"""
The profile of a town: a YAML file that names its sites, its spellings and its budget.

Does not look towns up (``audit.inventory.directory``), does not fetch and does not open a database.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from audit import checked
from crawler.addresses import canonical, host_of
from db.errors import ProfileError
from db.models import Site, Town
from db.terms import N_, Role, Standing

STATES = {
    "BW": "Baden-Württemberg",
    "BY": "Bayern",
    "BE": "Berlin",
    "BB": "Brandenburg",
    "HB": "Bremen",
    "HH": "Hamburg",
    "HE": "Hessen",
    "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen",
    "RP": "Rheinland-Pfalz",
    "SL": "Saarland",
    "SN": "Sachsen",
    "ST": "Sachsen-Anhalt",
    "SH": "Schleswig-Holstein",
    "TH": "Thüringen",
}
"""The sixteen Länder by the codes of ISO 3166-2:DE."""

MAX_ADDRESS = 2_000
MAX_PAGES = 100_000
MAX_SECONDS = 7 * 86_400
MAX_DELAY = 3_600
MAX_SEARCHES = 300
MAX_PEOPLE = 20_000_000

State = Literal["BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH"]
Competence = Literal["kreisfrei", "kreisangehoerig", "kreisstadt"]
TownKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
OfficialKey = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("darf nicht leer sein")
    return text.strip()


def _within(low: float, high: float, *, whole: bool) -> BeforeValidator:
    def check(value: object) -> object:
        fits = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not fits or not math.isfinite(value) or not low <= value <= high:  # type: ignore[arg-type,operator]
            kind = "eine ganze Zahl" if whole else "eine Zahl"
            raise ValueError(f"erwartet wird {kind} von {low} bis {high}, hier steht {value!r}")
        return value

    return BeforeValidator(check)


def _web_address(url: str) -> str:
    """Refuse what a browser could not open as a front door."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(f"„{url}“ ist keine gültige Internetadresse") from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise ValueError(f"die Adresse „{url}“ muss mit http:// oder https:// beginnen")
    if not parts.hostname or port == 0 or len(url) > MAX_ADDRESS or any(sign.isspace() for sign in url):
        raise ValueError(f"„{url[:MAX_ADDRESS]}“ ist keine gültige Internetadresse")
    if parts.username is not None or parts.password is not None:
        raise ValueError("die Adresse darf keinen Benutzernamen und kein Kennwort enthalten")
    return url


def _spellings(value: object) -> object:
    if not isinstance(value, dict):
        raise ValueError('erwartet werden Namen mit ihren Schreibweisen, zum Beispiel {"OpenR@thaus": [Open Rathaus]}')  # noqa: TRY004 - pydantic wants ValueError
    return value


Filled = Annotated[str, AfterValidator(_filled)]
WebAddress = Annotated[str, AfterValidator(_web_address)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_blanks(cls, values: Any) -> Any:
        """Take „ars:“ with nothing behind it as not given."""
        return (
            {key: value for key, value in values.items() if value is not None} if isinstance(values, dict) else values
        )


class Door(_Strict):
    """The front door of one site and what the site is for."""

    url: WebAddress
    role: Role


class Budget(_Strict):
    """
    How much of each site may be read, and how politely.

    Attributes:
        searches_per_site: Queries that the site's own search may be asked; 0: it is left alone.
        search_share: Part of the people who begin with a search engine and not at the site, 0..1.
    """

    pages_per_site: Annotated[int, _within(1, MAX_PAGES, whole=True)] = 1_500
    seconds_per_site: Annotated[int, _within(1, MAX_SECONDS, whole=True)] = 1_800
    delay_seconds: Annotated[float, _within(0, MAX_DELAY, whole=False)] = 1.0
    searches_per_site: Annotated[int, _within(0, MAX_SEARCHES, whole=True)] = 0
    search_share: Annotated[float, _within(0, 1, whole=False)] = 0.5


def _distinct(doors: list[Door]) -> list[Door]:
    """One site is one host: a second door would be read twice and counted twice."""
    if not doors:
        raise ValueError("mindestens eine Internetadresse wird gebraucht")
    seen: set[str] = set()
    for place, door in enumerate(doors):
        host = host_of(door.url)
        if host in seen:
            fault = PydanticCustomError("value_error", "der Host {host} steht zweimal unter „sites“", {"host": host})
            raise ValidationError.from_exception_data(
                "sites", [InitErrorDetails(type=fault, loc=(place, "url"), input=door.url)]
            )
        seen.add(host)
    return doors


def _consistent(competences: list[Competence]) -> list[Competence]:
    if {"kreisfrei", "kreisangehoerig"} <= set(competences):
        raise ValueError("eine Stadt ist kreisfrei oder kreisangehörig, nicht beides")
    return competences


class Profile(_Strict):
    """
    A town as its profile describes it.

    Attributes:
        competences: Only what is stated; an empty list says nothing, so a county's services are not expected.
        aliases: A name of the town, its companies or products, with its other spellings.
        neighbours: Keys of towns to compare with.
    """

    key: TownKey
    name: Filled
    ars: OfficialKey | None = None
    state: State | None = None
    competences: Annotated[list[Competence], AfterValidator(_consistent)] = []
    population: Annotated[int, _within(1, MAX_PEOPLE, whole=True)] | None = None
    sites: Annotated[list[Door], AfterValidator(_distinct)]
    aliases: Annotated[dict[Filled, list[Filled]], BeforeValidator(_spellings)] = {}
    neighbours: list[TownKey] = []
    budget: Budget = Budget()

    def town(self) -> Town:
        """Return the town with its sites as rows that no database has seen yet."""
        return Town(
            **self.model_dump(exclude={"sites", "budget"}),
            budget=self.budget.model_dump(),
            sites=[
                Site(
                    url=canonical(door.url),
                    host=host_of(door.url),
                    role=door.role.value,
                    standing=Standing.CONFIRMED,
                    reason=N_("Im Profil der Stadt genannt."),
                )
                for door in self.sites
            ],
        )


def read(path: Path) -> Profile:
    """Return the profile of that YAML file; raise ProfileError with file, line and remedy."""
    return checked.read(path, Profile, error=ProfileError)


def parse(content: bytes, *, name: str) -> Profile:
    """Return the profile that a file of that name holds; raise ProfileError with name, line and remedy."""
    return checked.parse(content, Profile, file=Path(name), error=ProfileError)
