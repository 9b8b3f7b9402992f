"""Validation: what the SHACL shapes say of a graph, as run by pyshacl, the referee engine."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from kg import terms
from kg.constraints import Constraint, constraints, store_of
from kg.errors import InputError
from kg.findings import Finding
from kg.shape_files import SEVERITIES, SH, declared_prefixes, load_shapes, owner, path_text

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

    _Triple = tuple[Node, Node, Node]

__all__ = ["Result", "Severity", "load_shapes", "report", "validate", "with_subclass_closure"]

Severity = Literal["violation", "warning", "info"]

_GRADES: tuple[Severity, ...] = ("violation", "warning", "info")
_SEVERITY: Mapping[str, Severity] = dict(zip(SEVERITIES, _GRADES, strict=True))
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True)
class Result:
    """One thing that one shape says of one node.

    ``focus``, ``value`` and ``path`` are in N-Triples form (``path`` in that of a SPARQL property
    path); ``source_shape`` and ``component`` are IRIs. ``code`` is the part of the shape's local
    name before the first hyphen. ``messages`` holds one sentence for each language.
    """

    code: str
    severity: Severity
    focus: str
    path: str | None
    value: str | None
    source_shape: str
    component: str
    messages: Mapping[str, str] = field(hash=False)

    def message(self, lang: str = "en") -> str:
        """The sentence for people, in ``lang`` (``en`` where there is no such translation)."""
        return self.messages.get(lang) or self.messages.get("en", "")


def with_subclass_closure(data: Iterable[_Triple]) -> rdflib.Graph:
    """A copy of ``data`` in which every thing also has the super-classes of its types.

    Nothing else is inferred: domains and ranges would hide the errors that shapes look for.

    >>> import rdflib
    >>> data = rdflib.Graph().parse(format="turtle", data='''
    ... @prefix : <http://a.example/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    ... :City rdfs:subClassOf :Place . :Nantes a :City .''')
    >>> len(with_subclass_closure(data)) - len(data)
    1
    """
    import rdflib
    from rdflib import RDF, RDFS

    closed = rdflib.Graph()
    for triple in data:
        closed.add(triple)
    for kind in set(closed.objects(None, RDF.type)):
        above: set[Any] = set(closed.transitive_objects(kind, RDFS.subClassOf)) - {kind}
        for thing in list(closed.subjects(RDF.type, kind)) if above else ():
            for parent in above:
                closed.add((thing, RDF.type, parent))
    return closed


def validate(data: Iterable[_Triple], shapes: rdflib.Graph) -> tuple[Result, ...]:
    """Everything that ``shapes`` say of ``data``, in an order that never varies.

    Guarantees: neither graph is changed; nothing is fetched, and nothing inferred but
    sub-classes; rdflib behaves as before (the patch of its booleans belongs to
    ``pyshacl.validate``, which is not called; importing pyshacl patches nothing).

    Args:
        data: a graph or its triples, merged, with the ontology for its sub-classes.
        shapes: what :func:`load_shapes` returned.

    Raises:
        InputError: a shape that pyshacl refuses; the message names it.

    Source: https://www.w3.org/TR/shacl/#validation-report
    """
    import pyshacl
    import rdflib
    from pyshacl.graph_abstraction import DataGraph

    own = constraints(shapes)
    asked = {(constraint.shape, rdflib.SH.sparql, constraint.node) for constraint in own}
    # a copy, since pyshacl adds triples; no messages, since it drops their languages: _result
    bare = rdflib.Graph()
    for triple in shapes.triples((None, None, None)):
        if triple[1] != rdflib.SH.message and triple not in asked:
            bare.add(triple)
    graph = with_subclass_closure(data)
    options = {"logger": logging.Logger("pyshacl", logging.CRITICAL + 1)}
    engine: Any = pyshacl.Validator(DataGraph.from_rdflib(graph), shacl_graph=bare, options=options)
    found: dict[tuple[object, ...], Result] = {}
    shape: Any = None
    try:
        executor = engine.make_executor()
        for shape in engine.shacl_graph.shapes:
            for _, result_node, told in shape.validate(executor, engine.data_graph)[1]:
                facts = {
                    predicate: thing[1] if isinstance(thing, tuple) else thing
                    for subject, predicate, thing in told
                    if subject == result_node  # not the details of an inner shape
                }
                for result in _results(facts, shapes, graph):
                    found[_order(result)] = result
    except (RuntimeError, ValueError, TypeError, LookupError, AttributeError) as error:
        # pyshacl has no one class for the shapes it cannot run
        named = owner(shapes, shape.node) if shape is not None else "-"
        said = str(error).split("\n", 1)[0] or type(error).__name__
        finding = Finding.of("shape-refused", "shapes", shape=named, said=said)
        raise InputError(str(finding), [finding]) from error
    for result in _answers(own, shapes, graph):
        found[_order(result)] = result
    return tuple(found[key] for key in sorted(found, key=str))


def _answers(own: list[Constraint], shapes: rdflib.Graph, graph: rdflib.Graph) -> Iterator[Result]:
    """What the constraints find that are asked without pyshacl."""
    from rdflib import SH as V

    engine = store_of(graph)
    for constraint in own:
        grade = shapes.value(constraint.shape, V.severity, default=V.Violation)
        for focus in constraint.focus_nodes(graph):
            facts = {
                V.sourceShape: constraint.shape,
                V.focusNode: focus,
                V.value: focus,
                V.resultSeverity: grade,
                V.sourceConstraint: constraint.node,
                V.sourceConstraintComponent: V.SPARQLConstraintComponent,
            }
            for row in constraint.rows(engine, focus):
                yield _result(facts, row, shapes)


def report(results: Iterable[Result]) -> rdflib.Graph:
    """The results as a ``sh:ValidationReport``; equal results give equal graphs.

    ``sh:conforms`` is true when there is no violation (SHACL itself counts warnings and infos).
    Nodes are name-based UUIDs of what they say. A compound path is not repeated: it stands at
    ``sh:sourceShape``.

    >>> from rdflib import SH
    >>> [str(told) for told in report([]).objects(None, SH.conforms)]
    ['true']
    """
    import uuid

    import rdflib
    from rdflib import RDF
    from rdflib import SH as V
    from rdflib.util import from_n3

    def name(what: object) -> rdflib.URIRef:
        return rdflib.URIRef(uuid.uuid5(uuid.NAMESPACE_URL, SH + repr(what)).urn)

    ordered = sorted(results, key=_order)
    top = name([_order(result) for result in ordered])
    graph = rdflib.Graph()
    graph.add((top, RDF.type, V.ValidationReport))
    conforms = all(result.severity != "violation" for result in ordered)
    graph.add((top, V.conforms, rdflib.Literal(conforms)))
    for result in ordered:
        node = name(_order(result))
        simple = result.path if re.fullmatch(r"<[^<>]*>", result.path or "") else None
        grade = SEVERITIES[_GRADES.index(result.severity)]
        graph.add((top, V.result, node))
        graph.add((node, RDF.type, V.ValidationResult))
        graph.add((node, V.resultSeverity, rdflib.URIRef(grade)))
        graph.add((node, V.sourceShape, rdflib.URIRef(result.source_shape)))
        graph.add((node, V.sourceConstraintComponent, rdflib.URIRef(result.component)))
        for role, term in (
            (V.focusNode, result.focus),
            (V.value, result.value),
            (V.resultPath, simple),
        ):
            if term is not None:
                stated: Any = from_n3(term)
                graph.add((node, role, stated))
        for lang, text in result.messages.items():
            graph.add((node, V.resultMessage, rdflib.Literal(text, lang=lang)))
    return graph


def _results(facts: Mapping[Any, Any], shapes: rdflib.Graph, graph: Any) -> Iterator[Result]:
    """What pyshacl told, once more with the values of every variable of a query.

    pyshacl's report keeps them only as text inside its messages.
    """
    from rdflib import SH as V

    focus = facts[V.focusNode]
    constraint = facts.get(V.sourceConstraint)
    rows: list[dict[str, Any]] = [{"this": focus}]
    if constraint is not None:
        select = str(shapes.value(constraint, V.select))
        header = [f"PREFIX {p}: <{n}>" for p, n in declared_prefixes(shapes, constraint).items()]
        query = "\n".join([*header, select])
        rows = [row.asdict() for row in graph.query(query, initBindings={"this": focus})]
    for row in rows:
        yield _result(facts, row, shapes)


def _result(facts: Mapping[Any, Any], row: Mapping[str, Any], shapes: rdflib.Graph) -> Result:
    from rdflib import SH as V

    shape, focus = facts[V.sourceShape], facts[V.focusNode]
    path = row.get("path", facts.get(V.resultPath))
    value = row.get("value", facts.get(V.value))
    return Result(
        code=re.split(r"[#/]", str(shape))[-1].partition("-")[0],
        severity=_SEVERITY[str(facts[V.resultSeverity])],
        focus=row.get("this", focus).n3(),
        path=None if path is None else path_text(shapes, path),
        value=None if value is None else value.n3(),
        source_shape=str(shape),
        component=str(facts[V.sourceConstraintComponent]),
        messages=_messages(shapes, facts.get(V.sourceConstraint), shape, row),
    )


def _messages(
    shapes: rdflib.Graph, constraint: Node | None, shape: Node, row: Mapping[str, Any]
) -> dict[str, str]:
    """The message of the constraint, else of the shape, in each language, with its values."""
    from rdflib import SH as V

    told = list(shapes.objects(constraint, V.message)) if constraint is not None else []
    prefixes = declared_prefixes(shapes)

    def shown(place: re.Match[str]) -> str:
        term = row.get(place[1])
        if term is None:
            return place[0]
        other = terms.from_rdflib(term)
        return str(term) if hasattr(term, "datatype") else terms.compact(other, prefixes)

    sentences: list[Any] = sorted(told or shapes.objects(shape, V.message))
    return {text.language or "en": _PLACEHOLDER.sub(shown, text) for text in sentences}


def _order(result: Result) -> tuple[int, str, str, str, str, str, str, str]:
    return (
        _GRADES.index(result.severity),
        result.code,
        result.source_shape,
        result.focus,
        result.path or "",
        result.value or "",
        result.component,
        result.message(),
    )
