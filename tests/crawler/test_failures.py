"""Guards that what went wrong on the way is called by its name."""

from __future__ import annotations

import pytest
from scrapy import exceptions
from scrapy.core.downloader.handlers.http11 import TunnelError

from crawler import failures, faults


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (exceptions.DownloadTimeoutError("x"), "timeout"),
        (exceptions.CannotResolveHostError("x"), "dns"),
        (exceptions.DownloadConnectionRefusedError("x"), "connection"),
        (exceptions.DownloadCancelledError("x"), "too_large"),
        (exceptions.ResponseDataLossError("x"), "connection"),
        (TunnelError("x"), "connection"),
        (exceptions.IgnoreRequest("exceeded DOWNLOAD_MAXSIZE"), "too_large"),
        (OSError("Not a gzipped file"), "unreadable"),
        (ValueError("unheard of"), "unreadable"),
        (faults.Forbidden(), "robots"),
        (faults.PrivateAddress(), "private_address"),
        (faults.RobotsUnreachable("x", cause="status"), "robots_unreachable"),
        (faults.RobotsUnreachable("x", cause="connection"), "connection"),
    ],
)
def test_errors_have_one_word(error: Exception, word: str) -> None:
    """Each way a download can fail has one stored word, and a sentence for the reader."""
    assert faults.name(error) == word
    assert word in failures.WORDS or word == "robots_unreachable"


def test_every_sentence_is_german_and_ends() -> None:
    """The words are read by people in reports."""
    assert all(
        sentence.endswith(".") and (sentence[0].isupper() or sentence.startswith("robots.txt"))
        for sentence in failures.WORDS.values()
    )
