"""Reading: everything the files of a project say, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kg.claims import Claim, Statements
from kg.errors import CheckFailed, InputError
from kg.findings import Finding, at_least
from kg.interpretation import interpret
from kg.layers import Layers, gate, layers_of
from kg.layout import Layout
from kg.misplaced import misplaced
from kg.namespaces import DCTERMS
from kg.places import Places
from kg.rules import Rule
from kg.rules.files import parse
from kg.rules.refusals import refusals
from kg.schema import Schema
from kg.sources import Selection, Source, read_sources
from kg.tbox import axioms
from kg.terms import Term, compact
from kg.text import Texts


@dataclass(frozen=True)
class Reading:
    """What the seeds, the ontology and the authority file of a project hold.

    ``ontology`` holds the statements of the ontology and its lists, ``rules`` what its rule files
    say; ``findings`` everything that is wrong, in order of place.
    """

    layout: Layout
    schema: Schema
    ontology: tuple[Quad, ...]
    authority: tuple[Quad, ...]
    statements: tuple[Statements, ...]
    rules: tuple[Rule, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    @classmethod
    def of(cls, layout: Layout, texts: Texts, only: Selection | None = None) -> Reading:
        """Read a project; problems of any number of files are gathered, none hides another.

        With ``only``, the sources are those, and the rest of the project is read as always.

        Raises:
            InputError: the ontology itself cannot be read, so nothing else can be understood.
        """
        findings: list[Finding] = []
        ontology: list[Quad] = []
        for file in ontology_files(layout):
            ontology.extend(_read(layout, file, findings))
        ontology = list(dict.fromkeys(ontology))  # two files may declare one term of another
        is_whole = not findings
        authority = _read(layout, layout.root / "seeds" / "authority.ttl", findings)
        schema = Schema.of(ontology)
        try:
            prefixes = layout.prefixes
        except InputError as error:
            findings.extend(error.findings)
            findings = _without_names(layout, texts, findings)
            raise InputError(findings=findings) from error
        if not ontology:
            findings.append(Finding.of("no-ontology", "ontology", unreadable=True))
        if not is_whole or not ontology:
            # Without all of the ontology, names would be unknown that are not wrong.
            raise InputError("no-names", _without_names(layout, texts, findings))
        sources, problems = read_sources(layout, schema.names(), texts, only)
        findings.extend(problems)
        known = _described(authority)
        known |= {source.iri for source in sources} | set(only.others if only else ())
        statements = tuple(interpret(source, schema, prefixes, known) for source in sources)
        for found in statements:
            # Without the authority file, entities would be unknown that are not wrong.
            told = [*found.findings, *_creators(found.source, known, prefixes)]
            findings.extend(f for f in told if authority or f.code not in _OF_AUTHORITY)
            if found.source.text is None:
                digest = found.source.sha256[:8]
                findings.append(
                    Finding.of("unverified", found.source.file, severity="info", digest=digest)
                )
        rules = _rules(layout, ontology, findings)
        findings.extend(_unreasoned(layout, ontology, authority, statements))
        reading = cls(layout, schema, tuple(ontology), tuple(authority), statements, rules)
        findings.extend(gate(reading.layers, statements, reading.authority, schema, dict(prefixes)))
        object.__setattr__(reading, "findings", tuple(sorted(findings)))
        return reading

    def stop_on_errors(self) -> None:
        """Let nothing be built of files with errors.

        Raises:
            InputError, CheckFailed: a file is unreadable, or a gate failed; ``findings`` lists all.
        """
        if errors := at_least(self.findings, "error"):
            unreadable = any(finding.unreadable for finding in errors)
            kind = InputError if unreadable else CheckFailed
            raise kind("problems", self.findings, count=len(errors))

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """All claims, by source and line."""
        return tuple(claim for found in self.statements for claim in found.claims)

    @cached_property
    def known(self) -> frozenset[NamedNode]:
        """What the authority file describes."""
        return _described(self.authority)

    @cached_property
    def layers(self) -> Layers:
        """The asserted and evidence graphs of all sources."""
        return layers_of(self.statements, self.authority)


# What can only be said where the authority file could be read.
_OF_AUTHORITY = ("unknown-entity", "unknown-creator", "passage-unknown-voice")


def _described(authority: Iterable[Quad]) -> frozenset[NamedNode]:
    return frozenset(q.subject for q in authority if isinstance(q.subject, NamedNode))


def _creators(
    source: Source, known: Container[object], prefixes: Mapping[str, str]
) -> Iterator[Finding]:
    """Creators of a source that the authority file does not know."""
    for quad in source.description:
        creator = quad.object
        if quad.predicate != DCTERMS.creator or creator in known:
            continue
        if isinstance(creator, NamedNode):
            file = f"{source.file.removesuffix('.ann')}.ttl"
            yield Finding.of("unknown-creator", file, creator=compact(creator, prefixes))


def ontology_files(layout: Layout) -> list[Path]:
    """The files that make the ontology layer: all of ``ontology/`` but the dataset description."""
    return [f for f in layout.files("ontology", "*.ttl") if f.name != "dataset.ttl"]


def _without_names(layout: Layout, texts: Texts, findings: list[Finding]) -> list[Finding]:
    """The findings with those of the sources, whose names cannot be judged."""
    return sorted([*findings, *read_sources(layout, None, texts)[1]])


def _read(layout: Layout, file: Path, findings: list[Finding]) -> list[Quad]:
    try:
        return layout.read(file)
    except InputError as error:
        findings.extend(error.findings)
        return []


def _rules(layout: Layout, ontology: Sequence[Quad], findings: list[Finding]) -> tuple[Rule, ...]:
    """The rules of ``ontology/rules/``; what is wrong with a file is added to the findings."""
    found: list[Rule] = []
    for file in layout.files("ontology/rules", "*.rq"):
        name = layout.name(file)
        try:
            text = layout.text(file)
            read = parse(text, file=name, name=file.stem, prefixes=layout.prefixes)
        except InputError as error:
            findings.extend(error.findings)
            continue
        findings += read.undeclared(ontology)
        found += read.rules
    return tuple(found)


def _unreasoned(
    layout: Layout,
    ontology: Sequence[Quad],
    authority: Sequence[Quad],
    statements: Sequence[Statements],
) -> Iterator[Finding]:
    """Axioms that no rule can be made of, and what the reasoner would pass over."""

    def shown(term: Term) -> str:
        return compact(term, layout.prefixes)

    told, nowhere = axioms(ontology), Places({}, "ontology")
    if refusals(told):
        places = Places.in_files(layout, ontology_files(layout), nowhere.default)
        yield from refusals(told, places.of, shown)
    data = {"seeds/authority.ttl": tuple(authority)}
    for one in (found.source for found in statements):
        data[f"{one.file.removesuffix('.ann')}.ttl"] = (*one.description, *one.statements)
    for name, quads in data.items():
        # Most files have nothing of the kind, so that lines need not be looked for.
        if any(misplaced(quads, nowhere, shown)):
            places = Places.in_files(layout, [layout.root / name], name)
            yield from misplaced(quads, places, shown)
