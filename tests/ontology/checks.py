"""The checks of ontology quality, one function for each number of the project's checklist.

Each takes an :class:`Ontology` (one Turtle text) and returns the offending terms, as texts; an
empty list means that the check holds. Anchors: FOOPS!, OOPS!, the FIBO guide, the gist style
guide, ROBOT's report, the W3C recipes and OWL 2.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, XSD
from rdflib.term import Node

from kg import turtle

SCHEMA_DOMAIN = URIRef("https://schema.org/domainIncludes")
SCHEMA_RANGE = URIRef("https://schema.org/rangeIncludes")
BIBO_STATUS = URIRef("http://purl.org/ontology/bibo/status")
LANGUAGES = ("en", "fr", "nl")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
BUILT_IN = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2002/07/owl#",
    "http://www.w3.org/2001/XMLSchema#",
)
FAMILY = "https://w3id.org/ecodip"
# The most classes and properties, by preferred prefix.
LARGEST = {"ecc": (8, 20), "ecodip": (18, 50)}
# Where the Dutch words come from, in an editorial note of each term and concept.
_SOURCE = r"[A-Za-z][\w -]*( \([^()]+\))?, https?://[^\s,]+"
DUTCH_NOTE = re.compile(
    rf"nl: (not checked|as in {_SOURCE}|differs from {_SOURCE}, which has '.+')"
)
NACE = re.compile(r"http://vocab\.belgif\.be/auth/nace2008/([A-U]|\d{2,5})")
PERSISTENT = ("https://w3id.org/", "http://purl.org/", "https://doi.org/", "http://data.europa.eu/")


@dataclass(frozen=True)
class Ontology:
    """One ontology file: its text and what the text says."""

    text: str

    @cached_property
    def graph(self) -> Graph:
        return Graph().parse(data=self.text, format="turtle")

    @cached_property
    def headers(self) -> list[Node]:
        return sorted(self.graph.subjects(RDF.type, OWL.Ontology), key=str)

    @property
    def header(self) -> Node:
        return self.headers[0] if self.headers else BNode()

    @cached_property
    def namespace(self) -> str:
        return str(self.graph.value(self.header, VANN.preferredNamespaceUri) or f"{self.header}#")

    def own(self, *kinds: URIRef) -> list[URIRef]:
        """The terms of the ontology's own namespace that are of one of these kinds."""
        found = {s for kind in kinds for s in self.graph.subjects(RDF.type, kind)}
        return sorted(s for s in found if isinstance(s, URIRef) and s.startswith(self.namespace))

    @property
    def classes(self) -> list[URIRef]:
        return self.own(OWL.Class)

    @property
    def properties(self) -> list[URIRef]:
        return self.own(OWL.ObjectProperty, OWL.DatatypeProperty)

    @property
    def terms(self) -> list[URIRef]:
        return self.own(*KINDS)

    def name(self, node: Node) -> str:
        return str(node).removeprefix(self.namespace)

    def names(self, nodes: Iterable[Node]) -> list[str]:
        return sorted({self.name(node) for node in nodes})

    def ends(self, prop: Node, *, domain: bool) -> set[Node]:
        """The classes at one end of a property, stated strictly or as included ones."""
        strict, loose = (RDFS.domain, SCHEMA_DOMAIN) if domain else (RDFS.range, SCHEMA_RANGE)
        return {*self.graph.objects(prop, strict), *self.graph.objects(prop, loose)}

    def above(self, term: Node) -> set[Node]:
        """The term and all its super-classes or super-properties."""
        steps = (RDFS.subClassOf, RDFS.subPropertyOf)
        found = {up for step in steps for up in self.graph.transitive_objects(term, step)}
        return {node for node in found if node is not None}

    def text_of(self, term: Node, prop: URIRef, language: str) -> list[str]:
        values = self.graph.objects(term, prop)
        return [str(v) for v in values if isinstance(v, Literal) and v.language == language]

    def disjoint_groups(self) -> Iterator[set[Node]]:
        for axiom in self.graph.subjects(RDF.type, OWL.AllDisjointClasses):
            members = self.graph.value(axiom, OWL.members)
            if members is not None:
                yield set(Collection(self.graph, members))
        yield from ({s, o} for s, o in self.graph.subject_objects(OWL.disjointWith))

    def disjoint(self, one: Node, other: Node) -> bool:
        """Whether two classes exclude each other, themselves or by classes above them."""
        groups = list(self.disjoint_groups())
        pairs = ((a, b) for a in self.above(one) for b in self.above(other) if a != b)
        return any(a in group and b in group for a, b in pairs for group in groups)


