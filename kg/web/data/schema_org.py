"""schema.org: what a page is about, told to search engines in a block of JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from pyoxigraph import DefaultGraph, Literal, NamedNode

from kg.namespaces import DCAT, DCTERMS, FOAF, ORG, OWL, RDF, RDFS, SCHEMA, SKOS, XSD
from kg.terms import Term, key

if TYPE_CHECKING:
    from kg.web.view import View

# The properties and classes of other standards that say what schema.org has a name for.
_PROPERTIES = {
    DCAT.distribution: "distribution", DCAT.downloadURL: "contentUrl", DCAT.keyword: "keywords",
    DCAT.mediaType: "encodingFormat", DCAT.version: "version", DCTERMS.abstract: "abstract",
    DCTERMS.created: "dateCreated", DCTERMS.creator: "creator",
    DCTERMS.description: "description", DCTERMS.issued: "datePublished",
    DCTERMS.language: "inLanguage", DCTERMS.license: "license", DCTERMS.modified: "dateModified",
    DCTERMS.publisher: "publisher", DCTERMS["title"]: "name", OWL.sameAs: "sameAs",
    RDFS.label: "name", SKOS.altLabel: "alternateName", SKOS.definition: "description",
    SKOS.exactMatch: "sameAs", SKOS.prefLabel: "name",
}  # fmt: skip
_CLASSES = {
    DCAT.Dataset: "Dataset", DCAT.Distribution: "DataDownload", FOAF.Document: "CreativeWork",
    FOAF.Organization: "Organization", FOAF.Person: "Person", ORG.Organization: "Organization",
    SKOS.Concept: "DefinedTerm", SKOS.ConceptScheme: "DefinedTermSet",
}  # fmt: skip
_LINKS = ("contentUrl", "license", "sameAs", "url")
_SINGLE = ("description", "name", "abstract", "url")
_AGENTS = ("creator", "publisher")
_NUMBERS = (XSD.integer, XSD.decimal)
_CONTEXT = {"@vocab": str(SCHEMA), **{name: {"@type": "@id"} for name in _LINKS}}
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")
# What could end the block, or begin another thing in it, is written as an escape of JSON.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def schema_org(view: View, term: Term | None) -> Markup:
    """A ``script`` element that describes a resource in the words of schema.org; empty without any.

    It holds what the graph says with classes and properties of ``https://schema.org/`` and with
    those that the ontology aligns with them, names, definitions, and links of other standards
    that schema.org has a name for. Texts are those in the language of the page. The block fetches
    nothing, runs nothing, and nothing in it can end it.

    >>> from kg.project import Project
    >>> from kg.web.application import Application
    >>> from kg.web.addresses import Address
    >>> from kg.web.exchange import Request
    >>> from kg.web.view import View
    >>> view = View(Application(Project()), Request("/"), Address.of("/index.en.html"))
    >>> schema_org(view, None)
    Markup('')
    """
    if not isinstance(term, NamedNode):
        return Markup("")
    found = _Writer(view).node(term, depth=1)
    if "@type" not in found:
        return Markup("")
    found = {"@context": _CONTEXT, **found}
    text = json.dumps(found, ensure_ascii=False, indent=1).translate(_ESCAPES)
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))  # noqa: S704


class _Writer:
    def __init__(self, view: View) -> None:
        self._view = view
        self._engine = view.app.store.engine

    def node(self, term: NamedNode, depth: int) -> dict[str, Any]:
        """A resource with its properties; what it is linked with is named alone."""
        values: dict[str, list[Any]] = {}
        spoken: dict[str, list[Literal]] = {}
        for predicate, value in self._statements(term):
            for name in self._names(predicate, _PROPERTIES):
                if isinstance(value, Literal) and value.language:
                    spoken.setdefault(name, []).append(value)
                elif (told := self._value(name, value, depth)) is not None:
                    values.setdefault(name, [])
                    values[name] += [told] if told not in values[name] else []
        for name, texts in spoken.items():
            values.setdefault(name, []).extend(self._in_one_language(texts))
        found: dict[str, Any] = {"@id": term.value} if _is_web(term.value) else {}
        if types := self._types(term):
            found["@type"] = types if len(types) > 1 else types[0]
        if self._view.app.addresses.path(term.value) is not None and _is_web(term.value):
            values["url"] = [term.value]
        for name in sorted(values):
            told = values[name][:1] if name in _SINGLE else values[name]
            found[name] = told if len(told) > 1 else told[0]
        return found

    def _statements(self, term: NamedNode) -> Iterator[tuple[NamedNode, Term]]:
        """Each statement once, in a fixed order, the best of names first."""
        quads = self._engine.quads_for_pattern(term, None, None, DefaultGraph())
        yield from sorted(
            ((quad.predicate, quad.object) for quad in quads),
            key=lambda pair: (pair[0] != SKOS.prefLabel, key(pair[0]), key(pair[1])),
        )

    def _types(self, term: NamedNode) -> list[str]:
        kinds = [value for predicate, value in self._statements(term) if predicate == RDF.type]
        named = (kind for kind in kinds if isinstance(kind, NamedNode))
        return sorted({name for kind in named for name in self._names(kind, _CLASSES)})

    def _names(self, term: NamedNode, known: Mapping[NamedNode, str]) -> Sequence[str]:
        """What schema.org calls a class or property: its own name, else those above it."""
        waiting, seen, found = [term], {term}, list[str]()
        while waiting:
            one = waiting.pop()
            if (name := known.get(one) or _within(one)) is not None:
                found.append(name)
                continue
            for above in (RDFS.subClassOf, RDFS.subPropertyOf):
                for quad in self._engine.quads_for_pattern(one, above, None, DefaultGraph()):
                    if isinstance(quad.object, NamedNode) and quad.object not in seen:
                        seen.add(quad.object)
                        waiting.append(quad.object)
        return sorted(set(found))

    def _in_one_language(self, texts: list[Literal]) -> list[str]:
        spoken = {text.language for text in texts}
        lang = next((one for one in (self._view.lang, "en") if one in spoken), None)
        chosen = lang if lang is not None else min(spoken, key=str)
        return [text.value for text in texts if text.language == chosen]

    def _value(self, name: str, value: Term, depth: int) -> Any:
        if isinstance(value, NamedNode):
            if value.value.startswith(_MEDIA_TYPES):
                return value.value.removeprefix(_MEDIA_TYPES)
            if not _is_web(value.value):
                return None
            if name in _LINKS:
                return value.value
            if name == "distribution" and depth:
                return self.node(value, depth - 1)
            named = {"@id": value.value}
            if types := self._types(value):
                named["@type"] = types[0]
            label = self._view.app.label(value, self._view.lang)
            return {**named, "name": label} if label else named
        if not isinstance(value, Literal):
            return None
        if name in _AGENTS:
            return {"@type": "Organization", "name": value.value}
        if name in _LINKS:
            return value.value if _is_web(value.value) else None
        if value.datatype == XSD.boolean:
            return value.value in ("true", "1")
        return _number(value.value) if value.datatype in _NUMBERS else value.value


def _number(text: str) -> int | float | str:
    """The number that a text writes; the text itself where JSON could not hold it."""
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _within(term: NamedNode) -> str | None:
    """The local name of a term of schema.org."""
    local = term.value.removeprefix(SCHEMA)
    return local if local != term.value and local.isalnum() else None


def _is_web(iri: str) -> bool:
    return iri.startswith(("http://", "https://"))
