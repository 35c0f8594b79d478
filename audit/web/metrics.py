"""
Numbers for those who watch over the desk, in the text format of Prometheus.

Does not say who may read them (``vital``). What workers do comes from the database, so any desk tells the same; what this process
has answered it counts itself. Every label has few values, and none names a town or a person.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.jobs import fleet
from db import __version__, vitals
from db.errors import StoreError
from db.session import opened
from db.terms import Failure

# When each counter began is when the process did.
disable_created_metrics()  # type: ignore[no-untyped-call]

METHODS = {"GET", "HEAD", "POST"}
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Counts:
    """What this process has answered since it began."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "fundstelle_requests", "Answers of this desk.", ["kind", "method", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "fundstelle_request_seconds",
            "Seconds until an answer began.",
            ["kind"],
            registry=self.registry,
            buckets=BUCKETS,
        )

    def answered(self, kind: str, *, method: str, status: int, seconds: float) -> None:
        """Count one answer; ``kind``: desk, api, static, stream or vital; ``status``: 0 if it never came."""
        method = method if method in METHODS else "other"
        self._requests.labels(kind, method, f"{status // 100}xx" if status else "none").inc()
        self._seconds.labels(kind).observe(seconds)


def text(counts: Counts, engine: Engine, *, now: datetime) -> bytes:
    """Return all numbers; those of the database are left out if it is away, which ``fundstelle_database_up`` says."""
    whole = CollectorRegistry()
    whole.register(_Stored(engine, now))
    return generate_latest(whole) + generate_latest(counts.registry)


class _Stored(Collector):
    """What stands in the database, asked once."""

    def __init__(self, engine: Engine, now: datetime) -> None:
        self.engine, self.now = engine, now

    def collect(self) -> Iterator[Metric]:
        yield _gauge("info", "The program.", {__version__: 1}, label="version")
        try:
            with opened(self.engine) as session:
                found = list(_found(session, now=self.now))
        except StoreError:
            yield _gauge("database_up", "Does the database answer?", {"": 0})
            return
        yield _gauge("database_up", "Does the database answer?", {"": 1})
        yield from found


def _found(session: Session, *, now: datetime) -> Iterator[Metric]:
    alive = vitals.workers(session)
    since = vitals.waiting_since(session, now=now)
    waits = (now - since).total_seconds() if since else 0.0
    read = vitals.last_read(session)._asdict()
    yield _gauge("orders", "Orders of audits by state.", vitals.orders(session), label="state")
    yield _gauge("order_waiting_seconds", "Since when the order waits that has waited longest.", {"": waits})
    yield _gauge("orders_failed", "Failed orders by kind.", _kinds(vitals.reasons(session)), label="kind")
    yield _gauge("workers", "Workers that are alive.", {"": len(alive)})
    off = max((abs(one.off) for one in alive), default=0.0)
    yield _gauge("worker_clock_seconds", "By how much a worker's clock is wrong at most.", {"": off})
    yield _gauge("pages_per_second", "Pages being read.", {"": vitals.speed(session, now=now)})
    yield _gauge("audits", "Audits by outcome.", vitals.audits(session), label="outcome")
    yield _gauge("last_addresses", "What the last audits of all towns read.", read, label="outcome")
    yield _gauge("last_sites", "How sites ended in the last audits.", vitals.last_ends(session), label="end")


def _kinds(reasons: Mapping[str, int]) -> Mapping[str, int]:
    found: Tally[str] = Tally(dict.fromkeys([*fleet.REASONS.values(), Failure.PROGRAM], 0))
    for reason, count in reasons.items():
        found[fleet.told_by(reason)] += count
    return found


def _gauge(name: str, what: str, values: Mapping[str, float], *, label: str = "") -> Metric:
    family = GaugeMetricFamily(f"fundstelle_{name}", what, labels=[label] if label else [])
    for value, number in values.items():
        family.add_metric([value] if label else [], number)
    return family
