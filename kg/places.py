"""Places: where the Turtle files of a project begin to describe a thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.layout import Layout
from kg.terms import Term, expand

_PREFIX = re.compile(r"^@prefix\s+([\w.-]*):\s*<([^>]*)>", re.MULTILINE)


@dataclass(frozen=True)
class Places:
    """File and line by IRI; ``default`` is the place of what is not found.

    >>> Places({}, "ontology").of("http://x/a")
    ('ontology', 0)
    """

    lines: Mapping[str, tuple[str, int]]
    default: str

    @classmethod
    def in_files(cls, layout: Layout, files: Iterable[Path], default: str) -> Places:
        """Look for terms at the beginning of the lines of some files, as ``kg format`` writes."""
        found: dict[str, tuple[str, int]] = {}
        for file in files:
            try:
                text = layout.text(file)
            except InputError:
                continue  # it is reported where the file is read
            prefixes = dict(_PREFIX.findall(text))
            for number, line in enumerate(text.split("\n"), 1):
                if line[:1].strip() and (term := expand(line.split()[0], prefixes)) is not None:
                    found.setdefault(term.value, (layout.name(file), number))
        return cls(found, default)

    def of(self, term: Term | str) -> tuple[str, int]:
        """Where a named thing is described; the default for any other."""
        return self.lines.get(str(getattr(term, "value", term)), (self.default, 0))