Check = Callable[[Ontology], list[str]]


def _lacking(o: Ontology, *props: URIRef) -> list[str]:
    return [str(p) for p in props if o.graph.value(o.header, p) is None]


def q01_one_header(o: Ontology) -> list[str]:
    """Q01: exactly one ``owl:Ontology`` header."""
    return [] if len(o.headers) == 1 else [str(h) for h in o.headers] or ["no header"]


def q02_version_iri(o: Ontology) -> list[str]:
    """Q02: a version IRI that differs from the ontology's IRI."""
    version = o.graph.value(o.header, OWL.versionIRI)
    return [] if isinstance(version, URIRef) and version != o.header else [f"version IRI {version}"]


def q03_version_info(o: Ontology) -> list[str]:
    """Q03: a version number n.n.n, repeated at the end of the version IRI."""
    number = str(o.graph.value(o.header, OWL.versionInfo))
    version = str(o.graph.value(o.header, OWL.versionIRI))
    good = re.fullmatch(r"\d+\.\d+\.\d+", number) and version.endswith(f"/{number}")
    return [] if good else [f"version {number}"]


def q04_title(o: Ontology) -> list[str]:
    """Q04: one title in each language."""
    return [lang for lang in LANGUAGES if len(o.text_of(o.header, DCTERMS.title, lang)) != 1]


def q05_description(o: Ontology) -> list[str]:
    """Q05: one description and one abstract in each language."""
    return [
        f"{prop} {lang}"
        for prop in (DCTERMS.description, DCTERMS.abstract)
        for lang in LANGUAGES
        if len(o.text_of(o.header, prop, lang)) != 1
    ]


def q06_license(o: Ontology) -> list[str]:
    """Q06: the license as an IRI."""
    found = o.graph.value(o.header, DCTERMS.license)
    return [] if isinstance(found, URIRef) else [f"license {found}"]


def q07_creator(o: Ontology) -> list[str]:
    """Q07: who made the ontology, and when."""
    return _lacking(o, DCTERMS.creator, DCTERMS.created)


def q08_publication(o: Ontology) -> list[str]:
    """Q08: publisher, dates of issue and change, citation, status and sources."""
    dates = (DCTERMS.issued, DCTERMS.modified)
    lacking = _lacking(
        o, DCTERMS.publisher, *dates, DCTERMS.bibliographicCitation, BIBO_STATUS, DCTERMS.source
    )
    values = [o.graph.value(o.header, p) for p in (DCTERMS.created, *dates)]
    bad = [v for v in values if not (isinstance(v, Literal) and v.datatype == XSD.date)]
    return lacking + [str(v) for v in bad]


def q09_vann(o: Ontology) -> list[str]:
    """Q09: preferred prefix and namespace, which are those of the file's terms."""
    prefix = o.graph.value(o.header, VANN.preferredNamespacePrefix)
    space = o.graph.value(o.header, VANN.preferredNamespaceUri)
    declared = f"@prefix {prefix}: <{space}> ." in o.text
    return [] if declared and o.terms and o.namespace == str(space) else [f"{prefix}: {space}"]


def q10_persistent(o: Ontology) -> list[str]:
    """Q10: a namespace under a service of persistent identifiers."""
    return [] if o.namespace.startswith(PERSISTENT) else [o.namespace]


