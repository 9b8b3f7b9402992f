"""Update: the last build brought up to date when some sources changed, and only those."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, Triple

from kg import build
from kg.dataset import Counts, description, input_digests, program_digest
from kg.edit import Edit
from kg.errors import CheckFailed, EngineError
from kg.facts import Facts
from kg.forms import Forms
from kg.graph import contradiction
from kg.layout import Layout
from kg.patch import Exports, patch
from kg.patch.dump import Dump
from kg.reading import Reading
from kg.reasoning import rules_of
from kg.records import SourceRecord, changed_sources
from kg.report import stop_on_violations, violations_of
from kg.shacl.compiler import Plan, compile_shapes
from kg.shape_files import read_shapes
from kg.sources import Selection
from kg.store import Store
from kg.terms import stored_term
from kg.text import Texts
from kg.verdicts import judge_again

Progress = Callable[[str], None]


@dataclass
class Update:
    """Some sources read anew, and the graph as they change it.

    Args:
        layout: the project.
        last: the manifest of its build.
        names: the sources to read.
        inputs: the digests of all files as they are now.
        exports: those of the last build.
    """

    layout: Layout
    last: Mapping[str, Any]
    names: frozenset[str]
    inputs: Mapping[str, str]
    exports: Exports

    def read(self) -> Reading:
        """The sources that changed, and with them what every build reads.

        Raises:
            InputError, CheckFailed: a file is unreadable or a gate failed.
        """
        others = {
            NamedNode(record["iri"]): record["file"]
            for name, record in self.last["sources"].items()
            if name not in self.names
        }
        reading = Reading.of(self.layout, Texts(None), Selection(self.names, others))
        reading.stop_on_errors()
        return reading

    def graphs(self, reading: Reading) -> dict[NamedNode, list[Quad]]:
        """The new content of each graph that the sources had or have."""
        iris = {self.last["sources"][n]["iri"] for n in self.names if n in self.last["sources"]}
        found: dict[NamedNode, list[Quad]] = {}
        for iri in sorted(iris | {s.source.iri.value for s in reading.statements}):
            found[NamedNode(iri)] = []
            found[NamedNode(f"{iri}/evidence")] = []
        for quad in (*reading.layers.asserted, *reading.layers.evidence):
            found[quad.graph_name].append(quad)  # type: ignore[index]
        return found

    def write(self, folder: Path, reading: Reading, tell: Progress) -> dict[str, Any]:
        """Write the graph as it is now into a staging folder; return its manifest.

        Raises:
            CheckFailed: the sources contradict each other or break a shape.
            EngineError: the last build is damaged.
        """
        tell("reasoning")
        old = self.layout.build
        Store.copy(old / self.last["store"], folder / "store")
        engine = ox.Store(str(folder / "store"))
        facts = Facts.under(reading.ontology)
        rules = rules_of(reading.ontology, reading.rules, old)
        size = sum(self.last["statements"].values())
        graphs = self.graphs(reading)
        edit = Edit(engine, self.layout, rules, facts, graphs, size)
        change = edit.apply()
        if change.contradictions:
            findings = [contradiction(reading, clash) for clash in change.contradictions]
            raise CheckFailed("contradictions", findings)
        written = Written(self.layout, Dump(self.exports["nq"]), engine, graphs)
        inferred = written.inferred(change.added, change.removed)

        tell("validating")
        verdicts = judge_again(
            old / self.last["checks"], folder / "checks", self.plan,
            stated=written.stated(), inferred=inferred,
        )  # fmt: skip
        before, after = (
            [result for result in results if result.severity == "violation"]
            for results in (verdicts.before, verdicts.after)
        )
        grave = violations_of(reading, before, after)
        if any(not violation.line for violation in grave):
            raise EngineError("unplaced-violation")
        stop_on_violations(grave)

        tell("writing")
        counts = edit.facts_after(Counts(**self.last["facts"]))
        described = self._described(counts)
        edit.exchange(*described)
        statements = written.statements(self.last["statements"], inferred, described)
        engine.flush()
        # The store is closed here, while the system has little to write: it waits for the disk.
        del engine, edit, written
        layer = self.layout.layer("inferred")
        came, went = (
            [*(Quad(t.subject, t.predicate, t.object, layer) for t in triples), *quads]
            for triples, quads in zip(inferred, described, strict=True)
        )
        outputs = patch(self.exports, folder, self.layout, graphs, came, went)
        records = {n: r for n, r in self.last["sources"].items() if n not in self.names}
        records |= {s.source.name: SourceRecord.of(s).to_json() for s in reading.statements}
        return build.finish(
            self.layout, folder,
            {
                "digest": outputs[build.FILES["nq"]], "statements": statements,
                "facts": asdict(counts), "inputs": dict(self.inputs), "sources": records,
            },
            outputs,
        )  # fmt: skip

    def _described(self, counts: Counts) -> tuple[set[Quad], set[Quad]]:
        """What the description of the dataset says anew, and what it says no longer."""
        files = {
            name
            for name in self.inputs.keys() | self.last["inputs"].keys()
            if self.inputs.get(name) != self.last["inputs"].get(name)
        }

        def told(counts: Counts, inputs: Mapping[str, str]) -> set[Quad]:
            changed = {name: digest for name, digest in inputs.items() if name in files}
            quads = list(description(self.layout, counts, changed))
            # What stands about blank nodes is in a file that did not change.
            return {q for q in quads if not {type(q.subject), type(q.object)} & {ox.BlankNode}}

        new = told(counts, self.inputs)
        old = told(Counts(**self.last["facts"]), self.last["inputs"])
        return new - old, old - new

    @cached_property
    def plan(self) -> Plan:
        """The compiled shapes, which are those of the last build."""
        return compile_shapes(read_shapes(self.layout.shapes()))


@dataclass(frozen=True)
class Written:
    """What an edit does to statements as they are written, with the literals' own forms.

    Args:
        layout: the project.
        dump: all statements before the edit.
        engine: the store after it, which keeps numbers by value.
        graphs: the whole new content of the graphs of sources.
    """

    layout: Layout
    dump: Dump
    engine: ox.Store
    graphs: Mapping[NamedNode, list[Quad]]

    def _was(self, graph: NamedNode, subject: Any = None) -> list[Quad]:
        """The statements of a graph, or of a thing in it, before the edit."""
        lines = self.dump.lines(*map(str, (graph, subject) if subject is not None else (graph,)))
        return list(ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS))

    def stated(self) -> tuple[set[Triple], set[Triple]]:
        """Statements that no graph but the inferred made before, and that none makes now."""
        before = {q.triple for graph in self.graphs for q in self._was(graph)}
        after = {quad.triple for quads in self.graphs.values() for quad in quads}
        return (
            {t for t in after - before if not self._is_elsewhere(t)},
            {t for t in before - after if not self._is_elsewhere(t)},
        )

    def _is_elsewhere(self, triple: Triple) -> bool:
        """Whether a graph that did not change makes a statement, in this form."""
        subject: Any = triple.subject
        value = stored_term(triple.object)
        for quad in self.engine.quads_for_pattern(subject, triple.predicate, value, None):
            graph = quad.graph_name
            skipped = ("inferred", "dataset")
            if not isinstance(graph, NamedNode) or graph in self.graphs:
                continue
            if self.layout.layer_of(graph) in skipped:
                continue
            if value == triple.object or any(q.triple == triple for q in self._was(graph, subject)):
                return True
        return False

    def inferred(
        self, added: Iterable[Triple], removed: Iterable[Triple]
    ) -> tuple[set[Triple], set[Triple]]:
        """Conclusions that came and that went, with literals in the forms of the thing's facts.

        Args:
            added: conclusions that came, as the store has them.
            removed: conclusions that went, as the store had them.
        """
        come, gone = set(added), set(removed)
        layer = self.layout.layer("inferred")
        for subject in self._reformed(come | gone):
            old = {q.triple for q in self._was(layer, subject)}
            found = self.engine.quads_for_pattern(subject, None, None, layer)
            forms = Forms.of(self._facts(subject))
            new = {forms.restore(quad) for quad in found}
            come = {t for t in come if t.subject != subject} | (new - old)
            gone = {t for t in gone if t.subject != subject} | (old - new)
        return come, gone

    def _reformed(self, changed: Iterable[Triple]) -> set[Any]:
        """The things whose conclusions may have to be written in another form."""
        told = [q for graph in self.graphs for q in self._was(graph)]
        told += [quad for quads in self.graphs.values() for quad in quads]
        found = {q.subject for q in told if stored_term(q.object) != q.object}
        found |= {t.subject for t in changed if isinstance(t.object, ox.Literal)}
        return {s for s in found if not self._is_claim(s)}

    def _is_claim(self, subject: Any) -> bool:
        graphs = {q.graph_name for q in self.engine.quads_for_pattern(subject, None, None, None)}
        return all(
            self.layout.layer_of(g) == "evidence" for g in graphs if isinstance(g, NamedNode)
        )

    def _facts(self, subject: Any) -> Iterable[Triple]:
        """The facts about a thing as they are written now."""
        graphs = {q.graph_name for q in self.engine.quads_for_pattern(subject, None, None, None)}
        for graph in graphs:
            if not isinstance(graph, NamedNode):
                continue
            if self.layout.layer_of(graph) not in ("asserted", "authority", "ontology"):
                continue
            quads = self.graphs.get(graph)
            for quad in self._was(graph, subject) if quads is None else quads:
                if quad.subject == subject:
                    yield quad.triple

    def statements(
        self,
        before: Mapping[str, int],
        inferred: tuple[set[Triple], set[Triple]],
        described: tuple[set[Quad], set[Quad]],
    ) -> dict[str, int]:
        """The number of statements in each layer."""
        counts = dict(before)
        for graph, quads in self.graphs.items():
            layer = self.layout.layer_of(graph)
            counts[layer] += len(set(quads)) - len(self.dump.lines(str(graph)))
        counts["inferred"] += len(inferred[0]) - len(inferred[1])
        counts["dataset"] += len(described[0]) - len(described[1])
        return counts


def update(layout: Layout, tell: Progress) -> dict[str, Any] | None:
    """Bring a build up to date, reading only the sources that changed; return its manifest.

    Returns:
        None when only a full build can do it: there is none, something else than sources changed,
        many sources changed, the program is another one, or the old build is damaged.

    Raises:
        InputError, CheckFailed: nothing is written and the build stays as it was.
    """
    last = build.manifest(layout)
    if last is None or last.get("program") != program_digest():
        return None
    inputs = input_digests(layout)
    names = changed_sources(last, inputs)
    if names is None:
        return None
    if not names:
        return last
    # The exports are read while the sources are.
    with Exports(layout.build, last["outputs"]) as exports:
        found = Update(layout, last, names, inputs, exports)
        if found.plan.refused:
            return None
        tell("reading")
        reading = found.read()
        try:
            with build.staging(layout) as folder:
                return found.write(folder, reading, tell)
        except EngineError:
            return None  # what cannot be mended is made anew
