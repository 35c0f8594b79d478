"""
Read pages against the catalogue: which criterion a page is evidence for, how sure, how far, in whose words.

Does not fetch and does not judge a town: ``audit.judge`` does, over all pages.
"""

from __future__ import annotations

from audit.classify.engine import Classifier, CriterionReading, PageReading, get_ready
from audit.classify.seen import Subject, frames_of

__all__ = ["Classifier", "CriterionReading", "PageReading", "Subject", "frames_of", "get_ready"]
