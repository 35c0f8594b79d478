"""
Every error that Fundstelle raises on purpose.

Does not print and does not exit; ``audit.cli`` turns an error into a message and an exit code, in one place.

    FundstelleError
    ├── InputError             what the user gave is wrong            exit code 2
    │   ├── ProfileError           a town profile
    │   ├── UnknownTownError       no such town, or several of the name
    │   ├── MeasuresError          a list of measures
    │   ├── ListedError            statistics of a search engine
    │   ├── CatalogueError         a catalogue file
    │   ├── ConflictError          somebody else has changed it since
    │   └── NotFoundError          no such audit, criterion or file
    ├── StoreError             the database does not serve us         exit code 2
    │   └── NewerDatabaseError     it was written by a newer version
    ├── PlaceError             the place of archives does not serve us exit code 2
    ├── MailError              the mail server does not serve us      exit code 2
    ├── NotInstalledError      a library of the system is missing     exit code 2
    ├── LostError              another process does now what we did   exit code 1
    └── CrawlError             the crawling process broke             exit code 1
        └── HostBusyError          another audit reads the same host
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class FundstelleError(Exception):
    """
    Base of all; the message is one German sentence for the person at the keyboard.

    Attributes:
        file: The file at fault, if one is.
        line: Its line, counted from 1.
        remedy: What to do now, as a German sentence.
    """

    exit_code = 1

    def __init__(
        self, message: str, *, file: Path | str | None = None, line: int | None = None, remedy: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.file}" if self.file is not None else ""
        if place and self.line is not None:
            place += f", Zeile {self.line}"
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} {self.remedy}".strip()


class InputError(FundstelleError):
    """What the user gave is wrong; nothing was written."""

    exit_code = 2


class ProfileError(InputError):
    """A town profile is wrong."""


class UnknownTownError(InputError):
    """No town of that name or key, or more than one."""


class MeasuresError(InputError):
    """A list of measures cannot be read."""


class ListedError(InputError):
    """The statistics of a search engine cannot be read."""


class CatalogueError(InputError):
    """A catalogue file is wrong."""


class ConflictError(InputError):
    """What the user changes was changed by somebody else since it was shown; nothing was written."""


class NotFoundError(InputError):
    """There is no such audit, criterion or file."""


class StoreError(FundstelleError):
    """The database cannot be reached, read or written."""

    exit_code = 2


class NewerDatabaseError(StoreError):
    """The database was written by a newer version of Fundstelle."""


class PlaceError(FundstelleError):
    """The place where archives are kept cannot be reached, read or written, or is none."""

    exit_code = 2


class MailError(FundstelleError):
    """The mail server cannot be reached or refuses."""

    exit_code = 2


class NotInstalledError(FundstelleError):
    """What the system has to bring for this is not there; nothing was written."""

    exit_code = 2


class CrawlError(FundstelleError):
    """The crawling process ended without a result."""


class HostBusyError(CrawlError):
    """
    Sites were left unread, since another audit reads their hosts; all others were read.

    Attributes:
        hosts: Names of these hosts.
    """

    def __init__(self, hosts: Sequence[str]) -> None:
        super().__init__(
            f"Gerade liest eine andere Prüfung {', '.join(hosts)}.", remedy="Warten Sie, bis sie fertig ist."
        )
        self.hosts = list(hosts)


class LostError(FundstelleError):
    """Another process was given what this one did, since it could not be heard of."""
