"""``kg completion``: the script that makes a shell complete commands, options and queries."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell.

    \b
    Example:  kg completion bash > ~/.local/share/bash-completion/completions/kg
    """
    from click.shell_completion import get_completion_class

    from kg.cli import main

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(kind(main, {}, "kg", "_KG_COMPLETE").source())
