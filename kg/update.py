"""Update: the last build brought up to date when some sources changed, and only those."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from pyoxigraph import NamedNode, Quad

from kg.claims import Statements
from kg.layout import Layout
from kg.reading import Reading
from kg.sources import AUTHORITY, Selection
from kg.text import Texts

_SHARE = 4  # a build in which more than a fourth of the sources changed is made anew


@dataclass(frozen=True)
class SourceRecord:
    """What a manifest keeps of a source: enough to leave the source unread."""

    iri: str
    file: str
    claims: Mapping[str, int]

    @classmethod
    def of(cls, found: Statements) -> SourceRecord:
        """The record of what a source states."""
        kinds = Counter(claim.kind for claim in found.claims)
        return cls(found.source.iri.value, found.source.file, dict(sorted(kinds.items())))

    def to_json(self) -> dict[str, Any]:
        """The record as JSON data."""
        return {"iri": self.iri, "file": self.file, "claims": dict(self.claims)}


def changed_sources(
    last: Mapping[str, Any], inputs: Mapping[str, str]
) -> frozenset[str] | None:
    """The names of the sources that came, changed or went since a build.

    None when something else changed, such as the ontology, so that all must be made anew; or so
    many sources that this is quicker.

    Args:
        last: the manifest of the build.
        inputs: the digests of the files as they are now.

    >>> changed_sources({"inputs": {"seeds/a.ann": "1"}, "sources": {"a": {}}},
    ...                 {"seeds/a.ann": "2"})
    frozenset({'a'})
    >>> changed_sources({"inputs": {}, "sources": {}}, {"ontology/a.ttl": "1"}) is None
    True
    """
    before = last["inputs"]
    files = [
        PurePosixPath(name)
        for name in inputs.keys() | before.keys()
        if inputs.get(name) != before.get(name)
    ]
    names = frozenset(file.stem for file in files)
    if any(file.parts[0] != "seeds" for file in files) or AUTHORITY in names:
        return None
    return None if len(names) > max(1, len(last["sources"]) // _SHARE) else names


@dataclass
class Update:
    """Some sources read anew, and the graph as they change it.

    Args:
        layout: the project.
        last: the manifest of its build.
        names: the sources to read.
        inputs: the digests of all files as they are now.
    """

    layout: Layout
    last: Mapping[str, Any]
    names: frozenset[str]
    inputs: Mapping[str, str]

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
