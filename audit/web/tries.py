"""
How often somebody may try: sign-in, passwords, links that are not theirs.

Does not outlive the process; who has to wait a minute may also restart the clock by waiting for a restart.
"""

from __future__ import annotations

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from audit.web.call import Call

_limiter = MovingWindowRateLimiter(MemoryStorage())


def may(what: str, *whose: str, limits: str) -> bool:
    """Count one try and say whether it is still allowed; ``limits`` as in "5/minute;30/hour"."""
    return all(_limiter.hit(parse(limit), what, *whose) for limit in limits.split(";"))


def are_left(what: str, *whose: str, limits: str) -> bool:
    """Say whether a try would be allowed, without counting one."""
    return all(_limiter.test(parse(limit), what, *whose) for limit in limits.split(";"))


def place(call: Call) -> str:
    """Return the address that a question comes from."""
    return call.request.client.host if call.request.client else ""
