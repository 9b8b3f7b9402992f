"""The command ``kg``: annotated documents in, answered questions out."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any

import click

from kg import __version__

_MODULES = {
    "build": "making",
    "check": "making",
    "format": "making",
    "claims": "looking",
    "coverage": "measuring",
    "agreement": "measuring",
    "validate": "looking",
    "conflicts": "comparing",
    "impact": "impact",
    "query": "asking",
    "why": "why",
    "why-not": "why",
    "sparql": "asking",
    "export": "looking",
    "serve": "serving",
    "site": "site",
    "completion": "completion",
}


class _Lazy(click.Group):
    """Imports the module of a command when the command is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _MODULES:
            return None
        module = importlib.import_module(f"kg.cli.{_MODULES[name]}")
        command: click.Command = getattr(module, name.replace("-", "_"))
        return command

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        from kg.errors import KgError

        try:
            return super().main(args, *more, **extra)
        except KgError as error:
            from kg.cli.options import explain

            explain(error, lang=_language(args if args is not None else sys.argv[1:]))
            raise SystemExit(error.exit_code) from None


def _language(args: Sequence[str]) -> str:
    """The language asked for, also when the error came before the options were read."""
    from kg.cli.options import default_language

    for index, arg in enumerate(args):
        if arg == "--lang" and index + 1 < len(args):
            return args[index + 1]
        if arg.startswith("--lang="):
            return arg.removeprefix("--lang=")
    return default_language()


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kg")
def main() -> None:
    """Annotated documents as a knowledge graph; every triple traced to its words.

    \b
    kg build                       build the graph from seeds/
    kg query                       list the stored questions
    kg query agreements-of --actor "Région de Bruxelles-Capitale" --evidence

    Exit codes: 0 fine, 1 findings, 2 wrong usage or unreadable input, 3 engine unreachable.
    """
