"""Queries: the stored questions, their parameters, and their answers with evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode

from kg.errors import InputError
from kg.findings import Finding
from kg.labels import Labels
from kg.layout import Layout
from kg.names import near
from kg.namespaces import XSD
from kg.results import Answer, Evidence, Row
from kg.store import Store
from kg.terms import Term, expand, key
from kg.values import number_literal, plain_date

# A query names the claims behind a row in variables called claim, claim2, …
_CLAIM = re.compile(r"claim\d*")
_PLACE = re.compile(r"(?:error )?at (?:line )?(\d+)(?::| column )(\d+)")
_HEADER = ("summary", "summary-fr", "description", "tags", "params", "example")
_LITERALS = {"date", "decimal", "integer", "string"}


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
        result = ox.Store().query(text)
    except SyntaxError as error:
        place = _PLACE.search(str(error.msg))
        line, column = map(int, place.groups()) if place else (0, 0)
        raise stop("query-syntax", line, column, reason=error.msg) from error
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


@dataclass(frozen=True)
class Asker:
    """Asks stored queries of a store and gathers the evidence for each row.

    Args:
        store: the built graph.
        prefixes: for ids in parameters and for showing terms.
        classes: class by local name, for the types of parameters.
        lang: the language of labels.
    """

    store: Store
    prefixes: Mapping[str, str]
    classes: Mapping[str, NamedNode]
    lang: str = "en"

    def ask(self, query: StoredQuery, values: Mapping[str, Any]) -> Answer:
        """The rows of a stored query; equal rows are one, with all their claims as evidence.

        Raises:
            InputError: an unknown or missing parameter, or a value of the wrong type.
        """
        known = [p.name for p in query.parameters]
        for name in values:
            if name not in known:
                has = f"it has {', '.join(known)}" if known else "it has none"
                raise InputError(
                    f"{query.name} has no parameter '{name}'{near(name, known)} ({has})"
                )
        if lacking := [p.name for p in query.parameters if p.required and p.name not in values]:
            raise InputError(
                f"{query.name} needs --{lacking[0]}: {query.summary.get(self.lang, '')}"
            )
        given = {
            p.name: self._term(p, values[p.name]) for p in query.parameters if p.name in values
        }
        return self.folded(self.store.select(query.text, given))

    def folded(self, answer: Answer) -> Answer:
        """The answer with its claim columns turned into evidence, labels and prefixes added."""
        shown = tuple(name for name in answer.variables if not _CLAIM.fullmatch(name))
        rows: dict[tuple[Term | None, ...], set[Term]] = {}
        for row in answer.rows:
            claims = rows.setdefault(tuple(map(row.terms.get, shown)), set())
            claims |= {term for name, term in row.terms.items() if name not in shown}
        folded = tuple(
            Row(
                {n: t for n, t in zip(shown, terms, strict=True) if t is not None},
                tuple(self.evidence(claim) for claim in sorted(claims, key=key)),
            )
            for terms, claims in rows.items()
        )
        terms = {term for row in folded for term in row.terms.values()}
        labels = Labels(self.store, self.lang).of(terms)
        return replace(answer, variables=shown, rows=folded, labels=labels, prefixes=self.prefixes)

    def evidence(self, claim: Term) -> Evidence:
        """Where a claim is made, by whom, and the words it rests on."""
        names = Labels(self.store, self.lang)
        rows = self.store.select(_EVIDENCE, {"claim": claim}).rows
        if not rows:
            raise InputError(f"the query selects {claim} as a claim, but it is none with words")
        first = rows[0]
        speaker = first.terms.get("speaker")
        return Evidence(
            claim=first.claim,
            source=first.source,
            title=first.title,
            issued=None if first.issued is None else str(first.issued),
            spans=tuple(sorted({(row.start, row.end, row.words) for row in rows})),
            modality=names.one(first["modality"]),
            negated=first.negated,
            speaker=names.one(speaker) if speaker else None,
        )

    def _term(self, parameter: Parameter, value: Any) -> Term:
        if isinstance(value, NamedNode | Literal):
            return value
        text = str(value)
        if parameter.type in _LITERALS:
            return _literal(parameter, text)
        names = Labels(self.store, self.lang)
        iri = expand(text, self.prefixes)
        found = [iri] if iri else sorted(names.find(text), key=key)
        kind = self.classes.get(parameter.type)
        known = [term for term in found if names.is_a(term, kind)]
        if len(known) == 1:
            return known[0]
        if len(known) > 1:
            choice = ", ".join(names.short(term, self.prefixes) for term in known)
            raise InputError(f"'{text}' is the name of several things: {choice}. Give one id.")
        if found:
            raise InputError(
                f"--{parameter.name}: '{text}' is no {parameter.type}; {names.kinds(found[0])}"
            )
        hint = near(text, names.all_of(kind))
        raise InputError(f"--{parameter.name}: no {parameter.type} is called '{text}'{hint}")


def _literal(parameter: Parameter, text: str) -> Literal:
    match parameter.type:
        case "string":
            return Literal(text)
        case "date":
            if plain_date(text) and len(text) == 10:
                return Literal(text, datatype=XSD.date)
            expected = "a day such as 2017-06-12"
        case kind:
            if literal := number_literal(text, XSD[kind]):
                return literal
            expected = "a number such as 12" + (".5" if kind == "decimal" else "")
    raise InputError(f"--{parameter.name}: '{text}' is no {parameter.type}; write {expected}")


_EVIDENCE = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ecodip: <https://w3id.org/ecodip#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT DISTINCT ?claim ?source ?title ?issued ?start ?end ?words ?modality ?negated ?speaker {
  ?claim ecodip:isStatedIn ?source ; ecodip:hasModality ?modality ; ecodip:isNegated ?negated ;
    prov:wasDerivedFrom/oa:hasSelector ?position , ?quote .
  ?position oa:start ?start ; oa:end ?end .
  ?quote oa:exact ?words .
  FILTER(REPLACE(STR(?position), "#position=", "#quote=") = STR(?quote))
  ?source dcterms:title ?title .
  OPTIONAL { ?source dcterms:issued ?issued }
  OPTIONAL { ?claim ecodip:isAttributedTo ?speaker }
} ORDER BY ?source ?start ?end
"""
