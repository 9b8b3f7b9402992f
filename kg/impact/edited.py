"""Edited: the state after a change of some sources only, worked out from the last build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from kg.dataset import Counts, description, input_digests, program_digest
from kg.edit import Edit
from kg.errors import EngineError, InputError
from kg.facts import Facts
from kg.forms import Forms
from kg.graph import contradiction
from kg.impact.after import is_unreadable, untold
from kg.impact.state import State, of_layers
from kg.layout import Layout
from kg.reading import Reading
from kg.reasoning import rules_of
from kg.records import changed_sources
from kg.report import violations_of
from kg.shacl.compiler import Plan, compile_shapes
from kg.shape_files import load_shapes
from kg.sources import Selection
from kg.store import Store
from kg.text import Texts
from kg.verdicts import judge_again

_GIVEN = ("asserted", "evidence", "authority", "ontology")


def edited(
    layout: Layout, texts: Texts, last: Mapping[str, Any], old: State, build: Path
) -> State | None:
    """The state that :func:`kg.impact.after.made` gives, worked out from that of the last build.

    Only the sources that changed are read, and only what follows of them is worked out, in a
    copy of the store. None where only a full look can tell.

    Args:
        layout: the project as it is now; its ``build`` is a scratch folder.
        texts: to verify spans.
        last: the manifest of the last build.
        old: its state.
        build: the folder of the last build; it is only read.
    """
    inputs = input_digests(layout)
    names = changed_sources(last, inputs)
    if names is None or last.get("program") != program_digest():
        return None
    try:
        plan = compile_shapes(load_shapes(layout.shapes()))
        if plan.refused:
            return None
        others = {
            NamedNode(record["iri"]): record["file"]
            for name, record in last["sources"].items()
            if name not in names
        }
        reading = Reading.of(layout, texts, Selection(names, others))
        state = State(layout, findings=reading.findings)
        if is_unreadable(reading.findings):
            return untold(state)
        _Edited(layout, last, old, reading, names, build).work_out(state, plan, inputs)
    except (InputError, EngineError):
        return None  # a full look tells what is wrong, and what can be told
    return state


@dataclass
class _Edited:
    layout: Layout
    last: Mapping[str, Any]
    old: State
    reading: Reading
    names: frozenset[str]
    build: Path

    def work_out(self, state: State, plan: Plan, inputs: Mapping[str, str]) -> None:
        reading, layout = self.reading, self.layout
        graphs = self._graphs()
        folder = layout.build
        Store.copy(self.build / self.last["store"], folder / "store")
        engine = ox.Store(str(folder / "store"))
        rules = rules_of(reading.ontology, reading.rules, folder)
        facts = Facts.under(reading.ontology)
        size = sum(self.last["statements"].values())
        change = Edit(engine, layout, rules, facts, graphs, size).apply()
        clashes = (contradiction(reading, clash) for clash in change.contradictions)
        state.findings += tuple(clashes)

        kept = of_layers(layout.layer_of, self.old.quads, _GIVEN)
        given = [quad for quad in kept if quad.graph_name not in graphs]
        given += (quad for quads in graphs.values() for quad in quads)
        inferred = self._inferred(engine, facts, given)
        counts = Counts.of(of_layers(layout.layer_of, given, ("asserted", "authority")))
        told = list(description(layout, counts, inputs))
        dataset = layout.layer("dataset")
        Edit(engine, layout, (), facts, {dataset: told}, size).apply()
        engine.flush()
        state.quads = [*given, *inferred, *told]
        state.store = Store(engine)

        before = {q.triple for q in self.old.layer(*_GIVEN)}
        after = {quad.triple for quad in given}
        concluded = {q.triple for q in self.old.layer("inferred")}
        now = {quad.triple for quad in inferred}
        verdicts = judge_again(
            self.build / self.last["checks"], folder / "checks", plan,
            stated=(after - before, before - after),
            inferred=(now - concluded, concluded - now),
        )  # fmt: skip
        whole = self._whole()
        state.statements = whole.statements
        state.violations = tuple(violations_of(whole, verdicts.before, verdicts.after))

    def _graphs(self) -> dict[NamedNode, list[Quad]]:
        """The new content of each graph that the sources had or have."""
        known = self.last["sources"]
        iris = {known[name]["iri"] for name in self.names if name in known}
        iris |= {found.source.iri.value for found in self.reading.statements}
        found: dict[Any, list[Quad]] = {
            NamedNode(f"{iri}{end}"): [] for iri in sorted(iris) for end in ("", "/evidence")
        }
        for quad in (*self.reading.layers.asserted, *self.reading.layers.evidence):
            found[quad.graph_name].append(quad)
        return found

    def _inferred(self, engine: ox.Store, facts: Facts, given: list[Quad]) -> list[Quad]:
        """The conclusions, with literals in the forms in which the things' facts have them."""
        layer = self.layout.layer("inferred")
        known = of_layers(self.layout.layer_of, given, ("asserted", "authority", "ontology"))
        forms = Forms.of(facts.of(known))
        found = (forms.restore(q) for q in engine.quads_for_pattern(None, None, None, layer))
        return [Quad(t.subject, t.predicate, t.object, layer) for t in found]

    def _whole(self) -> Reading:
        """The reading with what the other sources state."""
        others = [one for one in self.old.statements if one.source.name not in self.names]
        found = sorted((*others, *self.reading.statements), key=lambda one: one.source.file)
        return Reading(
            self.layout, self.reading.schema, self.reading.ontology, self.reading.authority,
            tuple(found),
        )  # fmt: skip
