"""
The words of every kind of report, as they were last agreed on, in files beside this one.

Does not say whether they are good: a change of wording shall be seen in review, whatever line of code it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

from reports import bundle, changes, comparison, dossier, gap_report, publish, site, trend
from reports.mail import message
from reports.site import Shown
from tests.reports import changed
from tests.reports.test_dossier import made
from tests.reports.towns import STARTED, documents

FOLDER = Path(__file__).parent

_UNSEEN = re.compile(r"<style>.*?</style>|<svg class=\"sprite\".*?</svg>|<script.*?</script>", re.DOTALL)
_BLOCK = re.compile(
    r"</?(?:h\d|p|li|ul|ol|dt|dd|div|td|th|tr|caption|summary|section|title|desc|text|footer|header|nav)\b[^>]*>"
)
_TAG = re.compile(r"<[^>]*>")


def texts() -> Mapping[str, str]:
    """Return the text of each report by the name of its file."""
    first, second = documents()
    kit = publish.kit(first)
    pages = {
        "gap_report": gap_report.html(first),
        "comparison": comparison.html([first, second]),
        "changes": changes.html(changed.document()),
        "trend": trend.html(changed.trend()),
        "offers": kit["digitale-angebote.html"],
    }
    proven = made(first)
    mail = message(first, changed.document(), sender="web@stadt.example", to=[], link="bericht.html", now=STARTED)
    plain = mail.get_body(("plain",))
    assert plain is not None
    share = dict(site.town(Shown("musterhafen", "Musterhafen", trend=changed.trend(), documents=[site.public(first)])))
    pages |= {"dossier": dossier.html(proven), "share": share["musterhafen/index.html"]}
    letters = {"dossier_letter": bundle.letter(proven), "mail": f"{mail['Subject']}\n\n{plain.get_content()}"}
    return {name: words(page) for name, page in pages.items()} | letters


def words(page: str) -> str:
    """Return the words of a page, a block a line, with the link texts in their sentences and those for screen readers."""
    lines = _TAG.sub("", _BLOCK.sub("\n", _UNSEEN.sub("", page))).splitlines()
    told = (re.sub(r"[ \t]+", " ", unescape(line)).strip() for line in lines)
    return "\n".join(filter(None, told)) + "\n"
