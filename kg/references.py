"""References: what the mentions of a source refer to, and the words they stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from kg import names
from kg.brat.lines import Event, Line, Mention, Reference
from kg.claims import Span
from kg.findings import Finding
from kg.namespaces import XSD
from kg.schema import LITERAL_TYPES, Schema
from kg.sources import Source
from kg.terms import compact, expand
from kg.text import nearest, words_at
from kg.values import edtf, number_literal

_DIGITS = "0123456789"
EXPECTED = {"Date": "edtf:2015-10-19/2015-10-23", "Number": "decimal:2500.5"}


@dataclass
class References:
    """What the mentions of one source refer to; gathers what is wrong in ``findings``.

    Args:
        source: the document with its annotation.
        schema: the ontology's names and axioms.
        prefixes: prefix to namespace, for ids in references.
        known: the entities that the authority file describes.
    """

    source: Source
    schema: Schema
    prefixes: Mapping[str, str]
    known: frozenset[NamedNode]

    def __post_init__(self) -> None:
        self.findings: list[Finding] = []
        self.document = self.source.document
        self.triggers = {event.trigger for event in self.document.events.values()}

    def report(self, code: str, line: Line, part: str, index: int = 0, **params: Any) -> None:
        """Add a finding at a part of a line."""
        column = line.column(part, index)
        self.findings.append(Finding.of(code, self.source.file, line.line, column, **params))

    def shown(self, iri: NamedNode) -> str:
        """An IRI as annotators write it."""
        return compact(iri, self.prefixes)

    def check_single(self, line: Event, role: str) -> None:
        """Report a role that is filled more than once: one line makes one claim."""
        numbers = [n for n, (name, _) in enumerate(line.roles) if name.rstrip(_DIGITS) == role]
        if len(numbers) > 1:
            self.report("role-repeated", line, "roles", numbers[1], claim=line.id, role=role)

    # -- the words ---------------------------------------------------------------------------

    def verify(self) -> None:
        """Compare the words of every mention with the text, where the text is at hand."""
        if (text := self.source.text) is None:
            return
        for mention in self.document.mentions.values():
            if mention.fragments[-1][1] > len(text):
                continue  # reported by the reader: the span lies outside the text
            found = words_at(text, mention.fragments)
            if found != mention.words:
                at = nearest(text, mention.words, mention.fragments[0][0])
                hint = f" (these words stand at {at[0]} {at[1]})" if at else ""
                place = ";".join(f"{start} {end}" for start, end in mention.fragments)
                self.report(
                    "wrong-words",
                    mention,
                    "words",
                    place=place,
                    found=found,
                    words=mention.words,
                    hint=hint,
                )

    def spans(self, *mentions: str) -> tuple[Span, ...]:
        """The fragments of some mentions in the order of the text, each once."""
        spans: set[Span] = set()
        for mention in (self.document.mentions[m] for m in mentions if m in self.document.mentions):
            words, at = mention.words, 0
            for start, end in mention.fragments:
                spans.add(Span(start, end, words[at : at + end - start]))
                at += end - start + 1
        return tuple(sorted(spans))

    # -- entities and values -----------------------------------------------------------------

    @cached_property
    def entities(self) -> Mapping[str, NamedNode]:
        """Entity by mention, for mentions whose type is a class and that refer to something."""
        found: dict[str, NamedNode] = {}
        for mention in self.document.mentions.values():
            if mention.type in LITERAL_TYPES or mention.id in self.triggers:
                continue
            for reference in self.document.references_of(mention.id):
                if iri := expand(reference.resource, self.prefixes):
                    found[mention.id] = iri
                    break
        return found

    def check(self) -> None:
        """Report references that contradict each other, or mean nothing that is known."""
        own: dict[str, Reference] = {}
        for reference in self.document.references.values():
            mention = self.document.mentions.get(reference.target)
            if mention is None:
                continue  # reported by the reader
            if other := own.get(mention.id):
                self.report(
                    "two-references",
                    reference,
                    "target",
                    mention=mention.id,
                    other=other.resource,
                )
            own.setdefault(mention.id, reference)
            if mention.type in LITERAL_TYPES:
                self._check_value(mention, reference)
            elif (iri := expand(reference.resource, self.prefixes)) is None:
                close = names.nearest(reference.resource.split(":")[0], self.prefixes)
                self.report(
                    "undeclared-prefix",
                    reference,
                    "resource",
                    resource=reference.resource,
                    near=close,
                )
            elif iri not in self.known and iri not in self.concepts:
                self._unknown(reference, iri)
        for equivalence in self.document.equivalences:
            meant = {r.resource for t in equivalence.targets for r in [own.get(t)] if r}
            if len(meant) > 1:
                first, second, *_ = sorted(meant)
                self.report("same-differs", equivalence, "targets", one=first, other=second)

    def _unknown(self, reference: Reference, iri: NamedNode) -> None:
        entity = compact(iri, self.prefixes)
        close = names.nearest(entity, self._known_names)
        column = reference.column("resource")
        self.findings.append(
            Finding.of(
                "unknown-entity",
                self.source.file,
                reference.line,
                column,
                severity="warning",
                entity=entity,
                near=close,
            )
        )

    @cached_property
    def concepts(self) -> frozenset[NamedNode]:
        """The concepts of all schemes."""
        return frozenset(self.schema.concepts.values())

    @cached_property
    def _known_names(self) -> list[str]:
        return [compact(iri, self.prefixes) for iri in self.known]

    def _check_value(self, mention: Mention, reference: Reference) -> None:
        kind, _, value = reference.resource.partition(":")
        expected = EXPECTED.get(mention.type, "no line N: a Text is its own value")
        reason = "its kind is wrong"
        if mention.type == "Date" and kind == "edtf":
            reason = edtf(value) or ""
        elif mention.type == "Number" and kind == "decimal":
            reason = "" if number_literal(value, XSD.decimal) else "no decimal number"
        if reason:
            self.report(
                "bad-value",
                reference,
                "resource",
                value=reference.resource,
                type=mention.type,
                reason=reason,
                expected=expected,
            )

    def value(self, mention: Mention) -> str | None:
        """The normalized value of a Date or Number mention, if it has a good one."""
        for reference in self.document.references_of(mention.id):
            kind, _, value = reference.resource.partition(":")
            if mention.type == "Date" and kind == "edtf" and not edtf(value):
                return value
            if mention.type == "Number" and kind == "decimal":
                return value
        return None
