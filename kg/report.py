"""Report: the results of validation with the place and the words that caused them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad

from kg.claims import Claim
from kg.errors import CheckFailed
from kg.findings import Finding, Severity, wording
from kg.namespaces import RDF, RDFS, SH, SKOS, XSD
from kg.reading import Reading
from kg.shacl.implied import Implied
from kg.terms import compact, from_ntriples
from kg.validation import Engine, Result, compare, handed_over, load_shapes, report
from kg.verdicts import Verdicts

SEVERITIES: Mapping[str, Severity] = {"violation": "error", "warning": "warning", "info": "info"}
_MARKS = {"masked": "inference-masked", "revealed": "inference-revealed"}
_NAMES = {"rdfs": str(RDFS)}
_AUTHORITY = "seeds/authority.ttl"


@dataclass(frozen=True)
class Violation:
    """One result of validation: what a shape found, at which node, and where that comes from.

    ``words`` are the words of the document; empty where a hand-written file says it. ``labels``
    holds the name of the node by language. ``inference`` is ``masked`` where reasoning hides
    the result, ``revealed`` where there is none without reasoning.
    """

    result: Result
    labels: Mapping[str, str]
    node: str
    file: str
    line: int
    words: str
    inference: str = ""

    @property
    def severity(self) -> str:
        """``violation``, ``warning`` or ``info``."""
        return self.result.severity

    def message(self, lang: str = "en") -> str:
        """The shape's message in ``lang``."""
        return self.result.message(lang)

    def label(self, lang: str = "en") -> str:
        """The name of the thing, in ``lang`` if it has one in it; else its id."""
        return self.labels.get(lang) or self.labels.get("en") or self.node

    def name(self, lang: str = "en") -> str:
        """The thing for readers: its label with its id in brackets."""
        label = self.label(lang)
        return label if label == self.node else f"{label} ({self.node})"

    def mark(self, lang: str = "en") -> str:
        """What inference does to the result, in square brackets; nothing for most."""
        return f" [{wording(_MARKS[self.inference], lang)}]" if self.inference else ""

    def finding(self) -> Finding:
        """The violation as a line ``file:line: code: message``."""
        words = f" «{self.words}»" if self.words else ""
        return Finding.of(
            "shape",
            self.file,
            self.line,
            severity=SEVERITIES[self.severity],
            shape=self.result.code,
            words=words,
            en=f"{self.name('en')}: {self.message('en')}{self.mark('en')}",
            fr=f"{self.name('fr')} : {self.message('fr')}{self.mark('fr')}",
        )

    def text(self, lang: str = "en") -> str:
        """The violation as two lines: code, message and thing; then place and words."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        words = f"  «{self.words}»" if self.words else ""
        head = f"{self.result.code} {self.severity}: {self.message(lang)}"
        return f"{head} — {self.name(lang)}{self.mark(lang)}\n    {place}{words}\n"

    def to_json(self, lang: str = "en") -> dict[str, Any]:
        """The violation as JSON data."""
        result = self.result
        return {
            "code": result.code,
            "severity": result.severity,
            "message": self.message(lang),
            "node": result.focus,
            "label": self.label(lang),
            "path": result.path,
            "value": result.value,
            "file": self.file,
            "line": self.line,
            "words": self.words,
            "inference": self.inference or None,
        }


@dataclass(frozen=True)
class Validation:
    """What the shapes say of a project before and after reasoning.

    ``violations`` holds the results on what is asserted, and those that inference revealed;
    ``is_reasoned`` tells whether there was anything inferred to look at. ``idle`` and ``implied``
    name shapes as people do; ``handed`` tells what pyshacl had to judge.
    """

    violations: tuple[Violation, ...]
    is_reasoned: bool
    idle: tuple[str, ...]
    implied: tuple[tuple[str, Implied], ...]
    handed: tuple[Finding, ...]

    def notes(self, lang: str = "en") -> list[str]:
        """What there is to know of the shapes themselves, a line each."""
        found = [finding.message(lang) for finding in self.handed]
        if not self.is_reasoned:
            found.append(wording("validated-without-reasoning", lang))
        if self.idle:
            names = ", ".join(self.idle)
            found.append(wording("shapes-without-data", lang, names=names))
        found += [
            wording(
                "shape-implied-always" if one.always else "shape-implied",
                lang, shape=name, axiom=compact(one.by, _NAMES), term=one.term.value,
            )
            for name, one in self.implied
        ]  # fmt: skip
        return found

    def to_json(self, lang: str = "en") -> dict[str, Any]:
        """The validation as JSON data."""
        return {
            "results": [violation.to_json(lang) for violation in self.violations],
            "reasoned": self.is_reasoned,
            "idle": list(self.idle),
            "cannot_fail": [
                {
                    "shape": name,
                    "component": one.component,
                    "axiom": one.by.value,
                    "term": one.term.value,
                    "phase": "always" if one.always else "after reasoning",
                }
                for name, one in self.implied
            ],
        }


def violations(
    reading: Reading,
    inferred: Iterable[Quad] | None = None,
    engine: Engine = "sparql",
    keep: Path | None = None,
) -> Validation:
    """Validate what the sources and the authority assert, before and after reasoning.

    Types are closed under the ontology's sub-classes; the evidence is validated too.

    Args:
        reading: what the files of the project hold.
        inferred: what the reasoner adds; None leaves out the second validation.
        engine: ``sparql`` or ``pyshacl``.
        keep: a folder to make, in which data and results are kept for the next build.

    Raises:
        InputError: a file of ``shapes/`` is malformed.
    """
    if keep is not None:
        keep.mkdir()
    layers = reading.layers
    quads = (*layers.asserted, *layers.evidence, *reading.authority, *reading.ontology)
    shapes = load_shapes(reading.layout.shapes())
    found = compare(
        quads,
        inferred,
        shapes,
        ontology=reading.ontology,
        unseen=layers.evidence,
        engine=engine,
        keep=keep,
    )
    if keep is not None and found.after is not None:
        Verdicts(found.before, found.after).write(keep)
    return Validation(
        tuple(violations_of(reading, found.before, found.after)),
        found.after is not None,
        tuple(_named(iri) for iri in found.idle),
        tuple((_named(one.shape), one) for one in found.implied),
        tuple(handed_over(shapes)) if engine == "sparql" else (),
    )


def violations_of(
    reading: Reading, before: Sequence[Result], after: Sequence[Result] | None
) -> list[Violation]:
    """Results before and after reasoning, with the places and words that caused them."""
    then = {result.order for result in before}
    now = then if after is None else {result.order for result in after}
    locator = _Locator(reading)
    located = [locator.locate(r, "" if r.order in now else "masked") for r in before]
    located += [locator.locate(r, "revealed") for r in after or () if r.order not in then]
    rank = list(SEVERITIES)
    located.sort(key=lambda v: (rank.index(v.severity), v.result.code, v.file, v.line))
    return located


def _named(iri: str) -> str:
    """The local name of a shape."""
    return iri.replace("#", "/").rsplit("/", 1)[-1]


def stop_on_violations(found: Iterable[Violation]) -> None:
    """Let nothing be built of what breaks a shape.

    Raises:
        CheckFailed: there are violations, before reasoning or revealed by it.
    """
    if grave := [violation for violation in found if violation.severity == "violation"]:
        findings = [violation.finding() for violation in grave]
        raise CheckFailed("violations", findings, count=len(grave))


def severities(found: Iterable[Violation | Result]) -> dict[str, int]:
    """How many results there are of each severity."""
    counts = Counter(violation.severity for violation in found)
    return {name: counts[name] for name in SEVERITIES}


def as_turtle(found: Sequence[Violation]) -> str:
    """The results as a ``sh:ValidationReport`` in Turtle."""
    told = report([violation.result for violation in found])
    prefixes = {"sh": str(SH), "xsd": str(XSD)}
    text = ox.serialize(told, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    return (text or b"").decode()


@dataclass(frozen=True)
class _Locator:
    reading: Reading

    @cached_property
    def _claims(self) -> Mapping[object, Sequence[Claim]]:
        """Claims by their id, their spans, their subject."""
        found: dict[object, list[Claim]] = defaultdict(list)
        for claim in self.reading.claims:
            keys = {claim.id, claim.subject, *claim.about}
            for span in claim.spans:
                for kind in ("char", "position", "quote"):
                    base = claim.source.value
                    keys.add(NamedNode(f"{base}#{kind}={span.start},{span.end}"))
            for one in keys:
                found[one].append(claim)
        return found

    @cached_property
    def _labels(self) -> Mapping[object, Mapping[str, str]]:
        found: dict[object, dict[str, str]] = defaultdict(dict)
        for quad in (*self.reading.ontology, *self.reading.authority):
            if quad.predicate == SKOS.prefLabel and isinstance(quad.object, Literal):
                found[quad.subject][quad.object.language or "en"] = quad.object.value
        return found

    @cached_property
    def _lines(self) -> Mapping[str, tuple[str, int]]:
        """File and line at which the Turtle files of the seeds begin to describe a node."""
        found: dict[str, tuple[str, int]] = {}
        for file in self.reading.layout.files("seeds", "*.ttl"):
            text = self.reading.layout.bytes(file).decode("utf-8", "replace")
            for number, line in enumerate(text.split("\n"), 1):
                if line[:1].strip():
                    found.setdefault(line.split()[0], (self.reading.layout.name(file), number))
        return found

    def locate(self, result: Result, inference: str = "") -> Violation:
        """Find the claim, or the line of a hand-written file, that a result is about."""
        focus = from_ntriples(result.focus)
        node = compact(focus, self.reading.layout.prefixes)
        labels = self._labels.get(focus, {})
        candidates = self._claims.get(focus, ())
        ranked = sorted(
            candidates, key=lambda c: (self._distance(c, focus, result), c.file, c.line)
        )
        if ranked:
            best = ranked[0]
            if best.id == focus:
                node = f"{best.file.removeprefix('seeds/')} {best.line_id}"
            words = " … ".join(span.words for span in best.spans)
            return Violation(result, labels, node, best.file, best.line, words, inference)
        file, line = self._lines.get(node) or self._lines.get(str(focus)) or (_AUTHORITY, 0)
        return Violation(result, labels, node, file, line, "", inference)

    def _distance(self, claim: Claim, focus: object, result: Result) -> int:
        if claim.id == focus:
            return 0
        path = None if result.path is None else result.path.strip("<>")
        says = claim.predicate is not None and claim.predicate.value == path
        if says and claim.asserted:
            return 1 if str(claim.object) == result.value else 2
        if says:
            return 3
        return 4 if claim.predicate == RDF.type else 5
