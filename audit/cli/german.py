"""
Click in German: help pages and usage errors.

Does not know any command of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

SECTIONS = {"Options": "Optionen", "Commands": "Befehle", "Arguments": "Angaben"}


class Formatter(click.HelpFormatter):
    """Help pages with German headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        words = args.replace("[OPTIONS]", "[OPTIONEN]").replace("COMMAND [ARGS]...", "BEFEHL ...")
        super().write_usage(prog, words, prefix or "Aufruf: ")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        with super().section(SECTIONS.get(name, name)):
            yield


class Context(click.Context):
    """A context whose help pages are German."""

    formatter_class = Formatter


class _German(click.Command):
    context_class = Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Diese Hilfe anzeigen."
        return option


class Command(_German):
    """A command with a German help page."""


class Group(_German, click.Group):
    """A group of commands with a German help page."""

    command_class = Command

    def __init__(self, *words: Any, **values: Any) -> None:
        values.setdefault("no_args_is_help", True)
        super().__init__(*words, **values)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the whole first sentence of each command; half a sentence helps nobody."""
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        rows = [(name, (command.help or "").strip().split("\n\n")[0]) for name, command in commands.items() if command]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click calls it so
        """Return the commands in the order in which they were added: the main job first."""
        return list(self.commands)


class Parts(Group):
    """A group whose commands are loaded when they are asked for, each from the module of ``package`` that has it in ``COMMANDS``."""

    def __init__(self, *words: Any, package: str, parts: Mapping[str, Sequence[str]], **values: Any) -> None:
        super().__init__(*words, **values)
        self._package = package
        self._places = {name: part for part, names in parts.items() for name in names}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click calls it so
        """Return the commands in the order of their parts."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 click calls it so
        """Return a command; None if there is none of that name."""
        if cmd_name not in self._places:
            return None
        part = import_module(f"{self._package}.{self._places[cmd_name]}")
        found: click.Command = next(one for one in part.COMMANDS if one.name == cmd_name)
        return found


def usage_error(fault: click.ClickException) -> str:
    """Return in German what is wrong with the words on the command line, and what to do."""
    context = getattr(fault, "ctx", None)
    advice = f" „{context.command_path} --help“ zeigt, wie es geht." if context is not None else ""
    return _what(fault) + advice


def _what(fault: click.ClickException) -> str:
    for kind, words in WORDS.items():
        if isinstance(fault, kind):
            return words(fault)
    for beginning, sentence in PHRASES.items():
        if fault.message.startswith(beginning):
            return sentence.format(fault.message.removeprefix(beginning).strip(" .(),"))
    return fault.message


def _unknown_option(fault: Any) -> str:
    meant = f" Meinten Sie {' oder '.join(fault.possibilities)}?" if fault.possibilities else ""
    return f"Die Option {fault.option_name} gibt es nicht.{meant}"


def _name(fault: click.BadParameter) -> str:
    if fault.param is not None:
        return fault.param.get_error_hint(fault.ctx or click.Context(click.Command("fundstelle")))
    return str(fault.param_hint or "")


def _bad(fault: click.BadParameter) -> str:
    return f"Mit der Angabe {_name(fault)} stimmt etwas nicht: {_wrong(fault)}"


def _wrong(fault: click.BadParameter) -> str:
    kind = fault.param.type if fault.param is not None else None
    # Click tells the wrong word only within its English sentence: as the first in quotation marks, or a number at its beginning.
    given = fault.message.split("'")[1:2]
    if isinstance(kind, click.Choice):
        wrong = f"„{given[0]}“ gibt es nicht. " if given else ""
        return f"{wrong}Möglich sind: {', '.join(kind.choices)}."
    if isinstance(kind, (click.types.IntParamType, click.types.FloatParamType)):
        whole = "ganze " if isinstance(kind, click.types.IntParamType) else ""
        if given:
            return f"„{given[0]}“ ist keine {whole}Zahl."
        least, most = getattr(kind, "min", None), getattr(kind, "max", None)
        bounds = ("" if least is None else f"mindestens {least}", "" if most is None else f"höchstens {most}")
        return f"{fault.message.split()[0]} geht nicht; möglich ist {' und '.join(filter(None, bounds))}."
    return fault.message


WORDS: dict[type[click.ClickException], Callable[[Any], str]] = {
    click.MissingParameter: lambda fault: f"Es fehlt die Angabe {_name(fault)}.",
    click.NoSuchOption: _unknown_option,
    click.BadOptionUsage: lambda fault: f"Der Option {fault.option_name} fehlt ein Wert.",
    click.FileError: lambda fault: f"{fault.ui_filename}: Die Datei lässt sich nicht öffnen ({fault.message}).",
    click.BadParameter: _bad,
}
"""By class, the more special first."""

PHRASES = {
    "No such command": "Den Befehl {} gibt es nicht.",
    "Got unexpected extra argument": "Es sind zu viele Angaben.",
    "Missing command": "Es fehlt der Befehl.",
}
"""By the beginning of Click's own sentence; these faults have no class of their own."""
