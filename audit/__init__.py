"""
The audit decides.

Catalogue, classification, findability, judging and gaps are pure: they take nouns and return nouns. Only ``audit.run``
opens a database session; only ``audit.cli`` talks to people.
"""
