"""Constraints: the SPARQL constraints of SHACL, asked of Oxigraph for every focus node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import terms
from kg.shape_files import declared_prefixes

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node


@dataclass(frozen=True)
class Constraint:
    """One ``sh:sparql`` of a shape, with its query and the shape's targets."""

    shape: Node
    node: Node
    query: str
    targets: tuple[tuple[Node, Node], ...]

    def focus_nodes(self, data: rdflib.Graph) -> set[Node]:
        """The nodes to judge; types are taken as they stand in ``data``.

        Source: https://www.w3.org/TR/shacl/#targets
        """
        from rdflib import RDF
        from rdflib import SH as V

        found: set[Node] = set()
        for kind, term in self.targets:
            if kind == V.targetNode:
                found.add(term)
            elif kind == V.targetClass:
                found.update(data.subjects(RDF.type, term))
            elif kind == V.targetSubjectsOf:
                found.update(data.subjects(term, None))
            else:
                found.update(data.objects(None, term))
        return found

    def rows(self, engine: ox.Store, focus: Node) -> Iterator[dict[str, Any]]:
        """The solutions of the query with ``$this`` bound: each is one result.

        Source: https://www.w3.org/TR/shacl/#sparql-constraints-prebound
        """
        bound: Any = {ox.Variable("this"): terms.from_rdflib(focus)}
        found: Any = engine.query(self.query, substitutions=bound)
        names = [variable.value for variable in found.variables]
        for solution in found:
            row = {name: solution[name] for name in names}
            yield {name: terms.to_rdflib(term) for name, term in row.items() if term is not None}


def constraints(shapes: rdflib.Graph) -> list[Constraint]:
    """The constraints that can be asked directly: those of node shapes with targets of their own.

    Left out, and so pyshacl's work, are those of property shapes, of shapes that others refer to,
    of classes that are shapes, and whatever is deactivated or asks for the shapes themselves.
    """
    from rdflib import RDFS
    from rdflib import SH as V

    found: list[Constraint] = []
    kinds = (V.targetClass, V.targetNode, V.targetSubjectsOf, V.targetObjectsOf)
    for shape, node in shapes.subject_objects(V.sparql):
        targets = tuple((kind, term) for kind in kinds for term in shapes.objects(shape, kind))
        held = (
            (shape, V.path, None),
            (shape, V.deactivated, None),
            (node, V.deactivated, None),
            (None, None, shape),
            (shape, RDFS.subClassOf, None),
        )
        select = str(shapes.value(node, V.select))
        if not targets or any(pattern in shapes for pattern in held):
            continue
        if any(name in select for name in ("shapesGraph", "currentShape", "$PATH", "?failure")):
            continue
        header = [f"PREFIX {p}: <{n}>" for p, n in declared_prefixes(shapes, node).items()]
        found.append(Constraint(shape, node, "\n".join([*header, select]), targets))
    return sorted(found, key=lambda constraint: (str(constraint.shape), constraint.query))


def store_of(data: rdflib.Graph) -> ox.Store:
    """The triples of a graph in an engine that answers quickly."""
    engine = ox.Store()
    engine.extend(ox.Quad(*map(terms.from_rdflib, triple)) for triple in data)  # type: ignore[arg-type]
    return engine
