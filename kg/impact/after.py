"""After: the state that the files of a project make, worked out in full, nothing of it kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Quad

from kg import build
from kg.dataset import Counts, description, input_digests
from kg.errors import CheckFailed, InputError
from kg.findings import Finding, at_least
from kg.graph import contradiction
from kg.impact.state import State
from kg.layout import Layout
from kg.reading import Reading
from kg.reasoning import closure
from kg.report import violations
from kg.store import Store
from kg.text import Texts


def made(layout: Layout, texts: Texts) -> State:
    """The state that the files of a project make, also where no graph could be built of them.

    Args:
        layout: the project; what is cached goes to its ``build``.
        texts: to verify spans.
    """
    state = State(layout)
    try:
        build.frame(layout)
        reading = Reading.of(layout, texts)
    except InputError as error:
        state.findings = error.findings
        return untold(state)
    state.findings = reading.findings
    if is_unreadable(reading.findings):
        return untold(state)
    state.statements = reading.statements
    inferred: list[Quad] | None = None
    try:
        data = (*reading.layers.asserted, *reading.authority)
        found = closure(data, reading.ontology, reading.rules, layout.build)
        clashes = tuple(contradiction(reading, clash) for clash in found.contradictions)
        state.findings += clashes
        graph = layout.layer("inferred")
        inferred = [Quad(t.subject, t.predicate, t.object, graph) for t in found.triples]
    except CheckFailed as error:
        state.findings += error.findings
        state.untold["inferred"] = str(error)
    finish(state, reading, inferred or ())
    try:
        validation = violations(reading, inferred)
        state.violations, state.idle = validation.violations, validation.idle
    except InputError as error:
        state.findings += error.findings
        state.untold["violations"] = str(error)
    return state


def finish(state: State, reading: Reading, inferred: Iterable[Quad]) -> None:
    """Put the layers together, the description of the dataset among them, and open a store."""
    layout = state.layout
    layers = {"authority": reading.authority, "ontology": reading.ontology}
    quads = [*reading.layers.asserted, *reading.layers.evidence]
    for name, told in layers.items():
        graph = layout.layer(name)
        quads += (Quad(q.subject, q.predicate, q.object, graph) for q in told)
    counts = Counts.of((*reading.layers.asserted, *reading.authority))
    quads += (*inferred, *description(layout, counts, input_digests(layout)))
    state.quads = quads
    state.store = Store.of(quads)


def untold(state: State) -> State:
    """The state of a project of which no graph can be made: its findings tell why."""
    grave = at_least(state.findings, "error")
    state.untold["graph"] = str(grave[0]) if grave else ""
    return state


def is_unreadable(findings: Iterable[Finding]) -> bool:
    """Whether a file could not be read, so that what it states is not known."""
    return any(finding.unreadable for finding in at_least(findings, "error"))


def scratch(layout: Layout, folder: Path) -> Layout:
    """The project with another folder for what is cached; the closed ontologies are at hand there.

    Nothing is written to the project's own folder.
    """
    for file in layout.build.glob("ontology-*.nt"):
        target = folder / file.name
        if not target.exists():
            target.write_bytes(file.read_bytes())
    return Layout(layout.root, folder, layout.overlay)
