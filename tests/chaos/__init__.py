"""
Faults that audits must survive: real workers, a real PostgreSQL server, each fault as it happens in life.

``python -m tests.chaos`` runs the long forms and prints the table that stands in ``docs/operations.md``.
"""
