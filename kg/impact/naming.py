"""Naming: how things are called, kept apart from the stores that know it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, Triple

from kg.findings import wording
from kg.labels import Labels
from kg.namespaces import OWL, RDF
from kg.store import Store
from kg.terms import Term, compact

LANGUAGES = ("en", "fr")


@dataclass(frozen=True)
class Naming:
    """The labels of some terms by language, and prefixes for the rest."""

    labels: Mapping[str, Mapping[Term, str]] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, terms: Iterable[Term], stores: Iterable[Store], prefixes: Mapping[str, str]
    ) -> Naming:
        """The names that stores know; those of the first one win."""
        wanted = set(terms)
        found: dict[str, dict[Term, str]] = {lang: {} for lang in LANGUAGES}
        for store in stores:
            for lang, labels in found.items():
                missing = [term for term in wanted if term not in labels]
                labels |= Labels(store, lang).of(missing)
        return cls(found, prefixes)

    def name(self, term: Term | None, lang: str) -> str:
        """A term for readers: its label, else its value or id."""
        if term is None:
            return ""
        if isinstance(term, Literal):
            return " ".join(term.value.split())
        if isinstance(term, BlankNode):
            return "[]"
        if term == RDF.type:
            return wording("why-is-a", lang)
        if term == OWL.sameAs:
            return wording("why-same-as", lang)
        label = self.labels.get(lang, {}).get(term)
        return label or compact(term, self.prefixes)

    def namer(self, lang: str) -> Callable[[Term], str]:
        """The names in one language."""
        return lambda term: self.name(term, lang)

    def sentence(self, triple: Triple, lang: str) -> str:
        """A triple, its three parts apart."""
        ends = (triple.subject, triple.predicate, triple.object)
        return " · ".join(self.name(term, lang) for term in ends)
