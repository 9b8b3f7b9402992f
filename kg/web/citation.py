"""Citation: a claim as it stands in the graph: who states what where, how, and in which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple

from kg.claims import FACT
from kg.namespaces import DCTERMS, ECC, ECCS, OA, PROV, RDF
from kg.store import Store
from kg.terms import Term, key

_ALL = DefaultGraph()


@dataclass(frozen=True)
class Span:
    """Words of a source, and the IRI of their place."""

    iri: NamedNode
    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Citation:
    """One claim.

    ``triple`` is what it says, where a triple can say it; ``texts`` is what it says in our words,
    by language. ``disputed`` names the claims that disagree with it.
    """

    claim: NamedNode
    triple: Triple | None
    about: tuple[Term, ...]
    source: NamedNode
    language: str
    issued: Literal | None
    modality: NamedNode
    negated: bool
    speaker: Term | None
    spans: tuple[Span, ...]
    texts: Mapping[str, str]
    disputed: tuple[NamedNode, ...]
    is_own_voice: bool = True

    @property
    def reporter(self) -> Term | None:
        """Who says it, where that is somebody else than the source itself."""
        return None if self.is_own_voice else self.speaker

    @property
    def is_fact(self) -> bool:
        """Whether it is stated as a fact and not denied."""
        return self.modality == ECCS[FACT] and not self.negated

    @property
    def words(self) -> str:
        """The words of all spans."""
        return " … ".join(" ".join(span.words.split()) for span in self.spans)

    def text(self, lang: str) -> str:
        """What it says in our words; in any language where ``lang`` lacks."""
        return self.texts.get(lang) or next(iter(self.texts.values()), "")


class Citations:
    """Reads claims from a store; each is read once.

    >>> from kg.project import Project
    >>> claims = Citations(Project().store)
    >>> found = claims.about(NamedNode("https://w3id.org/ecodip/id/awex"))
    >>> all(claim.spans for claim in found)
    True
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.of = lru_cache(maxsize=100_000)(self._read)

    def about(self, thing: NamedNode) -> list[Citation]:
        """The claims about a thing, by source and place in it."""
        links = (ECC.isAbout, RDF.subject, RDF.object)
        found = {claim for link in links for claim in self._subjects(link, thing)}
        return sorted(map(self.of, found), key=_place)

    def stating(self, triple: Triple) -> list[Citation]:
        """The claims that say a triple, as a fact or not."""
        found = self._subjects(RDF.subject, triple.subject)
        said = (self.of(claim) for claim in found)
        return sorted((one for one in said if one.triple == triple), key=_place)

    def _subjects(self, link: NamedNode, value: Term) -> Iterator[NamedNode]:
        for quad in self._store.engine.quads_for_pattern(None, link, value, _ALL):
            subject = quad.subject
            if isinstance(subject, NamedNode) and self._is_claim(subject):
                yield subject

    def _is_claim(self, term: NamedNode) -> bool:
        return any(self._store.engine.quads_for_pattern(term, RDF.type, ECC.Claim, _ALL))

    def _read(self, claim: NamedNode) -> Citation:
        said: dict[NamedNode, list[Term]] = {}
        for quad in self._store.engine.quads_for_pattern(claim, None, None, _ALL):
            said.setdefault(quad.predicate, []).append(quad.object)
        parts = [
            next(iter(said.get(p, ())), None) for p in (RDF.subject, RDF.predicate, RDF.object)
        ]
        source = next(o for o in said[ECC.isStatedIn] if isinstance(o, NamedNode))
        texts = [o for o in said.get(ECC.claimText, ()) if isinstance(o, Literal)]
        against = [o for o in said.get(ECC.disagreesWith, ()) if isinstance(o, NamedNode)]
        against += list(self._subjects(ECC.disagreesWith, claim))
        negated = said.get(ECC.isNegated, ())
        speaker = next(iter(sorted(said.get(ECC.isAttributedTo, ()), key=key)), None)
        creators = self._store.engine.quads_for_pattern(source, DCTERMS.creator, None, _ALL)
        return Citation(
            claim=claim,
            triple=None if None in parts else Triple(*parts),  # type: ignore[arg-type]
            about=tuple(sorted(said.get(ECC.isAbout, ()), key=key)),
            source=source,
            language=getattr(self._literal(source, DCTERMS.language), "value", ""),
            issued=self._literal(source, DCTERMS.issued),
            modality=next(o for o in said[ECC.hasModality] if isinstance(o, NamedNode)),
            negated=any(o == Literal(True) for o in negated),
            speaker=speaker,
            is_own_voice=speaker is None or {quad.object for quad in creators} == {speaker},
            spans=tuple(sorted(self._spans(said.get(PROV.wasDerivedFrom, ())), key=_order)),
            texts={text.language or "": text.value for text in sorted(texts, key=key)},
            disputed=tuple(sorted(set(against), key=key)),
        )

    def _spans(self, places: list[Term] | tuple[Term, ...]) -> Iterator[Span]:
        engine = self._store.engine
        for place in places:
            if not isinstance(place, NamedNode):
                continue
            start = end = 0
            words = ""
            for quad in engine.quads_for_pattern(place, OA.hasSelector, None, _ALL):
                for part in engine.quads_for_pattern(quad.object, None, None, _ALL):  # type: ignore[arg-type]
                    value = getattr(part.object, "value", "")
                    if part.predicate == OA.start:
                        start = int(value)
                    elif part.predicate == OA.end:
                        end = int(value)
                    elif part.predicate == OA.exact:
                        words = value
            yield Span(place, start, end, words)

    def _literal(self, subject: NamedNode, predicate: NamedNode) -> Literal | None:
        quads = self._store.engine.quads_for_pattern(subject, predicate, None, _ALL)
        found = sorted((q.object for q in quads if isinstance(q.object, Literal)), key=key)
        return next(iter(found), None)


def _order(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.iri.value


def _place(one: Citation) -> tuple[str, tuple[int, int, str], str]:
    first = _order(one.spans[0]) if one.spans else (0, 0, "")
    return one.source.value, first, one.claim.value
