"""
Life situations: under which heading of an overview page people look for an offer.

Does not know towns and does not decide what is an offer. What is not listed here goes by its kind and its audience.
"""

from __future__ import annotations

from collections.abc import Collection

GUESTS = "Zu Gast in der Stadt"
BUSINESS = "Gründen, Betriebe und Handel"
FURTHER = "Weitere Angebote"
PLANS = "Pläne und Strategien"
WORKS = "Technik und Projekte der Stadt"
NO_SERVICES = {PLANS, WORKS}
"""What is there to be read about, and not to be used."""

MEMBERS = {
    "Wohnen und Umziehen": """
        wohnsitz-anmelden-online wohngeld-online wohnberechtigungsschein-online wohnungsunternehmen-digital bauantrag-online
        bauleitplanung-online online-hausanschluss stadtwerke-kundenportal glasfaser-verfuegbarkeit-karte
        digitale-abfallservices smart-home-ambient-assisted nachbarschaftsplattform leerstand-flaechenkataster""",
    "Familie und Bildung": """
        kita-portal unterhaltsvorschuss-online eheschliessung-anmelden-online urkunden-standesamt-online bibliothek-online
        onleihe-e-medien vhs-online it-bildungsangebot-kinder digitale-kompetenz-senioren kulturerbe-digital""",
    "Unterwegs": """
        kfz-zulassung-online termin-kfz-zulassung fuehrerschein-online bewohnerparkausweis-online handyparken
        parkleitsystem-echtzeit oepnv-echtzeit-app oepnv-handyticket on-demand-rufbus carsharing bike-scooter-sharing
        multimodale-mobilitaetsapp ladeinfrastruktur verkehrsdaten-baustellen-karte""",
    "Dokumente und Anträge": """
        buergerportal-serviceportal website-suche-az online-terminvergabe termin-standesamt termin-auslaenderbehoerde
        ausweis-pass-online meldebescheinigung-online fuehrungszeugnis-online hundesteuer-online e-payment
        buergeranfrage-elektronische-kommunikation fundbuero-online stellen-vergabe-online""",
    "Gesundheit und Soziales": """
        gesundheitsamt-online krankenhaus-digital telemedizin-angebot arzt-apotheken-finder digitale-pflege-angebote
        notfall-rettung-digital gesundheitsinfo-hitze-wasser schwerbehindertenausweis-online""",
    "Energie und Umwelt": "solarkataster umweltsensorik energiemonitor",
    GUESTS: """
        veranstaltungskalender-online webcams-wetter-pegel-gaeste oeffentliches-wlan stadt-gutschein-digital
        online-marktplatz-lokal""",
    BUSINESS: "coworking-space digital-hub-netzwerk breitband-gewerbe",
    "Mitreden und Bescheid wissen": """
        beteiligungsplattform buergerhaushalt beteiligungsprozess-smart-city vorhabenliste haushalt-offen maengelmelder
        beschwerde-feedback diskriminierung-melden ratsinformationssystem ratssitzung-livestream stadt-app
        social-media-kommunikation chatbot-digitale-assistenz website-barrierefreiheit-sprachen verwaltungsgliederung
        open-data-portal geoportal digitaler-zwilling-3d it-sicherheit-resilienz""",
}
"""Criteria by situation, in the order of the page."""

ORDER = (*MEMBERS, FURTHER, WORKS, PLANS)
_OF = {key: name for name, keys in MEMBERS.items() for key in keys.split()}


def situation(criterion: str, *, kind: str | None, audience: Collection[str]) -> str:
    """Return the situation of a criterion, one of ``ORDER``."""
    if kind == "strategy":
        return PLANS
    if criterion in _OF:
        return _OF[criterion]
    if kind == "infrastructure":
        return WORKS
    alone = next(iter(audience)) if len(audience) == 1 else ""
    return {"business": BUSINESS, "guests": GUESTS}.get(alone, FURTHER)
