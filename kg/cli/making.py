"""Commands that make things: ``kg build``, ``kg check``, ``kg format``."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import colored, default_language, emit, on_project, progress_bar
from kg.findings import Finding, at_least, wording

if TYPE_CHECKING:
    from kg.project import Project


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the manifest of the build as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but problems.")
@click.option("--full", is_flag=True, help="Make everything anew, whatever changed.")
@on_project
def build(project: Project, as_json: bool, quiet: bool, full: bool) -> None:
    """Build the graph from seeds/ and write it to build/.

    Reads, reasons, validates and writes; with any error or violation nothing is
    written and an existing build stays whole. Only sources that changed are read
    again; with --texts all are, so that each span is verified.

    \b
    Example:  kg build --texts ~/texts
    """
    last = project.manifest
    with progress_bar(project.lang, hidden=quiet or as_json) as progress:
        manifest = project.build(progress, full=full)
    if as_json:
        emit(json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    elif not quiet:
        emit(_summary(project, manifest, last))


def _summary(project: Project, manifest: dict[str, Any], last: dict[str, Any] | None) -> str:
    from kg.report import severities

    lang, sources = project.lang, manifest["sources"]
    was_read = project.was_read
    statements = project.reading.statements if was_read else ()
    verified = sum(found.source.text is not None for found in statements)
    claims = sum((Counter(source["claims"]) for source in sources.values()), Counter[str]())
    kinds = ", ".join(f"{n} {kind}" for kind, n in claims.most_common())
    if was_read or last is None:
        read = wording("built-sources", lang, count=len(sources), verified=verified)
    else:
        inputs = {*manifest["inputs"].items()} ^ {*last["inputs"].items()}
        changed = len({Path(name).stem for name, _ in inputs})
        read = wording("built-sources-changed", lang, count=len(sources), changed=changed)
    verdicts = project.verdicts()
    results = severities((*verdicts.before, *verdicts.revealed))
    rows = [
        ("sources", read),
        ("claims", wording("built-claims", lang, count=claims.total(), kinds=kinds)),
        ("graph", " · ".join(f"{name} {n}" for name, n in manifest["statements"].items())),
        ("validation", wording("built-validation", lang, **results)),
        ("written", f"{project.layout.name(project.layout.build)}/"),
    ]
    lines = [f"{wording('built-' + key + '-title', lang):<12} {text}\n" for key, text in rows]
    if verified < len(sources):
        lines.append(wording("built-unverified", lang) + "\n")
    return "".join(lines)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON lines.")
@click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error",
              help="The least severity that makes the exit code 1.")  # fmt: skip
@on_project
def check(project: Project, as_json: bool, fail_on: str) -> None:
    """Check annotations, descriptions, ontology, shapes and queries.

    Reports every problem of every file as file:line:column: code: message.

    \b
    Example:  kg check --texts ~/texts
    """
    findings = project.check()
    if as_json:
        lines = (json.dumps(f.to_json(project.lang), ensure_ascii=False) + "\n" for f in findings)
    else:
        lines = (f.text(project.lang) + "\n" for f in findings)
    emit("".join(lines))
    grave = at_least(findings, "error" if fail_on == "error" else "warning")
    if not as_json:
        sources = len(project.layout.files("seeds", "*.ann"))
        note = wording("checked", project.lang, sources=sources, problems=len(grave))
        click.secho(note, fg="red" if grave else "green", err=True, color=colored())
    if grave:
        raise SystemExit(2 if any(finding.unreadable for finding in grave) else 1)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--check", "only_check", is_flag=True,
              help="Change nothing; exit with 1 if a file is not canonical.")  # fmt: skip
def format(files: tuple[str, ...], only_check: bool) -> None:
    """Write Turtle files and annotations in their canonical layout.

    The same statements always give the same bytes. The lines of an annotation
    (*.ann) keep their ids. - reads Turtle from stdin and writes it to stdout.

    \b
    Example:  kg format ontology/*.ttl seeds/*.ann
    """
    from kg.errors import InputError
    from kg.files import write_file

    differing = []
    findings: list[Finding] = []
    for name in files:
        try:
            data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            text = _canonical(data, name)
        except OSError as error:
            reason = error.strerror or error
            findings.append(Finding.of("unreadable-file", name, unreadable=True, reason=reason))
            continue
        except InputError as error:
            if not error.findings:
                raise
            findings += error.findings
            continue
        if name == "-" and not only_check:
            emit(text)
        elif text != data:
            differing.append(name)
            if not only_check:
                write_file(Path(name), text)
    for name in differing:
        code = "format-wanted" if only_check else "format-done"
        click.echo(f"{name}: {wording(code, default_language())}", err=True)
    if findings:
        raise InputError(findings=findings)
    if only_check and differing:
        raise SystemExit(1)


def _canonical(data: bytes, name: str) -> bytes:
    """The content of a file in the layout of its kind, which its name tells."""
    from kg import brat, turtle
    from kg.errors import InputError

    if not name.endswith(".ann"):
        return turtle.canonical(data, file=name).encode()
    document, findings = brat.read(data, file=name)
    if errors := at_least(findings, "error"):
        raise InputError(findings=errors)
    return brat.write(brat.ordered(document))
