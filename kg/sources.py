"""Sources: the documents of a project, each with its description and its annotation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from kg import brat
from kg.brat.document import Document
from kg.errors import InputError
from kg.findings import Finding
from kg.layout import Layout
from kg.namespaces import DCTERMS, ECC, RDF, SCHEMA
from kg.terms import Term
from kg.text import Texts

AUTHORITY = "authority"
REPLACED = "replaced"
CURATED = (AUTHORITY, REPLACED)
"""The files of ``seeds/`` that describe no source: what is known of things from elsewhere, and
which IRIs others have taken the place of."""


@dataclass(frozen=True)
class Source:
    """One document: what describes it, what is annotated in it, and its text if it is at hand.

    ``description`` are the statements about the document itself, ``statements`` any others that
    stand in the same file; ``length`` is in code points.
    """

    iri: NamedNode
    file: str
    language: str
    sha256: str
    length: int
    description: tuple[Quad, ...]
    statements: tuple[Quad, ...]
    document: Document
    text: str | None

    @property
    def sole_creator(self) -> NamedNode | None:
        """The creator of the document, where it has exactly one and that one has an IRI.

        It speaks wherever no passage says otherwise.
        """
        found = {q.object for q in self.description if q.predicate == DCTERMS.creator}
        one = next(iter(found), None)
        return one if len(found) == 1 and isinstance(one, NamedNode) else None

    @property
    def name(self) -> str:
        """The short name, as in ``seeds/<name>.ann``."""
        return Path(self.file).stem


@dataclass(frozen=True)
class Selection:
    """Some sources of a project, to be read without the others.

    ``names`` are those of the files, as in ``seeds/<name>.ann``; ``others`` tells the IRI of each
    source that is not read, and its file.
    """

    names: frozenset[str]
    others: Mapping[NamedNode, str]


def read_sources(
    layout: Layout, names: brat.Names | None, texts: Texts, only: Selection | None = None
) -> tuple[list[Source], list[Finding]]:
    """Read every source of ``seeds/``; a bad file never hides the problems of the others.

    ``names`` may be None, to check the grammar of annotations only; ``only`` leaves sources out.

    Returns:
        The sources that could be read, by file name, and everything found wrong.
    """
    sources: dict[NamedNode, Source] = {}
    findings: list[Finding] = []
    stems = None if only is None else only.names
    annotations = layout.files("seeds", "*.ann", stems)
    described = [f for f in layout.files("seeds", "*.ttl", stems) if f.stem not in CURATED]
    if not annotations and not layout.names("seeds", "*.ann"):
        findings.append(Finding.of("no-sources", "seeds", unreadable=True))
    for file in described:
        if (expected := file.with_suffix(".ann")) not in annotations:
            name = layout.name(expected)
            findings.append(Finding.of("no-annotation", layout.name(file), expected=name))
    for file in annotations:
        source, problems = _read_source(layout, file, names, texts)
        findings.extend(problems)
        if source is None:
            continue
        other = sources[source.iri].file if source.iri in sources else None
        if only is not None:
            other = other or only.others.get(source.iri)
        if other is not None:
            findings.append(
                Finding.of("same-source", source.file, source=source.iri.value, other=other)
            )
            continue
        sources[source.iri] = source
    return list(sources.values()), findings


def _read_source(
    layout: Layout, file: Path, names: brat.Names | None, texts: Texts
) -> tuple[Source | None, list[Finding]]:
    description = file.with_suffix(".ttl")
    findings: list[Finding] = []
    quads: list[Quad] | None = None
    length: int | None = None
    if not layout.exists(description):
        expected = layout.name(description)
        findings.append(Finding.of("no-description", layout.name(file), expected=expected))
    else:
        try:
            quads = layout.read(description)
        except InputError as error:
            findings.extend(error.findings)
    fields: Mapping[str, Term] = {}
    if quads is not None:
        fields, problems = _fields(quads, layout.name(description))
        findings.extend(problems)
        length = int(fields["length"].value) if "length" in fields else None  # type: ignore[union-attr]
    try:
        data = layout.bytes(file)
    except InputError as error:
        return None, [*findings, *error.findings]
    document, problems = brat.read(data, file=layout.name(file), names=names, length=length)
    findings.extend(problems)
    if len(fields) < 4 or quads is None or length is None:
        return None, findings
    iri = fields["iri"]
    assert isinstance(iri, NamedNode)
    digest = str(fields["sha256"].value)  # type: ignore[union-attr]
    text = None
    try:
        text = texts.get(digest)
    except InputError as error:
        findings.extend(error.findings)
    if text is not None and len(text) != length:
        findings.append(
            Finding.of("text-length", layout.name(description), actual=len(text), stated=length)
        )
    source = Source(
        iri=iri,
        file=layout.name(file),
        language=str(fields["language"].value),  # type: ignore[union-attr]
        sha256=digest,
        length=length,
        description=tuple(q for q in quads if q.subject == iri),
        statements=tuple(q for q in quads if q.subject != iri),
        document=document,
        text=text,
    )
    return source, findings


_FIELDS = {
    "language": (DCTERMS.language, "dcterms:language", "a language tag such as fr", r"[a-z]{2,3}"),
    "sha256": (SCHEMA.sha256, "schema:sha256", "64 hexadecimal digits", r"[0-9a-f]{64}"),
    "length": (ECC.textLength, "ecc:textLength", "the number of code points", r"[0-9]{1,9}"),
}


def _fields(quads: list[Quad], file: str) -> tuple[dict[str, Term], list[Finding]]:
    documents = [
        q.subject for q in quads if q.predicate == RDF.type and q.object == ECC.SourceDocument
    ]
    if len(documents) != 1 or not isinstance(documents[0], NamedNode):
        return {}, [Finding.of("source-count", file, count=len(documents))]
    found: dict[str, Term] = {"iri": documents[0]}
    findings: list[Finding] = []
    for name, (predicate, shown, expected, form) in _FIELDS.items():
        values = [q.object for q in quads if (q.subject, q.predicate) == (documents[0], predicate)]
        if (
            len(values) == 1
            and isinstance(values[0], Literal)
            and re.fullmatch(form, values[0].value)
        ):
            found[name] = values[0]
        else:
            findings.append(Finding.of("source-field", file, property=shown, expected=expected))
    return found, findings