def q11_no_extension(o: Ontology) -> list[str]:
    """Q11: no file extension in the IRIs of the ontology."""
    iris = [str(o.header), str(o.graph.value(o.header, OWL.versionIRI)), o.namespace]
    return [i for i in iris if re.search(r"\.(owl|ttl|rdf|xml|n3|jsonld)\b", i)]


def q12_labels(o: Ontology) -> list[str]:
    """Q12a-c: exactly one label in each language, lower case unless it is a name."""
    return [
        f"{o.name(t)} {lang}"
        for t in o.terms
        for lang in LANGUAGES
        if len(found := o.text_of(t, RDFS.label, lang)) != 1 or found[0] != found[0].lower()
    ]


def q12d_labels_read_on(o: Ontology) -> list[str]:
    """Q12d: a French label stands before any name: it ends on no preposition or article."""
    loose = (
        r"(?i)(.*\W)?(à|au|aux|avec|chez|dans|de|des|du|en|la|le|les|lors|par|pour|sous|sur|vers)"
    )
    return o.names(
        p for p in o.properties for x in o.text_of(p, RDFS.label, "fr") if re.fullmatch(loose, x)
    )


def q13_definitions(o: Ontology) -> list[str]:
    """Q13: exactly one definition in each language."""
    return [
        f"{o.name(t)} {lang}"
        for t in o.terms
        for lang in LANGUAGES
        if len(o.text_of(t, SKOS.definition, lang)) != 1
    ]


def _shared(o: Ontology, prop: URIRef) -> list[str]:
    holders = defaultdict(set)
    for term in o.terms:
        for value in o.graph.objects(term, prop):
            if isinstance(value, Literal):
                holders[value.language, str(value).casefold()].add(o.name(term))
    return [" = ".join(sorted(names)) for names in holders.values() if len(names) > 1]


def q14_labels_unique(o: Ontology) -> list[str]:
    """Q14: no two terms share a label in one language."""
    return _shared(o, RDFS.label)


def q15_definitions_unique(o: Ontology) -> list[str]:
    """Q15: no two terms share a definition."""
    return _shared(o, SKOS.definition)


def q16_sentences(o: Ontology) -> list[str]:
    """Q16: a definition is one sentence: classes "A ... that ...", properties "Relates a ..."."""
    shapes = {
        ("en", True): r"An? [^.]*\b(that|who|which|in which|from which)\b[^.]*\.",
        ("en", False): r"Relates [^.]*\bto\b[^.]*\.",
        ("fr", True): r"[A-ZÀ-Ý][^.]*\.",
        ("fr", False): r"Relie [^.]*\.",
        ("nl", True): r"[A-ZÀ-Ý][^.]*\.",
        ("nl", False): r"Verbindt [^.]*\bmet\b[^.]*\.",
    }
    return [
        f"{o.name(t)} {lang}"
        for t in o.terms
        for lang in LANGUAGES
        for text in o.text_of(t, SKOS.definition, lang)
        if not re.fullmatch(shapes[lang, t in o.classes], text)
    ]


def q17_not_circular(o: Ontology) -> list[str]:
    """Q17, Q17b: a definition neither opens with nor contains the term's own label."""
    return [
        f"{o.name(t)} {lang}"
        for t in o.terms
        for lang in LANGUAGES
        for label in o.text_of(t, RDFS.label, lang)
        for text in o.text_of(t, SKOS.definition, lang)
        if re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text, re.IGNORECASE)
    ]


def q18_names(o: Ontology) -> list[str]:
    """Q18: UpperCamelCase classes; object properties open with a verb, the others with a noun."""
    verb = re.compile(r"(has|is|[a-z]+s)([A-Z][a-z]*)*")
    noun = re.compile(r"(?!(has|is)[A-Z])[a-z]+([A-Z][a-z]*)*")
    bad = [t for t in o.classes if not re.fullmatch(r"([A-Z][a-z]+)+", o.name(t))]
    for term in o.properties:
        yes_or_no = (term, RDFS.range, XSD.boolean) in o.graph
        verbal = (term, RDF.type, OWL.ObjectProperty) in o.graph or yes_or_no
        if not (verb if verbal else noun).fullmatch(o.name(term)):
            bad.append(term)
    return o.names(bad)


