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
from kg.headers import line_of, read_header
from kg.layout import Layout
from kg.names import nearest
from kg.sparql import SparqlError

_HEADER = (
    "summary",
    "summary-fr",
    "description",
    "description-fr",
    "tags",
    "params",
    "example",
    "home",
)
PICTURES = ("timeline", "map", "bars", "graph")
LITERALS = ("date", "decimal", "integer", "string")
ANYTHING = "Thing"
RESERVED = frozenset({
    "evidence", "format", "from", "help", "json", "lang", "output", "project", "texts", "to",
    "view",
})  # fmt: skip
"""What means something else on the command line or in an address, so that no parameter has it."""


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
    documentation and tests). ``home`` is the picture in which its answer stands on the home page,
    one of :data:`PICTURES`; empty where it does not.
    """

    name: str
    summary: Mapping[str, str]
    descriptions: Mapping[str, str]
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    example: Mapping[str, str]
    text: str
    file: str
    home: str = ""

    @property
    def description(self) -> str:
        """More about it in English, or nothing."""
        return self.descriptions.get("en", "")


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
    return parse(layout.text(file), file=layout.name(file), name=file.stem)


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

    def stop(code: str, line: int = 0, column: int = 0, **params: Any) -> InputError:
        finding = Finding.of(code, file, line, column, unreadable=True, **params)
        return InputError(findings=[finding])

    header = read_header(text, file, _HEADER)
    fields = header.fields
    try:
        # An empty store parses the query as the real one would, and runs it in no time.
        result = sparql.run(ox.Store(), text)
    except SparqlError as error:
        raise stop("query-syntax", error.line, error.column, reason=error.fault.text) from error
    if not isinstance(result, ox.QuerySolutions):
        raise stop("query-form", line_of(text, r"\s*(?:CONSTRUCT|DESCRIBE|ASK)\b"))
    selected = {variable.value for variable in result.variables}
    params = fields.get("params") or {}
    parameters = tuple(
        Parameter(str(n), str(kind).removesuffix("?"), not str(kind).endswith("?"))
        for n, kind in params.items()
    )
    if taken := [p.name for p in parameters if p.name in RESERVED]:
        at = line_of(text, rf"#\+\s+{re.escape(taken[0])}:")
        raise stop("query-reserved", at, parameter=taken[0], names=", ".join(sorted(RESERVED)))
    if missing := [p.name for p in parameters if p.name not in selected]:
        at = line_of(text, rf"#\+\s+{re.escape(missing[0])}:")
        raise stop("query-parameter", at, parameter=missing[0])
    example = {str(n): str(value) for n, value in (fields.get("example") or {}).items()}
    names = [p.name for p in parameters]
    if unknown := sorted(set(example) - set(names)):
        close = nearest(unknown[0], names)
        raise stop("query-example", 1, name=unknown[0], near=close)
    home = str(fields.get("home") or "")
    if home and home not in PICTURES:
        at = line_of(text, r"#\+ home:")
        raise stop("query-home", at, names=", ".join(PICTURES))
    return StoredQuery(
        name=name,
        summary=header.summary,
        descriptions=header.descriptions,
        tags=header.tags,
        parameters=parameters,
        example=example,
        text=text,
        file=file,
        home=home,
    )
