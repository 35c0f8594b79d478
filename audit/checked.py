"""
Read a YAML file into a pydantic shape, with errors that name file and line.

Does not know what the file is about: catalogues and town profiles both come through here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from db.errors import InputError

Shape = TypeVar("Shape", bound=BaseModel)

MAX_BYTES = 5_000_000
"""A larger file is no profile and no catalogue; YAML readers are slow enough to be a trap."""


def read(file: Path, shape: type[Shape], *, error: type[InputError]) -> Shape:
    """Return the file's content as ``shape``; raise ``error`` with file, line and remedy."""
    text = _text(file, error=error)
    try:
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        _refuse_twins(node, file=file, error=error)
        values = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        raise error(
            f"Die Datei ist kein gültiges YAML ({getattr(fault, 'problem', None) or 'Aufbau unklar'}).",
            file=file,
            line=mark.line + 1 if mark else None,
            remedy="Prüfen Sie Einrückung, Doppelpunkte und Anführungszeichen.",
        ) from None
    try:
        return shape.model_validate(values)
    except ValidationError as fault:
        # A misspelt name also makes the right one missing; the misspelling is what helps.
        first = min(fault.errors(), key=lambda one: one["type"] != "extra_forbidden")
        raise error(_words(first), file=file, line=line_of(node, first["loc"]), remedy=_remedy(first, shape)) from None


def line_of(node: yaml.Node | None, place: Sequence[str | int]) -> int | None:
    """Return the line, from 1, of the deepest part of ``place`` that the document has."""
    if node is None:
        return 1
    line: int = node.start_mark.line
    for step in place:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(step):
                    line, node = key.start_mark.line, value
                    break
            else:
                break
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
        else:
            break
    return line + 1


def _text(file: Path, *, error: type[InputError]) -> str:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise error("Die Datei ist zu groß (über 5 MB).", file=file)
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise error("Die Datei gibt es nicht.", file=file, remedy="Prüfen Sie den Pfad.") from None
    except UnicodeDecodeError:
        raise error(
            "Die Datei ist nicht in UTF-8 gespeichert.", file=file, remedy="Speichern Sie sie als UTF-8."
        ) from None
    except OSError as fault:
        raise error(f"Die Datei lässt sich nicht lesen ({fault.strerror}).", file=file) from None


def _refuse_twins(node: yaml.Node | None, *, file: Path, error: type[InputError]) -> None:
    """YAML would silently keep the last of two equal keys; an editor's slip must not vanish."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise error(
                    f"„{key.value}“ steht hier zweimal.",
                    file=file,
                    line=key.start_mark.line + 1,
                    remedy="Löschen Sie eine der beiden Angaben.",
                )
            seen.add(key.value)
            _refuse_twins(value, file=file, error=error)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_twins(value, file=file, error=error)


_WORDS = {
    "extra_forbidden": "„{name}“ ist hier nicht bekannt.",
    "missing": "„{name}“ fehlt.",
    "string_pattern_mismatch": "„{name}“ hat nicht die erwartete Form: {input!r}.",
    "literal_error": "„{name}“ hat einen unbekannten Wert: {input!r}.",
    "enum": "„{name}“ hat einen unbekannten Wert: {input!r}.",
    "string_type": "„{name}“ muss ein Text sein, steht hier aber als {input!r}.",
    "list_type": "„{name}“ muss eine Liste sein.",
    "string_too_short": "„{name}“ ist leer.",
    "too_short": "„{name}“ ist leer.",
    "greater_than_equal": "„{name}“ ist zu klein: {input!r}.",
    "less_than_equal": "„{name}“ ist zu groß: {input!r}.",
    "model_type": "„{name}“ muss aus benannten Angaben bestehen.",
    "value_error": "„{name}“: {message}.",
}


def _words(fault: object) -> str:
    assert isinstance(fault, dict)
    place = [str(step) for step in fault["loc"] if not isinstance(step, int) and step != "[key]"]
    template = _WORDS.get(fault["type"], "„{name}“ ist nicht gültig: {message}.")
    message = str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    return template.format(name=place[-1] if place else "Die Datei", input=fault["input"], message=message)


def _remedy(fault: object, shape: type[BaseModel]) -> str:
    assert isinstance(fault, dict)
    context = fault.get("ctx", {})
    if "expected" in context:
        return f"Erlaubt: {str(context['expected']).replace(' or ', ' oder ')}."
    if "pattern" in context:
        return f"Erwartet: {context['pattern']}"
    if fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1:
        return f"Bekannt sind: {', '.join(shape.model_fields)}."
    if fault["type"] == "string_type":
        return "Setzen Sie den Wert in Anführungszeichen."
    return ""
