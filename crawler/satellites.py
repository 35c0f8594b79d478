"""
Whose a linked host is: the town's own, perhaps the town's, or somebody else's, and what it is for.

Does not fetch and does not store; it reads addresses, the words of links and imprints. Only what is own by rule may
be read without asking, so a doubt is always a proposal and never an own site.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from crawler import addresses, vendors
from crawler.names import Match, Names, fold, words
from db.models import Town
from db.terms import N_, Role, Standing

READ = {Standing.CONFIRMED, Standing.OWN}
IMPRINT = 1500  # characters in which an imprint says whose it is; later come lawyers and photographers


@dataclass(frozen=True)
class LinkSeen:
    """A link as it was found: on which host, to which address, in which words, how often."""

    source_host: str
    target_url: str
    text: str
    zone: str
    count: int


@dataclass(frozen=True)
class Survey:
    """What was decided about one linked host."""

    host: str
    url: str  #: its front door, or the tenant's part of it
    role: str
    standing: str
    reason: str  #: German
    count: int  #: links to it


class _Ruling(NamedTuple):
    standing: Standing
    role: str | None
    reason: str
    url: str | None = None


def survey(*, town: Town, links: Iterable[LinkSeen], imprints: Mapping[str, str]) -> list[Survey]:
    """
    Class every host that a town's sites link to and that is not yet one of its sites.

    Args:
        town: With its sites; those that are confirmed or own speak for what they link to.
        links: All links of the town's own pages.
        imprints: Host to the text of its imprint, as far as one was read.

    Returns:
        One decision a host: own first, then proposed, then foreign, the most linked first.
    """
    home = [site for site in town.sites if site.standing in READ]
    names = Names.of(town)
    domains = own_domains(site.host for site in home)
    known = {vendors.plain(site.host) for site in town.sites}
    speakers = {vendors.plain(site.host) for site in home}
    groups: dict[str, list[LinkSeen]] = {}
    for link in links:
        host = addresses.host_of(link.target_url) if addresses.is_web(link.target_url) else ""
        if host and vendors.plain(host) not in known:
            groups.setdefault(vendors.plain(host), []).append(link)
    texts = {vendors.plain(host): text for host, text in imprints.items()}
    order = list(Standing)
    found = [
        _survey(group, names=names, domains=domains, speakers=speakers, imprint=texts.get(host, ""))
        for host, group in groups.items()
    ]
    return sorted(found, key=lambda one: (order.index(Standing(one.standing)), -one.count, one.host))


def own_domains(hosts: Iterable[str]) -> frozenset[str]:
    """Return the registrable domains that belong to the owner of these hosts alone."""
    return frozenset(addresses.registrable(host) for host in hosts if not vendors.is_shared(host))


def _survey(
    links: Sequence[LinkSeen], *, names: Names, domains: Collection[str], speakers: Collection[str], imprint: str
) -> Survey:
    """Decide on one host; of several tenants on it the one that the town may claim is taken."""
    counts: Counter[str] = Counter()
    for link in links:
        counts[link.target_url] += link.count
    bound = {link.target_url for link in links if vendors.plain(link.source_host) in speakers and _serves(link.text)}
    order = list(Standing)
    rulings = [
        (rule(url, names=names, domains=domains, bound=url in bound, imprint=imprint), url)
        for url, _ in counts.most_common()
    ]
    ruling, url = min(rulings, key=lambda pair: order.index(pair[0].standing))
    text = " ".join(link.text for link in links)
    return Survey(
        host=addresses.host_of(url),
        url=ruling.url or _door(url),
        role=ruling.role or _role(url, text) or (Role.MICROSITE if ruling.standing is Standing.OWN else Role.OTHER),
        standing=ruling.standing,
        reason=ruling.reason,
        count=counts.total(),
    )


def rule(url: str, *, names: Names, domains: Collection[str], bound: bool, imprint: str) -> _Ruling:
    """Decide whose an address is, from the strongest sign to the weakest; ``bound``: an own page offers it as a service."""
    host = addresses.host_of(url)
    if reason := _never(url, host):
        return _Ruling(Standing.FOREIGN, None, reason)
    if tenancy := vendors.tenancy(url):
        return _tenant(tenancy, names=names, bound=bound)
    if level := vendors.authority(host):
        return _Ruling(Standing.FOREIGN, None, N_("Angebot {level}, nicht der Stadt.").format(level=LEVELS[level]))
    domain = addresses.registrable(host)
    if domain in domains:
        return _Ruling(Standing.OWN, None, N_("Gehört zur eigenen Adresse {domain}.").format(domain=domain))
    return _named(host, domain, names=names, imprint=imprint)


def _never(url: str, host: str) -> str | None:
    """Return why an address is no town's at all."""
    if addresses.is_private_host(host):
        return N_("Keine öffentliche Adresse.")
    if vendors.is_demo(url):
        return N_("Vorführung oder Probebetrieb eines Anbieters, kein Auftritt einer Stadt.")
    return N_("Angebot für alle, nicht der Stadt.") if vendors.is_everybodys(host) else None


