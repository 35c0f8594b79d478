"""
How Chromium is started: quiet, shut in, and with one way out.

Does not start it; ``crawler.browser.rendering`` does.
"""

from __future__ import annotations

from typing import Any

from crawler import browser
from crawler.settings import USER_AGENT

LAUNCH_SECONDS = 15
_HEAP = 512  # MB for the objects of one page's scripts

# Playwright itself already switches off updates, sync, extensions and other talk of the browser's own.
_ARGUMENTS = (
    # Whatever would go past the proxy finds no name; the proxy is the only thing that has an address.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--disable-background-networking",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disk-cache-size=1",
    "--media-cache-size=1",
    "--no-pings",
    "--no-first-run",
    f"--js-flags=--max-old-space-size={_HEAP}",
)


def options(path: str, *, proxy: str) -> dict[str, Any]:
    """Return the launch options for Playwright; ``proxy``: the address of our own proxy."""
    return {
        "executable_path": path,
        "headless": True,
        "args": list(_ARGUMENTS),
        # Chromium asks loopback and link-local addresses directly unless it is told not to.
        "proxy": {"server": proxy, "bypass": "<-loopback>"},
        # As root it does not start with its sandbox.
        "chromium_sandbox": not browser.is_root(),
        "timeout": LAUNCH_SECONDS * 1000,
        # Signals are for us; the browser ends when its pipe does.
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }


CONTEXT: dict[str, Any] = {
    "user_agent": USER_AGENT,
    "locale": "de-DE",
    "service_workers": "block",
    "accept_downloads": False,
    "permissions": [],
    "viewport": {"width": 1280, "height": 1600},
    "reduced_motion": "reduce",
}
"""What all pages of a site share, and nothing of it outlives the reading of the site."""
