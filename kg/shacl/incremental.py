"""Incremental: validation of what a change of the data can have touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from kg.namespaces import RDF
from kg.shacl.chains import chains
from kg.shacl.compiler import Check, Target
from kg.shacl.data import ValidationData
from kg.shacl.engine import run
from kg.shacl.expressions import Expressions
from kg.shacl.groups import Unparsed
from kg.shacl.paths import Path
from kg.shacl.results import Result, ordered
from kg.terms import Term


def affected(
    check: Check, delta: Collection[Triple], data: ValidationData
) -> frozenset[Term] | None:
    """The nodes whose results of a check may have changed; None where it may be any.

    The answer may hold too many nodes and never too few: of the changed triples on the way from
    a focus node to what decides its results, the nearest one is reached by triples that did not
    change, and so is found in the data as they are now.

    Args:
        check: a compiled constraint.
        delta: every triple that came or went (:meth:`ValidationData.update` returns them).
        data: as they are after the change.
    """
    try:
        near, far = chains(check)
    except Unparsed:
        return None
    for one in far:
        for before, prop, is_back, _ in one.path.steps():
            ends = _ends(prop, is_back, delta)
            if one.of_predicate and before is None:
                # A thing that is no predicate is none in a pattern, either.
                ends = {end for end in ends if _is_predicate(end, data)}
            if ends:
                return None
    found: set[Term] = set()
    for path in near:
        for before, prop, is_back, _ in path.steps():
            if ends := _ends(prop, is_back, delta):
                found |= _reached(ends, before and before.inverted(), data)
    for target in check.targets:
        for ends, way in _retargeted(target, delta):
            found |= _reached(ends, way, data)
    return frozenset(found)


def revalidate(
    checks: Iterable[Check],
    old: Iterable[Result],
    delta: Collection[Triple],
    data: ValidationData,
) -> tuple[Result, ...]:
    """The results of checks after a change, from those before it; the same as a full run gives.

    Args:
        checks: compiled constraints.
        old: all their results before the change.
        delta: every triple that came or went.
        data: as they are after the change.

    >>> import pyoxigraph as ox
    >>> from kg.shacl import Shapes, compile_shapes
    >>> checks = compile_shapes(Shapes(ox.parse('''@prefix : <http://a.example/> .
    ... @prefix sh: <http://www.w3.org/ns/shacl#> .
    ... :S sh:targetClass :A ; sh:path :p ; sh:minCount 1 .''', format=ox.RdfFormat.TURTLE))).checks
    >>> quad, other = ox.parse("@prefix : <http://a.example/> . :x a :A ; :p 1 .",
    ...                        format=ox.RdfFormat.TURTLE)
    >>> data = ValidationData([quad])
    >>> before = run(checks, data)
    >>> len(before), revalidate(checks, before, data.update([other.triple], []), data)
    (1, ())
    """
    groups: dict[tuple[str, str], list[Check]] = defaultdict(list)
    for check in checks:
        groups[check.shape.iri, check.component].append(check)
    kept: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for one in old:
        kept[one.source_shape, one.component].append(one)
    found: list[Result] = []
    for name, group in groups.items():
        nodes: frozenset[Term] | None = frozenset()
        for check in group:
            touched = affected(check, delta, data)
            nodes = None if touched is None or nodes is None else nodes | touched
        if nodes is None:
            found += run(group, data)
            continue
        names = {str(node) for node in nodes}
        found += [one for one in kept[name] if one.focus not in names]
        if nodes:
            found += run(group, data, focus=nodes)
    return ordered(found)


def _is_predicate(term: Term, data: ValidationData) -> bool:
    """Whether the data use a term between a subject and an object."""
    if not isinstance(term, NamedNode):
        return False
    found = data.store.quads_for_pattern(None, term, None, None)
    return any(True for _ in found)


def _ends(prop: Term | None, is_back: bool, delta: Iterable[Triple]) -> set[Term]:
    """Where the changed triples of a step begin, as seen from the focus."""
    return {
        triple.object if is_back else triple.subject
        for triple in delta
        if prop is None or triple.predicate == prop
    }


def _retargeted(
    target: Target, delta: Collection[Triple]
) -> Iterator[tuple[set[Term], Path | None]]:
    """Nodes at which a target or its path changed, and the way from there to the focus."""
    starts: set[Term] = set()
    for triple in delta:
        if target.kind == "targetClass":
            if triple.predicate == RDF.type:
                starts.add(triple.subject)
        elif triple.predicate == target.term:
            starts.add(triple.subject if target.kind == "targetSubjectsOf" else triple.object)
    if starts:
        yield starts, target.path
    if target.path is not None:
        for _, prop, is_back, after in target.path.steps():
            if ends := _ends(prop, not is_back, delta):
                yield ends, after


def _reached(nodes: set[Term], path: Path | None, data: ValidationData) -> set[Term]:
    """The nodes to which a path leads, in the data."""
    if path is None:
        return nodes
    data.focus_on(nodes)
    try:
        way = path.pattern("?start", "?this", Expressions().fresh)
        here = ValidationData.focus_pattern("?start")
        rows = data.ask(f"SELECT DISTINCT ?this WHERE {{ {here} {way} }}")
    finally:
        data.focus_on(None)
    return {row[0] for row in rows if row[0] is not None}
