"""Labels: the names of things in a store, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode

from kg.names import folded
from kg.namespaces import DCTERMS, RDF, RDFS, SKOS
from kg.store import Store
from kg.terms import Term, compact, key

# The properties that name a thing, best first.
NAMES = (SKOS.prefLabel, RDFS.label, DCTERMS["title"])


class Labels:
    """Looks names up in a store.

    Args:
        store: the graph.
        lang: the language wanted; English, then any other, stands in where it lacks.
    """

    def __init__(self, store: Store, lang: str) -> None:
        self._store = store
        self._lang = lang

    def of(self, terms: Iterable[Term]) -> dict[Term, str]:
        """The labels of those terms that have one."""
        return {term: label for term in terms if (label := self._label(term))}

    def one(self, term: Term) -> str:
        """The label of a term, else its IRI."""
        return self._label(term) or str(term)

    def short(self, term: Term, prefixes: Mapping[str, str]) -> str:
        """The id of a term with its label in brackets."""
        return f"{compact(term, prefixes)} ({self.one(term)})"

    def _label(self, term: Term) -> str | None:
        if not isinstance(term, NamedNode):
            return None
        for predicate in NAMES:
            quads = self._store.engine.quads_for_pattern(term, predicate, None, None)
            found = [q.object for q in quads if isinstance(q.object, Literal)]
            order = (self._lang, "en")
            found.sort(key=lambda o: (*(o.language != lang for lang in order), key(o)))
            if found:
                return found[0].value
        return None

    def find(self, name: str) -> set[NamedNode]:
        """The things called ``name`` in any language; case and accents are forgiven."""
        wanted = folded(name)
        return {term for term, label in self._all() if folded(label) == wanted}

    def all_of(self, kind: NamedNode | None) -> list[str]:
        """Every name of a thing of a class."""
        return sorted({label for term, label in self._all() if self.is_a(term, kind)})

    def members(self, kind: NamedNode | None) -> list[NamedNode]:
        """Every named thing of a class."""
        return sorted({term for term, _ in self._all() if self.is_a(term, kind)}, key=key)

    def _all(self) -> Iterable[tuple[NamedNode, str]]:
        for predicate in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, DCTERMS["title"]):
            for quad in self._store.engine.quads_for_pattern(None, predicate, None, None):
                if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                    yield quad.subject, quad.object.value

    def is_a(self, term: Term, kind: NamedNode | None) -> bool:
        """Whether the graph holds that ``term`` is a member of the class ``kind``.

        Without a class: of any, or that it has a name. Of what only a question names, no class
        is asserted.
        """
        if not isinstance(term, NamedNode):
            return False
        engine = self._store.engine
        typed = any(engine.quads_for_pattern(term, RDF.type, kind, None))
        return typed or (
            kind is None and any(engine.quads_for_pattern(term, SKOS.prefLabel, None, None))
        )

    def kinds(self, term: NamedNode) -> str:
        """What a thing is, in words: its classes that have no sub-class among its classes."""
        engine = self._store.engine
        types = {q.object for q in engine.quads_for_pattern(term, RDF.type, None, None)}
        above = {
            quad.object
            for kind in types
            if isinstance(kind, NamedNode)
            for quad in engine.quads_for_pattern(kind, RDFS.subClassOf, None, None)
        }
        return ", ".join(sorted(self.one(kind) for kind in types - above))
