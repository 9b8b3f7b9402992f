"""Interpretation: the lines of an annotation read as claims about entities and values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from kg.brat.lines import Attribute, Event, Line, Mention, Relation
from kg.claims import FACT, Claim, Statements
from kg.findings import Finding
from kg.identity import identities
from kg.namespaces import RDF, SCHEMA, XSD
from kg.passages import Passage, passages_of
from kg.references import EXPECTED, References
from kg.schema import LITERAL_TYPES, MODALITY, NEGATED, REMARK, Schema
from kg.sources import Source
from kg.values import date_literal, number_literal

_REMARK_LANGUAGES = ("en", "fr")


def interpret(
    source: Source, schema: Schema, prefixes: Mapping[str, str], known: frozenset[NamedNode]
) -> Statements:
    """Read what a source states.

    Args:
        source: the document with its annotation.
        schema: the ontology's names and axioms.
        prefixes: prefix to namespace, for ids in references.
        known: the entities that the authority file describes.

    Guarantees: nothing is guessed: a mention that refers to nothing makes no claim and is
    reported as ``unresolved``; every claim has at least one span, and with the text at hand each
    span's words are compared with the text at its offsets.
    """
    return _Reading(source, schema, prefixes, known).statements()


class _Reading(References):
    def statements(self) -> Statements:
        self.verify()
        self.check()
        self.passages = passages_of(self)
        self.named: dict[NamedNode, NamedNode | None] = {}
        claims: list[Claim] = []
        for line in self.document.lines:
            claims.extend(self._claims_of(line))
        claims, links = self._identified(claims)
        names: dict[NamedNode, str] = {}
        for mention in self.document.mentions.values():
            entity = self.entities.get(mention.id)
            if entity and mention.type in self.schema.classes and entity not in self.concepts:
                names.setdefault(entity, mention.words)
        return Statements(
            self.source, tuple(claims), tuple(links), names, tuple(self.findings), self.passages
        )

    def _identified(self, claims: list[Claim]) -> tuple[list[Claim], list[Triple]]:
        """Give the claims their lasting IRIs; statements about claims become links."""
        ids, repeats = identities(claims, self.named)
        lines = {line.id: line for line in self.document.of(Event)}
        for claim, first in repeats:
            if claim.remark:
                self.report(
                    "remark-repeated", lines[claim.line_id], "id", claim=claim.line_id,
                    other=first.line_id, place=first.line,
                )  # fmt: skip
        of_claims = set(self.claim_ids.values())
        found: list[Claim] = []
        links: list[Triple] = []
        for claim in claims:
            subject, value = (ids.get(end, end) for end in (claim.subject, claim.object))  # type: ignore[arg-type]
            if claim.subject in of_claims:
                if claim.triple:
                    links.append(Triple(subject, claim.predicate, value))  # type: ignore[arg-type]
                continue
            about = tuple(ids.get(thing, thing) for thing in claim.about)
            found.append(replace(claim, id=ids[claim.id], object=value, about=about))
        return found, links

    @cached_property
    def claim_ids(self) -> Mapping[str, NamedNode]:
        """What E lines are called, by their id, until their claims have lasting IRIs."""
        return {event: self._line_iri(event) for event in self.document.events}

    def _line_iri(self, line_id: str) -> NamedNode:
        return NamedNode(f"{self.source.iri.value}/claim/{line_id}")

    # -- claims ------------------------------------------------------------------------------

    def _claims_of(self, line: Line) -> Iterator[Claim]:
        match line:
            case Mention() if line.id in self.entities and line.type in self.schema.classes:
                # What a concept is, its scheme says; a document states it of things only.
                # Within a question a mention names a thing; that there is one is not said.
                around = self._passage_of((line.id,))
                is_stated = around is None or around.modality is None
                if (entity := self.entities[line.id]) not in self.concepts and is_stated:
                    kind = self.schema.classes[line.type]
                    yield self._claim(line, entity, RDF.type, kind, (line.id,))
            case Relation() if line.type in self.schema.properties:
                yield from self._relate(line, line.arg1, line.arg2, ("arg1", 0), ("arg2", 0), ())
            case Event() if line.type == REMARK:
                yield from self._remark(line)
            case Event() if line.type in self.schema.properties:
                yield from self._event(line)
            case Attribute() if line.name in self.schema.properties:
                subject = self._entity(line, line.target, "target")
                value = self.schema.concepts.get(line.value or "")
                if subject and value:
                    prop = self.schema.properties[line.name]
                    yield self._claim(line, subject, prop, value, (line.target,))

    def _event(self, line: Event) -> Iterator[Claim]:
        for role in ("Subject", "Object"):
            self.check_single(line, role)
        places = {role: index for index, (role, _) in reversed(list(enumerate(line.roles)))}
        subjects, objects = line.filling("Subject"), line.filling("Object")
        if len(subjects) == 1 and len(objects) == 1:
            at = [("targets", places[r]) for r in places if r.startswith(("Subject", "Object"))]
            first, second = (at[0], at[1]) if line.roles[at[0][1]][1] == subjects[0] else at[::-1]
            yield from self._relate(line, subjects[0], objects[0], first, second, (line.trigger,))

    def _relate(
        self,
        line: Relation | Event,
        subject: str,
        target: str,
        subject_at: tuple[str, int],
        target_at: tuple[str, int],
        words: tuple[str, ...],
    ) -> Iterator[Claim]:
        prop = self.schema.properties[line.type]
        entity = self._entity(line, subject, *subject_at, role="the subject")
        value = self._object(line, prop, target, *target_at)
        if entity is not None and value is not None:
            yield self._claim(line, entity, prop, value, (subject, *words, target))

    def _remark(self, line: Event) -> Iterator[Claim]:
        remark: dict[str, str] = {}
        for note in self.document.notes_of(line.id):
            language, colon, text = note.text.partition(":")
            if colon and language in _REMARK_LANGUAGES and text.strip():
                remark.setdefault(language, text.strip())
        if not remark:
            self.report("remark-empty", line, "id", claim=line.id)
            return
        about = line.filling("About")
        entities = [
            self._entity(line, target, "targets", index, role="About")
            for index, (role, target) in enumerate(line.roles)
            if target in about and role.startswith("About")
        ]
        found = tuple(dict.fromkeys(e for e in entities if e))
        if found:
            yield self._claim(line, None, None, None, (line.trigger,), found, remark)

    def _claim(
        self,
        line: Mention | Relation | Event | Attribute,
        subject: NamedNode | None,
        predicate: NamedNode | None,
        value: NamedNode | Literal | None,
        mentions: tuple[str, ...],
        about: tuple[NamedNode, ...] = (),
        remark: Mapping[str, str] | None = None,
    ) -> Claim:
        attributes = {a.name: a for a in self.document.attributes_of(line.id)}
        around = self._around(line, mentions)
        modality = attributes[MODALITY].value if MODALITY in attributes else None
        modality = modality or (around.modality if around else None)
        speaker = valid = None
        if isinstance(line, Event):
            for role in ("Speaker", "Valid"):
                self.check_single(line, role)
            for index, (role, target) in enumerate(line.roles):
                if role.startswith("Speaker"):
                    speaker = self._entity(line, target, "targets", index, role="Speaker")
                elif role.startswith("Valid") and target in self.document.mentions:
                    mention = self.document.mentions[target]
                    valid = self.value(mention)
                    if valid is None and mention.type == "Date":
                        self._check_valued(line, mention, "targets", index)
        if subject is not None and predicate is not None:
            entities = set(self.entities.values())
            ends = (subject, value if value in entities and predicate != RDF.type else None)
            about = tuple(dict.fromkeys(e for e in ends if isinstance(e, NamedNode)))
        sole, named = self.source.sole_creator, speaker
        speaker = named or (around.speaker if around else sole)
        id = self._line_iri(line.id)
        self.named[id] = named
        return Claim(
            id=id,
            line_id=line.id,
            source=self.source.iri,
            subject=subject,
            predicate=predicate,
            object=value,
            modality=modality or FACT,
            negated=NEGATED in attributes,
            speaker=speaker,
            is_own_voice=speaker in (None, sole),
            passage=around.iri if around else None,
            valid=valid,
            about=about,
            spans=self.spans(*mentions),
            remark=tuple(sorted((remark or {}).items())),
            file=self.source.file,
            line=line.line,
            verified=self.source.text is not None,
        )

    def _around(self, line: Line, mentions: tuple[str, ...]) -> Passage | None:
        """The narrowest passage of a claim's words: of its trigger, else of all its mentions.

        Reports words of several voices, none of which can be taken for that of the claim.
        """
        if isinstance(line, Event):
            return self._passage_of((line.trigger,))
        each = [self._passage_of((mention,)) for mention in mentions]
        voices = {passage.speaker if passage else self.source.sole_creator for passage in each}
        if len(voices) > 1:
            told = sorted(self.shown(one) if one else "–" for one in voices)
            id = getattr(line, "id", "")
            self.report("claim-across-voices", line, "id", claim=id, voices=", ".join(told))
        return self._passage_of(mentions)

    def _passage_of(self, mentions: tuple[str, ...]) -> Passage | None:
        """The narrowest passage that contains all words of some mentions."""
        if not self.passages:
            return None
        known = (self.document.mentions[m] for m in mentions if m in self.document.mentions)
        ends = [place for mention in known for fragment in mention.fragments for place in fragment]
        return self.passages.innermost(min(ends), max(ends)) if ends else None

    def _entity(
        self, line: Line, target: str, part: str, index: int = 0, role: str = "the subject"
    ) -> NamedNode | None:
        """What an argument means: an entity, or another claim; reports what means nothing."""
        if claim := self.claim_ids.get(target):
            return claim
        mention = self.document.mentions.get(target)
        if mention is None:
            return None  # reported by the reader
        if mention.type in LITERAL_TYPES or target in self.triggers:
            prop = getattr(line, "type", getattr(line, "name", ""))
            self.report(
                "entity-expected",
                line,
                part,
                index,
                role=role,
                property=prop,
                mention=target,
                type=mention.type,
            )
            return None
        if target not in self.entities:
            column = line.column(part, index)
            self.findings.append(
                Finding.of(
                    "unresolved",
                    self.source.file,
                    line.line,
                    column,
                    severity="warning",
                    words=mention.words,
                    mention=target,
                    claim=getattr(line, "id", ""),
                )
            )
        return self.entities.get(target)

    def _check_valued(self, line: Line, mention: Mention, part: str, index: int) -> None:
        """Report a Date or Number that no line N gives a value."""
        if not self.document.references_of(mention.id):
            expected = f"N1 Reference {mention.id} {EXPECTED[mention.type]}"
            facts = {"type": mention.type, "words": mention.words, "expected": expected}
            self.report("no-value", line, part, index, **facts)

    def _object(
        self, line: Relation | Event, prop: NamedNode, target: str, part: str, index: int
    ) -> NamedNode | Literal | None:
        if not self.schema.is_datatype_property(prop):
            return self._entity(line, target, part, index, role="the object")
        mention = self.document.mentions.get(target)
        if mention is None:
            return None
        facts = {"property": line.type, "mention": target, "type": mention.type}
        if mention.type not in LITERAL_TYPES:
            self.report("literal-expected", line, part, index, **facts)
            return None
        datatype = self.schema.range(prop)
        if datatype == XSD.string:
            return Literal(mention.words)
        numeric = datatype is not None and datatype.value.startswith(XSD)
        if numeric and mention.type != "Number":
            self.report("number-expected", line, part, index, **facts)
            return None
        if mention.type == "Text":
            return Literal(mention.words, language=self.source.language)
        value = self.value(mention)
        if value is None:
            self._check_valued(line, mention, part, index)
            return None
        if mention.type == "Date":
            above = self.schema.above(prop)
            end = "end" if SCHEMA.endDate in above else None
            literal = date_literal(value, "start" if SCHEMA.startDate in above else end)
            if literal is None:
                self.report("interval", line, part, index, **facts, value=value)
            return literal
        return number_literal(value, datatype if datatype and datatype != _ANY else XSD.decimal)


_ANY = NamedNode("http://www.w3.org/2000/01/rdf-schema#Literal")
