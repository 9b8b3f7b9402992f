"""Renumbering: other ids and another order of lines for an annotation that says the same."""

from __future__ import annotations

import re
from random import Random

_ID = re.compile(r"(?<![\w.:-])([TREAMN#])([1-9][0-9]*)(?![\w.-])")


def renumbered(text: str, seed: int) -> str:
    """The lines of an annotation in random order, with random ids that refer to each other."""
    rng = Random(seed)
    lines = text.splitlines()
    ids = [line.split("\t", 1)[0] for line in lines if not line.startswith("*")]
    names: dict[str, str] = {}
    for letter in sorted({name[0] for name in ids}):
        own = [name for name in ids if name[0] == letter]
        numbers = rng.sample(range(1, 10 * len(own) + 1), len(own))
        names |= {old: f"{letter}{number}" for old, number in zip(own, numbers, strict=True)}
    rng.shuffle(lines)
    return "".join(f"{_renamed(line, names)}\n" for line in lines)


def _renamed(line: str, names: dict[str, str]) -> str:
    """A line with new ids: in its first two fields, and in the roles of an event."""
    fields = line.split("\t")
    told = 2 if line[0] in "TN#" else len(fields)  # what follows are words of the text, or ours

    def new(found: re.Match[str]) -> str:
        return names.get(found[0], found[0])

    for number in range(min(told, len(fields))):
        parts = re.split(r"([ :])", fields[number])
        fields[number] = "".join(_ID.sub(new, part) for part in parts)
    return "\t".join(fields)
