"""
Look at the invented towns by hand: ``python -m tests.towns serve``.

Does not open a browser; it prints the proxy to set in one.
"""

from __future__ import annotations

import sys
import threading

from tests.towns.server import TownServer

USAGE = "usage: python -m tests.towns serve [PORT]"


def main(words: list[str]) -> int:
    """Serve until interrupted."""
    if not words or words[0] != "serve":
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
