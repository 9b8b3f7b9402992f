"""Faults: what is wrong with shapes, before any data is looked at."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import pyoxigraph as ox
from pyoxigraph import BlankNode, Literal, NamedNode

from kg.namespaces import OWL, RDF, SH, XSD
from kg.shacl import vocabulary as known
from kg.shacl.literals import is_well_typed
from kg.shacl.prebinding import quieted, refusal
from kg.shacl.results import SEVERITIES
from kg.shacl.shapes import REFERENCES, Shape, Shapes
from kg.terms import Term

Fault = tuple[Term, str, dict[str, object]]
_UNSUPPORTED = frozenset((OWL.imports, *(SH[name] for name in known.UNSUPPORTED)))


def faults(shapes: Shapes) -> Iterator[Fault]:
    """Node, code and parameters of everything that is wrong with shapes.

    Source: https://www.w3.org/TR/shacl/#syntax-rules
    """
    found = list(shapes)
    if not found:
        yield NamedNode("urn:ecodip:none"), "no-shapes", {"shape": "-"}
    yield from _terms(shapes)
    for shape in found:
        yield from _parameters(shape)
        yield from _path(shape)
        if _refers_to_itself(shape):
            yield shape.node, "shape-recursive", {}
        if not shape.targets and not _is_used(shape) and not shapes.objects(shape.node, SH.ask):
            yield shape.node, "shape-idle", {}
    for name in ("select", "ask"):
        for triple in shapes.pairs(SH[name]):
            if said := _wrong_query(shapes, triple.subject, triple.object, name):
                yield triple.subject, "shape-select", {"said": said}


def _terms(shapes: Shapes) -> Iterator[Fault]:
    for triple in shapes.triples:
        for term in (triple.predicate, triple.object):
            if term in _UNSUPPORTED:
                yield triple.subject, "shape-unsupported", {"term": getattr(term, "value", "")}
            elif isinstance(term, NamedNode) and term.value.startswith(SH):
                name = term.value.removeprefix(SH)
                if name not in known.TERMS:
                    near = difflib.get_close_matches(name, known.TERMS, 1)
                    close = f"sh:{near[0]}" if near else ""
                    yield triple.subject, "shape-term", {"term": f"sh:{name}", "near": close}
        grade = triple.object
        if triple.predicate == SH.severity and getattr(grade, "value", "") not in SEVERITIES:
            yield triple.subject, "shape-severity", {"grade": getattr(grade, "value", grade)}


def _path(shape: Shape) -> Iterator[Fault]:
    paths = shape.all("path")
    types = shape.graph.objects(shape.node, RDF.type)
    try:
        for path in paths:
            shape.graph.path(path)
        is_property = SH.PropertyShape in types or bool(paths)
        is_wrong = len(paths) != is_property or (is_property and SH.NodeShape in types)
    except (ValueError, RecursionError):
        is_wrong = True
    if is_wrong:
        yield shape.node, "shape-path", {}


def _parameters(shape: Shape) -> Iterator[Fault]:
    for name in (*known.SIZES, *known.FLAGS, *known.IRIS, *known.BOUNDS, *known.STRINGS,
                 *known.LISTS, *known.SHAPES, "nodeKind", "hasValue", "targetNode"):  # fmt: skip
        values = shape.all(name)
        wrong = [value for value in values if not _fits(shape, name, value)]
        takes = _taken(name)
        if len(values) > 1 and name in known.SINGLE:
            wrong, takes = values[1:], "1 ×"
        elif values and name in known.OF_PATHS and not shape.all("path"):
            wrong, takes = values[:1], "sh:path"
        for value in wrong:
            yield shape.node, "shape-value", _told(name, value, takes)
    flags = "".join(getattr(flag, "value", "") for flag in shape.all("flags"))
    for pattern in shape.all("pattern"):
        if isinstance(pattern, Literal) and not _is_regex(pattern, flags):
            yield shape.node, "shape-value", _told("pattern", pattern, "regex (XPath)")


def _told(name: str, value: Term, takes: str) -> dict[str, object]:
    return {"term": f"sh:{name}", "value": value, "takes": takes}


def _fits(shape: Shape, name: str, value: Term) -> bool:
    if isinstance(value, Literal) and not is_well_typed(value):
        return name == "hasValue"
    if name in known.LISTS:
        return _is_list(shape.graph, value)
    if name in known.IRIS:
        return isinstance(value, NamedNode)
    if name == "nodeKind":
        return value in [SH[kind] for kind in known.KINDS]
    if name in ("hasValue", "targetNode"):
        return not isinstance(value, BlankNode)
    if name in known.SHAPES:
        is_shape = not isinstance(value, Literal)
        return is_shape and (name != "property" or bool(shape.graph.objects(value, SH.path)))
    if not isinstance(value, Literal):
        return False
    datatype = value.datatype.value
    if name in known.SIZES:
        return datatype in known.INTEGERS and not value.value.startswith("-")
    if name in known.FLAGS:
        return datatype == XSD.boolean.value
    return name in known.BOUNDS or value.datatype == XSD.string


def _taken(name: str) -> str:
    if name in known.LISTS:
        return "rdf:List"
    if name in known.IRIS:
        return "IRI"
    if name == "nodeKind":
        return ", ".join(f"sh:{kind}" for kind in known.KINDS)
    if name in ("hasValue", "targetNode"):
        return "IRI, literal"
    if name in known.SHAPES:
        return "sh:PropertyShape" if name == "property" else "sh:NodeShape, sh:PropertyShape"
    if name in known.SIZES:
        return "xsd:integer ≥ 0"
    if name in known.FLAGS:
        return "xsd:boolean"
    return "literal" if name in known.BOUNDS else "xsd:string"


def _is_list(shapes: Shapes, head: Term) -> bool:
    try:
        shapes.members(head)
    except ValueError:
        return False
    return True


def _is_regex(pattern: Literal, flags: str) -> bool:
    query = f"SELECT (REGEX('', {Literal(pattern.value)}, {Literal(flags)}) AS ?x) {{}}"
    found = ox.Store().query(query)
    return isinstance(found, ox.QuerySolutions) and next(found)[0] is not None


def _is_used(shape: Shape) -> bool:
    graph = shape.graph
    if any(graph.subjects(SH[name], shape.node) for name in REFERENCES):
        return True
    return bool(graph.subjects(RDF.first, shape.node))


def _refers_to_itself(shape: Shape) -> bool:
    waiting, seen = [shape], set()
    while waiting:
        here = waiting.pop()
        try:
            parts = list(here.parts())
        except ValueError:
            continue  # a malformed list is a fault of its own
        if shape in parts:
            return True
        waiting += [part for part in parts if part not in seen]
        seen.update(parts)
    return False


def _wrong_query(shapes: Shapes, node: Term, query: Term, name: str) -> str | None:
    """Why a query cannot be one of SHACL-SPARQL, in the words of the strict parser."""
    text = getattr(query, "value", "").replace("$PATH", "<urn:ecodip:path>")
    try:
        answer = ox.Store().query(text, prefixes=shapes.prefixes(node))
    except SyntaxError as error:
        return error.msg.split("\n", 1)[0]
    except (ValueError, OSError) as error:
        return str(error).split("\n", 1)[0]
    if said := refusal(quieted(text), ask=name == "ask"):
        return said
    if name == "ask":
        return None if isinstance(answer, ox.QueryBoolean) else "it is no ASK"
    if not isinstance(answer, ox.QuerySolutions) or ox.Variable("this") not in answer.variables:
        return "it is no SELECT of $this"
    return None
