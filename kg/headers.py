"""Headers: the lines ``#+ key: value`` in front of a query or rule file, as grlc has them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.errors import InputError
from kg.findings import Finding
from kg.names import nearest

_PAIRS = (dict, "name: value")
_KINDS = {"tags": (list, "[a, b]"), "params": _PAIRS, "example": _PAIRS}


@dataclass(frozen=True)
class Header:
    """What a file says of itself; ``fields`` holds every key as YAML reads it."""

    fields: Mapping[str, Any]

    @property
    def summary(self) -> Mapping[str, str]:
        """One sentence by language."""
        return {"en": str(self.fields["summary"]), "fr": str(self.fields["summary-fr"])}

    @property
    def descriptions(self) -> Mapping[str, str]:
        """More about it, in those languages that have it."""
        keys = {"en": "description", "fr": "description-fr"}
        return {lang: str(self.fields[k]) for lang, k in keys.items() if self.fields.get(k)}

    @property
    def tags(self) -> tuple[str, ...]:
        """Words to find it by."""
        return tuple(map(str, self.fields.get("tags") or ()))


def read_header(text: str, file: str, keys: Sequence[str]) -> Header:
    """Read the header of a file.

    Args:
        text: the whole content.
        file: its name, for messages.
        keys: the keys that are known.

    Raises:
        InputError: with one finding for the first thing that is wrong, at its line.

    >>> read_header("#+ summary: Who?\\n#+ summary-fr: Qui ?\\nASK {}", "a.rq",
    ...             ["summary", "summary-fr"]).summary["fr"]
    'Qui ?'
    """
    import yaml

    def stop(code: str, line: int, **params: Any) -> InputError:
        finding = Finding.of(code, file, line, unreadable=True, **params)
        return InputError(findings=[finding])

    lines = [(n, row[2:]) for n, row in enumerate(text.split("\n"), 1) if row.startswith("#+")]
    try:
        fields = yaml.safe_load("\n".join(row for _, row in lines)) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = lines[min(mark.line, len(lines) - 1)][0] if mark else 1
        reason = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
        raise stop("query-header", at, reason=reason) from error
    if not isinstance(fields, dict) or not all(fields.get(k) for k in ("summary", "summary-fr")):
        raise stop("query-summary", 1)
    if unknown := sorted(set(map(str, fields)) - set(keys)):
        raise stop("query-key", 1, key=unknown[0], near=nearest(unknown[0], keys))
    for entry, (kind, form) in _KINDS.items():
        if not isinstance(fields.get(entry) or kind(), kind):
            raise stop("query-entry", line_of(text, rf"#\+ {entry}:"), entry=entry, form=form)
    return Header(fields)


def line_of(text: str, pattern: str) -> int:
    """The first line that begins with a pattern, whatever the case; 0 when there is none."""
    rows = enumerate(text.split("\n"), 1)
    return next((n for n, row in rows if re.match(pattern, row, re.IGNORECASE)), 0)
