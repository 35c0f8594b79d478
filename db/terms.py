"""
The fixed words of the house: what a verdict, a zone or a reading can be.

Does not decide anything and holds no rows; the nouns that use these words are in ``db.models``.
The values are stored and printed, so they never change their spelling.
"""

from __future__ import annotations

from enum import StrEnum


def N_(german: str) -> str:  # noqa: N802 the name that gettext's tools know
    """
    Return a text as it is; marks it for the translator where it is written, and reports translate it where they show it.

    A text with facts in it is a template for ``str.format``: what is made of it is stored in German and read back by it
    (``reports.stored``).
    """
    return german


CONTROL = "zqxwvkjfundstelle"
"""The query that no page answers: what a site's search shows for it stands on every page of results and is no hit."""

FINDABLE_FROM = 0.53
"""Chance to be found, 0..1, from which the effort is ordinary: one of the two ways alone (0.5) is not enough (docs/accuracy.md)."""


class Role(StrEnum):
    """What a site is for in its town's landscape."""

    CITY = "city"
    PORTAL = "portal"
    COUNCIL = "council"
    UTILITY = "utility"
    LIBRARY = "library"
    TRANSPORT = "transport"
    TOURISM = "tourism"
    SCHOOL = "school"
    HEALTH = "health"
    HOUSING = "housing"
    ECONOMY = "economy"
    WASTE = "waste"
    MICROSITE = "microsite"
    OTHER = "other"


class Standing(StrEnum):
    """Whose a site is; only OWN and CONFIRMED sites are read and may give evidence."""

    OWN = "own"  #: by rule: same registrable domain, tenant of a portal, imprint
    CONFIRMED = "confirmed"  #: named in the town's profile, or by hand
    PROPOSED = "proposed"  #: looks like the town's; a person has to say so
    FOREIGN = "foreign"  #: somebody else's


class End(StrEnum):
    """Why the reading of one site ended."""

    OPEN = "open"  #: not ended: waiting, running or interrupted
    FINISHED = "finished"
    BUDGET_PAGES = "budget_pages"
    BUDGET_TIME = "budget_time"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    ROBOTS_DISALLOW = "robots_disallow"
    REFUSED = "refused"  #: 401, 403, 429 or a challenge on the front door
    UNREACHABLE = "unreachable"  #: no name, no connection, certificate, 5xx on the front door
    NEEDS_RENDERING = "needs_rendering"  #: the front door is an empty shell that scripts fill in a browser
    FAULT = "fault"  #: a fault of ours; the log has it


class Zone(StrEnum):
    """Where on a page words stand."""

    TITLE = "title"
    DESCRIPTION = "description"
    HEADING = "heading"
    MAIN = "main"
    MENU = "menu"
    FOOTER = "footer"
    URL = "url"
    ANCHOR = "anchor"
    FORM = "form"
    KEY = "key"


class PageType(StrEnum):
    """What kind of page it is; decides how much its words can prove."""

    SERVICE = "service"
    PORTAL = "portal"
    NEWS = "news"
    COUNCIL = "council"
    JOB = "job"
    TENDER = "tender"
    LEGAL = "legal"
    EVENT = "event"
    VENDOR = "vendor"
    PRESS = "press"
    PARTY = "party"
    STATETEXT = "statetext"
    LIST = "list"  #: search results, calendars, archives, sitemaps
    ERROR = "error"


class Reading(StrEnum):
    """What a sentence says about the thing it names."""

    STATEMENT = "statement"
    LAUNCH = "launch"
    PLAN = "plan"
    NEGATION = "negation"
    QUESTION = "question"
    MOTION = "motion"
    ENDED = "ended"
    OTHER_TOWN = "other_town"
    GENERIC = "generic"  #: state text, "many towns"
    CONDITIONAL = "conditional"


class Signal(StrEnum):
    """What kind of sign speaks in a piece of evidence."""

    KEY = "key"  #: an official service key (LeiKa)
    PRODUCT = "product"  #: a name that is the thing itself
    PAIR = "pair"  #: topic and action in one sentence
    TOPIC = "topic"  #: the topic alone
    LINK = "link"  #: a link to a known portal or vendor
    HOST = "host"  #: the page stands on such a portal
    FORM = "form"  #: an application form on the page


class Maturity(StrEnum):
    """How far a service or project is, as seen from outside."""

    NONE = "none"
    INFO = "info"
    FORM = "form"  #: to print or download
    ONLINE = "online"
    LIVE = "live"  #: infrastructure or project in operation
    PLAN = "plan"
    STRATEGY = "strategy"


class Band(StrEnum):
    """How sure the classifier is."""

    AUTOMATIC = "automatic"
    REVIEW = "review"


