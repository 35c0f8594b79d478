"""
The weights of the score, all in one place.

Does not compute. Points are on the scale of a logistic function: 2.2 points more turn a chance of 50 % into 90 %.
Set by hand on labelled pages of German towns, checked on pages of other towns; the figures stand in docs/catalogue.md.
"""

from __future__ import annotations

from db.terms import PageType, Reading, Zone

BIAS = -3.4
SLOPE = 1.8
SHIFT = 0.9  #: slope and shift fit the sum to the share of labelled pages that are right
TOPIC = 0.8  #: for each point of topic
AVAILABLE = 1.2  #: for each point of availability
MAX_TOPIC = 3.2
TOPICAL = 0.2  #: below it a page has only brushed the topic
MAX_OBJECTS = 0.9
MAX_PAIRS = 3.2
MAX_AVAILABLE = 4.5
REPEAT = 0.5  #: the second sentence of its kind counts half, the third a quarter

OBJECT = 0.5
PAIR = 1.8  #: topic and action in one sentence
FAR_PAIR = 1.3  #: the same with a comma between, or far apart
SECTION = 1.2  #: topic in the heading or title, action below it
PAPER = 0.3  #: the same with a form to print
STATED = 0.9  #: the product is stated in the text, not only in the title
LINK = 1.8
HOST = 1.2
FORM = 1.6
ACCOUNT = 0.7
OWN_SERVICE = 0.5
OWN_NEWS = 0.2
INFORMED = 1.3  #: where information is enough: own page, with the thing in title or heading
KEY_TOPIC = 2.4
KEY_AVAILABLE = 0.9

ZONE = {
    Zone.TITLE: 1.5,
    Zone.HEADING: 1.3,
    Zone.MAIN: 1.0,
    Zone.ANCHOR: 0.6,  # the words of a link speak of the page it leads to
    Zone.DESCRIPTION: 1.0,
    Zone.URL: 0.9,
    Zone.MENU: 0.25,
    Zone.FOOTER: 0.1,
}
READING = {
    Reading.STATEMENT: 1.0,
    Reading.LAUNCH: 1.1,
    Reading.PLAN: 0.15,
    Reading.GENERIC: 0.15,
    Reading.CONDITIONAL: 0.15,
    Reading.QUESTION: 0.1,
    Reading.OTHER_TOWN: 0.05,
    Reading.MOTION: 0.0,
    Reading.NEGATION: 0.0,
    Reading.ENDED: 0.0,
}
PAGE_TYPE = {
    PageType.COUNCIL: -4.0,
    PageType.JOB: -4.0,
    PageType.TENDER: -4.0,
    PageType.LEGAL: -3.5,
    PageType.VENDOR: -4.0,
    PageType.PARTY: -3.5,
    PageType.PRESS: -2.5,
    PageType.STATETEXT: -1.5,
    PageType.EVENT: -1.5,
    PageType.LIST: -1.0,
    PageType.NEWS: -0.1,
    PageType.ERROR: -6.0,
}
NOT_OURS = -2.2  #: the host is not known as the town's, and the page does not name it
UNCONFIRMED = -0.8  #: the page names the town, but nobody said that the host is the town's
OTHER_ROLE = -1.5  #: the page stands on a site of another purpose than those where the thing would stand
NO_CONTEXT = -3.0
HOMONYM = -1.5
ONLY_NAMED = -2.0  #: a page inside of a portal that says no more of the portal than its name
DENIED = -2.0  #: more sentences deny it than state it
HALF_DENIED = -1.0  #: as many
ONLY_PLAN = -1.5
ONLY_ASKED = -1.2
OTHER_TOWNS = -1.0
UNDER_WAY = -1.5  #: the page tells of a project and does not say that it has begun
MANY_TOWNS = 4

AUTOMATIC_FROM = 0.92
SUPPORTED_FROM = 0.6  #: the same, where the page says it more than once or leads to it
REVIEW_FROM = 0.5
