"""Shape files: SHACL read from disk and refused, with a reason, where it could not be used."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import BlankNode, Triple

from kg import turtle
from kg.errors import InputError
from kg.findings import Finding
from kg.shacl.faults import faults
from kg.shacl.shapes import Shapes
from kg.terms import Term


def load_shapes(files: Mapping[str, bytes]) -> Shapes:
    """Read files of shapes and make sure that they can be used, as a whole.

    Checked besides Turtle: terms of SHACL, the values of every parameter, paths, lists, regular
    expressions, severities, targets, that no shape refers to itself, and that every query parses
    strictly with the prefixes declared for it and stays within SHACL-SPARQL.

    Args:
        files: content by name.

    Raises:
        InputError: every problem of every file as a finding, with shape, file and line.

    >>> shapes = load_shapes({"a.ttl": b'''@prefix : <http://a.example/> .
    ... @prefix sh: <http://www.w3.org/ns/shacl#> .
    ... :S a sh:PropertyShape ; sh:targetClass :A ; sh:path :p ; sh:minCount "one" .'''})
    Traceback (most recent call last):
    kg.errors.InputError: a.ttl:3: shape-value: ...

    Source: https://www.w3.org/TR/shacl/
    """
    shapes, owners = _read(files)
    found: set[Finding] = set()
    for node, code, params in faults(shapes):
        shape = shapes.owner(node)
        file = owners.get(shape, next(iter(files), "-"))
        iri = getattr(shape, "value", "")
        line = _line(files.get(file, b"").decode(), iri)
        told = {name: str(value) for name, value in ({"shape": iri} | params).items()}
        found.add(Finding.of(code, file, line, unreadable=True, **told))  # type: ignore[arg-type]
    if found:
        raise InputError(findings=sorted(found))
    return shapes


def read_shapes(files: Mapping[str, bytes]) -> Shapes:
    """Read files of shapes that :func:`load_shapes` took before; they are not checked again.

    Args:
        files: content by name.

    Raises:
        InputError: a file is no Turtle.

    >>> len(list(read_shapes({"a.ttl": b'''@prefix : <http://a.example/> .
    ... @prefix sh: <http://www.w3.org/ns/shacl#> .
    ... :S a sh:NodeShape ; sh:targetClass :A ; sh:nodeKind sh:IRI .'''})))
    1
    """
    return _read(files)[0]


def _read(files: Mapping[str, bytes]) -> tuple[Shapes, dict[Term, str]]:
    """The shapes of some files, and the file of each node."""
    triples: list[Triple] = []
    owners: dict[Term, str] = {}
    findings: list[Finding] = []
    for number, (name, data) in enumerate(files.items()):
        try:
            quads = turtle.read(data, file=name)
        except InputError as error:
            findings += error.findings
            continue
        for quad in quads:
            subject, value = _apart(quad.subject, number), _apart(quad.object, number)
            triples.append(Triple(subject, quad.predicate, value))  # type: ignore[arg-type]
            owners.setdefault(subject, name)
    if findings:
        # What a file that cannot be read declares would be missed in the others.
        raise InputError(findings=findings)
    return Shapes(triples), owners


def _apart(term: Term, number: int) -> Term:
    """Blank nodes of two files are never the same."""
    return BlankNode(f"f{number}{term.value}") if isinstance(term, BlankNode) else term


def _line(text: str, shape: str) -> int:
    """The line on which the description of a named shape begins; 0 when it is not found."""
    local = re.split(r"[#/]", shape)[-1]
    found = re.search(rf"^\S*[#/:]{re.escape(local)}>?(?=\s)", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0
