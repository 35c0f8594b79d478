"""
The errors of downloads, Scrapy's, Twisted's and our own, and the words that ``crawler.failures`` has for them.

Does not decide what follows from one; the spider does.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed


class Refusal(IgnoreRequest):
    """A request that we do not send."""

    error = "robots"

    @property
    def word(self) -> str:
        """The word for the row of the page that was wanted."""
        return self.error


class Forbidden(Refusal):
    """robots.txt does not allow the address."""


class PrivateAddress(Refusal):
    """The address is not on the public internet, or no web address at all."""

    error = "private_address"


class NotArchived(Refusal):
    """The archive that is read instead of the network does not have the address."""

    error = "not_archived"


class NotRendered(Refusal):
    """The browser could not show the page."""

    error = "not_rendered"


class RobotsUnreachable(Refusal):
    """robots.txt cannot be had, so nothing on its host may be read (RFC 9309, section 2.3.1.4)."""

    error = "robots_unreachable"

    def __init__(self, reason: str, *, cause: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cause = cause

    @property
    def word(self) -> str:
        """What is wrong with the server, if it is more than its robots.txt."""
        return self.error if self.cause == "status" else self.cause


CAUSES: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((DownloadTimeoutError,), "timeout"),
    ((CannotResolveHostError,), "dns"),
    ((DownloadCancelledError,), "too_large"),
    (
        (
            DownloadConnectionRefusedError,
            DownloadFailedError,
            ResponseDataLossError,
            ConnectError,
            ConnectionClosed,
            TunnelError,
            UnsupportedURLSchemeError,
        ),
        "connection",
    ),
    ((IgnoreRequest,), "too_large"),  # of Scrapy's own only the limit for unpacking reaches us
    ((OSError, EOFError, zlib.error), "unreadable"),
)
DOWNLOAD_ERRORS = tuple(kind for kinds, _ in CAUSES for kind in kinds)


def name(error: BaseException) -> str:
    """Return the word for an error of a download."""
    if isinstance(error, Refusal):
        return error.word
    chain = list(_chain(error))
    if any(isinstance(one, VerificationError) or _is_of_certificate(one) for one in chain):
        return "certificate"
    if any(isinstance(one, SSL.Error) for one in chain):
        return "connection"  # what answers there does not speak TLS, or none that we do
    return next((word for kinds, word in CAUSES for one in chain if isinstance(one, kinds)), "unreadable")


def _is_of_certificate(error: BaseException) -> bool:
    return isinstance(error, SSL.Error) and re.search(r"certificate|unknown ca", str(error), re.IGNORECASE) is not None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error and what it came from; Twisted keeps several reasons in one error."""
    yield error
    for failure in getattr(error, "reasons", None) or ():
        yield failure.value
    if error.__cause__ is not None:
        yield from _chain(error.__cause__)
