"""
What a researcher looks for: the criteria of a catalogue, read from YAML files and checked.

Does not look at pages and does not open a database.
"""

from audit.catalogue.files import ACCURACY, DEFAULT, FOLDER, load, names
from audit.catalogue.shapes import Accuracy, Area, Catalogue, Criterion, Example, Examples, Kind, Translation

__all__ = [
    "ACCURACY",
    "DEFAULT",
    "FOLDER",
    "Accuracy",
    "Area",
    "Catalogue",
    "Criterion",
    "Example",
    "Examples",
    "Kind",
    "Translation",
    "load",
    "names",
]
