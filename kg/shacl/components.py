"""Components: constraint components that the shapes define themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.namespaces import SH
from kg.shacl.expressions import Refused
from kg.shacl.prebinding import Query, prepared
from kg.shacl.shapes import Shape
from kg.terms import Term


@dataclass(frozen=True)
class Custom:
    """One use of a component by a shape: its validator and the values of its parameters.

    ``is_ask`` tells whether the validator is asked of each value node, and says yes to what is
    right; a SELECT is asked of each focus node, and its rows are what is wrong.

    Source: https://www.w3.org/TR/shacl/#sparql-constraint-components
    """

    component: str
    validator: Term
    is_ask: bool
    query: Query
    parameters: tuple[tuple[str, Term], ...]

    def pairs(self, shape: Shape, fresh: Callable[[], str]) -> tuple[str, tuple[str, ...]]:
        """Body and heads of the query that finds what the validator is asked of."""
        if not self.is_ask:
            return "", ()
        if shape.path is None:
            return "BIND(?this AS ?value)", ("?value",)
        return shape.path.pattern("?this", "?value", fresh), ("?value",)


def custom_checks(shape: Shape) -> Iterator[Custom]:
    """Every use that a shape makes of a component defined by the shapes.

    Raises:
        Refused: the component has no validator for this kind of shape.
    """
    graph = shape.graph
    for component, parameters in graph.custom_components(shape.node):
        kind = "nodeValidator" if shape.path is None else "propertyValidator"
        validator = graph.value(component, SH[kind]) or graph.value(component, SH.validator)
        if validator is None:
            raise Refused(shape.node, f"{component} has no validator for it")
        is_ask = graph.value(validator, SH.ask) is not None
        name = "ask" if is_ask else "select"
        combinations: list[tuple[tuple[str, Term], ...]] = [()]
        for parameter, values in parameters:
            local = parameter.value.replace("#", "/").rsplit("/", 1)[-1]
            combinations = [(*c, (local, v)) for c in combinations for v in values]
        for combination in combinations:
            query = prepared(shape, validator, name, tuple(n for n, _ in combination))
            iri = component.value if isinstance(component, NamedNode) else str(component)
            yield Custom(iri, validator, is_ask, query, combination)
