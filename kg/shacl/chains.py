"""Chains: the ways from a focus node to the triples that its results depend on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.namespaces import RDF, RDFS, SH
from kg.shacl.compiler import Check
from kg.shacl.groups import Filter, Group, Pattern, Unparsed, path_of
from kg.shacl.paths import Path
from kg.shacl.shapes import Shape


@dataclass(frozen=True)
class Far:
    """A path that does not begin at the focus; ``of_predicate`` when it begins at the predicate of
    a pattern that does.
    """

    path: Path
    of_predicate: bool


def chains(check: Check) -> tuple[list[Path], list[Far]]:
    """Paths from the focus, and paths from elsewhere, whose triples decide the results of a check.

    A triple that stands on none of them changes no result, unless it makes a focus node.

    Raises:
        Unparsed: what the results depend on cannot be told.
    """
    if check.custom is not None:
        raise Unparsed("a component of its own")
    if check.query is None:
        return list(dict.fromkeys(_of_shape(check.shape))), []
    select = check.query.select
    group = Group.of(select[select.find("{") : select.rfind("}") + 1])
    prefixes = dict(check.query.prefixes)
    items = [item for one in group.inner() for item in one.items]
    if any(isinstance(item, Filter) and "EXISTS" in item.text.upper() for item in items):
        raise Unparsed("EXISTS inside an expression")
    return _connected([item for item in items if isinstance(item, Pattern)], prefixes)


def _of_shape(shape: Shape) -> Iterator[Path]:
    """What the conformance of a node to a shape depends on."""
    path = shape.path
    for name in ("equals", "disjoint", "lessThan", "lessThanOrEquals"):
        for prop in shape.all(name):
            if isinstance(prop, NamedNode):
                yield Path.of(prop)
    inner: list[Path] = []
    if shape.all("class"):
        classes = Path("zeroOrMore", (Path.of(RDFS.subClassOf),))
        inner.append(Path.sequence(Path.of(RDF.type), classes))
    if shape.is_true("closed"):
        inner.append(Path("any"))
    parts = list(shape.parts())
    if shape.is_true("qualifiedValueShapesDisjoint"):
        for parent in shape.graph.subjects(SH.property, shape.node):
            for sibling in shape.graph[parent].shapes("property"):
                parts += sibling.shapes("qualifiedValueShape")
    for part in parts:
        inner += _of_shape(part)
    if path is None:
        yield from inner
        return
    yield path
    yield from (Path.sequence(path, one) for one in inner)


def _connected(
    patterns: list[Pattern], prefixes: Mapping[str, str]
) -> tuple[list[Path], list[Far]]:
    """The patterns of a query, each reached from ``?this`` by way of others where it can be."""
    ways: dict[str, Path | None] = {"this": None}
    left = list(patterns)
    found: list[Path] = []
    while left:
        for pattern in left:
            start, end = _name(pattern.subject), _name(pattern.object)
            if start in ways or end in ways:
                break
        else:
            break
        left.remove(pattern)
        path = path_of(pattern.path, prefixes)
        if start not in ways:
            start, end, path = end, start, path.inverted()
        before = ways[str(start)]
        whole = path if before is None else Path.sequence(before, path)
        found.append(whole)
        if end is not None and end not in ways:
            ways[end] = whole
    predicates = {_name(pattern.path) for pattern in patterns} - {None}
    return found, [
        Far(path_of(pattern.path, prefixes), _name(pattern.subject) in predicates)
        for pattern in left
    ]


def _name(term: str) -> str | None:
    return term[1:] if term[0] in "?$" else None
