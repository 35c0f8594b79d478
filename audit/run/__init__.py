"""
The use cases: open an audit, crawl, judge.

The only room of the audit that opens database sessions. Does not talk to people: progress goes to a callback, errors
are raised, and ``audit.cli`` finds the words.
"""

from audit.run.crawling import Reading, crawl
from audit.run.judging import judge
from audit.run.opening import Opened, open_audit
from audit.run.retention import prune
from audit.run.storing import archives, push

__all__ = ["Opened", "Reading", "archives", "crawl", "judge", "open_audit", "prune", "push"]
