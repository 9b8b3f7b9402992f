"""Labels for blank nodes that depend on the graph alone, not on the order it was read in."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from pyoxigraph import BlankNode, Quad

_Colors = Mapping[BlankNode, str]
_Edges = Mapping[BlankNode, list[tuple[str, object]]]


def orders(quads: Collection[Quad], nodes: Collection[BlankNode]) -> Iterator[list[BlankNode]]:
    """Every order of ``nodes`` that the graph itself suggests.

    Nodes are told apart by what is said of them and of the nodes around them, step by step;
    where that leaves a tie, each of the tied nodes comes first once. Isomorphic graphs have
    corresponding orders, so the least of the texts written from them is the same for both.
    There is one order for each symmetry: a caller who cannot trust its input stops early.

    >>> a, b = BlankNode("a"), BlankNode("b")
    >>> from kg.namespaces import RDF
    >>> len(list(orders([Quad(a, RDF.rest, b)], [a, b])))
    1
    >>> len(list(orders([Quad(a, RDF.rest, b), Quad(b, RDF.rest, a)], [a, b])))
    2
    """
    if not nodes:
        yield []
        return
    edges: dict[BlankNode, list[tuple[str, object]]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.subject, BlankNode):
            edges[quad.subject].append((f">{quad.predicate}", quad.object))
        if isinstance(quad.object, BlankNode):
            edges[quad.object].append((f"<{quad.predicate}", quad.subject))
    yield from _search(dict.fromkeys(edges, ""), edges, nodes)


def _search(
    colors: _Colors, edges: _Edges, nodes: Collection[BlankNode]
) -> Iterator[list[BlankNode]]:
    colors = _refine(colors, edges)
    by_color: dict[str, list[BlankNode]] = defaultdict(list)
    for node in nodes:
        by_color[colors[node]].append(node)
    tied = next((group for _, group in sorted(by_color.items()) if len(group) > 1), None)
    if tied is None:
        yield sorted(nodes, key=colors.__getitem__)
        return
    for node in tied:
        yield from _search({**colors, node: "first"}, edges, nodes)


def _refine(colors: _Colors, edges: _Edges) -> _Colors:
    """Color each node by its own color and those around it, until that tells no more apart."""
    while True:
        finer = {
            node: hashlib.sha256(
                "\n".join(
                    [colors[node], *sorted(f"{way} {_color(at, colors)}" for way, at in around)]
                ).encode()
            ).hexdigest()
            for node, around in edges.items()
        }
        if len(set(finer.values())) == len(set(colors.values())):
            return finer
        colors = finer


def _color(term: object, colors: _Colors) -> str:
    return f"_:{colors[term]}" if isinstance(term, BlankNode) else str(term)
