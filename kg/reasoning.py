"""Reasoning: what the OWL 2 RL rules add about the things of a graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.namespaces import OWL, RDF, RDFS
from kg.schema import Schema
from kg.terms import from_rdflib, key, to_rdflib

# Under OWL 2's semantics annotations say nothing; leaving them out halves the work.
_NOTES = {RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso}
_VOCABULARY = (str(RDF), str(RDFS), str(OWL))
_ERROR = "http://www.daml.org/2002/03/agents/agent-ont#error"


@dataclass(frozen=True)
class Closure:
    """What reasoning found: new statements in a fixed order, and contradictions in words."""

    triples: tuple[Triple, ...]
    contradictions: tuple[str, ...]


def closure(data: Iterable[Quad], ontology: Sequence[Quad]) -> Closure:
    """Apply the OWL 2 RL rules to ``data`` under ``ontology``.

    Guarantees: every statement returned is new, its subject is a named thing that ``data``
    speaks of, its predicate is declared by the ontology (or is ``rdf:type`` with a declared class,
    or ``owl:sameAs`` between two different things); no literal stands as a subject. The same input
    gives the same result in the same order.

    Source: OWL 2 Web Ontology Language Profiles (second edition), section 4.3, as implemented by
    owlrl. owlrl does not report two values of a functional data property; SHACL does.

    >>> closure([], []).triples
    ()
    """
    facts = {Triple(q.subject, q.predicate, q.object) for q in data}
    axioms = [Triple(q.subject, q.predicate, q.object) for q in ontology]
    schema = Schema.of(ontology)
    derived, contradictions = _expand(t for t in (*facts, *axioms) if _speaks(t, schema))
    concepts = set(schema.concepts.values())
    things = {t.subject for t in facts if isinstance(t.subject, NamedNode)}
    related = {t.object for t in facts if t.predicate in schema.declared} - concepts
    things |= {value for value in related if isinstance(value, NamedNode)}
    known = things | concepts | schema.declared

    def is_ours(triple: Triple) -> bool:
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        if subject not in things or isinstance(value, BlankNode):
            return False
        if not isinstance(value, Literal) and value not in known:
            return False
        if predicate == RDF.type:
            return value in schema.declared
        if predicate == OWL.sameAs:
            return subject != value and value in things
        return predicate in schema.declared

    new = {t for t in derived if is_ours(t)} - facts - set(axioms)
    order = sorted(new, key=lambda t: (str(t.subject), str(t.predicate), key(t.object)))
    return Closure(tuple(order), tuple(sorted(contradictions)))


def _speaks(triple: Triple, schema: Schema) -> bool:
    """Whether a reasoner has anything to learn from a statement."""
    predicate = triple.predicate
    if predicate.value.startswith(_VOCABULARY):
        return predicate not in _NOTES
    return predicate in schema.declared


def _expand(triples: Iterable[Triple]) -> tuple[set[Triple], set[str]]:
    import rdflib
    from owlrl import DeductiveClosure, OWLRL_Semantics
    from owlrl.DatatypeHandling import use_RDFLib_lexical_conversions

    graph = rdflib.Graph(store="SimpleMemory")  # half the time of the default store
    for triple in triples:
        graph.add(
            (to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object))
        )
    try:
        DeductiveClosure(OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(
            graph
        )
    finally:
        # owlrl exchanges rdflib's literal conversion while it works, and not back on an error.
        use_RDFLib_lexical_conversions()
    found: set[Triple] = set()
    contradictions: set[str] = set()
    for subject, predicate, value in graph:
        if str(predicate) == _ERROR:
            contradictions.add(str(value))
        elif not isinstance(subject, rdflib.Literal):
            ends = from_rdflib(subject), from_rdflib(predicate), from_rdflib(value)
            found.add(Triple(*ends))  # type: ignore[arg-type]
    return found, contradictions