class Verdict(StrEnum):
    """What an online researcher can say about one criterion."""

    FINDABLE = "FINDABLE"
    BURIED = "BURIED"
    ABSENT = "ABSENT"
    UNKNOWN = "UNKNOWN"


class GapKind(StrEnum):
    """How the town's own list and what is seen online differ."""

    HIDDEN = "HIDDEN"
    INVISIBLE = "INVISIBLE"
    UNLISTED = "UNLISTED"
    MISSING = "MISSING"
    UNCHECKED = "UNCHECKED"


class ChangeKind(StrEnum):
    """What a change between two audits means for who searches."""

    NEW = "new"  #: nothing was to be seen, now something is
    BETTER = "better"
    WORSE = "worse"
    GONE = "gone"  #: something was to be seen, now nothing is
    SAME = "same"


class ChangeCause(StrEnum):
    """Where a change between two audits comes from."""

    SITE = "site"  #: pages or their links
    RULES = "rules"  #: catalogue, program, or what reviews have taught
    COVERAGE = "coverage"  #: one of the two audits could not look
    PERSON = "person"  #: a review
    MIXED = "mixed"


class Size(StrEnum):
    """How large an effect or an effort is."""

    SMALL = "klein"
    MEDIUM = "mittel"
    LARGE = "groß"


class Source(StrEnum):
    """Where what is said of real searches comes from."""

    SEARXNG = "searxng"  #: an instance of that metasearch engine was asked
    CONSOLE = "search-console"  #: Google's statistics for the owner of a site


class Decision(StrEnum):
    """What a person says of a finding."""

    CONFIRM = "confirm"
    REJECT = "reject"
    IGNORE = "ignore"


class Why(StrEnum):
    """Why a person says so; the German words for the person at the keyboard are in ``WHY``."""

    SEEN = "seen"
    KNOWN = "known"
    NOT_THE_THING = "not_the_thing"
    WRONG_PAGE = "wrong_page"
    OTHER_TOWN = "other_town"
    THIRD_PARTY = "third_party"
    ONLY_PLANNED = "only_planned"
    ENDED = "ended"
    NOT_ONLINE = "not_online"
    OUTDATED = "outdated"
    IN_PROGRESS = "in_progress"
    NOT_WANTED = "not_wanted"


WHY: dict[Decision, dict[Why, str]] = {
    Decision.CONFIRM: {Why.SEEN: N_("auf der Seite gesehen"), Why.KNOWN: N_("aus eigener Kenntnis")},
    Decision.REJECT: {
        Why.NOT_THE_THING: N_("die Seite meint etwas anderes"),
        Why.WRONG_PAGE: N_("gibt es, steht aber nicht auf dieser Seite"),
        Why.OTHER_TOWN: N_("es geht um einen anderen Ort"),
        Why.THIRD_PARTY: N_("ein Angebot von anderen, nicht der Stadt"),
        Why.ONLY_PLANNED: N_("erst geplant oder angekündigt"),
        Why.ENDED: N_("gibt es nicht mehr, und die Seite sagt das"),
        Why.NOT_ONLINE: N_("geht dort nicht online"),
        Why.OUTDATED: N_("die Seite ist veraltet"),
    },
    Decision.IGNORE: {Why.IN_PROGRESS: N_("wird gerade bearbeitet"), Why.NOT_WANTED: N_("ist nicht vorgesehen")},
}
"""Which reasons go with which decision, in the words of a clerk."""


class PersonRole(StrEnum):
    """What a person may do at the desk; each may do what those before may."""

    READER = "reader"
    EDITOR = "editor"  #: audits, reviews, measures, tasks
    ADMIN = "admin"  #: people, sites, schedules, settings


class TaskState(StrEnum):
    """How far a task is."""

    OPEN = "open"
    DONE = "done"  #: a person says so
    VERIFIED = "verified"  #: an audit since has found what it was for
    FAILED = "failed"  #: an audit since has not
    DROPPED = "dropped"


class JobState(StrEnum):
    """How far an ordered audit is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Failure(StrEnum):
    """Why the audit of a town brought no verdicts one could use, as who runs a fleet sorts them."""

    UNREACHABLE = "unreachable"  #: the town's site: no name, no connection, certificate, 5xx
    REFUSED = "refused"  #: the site lets us not in
    ROBOTS = "robots"  #: its robots.txt forbids, or cannot be read
    RENDERING = "rendering"  #: only scripts fill its pages
    LITTLE = "little"  #: read, but too little to judge
    KILLED = "killed"  #: the worker died, each time
    TIMEOUT = "timeout"  #: took too long
    DATABASE = "database"
    PROGRAM = "program"  #: a fault of ours
