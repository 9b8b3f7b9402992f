"""Compiler: every constraint of every shape as one SELECT."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import BlankNode, Literal

from kg.namespaces import SH
from kg.shacl.components import Custom, custom_checks
from kg.shacl.data import ValidationData
from kg.shacl.expressions import Expressions, Refused, known, negated
from kg.shacl.paths import Path
from kg.shacl.prebinding import Query, prepared
from kg.shacl.shapes import Shape, Shapes
from kg.terms import Term


@dataclass(frozen=True)
class Target:
    """Where focus nodes come from: the nodes of a target, or those that a path leads to from them.

    Source: https://www.w3.org/TR/shacl/#targets
    """

    kind: str
    term: Term
    path: Path | None = None

    def pattern(self, expressions: Expressions, *, by_value: bool) -> str:
        """The pattern that finds every focus node as ``?this``."""
        start = "?this" if self.path is None else expressions.fresh()
        found = self._start(start, expressions, by_value)
        if self.path is not None:
            found += f" {self.path.pattern(start, '?this', expressions.fresh)}"
        return found

    def holds(self, expressions: Expressions, *, by_value: bool) -> str:
        """An expression that tells whether ``?this`` is a focus node."""

        def starts(node: str) -> str:
            if self.kind == "targetNode":
                return f"sameTerm({node}, {self._constant(by_value)})"
            return f"EXISTS {{ {self._start(node, expressions, by_value)} }}"

        if self.path is None:
            return starts("?this")
        return self.path.inverted().exists("?this", starts, expressions.fresh)

    def _constant(self, by_value: bool) -> str:
        from kg.shacl.literals import stand_in

        term = self.term
        return str(stand_in(term) if isinstance(term, Literal) and not by_value else term)

    def _start(self, node: str, expressions: Expressions, by_value: bool) -> str:
        if self.kind == "targetClass":
            return expressions.class_of(node, self.term)
        if self.kind == "targetNode":
            return f"VALUES {node} {{ {self._constant(by_value)} }}"
        other = expressions.fresh()
        ends = (node, other) if self.kind == "targetSubjectsOf" else (other, node)
        return f"{ends[0]} {self.term} {ends[1]} ."


@dataclass(frozen=True)
class Check:
    """One constraint of one shape as a query.

    ``body`` follows the pattern of the targets; the query tells ``?this`` and, as far as the
    component has them, ``?value`` and ``?path``. A ``query`` is a SPARQL constraint of the shape,
    and ``custom`` a constraint of a component that the shapes define themselves.
    """

    shape: Shape
    component: str
    targets: tuple[Target, ...]
    body: str
    heads: tuple[str, ...] = ()
    query: Query | None = None
    custom: Custom | None = None
    expressions: Expressions = field(default_factory=Expressions, repr=False, compare=False)

    @property
    def path(self) -> str | None:
        """The path of its results, in the syntax of SPARQL."""
        return None if self.shape.path is None else str(self.shape.path)

    @property
    def by_value(self) -> bool:
        """Whether the query computes with the values of literals and does not compare terms."""
        return self.query is not None

    @cached_property
    def select(self) -> str:
        """The query over all focus nodes."""
        return self._select(self.focus_nodes)

    @cached_property
    def focused(self) -> str:
        """The query over those focus nodes that stand in the graph ``urn:ecodip:focus``."""
        return self._select(self.given_nodes)

    @cached_property
    def given_nodes(self) -> str:
        """The pattern of those focus nodes that stand in the graph ``urn:ecodip:focus``."""
        tests = [t.holds(self.expressions, by_value=self.by_value) for t in self.targets]
        return f"{ValidationData.focus_pattern()} FILTER({' || '.join(tests)})"

    @cached_property
    def focus_nodes(self) -> str:
        """The pattern of all focus nodes."""
        found = [t.pattern(self.expressions, by_value=self.by_value) for t in self.targets]
        return found[0] if len(found) == 1 else f"{{ {' } UNION { '.join(found)} }}"

    def _select(self, nodes: str) -> str:
        heads = " ".join(("?this", *self.heads))
        prologue = self.query.prologue if self.query else ""
        # a type stands once in the data
        is_distinct = len(self.targets) == 1 and self.targets[0].kind == "targetClass"
        is_distinct = is_distinct and self.targets[0].path is None and self.expressions.is_closed
        word = "SELECT" if is_distinct else "SELECT DISTINCT"
        targets = f"{{ {word} ?this WHERE {{ {nodes} }} }}"
        whole = self.query.after(targets) if self.query else f"{targets}\n  {self.body}"
        return f"{prologue}SELECT {heads} WHERE {{\n  {whole}\n}}"


@dataclass(frozen=True)
class Plan:
    """The checks of a graph of shapes, and the shapes left out with the reason for it."""

    shapes: Shapes
    checks: tuple[Check, ...]
    refused: tuple[tuple[Shape, Refused], ...]


def compile_shapes(shapes: Shapes, *, is_closed: bool = True) -> Plan:
    """Compile every shape that has a target.

    Guarantees: a shape that holds anything without an expression in SPARQL is left out as a
    whole and named; the same shapes give the same checks in the same order.

    Args:
        shapes: what to check.
        is_closed: whether the data holds the super-classes of every type.

    >>> import pyoxigraph as ox
    >>> shapes = Shapes(ox.parse('''@prefix : <http://a.example/> .
    ... @prefix sh: <http://www.w3.org/ns/shacl#> .
    ... :S a sh:NodeShape ; sh:targetClass :A ; sh:nodeKind sh:IRI .''',
    ...     format=ox.RdfFormat.TURTLE))
    >>> print(compile_shapes(shapes).checks[0].body)
    FILTER((!isIRI(?this)))

    Source: https://www.w3.org/TR/shacl/#validation
    """
    expressions = Expressions(is_closed=is_closed)
    contexts: dict[Shape, dict[Target, None]] = defaultdict(dict)
    templates: dict[Shape, list[Check] | Refused] = {}
    refused: dict[Shape, Refused] = {}
    for root in shapes:
        if not root.targets or root.is_true("deactivated"):
            continue
        reached: list[tuple[Shape, Target]] = []
        try:
            for kind, term in root.targets:
                if isinstance(term, BlankNode):
                    raise Refused(root.node, "a blank node as a target")
                reached += _reached(root, Target(kind, term), ())
            for shape, _ in reached:
                if shape not in templates:
                    templates[shape] = _compiled(shape, expressions)
                if isinstance(found := templates[shape], Refused):
                    raise found
        except Refused as error:
            refused[root] = error
            continue
        for shape, target in reached:
            contexts[shape][target] = None
    checks = [
        Check(
            check.shape, check.component, tuple(targets), check.body, check.heads, check.query,
            check.custom, expressions,
        )
        for shape, targets in contexts.items()
        for check in templates[shape]  # type: ignore[union-attr]
    ]  # fmt: skip
    return Plan(shapes, tuple(checks), tuple(refused.items()))


def _reached(
    shape: Shape, target: Target, above: tuple[Shape, ...]
) -> Iterator[tuple[Shape, Target]]:
    """A shape and its property shapes, theirs and so on, each with where its focus nodes are."""
    if shape in above:
        raise Refused(shape.node, "it refers to itself")
    if shape.is_true("deactivated"):
        return
    yield shape, target
    path = shape.path
    if path is not None:
        path = path if target.path is None else Path.sequence(target.path, path)
        target = Target(target.kind, target.term, path)
    for inner in shape.shapes("property"):
        yield from _reached(inner, target, (*above, shape))


def _compiled(shape: Shape, expressions: Expressions) -> list[Check] | Refused:
    try:
        return list(_checks(shape, expressions))
    except Refused as error:
        return error
    except ValueError as error:
        return Refused(shape.node, str(error))


def _checks(shape: Shape, expressions: Expressions) -> Iterator[Check]:
    fresh = expressions.fresh
    for test in expressions.value_tests(shape):
        if test.path is None:
            fails = negated(test.holds("?this", "?this"))
            yield _check(shape, test.component, f"FILTER({fails})")
        else:
            reached = test.path.pattern("?this", "?value", fresh)
            fails = negated(test.holds("?value", "?this"))
            yield _check(shape, test.component, f"{reached} FILTER({fails})", "?value")
    for name, holds in expressions.focus_tests(shape):
        yield _check(shape, name, f"FILTER({negated(holds('?this'))})")
    if shape.is_true("closed"):
        node, reached = "?this", ""
        if shape.path is not None:
            node = fresh()
            reached = shape.path.pattern("?this", node, fresh)
        body = f"{reached} {node} ?path ?value . FILTER(?path NOT IN ({known(shape)}))"
        yield _check(shape, "Closed", body, "?value", "?path")
    for constraint in shape.all("sparql"):
        if not shape.graph.is_deactivated(constraint):
            query = prepared(shape, constraint)
            component = SH.SPARQLConstraintComponent.value
            yield Check(shape, component, (), "", query.heads, query)
    for custom in custom_checks(shape):
        yield Check(shape, custom.component, (), *custom.pairs(shape, fresh), custom=custom)


def _check(shape: Shape, component: str, body: str, *heads: str) -> Check:
    return Check(shape, SH[f"{component}ConstraintComponent"].value, (), body, heads)