def q19_no_and_or(o: Ontology) -> list[str]:
    """Q19: no term is two in one ("And", "Or")."""
    return [n for n in o.names(o.terms) if re.search(r"[a-z](And|Or)(?=[A-Z]|$)", n)]


def q20_no_rest(o: Ontology) -> list[str]:
    """Q20: no class for the rest ("Misc", "Other", "Unknown")."""
    return [n for n in o.names(o.classes) if re.search(r"Misc|Other|Unknown|Various", n)]


def q21_no_own_is_a(o: Ontology) -> list[str]:
    """Q21: no home-made relation for classes, sub-classes or instances."""
    pattern = r"(isA|isKindOf|isTypeOf|instanceOf|isInstanceOf|subClassOf|hasType)"
    return [n for n in o.names(o.properties) if re.fullmatch(pattern, n)]


def q22_ends(o: Ontology) -> list[str]:
    """Q22: each property says what it relates: domain and range, strict or included."""
    return o.names(
        p for p in o.properties if not (o.ends(p, domain=True) and o.ends(p, domain=False))
    )


def q23_one_end(o: Ontology) -> list[str]:
    """Q23: not several domains or ranges, which would all hold at once."""
    return o.names(
        p
        for p in o.properties
        for end in (RDFS.domain, RDFS.range)
        if len(list(o.graph.objects(p, end))) > 1
    )


def q24_disjointness(o: Ontology) -> list[str]:
    """Q24: each class, or one above or below it, is said to exclude other classes."""
    stated = set().union(*o.disjoint_groups())
    below = {c: {d for d in o.classes if c in o.above(d)} for c in o.classes}
    return o.names(c for c in o.classes if not stated & (o.above(c) | below[c]))


def q25_inverses(o: Ontology) -> list[str]:
    """Q25: the domain of a property is the range of its inverse, and the other way round."""
    return o.names(
        p
        for p, q in o.graph.subject_objects(OWL.inverseOf)
        if o.ends(p, domain=True) != o.ends(q, domain=False)
        or o.ends(p, domain=False) != o.ends(q, domain=True)
    )


def _same_ends(o: Ontology, kind: URIRef) -> list[str]:
    return o.names(
        p
        for p in o.graph.subjects(RDF.type, kind)
        if o.ends(p, domain=True) != o.ends(p, domain=False)
    )


def q26_symmetric(o: Ontology) -> list[str]:
    """Q26: a symmetric property has the same domain and range."""
    return _same_ends(o, OWL.SymmetricProperty)


def q27_transitive(o: Ontology) -> list[str]:
    """Q27: a transitive property has the same domain and range."""
    return _same_ends(o, OWL.TransitiveProperty)


def q28_no_idle_inverse(o: Ontology) -> list[str]:
    """Q28: no property is its own inverse, and no symmetric one has another."""
    return o.names(
        p
        for p, q in o.graph.subject_objects(OWL.inverseOf)
        if p == q or (p, RDF.type, OWL.SymmetricProperty) in o.graph
    )


def q29_chains(o: Ontology) -> list[str]:
    """Q29: a property chain has two steps or more."""
    return o.names(
        p
        for p, chain in o.graph.subject_objects(OWL.propertyChainAxiom)
        if len(Collection(o.graph, chain)) < 2
    )


def q30_no_cycles(o: Ontology) -> list[str]:
    """Q30: no class or property lies above itself."""
    return o.names(
        s
        for prop in (RDFS.subClassOf, RDFS.subPropertyOf)
        for s, up in o.graph.subject_objects(prop)
        if s in o.above(up)
    )


