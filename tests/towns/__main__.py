"""
The invented towns by hand: ``python -m tests.towns demo`` audits them, does what is proposed to one and audits it again,
``--apply`` as long as something is proposed; ``serve`` lets one look at them.

Does not open a browser; it prints the proxy to set in one, or the paths of the reports.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from tests.towns import rounds
from tests.towns.demo import demo
from tests.towns.server import TownServer

USAGE = "usage: python -m tests.towns demo [FOLDER] | --apply [FOLDER] | serve [PORT]"


def main(words: list[str]) -> int:
    """Audit the towns, do what is proposed, or serve them until interrupted."""
    if words[:1] in (["demo"], ["--apply"]):
        folder = Path(words[1] if len(words) > 1 else "build/demo")
        documents, wrong = demo(folder)
        rounds.show(documents, folder, most=rounds.MOST if words[0] == "--apply" else 1)
        print(f"\nDer Bericht: {next((folder / 'musterhafen').glob('*.html'))}")
        return 1 if wrong else 0
    if words[:1] != ["serve"]:
        print(USAGE, file=sys.stderr)
        return 2
    port = int(words[1]) if len(words) > 1 else 0
    with TownServer(port=port) as server:
        print(f"proxy: {server.proxy}   (curl -x {server.proxy} http://www.musterhafen.example/)")
        print(f"       chromium --proxy-server={server.proxy} http://www.musterhafen.example/")
        for host in server.hosts:
            print(f"  http://{host}/")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
