"""Referee: owlrl, the reasoner that ours is held against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import Quad, Triple

from kg.facts import Facts
from kg.tbox import axioms
from kg.terms import from_rdflib, to_rdflib

_ERROR = "http://www.daml.org/2002/03/agents/agent-ont#error"


def closure(data: Iterable[Quad], ontology: Sequence[Quad]) -> tuple[set[Triple], set[str]]:
    """What the OWL 2 RL rules add to ``data`` under ``ontology``, and contradictions in words.

    Guarantees: the same things are read and kept as by :func:`kg.reasoning.closure`. owlrl does
    not report two values of a functional data property, compares all properties of a key but the
    last, and leaves the last member of owl:AllDifferent and owl:AllDisjointProperties out.

    >>> closure([], [])
    (set(), set())
    """
    facts = Facts.under(ontology)
    told = {*facts.of(data), *facts.of(ontology)}
    schema = (Triple(q.subject, q.predicate, q.object) for q in axioms(ontology))
    derived, contradictions = expand((*told, *schema))
    return {t for t in derived if facts.keeps(t)} - told, contradictions


def expand(triples: Iterable[Triple]) -> tuple[set[Triple], set[str]]:
    """The whole closure as owlrl has it, without literals as subjects; and its errors.

    Source: OWL 2 Profiles (second edition), section 4.3.
    """
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
