"""Meaning: the triples that people mean by ids, labels, values and wildcards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import product

from pyoxigraph import Literal, NamedNode, Triple

from kg.errors import InputError
from kg.findings import Text
from kg.labels import Labels
from kg.names import folded, nearest
from kg.namespaces import OWL, RDF, RDFS, XSD
from kg.store import Store
from kg.terms import Term, compact, expand, from_ntriples, key, stored_term
from kg.values import number_literal, plain_date

WILDCARDS = frozenset({"*", "?", ""})
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_-]+")
_PREFIXED = re.compile(r"\^\^([\w.-]*:[\w.-]+)$")
_PROPERTIES = frozenset(
    {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property}
)

# What one part of a triple may be; None is anything.
Part = tuple[Term, ...] | None


class Meaning:
    """Reads what people type.

    Args:
        store: the built graph.
        prefixes: prefix to namespace.
        words: how ``rdf:type`` is called.
        holds: whether a graph holds facts.
        namespaces: those of the project's own terms, which win over others of the same name.
    """

    def __init__(
        self,
        store: Store,
        prefixes: Mapping[str, str],
        words: Iterable[str],
        holds: Callable[[object], bool],
        namespaces: tuple[str, ...],
    ) -> None:
        self._store = store
        self._prefixes = prefixes
        self._type = {folded(word) for word in (*words, "a", "type")}
        self._holds = holds
        self._namespaces = namespaces
        self._labels = Labels(store, "en")

    # -- parts -------------------------------------------------------------------------------

    def subject(self, value: Term | str | None) -> Part:
        """The things that the subject may be.

        Raises:
            InputError: there is none of that name.
        """
        return self._part(value, lambda text: self._things(text) | self._terms(text), "subject")

    def predicate(self, value: Term | str | None) -> Part:
        """The properties that the predicate may be.

        Raises:
            InputError: there is none of that name.
        """

        def meant(text: str) -> set[NamedNode]:
            if folded(text) in self._type:
                return {RDF.type}
            found = self._local(text) | self._terms(text)
            return {term for term in found if self._is_property(term)}

        return self._part(value, meant, "predicate")

    def object(self, value: Term | str | None, predicate: Part) -> Part:
        """The things or values that the object may be, given what the predicate may be.

        A value is looked up in the graph; where it is not there, it is taken as typed.

        Raises:
            InputError: the predicate leads to things, and there is none of that name.
        """
        if not isinstance(value, str) or value in WILDCARDS:
            return self._part(value, self._things, "object")
        if value.startswith('"'):
            return (self._literal(value),)
        wants_things = predicate is not None and all(map(self._leads_to_things, predicate))
        found: set[Term] = {*self._things(value), *self._terms(value)}
        if not wants_things and (predicate is not None or not found):
            found |= set(self._values(value, predicate))
            if not found and not expand(value, self._prefixes):
                return (_typed(value),)
        if not found:
            return self._part(value, self._things, "object")
        return tuple(sorted(found, key=key))

    def triples(self, subject: Part, predicate: Part, value: Part) -> list[Triple]:
        """The triples of facts that fit, in a fixed order."""
        found = {
            Triple(q.subject, q.predicate, q.object)
            for s, p, o in product(subject or (None,), predicate or (None,), value or (None,))
            if not isinstance(s, Literal)
            for q in self._store.engine.quads_for_pattern(s, p, o, None)  # type: ignore[arg-type]
            if self._holds(q.graph_name)
        }
        return sorted(found, key=lambda t: (str(t.subject), str(t.predicate), key(t.object)))

    # -- names -------------------------------------------------------------------------------

    def _part(
        self, value: Term | str | None, meant: Callable[[str], set[NamedNode]], place: str
    ) -> Part:
        if value is None or value in WILDCARDS:
            return None
        if not isinstance(value, str):
            return (value,)
        if iri := expand(value, self._prefixes):
            if self._is_used(iri):
                return (iri,)
            base = value.partition(":")[0] + ":"
            ids = {compact(term, self._prefixes) for term in self._used()}
            close = nearest(value, (one for one in ids if one.startswith(base)))
            raise InputError("unsaid", place=Text(f"part-{place}"), name=value, near=close)
        if found := meant(value):
            return tuple(sorted(found, key=key))
        if place == "predicate":
            known = {label for term, label in self._named() if self._is_property(term)}
        else:
            known = {*self._labels.all_of(None), *(label for _, label in self._named())}
        part = Text(f"part-{place}")
        raise InputError("uncalled", place=part, name=value, near=nearest(value, known))

    def _things(self, text: str) -> set[NamedNode]:
        """What an id, the local part of one, or a name in any language may mean."""
        if iri := expand(text, self._prefixes):
            return {iri} if self._is_used(iri) else set()
        return self._local(text) | self._labels.find(text)

    def _local(self, text: str) -> set[NamedNode]:
        if not _LOCAL_NAME.fullmatch(text):
            return set()
        ids = (expand(f"{prefix}:{text}", self._prefixes) for prefix in self._prefixes)
        found = {iri for iri in ids if iri and self._is_used(iri)}
        own = {iri for iri in found if iri.value.startswith(self._namespaces)}
        return own or found

    def _terms(self, text: str) -> set[NamedNode]:
        """The classes and properties of that name."""
        wanted = folded(text)
        return {term for term, label in self._named() if folded(label) == wanted}

    def _named(self) -> Iterator[tuple[NamedNode, str]]:
        for quad in self._store.engine.quads_for_pattern(None, RDFS.label, None, None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                yield quad.subject, quad.object.value

    def _is_property(self, term: NamedNode) -> bool:
        kinds = self._store.engine.quads_for_pattern(term, RDF.type, None, None)
        return any(quad.object in _PROPERTIES for quad in kinds)

    def _leads_to_things(self, term: Term) -> bool:
        if term == RDF.type:
            return True
        found = self._store.engine.quads_for_pattern(term, RDF.type, OWL.ObjectProperty, None)  # type: ignore[arg-type]
        return any(True for _ in found)

    def _is_used(self, term: NamedNode) -> bool:
        engine = self._store.engine
        return (
            any(engine.quads_for_pattern(term, None, None, None))
            or any(engine.quads_for_pattern(None, term, None, None))
            or any(engine.quads_for_pattern(None, None, term, None))
        )

    def _used(self) -> set[NamedNode]:
        quads = self._store.quads()
        return {end for q in quads for end in (q.subject, q.predicate, q.object)
                if isinstance(end, NamedNode)}  # fmt: skip

    # -- values ------------------------------------------------------------------------------

    def _literal(self, text: str) -> Term:
        def write(found: re.Match[str]) -> str:
            iri = expand(found[1], self._prefixes)
            return f"^^{iri}" if iri else found[0]

        try:
            term = from_ntriples(_PREFIXED.sub(write, text))
        except (SyntaxError, StopIteration) as error:
            reason = getattr(error, "msg", None) or Text("not-a-value")
            raise InputError("no-literal", text=text, error=reason) from error
        return stored_term(term)

    def _values(self, text: str, predicate: Part) -> Iterator[Literal]:
        """The literals of the graph that have a value as typed; case and accents are forgiven."""
        wanted, number = folded(text), _number(text)
        # A value that is only claimed is the object of a claim.
        places = (None,) if predicate is None else (*predicate, RDF.object)
        for place in places:
            for quad in self._store.engine.quads_for_pattern(None, place, None, None):  # type: ignore[arg-type]
                value = quad.object
                if isinstance(value, Literal) and (
                    value.value == text
                    or folded(value.value) == wanted
                    or (number is not None and number == _number(value.value))
                ):
                    yield value


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _typed(text: str) -> Literal:
    """A value that the graph does not hold, with the datatype it looks like."""
    if plain_date(text) and len(text) == 10:
        return Literal(text, datatype=XSD.date)
    number = number_literal(text, XSD.integer) or number_literal(text, XSD.decimal)
    return number or Literal(text)
