"""State: a project at one moment, as far as two moments are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import NamedNode, Quad

from kg.asker import Asker
from kg.claims import Claim, Statements
from kg.findings import Finding
from kg.layout import Layout
from kg.report import Violation
from kg.schema import Schema
from kg.store import Store

# What may be impossible to tell of a state.
PARTS = ("graph", "inferred", "violations")


@dataclass
class State:
    """What the files of a project make, before or after a change.

    Args:
        layout: the project; whatever is cached goes to a folder that is thrown away.
        statements: of all sources.
        quads: all statements, with literals as they were written.
        store: the same statements, to be asked.
        violations: all results of validation, with their places.
        idle: shapes that match nothing.
        findings: what is wrong, as a build would say it.
        untold: the parts (of :data:`PARTS`) that cannot be told, with the reason.
    """

    layout: Layout
    statements: tuple[Statements, ...] = ()
    quads: list[Quad] = field(default_factory=list)
    store: Store = field(default_factory=lambda: Store.of(()))
    violations: tuple[Violation, ...] = ()
    idle: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    untold: dict[str, str] = field(default_factory=dict)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of all sources."""
        return tuple(claim for found in self.statements for claim in found.claims)

    def asker(self, lang: str) -> Asker:
        """Asks stored queries of the state."""
        return Asker(self.store, self.layout.prefixes, self._classes, lang)

    @cached_property
    def _classes(self) -> dict[str, NamedNode]:
        ontology = self.layout.layer("ontology")
        return dict(Schema.of(q for q in self.quads if q.graph_name == ontology).classes)

    def layer(self, *names: str) -> list[Quad]:
        """The statements of some layers."""
        return list(of_layers(self.layout.layer_of, self.quads, names))


def of_layers(
    layer_of: Callable[[object], str], quads: Iterable[Quad], names: Iterable[str]
) -> Iterable[Quad]:
    """Those statements that stand in some layers, by name."""
    wanted = frozenset(names)
    known: dict[object, bool] = {}
    for quad in quads:
        graph = quad.graph_name
        if graph not in known:
            known[graph] = layer_of(graph) in wanted
        if known[graph]:
            yield quad
