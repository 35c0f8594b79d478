"""
The history of the schema.

Does not run by itself: ``db.schema`` calls it.
"""