def q31_no_island(o: Ontology) -> list[str]:
    """Q31: each class is at an end of a property, itself or a class above or below it."""
    used = {e for p in o.properties for d in (True, False) for e in o.ends(p, domain=d)}
    below = {c: {d for d in o.classes if c in o.above(d)} for c in o.classes}
    return o.names(c for c in o.classes if not used & (o.above(c) | below[c]))


def q32_super_class(o: Ontology) -> list[str]:
    """Q32: each class has a super-class."""
    return o.names(c for c in o.classes if o.graph.value(c, RDFS.subClassOf) is None)


def q33_declared(o: Ontology) -> list[str]:
    """Q33: each term that is used is declared with its kind."""
    declared = {s for kind in KINDS for s in o.graph.subjects(RDF.type, kind)}
    used: set[Node] = set(o.graph.predicates())
    for prop in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf):
        used |= set(o.graph.objects(None, prop))
    used |= {*o.graph.objects(None, SCHEMA_DOMAIN), *o.graph.objects(None, SCHEMA_RANGE)}
    used |= {*o.graph.objects(None, RDF.type), *o.graph.objects(None, RDF.first)}
    used |= {s for s in o.graph.subjects() if isinstance(s, URIRef) and s.startswith(o.namespace)}
    return o.names(
        t for t in used - declared if isinstance(t, URIRef) and not str(t).startswith(BUILT_IN)
    )


def q34_no_hijacking(o: Ontology) -> list[str]:
    """Q34: of a foreign term nothing is said but its kind and where it is defined."""
    foreign = {s for s in o.graph.subjects() if isinstance(s, URIRef)} - {o.header}
    return o.names(
        s
        for s in foreign
        if not s.startswith(o.namespace)
        and set(o.graph.predicates(s)) - {RDF.type, RDFS.isDefinedBy}
    )


def q35_defined_by(o: Ontology) -> list[str]:
    """Q35: own terms are defined by this ontology, each foreign one by another."""
    bad = []
    for term in {s for kind in KINDS for s in o.graph.subjects(RDF.type, kind)}:
        by = list(o.graph.objects(term, RDFS.isDefinedBy))
        if len(by) != 1 or (by[0] == o.header) != str(term).startswith(o.namespace):
            bad.append(term)
    return o.names(bad)


def q35b_no_thing(o: Ontology) -> list[str]:
    """Q35b: ``owl:Thing`` is not used."""
    return o.names(o.graph.subjects(None, OWL.Thing))


def q35c_narrower(o: Ontology) -> list[str]:
    """Q35c: the ends of a sub-property are not wider than those above, nor excluded by them."""
    return o.names(
        p
        for p, above in o.graph.subject_objects(RDFS.subPropertyOf)
        for d in (True, False)
        for mine in o.ends(p, domain=d)
        for theirs in o.ends(above, domain=d)
        if (mine != theirs and mine in o.above(theirs)) or o.disjoint(mine, theirs)
    )


def q35d_one_inverse(o: Ontology) -> list[str]:
    """Q35d: a property has at most one inverse."""
    pairs = [pair for pair in o.graph.subject_objects(OWL.inverseOf) if pair[0] != pair[1]]
    return [o.name(p) for p, n in Counter(p for pair in pairs for p in pair).items() if n > 1]


def q36_one_kind(o: Ontology) -> list[str]:
    """Q36: no term is of two kinds."""
    kinds = (*KINDS, OWL.NamedIndividual)
    sets = [set(o.graph.subjects(RDF.type, kind)) for kind in kinds]
    return o.names(t for one, other in combinations(sets, 2) for t in one & other)


