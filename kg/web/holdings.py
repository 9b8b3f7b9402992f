"""Holdings: how much a graph holds, of what, and from which sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode

from kg.claims import FACT
from kg.namespaces import DCTERMS, ECC, ECCS, RDF
from kg.terms import key

if TYPE_CHECKING:
    from kg.web.application import Application

_UNION = DefaultGraph()
_CLAIMS = frozenset((ECC.Claim, ECC.Passage, ECC.SourceDocument))  # these have pages of their own


@dataclass(frozen=True)
class Source:
    """A source, and the day it was issued, where that is known."""

    iri: NamedNode
    issued: Literal | None


@dataclass(frozen=True)
class Holdings:
    """What a graph holds.

    ``members`` has the things of each class of the ontology, those of its sub-classes included;
    ``listed`` has each thing under the most special of its classes. ``tops`` are the classes
    below no other, the largest first; ``below`` has the sub-classes of each.

    >>> from kg.project import Project
    >>> from kg.web.application import Application
    >>> found = Holdings.of(Application(Project()))
    >>> found.apart < found.claims, bool(found.tops)
    (True, True)
    """

    claims: int
    apart: int
    things: int
    sources: tuple[Source, ...]
    members: Mapping[NamedNode, frozenset[NamedNode]]
    listed: Mapping[NamedNode, tuple[NamedNode, ...]]
    tops: tuple[NamedNode, ...]
    below: Mapping[NamedNode, tuple[NamedNode, ...]]

    @classmethod
    def of(cls, app: Application) -> Holdings:
        """What the graph of an application holds."""
        engine = app.store.engine
        schema = app.portraits.schema
        own = frozenset(
            kind
            for kind in schema.classes.values()
            if kind.value.startswith(schema.namespaces) and kind not in _CLAIMS
        )
        members: dict[NamedNode, set[NamedNode]] = {}
        kinds: dict[NamedNode, set[NamedNode]] = defaultdict(set)
        for kind in own:
            quads = engine.quads_for_pattern(None, RDF.type, kind, _UNION)
            found = {q.subject for q in quads if isinstance(q.subject, NamedNode)}
            if found:
                members[kind] = found
                for thing in found:
                    kinds[thing].add(kind)
        above = {kind: (schema.above(kind) - {kind}) & own for kind in members}
        listed: dict[NamedNode, list[NamedNode]] = defaultdict(list)
        for thing, types in kinds.items():
            for kind in types - {up for one in types for up in above[one]}:
                listed[kind].append(thing)

        def largest_first(some: list[NamedNode]) -> tuple[NamedNode, ...]:
            return tuple(sorted(some, key=lambda kind: (-len(members[kind]), kind.value)))

        return cls(
            *_claims(app),
            things=len(kinds),
            sources=_sources(app),
            members={kind: frozenset(found) for kind, found in members.items()},
            listed={kind: tuple(sorted(found, key=key)) for kind, found in listed.items()},
            tops=largest_first([kind for kind in members if not above[kind]]),
            below={
                kind: largest_first([one for one in members if kind in above[one]])
                for kind in members
            },
        )


def _claims(app: Application) -> tuple[int, int]:
    """How many claims there are, and how many of them state no fact."""
    row = app.store.select(_COUNTS).rows[0]
    return row.claims, row.claims - row.facts


def _sources(app: Application) -> tuple[Source, ...]:
    """The sources, the latest first, those without a date last."""
    engine = app.store.engine
    found = []
    for quad in engine.quads_for_pattern(None, RDF.type, ECC.SourceDocument, _UNION):
        if isinstance(source := quad.subject, NamedNode):
            dates = engine.quads_for_pattern(source, DCTERMS.issued, None, _UNION)
            issued = sorted((q.object for q in dates if isinstance(q.object, Literal)), key=key)
            found.append(Source(source, next(iter(issued), None)))
    found.sort(key=lambda one: one.iri.value)
    return tuple(
        sorted(found, key=lambda one: one.issued.value if one.issued else "", reverse=True)
    )


_COUNTS = f"""
SELECT (COUNT(?claim) AS ?claims) (COUNT(?fact) AS ?facts) {{
  ?claim a {ECC.Claim} .
  OPTIONAL {{ ?claim {ECC.hasModality} {ECCS[FACT]} ; {ECC.isNegated} false .
    BIND(?claim AS ?fact) }}
}}
"""
