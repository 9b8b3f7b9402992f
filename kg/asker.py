"""Asker: answers to stored questions, with the words they rest on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode

from kg.claims import FACT
from kg.errors import InputError, ParameterError
from kg.findings import Text, wording
from kg.labels import Labels
from kg.names import nearest
from kg.namespaces import DCTERMS, ECC, ECCS, OA, PROV, XSD
from kg.positions import Positions
from kg.queries import ANYTHING, LITERALS, Parameter, StoredQuery
from kg.results import Answer, Evidence, Row
from kg.store import Store
from kg.terms import Term, compact, expand, key, to_python
from kg.values import number_literal, plain_date

# A query names the claims behind a row in variables called claim, claim2, …
CLAIM = re.compile(r"claim\d*")
# The columns that name a speaker: one that a query selects, and one that answers add.
SPEAKER, REPORTER = "speaker", "accordingTo"
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Asker:
    """Asks stored queries of a store and gathers the evidence for each row.

    Args:
        store: the built graph.
        prefixes: for ids in parameters and for showing terms.
        classes: class by local name, for the types of parameters.
        lang: the language of labels.
    """

    store: Store
    prefixes: Mapping[str, str]
    classes: Mapping[str, NamedNode]
    lang: str = "en"

    def ask(self, query: StoredQuery, values: Mapping[str, Any]) -> Answer:
        """The rows of a stored query; equal rows are one, with all their claims as evidence.

        Raises:
            InputError: an unknown or missing parameter, or a value of the wrong type.
        """
        given = self.given(query, values)
        answer = self.folded(self.store.select(query.text, given))
        return answer if answer.rows else replace(answer, emptiness=self._emptiness(given.values()))

    def given(self, query: StoredQuery, values: Mapping[str, Any]) -> dict[str, Term]:
        """The terms that the values of parameters mean.

        Raises:
            InputError: an unknown or missing parameter, or a value of the wrong type.
        """
        known = [p.name for p in query.parameters]
        for name in values:
            if name not in known:
                raise ParameterError(
                    "surplus", name, lang=self.lang, query=query.name,
                    known=", ".join(known) or Text("no-parameter"), near=nearest(name, known),
                )  # fmt: skip
        if lacking := [p.name for p in query.parameters if p.required and p.name not in values]:
            summary = query.summary.get(self.lang, "")
            raise ParameterError(
                "missing", lacking[0], lang=self.lang, query=query.name, summary=summary
            )
        return {p.name: self._term(p, values[p.name]) for p in query.parameters if p.name in values}

    def folded(self, answer: Answer) -> Answer:
        """The answer with its claim columns turned into evidence, labels and prefixes added."""
        shown = tuple(name for name in answer.variables if not CLAIM.fullmatch(name))
        rows: dict[tuple[Term | None, ...], dict[Term, str]] = {}
        for row in answer.rows:
            claims = rows.setdefault(tuple(map(row.terms.get, shown)), {})
            for name, term in row.terms.items():
                if name not in shown:
                    claims[term] = min(name, claims.get(term, name))
        folded = tuple(
            Row(
                {n: t for n, t in zip(shown, terms, strict=True) if t is not None},
                # The claims of ?claim come first: they state the row, the others what is beside.
                tuple(map(self.evidence, sorted(claims, key=lambda c: (claims[c], key(c))))),
                None if claims else self._origin(terms),
            )
            for terms, claims in rows.items()
        )
        shown, folded = _attributed(shown, folded)
        return self.labelled(replace(answer, variables=shown, rows=folded))

    def _origin(self, terms: Iterable[Term | None]) -> str | None:
        """Where the statements stand that link the terms of a row with each other.

        None where there are none, or where they stand in several kinds of layers: a query may
        also join what it does not show.
        """
        base = self.prefixes.get("graph", "")
        found = set()
        bound = [term for term in terms if term is not None]
        for subject in bound:
            if not isinstance(subject, NamedNode):
                continue
            for thing in bound:
                quads = self.store.engine.quads_for_pattern(subject, None, thing, None)
                graphs = [graph for q in quads if isinstance(graph := q.graph_name, NamedNode)]
                found |= {graph.value.removeprefix(base) for graph in graphs}
        if found and all(graph.endswith("/evidence") for graph in found):
            return "description"
        return found.pop() if len(found) == 1 and found <= {"inferred", "authority"} else None

    def _emptiness(self, given: Iterable[Term]) -> str:
        """Why a question has no answer: nothing is said of what it asks for, or nothing to it."""
        names = Labels(self.store, self.lang)
        counts = {
            names.one(term): len(self.store.select(_CLAIMS, {"thing": term}))
            for term in given
            if isinstance(term, NamedNode)
        }
        if unknown := [name for name, count in counts.items() if not count]:
            return wording("no-statement", self.lang, things=", ".join(unknown))
        if counts:
            things = ", ".join(f"{name} ({count})" for name, count in counts.items())
            return wording("no-answer", self.lang, things=things)
        return wording("no-rows", self.lang)

    def labelled(self, answer: Answer) -> Answer:
        """The answer with the labels, prefixes and positions to show it by."""
        terms = {term for row in answer.rows for term in row.terms.values()}
        labels = Labels(self.store, self.lang).of(terms)
        return replace(
            answer, labels=labels, prefixes=self.prefixes, lang=self.lang,
            positions=Positions(self.store).of(terms),
        )  # fmt: skip

    def evidence(self, claim: Term) -> Evidence:
        """Where a claim is made, by whom, and the words it rests on; looked up once."""
        return self._recalled(claim)

    @cached_property
    def _recalled(self) -> Callable[[Term], Evidence]:
        return lru_cache(maxsize=20_000)(self._looked_up)

    def _looked_up(self, claim: Term) -> Evidence:
        # Looked up by pattern: a query takes ten times as long to plan as to run, once a claim.
        names = Labels(self.store, self.lang)
        spans = set()
        for span in self._objects(claim, PROV.wasDerivedFrom):
            selectors = self._objects(span, OA.hasSelector)
            start, end, words = (
                [value for one in selectors for value in self._objects(one, part)]
                for part in (OA.start, OA.end, OA.exact)
            )
            if start and end and words:
                spans.add((int(start[0].value), int(end[0].value), words[0].value))
        source, modality, negated, speaker = (
            next(iter(self._objects(claim, part)), None)
            for part in (
                ECC.isStatedIn, ECC.hasModality, ECC.isNegated, ECC.isAttributedTo
            )
        )  # fmt: skip
        title = (
            None if source is None else next(iter(self._objects(source, DCTERMS["title"])), None)
        )
        if not spans or source is None or modality is None or negated is None or title is None:
            raise InputError("claim-without-words", lang=self.lang, claim=claim)
        issued = next(iter(self._objects(source, DCTERMS.issued)), None)
        is_negated = to_python(negated) is True
        return Evidence(
            claim=to_python(claim),
            source=to_python(source),
            title=title.value,
            issued=None if issued is None else issued.value,
            spans=tuple(sorted(spans)),
            modality=names.one(modality),
            negated=is_negated,
            speaker=names.one(speaker) if speaker else None,
            speaker_id=to_python(speaker) if speaker else None,
            own_voice=speaker is None or self._objects(source, DCTERMS.creator) == [speaker],
            asserted=modality == ECCS[FACT] and not is_negated,
        )

    def _objects(self, subject: Term, predicate: NamedNode) -> list[Any]:
        if isinstance(subject, Literal):
            return []
        quads = self.store.engine.quads_for_pattern(subject, predicate, None, DefaultGraph())
        return sorted((quad.object for quad in quads), key=key)

    def _term(self, parameter: Parameter, value: Any) -> Term:
        if isinstance(value, NamedNode | Literal):
            return value
        text = str(value)
        if parameter.type in LITERALS:
            return _literal(parameter, text, self.lang)
        kind = self.classes.get(parameter.type)
        if kind is None and parameter.type != ANYTHING:
            close = nearest(parameter.type, self.classes)
            raise InputError("unknown-class", lang=self.lang, type=parameter.type, near=close)
        names = Labels(self.store, self.lang)
        about = {
            "lang": self.lang,
            "text": text,
            "type": parameter.type if kind is None else names.one(kind),
        }
        found = sorted(self._meant(text, names), key=key)
        known = [term for term in found if names.is_a(term, kind)]
        if len(known) == 1:
            return known[0]
        if len(known) > 1:
            choice = ", ".join(names.short(term, self.prefixes) for term in known)
            raise ParameterError("several", parameter.name, choice=choice, **about)
        if is_something := [term for term in found if names.is_a(term, None)]:
            kinds = names.kinds(is_something[0])
            raise ParameterError("other", parameter.name, kinds=kinds, **about)
        ids = [compact(term, self.prefixes) for term in names.members(kind)]
        others = ids if ":" in text else names.all_of(kind)
        raise ParameterError("unknown", parameter.name, near=nearest(text, others), **about)

    def _meant(self, text: str, names: Labels) -> Iterable[NamedNode]:
        """What a person may mean: an id, the local part of an id, or a name in any language."""
        if iri := expand(text, self.prefixes):
            return {iri}
        ids = [expand(f"{p}:{text}", self.prefixes) for p in self.prefixes]
        local = {iri for iri in ids if iri and names.is_a(iri, None)}
        return (local if _LOCAL_NAME.fullmatch(text) else set()) | names.find(text)


def _attributed(
    variables: tuple[str, ...], rows: tuple[Row, ...]
) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Name who says a row that rests on the word of somebody else than its sources.

    A query that tells the speaker of each row itself is left as it is.
    """
    most = max((len(row.reporters) for row in rows), default=0)
    if SPEAKER in variables or not most:
        return variables, rows
    names = tuple(f"{REPORTER}{number or ''}" for number in (0, *range(2, most + 1)))
    told = tuple(
        replace(row, terms={**row.terms, **dict(zip(names, map(NamedNode, row.reporters)))})  # noqa: B905
        for row in rows
    )
    return (*variables, *names), told


def _literal(parameter: Parameter, text: str, lang: str) -> Literal:
    match parameter.type:
        case "string":
            return Literal(text)
        case "date":
            if plain_date(text) and len(text) == 10:
                return Literal(text, datatype=XSD.date)
        case kind:
            if literal := number_literal(text, XSD[kind]):
                return literal
    raise ParameterError(parameter.type, parameter.name, lang=lang, text=text)


_CLAIMS = """
PREFIX ecc: <https://w3id.org/ecodip/core#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT DISTINCT ?thing ?claim {
  ?claim a ecc:Claim ;
    ecc:isAbout|rdf:object|ecc:isAttributedTo|ecc:isStatedIn ?thing .
}
"""
