"""
Print the examples of the catalogue that fail: ``python -m audit.classify [AREA]``.

Does not change anything; for those who write the catalogue. Reads only the area that is named, so that another may be half written.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import yaml

from audit import catalogue
from audit.classify.examples import failures
from db.errors import CatalogueError, FundstelleError


def main() -> int:
    """Print failures, one for each example; return 1 if there are any."""
    try:
        failed = failures(_alone(sys.argv[1]) if len(sys.argv) > 1 else catalogue.load())
    except FundstelleError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    for failure in failed:
        print(failure)
    print(f"{len(failed)} Beispiele falsch gelesen.", file=sys.stderr)
    return 1 if failed else 0


def _alone(area: str) -> catalogue.Catalogue:
    """Return the catalogue as if it had this area only."""
    source = catalogue.FOLDER / catalogue.DEFAULT
    head = yaml.safe_load((source / "catalogue.yaml").read_text(encoding="utf-8"))
    head["areas"] = [one for one in head["areas"] if one["id"] == area]
    if not head["areas"]:
        raise CatalogueError(f"Den Bereich „{area}“ gibt es nicht.", file=source / "catalogue.yaml")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / catalogue.DEFAULT
        place.mkdir()
        (place / "catalogue.yaml").write_text(yaml.safe_dump(head, allow_unicode=True), encoding="utf-8")
        file = source / f"{area}.yaml"
        if file.is_file():
            (place / file.name).write_bytes(file.read_bytes())
        return catalogue.load(folder=Path(folder))


if __name__ == "__main__":
    sys.exit(main())
