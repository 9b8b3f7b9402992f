"""Commands that look at claims and graph: ``kg claims``, ``kg validate``, ``kg export``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from kg.cli.options import emit, on_project, output_option, ready, terminal_width
from kg.errors import InputError
from kg.findings import wording
from kg.formats import LAYERS, RDF_FORMATS

if TYPE_CHECKING:
    from kg.claims import Claim
    from kg.project import Project


@click.command()
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table",
              help="jsonl: one JSON object a line, all keys.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format jsonl.")
@click.option("--source", metavar="NAME", help="Only this source, as in seeds/NAME.ann.")
@click.option("--modality", metavar="NAME", help="Only fact, plan, possibility, …")
@click.option("--about", metavar="ID", help="Only claims about this thing, such as id:awex.")
@output_option
@on_project
def claims(
    project: Project,
    form: str,
    as_json: bool,
    source: str | None,
    modality: str | None,
    about: str | None,
    output: str,
) -> None:
    """List claims, with the words that state them.

    \b
    Example:  kg claims --modality plan
    """
    found = project.claims(source=source, modality=modality, about=about)
    if as_json or form == "jsonl":
        lines = (json.dumps(c.to_json(project.lang), ensure_ascii=False) + "\n" for c in found)
        emit("".join(lines), output)
    else:
        emit(_table(project, found), output)


def _table(project: Project, found: Iterable[Claim]) -> str:
    from kg.results import columns
    from kg.terms import compact

    prefixes = project.layout.prefixes
    names = ("place", "subject", "predicate", "object", "manner", "words")
    rows = [tuple(wording(f"claim-{name}", project.lang) for name in names)]
    for claim in found:
        ends = (claim.subject or claim.about[0], claim.predicate, claim.object)
        record = claim.to_json(project.lang)
        shown = [compact(term, prefixes) if term is not None else "" for term in ends]
        if claim.remark:
            shown[2] = record["remark"]
        manner = f"{'¬' * claim.negated}{claim.modality}"
        if claim.reporter:
            manner += f" · {compact(claim.reporter, prefixes)}"
        words = " … ".join(span.words for span in claim.spans)
        rows.append((f"{claim.file}:{claim.line}", *shown, manner, words))
    return "".join(f"{line}\n" for line in columns(rows, terminal_width()))


@click.command()
@click.option("--format", "form", type=click.Choice(["table", "json", "turtle"]),
              default="table", help="turtle: a sh:ValidationReport.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--engine", type=click.Choice(["sparql", "pyshacl"]), default="sparql",
              help="pyshacl: the referee, far slower.")  # fmt: skip
@click.option("--fail-on", type=click.Choice(["violation", "warning", "info"]),
              default="violation", help="Least severity for exit code 1.")  # fmt: skip
@output_option
@on_project
def validate(
    project: Project,
    form: str,
    as_json: bool,
    engine: Literal["sparql", "pyshacl"],
    fail_on: str,
    output: str,
) -> None:
    """Validate what is asserted against the shapes of shapes/, before and after reasoning.

    Each result shows its code, its message, the thing, the line of the annotation
    and the words; a mark tells what inference masks or reveals. Then come the shapes
    that match nothing, and those that cannot fail.

    \b
    Example:  kg validate --fail-on warning
    """
    from kg.report import SEVERITIES, as_turtle, severities

    validation = project.validation(engine)
    found = validation.violations
    if as_json or form == "json":
        record = validation.to_json(project.lang)
        emit(json.dumps(record, indent=2, ensure_ascii=False) + "\n", output)
    elif form == "turtle":
        emit(as_turtle(found), output)
    else:
        emit("".join(violation.text(project.lang) for violation in found), output)
        click.echo(wording("built-validation", project.lang, **severities(found)), err=True)
        for note in validation.notes(project.lang):
            click.echo(note, err=True)
    names = list(SEVERITIES)
    if any(names.index(v.severity) <= names.index(fail_on) for v in found):
        raise SystemExit(1)


@click.command()
@click.option("--format", "form", type=click.Choice(list(RDF_FORMATS)),
              help="Else told by the extension of --output.")  # fmt: skip
@click.option("--layer", "layers", multiple=True, type=click.Choice(LAYERS),
              help="Only these layers; repeat it for several.")  # fmt: skip
@output_option
@on_project
def export(project: Project, form: str | None, layers: tuple[str, ...], output: str) -> None:
    """Write the graph as Turtle, TriG, N-Quads or JSON-LD.

    Turtle holds what is asserted and the authority file unless layers are named; the
    others hold all layers. The same graph gives the same bytes.

    \b
    Example:  kg export --format trig --layer asserted --output -
    """
    by_suffix = {f".{suffix}": name for name, suffix in RDF_FORMATS.items()}
    form = form or by_suffix.get(Path(output).suffix)
    if form is None:
        raise click.UsageError(
            f"which format? Give --format {'|'.join(RDF_FORMATS)}, or an --output that ends "
            f"in {', '.join(by_suffix)}."
        )
    if not Path(output).parent.is_dir():
        raise InputError("no-output", folder=Path(output).parent)
    ready(project)
    emit(project.export(form, *layers), output)
