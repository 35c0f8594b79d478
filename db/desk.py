"""
The nouns of the desk as rows: who works here, what was agreed, when it runs, and who did what.

Does not hold what is found of a town; that is in ``db.models``. Of passwords, cookies, keys and links only digests are kept, so
that nobody who reads the database can sign in with it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base
from db.models import Audit, Town
from db.terms import JobState, PersonRole, TaskState


class Person(Base):
    """Who may sign in."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    email: Mapped[str] = mapped_column(unique=True)  #: in lower case; the name to sign in with
    name: Mapped[str] = mapped_column()
    made: Mapped[datetime] = mapped_column()
    role: Mapped[str] = mapped_column(default=PersonRole.READER)
    department: Mapped[str | None] = mapped_column(default=None)  #: whose findings come first
    password: Mapped[str | None] = mapped_column(default=None)  #: argon2id; None: by OpenID Connect, or not yet chosen
    issuer: Mapped[str | None] = mapped_column(default=None)  #: of OpenID Connect, with the subject the person there
    subject: Mapped[str | None] = mapped_column(default=None)
    language: Mapped[str] = mapped_column(default="de")
    mailed: Mapped[bool] = mapped_column(default=False)  #: gets the summary after an audit
    disabled: Mapped[datetime | None] = mapped_column(default=None)


class Visit(Base):
    """One browser in which a person has signed in; gone when it is revoked."""

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    digest: Mapped[str] = mapped_column(unique=True)  #: sha256 of the cookie
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    begun: Mapped[datetime] = mapped_column()
    seen: Mapped[datetime] = mapped_column()
    expires: Mapped[datetime] = mapped_column()
    browser: Mapped[str] = mapped_column(default="")
    person: Mapped[Person] = relationship(init=False)


class Invitation(Base):
    """A link that lets its bearer choose a password once: the first administrator, a colleague, one who forgot it."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    digest: Mapped[str] = mapped_column(unique=True)  #: sha256 of what the link carries
    made: Mapped[datetime] = mapped_column()
    expires: Mapped[datetime] = mapped_column()
    used: Mapped[datetime | None] = mapped_column(default=None)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), default=None, index=True
    )  #: None: it makes the first administrator
    person: Mapped[Person | None] = relationship(init=False)


class ApiKey(Base):
    """What a program of a person shows to read numbers."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column()  #: what it is for
    made: Mapped[datetime] = mapped_column()
    expires: Mapped[datetime | None] = mapped_column(default=None)
    revoked: Mapped[datetime | None] = mapped_column(default=None)
    used: Mapped[datetime | None] = mapped_column(default=None)  #: last
    person: Mapped[Person] = relationship(init=False)


class Share(Base):
    """A link by which anybody may read one report, without internal remarks, until it expires or is revoked."""

    __tablename__ = "share"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    digest: Mapped[str] = mapped_column(unique=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"), index=True)
    made: Mapped[datetime] = mapped_column()
    expires: Mapped[datetime] = mapped_column()
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), default=None, index=True
    )
    note: Mapped[str] = mapped_column(default="")  #: for whom
    view: Mapped[dict[str, Any]] = mapped_column(
        default_factory=dict
    )  #: which part, as in ``report``: {"department": ...}
    revoked: Mapped[datetime | None] = mapped_column(default=None)
    opened: Mapped[datetime | None] = mapped_column(default=None)  #: last


class Task(Base):
    """A proposal that somebody has taken on; the next audit says whether it worked."""

    __tablename__ = "task"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    town_id: Mapped[int] = mapped_column(ForeignKey("town.id", ondelete="CASCADE"), index=True)
    change: Mapped[str] = mapped_column()  #: what to do, as in ``Proposal``
    made: Mapped[datetime] = mapped_column()
    where: Mapped[str] = mapped_column(default="")
    criteria: Mapped[list[str]] = mapped_column(default_factory=list)  #: what it shall make findable
    changes: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)  #: as in ``Proposal``
    audit_id: Mapped[int | None] = mapped_column(
        ForeignKey("audit.id", ondelete="SET NULL"), default=None, index=True
    )  #: whose proposal it was
    role: Mapped[str] = mapped_column(default="")  #: who can do it, in words
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), default=None, index=True
    )  #: who has taken it on
    due: Mapped[str | None] = mapped_column(default=None)  #: ISO date
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=TaskState.OPEN)
    done: Mapped[datetime | None] = mapped_column(default=None)  #: when a person said so
    checked_id: Mapped[int | None] = mapped_column(
        ForeignKey("audit.id", ondelete="SET NULL"), default=None, index=True
    )  #: the audit that verified it, or did not find it
    version: Mapped[int] = mapped_column(default=1)  #: counts edits, so that nobody overwrites another's
    person: Mapped[Person | None] = relationship(init=False)


