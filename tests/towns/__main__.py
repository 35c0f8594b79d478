"""
The invented towns by hand: ``python -m tests.towns demo`` audits them, ``serve`` lets one look at them.

Does not open a browser; it prints the proxy to set in one, or the paths of the reports.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from tests.towns.demo import demo
from tests.towns.server import TownServer

USAGE = "usage: python -m tests.towns demo [FOLDER] | serve [PORT]"


def main(words: list[str]) -> int:
    """Audit the towns, or serve them until interrupted."""
    if words[:1] == ["demo"]:
        return demo(Path(words[1] if len(words) > 1 else "build/demo"))
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
