"""Claims: what the lines of an annotation say, each with the words that say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Triple

from kg.findings import Finding
from kg.sources import Source
from kg.terms import to_json

if TYPE_CHECKING:
    from kg.passages import Passage

FACT = "fact"


@dataclass(frozen=True, order=True)
class Span:
    """Some words of a text; ``start`` and ``end`` are code points, end exclusive."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Claim:
    """One statement made in a source: what it says, how, who says it, and with which words.

    A remark has no subject, predicate and object, but ``about`` and a paraphrase
    (language, text) in ``remark``. ``valid`` is an EDTF date or interval. ``speaker`` is who says
    it, ``is_own_voice`` whether that is nobody else than the source itself, ``passage`` the
    narrowest one around its words. ``line_id`` names the line of the annotation, ``id`` the claim
    for good (see :mod:`kg.identity`).
    """

    id: NamedNode
    source: NamedNode
    subject: NamedNode | None
    predicate: NamedNode | None
    object: NamedNode | Literal | None
    modality: str
    negated: bool
    speaker: NamedNode | None
    valid: str | None
    about: tuple[NamedNode, ...]
    spans: tuple[Span, ...]
    remark: tuple[tuple[str, str], ...]
    file: str
    line: int
    verified: bool
    line_id: str = ""
    is_own_voice: bool = True
    passage: NamedNode | None = None

    @property
    def name(self) -> str:
        """The last part of its IRI."""
        return self.id.value.rsplit("/", 1)[-1]

    @property
    def reporter(self) -> NamedNode | None:
        """Who says it, where that is somebody else than the source itself."""
        return None if self.is_own_voice else self.speaker

    @property
    def triple(self) -> Triple | None:
        """The statement, whether it is asserted or not; None for a remark."""
        if self.subject is None or self.predicate is None or self.object is None:
            return None
        return Triple(self.subject, self.predicate, self.object)

    @property
    def asserted(self) -> bool:
        """Whether the statement is made as a fact and not denied, whoever speaks."""
        return self.modality == FACT and not self.negated

    @property
    def kind(self) -> str:
        """The manner in one or two words: ``fact``, ``denied fact``, ``plan``, …"""
        return f"{'denied ' * self.negated}{self.modality}"

    def to_json(self, lang: str = "en") -> dict[str, Any]:
        """The claim as JSON data; resources are IRIs, literals JSON-LD value objects.

        A remark has the thing it is about as ``subject``, and its paraphrase in ``lang``.
        """
        subject = self.subject or (self.about[0] if self.about else None)
        texts = dict(self.remark)
        return {
            "id": self.id.value,
            "line_id": self.line_id,
            "source": self.source.value,
            "subject": subject and subject.value,
            "predicate": self.predicate and self.predicate.value,
            "object": None if self.object is None else to_json(self.object),
            "modality": self.modality,
            "negated": self.negated,
            "speaker": self.speaker and self.speaker.value,
            "own_voice": self.is_own_voice,
            "passage": self.passage and self.passage.value,
            "valid": self.valid,
            "spans": [[span.start, span.end, span.words] for span in self.spans],
            "remark": texts.get(lang) or next(iter(texts.values()), None),
            "file": self.file,
            "line": self.line,
            "verified": self.verified,
        }


@dataclass(frozen=True)
class Statements:
    """All that one source states.

    ``links`` relate claims to each other (they are asserted of claims, not of things);
    ``names`` are the first words by which the source calls each entity.
    """

    source: Source
    claims: tuple[Claim, ...]
    links: tuple[Triple, ...]
    names: Mapping[NamedNode, str]
    findings: tuple[Finding, ...] = field(default=())
    passages: Sequence[Passage] = field(default=())
