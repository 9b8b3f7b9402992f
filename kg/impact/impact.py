"""Impact: all that a change makes of claims, triples, results of validation and answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.findings import Finding
from kg.impact.claims import ClaimChange
from kg.impact.naming import Naming
from kg.impact.results import ResultChange
from kg.impact.rows import QueryChange
from kg.impact.statements import StatementChange
from kg.terms import Term

# Choices of what a change may be refused for.
SECTIONS = ("claims", "triples", "violations", "rows")


@dataclass(frozen=True)
class Impact:
    """What files would change if a graph were built of them.

    Args:
        files: those that were named, as in the project.
        unnamed: others that changed since the build; what they change is told as well.
        baseline: ``build``, or ``files`` where the project's own files are what is compared with.
        findings: errors for which nothing would be built, then warnings of the named files.
        claims: that come, go or change.
        stated: statements of sources, authority and ontology that come or go.
        inferred: conclusions that come or go, the first ones with the reason.
        violations: results of validation of any severity that come, go or change.
        queries: stored queries of which rows come, go or change.
        idle: shapes of the named files that match nothing.
        untold: fields above that could not be worked out since the files have errors.
        naming: how the things concerned are called.
    """

    files: tuple[str, ...]
    unnamed: tuple[str, ...] = ()
    baseline: str = "build"
    findings: tuple[Finding, ...] = ()
    claims: tuple[ClaimChange, ...] = ()
    stated: tuple[StatementChange, ...] = ()
    inferred: tuple[StatementChange, ...] = ()
    violations: tuple[ResultChange, ...] = ()
    queries: tuple[QueryChange, ...] = ()
    idle: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    naming: Naming = field(default_factory=Naming, repr=False, compare=False)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Why nothing would be built, or a query could not be read; empty when all is well."""
        broken = (f for query in self.queries for f in query.findings)
        return tuple(f for f in (*self.findings, *broken) if f.severity == "error")

    @property
    def changed(self) -> frozenset[str]:
        """The :data:`SECTIONS` in which anything comes, goes or changes."""
        parts: dict[str, Sequence[object]] = {
            "claims": self.claims,
            "triples": (*self.stated, *self.inferred),
            "violations": self.violations,
            "rows": self.queries,
        }
        return frozenset(name for name, found in parts.items() if found)

    def __bool__(self) -> bool:
        """Whether anything would change, or nothing could be built."""
        return bool(self.changed or self.errors)

    def exit_code(self, fail_on: Collection[str] = ()) -> int:
        """How a command ends: 2 for a file that cannot be read, 1 for what could not be built.

        Args:
            fail_on: :data:`SECTIONS` of which no change is wanted: 1 where there is one; ``any``
                stands for all.
        """
        if any(finding.unreadable for finding in self.errors):
            return 2
        refused = self.changed & (frozenset(SECTIONS) if "any" in fail_on else frozenset(fail_on))
        return 1 if self.errors or refused else 0

    def counts(self) -> dict[str, Counter[str]]:
        """How many of what kind there are in each part."""
        return {
            "claims": Counter(change.kind for change in self.claims),
            "stated": Counter(change.kind for change in self.stated),
            "inferred": Counter(change.kind for change in self.inferred),
            "violations": Counter(change.kind for change in self.violations),
            "rows": Counter(row.kind for query in self.queries for row in query.rows),
        }

    def text(self, lang: str = "en", *, first: int | None = 10, width: int | None = None) -> str:
        """The impact for people: each part with its counts and its first changes; None for all."""
        from kg.impact.table import to_table

        return to_table(self, lang, first, width)

    def to_json(self, lang: str = "en") -> dict[str, Any]:
        """The impact as JSON data, whole; labels and messages in ``lang``."""
        from kg.impact.saved import to_json

        return to_json(self, lang)

    def terms(self) -> Iterator[Term]:
        """Every term that is told of, to be given a name."""
        for change in self.claims:
            for claim in filter(None, (change.old, change.new)):
                ends = (claim.subject, claim.predicate, claim.object, claim.speaker, *claim.about)
                yield from (term for term in ends if term is not None)
        for one in (*self.stated, *self.inferred):
            triples = [one.triple]
            if one.because is not None:
                yield from one.because.path
                yield from one.because.rule.axiom
                triples += [*one.because.premises, *one.because.changed]
            for triple in triples:
                yield from (triple.subject, triple.predicate, triple.object)
        for query in self.queries:
            for row in query.rows:
                for cells in filter(None, (row.old, row.new)):
                    found = cells.values()
                    yield from (t for t in found if isinstance(t, NamedNode | Literal))
