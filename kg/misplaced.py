"""Misplaced: axioms, and things without a name, in files that hold facts about named things."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, NamedNode, Quad

from kg.findings import Finding
from kg.namespaces import OWL, RDF, RDFS
from kg.places import Places
from kg.tbox import axioms
from kg.terms import Term

# What OWL says about things, not about terms.
_FACTS = frozenset({OWL.sameAs, OWL.differentFrom, OWL.deprecated, OWL.versionInfo, RDFS.member})
_TYPES = frozenset({OWL.Thing, OWL.Nothing, OWL.NamedIndividual})


def misplaced(
    quads: Sequence[Quad], places: Places, shown: Callable[[Term], str]
) -> Iterator[Finding]:
    """What the reasoner would pass over in a file of facts.

    Args:
        quads: the statements of one file.
        places: where things are described; its default is the file.
        shown: how a term is written.

    >>> a = NamedNode("http://x/a")
    >>> [f.code for f in misplaced([Quad(a, RDFS.subClassOf, a)], Places({}, "a.ttl"), str)]
    ['axiom-misplaced']
    """
    owners = {q.object: q.subject for q in reversed(quads) if isinstance(q.object, BlankNode)}
    parts: set[Term] = set()
    for quad in _axioms(quads):
        parts |= {quad.subject, *_within(quad.object, quads)}
        if isinstance(quad.subject, BlankNode) and quad.subject in owners:
            continue  # part of an axiom about a named thing
        told = quad.object if isinstance(quad.object, NamedNode) else None
        yield Finding.of(
            "axiom-misplaced", *places.of(quad.subject), term=_name(quad.subject, shown),
            predicate=shown(quad.predicate), value="[…]" if told is None else shown(told),
        )  # fmt: skip
    things = dict.fromkeys(q.subject for q in quads if isinstance(q.subject, BlankNode))
    for thing in things:
        if thing not in parts:
            owner = owners.get(thing, thing)
            yield Finding.of("blank-thing", *places.of(owner), owner=_name(owner, shown))


def _axioms(quads: Iterable[Quad]) -> list[Quad]:
    """The axioms among some statements."""

    def is_fact(quad: Quad) -> bool:
        if quad.predicate == RDF.type:
            return quad.object in _TYPES or str(quad.object).startswith(f"<{RDF}")
        return quad.predicate in _FACTS or quad.predicate.value.startswith(str(RDF))

    return [quad for quad in axioms(quads) if not is_fact(quad)]


def _within(node: Term, quads: Sequence[Quad]) -> set[Term]:
    """A blank node and all that hang on it."""
    found: set[Term] = set()
    waiting = [node]
    while waiting:
        if isinstance(here := waiting.pop(), BlankNode) and here not in found:
            found.add(here)
            waiting += [q.object for q in quads if q.subject == here]
    return found


def _name(term: Term, shown: Callable[[Term], str]) -> str:
    return shown(term) if isinstance(term, NamedNode) else "[…]"
