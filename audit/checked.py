"""
Read a YAML file into a pydantic shape, with errors that name file and line.

Does not know what the file is about: catalogues and town profiles both come through here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from db.errors import InputError

Shape = TypeVar("Shape", bound=BaseModel)

MAX_BYTES = 5_000_000
"""A larger file is no profile and no catalogue; YAML readers are slow enough to be a trap."""


def read(file: Path, shape: type[Shape], *, error: type[InputError]) -> Shape:
    """Return the file's content as ``shape``; raise ``error`` with file, line and remedy."""
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise error("Die Datei gibt es nicht.", file=file, remedy="Prüfen Sie den Pfad.") from None
    except OSError as fault:
        raise error(f"Die Datei lässt sich nicht lesen ({fault.strerror}).", file=file) from None
    return parse(content, shape, file=file, error=error)


def parse(content: bytes, shape: type[Shape], *, file: Path, error: type[InputError]) -> Shape:
    """Return what a file holds as ``shape``; ``file`` is only what it is called when ``error`` is raised."""
    text = _text(content, file=file, error=error)
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
        words = _words(first, name=["Die Datei", *_steps(first)][-1])
        is_name = first["type"] == "extra_forbidden" and len(first["loc"]) == 1
        remedy = f"Bekannt sind: {', '.join(shape.model_fields)}." if is_name else _remedy(first)
        raise error(words, file=file, line=line_of(node, first["loc"]), remedy=remedy) from None


def faults(fault: ValidationError, *, names: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the values of a form, by field; ``names`` says for each field what people call it."""
    found: dict[str, str] = {}
    for one in fault.errors():
        field = next((step for step in _steps(one) if step in names), "")
        # A pattern or the marks of YAML are no help to those who fill in a form.
        remedy = _remedy(one) if "expected" in one.get("ctx", {}) else ""
        found.setdefault(field, f"{_words(one, name=names.get(field, field))} {remedy}".strip())
    return found


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


def _text(content: bytes, *, file: Path, error: type[InputError]) -> str:
    if len(content) > MAX_BYTES:
        raise error("Die Datei ist zu groß (über 5 MB).", file=file)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise error(
            "Die Datei ist nicht in UTF-8 gespeichert.", file=file, remedy="Speichern Sie sie als UTF-8."
        ) from None


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


def _steps(fault: ErrorDetails) -> list[str]:
    return [str(step) for step in fault["loc"] if not isinstance(step, int) and step != "[key]"]


def _words(fault: ErrorDetails, *, name: str) -> str:
    template = _WORDS.get(fault["type"], "„{name}“ ist nicht gültig: {message}.")
    message = str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    return template.format(name=name, input=fault["input"], message=message)


def _remedy(fault: ErrorDetails) -> str:
    context = fault.get("ctx", {})
    if "expected" in context:
        return f"Erlaubt: {str(context['expected']).replace(' or ', ' oder ')}."
    if "pattern" in context:
        return f"Erwartet: {context['pattern']}"
    if fault["type"] == "string_type":
        return "Setzen Sie den Wert in Anführungszeichen."
    return ""
