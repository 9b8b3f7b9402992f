"""Commands that explain: ``kg why`` and ``kg why-not``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import (
    colored,
    emit,
    explain,
    on_project,
    output_option,
    ready,
    terminal_width,
)
from kg.errors import CheckFailed, InputError
from kg.findings import wording

if TYPE_CHECKING:
    from kg.project import Project
    from kg.why import Proof


@click.command()
@click.argument("parts", nargs=-1, metavar="SUBJECT PREDICATE OBJECT")
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="Every minimal proof: one for each smallest set of statements that suffices.",
)
@click.option(
    "--verify",
    is_flag=True,
    help="Re-check each proof; a FILE of --format json may stand for the triple.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["tree", "json", "turtle", "html"]),
    default="tree",
    help="turtle: PROV-O; html: one page.",
)
@click.option(
    "--first",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="N",
    help="Explain so many of the triples that fit.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    metavar="N",
    help="How many applications of rules to look at for a triple.",
)
@output_option
@on_project
def why(
    project: Project,
    parts: tuple[str, ...],
    every: bool,
    verify: bool,
    form: str,
    first: int,
    limit: int,
    output: str,
) -> None:
    """Explain why a triple holds, down to source, date, speaker and words.

    Each part is an id, a label in any language, or ? for anything (quote it: '?').
    "a" is rdf:type. A triple that is only denied or planned says so. Exit code 1 when
    nothing that fits holds, or a proof is wrong.

    \b
    Example:  kg why "Brussels Beer Project" "has office in" Japan
    """  # fmt: skip
    if verify and len(parts) == 1:
        from kg.why.saved import from_json

        proofs = from_json(_content(parts[0]))
        ready(project)
        _verify(project, proofs)
        return
    if len(parts) != 3:
        raise click.UsageError(
            "three parts are wanted: kg why SUBJECT PREDICATE OBJECT; quote a label with spaces"
        )
    ready(project)
    found = project.why(*parts, all=every, limit=limit, first=first)
    emit(found.text(form, width=terminal_width(), color=_color(output)), output)
    if verify:
        _verify(project, found.proofs)
    if not found.proofs:
        if not found:
            click.echo(wording("why-none", project.lang), err=True)
        raise SystemExit(1)


@click.command("why-not")
@click.argument("subject")
@click.argument("predicate")
@click.argument("object")
@click.option("--format", "form", type=click.Choice(["tree", "json"]), default="tree")
@click.option(
    "--rules",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    metavar="N",
    help="Show so many rules, the nearest first.",
)
@output_option
@on_project
def why_not(
    project: Project, subject: str, predicate: str, object: str, form: str, rules: int, output: str
) -> None:
    """Tell what a triple lacks to hold: the nearest rules and their missing premises.

    Exit code 0 when it holds, 1 when it does not.

    \b
    Example:  kg why-not "Brussels Beer Project" "has office in" Belgium
    """  # fmt: skip
    ready(project)
    found = project.why_not(subject, predicate, object, rules=rules)
    emit(found.text(form, width=terminal_width(), color=_color(output)), output)
    if not found.holds:
        raise SystemExit(1)


def _verify(project: Project, proofs: tuple[Proof, ...]) -> None:
    findings = project.verify(*proofs)
    if findings:
        error = CheckFailed("wrong-proof", findings)
        explain(error, lang=project.lang)
        raise SystemExit(error.exit_code)
    click.echo(wording("why-verified", project.lang, count=len(proofs)), err=True)


def _color(output: str) -> bool:
    return output == "-" and sys.stdout.isatty() and colored() is not False


def _content(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InputError("not-read", path=name, error=error.strerror) from error
