"""Guards that notices, walls and shells are told from pages, and pages about such things from notices."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extract import extract
from crawler.instead import name, of_redirect

FETCHED = datetime(2026, 11, 1, tzinfo=UTC)
COOKIES = (
    "Wir nutzen Cookies. Mit Ihrer Einwilligung setzen wir notwendige Cookies, Statistik und Marketing ein. Alle akzeptieren,"
    " ablehnen oder Auswahl speichern. Mehr in der Datenschutzerklärung und in den Einstellungen der Anbieter."
)
LONG = "<p>" + "Das Bürgeramt hilft bei Fragen zu Ausweis, Meldung und Führungszeugnis. " * 20


def seen(html: str, *, status: int = 200, mitigated: bool = False) -> str | None:
    body = html.encode()
    page = extract("https://a.example/x", body, content_type="text/html; charset=utf-8", status=status, fetched=FETCHED)
    return name(page, body, mitigated=mitigated)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<title>Fehler 404</title><p>Oh nein", "soft_404"),
        ("<title>Stadt</title><h1>Seite nicht gefunden</h1>", "soft_404"),
        ("<h1>Die gewünschte Seite konnte leider nicht gefunden werden.</h1>", "soft_404"),
        ("<title>Amt</title><p>Diese Leistung ist nicht mehr verfügbar.</p>", "soft_404"),
        ("<title>Page not found</title>", "soft_404"),
        ("<h1>Diese Domain steht zum Verkauf</h1>", "dead"),
        ("<h1>Bürgerportal</h1><p>Das Portal wurde zum 1. Mai abgeschaltet.</p>", "dead"),
        ("<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>", "dead"),
        ("<h1>It works!</h1>", "dead"),
        ("<title>Wartungsarbeiten</title><p>Bitte versuchen Sie es später.</p>", "maintenance"),
        ("<p>Der Dienst ist vorübergehend nicht erreichbar.</p>", "maintenance"),
        ("<title>Just a moment...</title><p>Enable JavaScript and cookies to continue", "challenge"),
        ("<title>Sicherheitsprüfung</title><p>Bitte bestätigen Sie, dass Sie kein Roboter sind.", "challenge"),
        (f"<title>Stadt</title><main><p>{COOKIES}</p></main>", "consent"),
        ("<title>Portal</title><div id=app></div><script src=a.js></script>", "needs_rendering"),
        ("<title>Portal</title><app-root></app-root><script src=a.js></script>", "needs_rendering"),
        ("<noscript>Sie müssen JavaScript aktivieren.</noscript><script>go()</script>", "needs_rendering"),
        # Pages, not notices.
        ("<title>Amt</title><main><p>Das Amt ist umgezogen.</p></main>", None),
        (
            "<title>Portal</title><div id=app><main><p>Kurz.</p><a href=/a>Antrag</a></main></div><script src=a.js></script>",
            None,
        ),
        (f"<title>Fundbüro</title><main><h1>Nichts gefunden?</h1>{LONG}</main>", None),
        (f"<title>Datenschutz</title><main><p>{COOKIES}</p>{LONG}</main>", None),
        (f"<h1>Bauarbeiten</h1><p>Die Seite der Straße am Markt ist nicht mehr verfügbar.</p>{LONG}", None),
        ("<title>Linie 404</title><main><p>Der Bus fährt stündlich.</p></main>", None),
        (
            "<h1>Kontakt</h1><form action=/k><textarea name=text></textarea><input type=email name=mail>Captcha</form>",
            None,
        ),
    ],
)
def test_what_came_instead(html: str, expected: str | None) -> None:
    """Few words, and those of a notice at the top."""
    assert seen(html) == expected


def test_a_status_says_itself_what_it_is() -> None:
    """Only a check for robots is worth a name beside a status of its own."""
    assert seen("<title>Fehler 404</title>", status=404) is None
    assert seen("<title>Just a moment...</title>", status=503) == "challenge"
    assert seen(f"<title>Stadt</title>{LONG}", mitigated=True) == "challenge"


@pytest.mark.parametrize(
    ("url", "target", "expected"),
    [
        ("https://a.example/dienste/kita", "https://a.example/", "home"),
        ("https://a.example/index.php", "https://a.example/", None),
        ("https://a.example/startseite/", "https://a.example/", None),
        ("https://a.example/dienste/kita", "https://a.example/kita", None),
        ("https://a.example/akte", "https://konto.example/login?next=akte", "login"),
        ("https://a.example/akte", "https://konto.example/realms/a/protocol/openid-connect/auth?x=1", "login"),
        ("https://a.example/login", "https://a.example/login/", None),
        ("https://a.example/anmeldung-kita", "https://a.example/kita/anmeldung-kita", None),
    ],
)
def test_what_a_redirect_says(url: str, target: str, expected: str | None) -> None:
    """The front door stands for many pages that are gone; a login stands for what is behind it."""
    assert of_redirect(url, target, front="https://a.example/") == expected


@pytest.mark.parametrize("sign", ["Seite ", "Portal wurde ", "404 ", "domain ", "nicht ", "Skript ", "ist wird "])
def test_long_lines_are_looked_through_in_time(sign: str) -> None:
    """A page cannot keep the patterns busy."""
    assert seen(f"<title>{sign * 200}</title><p>{sign.strip() * 20_000}") in {None, "soft_404"}
