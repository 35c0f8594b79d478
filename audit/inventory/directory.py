"""
Which town is meant: by profile file, key, name, or address.

Does not fetch and does not open a database; towns that one knows are handed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from audit.inventory import gazetteer
from audit.inventory.gazetteer import Place
from audit.inventory.profile import Budget, Door, Profile, read
from audit.inventory.spelling import letters, slug
from crawler.addresses import host_of
from db.errors import UnknownTownError
from db.models import Site, Town
from db.terms import Role, Standing

PROFILES = Path(__file__).parent / "data" / "profiles"

SHOWN = 20
"""So many places are shown that only begin like the name, and so many in an error."""

_HOST = re.compile(r"^[\wäöüß-]+(?:\.[\wäöüß-]+)*\.[a-z]{2,}(?::[0-9]{1,5})?(?:/\S*)?$", re.IGNORECASE)


def find(name: str) -> list[Place]:
    """
    Return the places of that name: exact ones first, then names that begin so, or else names that are alike.

    A Land behind the name narrows the search: „Altdorf BY“, „Altdorf (Bayern)“, „altdorf-by“.
    """
    wanted, state = gazetteer.meant(name)
    if not wanted:
        return []
    exact = gazetteer.named(wanted, state)
    begin = [place for place in gazetteer.beginning(wanted, state) if place not in exact]
    return (exact + begin[:SHOWN]) or gazetteer.alike(wanted, state)


def places() -> frozenset[str]:
    """Return the names of all German municipalities, also without what stands in brackets or behind a slash."""
    return gazetteer.names()


def curated() -> dict[str, Path]:
    """Return the files of the curated profiles by key."""
    return {path.stem: path for path in sorted(PROFILES.glob("*.yaml"))}


def profiles(towns: Iterable[Town]) -> list[Profile]:
    """Return the profiles that one knows: those of stored towns that could be read, then the curated ones of others."""
    stored = {town.key: _of_town(town) for town in towns if _confirmed(town)}
    return [*stored.values(), *(read(path) for key, path in curated().items() if key not in stored)]


def resolve(text: str, *, known: Iterable[Town] = ()) -> Profile:
    """
    Return the profile that TOWN on the command line means.

    In this order: a YAML file, a town one knows already (its sites may have been confirmed by hand), a curated
    profile, the directory, an address. Raises ProfileError for a wrong file, UnknownTownError if there is no such
    town or several of the name.
    """
    wanted = text.strip()
    towns = list(known)
    if Path(wanted).suffix.lower() in {".yaml", ".yml"}:
        return read(Path(wanted))
    if "://" in wanted:
        return at(wanted, known=towns)
    profile = _by_name(wanted, towns)
    if profile is not None:
        return profile
    if _HOST.match(wanted):
        return at(f"http://{wanted}", known=towns)
    if Path(wanted).is_file():
        return read(Path(wanted))
    raise UnknownTownError(f"Eine Stadt „{wanted}“ ist nicht bekannt.", remedy=_suggestion(wanted, towns))


def _by_name(text: str, towns: Sequence[Town]) -> Profile | None:
    wanted, state = gazetteer.meant(text)
    town = _stored(text, towns)
    if town is not None:
        return _of_town(town)
    for key, path in curated().items():
        if letters(key) == wanted:
            profile = read(path)
            if state in {None, profile.state}:
                return profile
    place = gazetteer.keys().get(text.lower()) or _only(text, gazetteer.named(wanted, state))
    return _of_place(place) if place else None


def _stored(text: str, towns: Sequence[Town]) -> Town | None:
    """Return the known town of that key or name, if it has a site that one could read."""
    wanted, state = gazetteer.meant(text)
    for town in towns:
        if town.key == text.lower() and _confirmed(town):
            return town
    same = [town for town in towns if letters(gazetteer.untitled(town.name)) == wanted and state in {None, town.state}]
    same = [town for town in same if _confirmed(town)]
    if len(same) > 1:
        raise _several(text, {town.key: _words(town) for town in same})
    return same[0] if same else None


def _only(text: str, found: list[Place]) -> Place | None:
    """Return the one place that is meant; „Weimar“ is Weimar before it is Weimar (Lahn)."""
    wanted = gazetteer.meant(text)[0]
    full = [place for place in found if letters(place.name) == wanted]
    chosen = full if len(full) == 1 else found
    if len(chosen) > 1:
        raise _several(text, {place.key: place.words for place in chosen})
    return chosen[0] if chosen else None


def _several(text: str, words: Mapping[str, str]) -> UnknownTownError:
    example = min(words, key=len)
    return UnknownTownError(
        f"„{text}“ gibt es mehrmals: {', '.join(list(words.values())[:SHOWN])}.",
        remedy=f"Nennen Sie einen dieser Schlüssel, zum Beispiel „{example}“, oder das Land hinter dem Namen;"
        f" „fundstelle town find {text}“ zeigt alle.",
    )


def _suggestion(text: str, towns: Sequence[Town]) -> str:
    mine = {letters(town.name): _words(town) for town in towns}
    wanted = gazetteer.meant(text)[0]
    close = [mine[name] for name in gazetteer.near(wanted, mine)]
    close += [place.words for place in gazetteer.alike(wanted) if letters(place.name) not in mine]
    meant = f"Meinten Sie {', '.join(close[: gazetteer.SUGGESTED])}? " if close else ""
    return f"{meant}Sie können auch die Internetadresse der Stadt oder eine Profil-Datei (YAML) angeben."


def _words(town: Town) -> str:
    return f"„{town.key}“ ({town.name})"


def called(name: str, *, known: Iterable[Town] = ()) -> Profile:
    """Return the profile of the town of that key or name, never a file's; raise UnknownTownError as ``resolve`` does."""
    towns = list(known)
    profile = _by_name(name.strip(), towns)
    if profile is None:
        raise UnknownTownError(f"Eine Stadt „{name}“ ist nicht bekannt.", remedy=_suggestion(name, towns))
    return profile


