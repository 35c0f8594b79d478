"""
Puts right what WeasyPrint leaves undone in a tagged PDF, so that a screen reader gets what a reader sees and nothing else.

Does not change what is painted. PDF/UA-1 (ISO 14289-1): what is not in the structure tree is marked as an artifact (7.1), figures have
a text (7.3), header cells say what they head (7.5).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Operator

Place = tuple[tuple[int, int], int]
"""A marked sequence: the page's object and the number of the sequence on it."""

KEPT_EMPTY = {Name.TD, Name.TH, Name.Document}
"""Elements that mean something without content: an empty cell keeps its place in the row."""


def tidy(content: bytes, names: Mapping[str, str]) -> bytes:
    """
    Return the file with wordless figures, empty elements and page numbers out of the tree, and with scopes for header cells.

    Links within the file get the ``names`` of what they lead to, by its anchor, in place of the anchor itself.
    """
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root.StructTreeRoot
        tree = _Tree()
        for child in _children(root):
            tree.prune(child, page=None, head=False)
        _forget(root.ParentTree, tree.alive)
        for page in pdf.pages:
            _as_artifacts(pdf, page, tree.places)
            for link in page.get("/Annots", Array()):
                if "/Dest" in link:
                    link.Contents = names.get(str(link.Dest), str(link.Dest))
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


class _Tree:
    """Walks the structure and remembers what stays: elements, and the marked sequences they hold."""

    def __init__(self) -> None:
        self.alive: set[tuple[int, int]] = set()
        self.places: set[Place] = set()

    def prune(self, element: Object, *, page: tuple[int, int] | None, head: bool) -> bool:
        """Return whether an element stays; drops those of its children that do not."""
        page = element.Pg.objgen if "/Pg" in element else page
        kind = element.get("/S")
        if kind is None:  # a reference to a link, or to a marked sequence by its number
            if "/MCID" in element and page is not None:
                self.places.add((page, int(element.MCID)))
            return True
        if kind == Name.Figure and not str(element.get("/Alt", "")).strip():
            return False
        if kind == Name.TH:
            element.A = Array(
                [*_attributes(element), Dictionary(O=Name.Table, Scope=Name.Column if head else Name.Row)]
            )
        kept = [child for child in _children(element) if self._keeps(child, page=page, head=head or kind == Name.THead)]
        if not kept and kind not in KEPT_EMPTY:
            return False
        element.K = Array(kept)
        self.alive.add(element.objgen)
        return True

    def _keeps(self, child: Object | int, *, page: tuple[int, int] | None, head: bool) -> bool:
        if isinstance(child, Dictionary):
            return self.prune(child, page=page, head=head)
        if page is not None:
            self.places.add((page, int(child)))
        return True


def _children(element: Object) -> list[Object]:
    children = element.get("/K", Array())
    return list(children) if isinstance(children, Array) else [children]


def _attributes(element: Object) -> list[Object]:
    given = element.get("/A", Array())
    return list(given) if isinstance(given, Array) else [given]


def _forget(node: Object, alive: set[tuple[int, int]]) -> None:
    """Clear the entries of the parent tree whose element is gone (ISO 32000-1, 7.9.7)."""
    for kid in node.get("/Kids", Array()):
        _forget(kid, alive)
    for value in list(node.get("/Nums", Array()))[1::2]:
        if isinstance(value, Array):
            for place, element in enumerate(value):
                if isinstance(element, Dictionary) and element.objgen not in alive:
                    value[place] = None


def _as_artifacts(pdf: pikepdf.Pdf, page: pikepdf.Page, places: set[Place]) -> None:
    """Mark as artifacts the sequences of a page that no element holds: page numbers, and what was left out."""
    content: list[Any] = []
    for operands, operator in pikepdf.parse_content_stream(page):  # type: ignore[misc]
        numbered = str(operator) == "BDC" and isinstance(operands[1], Dictionary) and "/MCID" in operands[1]
        if numbered and (page.obj.objgen, int(operands[1].MCID)) not in places:
            content.append(([Name.Artifact], Operator("BMC")))
        else:
            content.append((operands, operator))
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(content))
