"""Queries: the stored questions and their parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import sparql
from kg.errors import InputError
from kg.findings import Finding
from kg.layout import Layout
from kg.names import near
from kg.sparql import SparqlError

_HEADER = ("summary", "summary-fr", "description", "tags", "params", "example")
LITERALS = ("date", "decimal", "integer", "string")
ANYTHING = "Thing"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a stored query: a variable it selects, and the type of its values.

    ``type`` is the local name of a class, ``Thing`` for anything the graph describes, or ``date``,
    ``decimal``, ``integer``, ``string``.
    """

    name: str
    type: str
    required: bool


@dataclass(frozen=True)
class StoredQuery:
    """A question that is kept in a file of ``queries/``.

    ``example`` holds a value for each parameter of the run whose answer is expected (in help,
    documentation and tests).
    """

    name: str
    summary: Mapping[str, str]
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    example: Mapping[str, str]
    text: str
    file: str


def load(layout: Layout) -> tuple[dict[str, StoredQuery], list[Finding]]:
    """Every stored query by name, and all that is wrong with the files."""
    found: dict[str, StoredQuery] = {}
    findings: list[Finding] = []
    for file in layout.files("queries", "*.rq"):
        try:
            found[file.stem] = load_file(layout, file)
        except InputError as error:
            findings.extend(error.findings)
    return found, findings


def load_file(layout: Layout, file: Path) -> StoredQuery:
    """The stored query of one file.

    Raises:
        InputError: with one finding, for the first thing that is wrong.
    """
    try:
        text = layout.bytes(file).decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"0x{error.object[error.start]:02x}"
        finding = Finding.of("not-utf8", layout.name(file), unreadable=True, byte=byte)
        raise InputError(str(finding), [finding]) from error
    return parse(text, file=layout.name(file), name=file.stem)


def parse(text: str, *, file: str, name: str) -> StoredQuery:
    """Read a stored query: a header in lines ``#+ key: value`` (YAML, as grlc has it), then SPARQL.

    Raises:
        InputError: with one finding for the first thing that is wrong, at its line.

    >>> query = parse("#+ summary: Which?\\n#+ summary-fr: Lesquels ?\\n#+ tags: [a]\\n"
    ...               "#+ params:\\n#+   actor: Actor?\\nSELECT ?actor { ?actor ?p ?o }",
    ...               file="queries/which.rq", name="which")
    >>> query.summary["fr"], query.parameters
    ('Lesquels ?', (Parameter(name='actor', type='Actor', required=False),))
    """
    import yaml

    def stop(code: str, line: int = 0, column: int = 0, **params: Any) -> InputError:
        finding = Finding.of(code, file, line, column, unreadable=True, **params)
        return InputError(str(finding), [finding])

    lines = text.split("\n")

    def line_of(pattern: str) -> int:
        found = (n for n, row in enumerate(lines, 1) if re.match(pattern, row, re.IGNORECASE))
        return next(found, 0)

    header = [(n, row[2:]) for n, row in enumerate(lines, 1) if row.startswith("#+")]
    try:
        fields = yaml.safe_load("\n".join(row for _, row in header)) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = header[min(mark.line, len(header) - 1)][0] if mark else 1
        reason = getattr(error, "problem", None) or "no YAML"
        raise stop("query-header", at, reason=reason) from error
    if not isinstance(fields, dict) or not all(fields.get(k) for k in ("summary", "summary-fr")):
        raise stop("query-header", 1, reason="summary and summary-fr are needed")
    if unknown := sorted(set(map(str, fields)) - set(_HEADER)):
        raise stop("query-header", 1, reason=f"unknown key {unknown[0]}{near(unknown[0], _HEADER)}")
    for entry, kind in (("tags", list), ("params", dict), ("example", dict)):
        if not isinstance(fields.get(entry) or kind(), kind):
            form = "[a, b]" if kind is list else "one line 'name: value' each"
            raise stop("query-header", line_of(rf"#\+ {entry}:"), reason=f"{entry} is {form}")
    try:
        # An empty store parses the query as the real one would, and runs it in no time.
        result = sparql.run(ox.Store(), text)
    except SparqlError as error:
        raise stop("query-syntax", error.line, error.column, reason=error.reason) from error
    if not isinstance(result, ox.QuerySolutions):
        raise stop("query-form", line_of(r"\s*(?:CONSTRUCT|DESCRIBE|ASK)\b"))
    selected = {variable.value for variable in result.variables}
    params = fields.get("params") or {}
    parameters = tuple(
        Parameter(str(n), str(kind).removesuffix("?"), not str(kind).endswith("?"))
        for n, kind in params.items()
    )
    if missing := [p.name for p in parameters if p.name not in selected]:
        at = line_of(rf"#\+\s+{re.escape(missing[0])}:")
        raise stop("query-parameter", at, parameter=missing[0])
    example = {str(n): str(value) for n, value in (fields.get("example") or {}).items()}
    names = [p.name for p in parameters]
    if unknown := sorted(set(example) - set(names)):
        reason = f"the example gives no parameter: {unknown[0]}{near(unknown[0], names)}"
        raise stop("query-header", 1, reason=reason)
    return StoredQuery(
        name=name,
        summary={"en": str(fields["summary"]), "fr": str(fields["summary-fr"])},
        description=str(fields.get("description") or ""),
        tags=tuple(map(str, fields.get("tags") or ())),
        parameters=parameters,
        example=example,
        text=text,
        file=file,
    )
