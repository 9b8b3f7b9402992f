"""Claim index: every claim of a built graph, by source, thing, manner and place."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from kg.claims import Claim, Span
from kg.namespaces import DCTERMS, ECC, OA, PROV, RDF, SCHEMA
from kg.passages import Passage, Passages
from kg.terms import Term, key

if TYPE_CHECKING:
    from kg.web.application import Application

Described = Mapping[NamedNode, tuple[Term, ...]]


@dataclass(frozen=True)
class Document:
    """A source document as the graph describes it.

    ``described`` holds the values of its properties, ``claims`` what it states, in the order of
    the text, ``passages`` who speaks where; ``length`` is in code points.
    """

    iri: NamedNode
    described: Described
    claims: tuple[Claim, ...]
    passages: Passages = field(default_factory=Passages)

    @property
    def name(self) -> str:
        """The last part of its IRI."""
        return self.iri.value.rsplit("/", 1)[-1]

    @property
    def length(self) -> int:
        """The length of its text."""
        return int(self.one(ECC.textLength) or 0)

    @property
    def language(self) -> str:
        """The language of its text, as a tag."""
        return self.one(DCTERMS.language)

    @property
    def sha256(self) -> str:
        """The digest of its text."""
        return self.one(SCHEMA.sha256)

    def one(self, predicate: NamedNode) -> str:
        """The first value of a property; empty where there is none."""
        found = self.described.get(predicate, ())
        return found[0].value if found and not isinstance(found[0], Triple) else ""

    @cached_property
    def facts(self) -> int:
        """How many claims are made as facts and not denied; the others are kept apart."""
        return sum(claim.asserted for claim in self.claims)


class ClaimIndex:
    """The claims of a built graph, read from it once.

    Guarantees: nothing but the graph is read, so that what is shown is what was built; claims
    stand in the order of their words. The line of an annotation is not in the graph: it is 0.

    >>> from kg.project import Project
    >>> from kg.web.application import Application
    >>> index = Application(Project()).keep(ClaimIndex)
    >>> claim = index.documents["aichi-2017"].claims[0]
    >>> claim.spans[0].start <= index.documents["aichi-2017"].claims[1].spans[0].start
    True
    """

    def __init__(self, app: Application) -> None:
        self._engine = app.store.engine
        told: dict[NamedNode, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for graph in self._engine.named_graphs():
            if isinstance(graph, NamedNode) and app.project.layout.layer_of(graph) == "evidence":
                for quad in self._engine.quads_for_pattern(None, None, None, graph):
                    told[quad.subject][quad.predicate].append(quad.object)  # type: ignore[index]
        claims: dict[NamedNode, list[Claim]] = defaultdict(list)
        links: list[Triple] = []
        passages: dict[NamedNode, list[Passage]] = defaultdict(list)
        for node, of in told.items():
            if ECC.Passage in of.get(RDF.type, ()):
                for source in of[OA.hasSource]:
                    passages[source].append(_passage(node, told))  # type: ignore[index]
        names = {node for node, of in told.items() if ECC.Claim in of.get(RDF.type, ())}
        for node in names:
            claim = _claim(node, told)
            claims[claim.source].append(claim)
            links += [
                Triple(node, predicate, value)
                for predicate, values in told[node].items()
                for value in values
                if value in names
            ]
        self.links: tuple[Triple, ...] = tuple(sorted(links, key=str))
        documents = sorted(
            (node for node, of in told.items() if ECC.SourceDocument in of.get(RDF.type, ())),
            key=key,
        )
        found = (
            Document(
                node,
                {p: tuple(sorted(values, key=key)) for p, values in told[node].items()},
                tuple(sorted(claims[node], key=place)),
                Passages(passages[node]),
            )
            for node in documents
        )
        self.documents: Mapping[str, Document] = {one.name: one for one in found}
        self.claims: tuple[Claim, ...] = tuple(
            claim for one in self.documents.values() for claim in one.claims
        )
        self.by_id: Mapping[Term, Claim] = {claim.id: claim for claim in self.claims}

    @cached_property
    def languages(self) -> Mapping[NamedNode, str]:
        """The language of each source."""
        return {one.iri: one.language for one in self.documents.values()}

    @cached_property
    def about(self) -> Mapping[NamedNode, tuple[Claim, ...]]:
        """The claims about each thing."""
        return _grouped((thing, claim) for claim in self.claims for thing in claim.about)

    @cached_property
    def using(self) -> Mapping[NamedNode, tuple[Claim, ...]]:
        """The claims whose statement has a term as its property or its value."""
        return _grouped(
            (term, claim)
            for claim in self.claims
            for term in (claim.predicate, claim.object)
            if isinstance(term, NamedNode)
        )

    @cached_property
    def kinds(self) -> Mapping[NamedNode, frozenset[NamedNode]]:
        """The classes of each thing that claims are about, inferred ones too."""
        return {
            thing: frozenset(
                quad.object
                for quad in self._engine.quads_for_pattern(thing, RDF.type, None, None)
                if isinstance(quad.object, NamedNode)
            )
            for thing in self.about
        }

    def kinds_of(self, claim: Claim) -> frozenset[NamedNode]:
        """The classes of all that a claim is about."""
        return frozenset().union(*(self.kinds[thing] for thing in claim.about))


def place(claim: Claim) -> tuple[tuple[int, int], int, str, int]:
    """A sort key by place in the text: the first words, then the id of the line, by number."""
    first = claim.spans[0] if claim.spans else None
    letter, number = re.findall(r"^(.*?)(\d*)$", claim.line_id)[0]
    at = (first.start, -first.end) if first else (0, 0)
    return at, claim.predicate != RDF.type, letter, int(number or 0)


def _claim(node: NamedNode, told: Mapping[NamedNode, Mapping[NamedNode, list[Term]]]) -> Claim:
    of = told[node]

    def one(predicate: NamedNode) -> NamedNode | None:
        return next((v for v in of.get(predicate, ()) if isinstance(v, NamedNode)), None)

    def text(predicate: NamedNode) -> str | None:
        return next((v.value for v in of.get(predicate, ()) if isinstance(v, Literal)), None)

    modality, source = one(ECC.hasModality), one(ECC.isStatedIn)
    assert modality is not None, f"the gates of a build let no claim pass without one: {node}"
    assert source is not None, f"the gates of a build let no claim pass without one: {node}"
    values = [v for v in of.get(RDF.object, ()) if isinstance(v, NamedNode | Literal)]
    about = (v for v in of.get(ECC.isAbout, ()) if isinstance(v, NamedNode))
    remark = (v for v in of.get(ECC.claimText, ()) if isinstance(v, Literal))
    speaker = one(ECC.isAttributedTo)
    creators = told[source].get(DCTERMS.creator, ())
    return Claim(
        id=node,
        line_id=text(DCTERMS.identifier) or "",
        source=source,
        subject=one(RDF.subject),
        predicate=one(RDF.predicate),
        object=values[0] if values else None,
        modality=modality.value.rsplit("/", 1)[-1],
        negated=text(ECC.isNegated) == "true",
        speaker=speaker,
        is_own_voice=speaker is None or list(creators) == [speaker],
        passage=one(ECC.isWithinPassage),
        valid=text(DCTERMS.valid),
        about=tuple(sorted(about, key=key)),
        spans=tuple(sorted(_spans(of.get(PROV.wasDerivedFrom, ()), told))),
        remark=tuple(sorted((v.language or "", v.value) for v in remark)),
        file="",
        line=0,
        verified=False,
    )


def _passage(node: NamedNode, told: Mapping[NamedNode, Mapping[NamedNode, list[Term]]]) -> Passage:
    of = told[node]

    def one(predicate: NamedNode) -> NamedNode | None:
        return next((v for v in of.get(predicate, ()) if isinstance(v, NamedNode)), None)

    position, speaker, modality = (
        one(p) for p in (OA.hasSelector, ECC.isAttributedTo, ECC.hasModality)
    )
    assert position is not None, f"a build makes no passage without its place: {node}"
    assert speaker is not None, f"a build makes no passage without its speaker: {node}"
    start, end = (int(told[position][p][0].value) for p in (OA.start, OA.end))  # type: ignore[union-attr]
    return Passage(
        iri=node, start=start, end=end, speaker=speaker,
        line_id=next((v.value for v in of.get(DCTERMS.identifier, ())), ""),  # type: ignore[union-attr]
        line=0, addressee=one(ECC.isAddressedTo), answers=one(ECC.answers),
        modality=modality.value.rsplit("/", 1)[-1] if modality else None,
    )  # fmt: skip


def _spans(
    nodes: Iterable[Term], told: Mapping[NamedNode, Mapping[NamedNode, list[Term]]]
) -> Iterator[Span]:
    for node in nodes:
        if not isinstance(node, NamedNode):
            continue
        values: dict[NamedNode, str] = {}
        for selector in told[node].get(OA.hasSelector, ()):
            for predicate in (OA.start, OA.end, OA.exact):
                for value in told[selector].get(predicate, ()):  # type: ignore[index]
                    values[predicate] = value.value  # type: ignore[union-attr]
        yield Span(int(values[OA.start]), int(values[OA.end]), values[OA.exact])


def _grouped(pairs: Iterable[tuple[NamedNode, Claim]]) -> Mapping[NamedNode, tuple[Claim, ...]]:
    found: dict[NamedNode, dict[NamedNode, Claim]] = defaultdict(dict)
    for term, claim in pairs:
        found[term][claim.id] = claim
    return {term: tuple(claims.values()) for term, claims in found.items()}
