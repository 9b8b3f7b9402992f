"""TBox: what reasoning over an ontology alone adds, computed once for each ontology by owlrl."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple

from kg import __version__
from kg.export import canonical
from kg.files import write_file
from kg.namespaces import OWL, RDF, RDFS

_NOTES = frozenset({RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso})
_VOCABULARY = (str(RDF), str(RDFS), str(OWL))
_ORDERS = frozenset({RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range})


def axioms(quads: Iterable[Quad]) -> list[Quad]:
    """The axioms among the statements of an ontology: no labels, and no types of things."""

    def is_axiom(quad: Quad) -> bool:
        if quad.predicate == RDF.type:
            if isinstance(quad.object, BlankNode):
                return True  # a class that is described, not named
            return getattr(quad.object, "value", "").startswith(_VOCABULARY)
        return quad.predicate.value.startswith(_VOCABULARY) and quad.predicate not in _NOTES

    return [quad for quad in quads if is_axiom(quad)]


def closed(ontology: Iterable[Quad], cache: Path | None = None) -> tuple[Triple, ...]:
    """The orders of classes and properties, and the domains and ranges, that an ontology implies.

    Args:
        ontology: its statements.
        cache: a folder to keep the result in, in a file named by the digest of the axioms. A file
            that is damaged or cannot be read or written is not missed: the work is done again.

    Guarantees: the same axioms in another order give the same result; only named terms occur.

    Source: OWL 2 Profiles (second edition), section 4.3, table 9, as implemented by owlrl.

    >>> a, b, c = (NamedNode(f"http://x/{n}") for n in "abc")
    >>> found = closed([Quad(a, RDFS.subClassOf, b), Quad(b, RDFS.subClassOf, c)])
    >>> Triple(a, RDFS.subClassOf, c) in found
    True
    """
    told = [Quad(q.subject, q.predicate, q.object) for q in axioms(ontology)]
    lines = "".join(f"{quad} .\n" for quad in canonical(told))
    digest = hashlib.sha256(f"{__version__}\n{lines}".encode()).hexdigest()
    file = cache / f"ontology-{digest[:16]}.nt" if cache else None
    if file is not None and (kept := _kept(file)) is not None:
        return kept
    from kg.referee import expand

    found = sorted(
        (t for t in expand(Triple(q.subject, q.predicate, q.object) for q in told)[0]
         if t.predicate in _ORDERS and t.subject != t.object
         and isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode)),
        key=str,
    )  # fmt: skip
    if file is not None:
        _keep(file, found)
    return tuple(found)


def _kept(file: Path) -> tuple[Triple, ...] | None:
    """What a file of the cache holds; None unless it is whole."""
    try:
        head, _, body = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    if head != _seal(body):
        return None
    quads = ox.parse(body, format=RdfFormat.N_TRIPLES)
    return tuple(Triple(q.subject, q.predicate, q.object) for q in quads)


def _keep(file: Path, triples: list[Triple]) -> None:
    """Keep triples in a file of the cache, in place of those of other ontologies."""
    body = ox.serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    with suppress(OSError):  # where nothing can be kept, the work is done again
        file.parent.mkdir(parents=True, exist_ok=True)
        write_file(file, _seal(body) + b"\n" + body)
        for old in file.parent.glob("ontology-*.nt"):
            if old != file:
                old.unlink()


def _seal(body: bytes) -> bytes:
    """A comment that tells whether a file was cut or changed."""
    return b"# " + hashlib.sha256(body).hexdigest().encode()
