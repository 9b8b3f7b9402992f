"""Patch: the exports of a graph brought up to date where it has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, wait
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kg.build import FILES, READERS, frame
from kg.errors import EngineError
from kg.layout import Layout
from kg.patch.blocks import Part
from kg.patch.dump import Dump
from kg.patch.exports import Exports
from kg.patch.jsonld import JsonldExport
from kg.patch.turtle import TurtleExports

__all__ = ["Exports", "patch"]


def patch(
    old: Exports,
    new: Path,
    layout: Layout,
    graphs: Mapping[NamedNode, Sequence[Quad]],
    added: Collection[Quad],
    removed: Collection[Quad],
) -> dict[str, str]:
    """Write the exports of a changed graph into folder ``new``, from the ``old`` ones.

    Args:
        old: the exports of the graph before.
        new: an existing folder.
        layout: the project; its prefixes, context and frame are those of the old exports.
        graphs: the new content of graphs; none removes one. What they say about blank nodes
            has not changed; the names of these may have.
        added: statements added to other graphs; literals in the form they were written in.
        removed: statements removed from other graphs.

    Returns:
        The SHA-256 of each new export, by the name of the file.

    Guarantees: the files are those of an export of the whole new graph, byte for byte, if the old
    ones are those of the whole old graph. Only what changes is read and written as RDF; the rest
    is copied.

    Raises:
        EngineError: an old export is missing, is not the one of its digest, or does not say about
            what changes what the old graph says; or a statement with a blank node changes. All
            must be exported anew then.
        InputError: an IRI cannot be written as JSON-LD.
        ValueError: a graph is given statements of another, or is both replaced and edited.
    """
    _check(graphs, (*added, *removed))
    written: dict[str, Future[str]] = {}
    try:
        nquads, trig, turtle, jsonld = (old[suffix] for suffix in ("nq", "trig", "ttl", "jsonld"))
        dump = Dump(nquads)
        changes = dump.changes(graphs, added, removed)
        # Files are written, and their digests made, while others are worked out.
        written["nq"] = old.write("nq", new, dump.replaced(changes))
        exports = TurtleExports(dump, changes, layout.prefixes)
        made: dict[str, Callable[[], list[Part]]] = {
            "jsonld": lambda: JsonldExport(dump, changes, frame(layout)).jsonld(jsonld),
            "trig": lambda: exports.trig(trig),
            "ttl": lambda: [exports.turtle(turtle, trig, lambda g: _is_read(layout, g))],
        }
        for suffix, make in made.items():
            written[suffix] = old.write(suffix, new, make())
        return {FILES[suffix]: digest.result() for suffix, digest in written.items()}
    except (OSError, SyntaxError, ValueError) as error:
        raise EngineError(
            "unusable-export", reason=f"the exports in {old.folder} cannot be used: {error}"
        ) from error
    finally:
        wait(written.values())  # nothing is written any more when the caller takes the folder away


def _check(graphs: Mapping[NamedNode, Sequence[Quad]], edits: Collection[Quad]) -> None:
    for graph, quads in graphs.items():
        if any(quad.graph_name != graph for quad in quads):
            raise ValueError(f"{graph} is given statements of another graph")
    if any(quad.graph_name in graphs for quad in edits):
        raise ValueError("a graph is both replaced and edited")


def _is_read(layout: Layout, graph: str) -> bool:
    return layout.layer_of(NamedNode(graph[1:-1])) in READERS