class Schedule(Base):
    """When a town is audited by itself."""

    __tablename__ = "schedule"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    town_id: Mapped[int] = mapped_column(ForeignKey("town.id", ondelete="CASCADE"), index=True)
    rule: Mapped[str] = mapped_column()  #: weekly, monthly, before (a ranking looks)
    made: Mapped[datetime] = mapped_column()
    day: Mapped[int] = mapped_column(
        default=1
    )  #: of the week 1..7, of the month 1..28 or 31 for its last, days before the ranking looks
    at: Mapped[str] = mapped_column(default="03:00")  #: time of day in ``zone``
    zone: Mapped[str] = mapped_column(default="Europe/Berlin")
    ranking: Mapped[str | None] = mapped_column(default=None)  #: whose window, where the rule is before
    paused: Mapped[bool] = mapped_column(default=False)
    last: Mapped[datetime | None] = mapped_column(default=None)  #: the time it was due and was started for
    look: Mapped[datetime | None] = mapped_column(
        default=None, index=True
    )  #: before that it need not be reckoned whether it is due; None: it has to be, since it is new or was changed
    version: Mapped[int] = mapped_column(default=1)
    town: Mapped[Town] = relationship(init=False)


class Job(Base):
    """An audit that was ordered and is done by a worker, sooner or later; a town has one at a time."""

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "uq_job_open",
            "town_id",
            unique=True,
            sqlite_where=text("ended IS NULL"),
            postgresql_where=text("ended IS NULL"),
        ),
        # What workers ask for twice a second, in the order of its turn.
        Index(
            "ix_job_next",
            "priority",
            "due",
            "audit_id",
            sqlite_where=text("ended IS NULL"),
            postgresql_where=text("ended IS NULL"),
        ),
    )

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"), primary_key=True)
    town_id: Mapped[int] = mapped_column(ForeignKey("town.id", ondelete="CASCADE"))
    asked: Mapped[datetime] = mapped_column()
    due: Mapped[datetime] = mapped_column()  #: not before; another try has another
    who: Mapped[str] = mapped_column(default="")  #: ordered it, the name as it was then; empty: nobody was signed in
    catalogue: Mapped[str] = mapped_column(default="")  #: its name
    priority: Mapped[int] = mapped_column(
        default=0
    )  #: lower comes first; 0 somebody's order, 1 a schedule's, 2 a fleet's
    round: Mapped[datetime | None] = mapped_column(
        default=None, index=True
    )  #: of the fleet that it belongs to, as ``Fleet.started``; None: of none
    state: Mapped[str] = mapped_column(default=JobState.WAITING)
    worker: Mapped[str] = mapped_column(default="")  #: who began it last
    epoch: Mapped[int] = mapped_column(default=0)  #: counts beginnings; a worker that knows an older one has lost it
    tries: Mapped[int] = mapped_column(default=0)  #: begun so often
    reason: Mapped[str] = mapped_column(default="")  #: why the last try failed, in German words
    cancelled: Mapped[datetime | None] = mapped_column(default=None)  #: when somebody called it off
    begun: Mapped[datetime | None] = mapped_column(default=None)  #: the last try
    ended: Mapped[datetime | None] = mapped_column(default=None)
    progress: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)  #: as in ``audit.jobs.progress``
    audit: Mapped[Audit] = relationship(init=False)
    town: Mapped[Town] = relationship(init=False)


class Notice(Base):
    """What one person is to be told by mail of one audit; written with the end of the audit, so that it is not forgotten."""

    __tablename__ = "notice"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    due: Mapped[datetime | None] = mapped_column(default=None, index=True)  #: of the next try; None: over
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")  #: why the last try failed, in German words
    sent: Mapped[datetime | None] = mapped_column(default=None)
    person: Mapped[Person] = relationship(init=False)


class Fleet(Base):
    """Where the audits of all towns together stand; one row, from the first start or pause on."""

    __tablename__ = "fleet"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  #: always 1
    started: Mapped[datetime | None] = mapped_column(default=None)  #: the present round
    going: Mapped[datetime | None] = mapped_column(default=None)  #: since the start, or the end of the last pause
    paused: Mapped[datetime | None] = mapped_column(default=None)  #: since when nothing new begins; None: it does


class Worker(Base):
    """A process that does orders, as it has shown itself last; a name is borne by one living process."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(primary_key=True)
    machine: Mapped[str] = mapped_column()  #: name of the computer
    begun: Mapped[datetime] = mapped_column()
    seen: Mapped[datetime] = mapped_column()  #: by the clock of the database, so that no wrong clock makes it look dead
    off: Mapped[float] = mapped_column(default=0.0)  #: seconds by which its own clock is ahead of that
    version: Mapped[str] = mapped_column(default="")  #: of Fundstelle


class MeasureEdit(Base):
    """What became of one row of a town's own list, and by whom."""

    __tablename__ = "measure_edit"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    town_id: Mapped[int] = mapped_column(ForeignKey("town.id", ondelete="CASCADE"), index=True)
    measure: Mapped[int] = mapped_column(index=True)  #: as ``Measure.id``, which no other row ever has
    at: Mapped[datetime] = mapped_column()
    who: Mapped[str] = mapped_column(default="")  #: the name as it was then
    before: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), default=None
    )  #: as in audit.inventory.revision; None: it is new
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)  #: None: it was dropped


class Act(Base):
    """One line of the log of who did what at the desk."""

    __tablename__ = "act"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(index=True)
    what: Mapped[str] = mapped_column()  #: signed_in, audit_started, review, ...
    who: Mapped[str] = mapped_column(default="")  #: the name as it was then; empty: nobody was signed in
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), default=None, index=True
    )
    town_id: Mapped[int | None] = mapped_column(ForeignKey("town.id", ondelete="SET NULL"), default=None, index=True)
    about: Mapped[str] = mapped_column(default="")  #: what it was done to, in words
