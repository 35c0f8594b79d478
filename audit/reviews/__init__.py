"""
What people said of findings: which words hold, what follows, what to ask next, and what was learned.

Does not open a database; ``audit.run.reviewing`` does. Reviews come in as nouns.
"""

from __future__ import annotations

from audit.reviews.effect import applied, judge
from audit.reviews.holding import Said, in_force, is_since, said

__all__ = ["Said", "applied", "in_force", "is_since", "judge", "said"]
