"""Build: the graph written to ``build/``, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from io import FileIO
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pyoxigraph import Quad

from kg.dataset import input_digests, program_digest
from kg.errors import EngineError, InputError
from kg.export import export
from kg.files import replacing
from kg.findings import Finding
from kg.formats import LAYERS, RDF_FORMATS
from kg.graph import Graph
from kg.layout import Layout
from kg.store import Store

NAME = "ecodip"
MANIFEST = "manifest.json"
_STORE_FORM = 1  # raised when the same statements are stored in another way
READERS = ("asserted", "authority")
_DUMPS = json.JSONEncoder(sort_keys=True).encode
_PARSED: dict[tuple[int, ...], Any] = {}  # the manifest that was read last, by its file
FILES = {suffix: f"{NAME}.{suffix}" for suffix in RDF_FORMATS.values()}
"""The exports by the ending of their names."""


@contextmanager
def staging(layout: Layout) -> Iterator[Path]:
    """A folder to build in; on success its content replaces the old build.

    Guarantees: every file is written beside its place and renamed; the manifest, which names the
    stores to open, is renamed last, so a reader sees the old graph or the new one. When anything
    fails, the old build is as it was.
    """
    with replacing(layout.build, MANIFEST) as folder:
        yield folder
    told = manifest(layout) or {}
    for kind in ("store", "checks"):
        for old in layout.build.glob(f"{kind}-*"):
            if old.name != told.get(kind):
                shutil.rmtree(old, ignore_errors=True)  # another process may still read it


def write(layout: Layout, folder: Path, graph: Graph, sources: Mapping[str, Any]) -> dict[str, Any]:
    """Write exports, store and manifest into a staging folder; return the manifest.

    Args:
        layout: the project.
        folder: of :func:`staging`; what was validated stands there in ``checks``.
        graph: what is built.
        sources: records of the sources by name.
    """
    for form, suffix in RDF_FORMATS.items():
        (folder / FILES[suffix]).write_bytes(export_layers(layout, graph.quads, form))
    Store.create(folder / "store", graph.quads)
    return finish(
        layout, folder,
        {
            "digest": graph.digest,
            "statements": graph.counts(),
            "facts": asdict(graph.facts),
            "inputs": input_digests(layout),
            "sources": dict(sources),
        },
    )  # fmt: skip


def finish(
    layout: Layout, folder: Path, told: Mapping[str, Any], outputs: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Name the stores of a staging folder by what they hold, and write its manifest.

    Args:
        layout: the project.
        folder: of :func:`staging`.
        told: what the manifest says.
        outputs: the SHA-256 of each export by the name of its file, where that is known.
    """
    inputs = json.dumps([told["inputs"], program_digest()], sort_keys=True)
    names = {
        "store": f"store-{_STORE_FORM}-{told['digest'][:16]}",
        "checks": f"checks-{hashlib.sha256(inputs.encode()).hexdigest()[:16]}",
    }
    for kind, name in names.items():
        if (layout.build / name).exists():
            shutil.rmtree(folder / kind)  # the same things are there already
        else:
            (folder / kind).rename(folder / name)
    if outputs is None:
        outputs = {name: _digest(folder / name) for name in FILES.values()}
    found = {**told, **names, "program": program_digest(), "outputs": dict(outputs)}
    (folder / MANIFEST).write_text(f"{_lines(found)}\n", encoding="utf-8")
    return found


def _lines(told: Mapping[str, Any], *, deep: bool = True) -> str:
    """A JSON object with a line for each entry, and for each entry of those in it.

    (With an indent, the encoder takes ten times as long; sources come by the thousand.)

    >>> print(_lines({"b": {"d": 1, "c": [2]}, "a": 3}))
    {
    "a": 3,
    "b": {
    "c": [2],
    "d": 1
    }
    }
    """
    lines = (
        f"{_DUMPS(name)}: "
        + (_lines(value, deep=False) if deep and isinstance(value, Mapping) else _DUMPS(value))
        for name, value in sorted(told.items())
    )
    return "{\n" + ",\n".join(lines) + "\n}"


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def export_layers(
    layout: Layout, quads: Iterable[Quad], form: str, layers: tuple[str, ...] = ()
) -> bytes:
    """Those statements in one format; unless layers are named, Turtle holds what readers want
    (asserted and authority) and the other formats hold all.
    """
    names = layers or (READERS if form == "turtle" else LAYERS)
    chosen = [quad for quad in quads if layout.layer_of(quad.graph_name) in names]
    return export(chosen, form, prefixes=layout.prefixes, frame=frame(layout))


def frame(layout: Layout) -> dict[str, Any]:
    """The JSON-LD frame of the project, with the context of ``ontology/context.jsonld`` in it.

    Raises:
        InputError: one of the files is missing or no JSON object.
    """
    found, context = _json(layout, "frame.jsonld"), _json(layout, "context.jsonld")
    if not isinstance(context.get("@context"), dict):
        raise _no_json(layout, "context.jsonld", "'@context' with an object is wanted")
    return {**found, "@context": context["@context"]}


def _json(layout: Layout, name: str) -> dict[str, Any]:
    file = layout.root / "ontology" / name
    try:
        found = json.loads(layout.bytes(file))
    except json.JSONDecodeError as error:
        raise _no_json(layout, name, error.msg, error.lineno, error.colno) from error
    except ValueError as error:
        raise _no_json(layout, name, str(error)) from error
    if not isinstance(found, dict):
        raise _no_json(layout, name, "an object is wanted", 1, 1)
    return found


def _no_json(layout: Layout, name: str, said: str, line: int = 0, column: int = 0) -> InputError:
    file = layout.name(layout.root / "ontology" / name)
    finding = Finding.of("json-syntax", file, line, column, unreadable=True, said=said)
    return InputError(findings=[finding])


def manifest(layout: Layout) -> dict[str, Any] | None:
    """The manifest of the last build, or None when there is none that can be used."""
    try:
        with FileIO(layout.build / MANIFEST) as file:
            found = _parsed(file)
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict):
        return None
    usable = all((layout.build / str(found.get(kind))).is_dir() for kind in ("store", "checks"))
    return found if usable else None


def _parsed(file: FileIO) -> Any:
    """The content of a manifest, which nobody changes; of thousands of sources it is long."""
    stat = os.fstat(file.fileno())
    identity = stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns
    content = _PARSED.get(identity)
    if content is None:
        content = json.loads(file.readall())
        _PARSED.clear()  # another thread may be here too: what is returned is not looked up again
        _PARSED[identity] = content
    return content


def read(layout: Layout) -> list[Quad]:
    """The statements of the last build, each literal in the form it was written in.

    The store serves queries only: it keeps the values of numbers, not their form and datatype.

    Raises:
        EngineError: the file is missing or damaged.
    """
    file = layout.build / f"{NAME}.nq"
    try:
        return list(ox.parse(path=file, format=ox.RdfFormat.N_QUADS))
    except (OSError, SyntaxError) as error:
        raise EngineError("unreadable-build", file=file, error=error) from error
