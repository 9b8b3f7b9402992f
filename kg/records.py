"""Records: what a manifest keeps of each source, so that it need not be read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from kg.claims import Statements
from kg.sources import CURATED

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


def changed_sources(last: Mapping[str, Any], inputs: Mapping[str, str]) -> frozenset[str] | None:
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
    if any(file.parts[0] != "seeds" for file in files) or not names.isdisjoint(CURATED):
        return None
    return None if len(names) > max(1, len(last["sources"]) // _SHARE) else names