LEVELS = {"bund": N_("des Bundes"), "land": N_("eines Landes"), "verbund": N_("eines Verbandes")}


def _tenant(tenancy: vendors.Tenancy, *, names: Names, bound: bool) -> _Ruling:
    vendor, role, tenant, front = tenancy
    if tenant is None:
        reason = N_(
            "{vendor} ist eine gemeinsame Adresse vieler Städte; ein eigener Bereich ist nicht zu erkennen."
        ).format(vendor=vendor)
        return _Ruling(Standing.PROPOSED, role, reason)
    match = names.match(tenant)
    if names.is_neighbour(tenant) or (match and (match.foreign or match.other_place)):
        return _Ruling(
            Standing.FOREIGN,
            role,
            N_("Bereich „{tenant}“ bei {vendor} gehört jemand anderem.").format(tenant=tenant, vendor=vendor),
            front,
        )
    if match and not match.short and not match.strange:
        return _Ruling(
            Standing.OWN,
            role,
            N_("Eigener Bereich „{tenant}“ bei {vendor}.").format(tenant=tenant, vendor=vendor),
            front,
        )
    if match:
        return _Ruling(
            Standing.PROPOSED,
            role,
            N_("Bereich „{tenant}“ bei {vendor} könnte der Stadt gehören.").format(tenant=tenant, vendor=vendor),
            front,
        )
    if bound:
        reason = N_("Bereich „{tenant}“ bei {vendor}; eine eigene Seite bietet ihn als Dienst an.").format(
            tenant=tenant, vendor=vendor
        )
        return _Ruling(Standing.OWN, role, reason, front)
    return _Ruling(
        Standing.PROPOSED,
        role,
        N_("Bereich „{tenant}“ bei {vendor}; der Name der Stadt fehlt darin.").format(tenant=tenant, vendor=vendor),
        front,
    )


def _named(host: str, domain: str, *, names: Names, imprint: str) -> _Ruling:
    """Decide by the name of the town in the domain, then by the imprint."""
    label, _, ending = vendors.plain(domain).partition(".")
    match = names.match(label)
    if match and match.foreign:
        return _Ruling(
            Standing.FOREIGN,
            None,
            N_("Trägt den Namen der Stadt, ist aber nicht ihr Auftritt ({domain}).").format(domain=domain),
        )
    if match and match.other_place:
        return _Ruling(
            Standing.FOREIGN,
            None,
            N_("Anderer Ort, in dessen Name der Name der Stadt vorkommt ({domain}).").format(domain=domain),
        )
    role = match.role if match else None
    if imprint and names.issues(imprint[:IMPRINT]):
        return _Ruling(Standing.OWN, role, N_("Das Impressum nennt die Stadt oder ihren Betrieb."))
    if match is None:
        return _distant(host, domain, names=names)
    doubt = ""
    if match.short or match.strange:
        doubt = N_("Der Name der Stadt steht neben anderen Wörtern oder ist nur ein Teil ({domain}).").format(
            domain=domain
        )
    elif ending not in words()["endings"]:
        doubt = N_("Der Name der Stadt unter der Endung .{ending}; solche Adressen haben oft andere Inhaber.").format(
            ending=ending
        )
    if doubt:
        return _Ruling(Standing.PROPOSED, role, doubt)
    return _Ruling(
        Standing.OWN, role, N_("Der Name der Stadt ist ein ganzer Teil der Adresse ({domain}).").format(domain=domain)
    )


def _distant(host: str, domain: str, *, names: Names) -> _Ruling:
    """Decide on a host whose own domain does not carry the town's name."""
    if names.product(vendors.plain(domain).partition(".")[0]):
        return _Ruling(
            Standing.PROPOSED, None, N_("Trägt den Namen eines Angebots der Stadt ({domain}).").format(domain=domain)
        )
    below = vendors.plain(host).removesuffix(domain).strip(".")
    match = names.match(below) if below else None
    if match and not match.foreign and not match.other_place:
        return _Ruling(
            Standing.PROPOSED,
            match.role,
            N_("Der Name der Stadt steht vor einer fremden Adresse ({domain}).").format(domain=domain),
        )
    return _Ruling(Standing.FOREIGN, None, N_("Kein Zeichen, dass die Stadt der Anbieter ist."))


