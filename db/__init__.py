"""
The db remembers.

It keeps the nouns (``db.models``, those of the desk in ``db.desk``), the fixed words (``db.terms``), the errors
(``db.errors``) and how rows are reached (``db.session``, ``db.queries``), and holds words while they are searched
(``db.fulltext``). It does not fetch, decide or show, and imports nothing of ours.

Glossary
--------
Town       what is audited: name, key, competences, aliases of names and products
Site       one host of a town's landscape, its role and its standing (own, confirmed, proposed, foreign)
Measure    one line of the town's own list of digital measures
Catalogue  what a researcher looks for, as an audit used it; a Criterion is one entry of it (``audit.catalogue``)
Audit      one dated run for one town against one catalogue
Crawl      how one site answered in one audit: why it ended, pages, refusals, failures, what was left out
Page       what one address answered: status, zones of text, robots flags, language, date, forms, keys
Link       from page to page, with its words and zone; kept once per wording and crawl
Asked      what a site's own search answered to one of the researcher's queries
Listed     what a real search engine shows of the town for a query, or has counted of it
Evidence   a quote from a page which speaks for or against a criterion, with its reading
Finding    the verdict on one criterion in one audit, with the best page, the path to it, its rank and the reasons
Gap        the difference between measures and findings, worded for the reader
Proposal   one change that would make something findable
Review     a person's word on what is said of a criterion on a page, or in all; outlives judging again and later audits
Change     the difference between two audits with its cause: the site, our rules, our coverage, a person; never kept (``audit.changes``)
Coverage   is the sum of the crawls

Person     who may sign in at the desk, with a role; a Visit is one browser in which they have, an Invitation the way in
Task       a proposal that somebody has taken on; the next audit says whether it worked
Schedule   when a town is audited by itself
Share      a link by which anybody may read one report for a time
ApiKey     what a program shows to read numbers
Worker     a process that does what is ordered, as it has shown itself last
Act        one line of the log of who did what; a MeasureEdit is one of the town's own list
"""

__version__ = "0.1.0"
