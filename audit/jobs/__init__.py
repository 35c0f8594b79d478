"""
Audits that are ordered now and done later: in a queue, by workers, again after a fault, at the time of a schedule.

Does not decide how a town is audited; ``audit.run`` does. What is ordered stands in the table ``job`` of our own database; the
engine that spreads it over the workers and takes it up again after a crash is known to ``durable`` only, and loaded by workers only.
"""

from audit.jobs.orders import Ordered, cancel, enqueue, jobs, retry

__all__ = ["Ordered", "cancel", "enqueue", "jobs", "retry"]
