"""
The reports show.

They turn rows into documents for people and programs. They decide nothing and fetch nothing.
"""
