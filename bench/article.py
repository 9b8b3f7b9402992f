"""Article: one invented document, its text with the annotation and the description of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode, Quad

from bench.words import Words
from bench.world import PREFIXES, node
from kg.brat.document import Document
from kg.brat.lines import Attribute, Event, Line, Mention, Note, Reference, Relation
from kg.namespaces import DCTERMS, ECC, RDF, SCHEMA, XSD
from kg.sources import Source

LANGUAGE = "en"


class Article:
    """A document that is written sentence by sentence; the annotation grows with the text.

    Args:
        name: the short name, as in ``seeds/<name>.ann``.
        issued: the day of publication.
    """

    def __init__(self, name: str, issued: str) -> None:
        self.name = name
        self.issued = issued
        self.text = ""
        self.things: set[NamedNode] = set()
        self._lines: list[Line] = []
        self._counts: dict[str, int] = {}

    def say(self, *parts: str | Words) -> list[str]:
        """Write a sentence; return the ids of its mentions, in their order.

        >>> article = Article("a", "2019-05-09")
        >>> article.say(Words("Person", "Ada Lee", "id:ada-lee"), " spoke.")
        ['T1']
        >>> [str(line) for line in article.document.lines]
        ['T1\\tPerson 0 7\\tAda Lee', 'N1\\tReference T1 id:ada-lee\\tAda Lee']
        """
        mentions = []
        for part in parts:
            if isinstance(part, str):
                self.text += part
            else:
                mentions.append(self._mention(part))
        self.text += "\n"
        return mentions

    def _mention(self, part: Words) -> str:
        start = len(self.text)
        self.text += part.words
        mention, at = self._id("T"), ((start, len(self.text)),)
        self._add(Mention(self._next, mention, part.type, at, part.words))
        if part.reference is not None:
            if part.reference.startswith("id:"):
                self.things.add(node(part))
            self._add(
                Reference(
                    self._next, self._id("N"), "Reference", mention, part.reference, part.words
                )
            )
        return mention

    def relate(self, name: str, subject: str, value: str) -> None:
        """State a relation between two mentions as a fact."""
        self._add(Relation(self._next, self._id("R"), name, subject, value))

    def set(self, name: str, subject: str, value: str) -> None:
        """State a property of a mention whose value is a concept."""
        self._add(Attribute(self._next, self._id("A"), name, subject, value))

    def claim(
        self, name: str, trigger: str, *roles: tuple[str, str], modality: str | None = None,
        negated: bool = False, note: str | None = None,
    ) -> None:  # fmt: skip
        """State something with a qualifier, or remark on something (``Remark``)."""
        event = self._id("E")
        self._add(Event(self._next, event, name, trigger, roles))
        if modality is not None:
            self._add(Attribute(self._next, self._id("A"), "Modality", event, modality))
        if negated:
            self._add(Attribute(self._next, self._id("A"), "Negated", event, None))
        if note is not None:
            self._add(Note(self._next, self._id("#"), "AnnotatorNotes", event, note))

    def _id(self, letter: str) -> str:
        self._counts[letter] = self._counts.get(letter, 0) + 1
        return f"{letter}{self._counts[letter]}"

    @property
    def _next(self) -> int:
        return len(self._lines) + 1

    def _add(self, line: Line) -> None:
        self._lines.append(line)

    @property
    def document(self) -> Document:
        """The annotation."""
        return Document(tuple(self._lines))

    @property
    def source(self) -> Source:
        """The article as a source of a project."""
        sha256 = hashlib.sha256(self.text.encode()).hexdigest()
        iri = NamedNode(PREFIXES["source"] + self.name)
        return Source(
            iri=iri,
            file=f"seeds/{self.name}.ann",
            language=LANGUAGE,
            sha256=sha256,
            length=len(self.text),
            description=tuple(self._describe(iri, sha256)),
            statements=(),
            document=self.document,
            text=self.text,
        )

    def _describe(self, iri: NamedNode, sha256: str) -> Sequence[Quad]:
        length = Literal(str(len(self.text)), datatype=XSD.nonNegativeInteger)
        return [
            Quad(iri, RDF.type, ECC.SourceDocument),
            Quad(iri, DCTERMS["title"], Literal(f"Article {self.name}", language=LANGUAGE)),
            Quad(iri, DCTERMS.identifier, Literal(f"{self.name}.txt")),
            Quad(iri, DCTERMS.language, Literal(LANGUAGE)),
            Quad(iri, DCTERMS.issued, Literal(self.issued, datatype=XSD.date)),
            Quad(iri, SCHEMA.sha256, Literal(sha256)),
            Quad(iri, ECC.textLength, length),
        ]
