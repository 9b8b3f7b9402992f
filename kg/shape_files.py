"""Shape files: SHACL read from disk and refused, with a reason, where it could not be used."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import terms, turtle
from kg.errors import InputError
from kg.findings import Finding

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node

SH = "http://www.w3.org/ns/shacl#"
SEVERITIES = (f"{SH}Violation", f"{SH}Warning", f"{SH}Info")
_UNSUPPORTED = frozenset(
    ["http://www.w3.org/2002/07/owl#imports"]
    + [SH + name for name in ("entailment", "expression", "js", "jsLibrary", "rule", "target")]
)
_TARGETS = ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
_REFERENCES = ("property", "node", "not", "qualifiedValueShape")
_UNARY = {
    "inversePath": "^({})",
    "zeroOrMorePath": "({})*",
    "oneOrMorePath": "({})+",
    "zeroOrOnePath": "({})?",
}
# What may hold a word that looks like a keyword; the query is known to be well-formed.
_QUIET = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|<[^<>\s]*>|#[^\n]*|[?$:]\w+',
    re.DOTALL,
)
_FORBIDDEN = re.compile(r"\b(?:MINUS|VALUES|SERVICE|FROM)\b", re.IGNORECASE)


def load_shapes(files: Mapping[str, bytes]) -> rdflib.Graph:
    """Read files of shapes and make sure that they can be used, as a whole.

    Checked besides Turtle: terms of SHACL, paths, severities, targets, and that every query
    parses strictly with the prefixes declared for it and stays within SHACL-SPARQL.

    Args:
        files: content by name.

    Raises:
        InputError: every problem of every file as a finding, with shape, file and line.

    Source: https://www.w3.org/TR/shacl/
    """
    import rdflib

    shapes = rdflib.Graph()
    owners: dict[Node, str] = {}
    findings: list[Finding] = []
    for number, (name, data) in enumerate(files.items()):
        try:
            quads = turtle.read(data, file=name)
        except InputError as error:
            findings += error.findings
            continue
        for quad in quads:
            # blank nodes of two files are never the same
            subject, predicate, thing = (
                rdflib.BNode(f"f{number}{t.value}")
                if isinstance(t, ox.BlankNode)
                else terms.to_rdflib(t)
                for t in (quad.subject, quad.predicate, quad.object)
            )
            shapes.add((subject, predicate, thing))
            owners.setdefault(subject, name)
    if findings:
        # What a file that cannot be read declares would be missed in the others.
        raise InputError("\n".join(map(str, findings)), findings)
    for node, code, params in _faults(shapes):
        shape = owner(shapes, node)
        file = owners.get(shape, next(iter(files), "-"))
        line = _line(files.get(file, b"").decode(), shape)
        findings.append(
            Finding.of(code, file, line, unreadable=True, **({"shape": shape} | params))
        )
    if findings:
        findings.sort()
        raise InputError("\n".join(map(str, findings)), findings)
    return shapes


def declared_prefixes(shapes: rdflib.Graph, constraint: Node | None = None) -> dict[str, str]:
    """The prefixes that ``sh:declare`` gives to a query; to any query without ``constraint``."""
    from rdflib import SH as V

    headers = None if constraint is None else shapes.objects(constraint, V.prefixes)
    nodes = (
        shapes.objects(None, V.declare)
        if headers is None
        else (node for header in headers for node in shapes.objects(header, V.declare))
    )
    return {
        str(shapes.value(node, V.prefix)): str(shapes.value(node, V.namespace)) for node in nodes
    }


def path_text(shapes: rdflib.Graph, node: Node) -> str:
    """A SHACL property path in the syntax of SPARQL.

    Raises:
        ValueError: it is not well-formed.
    """
    from rdflib import RDF, URIRef
    from rdflib import SH as V

    if isinstance(node, URIRef):
        return node.n3()
    if shapes.value(node, RDF.first) is not None:
        return "/".join(_parts(shapes, node))
    told = list(shapes.predicate_objects(node))
    if len(told) == 1:
        predicate, inner = told[0]
        if predicate == V.alternativePath:
            return f"({'|'.join(_parts(shapes, inner))})"
        form = _UNARY.get(str(predicate).removeprefix(SH))
        if form:
            text = path_text(shapes, inner)
            return form.replace("({})", "{}" if isinstance(inner, URIRef) else "({})").format(text)
    raise ValueError(f"{node} is no property path")


def owner(shapes: rdflib.Graph, node: Any) -> Any:
    """The named shape in whose description a blank node stands; the node itself otherwise."""
    from rdflib import BNode

    seen: set[Any] = set()
    while isinstance(node, BNode) and node not in seen:
        seen.add(node)
        node = next(iter(shapes.subjects(None, node)), node)
    return node


def _parts(shapes: rdflib.Graph, head: Node) -> list[str]:
    parts = [path_text(shapes, item) for item in shapes.items(head)]
    if len(parts) < 2:
        raise ValueError("a list of paths has two members or more")
    return parts


def _faults(shapes: rdflib.Graph) -> Iterator[tuple[Node, str, dict[str, object]]]:
    """Node, code and parameters of everything that is wrong with the shapes."""
    from rdflib import RDF, URIRef
    from rdflib import SH as V

    nodes = set(shapes.subjects(RDF.type, V.NodeShape))
    properties = set(shapes.subjects(RDF.type, V.PropertyShape)) | set(shapes.subjects(V.path))
    if not nodes | properties:
        yield URIRef("-"), "no-shapes", {}
    for subject, predicate, thing in shapes:
        for term in (predicate, thing):
            if str(term) in _UNSUPPORTED:
                yield subject, "shape-unsupported", {"term": term}
            elif isinstance(term, URIRef) and term.startswith(SH) and term not in V:
                near = difflib.get_close_matches(term.removeprefix(SH), V.__annotations__, 1)
                hint = f" (sh:{near[0]}?)" if near else ""
                yield subject, "shape-term", {"term": f"sh:{term.removeprefix(SH)}", "near": hint}
        if predicate == V.severity and str(thing) not in SEVERITIES:
            yield subject, "shape-severity", {"grade": thing}
        if predicate == V.select and (said := _refusal(shapes, subject, str(thing))):
            yield subject, "shape-select", {"said": said}
    for shape in properties | nodes:
        paths = list(shapes.objects(shape, V.path))
        try:
            for path in paths:
                path_text(shapes, path)
            wrong = len(paths) != (shape in properties) or shape in nodes & properties
        except (ValueError, RecursionError):
            wrong = True
        if wrong:
            yield shape, "shape-path", {}
    used = {thing for name in _REFERENCES for thing in shapes.objects(None, V[name])}
    used |= set(shapes.objects(None, RDF.first))
    for shape in (properties | nodes) - used:
        if not any(shapes.value(shape, V[name]) for name in _TARGETS):
            yield shape, "shape-idle", {}


def _refusal(shapes: rdflib.Graph, constraint: Node, select: str) -> str | None:
    """Why a query cannot be a SHACL-SPARQL constraint, in the words of the strict parser."""
    try:
        prefixes = declared_prefixes(shapes, constraint)
        answer = ox.Store().query(select, prefixes=prefixes)
    except SyntaxError as error:
        return error.msg.split("\n", 1)[0]
    except (ValueError, OSError) as error:
        return str(error).split("\n", 1)[0]
    if word := _FORBIDDEN.search(_QUIET.sub(" ", select)):
        return f"{word[0].upper()} is not allowed in a constraint"
    if not isinstance(answer, ox.QuerySolutions) or ox.Variable("this") not in answer.variables:
        return "it is no SELECT of $this"
    return None


def _line(text: str, shape: object) -> int:
    """The line on which the description of a named shape begins; 0 when it is not found."""
    local = re.split(r"[#/]", str(shape))[-1]
    found = re.search(rf"^\S*[#/:]{re.escape(local)}>?(?=\s)", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0
