"""Layers: claims and hand-curated files as named graphs, and the gate in front of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.claims import Claim, Span, Statements
from kg.findings import Finding
from kg.namespaces import DCTERMS, ECC, ECCS, OA, PROV, RDF, SKOS, XSD
from kg.passages import Passage
from kg.schema import Schema
from kg.terms import compact, key, quad_key

_AUTHORITY = "seeds/authority.ttl"


@dataclass(frozen=True)
class Layers:
    """The named graphs that come from the sources.

    Each statement of ``asserted`` stands in the graph of its source, each of ``evidence`` in
    ``<source>/evidence``.
    """

    asserted: tuple[Quad, ...]
    evidence: tuple[Quad, ...]


def layers_of(statements: Sequence[Statements], authority: Sequence[Quad]) -> Layers:
    """Turn the claims of all sources into named graphs.

    Guarantees: a statement is asserted only if a claim states it as a fact and does not deny it;
    the same claims in another order give the same quads in the same order; no blank nodes.
    """
    labelled = {quad.subject for quad in authority if quad.predicate == SKOS.prefLabel}
    asserted: set[Quad] = set()
    evidence: set[Quad] = set()
    for found in statements:
        source = found.source
        graph = NamedNode(f"{source.iri.value}/evidence")
        evidence |= {Quad(q.subject, q.predicate, q.object, graph) for q in source.description}
        evidence |= {Quad(*_ends(link), graph) for link in found.links}
        for passage in found.passages:
            evidence.update(_describe_passage(passage, source.iri, graph))
        # Statements written by hand beside the description are the source's too: the gate asks
        # a claim for each of them.
        asserted |= {Quad(q.subject, q.predicate, q.object, source.iri) for q in source.statements}
        for claim in found.claims:
            evidence.update(_describe(claim, graph))
            if claim.asserted and claim.triple:
                asserted.add(Quad(*_ends(claim.triple), source.iri))
        for entity, words in sorted(found.names.items(), key=lambda pair: key(pair[0])):
            if entity not in labelled:
                label = Literal(words, language=source.language)
                evidence.add(Quad(entity, SKOS.prefLabel, label, graph))
    return Layers(tuple(sorted(asserted, key=quad_key)), tuple(sorted(evidence, key=quad_key)))


def _ends(triple: Triple) -> tuple[NamedNode, NamedNode, NamedNode | Literal]:
    return triple.subject, triple.predicate, triple.object  # type: ignore[return-value]


def _describe(claim: Claim, graph: NamedNode) -> Iterator[Quad]:
    def say(predicate: NamedNode, *values: NamedNode | Literal | None) -> Iterator[Quad]:
        for value in values:
            if value is not None:
                yield Quad(claim.id, predicate, value, graph)

    yield from say(RDF.type, ECC.Claim, RDF.Statement)
    yield from say(DCTERMS.identifier, Literal(claim.line_id))
    yield from say(RDF.subject, claim.subject)
    yield from say(RDF.predicate, claim.predicate)
    yield from say(RDF.object, claim.object)
    yield from say(ECC.isStatedIn, claim.source)
    yield from say(ECC.isAbout, *claim.about)
    yield from say(ECC.hasModality, ECCS[claim.modality])
    negated = Literal(str(claim.negated).lower(), datatype=XSD.boolean)
    yield from say(ECC.isNegated, negated)
    yield from say(ECC.isAttributedTo, claim.speaker)
    yield from say(ECC.isWithinPassage, claim.passage)
    yield from say(DCTERMS.valid, Literal(claim.valid) if claim.valid else None)
    yield from say(ECC.claimText, *(Literal(t, language=lang) for lang, t in claim.remark))
    for span in claim.spans:
        yield from say(PROV.wasDerivedFrom, _node(claim.source, "char", span))
        yield from _locate(claim.source, span, graph)


def _describe_passage(passage: Passage, source: NamedNode, graph: NamedNode) -> Iterator[Quad]:
    """A passage with its place; of its words nothing is kept."""
    position = NamedNode(passage.iri.value.replace("#passage=", "#position="))
    modality = ECCS[passage.modality] if passage.modality else None
    told: tuple[tuple[NamedNode, NamedNode, NamedNode | Literal | None], ...] = (
        (passage.iri, RDF.type, ECC.Passage),
        (passage.iri, DCTERMS.identifier, Literal(passage.line_id)),
        (passage.iri, OA.hasSource, source),
        (passage.iri, OA.hasSelector, position),
        (passage.iri, ECC.isAttributedTo, passage.speaker),
        (passage.iri, ECC.isAddressedTo, passage.addressee),
        (passage.iri, ECC.answers, passage.answers),
        (passage.iri, ECC.hasModality, modality),
        (passage.iri, ECC.isWithinPassage, passage.within),
        *_positioned(position, passage.start, passage.end),
    )
    for subject, predicate, value in told:
        if value is not None:
            yield Quad(subject, predicate, value, graph)


def _positioned(
    position: NamedNode, start: int, end: int
) -> Iterator[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    yield position, RDF.type, OA.TextPositionSelector
    yield position, OA.start, Literal(str(start), datatype=XSD.nonNegativeInteger)
    yield position, OA.end, Literal(str(end), datatype=XSD.nonNegativeInteger)


def _node(source: NamedNode, kind: str, span: Span) -> NamedNode:
    return NamedNode(f"{source.value}#{kind}={span.start},{span.end}")


def _locate(source: NamedNode, span: Span, graph: NamedNode) -> Iterator[Quad]:
    char, position, quote = (_node(source, kind, span) for kind in ("char", "position", "quote"))
    for subject, predicate, value in (
        (char, RDF.type, OA.SpecificResource),
        (char, OA.hasSource, source),
        (char, OA.hasSelector, position),
        (char, OA.hasSelector, quote),
        *_positioned(position, span.start, span.end),
        (quote, RDF.type, OA.TextQuoteSelector),
        (quote, OA.exact, Literal(span.words)),
    ):
        yield Quad(subject, predicate, value, graph)


def gate(
    layers: Layers,
    statements: Sequence[Statements],
    authority: Sequence[Quad],
    schema: Schema,
    prefixes: dict[str, str],
) -> list[Finding]:
    """What keeps a graph from being built: statements without words, types that clash.

    Every asserted statement of a source needs a claim, made in that source, that states it as a
    fact and rests on at least one span; no entity may have two types that exclude each other.
    """
    findings: list[Finding] = []
    stated: dict[Quad, Claim] = {}
    for found in statements:
        for claim in found.claims:
            if not claim.spans:
                name = claim.line_id
                findings.append(Finding.of("no-words", claim.file, claim.line, claim=name))
            elif claim.asserted and claim.triple:
                stated.setdefault(Quad(*_ends(claim.triple), claim.source), claim)
    for quad in layers.asserted:
        if quad not in stated:
            ends = (quad.subject, quad.predicate, quad.object)
            triple = " ".join(compact(term, prefixes) for term in ends)
            # Such a statement can only have been written by hand, beside the description.
            file = next(f.source.file for f in statements if f.source.iri == quad.graph_name)
            file = f"{file.removesuffix('.ann')}.ttl"
            findings.append(Finding.of("no-claim", file, triple=triple))
    return findings + _clashes(stated, authority, schema, prefixes)


def _clashes(
    stated: dict[Quad, Claim], authority: Sequence[Quad], schema: Schema, prefixes: dict[str, str]
) -> list[Finding]:
    typed = [(q.subject, q.object, _AUTHORITY, 0) for q in authority if q.predicate == RDF.type]
    typed += sorted(
        (
            (q.subject, q.object, c.file, c.line)
            for q, c in stated.items()
            if q.predicate == RDF.type
        ),
        key=lambda found: found[2:],
    )
    types: dict[object, dict[NamedNode, str]] = defaultdict(dict)
    findings: dict[tuple[object, NamedNode], Finding] = {}
    for subject, kind, file, line in typed:
        if not isinstance(kind, NamedNode):
            continue
        for other, place in types[subject].items():
            clash = schema.clash(kind, other)
            if clash and (subject, kind) not in findings:
                entity, one, two, above, below = (
                    compact(term, prefixes) for term in (subject, kind, other, *clash)
                )
                findings[subject, kind] = Finding.of(
                    "excluding-types", file, line, entity=entity, one=one, other=two,
                    place=place, above=above, below=below,
                )  # fmt: skip
        types[subject].setdefault(kind, f"{file}:{line}" if line else file)
    return list(findings.values())
