"""
The desk over the two towns of the reports' tests, one page of which is archived and as hostile as a page can be.

Does not test anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scrapy.http import HtmlResponse
from sqlalchemy import Engine, select

from audit.run.storing import archives
from audit.web import signing
from crawler.archive.writer import Writer
from db.desk import Person
from db.models import Audit, Crawl, Evidence, Finding, Page, Town
from db.schema import open_engine
from db.session import opened
from db.terms import PersonRole
from tests.audit.web.conftest import NOW, Clock, serving
from tests.audit.web.visitor import Visitor
from tests.reports.towns import MUSTERHAFEN, NACHBARAU, catalogue, write

HOSTILE = """<!DOCTYPE html><html><head><title>Parken in Musterhafen</title>
<base href="http://evil.example/"><meta http-equiv="refresh" content="0;url=http://evil.example/"><meta charset="utf-8">
<link rel="stylesheet" href="http://evil.example/a.css"><style>body{background:url(http://evil.example/b.png)} @import "http://evil.example/c.css";</style>
<script>document.title='übernommen'; fetch('http://evil.example/d')</script></head>
<body onload="document.title='übernommen'" background="http://evil.example/e.png" style="background:url(http://evil.example/f)">
<h1 onclick="alert(1)">Parken</h1><img src="http://evil.example/g.png" onerror="document.title='übernommen'" alt="Schranke am Hafen">
<p>In der <b style="position:fixed">ganzen</b> Stadt k&ouml;nnen Sie <a href="javascript:alert(1)">mit dem
 Handy</a> parken.</p>
<iframe srcdoc="<script>parent.document.title='übernommen'</script>"></iframe><object data="http://evil.example/h"></object>
<svg onload="document.title='übernommen'"><script>document.title='übernommen'</script><image href="http://evil.example/i"/></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;"></mglyph></table></mtext></math>
<form action="http://evil.example/j"><input name="x" autofocus onfocus="document.title='übernommen'"><button>Los</button></form>
<video src="http://evil.example/k" autoplay></video><a ping="http://evil.example/l" href="http://evil.example/">fort</a>
<noscript><p title="</noscript><img src=x onerror=document.title='übernommen'>"></noscript>
</body></html>"""
QUOTE = "In der ganzen Stadt können Sie mit dem Handy parken."


def copied(path: Path) -> Engine:
    """Return a database file with both towns, and the archive of the hostile page."""
    engine = open_engine(f"sqlite:///{path}")
    with opened(engine) as session:
        rules = catalogue()
        write(session, "Musterhafen", verdicts=MUSTERHAFEN, against=rules)
        write(session, "Nachbarau", verdicts=NACHBARAU, against=rules)
        session.flush()
        audit = audit_of(session, "musterhafen")
        crawl = session.scalars(select(Crawl).where(Crawl.audit_id == audit.id).order_by(Crawl.id)).first()
        assert crawl is not None
        url = f"{crawl.site.url}parken-hafen"
        page = Page(url=url, fetched=NOW, crawl_id=crawl.id, status=200, title="Parken", content_type="text/html")
        session.add(page)
        session.flush()
        for one in session.scalars(select(Evidence).where(Evidence.audit_id == audit.id).limit(1)):
            one.quote, one.url, one.page_id, one.rule = QUOTE, url, page.id, "mit dem handy parken"
            shown = select(Finding).where(Finding.audit_id == audit.id, Finding.criterion == one.criterion)
            session.scalars(shown).one().best_url = url
        audit.archive = "musterhafen.warc.gz"
    writer = Writer(archives() / "musterhafen.warc.gz", agent="Fundstelle/1.0")
    kind = {"Content-Type": "text/html; charset=utf-8"}
    writer.add(HtmlResponse(url, body=HOSTILE.encode(), headers=kind, encoding="utf-8"), received=NOW)
    writer.close()
    return engine


def audit_of(session: object, key: str) -> Audit:
    """Return the audit of a town."""
    found: Audit = session.scalars(select(Audit).join(Town).where(Town.key == key)).one()  # type: ignore[attr-defined]
    return found


@contextmanager
def open_desk(engine: Engine, clock: Clock) -> Iterator[str]:
    """Serve the desk, with a person of each role."""
    with opened(engine) as session:
        session.add_all(
            Person(email=f"{role}@stadt.example", name=f"Frau {role.title()}", role=role, made=NOW)
            for role in PersonRole
        )
    with serving(engine, clock, sign_in=True) as address:
        yield address


def come(engine: Engine, address: str, role: PersonRole) -> Visitor:
    """Return a browser in which the person of that role has signed in."""
    with opened(engine) as session:
        person = session.scalars(select(Person).where(Person.email == f"{role}@stadt.example")).one()
        secret = signing.begin(session, person, browser="", now=NOW)
    visitor = Visitor(address, {"fundstelle": secret})
    visitor.open("/hinein")  # any page gives the cookie of the forms
    return visitor
