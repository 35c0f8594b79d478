"""
Invented towns, served over real HTTP on loopback under their own host names, with an answer key.

Does not test anything itself; docs of the page format are in ``tests/towns/site.py``.
"""

from tests.towns.server import TownServer
from tests.towns.site import FOLDER

__all__ = ["FOLDER", "TownServer"]
