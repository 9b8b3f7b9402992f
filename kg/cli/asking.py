"""Commands that ask: ``kg query`` and ``kg sparql``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import (
    LANGUAGES,
    default_language,
    emit,
    on_project,
    open_project,
    output_option,
    ready,
    terminal_width,
)
from kg.findings import wording
from kg.formats import ROW_FORMATS

if TYPE_CHECKING:
    from kg.project import Project
    from kg.queries import StoredQuery
    from kg.results import Answer


def _answer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    form = click.option(
        "--format",
        "form",
        type=click.Choice(ROW_FORMATS),
        default="table",
        help="Form of the rows.",
    )
    as_json = click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
    evidence = click.option(
        "--evidence", is_flag=True, help="Add source, date, words, manner and speaker."
    )
    return form(as_json(evidence(output_option(on_project(command)))))


def _rows(answer: Answer, form: str, evidence: bool) -> str:
    return answer.text(form, evidence=evidence, width=terminal_width())


# How the value of a parameter is written, by its type.
_NAMED = "an id such as id:…, or a label in any language"
_FORMS = {
    "date": "a day such as 2017-06-12",
    "decimal": "a number such as 12.5",
    "integer": "a number such as 12",
    "string": "any words",
}
_GIVEN = "kg.cli.asking.given"  # where a context keeps all arguments after `kg query`


class _Questions(click.Group):
    """One sub-command a stored query, with an option a parameter."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # The project must be known before its queries are, and may be named after the query.
        ctx.meta[_GIVEN] = list(args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_project(ctx).queries())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        folder, lang = _place(ctx)
        command = _command(open_project(folder, None, lang).stored(name), lang)
        for option in command.params:
            # What was named before the query holds after it too, over the environment.
            if option.name == "project":
                option.default, option.envvar = folder, None
            elif option.name == "lang":
                option.default = lang
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        project = _project(ctx)
        queries = sorted(project.queries().items())
        with formatter.section("Questions"):
            formatter.write_dl([(name, query.summary[project.lang]) for name, query in queries])


def _project(ctx: click.Context) -> Project:
    folder, lang = _place(ctx)
    return open_project(folder, None, lang)


def _place(ctx: click.Context) -> tuple[str | None, str]:
    """The folder and the language that are named anywhere after ``kg query``."""
    values: dict[str, str] = {}
    given = ctx.meta.get(_GIVEN, [])
    for arg, following in pairwise([*given, ""]):
        name, equals, value = arg.partition("=")
        if name in ("--project", "--lang"):
            values[name] = value if equals else following
    folder = values.get("--project") or os.environ.get("KG_PROJECT")
    lang = values.get("--lang")  # what is no language is refused when the options are read
    return folder, lang if lang in LANGUAGES else default_language()


def _command(query: StoredQuery, lang: str) -> click.Command:
    names = [parameter.name for parameter in query.parameters]

    @_answer_options
    def run(
        project: Project, form: str, as_json: bool, evidence: bool, output: str, **params: Any
    ) -> None:
        given = {name: value for name, value in params.items() if value is not None}
        ready(project)
        answer = project.query(query.name, **given)
        emit(_rows(answer, "json" if as_json else form, evidence), output)
        if answer.emptiness and not as_json and form not in ("json", "jsonl"):
            click.echo(answer.emptiness, err=True)

    example = f"kg query {query.name}" + "".join(f" --{name} …" for name in names)
    about = query.descriptions.get(lang, query.description)
    command = click.command(
        query.name,
        help=f"{query.summary[lang]}\n\n{about}\n\n\b\nExample:  {example}",
        short_help=query.summary[lang],
    )(run)
    for parameter in reversed(query.parameters):
        option = click.Option(
            [f"--{parameter.name}", parameter.name],
            metavar=parameter.type.upper(),
            required=parameter.required,
            help=f"{parameter.type}: {_FORMS.get(parameter.type, _NAMED)}.",
        )
        command.params.insert(0, option)
    return command


@click.group(cls=_Questions, invoke_without_command=True)
@click.option("--project", metavar="DIR", help="Project folder.", expose_value=False)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of labels and messages.",
              expose_value=False)  # fmt: skip
@click.pass_context
def query(ctx: click.Context) -> None:
    """Ask a stored question; alone, list them.

    \b
    Example:  kg query agreements-of --actor "Brussels-Capital Region" --evidence
    """
    if ctx.invoked_subcommand is None:
        from kg.results import columns

        project = _project(ctx)
        rows = [
            (name, " ".join(f"--{p.name}" for p in q.parameters), q.summary[project.lang])
            for name, q in sorted(project.queries().items())
        ]
        heads = tuple(
            wording(f"query-{head}", project.lang) for head in ("name", "options", "text")
        )
        emit("".join(f"{line}\n" for line in columns([heads, *rows], terminal_width())))


def _sparql_text(given: str) -> str:
    """The query itself, from standard input, from a file, or as it was given."""
    from kg.errors import InputError

    try:
        if given == "-":
            return sys.stdin.buffer.read().decode("utf-8")
        # A query has braces, or at least the IRI or name of what it describes.
        if not {"{", "<"} & set(given) and (Path(given).suffix == ".rq" or Path(given).is_file()):
            return Path(given).read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError("not-read", path=given, error=error.strerror) from error
    except UnicodeDecodeError as error:
        raise InputError("no-utf8", path=given, byte=error.start) from error
    return given


@click.command()
@click.argument("text", metavar="QUERY|FILE|-")
@_answer_options
def sparql(
    project: Project, text: str, form: str, as_json: bool, evidence: bool, output: str
) -> None:
    """Run a SPARQL query from an argument, a file, or - for stdin.

    Prefixes of the project need no declaration. SELECT and ASK give rows, CONSTRUCT
    and DESCRIBE give Turtle.

    \b
    Example:  kg sparql 'SELECT ?m { ?m a ecodip:Mission }'
    """
    from kg.export import turtle
    from kg.results import Answer

    given = _sparql_text(text)
    ready(project)
    found = project.sparql(given, evidence=evidence)
    if isinstance(found, Answer):
        emit(_rows(found, "json" if as_json else form, evidence), output)
    elif isinstance(found, bool):
        emit(json.dumps(found) + "\n", output)
    else:
        emit(turtle(found, project.layout.prefixes), output)
