"""
The language of what a command writes for readers.

Does not translate the command line itself: its messages and help pages are German.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from reports.language import LOCALES, speaking


def spoken(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option ``--language``; everything it does is said in that language."""
    return click.option(
        "--language",
        type=click.Choice([*LOCALES]),
        default="de",
        show_default=True,
        expose_value=False,
        callback=lambda context, _option, code: context.with_resource(speaking(code)),
        help="Sprache des Berichts.",
    )(command)
