"""
The use cases, a module each: open an audit, crawl, judge, review, report.

The only room of the audit that opens database sessions. Does not talk to people: progress goes to a callback, errors
are raised, and ``audit.cli`` finds the words.
"""
