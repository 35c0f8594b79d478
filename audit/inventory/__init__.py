"""
What is audited, and what the town says it has: town profiles, the directory of German towns, lists of measures.

Does not open a database, does not fetch and does not judge.
"""
