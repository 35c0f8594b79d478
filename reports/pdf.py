"""
Reports as PDF files: the whole, one page for mayor and council, the dossier; all can be read out by a screen reader.

Does not decide anything and knows no findings of its own: what is said comes from ``gap_report`` and ``dossier``. WeasyPrint lays it out and is
imported only here and only when a file is made; ``reports.pdf_tidy`` puts right what it leaves undone.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any

from db.errors import NotInstalledError
from db.terms import Verdict
from reports import gap_report, render

FULL = 250
"""Findings that are told in full, twice as many as the catalogue asks about; each takes half a megabyte to lay out."""

BRIEF = 1000
"""Further findings that have a line of a table; what is left stands in the workbook."""

ROWS = 300
"""Rows of one table of gaps or sites."""

AREAS = 14
"""Areas in the matrix of the first page, which has no room for more; all have a heading among the findings."""

FITTING = ((5, 300), (4, 300), (3, 300), (3, 170), (3, 80), (0, 60))
"""Steps and characters of a text with which a first page is tried, until it is one page: rather fewer steps than half of each."""

VARIANT = {"pdf_variant": "pdf/ua-1"}
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

Json = Mapping[str, Any]


def files(document: Json, stem: str) -> dict[str, bytes]:
    """
    Return the whole report and the one page of an audit's document by the names of their files.

    Raises:
        NotInstalledError: The system lacks the libraries that lay out text.
    """
    whole = f"{stem}.pdf"
    values = gap_report.values(document)
    return {whole: report(values), f"{stem}-kurz.pdf": summary(values, whole=whole)}


def report(values: Json) -> bytes:
    """Return the whole report; of very many findings the first ``FULL`` in full, ``BRIEF`` as lines, and the number of the rest."""
    areas = _told(values["areas"])
    linked = {finding["criterion"] for area in areas for finding in area["full"]}
    told = {**values, "areas": areas, "linked": linked, "most_rows": ROWS, "most_areas": AREAS, "alone": True}
    fitting, _ = _fitted("pdf_report.html.j2", told)
    content = _laid_out("pdf_report.html.j2", {**told, **fitting, "alone": False}).write_pdf(**VARIANT)
    return _tidied(content, _names(areas))


def summary(values: Json, *, whole: str) -> bytes:
    """Return one page with the result and the first steps; ``whole`` is the name of the file with the rest."""
    _, found = _fitted("pdf_short.html.j2", {**values, "tasks": _tasks(values["doc"]), "whole": whole})
    return _tidied(found.copy(found.pages[:1]).write_pdf(**VARIANT), {})


def dossier(values: Json) -> bytes:
    """Return a dossier (``reports.dossier.values``): proof by proof, each with its hash."""
    areas = values["doc"]["areas"]
    names = {f"bereich-{place}": render.clean(area["name"]) for place, area in enumerate(areas, 1)}
    return _tidied(_laid_out("pdf_dossier.html.j2", values).write_pdf(**VARIANT), names)


def _tasks(document: Json) -> list[Json]:
    """Return the findings whose advice fills a page that few steps leave empty: what is there and hard to find comes first."""
    found = [entry for entry in document["findings"] if entry["counts"] and entry["advice"]]
    return [entry for verdict in (Verdict.BURIED, Verdict.ABSENT) for entry in found if entry["verdict"] == verdict]


def weasyprint() -> Any:
    """
    Return the module that lays out pages.

    Raises:
        NotInstalledError: The system lacks its libraries.
    """
    try:
        with redirect_stdout(io.StringIO()):  # it explains itself in English where results are printed
            import weasyprint as found  # noqa: PLC0415 half a second and 30 MB that no other command should pay
    except OSError as fault:
        raise NotInstalledError(
            "Berichte als PDF gehen hier nicht: Es fehlen Programmteile, die Text setzen.",
            remedy=f"Unter Debian und Ubuntu: apt-get install {PACKAGES}.",
        ) from fault
    return found


def _told(areas: Sequence[Json]) -> list[dict[str, Any]]:
    """Return the areas with their findings divided into those told in full, those in brief and the number of the others."""
    told, full, brief = [], FULL, BRIEF
    for area in areas:
        found = area["findings"]
        first, second = found[:full], found[full : full + brief]
        told.append({**area, "full": first, "brief": second, "left": len(found) - len(first) - len(second)})
        full -= len(first)
        brief -= len(second)
    return told


def _names(areas: Sequence[Json]) -> dict[str, str]:
    """Return what links within the report lead to, by the anchors that ``pdf_findings.html.j2`` gives."""
    parts = {f"bereich-{place}": render.clean(area["name"]) for place, area in enumerate(areas, 1)}
    found = [finding for area in areas for finding in area["full"]]
    return parts | {render.anchor(finding["criterion"]): render.clean(finding["name"]) for finding in found}


def _fitted(template: str, values: Json) -> tuple[dict[str, int], Any]:
    """Return the first of ``FITTING`` with which a page is one page, and that page; the last if none does."""
    for steps, longest in FITTING:
        fitting = {"most_steps": steps, "longest": longest}
        found = _laid_out(template, {**values, **fitting})
        if len(found.pages) == 1:
            break
    return fitting, found


def _laid_out(template: str, values: Json) -> Any:
    engine = weasyprint()
    document = values["doc"]
    page = render.page(template, sheet="pdf.css", written=document["finished"] or document["started"], **values)
    return engine.HTML(string=page, base_url=None, url_fetcher=_signs(engine)).render(**VARIANT)


def _tidied(content: bytes, names: Mapping[str, str]) -> bytes:
    from reports.pdf_tidy import tidy  # noqa: PLC0415 as above

    return tidy(content, names)


def _signs(engine: Any) -> Callable[..., Any]:
    """Return what answers for every address in a page: our own signs, and for all else a refusal."""
    drawn = render.environment().get_template("macros.html.j2").module.drawn  # type: ignore[attr-defined]

    def fetch(url: str, **_: object) -> Any:
        name = url.removeprefix("sign:")
        if name == url or name not in COLOURS:
            raise ValueError(f"nothing is fetched: {url}")
        picture = PICTURE.format(colour=COLOURS[name], strokes=drawn[name])
        return engine.urls.URLFetcherResponse(url, picture.encode(), {"Content-Type": "image/svg+xml"})

    return fetch


COLOURS = {"found": "#00664f", "buried": "#875000", "absent": "#b3201a", "unknown": "#556070"}
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="{colour}"'
    ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{strokes}</svg>'
)
