"""
The use cases: open an audit, crawl, judge.

The only room of the audit that opens database sessions. Does not talk to people: progress goes to a callback, errors
are raised, and ``audit.cli`` finds the words.
"""

from audit.run.crawling import crawl
from audit.run.judging import judge
from audit.run.opening import Opened, open_audit

__all__ = ["Opened", "crawl", "judge", "open_audit"]
