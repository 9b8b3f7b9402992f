"""Results: what shapes say of nodes, and the report that holds it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from kg import terms
from kg.namespaces import RDF, SH, XSD
from kg.shacl.shapes import Shape
from kg.terms import Term

GRADES = ("violation", "warning", "info")
SEVERITIES = (SH.Violation.value, SH.Warning.value, SH.Info.value)
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True)
class Result:
    """One thing that one shape says of one node.

    ``focus``, ``value`` and ``path`` are in N-Triples form (``path`` in that of a SPARQL property
    path); ``source_shape`` and ``component`` are IRIs. ``severity`` is ``violation``, ``warning``
    or ``info``, or the IRI of another one. ``code`` is the part of the shape's local name before
    the first hyphen. ``messages`` holds one sentence for each language.
    """

    code: str
    severity: str
    focus: str
    path: str | None
    value: str | None
    source_shape: str
    component: str
    messages: Mapping[str, str] = field(hash=False)

    def message(self, lang: str = "en") -> str:
        """The sentence for people, in ``lang`` (``en`` where there is no such translation)."""
        return self.messages.get(lang) or self.messages.get("en", "")

    @property
    def order(self) -> tuple[int | str, ...]:
        """A sort key that is the same on every machine; equal for equal results."""
        grade = GRADES.index(self.severity) if self.severity in GRADES else len(GRADES)
        return (
            grade,
            self.code,
            self.source_shape,
            self.focus,
            self.path or "",
            self.value or "",
            self.component,
            self.severity,
            self.message(),
        )


def result(
    shape: Shape,
    component: str,
    focus: Term,
    path: str | None,
    value: Term | None,
    constraint: Term | None = None,
    row: Mapping[str, Term | None] | None = None,
) -> Result:
    """What a shape says, with the messages of the constraint (else of the shape) filled in."""
    graph = shape.graph
    told = graph.objects(constraint, SH.message) if constraint is not None else []
    prefixes = graph.prefixes()
    bound = {"this": focus, **(row or {})}

    def shown(place: re.Match[str]) -> str:
        term = bound.get(place[1])
        if term is None:
            return place[0]
        return term.value if isinstance(term, Literal) else terms.compact(term, prefixes)

    texts = [t for t in told or shape.all("message") if isinstance(t, Literal)]
    return Result(
        code=re.split(r"[#/]", shape.iri)[-1].partition("-")[0],
        severity=dict(zip(SEVERITIES, GRADES, strict=True)).get(shape.severity, shape.severity),
        focus=str(focus),
        path=path,
        value=None if value is None else str(value),
        source_shape=shape.iri,
        component=component,
        messages={t.language or "en": _PLACEHOLDER.sub(shown, t.value) for t in texts},
    )


def ordered(results: Iterable[Result]) -> tuple[Result, ...]:
    """Each result once, in an order that never varies."""
    found = {result.order: result for result in results}
    return tuple(found[key] for key in sorted(found, key=str))


def report(results: Iterable[Result]) -> list[Triple]:
    """The results as a ``sh:ValidationReport``; equal results give equal triples.

    ``sh:conforms`` is true when there is no violation (SHACL itself counts warnings and infos).
    Nodes are name-based UUIDs of what they say. A compound path is not repeated: it stands at
    ``sh:sourceShape``.

    >>> [triple.object.value for triple in report([]) if triple.predicate == SH.conforms]
    ['true']

    Source: https://www.w3.org/TR/shacl/#validation-report
    """
    told = ordered(results)
    top = _name([result.order for result in told])
    conforms = "false" if any(one.severity == "violation" for one in told) else "true"
    found = [
        Triple(top, RDF.type, SH.ValidationReport),
        Triple(top, SH.conforms, Literal(conforms, datatype=XSD.boolean)),
    ]
    for one in told:
        node = _name(one.order)
        grades = dict(zip(GRADES, SEVERITIES, strict=True))
        facts: list[tuple[NamedNode, Term]] = [
            (RDF.type, SH.ValidationResult),
            (SH.resultSeverity, NamedNode(grades.get(one.severity, one.severity))),
            (SH.sourceConstraintComponent, NamedNode(one.component)),
            (SH.focusNode, terms.from_ntriples(one.focus)),
        ]
        if one.source_shape.startswith("_:"):
            facts.append((SH.sourceShape, terms.from_ntriples(one.source_shape)))
        else:
            facts.append((SH.sourceShape, NamedNode(one.source_shape)))
        if one.value is not None:
            facts.append((SH.value, terms.from_ntriples(one.value)))
        if re.fullmatch(r"<[^<>]*>", one.path or ""):
            facts.append((SH.resultPath, terms.from_ntriples(str(one.path))))
        for lang, text in one.messages.items():
            facts.append((SH.resultMessage, Literal(text, language=lang)))
        found.append(Triple(top, SH.result, node))
        found += [Triple(node, predicate, value) for predicate, value in facts]
    return found


def _name(what: object) -> NamedNode:
    return NamedNode(uuid.uuid5(uuid.NAMESPACE_URL, SH + repr(what)).urn)
