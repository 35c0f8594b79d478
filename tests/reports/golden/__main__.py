"""Write the texts of all reports as they are now: ``python -m tests.reports.golden``, to be looked at in the difference."""

from __future__ import annotations

import sys

from tests.reports.golden import FOLDER, texts


def main() -> int:
    """Write each text that is not what stands in its file, and say so."""
    for name, text in texts().items():
        file = FOLDER / f"{name}.txt"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            print(file.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
