"""Why: the page that proves a statement, down to the words it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.labels import Labels
from kg.namespaces import RDF
from kg.terms import Term, compact, expand
from kg.web.exchange import HttpError, Response
from kg.web.view import View
from kg.why.proof import Node, Proof, Step
from kg.why.words import Words

if TYPE_CHECKING:
    from kg.web.application import Application
    from kg.web.citation import Citation
    from kg.why.explanation import Why

_DIGITS = 16
_KEPT = 64  # proofs


@dataclass(frozen=True)
class Line:
    """A node of a proof as the page shows it: after how many folds are closed, and its parts."""

    closes: int
    node: Node
    is_step: bool
    is_again: bool
    reason: str
    citations: tuple[Citation, ...]


def address(view: View, triple: Triple) -> str:
    """A link to the proof of a triple; where nothing can be asked, to a page of its own."""
    if view.app.is_static:
        return view.href(f"/why/{_digest(triple)}")
    parts = (triple.subject, triple.predicate, triple.object)
    names = (compact(part, view.app.prefixes) for part in parts)
    return view.href("/why") + "?" + urlencode(dict(zip("spo", names, strict=True)))


def why(view: View) -> Response:
    """The proof of the statement that the parameters ``s``, ``p`` and ``o`` name."""
    subject, predicate, value = (_term(view, name) for name in "spo")
    if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode):
        raise HttpError(400, "web-why-resource")
    return _proved(view, Triple(subject, predicate, value))


def proof(view: View, name: str) -> Response:
    """The proof of an inferred statement, by the digest of its triple."""
    triple = view.app.keep(_inferred).get(name)
    if triple is None:
        raise HttpError(404, "web-not-found", path=view.address.path)
    return _proved(view, triple)


def _proved(view: View, triple: Triple) -> Response:
    found = view.app.keep(_proofs)(triple)
    citations = view.app.portraits.citations
    words = Words(Labels(view.app.store, view.lang), view.app.prefixes, view.lang)
    if not found.explanations:
        return view.page("why.html", 404, triple=triple, proofs=[], others=[], is_a=RDF.type)
    (one, *_) = found.explanations
    return view.page(
        "why.html",
        triple=triple,
        holds=one.holds,
        proofs=[list(_lines(view, proof, words)) for proof in one.proofs],
        others=[citations.of(NamedNode(other.claim)) for other in one.others],
        is_a=RDF.type,
    )


def _lines(view: View, proof: Proof, words: Words) -> Iterator[Line | int]:
    """The nodes of a proof from the conclusion down; in the end how many folds to close."""
    opened = 0
    of = view.app.portraits.citations.of
    for node, last, again in proof.walk():
        closes, opened = opened - len(last), len(last)
        is_step = isinstance(node, Step) and not again
        opened += is_step
        claims = () if isinstance(node, Step) else node.claims
        yield Line(
            closes,
            node,
            is_step,
            again,
            words.step(node) if isinstance(node, Step) else "",
            tuple(of(NamedNode(claim.claim)) for claim in claims),
        )
    yield opened


def _term(view: View, name: str) -> Term:
    """The term that a parameter names: an id or IRI, or a literal as N-Triples writes it."""
    text = view.request.param(name)
    if not text:
        raise HttpError(400, "web-why-missing", name=name)
    if found := expand(text, view.app.prefixes):
        return found
    if text.startswith('"'):
        return _literal(view, name, text)
    raise HttpError(400, "web-why-term", name=name, value=text)


def _literal(view: View, name: str, text: str) -> Literal:
    value, _, kind = text.rpartition("^^")
    if value.endswith('"') and (datatype := expand(kind, view.app.prefixes)):
        text = f"{value}^^{datatype}"
    try:
        (found,) = parse(f"<s:> <p:> {text} .", format=RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError) as error:
        raise HttpError(400, "web-why-term", name=name, value=text) from error
    if not isinstance(found.object, Literal):
        raise HttpError(400, "web-why-term", name=name, value=text)
    return found.object


def _proofs(app: Application) -> Callable[[Triple], Why]:
    """Explains triples; the same proof is soon wanted in another language."""

    @lru_cache(maxsize=_KEPT)
    def proved(triple: Triple) -> Why:
        return app.project.why(triple.subject, triple.predicate, triple.object)

    return proved


def _inferred(app: Application) -> Mapping[str, Triple]:
    quads = app.store.quads(app.project.layout.layer("inferred"))
    return {_digest(quad.triple): quad.triple for quad in quads}


def _digest(triple: Triple) -> str:
    return sha256(str(triple).encode()).hexdigest()[:_DIGITS]
