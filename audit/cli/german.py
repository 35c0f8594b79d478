"""
Click in German: help pages and usage errors.

Does not know any command of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they were added: the main job first."""
        return list(self.commands)


def usage_error(fault: click.ClickException) -> str:
    """Return in German what is wrong with the words on the command line, and what to do."""
    context = getattr(fault, "ctx", None)
    advice = f" „{context.command_path} --help“ zeigt, wie es geht." if context is not None else ""
    return _what(fault) + advice


def _what(fault: click.ClickException) -> str:
    if isinstance(fault, click.MissingParameter):
        return f"Es fehlt die Angabe {_name(fault)}."
    if isinstance(fault, click.NoSuchOption):
        meant = f" Meinten Sie {' oder '.join(fault.possibilities)}?" if fault.possibilities else ""
        return f"Die Option {fault.option_name} gibt es nicht.{meant}"
    if isinstance(fault, click.BadOptionUsage):
        return f"Der Option {fault.option_name} fehlt ein Wert."
    if isinstance(fault, click.FileError):
        return f"{fault.ui_filename}: Die Datei lässt sich nicht öffnen ({fault.message})."
    if isinstance(fault, click.BadParameter):
        return f"Mit der Angabe {_name(fault)} stimmt etwas nicht: {fault.message}"
    if fault.message.startswith("No such command"):
        return f"Den Befehl {fault.message.removeprefix('No such command ').rstrip('.')} gibt es nicht."
    if fault.message.startswith("Got unexpected extra argument"):
        return "Es sind zu viele Angaben."
    return fault.message


def _name(fault: click.BadParameter) -> str:
    if fault.param is not None:
        return fault.param.get_error_hint(fault.ctx or click.Context(click.Command("fundstelle")))
    return str(fault.param_hint or "")