def q37_no_stray_blanks(o: Ontology) -> list[str]:
    """Q37: no stray white space in texts, and no blank node outside an axiom or a list."""
    texts = [v for v in o.graph.objects() if isinstance(v, Literal) and v.datatype is None]
    bad: list[Node] = [v for v in texts if str(v) != " ".join(str(v).split())]
    cells = {*o.graph.objects(None, OWL.members), *o.graph.objects(None, OWL.propertyChainAxiom)}
    cells |= set(o.graph.objects(None, RDF.rest))
    cells |= set(o.graph.subjects(RDF.type, OWL.AllDisjointClasses))
    blanks = {n for n in {*o.graph.subjects(), *o.graph.objects()} if isinstance(n, BNode)}
    return o.names([*bad, *(blanks - cells)])


def q38_prefixes(o: Ontology) -> list[str]:
    """Q38: each declared prefix is used."""
    body = re.sub(r'"(?:[^"\\]|\\.)*"', '""', re.sub(r"(?m)^@prefix.*$", "", o.text))
    names = re.findall(r"(?m)^@prefix (\w*):", o.text)
    return [n for n in names if not re.search(rf"(?<![\w:]){n}:\w", body)]


def q39_layout(o: Ontology) -> list[str]:
    """Q39: the file is laid out in the one canonical way."""
    return [] if turtle.canonical(o.text.encode(), file="o.ttl") == o.text else ["not canonical"]


def q40_size(o: Ontology) -> list[str]:
    """Q40: not empty, and no larger than was agreed."""
    sizes = len(o.classes), len(o.properties)
    prefix = str(o.graph.value(o.header, VANN.preferredNamespacePrefix))
    small = all(0 < size <= most for size, most in zip(sizes, LARGEST[prefix], strict=True))
    return [] if small else [f"{sizes[0]} classes, {sizes[1]} properties"]


def q41_layers(o: Ontology) -> list[str]:
    """Q41: of this family of ontologies, a file mentions itself and what it imports, no other."""
    imported = {str(i) for i in o.graph.objects(o.header, OWL.imports)}
    mentioned = {str(n) for triple in o.graph for n in triple if isinstance(n, URIRef)}
    version = re.compile(r"/\d+\.\d+\.\d+$")
    bases = {version.sub("", iri.split("#")[0]) for iri in mentioned if iri.startswith(FAMILY)}
    return sorted(bases - imported - {str(o.header)})


def q42_dutch_note(o: Ontology) -> list[str]:
    """Q42: one editorial note of each term says what its Dutch label was compared with."""
    return [o.name(t) for t in o.terms if _dutch_notes(o.graph, t) != 1]


def _dutch_notes(graph: Graph, term: Node) -> int | None:
    """How many notes tell of the Dutch word; None where one is not of the fixed form."""
    texts = [str(note) for note in graph.objects(term, SKOS.editorialNote)]
    notes = [text for text in texts if text.startswith("nl:")]
    return len(notes) if all(DUTCH_NOTE.fullmatch(note) for note in notes) else None


CHECKS: dict[str, Check] = {
    name: value for name, value in sorted(globals().items()) if re.match(r"q\d\d[a-z]?_", name)
}


def d5_labels(graph: Graph) -> list[str]:
    """D5: each concept, scheme and collection has one preferred label in each language."""
    kinds = (SKOS.Concept, SKOS.ConceptScheme, SKOS.Collection)
    things = {thing for kind in kinds for thing in graph.subjects(RDF.type, kind)}
    bad = []
    for thing in things:
        found = Counter(
            v.language for v in graph.objects(thing, SKOS.prefLabel) if isinstance(v, Literal)
        )
        bad += [f"{thing} {lang}" for lang in LANGUAGES if found[lang] != 1]
    return sorted(bad)


def d5_definitions(graph: Graph) -> list[str]:
    """D5: each scheme is defined in each language, a concept in each or in none."""
    bad = []
    for kind in (SKOS.ConceptScheme, SKOS.Concept, SKOS.Collection):
        for thing in graph.subjects(RDF.type, kind):
            texts = graph.objects(thing, SKOS.definition)
            found = sorted(str(v.language) for v in texts if isinstance(v, Literal))
            if found != list(LANGUAGES) and (found or kind != SKOS.Concept):
                bad.append(str(thing))
    return sorted(bad)


