"""Expressions: what a shape asks of one node, as a SPARQL expression."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.namespaces import RDF, RDFS, SH
from kg.shacl import valuetests as tests
from kg.shacl.literals import stand_in
from kg.shacl.paths import Path
from kg.shacl.shapes import Shape
from kg.terms import Term


class Refused(ValueError):
    """A constraint that has no expression in SPARQL; ``node`` is its shape."""

    def __init__(self, node: Term, reason: str) -> None:
        super().__init__(reason)
        self.node = node
        self.reason = reason


@dataclass(frozen=True)
class ValueTest:
    """A constraint that must hold for every node at the end of a path (the focus if there is none).

    ``holds`` makes an expression of two variables: that of the value node and that of the focus.
    """

    component: str
    path: Path | None
    holds: Callable[[str, str], str]


class Expressions:
    """Writes expressions that are true where a node conforms; they never raise an error.

    Args:
        is_closed: whether the data holds the super-classes of every type.
    """

    def __init__(self, *, is_closed: bool = True) -> None:
        self.is_closed = is_closed
        self._numbers = itertools.count(1)
        self._within: list[Term] = []

    def fresh(self) -> str:
        """A new variable."""
        return f"?kg{next(self._numbers)}"

    def class_of(self, node: str, kind: Term) -> str:
        """The pattern of a node of a class."""
        path = RDF.type if self.is_closed else f"{RDF.type}/{RDFS.subClassOf}*"
        return f"{node} {path} {kind} ."

    def value_tests(self, shape: Shape) -> Iterator[ValueTest]:
        """Every constraint of a shape that results in value nodes, but for ``sh:closed``.

        Source: https://www.w3.org/TR/shacl/#core-components
        """
        path = shape.path
        for name, test in self._simple(shape):
            yield ValueTest(name, path, lambda v, _, test=test: test(v))  # type: ignore[misc]
        for prop in shape.all("equals"):
            there = Path.of(_iri(shape, prop))
            yield ValueTest("Equals", path, lambda v, n, p=prop: f"EXISTS {{ {n} {p} {v} }}")  # type: ignore[misc]
            yield ValueTest("Equals", there, lambda v, n: self._reaches(path, n, v))
        for prop in shape.all("disjoint"):
            _iri(shape, prop)
            yield ValueTest("Disjoint", path, lambda v, n, p=prop: f"(!EXISTS {{ {n} {p} {v} }})")  # type: ignore[misc]
        for name, sign in (("lessThan", "<"), ("lessThanOrEquals", "<=")):
            for prop in shape.all(name):
                _iri(shape, prop)
                yield ValueTest(
                    tests.component(name),
                    path,
                    lambda v, n, p=prop, s=sign: self._precedes(v, n, p, s),  # type: ignore[misc]
                )

    def _simple(self, shape: Shape) -> Iterator[tuple[str, tests.Test]]:
        """Component and test of every constraint that looks at a value node alone."""
        for kind in shape.all("class"):
            yield "Class", lambda v, k=kind: f"EXISTS {{ {self.class_of(v, k)} }}"  # type: ignore[misc]
        yield from tests.of(shape)
        for head in shape.all("in"):
            terms = [constant(shape, term) for term in shape.graph.members(head)]
            yield "In", lambda v, terms=terms: tests.one_of(v, terms)  # type: ignore[misc]
        for other in shape.shapes("node"):
            yield "Node", lambda v, other=other: self.conforms(other, v)  # type: ignore[misc]
        for other in shape.shapes("not"):
            yield "Not", lambda v, other=other: negated(self.conforms(other, v))  # type: ignore[misc]
        for name, join in (("and", all_of), ("or", any_of), ("xone", _exactly_one)):
            for group in shape.groups(name):
                yield (
                    tests.component(name),
                    lambda v, g=group, join=join: join([self.conforms(s, v) for s in g]),  # type: ignore[misc]
                )

    def focus_tests(self, shape: Shape) -> Iterator[tuple[str, tests.Test]]:
        """Component and test, of the focus, of constraints on all value nodes together."""
        path = shape.path
        for value in shape.all("hasValue"):
            said = constant(shape, value)
            yield "HasValue", lambda n, s=said: self._has(path, n, s)  # type: ignore[misc]
        if path is None:
            return
        counts: list[tuple[str, Term, Callable[[str], str] | None]] = []
        for name in ("minCount", "maxCount"):
            counts += [(name, bound, None) for bound in shape.all(name)]
        for inner in shape.shapes("qualifiedValueShape"):
            for name in ("qualifiedMinCount", "qualifiedMaxCount"):
                counts += [(name, n, self._qualified(shape, inner)) for n in shape.all(name)]
        for name, bound, test in counts:
            count = int(getattr(bound, "value", ""))
            if "Max" in name or name.startswith("max"):
                yield (
                    tests.component(name),
                    lambda n, c=count, t=test: negated(self.at_least(c + 1, path, n, t)),  # type: ignore[misc]
                )
            else:
                yield tests.component(name), lambda n, c=count, t=test: self.at_least(c, path, n, t)  # type: ignore[misc]
        if shape.is_true("uniqueLang"):
            yield "UniqueLang", lambda n: self._unique(path, n)

    def conforms(self, shape: Shape, node: str) -> str:
        """Whether the node of a variable conforms to a shape.

        Raises:
            Refused: the shape holds what no expression can say, or refers to itself.
        """
        if shape.is_true("deactivated"):
            return "true"
        if shape.node in self._within:
            raise Refused(shape.node, "it refers to itself")
        if shape.all("sparql"):
            raise Refused(shape.node, "a SPARQL constraint inside another shape")
        if shape.graph.custom_components(shape.node):
            raise Refused(shape.node, "a constraint component of its own inside another shape")
        self._within.append(shape.node)
        try:
            path = shape.path
            found = [self._every(t.path, t.holds, node) for t in self.value_tests(shape)]
            found += [test(node) for _, test in self.focus_tests(shape)]
            for inner in shape.shapes("property"):
                found.append(self._every(path, lambda v, _, i=inner: self.conforms(i, v), node))  # type: ignore[misc]
            if shape.is_true("closed"):
                found.append(self._every(path, lambda v, _: self._is_closed(shape, v), node))
        finally:
            self._within.pop()
        return all_of(found)

    def _every(self, path: Path | None, holds: Callable[[str, str], str], node: str) -> str:
        """Whether every node at the end of a path passes a test."""
        if path is None:
            return holds(node, node)
        return negated(path.exists(node, lambda v: negated(holds(v, node)), self.fresh))

    def at_least(self, count: int, path: Path, node: str, test: tests.Test | None = None) -> str:
        """Whether a node has at least so many value nodes, of those that pass a test."""
        asked = test or (lambda _: "true")
        if count <= 0:
            return "true"
        if count == 1:
            return path.exists(node, asked, self.fresh)
        value = self.fresh()
        judged = asked(value)
        condition = "" if judged == "true" else f" FILTER({judged})"
        inner = f"{path.pattern(node, value, self.fresh)}{condition}"
        having = f"GROUP BY {node} HAVING (COUNT(DISTINCT {value}) >= {count})"
        return f"EXISTS {{ SELECT {node} WHERE {{ {inner} }} {having} }}"

    def _qualified(self, shape: Shape, inner: Shape) -> tests.Test:
        siblings: list[Shape] = []
        if shape.is_true("qualifiedValueShapesDisjoint"):
            for parent in shape.graph.subjects(SH.property, shape.node):
                for sibling in shape.graph[parent].shapes("property"):
                    siblings += sibling.shapes("qualifiedValueShape")
        others = [one for one in dict.fromkeys(siblings) if one != inner]

        def counted(value: str) -> str:
            found = [self.conforms(inner, value)]
            return all_of(found + [negated(self.conforms(other, value)) for other in others])

        return counted

    def _has(self, path: Path | None, node: str, value: str) -> str:
        if path is None:
            return f"sameTerm({node}, {value})"
        if path.is_property:
            return f"EXISTS {{ {node} {path} {value} }}"
        return path.exists(node, lambda v: f"sameTerm({v}, {value})", self.fresh)

    def _reaches(self, path: Path | None, node: str, value: str) -> str:
        if path is not None and path.is_property:
            return f"EXISTS {{ {node} {path} {value} }}"
        if path is None:
            return f"sameTerm({node}, {value})"
        return path.exists(node, lambda v: f"sameTerm({v}, {value})", self.fresh)

    def _precedes(self, value: str, node: str, prop: Term, sign: str) -> str:
        other = self.fresh()
        clash = negated(tests.compared(value, sign, other))
        return f"(!EXISTS {{ {node} {prop} {other} FILTER({clash}) }})"

    def _unique(self, path: Path, node: str) -> str:
        def has_twin(one: str) -> str:
            twin = f"COALESCE(!sameTerm({{0}}, {one}) && LANG({{0}}) = LANG({one}), false)"
            other = path.exists(node, twin.format, self.fresh)
            return f'(COALESCE(LANG({one}) != "", false) && {other})'

        return negated(path.exists(node, has_twin, self.fresh))

    def _is_closed(self, shape: Shape, node: str) -> str:
        prop, value = self.fresh(), self.fresh()
        return f"(!EXISTS {{ {node} {prop} {value} FILTER({prop} NOT IN ({known(shape)})) }})"


def constant(shape: Shape, term: Term) -> str:
    """A term as core constraints see it.

    Raises:
        Refused: it is a blank node, which no query can name.
    """
    if isinstance(term, BlankNode):
        raise Refused(shape.node, "a blank node as a value")
    return str(stand_in(term) if isinstance(term, Literal) else term)


def known(shape: Shape) -> str:
    """The properties that a closed shape knows, as the inside of a SPARQL list."""
    found = [p.one("path") for p in shape.shapes("property")]
    for head in shape.all("ignoredProperties"):
        found += shape.graph.members(head)
    return ", ".join(str(p) for p in dict.fromkeys(found) if isinstance(p, NamedNode))


def negated(test: str) -> str:
    """The contrary of an expression.

    >>> negated("true"), negated("(!?x)"), negated("?x")
    ('false', '?x', '(!?x)')
    """
    if test in ("true", "false"):
        return "false" if test == "true" else "true"
    inner = test[2:-1]
    if test.startswith("(!EXISTS {") and _is_one(inner):
        return inner
    if test.startswith("(!?") and inner[1:].isalnum():
        return inner
    return f"(!{test})"


def all_of(found: list[str]) -> str:
    """The conjunction of expressions."""
    kept = [test for test in dict.fromkeys(found) if test != "true"]
    if "false" in kept:
        return "false"
    return f"({' && '.join(kept)})" if len(kept) > 1 else (kept or ["true"])[0]


def any_of(found: list[str]) -> str:
    """The disjunction of expressions."""
    kept = [test for test in dict.fromkeys(found) if test != "false"]
    if "true" in kept:
        return "true"
    return f"({' || '.join(kept)})" if len(kept) > 1 else (kept or ["false"])[0]


def _exactly_one(found: list[str]) -> str:
    return f"({' + '.join(f'IF({test}, 1, 0)' for test in found) or '0'} = 1)"


def _is_one(text: str) -> bool:
    """Whether the text is ``EXISTS { … }`` with nothing after it; quotes are not looked into."""
    if '"' in text:
        return False
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if sign == "}" and depth == 0:
            return place == len(text) - 1
    return False


def _iri(shape: Shape, term: Term) -> NamedNode:
    if not isinstance(term, NamedNode):
        raise Refused(shape.node, f"{term} is no property")
    return term
