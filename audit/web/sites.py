"""
The screens about a town's websites: whose each is and why, decide on one, add one by hand, the letter to those who run them.

Does not class a host; the crawler's rules do, and what a person says goes before them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from audit.run import letters, towns
from audit.run.opening import LONGEST, named
from audit.web import signing
from audit.web.call import Call, Door
from crawler.satellites import scope
from db import queries, town_desk
from db.errors import InputError
from db.models import Audit, Crawl, Site, Town
from db.session import opened
from db.terms import PersonRole, Role, Standing
from reports.findings import iso

ACTS = {"own": "site_confirmed", "foreign": "site_refused"}
FOREIGN = 200
"""Foreign hosts that are listed."""

HOSTS = 100
"""Hosts of one letter."""

Json = dict[str, Any]


def every(call: Call) -> Response:
    """Show the landscape: what waits, what is the town's, what is not."""
    return _every(call)


def one(call: Call) -> Response:
    """Show one host, known or not, and let an administrator say whose it is."""
    text = call.query.get("host", "").strip()
    try:
        named(text)
    except InputError as fault:
        return _every(call, status=400, typed=text[:LONGEST], fault=str(fault))
    with opened(call.engine) as session:
        town = towns.found(session, call.path["key"])
        return _one(call, town, text, last=_last(session, town))


def decided(call: Call) -> Response:
    """Take down whose a host is, unless somebody else was faster."""
    text, word, role = call.words("host")[: LONGEST + 1], call.words("own"), call.words("role")
    with opened(call.engine) as session:
        town = towns.hold(session, call.path["key"])
        site, last = towns.site(town, text), _last(session, town)
        if call.words("seen") != towns.mark(site) and _is_so(site, word, role):
            # Sent twice, it is taken down already.
            return call.go(f"/orte/{town.key}/websites", said=ACTS[word])
        if call.words("seen") != towns.mark(site):
            act = town_desk.last_act(session, town.id, ACTS.values())
            conflict = {"own": word, "role": role if role in list(Role) else "", "who": act.who if act else ""}
            return _one(call, town, text, last=last, status=409, conflict=conflict)
        if word not in ACTS or (word == "own" and role not in list(Role)):
            return _one(call, town, text, last=last, status=400, fault="choice")
        is_own = word == "own"
        try:
            said = towns.say(town, text, is_own=is_own, role=role if is_own else None, now=call.now)
        except InputError as refused:
            return _one(call, town, text, last=last, status=400, fault=str(refused))
        about = f"{town.name}: {said.host}"
        signing.note(
            session,
            call.person,
            "site_confirmed" if is_own else "site_refused",
            now=call.now,
            town_id=town.id,
            about=about,
        )
    return call.go(f"/orte/{town.key}/websites", said=ACTS[word])


def letter(call: Call) -> Response:
    """Show the letter about the sites that could not be read, or about those that are named."""
    town, text = _letter(call)
    return call.page("letter", town=_town(town), query=str(call.request.url.query), lines=text.splitlines())


def letter_file(call: Call) -> Response:
    """Give the same letter as a file."""
    town, text = _letter(call)
    name = f'attachment; filename="brief-{town.key}.txt"'
    return Response(text, media_type="text/plain; charset=utf-8", headers={"content-disposition": name})


DOORS = (
    Door("/orte/{key}/websites", every, PersonRole.READER),
    Door("/orte/{key}/website", one, PersonRole.READER),
    Door("/orte/{key}/website", decided, PersonRole.ADMIN, "POST"),
    Door("/orte/{key}/websites/brief", letter, PersonRole.READER),
    Door("/orte/{key}/websites/brief.txt", letter_file, PersonRole.READER),
)


def _every(call: Call, *, status: int = 200, typed: str = "", fault: str = "") -> Response:
    with opened(call.engine) as session:
        town = towns.found(session, call.path["key"])
        last = _last(session, town)
        crawls = _crawls(last)
        order = [Role.CITY, *(role for role in Role if role != Role.CITY)]
        sites = sorted(town.sites, key=lambda site: (order.index(Role(site.role)), site.host))
        told = [_site(site, crawls.get(site.id)) for site in sites]
        shut = letters.shut(town, last)
    groups = {name: [site for site in told if site["standing"] == name] for name in Standing}
    return call.page(
        "sites",
        status=status,
        town=_town(town),
        proposed=groups[Standing.PROPOSED],
        own=groups[Standing.CONFIRMED] + groups[Standing.OWN],
        foreign=groups[Standing.FOREIGN][:FOREIGN],
        more_foreign=max(0, len(groups[Standing.FOREIGN]) - FOREIGN),
        audit=_audit(last),
        shut=shut,
        typed=typed,
        fault=fault,
        manages=call.person is not None and signing.may(call.person, PersonRole.ADMIN),
    )


def _one(call: Call, town: Town, text: str, *, last: Audit | None, status: int = 200, **more: Any) -> Response:
    site = towns.site(town, text)
    url, host = named(text)
    shown: Json = {"fault": "", "conflict": None, **more}
    home = next((one.url for one in town.sites if one.standing in queries.READ), "")
    return call.page(
        "site",
        status=status,
        town=_town(town),
        host=host,
        url=url,
        site=_site(site, _crawls(last).get(site.id)) if site else None,
        scope=scope(home, [url])[0] if site is None and home else None,
        audit=_audit(last),
        roles=list(Role),
        seen=towns.mark(site),
        manages=call.person is not None and signing.may(call.person, PersonRole.ADMIN),
        **shown,
    )


def _is_so(site: Site | None, word: str, role: str) -> bool:
    """Has a person said of a site just this?"""
    if site is None or not site.by_hand:
        return False
    wanted = {"own": (Standing.CONFIRMED, role), "foreign": (Standing.FOREIGN, site.role)}.get(word)
    return (site.standing, site.role) == wanted


def _letter(call: Call) -> tuple[Town, str]:
    hosts = call.request.query_params.getlist("host")[:HOSTS]
    with opened(call.engine) as session:
        town = towns.found(session, call.path["key"])
        return town, letters.letter(town, _last(session, town), hosts=hosts, addresses=letters.networks())


def _last(session: Session, town: Town) -> Audit | None:
    """Return the latest audit, with its crawls at hand."""
    last = next(reversed(queries.audits(session, town.id)), None)
    return queries.audit(session, str(last.id)) if last else None


def _crawls(last: Audit | None) -> dict[int, Crawl]:
    return {crawl.site_id: crawl for crawl in last.crawls} if last else {}


def _site(site: Site, crawl: Crawl | None) -> Json:
    named = ("url", "host", "role", "standing", "reason", "by_hand")
    told: Json = {name: getattr(site, name) for name in named}
    read = {"pages": crawl.pages, "refused": crawl.refused, "end": crawl.end} if crawl else None
    return told | {"read": read, "seen": towns.mark(site)}


def _town(town: Town) -> Json:
    return {"key": town.key, "name": town.name}


def _audit(last: Audit | None) -> Json | None:
    return {"id": last.id, "started": iso(last.started)} if last else None
