"""
What stands on a page once its scripts have filled it.

Does not trust the page: it is stopped before it is read, and read from a world of its own that its scripts cannot reach.
"""

from __future__ import annotations

from contextlib import suppress

from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

LOADING, QUIET = 6_000, 4_000
"""Milliseconds for the document itself, and then until nothing more is asked for; what is there by then is read."""

MOST = 5_000_000
"""Characters of a document; longer ones are cut, like an answer that is too large is refused."""

# Open shadow trees are seen by people, so they are laid into the document; what stands in <noscript> nobody sees.
# The base is written down, since scripts may have changed the address that links are meant from.
_READ = """(most => {
  const queue = [document], hosts = [];
  while (queue.length && hosts.length < 5000)
    for (const each of queue.pop().querySelectorAll('*'))
      if (each.shadowRoot) { hosts.push(each); queue.push(each.shadowRoot); }
  for (const each of hosts) each.append(...each.shadowRoot.childNodes);
  for (const each of document.querySelectorAll('noscript')) each.remove();
  if (!document.querySelector('base[href]') && document.head) {
    const base = document.createElement('base');
    base.setAttribute('href', document.baseURI);
    document.head.prepend(base);
  }
  return '<!doctype html>' + document.documentElement.outerHTML.slice(0, most);
})"""


async def read(page: Page) -> str:
    """
    Wait until a page has come to rest, stop it, and return its document as HTML.

    Raises:
        playwright.async_api.Error: it cannot be read.
    """
    with suppress(PlaywrightTimeoutError):
        await page.wait_for_load_state("domcontentloaded", timeout=LOADING)
        await page.wait_for_load_state("networkidle", timeout=QUIET)
    session = await page.context.new_cdp_session(page)
    await session.send("Emulation.setScriptExecutionDisabled", {"value": True})
    tree = await session.send("Page.getFrameTree")
    world = await session.send("Page.createIsolatedWorld", {"frameId": tree["frameTree"]["frame"]["id"]})
    found = await session.send(
        "Runtime.evaluate",
        {
            "expression": f"{_READ}({MOST})",
            "contextId": world["executionContextId"],
            "returnByValue": True,
            "timeout": LOADING,
        },
    )
    return str(found["result"].get("value", ""))
