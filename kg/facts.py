"""Facts: the statements that a reasoner reads, and those of its conclusions that are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.namespaces import OWL, RDF, RDFS
from kg.schema import Schema

_TYPE, _SAME = RDF.type, OWL.sameAs  # terms are made anew at each mention of a namespace
_EQUALITY = frozenset({_SAME, OWL.differentFrom})
_VOCABULARY = (str(RDF), str(RDFS), str(OWL))
_TOP = frozenset({OWL.Thing, OWL.Nothing})


@dataclass(frozen=True)
class Facts:
    """Tells statements about things from axioms, labels and notes.

    Args:
        declared: the classes and properties that an ontology declares. Under OWL 2's semantics
            nothing follows from the others, annotation properties among them.

    >>> facts = Facts(frozenset({NamedNode("http://x/City")}))
    >>> nantes = NamedNode("http://x/nantes")
    >>> facts.speaks(Triple(nantes, RDF.type, NamedNode("http://x/City")))
    True
    >>> facts.speaks(Triple(nantes, RDFS.label, Literal("Nantes")))
    False
    """

    declared: Collection[NamedNode]

    @classmethod
    def under(cls, ontology: Iterable[Quad]) -> Facts:
        """The facts that an ontology knows how to speak of."""
        return cls(Schema.of(ontology).declared)

    def speaks(self, triple: Triple | Quad) -> bool:
        """Whether a statement is about named things in terms that the ontology declares.

        A query cannot ask for a blank node, so that rules do not see what is said of one.
        """
        predicate, value = triple.predicate, triple.object
        if isinstance(triple.subject, BlankNode) or isinstance(value, BlankNode):
            return False
        if predicate == _TYPE:
            if not isinstance(value, NamedNode):
                return False
            return value in _TOP or not value.value.startswith(_VOCABULARY)
        if predicate in _EQUALITY:
            return not isinstance(value, Literal)  # no thing is the same as a literal
        return predicate in self.declared

    def of(self, quads: Iterable[Quad]) -> Iterator[Triple]:
        """The facts among some statements."""
        for quad in quads:
            if self.speaks(quad):
                yield Triple(quad.subject, quad.predicate, quad.object)

    def keeps(self, triple: Triple) -> bool:
        """Whether a conclusion is worth keeping.

        It is about a named thing, in declared terms, no literal stands as its subject, and
        nothing is said to be the same as itself.
        """
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        if not isinstance(subject, NamedNode) or isinstance(value, BlankNode):
            return False
        if predicate == _TYPE:
            return value in self.declared
        if predicate == _SAME:
            return subject != value and not isinstance(value, Literal)
        return predicate in self.declared