def _serves(text: str) -> bool:
    """Tell whether the words of a link name a service; „hier“ and „mehr“ do not."""
    plain = fold(text)
    return any(word in plain for word in words()["services"])


def _role(url: str, text: str) -> str | None:
    """Guess what a host is for from its parts, then from the words of the links to it."""
    host = vendors.plain(addresses.host_of(url))
    parts = [part for label in host.split(".")[:-1] for part in label.split("-")]
    steps = urlsplit(url).path.lower().split("/")[1:2]
    return Match.role_of([*parts, *steps]) or Match.role_of(fold(text, gap=" ").split())


def _door(url: str) -> str:
    """Return the front door of the host an address stands on."""
    parts = urlsplit(url)
    return addresses.canonical(f"{parts.scheme}://{parts.netloc}/")


def scope(home_url: str, urls: Iterable[str]) -> list[dict[str, Any]]:
    """
    Say of each address what it is to the town with this home, without looking at the network.

    Returns:
        One dict an address, in order: ``url``, ``host``, ``scope`` (same_host, subdomain, own_domain, tenant, authority,
        foreign or no_address), ``reason`` and ``warnings`` in German.
    """
    names = Names.at(addresses.host_of(home_url))
    return [_scope(url, home=home_url, names=names) for url in urls]


def _scope(url: str, *, home: str, names: Names) -> dict[str, Any]:
    if not addresses.is_web(url):
        return {"url": url, "host": "", "scope": "no_address", "reason": _why_not(url), "warnings": []}
    host, door = addresses.host_of(url), addresses.host_of(home)
    kind, reason = _relation(url, names=names, door=door)
    return {"url": url, "host": host, "scope": kind, "reason": reason, "warnings": _warnings(url, home=home)}


def _relation(url: str, *, names: Names, door: str) -> tuple[str, str]:
    host = addresses.host_of(url)
    if vendors.plain(host) == vendors.plain(door):
        return "same_host", "Dieselbe Adresse wie die Startseite."
    domains = own_domains([door])
    ruling = rule(url, names=names, domains=domains, bound=False, imprint="")
    if addresses.registrable(host) in domains and ruling.standing is Standing.OWN:
        return "subdomain", ruling.reason
    if vendors.tenancy(url) and not vendors.is_demo(url):
        return "tenant", ruling.reason
    if ruling.standing is Standing.OWN:
        return "own_domain", ruling.reason
    return ("authority" if vendors.authority(host) else "foreign"), ruling.reason


def _warnings(url: str, *, home: str) -> list[str]:
    """Return what a person should look at before believing an address."""
    parts, host = urlsplit(url), addresses.host_of(url)
    raw = parts.netloc.rpartition("@")[2]
    signs = {
        "Vor dem Rechnernamen stehen Zugangsdaten; der Rechner ist der Teil hinter dem @.": "@" in parts.netloc,
        "Der Name endet mit einem Punkt.": raw.partition(":")[0].endswith("."),
        "Die Adresse nennt einen besonderen Anschluss (Port).": ":" in host.rpartition("]")[2],
        "Der Name enthält umschriebene Sonderzeichen; bitte auf Verwechslung prüfen.": "xn--" in host,
        "Die Adresse ist nicht öffentlich erreichbar.": addresses.is_private_host(host),
        "Der Name ist eine Zahl; bitte den Rechnernamen angeben.": host.replace(".", "").partition(":")[0].isdigit(),
        "Die Verbindung ist nicht verschlüsselt (http).": parts.scheme == "http" and home.startswith("https:"),
        "Vorführung oder Probebetrieb eines Anbieters.": vendors.is_demo(url),
    }
    return [warning for warning, is_so in signs.items() if is_so]


def _why_not(url: str) -> str:
    scheme = url.strip().partition(":")[0].lower() if ":" in url else ""
    known = {
        "mailto": "Das ist eine E-Mail-Adresse.",
        "tel": "Das ist eine Telefonnummer.",
        "javascript": "Das ist ein Programm, keine Adresse.",
        "data": "Das sind Daten, keine Adresse.",
        "file": "Das ist eine Datei auf einem Rechner, keine Adresse im Netz.",
        "ftp": "Das ist eine Dateiablage; gelesen werden nur http und https.",
    }
    return known.get(scheme, "Das ist keine vollständige Adresse im Netz; sie muss mit http:// oder https:// beginnen.")
