"""Layout: where the files of a project are, its prefixes and the names of its layers."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Container, Mapping
from functools import cached_property
from io import FileIO
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg import turtle
from kg.errors import InputError
from kg.findings import Finding
from kg.namespaces import SH

_FOLDERS = ("seeds", "ontology", "shapes", "queries")
# What is about claims and sources, of whatever field, lies apart, for other projects to take over.
_CORE = "core"
_SHARED = ("shapes", "queries")
PACKAGED = Path(__file__).parent / "data"


class Layout:
    """The places of one project: sources, ontology, shapes, stored queries, and ``build/``.

    Args:
        root: a folder with ``seeds/ ontology/ shapes/ queries/``.
        build: where the graph is written; ``root/build`` unless told.
        overlay: files of the project that are read from another place instead; such a file need
            not exist.

    Raises:
        InputError: one of the folders is missing; the message names it.
    """

    def __init__(
        self,
        root: Path | str,
        build: Path | None = None,
        overlay: Mapping[Path, Path] | None = None,
    ) -> None:
        self.root = Path(root)
        self.overlay = dict(overlay or {})
        missing = [f"{name}/" for name in _FOLDERS if not (self.root / name).is_dir()]
        if missing:
            raise InputError("no-project", folder=self.root, missing=", ".join(missing))
        self.build = build or self.root / "build"

    @classmethod
    def find(cls, start: Path | None = None) -> Layout:
        """The project around ``start`` (the working directory), else the one that was installed.

        The installed project is read-only; its ``build`` lies in the user's cache folder.
        """
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if all((folder / name).is_dir() for name in _FOLDERS):
                return cls(folder)
        if PACKAGED.is_dir():
            import platformdirs

            from kg import __version__

            return cls(PACKAGED, platformdirs.user_cache_path("ecodip") / __version__)
        raise InputError("project-nowhere", folder=here)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Prefix to namespace, as declared by ``sh:declare`` in ``ontology/dataset.ttl``."""
        quads = self.read(self.root / "ontology" / "dataset.ttl")
        names, bases = (
            {
                quad.subject: quad.object.value
                for quad in quads
                if quad.predicate == predicate and isinstance(quad.object, Literal)
            }
            for predicate in (SH.prefix, SH.namespace)
        )
        found = {name: bases[node] for node, name in names.items() if node in bases}
        if "graph" not in found:
            finding = Finding.of("no-graph-prefix", "ontology/dataset.ttl", unreadable=True)
            raise InputError(findings=[finding])
        return dict(sorted(found.items()))

    def layer(self, name: str) -> NamedNode:
        """The graph of a layer that belongs to no single source, such as ``authority``."""
        return NamedNode(self.prefixes["graph"] + name)

    def layer_of(self, graph: object) -> str:
        """The name of the layer that a graph is or belongs to: all but these are asserted.

        Each source has two graphs, its own (asserted) and one whose IRI ends in ``/evidence``.
        """
        iri = getattr(graph, "value", "")
        if iri.startswith(self.prefixes["graph"]):
            return str(iri.removeprefix(self.prefixes["graph"]))
        return "evidence" if iri.endswith("/evidence") else "asserted"

    def files(self, folder: str, pattern: str, stems: Container[str] | None = None) -> list[Path]:
        """The files of ``folder`` that match, by name; only those of some stems, if told."""
        place = self.root / folder
        names = self.names(folder, pattern)
        return [place / name for name in names if stems is None or name.rpartition(".")[0] in stems]

    def names(self, folder: str, pattern: str, *, folders: bool = True) -> list[str]:
        """The names of what matches in ``folder``, sorted, also of folders unless told.

        Those of ``shapes/core`` and ``queries/core`` are among those of ``shapes`` and ``queries``,
        as ``core/…``.
        """
        place = self.root / folder
        try:
            with os.scandir(place) as found:
                names = {item.name for item in found if folders or not item.is_dir()}
        except (FileNotFoundError, NotADirectoryError):
            names = set()
        names |= {file.name for file in self.overlay if file.parent == place}
        found_here = fnmatch.filter(names, pattern)
        if folder in _SHARED:
            below = self.names(f"{folder}/{_CORE}", pattern, folders=folders)
            found_here += [f"{_CORE}/{name}" for name in below]
        return sorted(found_here)

    def exists(self, file: Path) -> bool:
        """Whether the project has a file of this path."""
        return self.overlay.get(file, file).exists()

    def shapes(self) -> dict[str, bytes]:
        """The content of the shape files by name."""
        return {self.name(file): self.bytes(file) for file in self.files("shapes", "*.ttl")}

    def name(self, file: Path) -> str:
        """The file as people see it: relative to the project, with ``/``."""
        whole, root = str(file), f"{self.root}{os.sep}"
        if whole.startswith(root):
            return whole[len(root) :].replace(os.sep, "/")
        try:
            if not file.is_relative_to(self.root):
                return file.resolve().relative_to(self.root.resolve()).as_posix()
            return file.relative_to(self.root).as_posix()
        except ValueError:
            return str(file)

    def bytes(self, file: Path | str) -> bytes:
        """The content of a file.

        Raises:
            InputError: with one finding, when it cannot be read.
        """
        try:
            with FileIO(self.overlay.get(Path(file), file) if self.overlay else file) as opened:
                return opened.readall()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            finding = Finding.of(
                "unreadable-file", self.name(Path(file)), unreadable=True, reason=reason
            )
            raise InputError(findings=[finding]) from error

    def text(self, file: Path) -> str:
        """The content of a file as text.

        Raises:
            InputError: with one finding, when it cannot be read or is not UTF-8.
        """
        try:
            return self.bytes(file).decode("utf-8")
        except UnicodeDecodeError as error:
            byte = f"0x{error.object[error.start]:02x}"
            finding = Finding.of("not-utf8", self.name(file), unreadable=True, byte=byte)
            raise InputError(findings=[finding]) from error

    def read(self, file: Path) -> list[turtle.Quad]:
        """The statements of a Turtle file (see :func:`kg.turtle.read`)."""
        return turtle.read(self.bytes(file), file=self.name(file))
