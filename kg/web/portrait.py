"""Portrait: all that a graph says of one thing, sorted for a reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.namespaces import DCTERMS, ECC, OWL, RDF, RDFS, SCHEMA, SKOS
from kg.schema import Schema
from kg.terms import Term, key
from kg.web.citation import Citation, Citations

if TYPE_CHECKING:
    from kg.layout import Layout
    from kg.store import Store

_UNION = DefaultGraph()
_NAMES = frozenset((SKOS.prefLabel, RDFS.label))
_OTHER_NAMES = (SKOS.altLabel, SKOS.hiddenLabel)
_NOTES = (SKOS.definition, SKOS.scopeNote, DCTERMS.description, RDFS.comment)
_REMARKS = (SKOS.editorialNote,)
_SAME = frozenset((SCHEMA.sameAs, OWL.sameAs, SKOS.exactMatch, SKOS.closeMatch, RDFS.seeAlso))
_CODES = frozenset((DCTERMS.identifier, SKOS.notation))
_APART = frozenset(
    (RDF.type, DCTERMS.source, *_NAMES, *_OTHER_NAMES, *_NOTES, *_REMARKS, *_SAME, *_CODES)
)
# What a statement rests on, the best first.
_BASES = ("claims", "authority", "description", "ontology", "inferred")


@dataclass(frozen=True)
class Statement:
    """Something that holds of the thing.

    ``triple`` is what the graph holds, ``other`` is its far end as seen from the thing. ``basis``
    is one of ``claims``, ``authority``, ``description``, ``ontology``, ``inferred``.
    """

    triple: Triple
    other: Term
    basis: str
    citations: tuple[Citation, ...] = ()
    doubts: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Group:
    """The statements of one property; ``is_subject`` tells whether they begin with the thing."""

    predicate: NamedNode
    is_subject: bool
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Apart:
    """Claims that assert nothing: those of one modality, or denials."""

    modality: NamedNode
    is_denied: bool
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Portrait:
    """What a graph says of a thing.

    ``groups`` holds what is told and worked out, ``general`` what follows of that in more general
    terms alone, ``apart`` what is said without being stated as a fact, ``remarks`` what no triple
    can say, or none that begins or ends with the thing.
    """

    thing: NamedNode
    kinds: tuple[NamedNode, ...] = ()
    names: tuple[Literal, ...] = ()
    hidden: tuple[Literal, ...] = ()
    notes: tuple[Literal, ...] = ()
    remarks_of_editors: tuple[Literal, ...] = ()
    same: tuple[NamedNode, ...] = ()
    codes: tuple[Literal, ...] = ()
    references: tuple[Term, ...] = ()
    groups: tuple[Group, ...] = ()
    general: tuple[Group, ...] = ()
    apart: tuple[Apart, ...] = ()
    remarks: tuple[Citation, ...] = ()
    claims: int = 0
    spoken: int = 0


class Portraits:
    """Makes portraits of the things of a built graph.

    >>> from kg.project import Project
    >>> project = Project()
    >>> of = Portraits(project.store, project.layout).of
    >>> found = of(NamedNode("https://w3id.org/ecodip/id/awex"))
    >>> [kind.value.rpartition("#")[2] for kind in found.kinds]
    ['Agency']
    """

    def __init__(self, store: Store, layout: Layout) -> None:
        self._store = store
        self._layout = layout
        self.citations = Citations(store)
        self._above = lru_cache(maxsize=None)(lambda term: self.schema.above(term) - {term})

    @cached_property
    def schema(self) -> Schema:
        """The ontology of the graph."""
        return Schema.of(self._store.quads(self._layout.layer("ontology")))

    @cached_property
    def _inverses(self) -> Mapping[NamedNode, NamedNode]:
        found: dict[NamedNode, NamedNode] = {}
        for quad in self.schema.quads:
            one, other = quad.subject, quad.object
            if quad.predicate == OWL.inverseOf:
                if isinstance(one, NamedNode) and isinstance(other, NamedNode):
                    found |= {one: other, other: one}
            elif other == OWL.SymmetricProperty and isinstance(one, NamedNode):
                found[one] = one
        return found

    @cached_property
    def _domains(self) -> Mapping[NamedNode, frozenset[NamedNode]]:
        found: dict[NamedNode, set[NamedNode]] = defaultdict(set)
        for quad in self.schema.quads:
            if quad.predicate == RDFS.domain and isinstance(quad.object, NamedNode):
                found[quad.subject].add(quad.object)  # type: ignore[index]
        return {prop: frozenset(kinds) for prop, kinds in found.items()}

    def of(self, thing: NamedNode) -> Portrait:
        """The portrait of a thing."""
        engine = self._store.engine
        layers: dict[Triple, set[str]] = defaultdict(set)
        about = [*engine.quads_for_pattern(thing, None, None, None)]
        about += [q for q in engine.quads_for_pattern(None, None, thing, None) if self._tells(q)]
        for quad in about:
            if quad.graph_name != _UNION:
                layers[quad.triple].add(self._layout.layer_of(quad.graph_name))
        told = self.citations.about(thing)
        said: dict[Triple, list[Citation]] = defaultdict(list)
        for one in told:
            if one.triple is not None:
                said[one.triple].append(one)
        values: dict[NamedNode, list[Term]] = defaultdict(list)
        for triple in layers:
            if triple.subject == thing:
                values[triple.predicate].append(triple.object)
        types = {kind for kind in values[RDF.type] if isinstance(kind, NamedNode)}
        general = frozenset(up for kind in types for up in self._above(kind))
        kinds = types - general
        plain, implied = self._split(layers)
        plain += [Triple(thing, RDF.type, kind) for kind in kinds]
        implied += [Triple(thing, RDF.type, kind) for kind in types & general]
        spoken = engine.quads_for_pattern(None, ECC.isAttributedTo, thing, _UNION)
        return Portrait(
            thing=thing,
            kinds=tuple(sorted(kinds, key=key)),
            names=_literals(values, *_NAMES, SKOS.altLabel),
            hidden=_literals(values, SKOS.hiddenLabel),
            notes=_literals(values, *_NOTES),
            remarks_of_editors=_literals(values, *_REMARKS),
            same=tuple(sorted({o for p in _SAME for o in values[p] if isinstance(o, NamedNode)},
                              key=key)),
            codes=_literals(values, *_CODES),
            references=tuple(sorted(values[DCTERMS.source], key=key)),
            groups=self._groups(thing, plain, layers, said, types),
            general=self._groups(thing, implied, layers, said, types),
            apart=_apart(told),
            remarks=tuple(one for one in told if one.is_fact and one.triple not in layers),
            claims=len(told),
            spoken=sum(1 for _ in spoken),
        )  # fmt: skip

    def _tells(self, quad: Quad) -> bool:
        """Whether a statement about something else tells of the thing: no claim, no catalogue."""
        layer = self._layout.layer_of(quad.graph_name)
        return layer not in ("evidence", "dataset", "ontology") and quad.predicate != DCTERMS.source

    def _split(self, layers: Mapping[Triple, set[str]]) -> tuple[list[Triple], list[Triple]]:
        """What is shown first, and what only says the same with a more general property."""
        properties: dict[tuple[object, object], set[NamedNode]] = defaultdict(set)
        for triple in layers:
            properties[triple.subject, triple.object].add(triple.predicate)
        plain: list[Triple] = []
        implied: list[Triple] = []
        for triple, found in layers.items():
            if triple.predicate in _APART:
                continue
            beside = properties[triple.subject, triple.object] - {triple.predicate}
            follows = found == {"inferred"} and any(
                triple.predicate in self._above(other) for other in beside
            )
            (implied if follows else plain).append(triple)
        return plain, implied

    def _groups(
        self,
        thing: NamedNode,
        triples: Iterable[Triple],
        layers: Mapping[Triple, set[str]],
        said: Mapping[Triple, list[Citation]],
        types: Iterable[NamedNode],
    ) -> tuple[Group, ...]:
        merged: dict[tuple[bool, NamedNode], dict[Term, list[Triple]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for triple in triples:
            is_subject, predicate = triple.subject == thing, triple.predicate
            other = triple.object if is_subject else triple.subject
            if not is_subject and predicate in self._inverses:
                # The same fact, said from the other end.
                is_subject, predicate = True, self._inverses[predicate]
            merged[is_subject, predicate][other].append(triple)
        found = [
            Group(
                predicate,
                is_subject,
                tuple(
                    self._statement(other, ways[other], layers, said)
                    for other in sorted(ways, key=key)
                ),
            )
            for (is_subject, predicate), ways in merged.items()
        ]
        return tuple(sorted(found, key=lambda group: self._order(group, types)))

    def _order(self, group: Group, types: Iterable[NamedNode]) -> tuple[bool, bool, int, str]:
        """What the thing is, then properties made for that before those of more general things."""
        domains = self._domains.get(group.predicate, frozenset())
        depth = max((len(self._above(kind)) for kind in domains & set(types)), default=-1)
        is_kind = group.predicate == RDF.type
        return not group.is_subject, not is_kind, -depth, group.predicate.value

    def _statement(
        self,
        other: Term,
        triples: Iterable[Triple],
        layers: Mapping[Triple, set[str]],
        said: Mapping[Triple, list[Citation]],
    ) -> Statement:
        ways = sorted(triples, key=lambda t: (_basis(layers[t]), str(t)))
        claims = [one for way in ways for one in said.get(way, ())]
        facts = tuple(one for one in claims if one.is_fact)
        against = {claim for one in facts for claim in one.disputed}
        doubts = [one for one in claims if one.negated]
        doubts += [self.citations.of(claim) for claim in sorted(against, key=key)]
        basis = _BASES[_basis(layers[ways[0]])]
        return Statement(ways[0], other, "claims" if facts else basis, facts, tuple(doubts))


def _basis(layers: Iterable[str]) -> int:
    names = {"asserted": "claims", "evidence": "description", "dataset": "description"}
    found = {names.get(layer, layer) for layer in layers}
    return min(
        (number for number, basis in enumerate(_BASES) if basis in found), default=len(_BASES) - 1
    )


def _literals(
    values: Mapping[NamedNode, list[Term]], *predicates: NamedNode
) -> tuple[Literal, ...]:
    found = (o for p in predicates for o in sorted(values.get(p, ()), key=key))
    return tuple(dict.fromkeys(o for o in found if isinstance(o, Literal)))


def _apart(told: Iterable[Citation]) -> tuple[Apart, ...]:
    groups: dict[tuple[str, bool], list[Citation]] = defaultdict(list)
    for one in told:
        if not one.is_fact:
            groups[one.modality.value, one.negated].append(one)
    return tuple(
        Apart(NamedNode(modality), denied, tuple(groups[modality, denied]))
        for modality, denied in sorted(groups)
    )
