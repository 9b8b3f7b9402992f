"""Statements, given and inferred, that come or go between two states of a project."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from kg.layout import Layout
from kg.rules import Rule
from kg.terms import quad_key

STATED = ("asserted", "authority", "ontology", "description")
_UNNAMED = BlankNode("unnamed")
_SPAN = re.compile(r"#(?:char|position|quote)=[0-9]+,[0-9]+$")


@dataclass(frozen=True)
class Because:
    """The last step of a proof.

    Args:
        rule: the rule that concludes.
        path: the terms between the first and the last term of its axiom.
        premises: what the rule was applied to.
        changed: those of the premises, and of the axioms behind the rule, that come or go too.
    """

    rule: Rule
    path: tuple[NamedNode, ...]
    premises: tuple[Triple, ...]
    changed: frozenset[Triple]


@dataclass(frozen=True)
class StatementChange:
    """A statement that comes or goes.

    ``layer`` is ``asserted``, ``authority``, ``ontology``, ``description`` (of a source, and
    links between claims) or ``inferred``; ``because`` tells why an inferred one comes, or why it
    held: None where that was not looked for or not found.
    """

    triple: Triple
    layer: str
    comes: bool
    because: Because | None = None

    @property
    def kind(self) -> str:
        """``added`` or ``removed``."""
        return "added" if self.comes else "removed"


def compare(
    layout: Layout,
    old: Iterable[Quad],
    new: Iterable[Quad],
    claims: Container[object],
) -> tuple[tuple[StatementChange, ...], tuple[StatementChange, ...]]:
    """What comes and goes of what is given and of what is inferred, in a fixed order.

    The same statement by two sources is one. Statements about unnamed nodes, such as the parts of
    a chain of properties, are told with their nodes unnamed.

    Args:
        layout: the project.
        old: all statements before.
        new: all statements after.
        claims: the ids of all claims; what describes them is told of the claims themselves.
    """
    before, after = (_by_layer(layout, quads, claims) for quads in (old, new))
    stated: list[StatementChange] = []
    for layer in STATED:
        stated += _differences(layer, before.get(layer, {}), after.get(layer, {}))
    layer = "inferred"
    inferred = _differences(layer, before.get(layer, {}), after.get(layer, {}))
    return tuple(stated), tuple(inferred)


Counts = Mapping[Triple, int]


def _by_layer(
    layout: Layout, quads: Iterable[Quad], claims: Container[object]
) -> dict[str, Counter[Triple]]:
    found: dict[str, Counter[Triple]] = {}
    named: dict[object, str] = {}
    for quad in dict.fromkeys(quads):
        layer = named.get(quad.graph_name)
        if layer is None:
            layer = named[quad.graph_name] = layout.layer_of(quad.graph_name)
        if layer == "evidence":
            if quad.subject in claims and quad.object not in claims:
                continue
            if _SPAN.search(getattr(quad.subject, "value", "")):
                continue
            layer = "description"
        triple, count = _nameless(quad.triple)
        told = found.setdefault(layer, Counter())
        told[triple] = told[triple] + 1 if count else 1
    return found


def _nameless(triple: Triple) -> tuple[Triple, bool]:
    subject: Any
    value: Any
    subject, predicate, value = triple
    blank = [isinstance(end, BlankNode) for end in (subject, value)]
    if not any(blank):
        return triple, False
    subject, value = (
        _UNNAMED if b else end for b, end in zip(blank, (subject, value), strict=True)
    )
    return Triple(subject, predicate, value), True


def _differences(layer: str, old: Counts, new: Counts) -> list[StatementChange]:
    found = [StatementChange(t, layer, True) for t, n in new.items() if n > old.get(t, 0)]
    found += [StatementChange(t, layer, False) for t, n in old.items() if n > new.get(t, 0)]
    return sorted(found, key=lambda change: (quad_key(_quad(change.triple)), change.comes))


def _quad(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)


def explained(
    changes: Iterable[StatementChange],
    why: Callable[[StatementChange], tuple[Rule, Any, Iterable[Triple], Iterable[Triple]] | None],
    changed: Callable[[Triple, bool], bool],
    most: int | None,
) -> tuple[StatementChange, ...]:
    """The changes with the reasons of the first so many; of all with None.

    Args:
        changes: conclusions that come and go.
        why: rule, path, premises and axioms of the last step of a proof.
        changed: whether a statement comes (or, with False, goes) too.
        most: how many to explain.
    """
    found = []
    for number, change in enumerate(changes):
        step = why(change) if most is None or number < most else None
        if step is not None:
            rule, path, premises, axioms = step
            told = tuple(premises)
            also = frozenset(t for t in (*told, *axioms) if changed(t, change.comes))
            change = replace(change, because=Because(rule, tuple(path), told, also))
        found.append(change)
    return tuple(found)