def d5_dutch_note(graph: Graph) -> list[str]:
    """D5: one editorial note of each concept says what its Dutch label was compared with."""
    concepts = graph.subjects(RDF.type, SKOS.Concept)
    return sorted(str(c) for c in concepts if _dutch_notes(graph, c) != 1)


def d5_matches(graph: Graph) -> list[str]:
    """D5: a close match is that of a sector, and is a class of NACE."""
    return [
        f"{concept} {match}"
        for concept, match in graph.subject_objects(SKOS.closeMatch)
        if not NACE.fullmatch(str(match))
        or not str(graph.value(concept, SKOS.inScheme)).endswith("/sector")
    ]


def d5_schemes(graph: Graph) -> list[str]:
    """D5: each concept is in one declared scheme, as a top concept or below another of it."""
    schemes = set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    bad = []
    for concept in set(graph.subjects(RDF.type, SKOS.Concept)):
        mine = set(graph.objects(concept, SKOS.inScheme))
        above = set(graph.objects(concept, SKOS.broader))
        top = set(graph.objects(concept, SKOS.topConceptOf))
        shared = all((b, SKOS.inScheme, scheme) in graph for b in above for scheme in mine)
        if len(mine) != 1 or not mine <= schemes or not shared or bool(above) == (top == mine):
            bad.append(str(concept))
    return sorted(bad)


def d5_no_cycles(graph: Graph) -> list[str]:
    """D5: no concept is broader than itself."""
    return sorted(
        str(s)
        for s, up in graph.subject_objects(SKOS.broader)
        if s in set(graph.transitive_objects(up, SKOS.broader))
    )


def d5_no_label_clash(graph: Graph) -> list[str]:
    """D5: no two concepts of one scheme have a name in common."""
    holders = defaultdict(set)
    for concept, scheme in graph.subject_objects(SKOS.inScheme):
        for prop in (SKOS.prefLabel, SKOS.altLabel):
            for label in graph.objects(concept, prop):
                if isinstance(label, Literal):
                    holders[scheme, label.language, str(label).casefold()].add(str(concept))
    return [" = ".join(sorted(names)) for names in holders.values() if len(names) > 1]


def d3_terms_used(o: Ontology, used: set[str]) -> list[str]:
    """D3: each own class and property is among those used."""
    return o.names(t for t in (*o.classes, *o.properties) if str(t) not in used)


def d3_concepts_used(graph: Graph, used: set[str]) -> list[str]:
    """D3: each concept is among those used, or is broader than one of them."""
    good = {
        str(up)
        for concept in graph.subjects(RDF.type, SKOS.Concept)
        if str(concept) in used
        for up in graph.transitive_objects(concept, SKOS.broader)
    }
    return sorted({str(c) for c in graph.subjects(RDF.type, SKOS.Concept)} - good)


def shared_labels(*ontologies: Ontology) -> list[str]:
    """Labels that two terms share, of one ontology or of several."""
    holders: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for o in ontologies:
        for term in o.terms:
            for label in o.graph.objects(term, RDFS.label):
                if isinstance(label, Literal):
                    holders[label.language, str(label).casefold()].add(str(term))
    return [" = ".join(sorted(names)) for names in holders.values() if len(names) > 1]


def d6_round_trip(text: str) -> list[str]:
    """D6: Turtle to N-Triples and back gives the same file."""
    import pyoxigraph as ox

    parser = ox.parse(text.encode(), ox.RdfFormat.TURTLE)
    triples = [ox.Triple(q.subject, q.predicate, q.object) for q in parser]
    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    head = "".join(f"@prefix {name}: <{base}> .\n" for name, base in parser.prefixes.items())
    back = turtle.canonical(head.encode() + lines, file="back.ttl")
    return [] if back == text else ["changed by the round trip"]