def at(url: str, *, known: Iterable[Town] = ()) -> Profile:
    """Return the profile of the town whose website this is, or one that only has the address; raise UnknownTownError if it is none."""
    door = _door(url)
    host = _bare(host_of(door.url))
    for town in known:
        if any(_bare(site.host) == host for site in _confirmed(town) if site.role == Role.CITY):
            return _of_town(town)
    for path in curated().values():
        profile = read(path)
        if any(_bare(host_of(one.url)) == host for one in profile.sites if one.role == Role.CITY):
            return profile
    for place in gazetteer.load():
        if place.domain == host:
            return _of_place(place)
    return _of_host(host, door=door)


def _door(url: str) -> Door:
    try:
        return Door(url=url, role=Role.CITY)
    except ValidationError:
        raise _no_address(url) from None


def _no_address(url: str) -> UnknownTownError:
    return UnknownTownError(
        f"„{url}“ ist keine Internetadresse, die sich lesen lässt.",
        remedy="Erwartet wird zum Beispiel „https://www.musterstadt.de/“.",
    )


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _of_host(host: str, *, door: Door) -> Profile:
    """Return a profile for an address nobody knows; the name is what the host suggests."""
    label = host.partition(":")[0].rpartition(".")[0]
    if not slug(label) or host.replace(".", "").replace(":", "").isdigit():
        label = host
    name = gazetteer.untitled(re.sub(r"[.-]+", " ", label)).title().replace(" ", "-")
    if not slug(label):
        raise _no_address(door.url)
    return Profile(key=slug(label), name=name, sites=[door])


def _of_place(place: Place) -> Profile:
    # A domain of two labels answers with www nearly everywhere; of the others nobody knows.
    host = place.domain if place.domain.count(".") > 1 else f"www.{place.domain}"
    doors = [{"url": f"https://{host}/", "role": Role.CITY}]
    return Profile.model_validate({"key": place.key, "name": place.name, "state": place.state, "sites": doors})


def _confirmed(town: Town) -> list[Site]:
    return [site for site in town.sites if site.standing == Standing.CONFIRMED]


def _of_town(town: Town) -> Profile:
    """Return what was stored of a town; sites found by rule are kept by the database and need no naming."""
    columns = ("key", "name", "ars", "state", "competences", "population", "aliases", "neighbours")
    values = {name: getattr(town, name) for name in columns}
    doors = [{"url": site.url, "role": site.role} for site in _confirmed(town)]
    return Profile.model_validate({**values, "sites": doors, "budget": town.budget or Budget()})
