"""Quality: what is known of how good a built graph is, with the claims that it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kg import brat, build
from kg.agreement import Agreement, agreement
from kg.claims import Claim
from kg.conflicts import Conflict, conflicts
from kg.coverage import Coverage, coverage
from kg.errors import EngineError
from kg.interpretation import interpret
from kg.namespaces import RDF
from kg.schema import Schema
from kg.shacl.compiler import Plan, compile_shapes
from kg.shacl.data import ValidationData
from kg.shacl.implied import Implied, implied
from kg.shacl.results import Result
from kg.shacl.shapes import Shapes
from kg.shape_files import load_shapes
from kg.terms import Term, from_ntriples
from kg.verdicts import Verdicts
from kg.web.claim_index import ClaimIndex

if TYPE_CHECKING:
    from kg.web.application import Application

SECOND = "docs/second-annotation"
"""The folder of a project that holds second annotations of its sources."""


@dataclass(frozen=True)
class Verdict:
    """A result of validation, with the thing and the claims that it is about.

    ``inference`` is ``masked`` where reasoning hides the result, ``revealed`` where there is none
    without reasoning, else empty.
    """

    result: Result
    focus: Term
    claims: tuple[Claim, ...]
    inference: str


class Quality:
    """What the shapes, the claims themselves and second annotations tell of a built graph.

    Each part is worked out when first asked for. All but coverage and agreement is told of the
    graph as it was built; these two read the annotations as they are now.

    Args:
        app: whose graph is looked at.
    """

    def __init__(self, app: Application) -> None:
        self._app = app
        self._index = app.keep(ClaimIndex)

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes of the project."""
        return load_shapes(self._app.project.layout.shapes())

    @cached_property
    def _plan(self) -> Plan:
        return compile_shapes(self.shapes)

    @cached_property
    def _told(self) -> Verdicts:
        return self._app.project.verdicts()

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All results, before reasoning and revealed by it, the gravest first."""
        after = {result.order for result in self._told.after}
        found = [(r, "" if r.order in after else "masked") for r in self._told.before]
        found += [(r, "revealed") for r in self._told.revealed]
        found.sort(key=lambda pair: tuple(map(str, pair[0].order)))
        return tuple(self._verdict(result, inference) for result, inference in found)

    def _verdict(self, result: Result, inference: str) -> Verdict:
        focus = from_ntriples(result.focus)
        return Verdict(result, focus, self._causes(focus, result), inference)

    def _causes(self, focus: Term, result: Result) -> tuple[Claim, ...]:
        """The claims that a result is about: the claim itself, else those that say what is wrong,
        else those that name the thing.
        """
        if claim := self._index.by_id.get(focus):
            return (claim,)
        if not isinstance(focus, NamedNode):
            return ()
        about = self._by_span.get(focus) or self._index.about.get(focus, ())
        path = None if result.path is None else result.path.strip("<>^")
        saying = [c for c in about if c.predicate is not None and c.predicate.value == path]
        exact = [claim for claim in saying if str(claim.object) == result.value]
        return tuple(exact or saying or [c for c in about if c.predicate == RDF.type] or about)[:3]

    @cached_property
    def _by_span(self) -> Mapping[Term, list[Claim]]:
        found: dict[Term, list[Claim]] = defaultdict(list)
        for claim in self._index.claims:
            for span in claim.spans:
                for kind in ("char", "position", "quote"):
                    node = NamedNode(f"{claim.source.value}#{kind}={span.start},{span.end}")
                    found[node].append(claim)
        return found

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Severity to how many results there are before and after, masked and revealed."""
        told: dict[str, dict[str, int]] = {}
        grades = {"violation": 0, "warning": 0, "info": 0}
        phases = {
            "before": self._told.before,
            "after": self._told.after,
            "masked": [v.result for v in self.verdicts if v.inference == "masked"],
            "revealed": self._told.revealed,
        }
        for results in phases.values():
            for result in results:
                grades.setdefault(result.severity, 0)
        for grade in grades:
            told[grade] = {
                phase: sum(r.severity == grade for r in results)
                for phase, results in phases.items()
            }
        return told

    @cached_property
    def idle(self) -> tuple[str, ...]:
        """The shapes whose targets match nothing that is stated."""
        project = self._app.project
        last = build.manifest(project.layout) or project.build()
        folder = project.layout.build / last["checks"] / "before"
        try:
            data = ValidationData.open(folder, read_only=True)
        except OSError as error:
            raise EngineError("unreadable-checks", folder=folder, error=error) from error
        targets = {check.shape: check for check in self._plan.checks}
        return tuple(s.iri for s, check in targets.items() if not data.matches(check.focus_nodes))

    @cached_property
    def implied(self) -> tuple[Implied, ...]:
        """The checks that the ontology keeps from failing."""
        layout = self._app.project.layout
        engine = self._app.store.engine
        graphs = [g for g in engine.named_graphs() if layout.layer_of(g) == "evidence"]
        outside = {
            quad.predicate
            for graph in graphs
            for quad in engine.quads_for_pattern(None, None, None, graph)
        }
        failed = {(r.source_shape, r.component) for r in self._told.after}
        found = implied(
            self._plan.checks, self._app.store.quads(layout.layer("ontology")), outside=outside
        )
        return tuple(one for one in found if (one.shape, one.component) not in failed)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The conflicts among the claims of the graph."""
        store, layout = self._app.store, self._app.project.layout
        ontology = tuple(store.quads(layout.layer("ontology")))
        known = [*ontology, *store.quads(layout.layer("authority"))]
        for document in self._index.documents.values():
            graph = NamedNode(f"{document.iri.value}/evidence")
            found = store.engine.quads_for_pattern(document.iri, None, None, graph)
            known += list(found)
        files = layout.files("shapes", "*.ttl")
        shapes = [quad for file in files for quad in layout.read(file)]
        return conflicts(self._index.claims, self._index.links, Schema.of(ontology), shapes, known)

    def conflicts_of(self, claim: Claim) -> list[tuple[Conflict, tuple[Claim, ...]]]:
        """The conflicts in which a claim stands, each with the claims of the other side."""
        found = []
        for conflict in self.conflicts:
            one, other = conflict.sides
            for mine, theirs in ((one, other), (other, one)):
                if any(claim.id == each.id for each in mine):
                    found.append((conflict, theirs))
        return found

    @cached_property
    def coverage(self) -> Mapping[str, Coverage | None]:
        """Name of each source to what its annotation takes up; None without its text."""
        if not len(self._app.project.texts):
            return dict.fromkeys(self._index.documents)
        return {
            one.source.name: None if one.source.text is None else coverage(one)
            for one in self._app.project.reading.statements
        }

    @cached_property
    def agreements(self) -> Mapping[str, Agreement]:
        """Name of each source that was annotated twice to how far the two annotations agree."""
        project = self._app.project
        found = {}
        for file in project.layout.files(SECOND, "*.ann"):
            reading = project.reading
            stated = {one.source.name: one for one in reading.statements}.get(file.stem)
            if stated is None:
                continue
            document, _ = brat.read(
                project.layout.bytes(file), file=project.layout.name(file),
                names=reading.schema.names(), length=stated.source.length,
            )  # fmt: skip
            source = replace(stated.source, file=str(file), document=document, text=None)
            second = interpret(source, reading.schema, project.layout.prefixes, frozenset())
            found[file.stem] = agreement(stated.source.document, document, (stated, second))
        return found

    def of_shape(self, iri: str) -> Sequence[Verdict]:
        """The results of one shape."""
        return [one for one in self.verdicts if one.result.source_shape == iri]
