"""Moved: terms that a file names in the namespace where they stood before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyoxigraph import NamedNode

from kg.errors import InputError
from kg.findings import Finding
from kg.layout import Layout
from kg.namespaces import SKOS
from kg.schema import Schema
from kg.terms import compact

_FILES = (
    ("seeds", "*.ann"), ("seeds", "*.ttl"), ("ontology", "*.ttl"), ("ontology/rules", "*.rq"),
    ("shapes", "*.ttl"), ("queries", "*.rq"),
)  # fmt: skip
_PREFIX = re.compile(r"(?im)^\s*@?prefix\s+([\w.-]*):\s*<([^>\n]*)>")
# Strings of one line and comments are passed over; queries within shapes stand in long strings.
_TOKEN = re.compile(
    r'"""|"(?:[^"\\\n]|\\.)*"|(?<![\w/])#.*|<(?P<iri>[^<>"\s]*)>'
    r"|(?<![\w:/#<])(?P<prefix>[A-Za-z][\w.-]*):(?P<local>[A-Za-z_][\w-]*)"
)


def moved_terms(layout: Layout, schema: Schema) -> Iterator[Finding]:
    """Every use of a term whose namespace no longer has it while another of the project's does."""
    kinds = [(q.subject, q.object) for q in schema.quads if isinstance(q.subject, NamedNode)]
    known = {subject for subject, _ in kinds}
    schemes = (subject for subject, kind in kinds if kind == SKOS.ConceptScheme)
    spaces = {*schema.namespaces, *(_split(scheme.value)[0] for scheme in schemes)}
    homes = {_split(term.value)[1]: term for term in sorted(known, key=str)
             if _split(term.value)[0] in spaces}  # fmt: skip
    for folder, pattern in _FILES:
        for file in layout.files(folder, pattern):
            try:
                text = layout.text(file)
            except InputError:
                continue  # it is reported where the file is read
            prefixes = {**layout.prefixes, **dict(_PREFIX.findall(text))}
            for offset, iri in _named(text, prefixes):
                space, local = _split(iri)
                if space in spaces and local in homes and NamedNode(iri) not in known:
                    line = text.count("\n", 0, offset) + 1
                    column = offset - text.rfind("\n", 0, offset)
                    yield Finding.of(
                        "moved-term", layout.name(file), line, column,
                        term=compact(NamedNode(iri), layout.prefixes),
                        now=compact(homes[local], layout.prefixes),
                        space=_split(homes[local].value)[0],
                    )  # fmt: skip


def _named(text: str, prefixes: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """The IRIs in a text, with their offsets; those of a declaration of a prefix are none."""
    for token in _TOKEN.finditer(text):
        if token["iri"]:
            yield token.start(), token["iri"]
        elif token["prefix"] in prefixes:
            yield token.start(), prefixes[token["prefix"]] + token["local"]


def _split(iri: str) -> tuple[str, str]:
    """An IRI as namespace and local name.

    >>> _split("https://w3id.org/ecodip#Agency"), _split("http://x/list/plan")
    (('https://w3id.org/ecodip#', 'Agency'), ('http://x/list/', 'plan'))
    """
    end = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:end], iri[end:]
