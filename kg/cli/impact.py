"""The command that tells what a change would do: ``kg impact``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from kg.cli.options import emit, on_project, output_option, terminal_width

if TYPE_CHECKING:
    from kg.project import Project

_SHOWN = 10


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table",
              help="json: every change, with what was and what is.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--all", "every", is_flag=True,
              help="Every change, and a reason for every inferred triple.")  # fmt: skip
@click.option("--fail-on", type=click.Choice(["claims", "triples", "violations", "rows", "any"]),
              multiple=True,
              help="Exit code 1 for a change of this kind; repeat it for several.")  # fmt: skip
@output_option
@on_project
def impact(
    project: Project,
    files: tuple[str, ...],
    form: str,
    as_json: bool,
    every: bool,
    fail_on: tuple[str, ...],
    output: str,
) -> None:
    """Tell what a changed file would do to the graph, before anything is written.

    Each FILE is an annotation, a description, the authority file, or a file of the
    ontology, the rules, the shapes or the stored queries: one of the project, compared
    with the last build, or a new version that lies elsewhere and has its name. Told are
    claims, triples with the reason, results of validation and rows of stored queries
    that come, go or change. Exit code 1 when nothing could be built of it, 2 when a
    file cannot be read.

    \b
    Example:  kg impact seeds/aichi-2017.ann --fail-on violations
    """
    found = project.impact(*files, explained=None if every else _SHOWN)
    if as_json or form == "json":
        emit(json.dumps(found.to_json(project.lang), indent=2, ensure_ascii=False) + "\n", output)
    else:
        first = None if every else _SHOWN
        emit(found.text(project.lang, first=first, width=terminal_width()), output)
    if code := found.exit_code(fail_on):
        raise SystemExit(code)
