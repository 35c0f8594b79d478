"""
Can it be found? A simulated researcher types a query and follows links.

Does not know what counts as a service: it is given queries and pages, and says how one gets to them.
Half of all people start with a search engine and half at the town's own site (eGovernment MONITOR), so the chance
to be found is half of each.
"""

from audit.findability.finder import Finder, Found
from audit.findability.graph import Graph, Way
from audit.findability.search import Search

__all__ = ["Finder", "Found", "Graph", "Search", "Way"]
