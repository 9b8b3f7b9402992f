"""Ontology: the overview, and the page of each term, list and concept."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.namespaces import DCTERMS, ECC, ECCS, OWL, RDFS, SCHEMA, SKOS
from kg.pictures import diagram, overview
from kg.terms import Term, key
from kg.web.claim_index import ClaimIndex
from kg.web.exchange import HttpError, Response
from kg.web.faces.source import first, in_language, pages_only
from kg.web.quality import Quality
from kg.web.telling import Telling
from kg.web.view import View
from kg.web.vocabulary import KINDS, Vocabulary, languages, named_shapes

_HEADER = (
    ("web-ontology-version", OWL.versionInfo),
    ("web-ontology-iri", OWL.versionIRI),
    ("web-ontology-status", NamedNode("http://purl.org/ontology/bibo/status")),
    ("web-ontology-license", DCTERMS.license),
    ("web-ontology-creator", DCTERMS.creator),
    ("web-ontology-created", DCTERMS.created),
    ("web-ontology-modified", DCTERMS.modified),
    ("web-ontology-imports", OWL.imports),
    ("web-ontology-sources", DCTERMS.source),
    ("web-ontology-citation", DCTERMS.bibliographicCitation),
)
_RELATIONS = (
    ("web-term-above-class", RDFS.subClassOf),
    ("web-term-above-property", RDFS.subPropertyOf),
    ("web-term-equivalent", OWL.equivalentClass),
    ("web-term-equivalent", OWL.equivalentProperty),
    ("web-term-domain", RDFS.domain),
    ("web-term-domain-includes", SCHEMA.domainIncludes),
    ("web-term-range", RDFS.range),
    ("web-term-range-includes", SCHEMA.rangeIncludes),
    ("web-term-inverse", OWL.inverseOf),
    ("web-concept-broader", SKOS.broader),
    ("web-concept-scheme", SKOS.inScheme),
    ("web-term-close", SKOS.exactMatch),
    ("web-term-close", SKOS.closeMatch),
    ("web-term-broad", SKOS.broadMatch),
    ("web-term-related", SKOS.relatedMatch),
    ("web-term-notation", SKOS.notation),
    ("web-term-see", RDFS.seeAlso),
)
# Sorts of terms that have a name of their own here; other characteristics stand as they are.
_SORTS = {
    OWL.Class: "web-kind-class",
    OWL.ObjectProperty: "web-kind-object",
    OWL.DatatypeProperty: "web-kind-datatype",
    OWL.AnnotationProperty: "web-kind-annotation",
    OWL.FunctionalProperty: "web-kind-functional",
    OWL.InverseFunctionalProperty: "web-kind-inverse-functional",
    OWL.TransitiveProperty: "web-kind-transitive",
    OWL.SymmetricProperty: "web-kind-symmetric",
    OWL.AsymmetricProperty: "web-kind-asymmetric",
    OWL.IrreflexiveProperty: "web-kind-irreflexive",
    OWL.ReflexiveProperty: "web-kind-reflexive",
    SKOS.Concept: "web-kind-concept",
    SKOS.ConceptScheme: "web-kind-scheme",
    SKOS.Collection: "web-kind-collection",
}


def ontology(view: View) -> Response:
    """What an ontology is, with all its classes, properties and lists; the rules of the project."""
    pages_only(view)
    known = view.app.keep(Vocabulary)
    about = view.app.find(view.address.path)

    def here(terms: Iterable[NamedNode]) -> list[NamedNode]:
        return [term for term in terms if about is None or known.ontology_of(term) == about]

    header = (
        [] if about is None else [(c, in_language(view, known.of(about, p))) for c, p in _HEADER]
    )
    titles = [] if about is None else in_language(view, known.of(about, DCTERMS["title"]))
    texts = [] if about is None else in_language(view, known.of(about, DCTERMS.description))
    return view.page(
        "ontology.html",
        known=known,
        roots=here(known.roots),
        domains=[(k, terms) for k, found in known.domains.items() if (terms := here(found))],
        schemes=here(known.schemes),
        tell=Telling(view),
        pictures=overview(view, here),
        has_rules=view.address.path == "/ontology",
        title=titles[0].value if titles and isinstance(titles[0], Literal) else "",
        texts=texts,
        header=[(code, values) for code, values in header if values],
        annotations=here(known.own(OWL.AnnotationProperty)),
        definition=lambda term: first(view, known.of(term, SKOS.definition)),
        shapes=named_shapes(view.app.keep(Quality).shapes),
    )


def term(view: View) -> Response:
    """A class or property of the ontology."""
    pages_only(view)
    known = view.app.keep(Vocabulary)
    return _term(view, _found(view, known), known)


def concept(view: View) -> Response:
    """A concept, or a list of concepts."""
    pages_only(view)
    known = view.app.keep(Vocabulary)
    found = _found(view, known)
    if SKOS.ConceptScheme not in known.kinds(found):
        return _term(view, found, known)
    return view.page(
        "scheme.html",
        known=known,
        scheme=found,
        narrower=SKOS.broader,
        labels=list(languages(known.of(found, SKOS.prefLabel))),
        texts=in_language(view, known.of(found, SKOS.definition)),
        notes=in_language(view, known.of(found, SKOS.scopeNote)),
        definition=lambda term: first(view, known.of(term, SKOS.definition)),
        count=lambda term: known.uses(term).total,
    )


def _found(view: View, known: Vocabulary) -> NamedNode:
    for iri in view.app.addresses.iris(view.address.path):
        try:
            node = NamedNode(iri)
        except ValueError:
            continue
        if known.is_known(node):
            return node
    raise HttpError(404, "web-not-found", path=view.address.path)


def _term(view: View, found: NamedNode, known: Vocabulary) -> Response:
    """The page of a class, property or concept."""
    index = view.app.keep(ClaimIndex)
    kinds = known.kinds(found)
    is_class = OWL.Class in kinds
    claims = index.using.get(found, ())
    tell = Telling(view)
    if is_class:
        name, about = "class", sum(found in index.kinds_of(claim) for claim in index.claims)
    elif ECCS.modality in known.of(found, SKOS.inScheme):
        name, about = "modality", sum(ECCS[claim.modality] == found for claim in index.claims)
    elif SKOS.Concept in kinds:
        name, about = "about", len(index.about.get(found, ()))
    else:
        name, about = "property", len(claims)
    return view.page(
        "term.html",
        term=found,
        known=known,
        is_own=known.is_own(found),
        sorts=[(view.say(_SORTS[k]) if k in _SORTS else "", k) for k in kinds],
        labels=list(languages([*known.of(found, RDFS.label), *known.of(found, SKOS.prefLabel)])),
        others=list(
            languages([*known.of(found, SKOS.altLabel), *known.of(found, SKOS.hiddenLabel)])
        ),
        texts=list(languages(known.of(found, SKOS.definition))),
        notes=in_language(view, known.of(found, SKOS.scopeNote)),
        said=in_language(view, known.of(found, SKOS.example)),
        relations=_relations(known, found),
        below=known.below(found) if set(kinds) & set(KINDS) else known.having(SKOS.broader, found),
        inverses=known.having(OWL.inverseOf, found),
        chains=known.chains(found),
        disjoint=known.disjoint(found),
        described=known.domains.get(found, []),
        valued=_valued(known, found),
        uses=known.uses(found),
        claims=claims[:5],
        about=about,
        claims_href=tell.claims(**{name: found}) if about else "",
        queries=known.queries_using.get(found, []),
        shapes=known.shapes_using.get(found, []),
        rules=known.rules_using.get(found, []),
        picture=diagram(view, found),
        tell=tell,
        ECC=ECC,
    )


def _relations(known: Vocabulary, found: NamedNode) -> list[tuple[str, list[Term]]]:
    told: dict[str, list[Term]] = {}
    for code, predicate in _RELATIONS:
        if values := [v for v in known.of(found, predicate) if not isinstance(v, BlankNode)]:
            told.setdefault(code, []).extend(values)
    return list(told.items())


def _valued(known: Vocabulary, kind: NamedNode) -> list[NamedNode]:
    """The properties whose values are members of a class."""
    found = {*known.having(RDFS.range, kind), *known.having(SCHEMA.rangeIncludes, kind)}
    return sorted(found, key=key)
