"""
Pages that scripts make, shown by an installed Chromium.

Does not import what shows them before the first such page is met: most sites have none, and a browser costs seconds.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile

VARIABLE = "FUNDSTELLE_CHROMIUM"
_PATIENT = 20  # seconds for a start
_LONGEST = 200  # characters of a complaint

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def is_installed() -> bool:
    """Tell whether the extra ``fundstelle[browser]`` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("playwright", "scrapy_playwright"))


def chromium() -> str | None:
    """Return the path of an installed Chromium: the one that ``FUNDSTELLE_CHROMIUM`` names, or the first on the path."""
    if named := os.environ.get(VARIABLE):
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def fault(program: str) -> str | None:
    """Start a Chromium for a moment, and return what it complains of; None if it runs."""
    sandbox = ["--no-sandbox"] if is_root() else []
    with tempfile.TemporaryDirectory(prefix="fundstelle-") as folder:
        command = [program, "--headless", *sandbox, "--disable-gpu", f"--user-data-dir={folder}", "--dump-dom"]
        try:
            done = subprocess.run(  # noqa: S603 - the administrator's own browser
                [*command, "about:blank"],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_PATIENT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            return str(problem)
    if "<html" in done.stdout:
        return None
    return (done.stderr.strip().splitlines() or [f"Ende mit {done.returncode}"])[-1][:_LONGEST]


def is_root() -> bool:
    """Tell whether we run as root, where Chromium cannot start its sandbox."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
