"""Recorded: what sources state, read back from the graph that was built of them."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from kg.brat.document import Document
from kg.claims import Claim, Span, Statements
from kg.layout import Layout
from kg.namespaces import DCTERMS, ECC, PROV, RDF
from kg.sources import Source

_CHAR = re.compile(r"#char=([0-9]+),([0-9]+)$")
_DIGITS = re.compile(r"([0-9]+)")


def recorded(
    layout: Layout, last: Mapping[str, Any], quads: Iterable[Quad]
) -> tuple[Statements, ...]:
    """The statements of the sources of a build, with their claims in the order of the files.

    A claim has its line where the annotation still is what the build read, else 0.

    Args:
        layout: the project.
        last: the manifest of the build.
        quads: what was built.
    """
    graphs: dict[Any, list[Quad]] = defaultdict(list)
    for quad in quads:
        graphs[quad.graph_name].append(quad)
    return tuple(
        _statements(layout, last, record, graphs[NamedNode(f"{record['iri']}/evidence")])
        for _, record in sorted(last["sources"].items())
    )


def _statements(
    layout: Layout, last: Mapping[str, Any], record: Mapping[str, Any], quads: list[Quad]
) -> Statements:
    iri, file = NamedNode(record["iri"]), str(record["file"])
    facts: dict[Any, list[Quad]] = defaultdict(list)
    for quad in quads:
        facts[quad.subject].append(quad)
    lines = _lines(layout, file, last["inputs"].get(file))
    a_claim = ECC.Claim
    ids = {quad.subject for quad in quads if quad.object == a_claim}
    claims = [_claim(one, facts, iri, file, lines) for one in ids]
    links = tuple(q.triple for q in quads if q.subject in ids and q.object in ids)
    source = Source(
        iri=iri, file=file, language="", sha256="", length=0, description=tuple(facts[iri]),
        statements=(), document=Document(()), text=None,
    )  # fmt: skip
    return Statements(source, tuple(sorted(claims, key=_order)), links, {})


def _lines(layout: Layout, file: str, digest: str | None) -> Mapping[str, int]:
    """The line of each id of an annotation; nothing where it is another than that of the build."""
    path = layout.root / file
    if not path.is_file() or hashlib.sha256(data := path.read_bytes()).hexdigest() != digest:
        return {}
    found: dict[str, int] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        found.setdefault(line.partition(b"\t")[0].decode("utf-8", "replace"), number)
    return found


def _claim(
    id: Any, facts: Mapping[Any, list[Quad]], source: NamedNode, file: str, lines: Mapping[str, int]
) -> Claim:
    told: dict[NamedNode, list[Any]] = defaultdict(list)
    for quad in facts[id]:
        told[quad.predicate].append(quad.object)

    def one(predicate: NamedNode) -> Any:
        return told[predicate][0] if told[predicate] else None

    valid, speaker, line_id = one(DCTERMS.valid), one(ECC.isAttributedTo), one(DCTERMS.identifier)
    line_id = line_id.value if line_id else ""
    creators = [quad.object for quad in facts[source] if quad.predicate == DCTERMS.creator]
    texts = [text for text in told[ECC.claimText] if isinstance(text, Literal)]
    return Claim(
        id=id,
        line_id=line_id,
        source=source,
        subject=one(RDF.subject),
        predicate=one(RDF.predicate),
        object=one(RDF.object),
        modality=one(ECC.hasModality).value.rpartition("/")[2],
        negated=one(ECC.isNegated).value == "true",
        speaker=speaker,
        is_own_voice=speaker is None or creators == [speaker],
        passage=one(ECC.isWithinPassage),
        valid=valid and valid.value,
        about=tuple(sorted(told[ECC.isAbout], key=str)),
        spans=tuple(sorted(_spans(facts, told[PROV.wasDerivedFrom]))),
        remark=tuple(sorted((text.language or "en", text.value) for text in texts)),
        file=file,
        line=lines.get(line_id, 0),
        verified=False,
    )


def _spans(facts: Mapping[Any, list[Quad]], nodes: Iterable[Any]) -> Iterator[Span]:
    for node in nodes:
        place = _CHAR.search(node.value)
        quote = NamedNode(node.value.replace("#char=", "#quote="))
        words = [q.object.value for q in facts[quote] if isinstance(q.object, Literal)]
        if place and words:
            yield Span(int(place[1]), int(place[2]), words[0])


def _order(claim: Claim) -> tuple[Any, ...]:
    name = claim.line_id
    return claim.line, [int(p) if p.isdigit() else p for p in _DIGITS.split(name)]
