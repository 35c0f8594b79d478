"""
The history of the schema.

Does not run by itself: ``db.session`` calls it.
"""
