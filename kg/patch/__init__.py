"""Patch: the exports of a graph brought up to date where it has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kg.build import NAME, READERS, frame
from kg.errors import EngineError
from kg.layout import Layout
from kg.patch.dump import Dump
from kg.patch.jsonld import JsonldExport
from kg.patch.turtle import TurtleExports

__all__ = ["patch"]


def patch(
    old: Path,
    new: Path,
    layout: Layout,
    graphs: Mapping[NamedNode, Sequence[Quad]],
    added: Collection[Quad],
    removed: Collection[Quad],
    *,
    digests: Mapping[str, str] | None = None,
) -> str:
    """Write the exports of a changed graph into folder ``new``, from those in folder ``old``.

    Args:
        old: the folder with the exports of the graph before.
        new: an existing folder.
        layout: the project; its prefixes, context and frame are those of the old exports.
        graphs: the new content of graphs; none removes one. What they say about blank nodes
            has not changed; the names of these may have.
        added: statements added to other graphs; literals in the form they were written in.
        removed: statements removed from other graphs.
        digests: SHA-256 of old exports by the name of the file, to be checked.

    Returns:
        The digest of the new graph: SHA-256 of its N-Quads.

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
    try:
        nquads, trig, turtle, jsonld = (
            _read(old / f"{NAME}.{suffix}", digests or {})
            for suffix in ("nq", "trig", "ttl", "jsonld")
        )
        dump = Dump(nquads)
        changes = dump.changes(graphs, added, removed)
        written = dump.replaced(changes)
        exports = TurtleExports(dump, changes, layout.prefixes)
        content = {
            "nq": written,
            "trig": exports.trig(trig),
            "ttl": exports.turtle(turtle, trig, lambda graph: _is_read(layout, graph)),
            "jsonld": JsonldExport(dump, changes, frame(layout)).jsonld(jsonld),
        }
    except (OSError, SyntaxError, ValueError) as error:
        raise EngineError(f"the exports in {old} cannot be used: {error}") from error
    for suffix, text in content.items():
        (new / f"{NAME}.{suffix}").write_bytes(text)
    return hashlib.sha256(written).hexdigest()


def _check(graphs: Mapping[NamedNode, Sequence[Quad]], edits: Collection[Quad]) -> None:
    for graph, quads in graphs.items():
        if any(quad.graph_name != graph for quad in quads):
            raise ValueError(f"{graph} is given statements of another graph")
    if any(quad.graph_name in graphs for quad in edits):
        raise ValueError("a graph is both replaced and edited")


def _is_read(layout: Layout, graph: str) -> bool:
    return layout.layer_of(NamedNode(graph[1:-1])) in READERS


def _read(file: Path, digests: Mapping[str, str]) -> bytes:
    content = file.read_bytes()
    wanted = digests.get(file.name)
    if wanted is not None and hashlib.sha256(content).hexdigest() != wanted:
        raise EngineError(f"{file} is not what was written")
    return content
