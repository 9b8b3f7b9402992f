"""Stepwise: the joins inside EXISTS written so that the engine goes from what is bound.

Oxigraph does not order the joins inside ``EXISTS``, and evaluates each part without regard to the
others (its issue 885): a test of one thing costs as much as a scan of all. ``LATERAL`` makes it go
step by step.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from kg.shacl.groups import (
    Bind,
    Exists,
    Filter,
    Group,
    Item,
    Option,
    Pattern,
    Union,
    Unparsed,
    variables,
)


def stepwise(select: str, bound: Iterable[str] = ("this",)) -> str:
    """A SELECT with the joins inside its ``EXISTS`` in order; unchanged if not understood.

    Guarantees: the same solutions. A group is rewritten only where its filters look at nothing but
    its own variables and those bound around the ``EXISTS``.

    >>> print(stepwise("SELECT $this { FILTER EXISTS { ?a :p 1 . $this :q ?a } }"))
    SELECT $this { FILTER EXISTS { $this :q ?a . LATERAL { ?a :p 1 . } } }
    """
    start = select.find("{")
    end = select.rfind("}")
    try:
        group = Group.of(select[start : end + 1])
    except Unparsed:
        return select
    return f"{select[:start]}{_Writer().told(group, frozenset(bound))}{select[end + 1 :]}"


class _Writer:
    def __init__(self) -> None:
        self.names = itertools.count()

    def told(self, group: Group, outer: frozenset[str]) -> str:
        """A group as it is, but for the EXISTS in it."""
        known = outer | _bound(group)
        return f"{{ {' '.join(self.item(item, known) for item in group.items)} }}"

    def item(self, item: Item, known: frozenset[str]) -> str:
        if isinstance(item, Exists):
            word = "NOT EXISTS" if item.is_negated else "EXISTS"
            return f"FILTER {word} {self.ordered(item.group, known)}"
        if isinstance(item, Filter):
            return f"FILTER {item.text}" if not item.text.startswith("(") else f"FILTER{item.text}"
        if isinstance(item, Option):
            return f"OPTIONAL {self.told(item.group, known)}"
        if isinstance(item, Union):
            return " UNION ".join(self.told(group, known) for group in item.groups)
        return item.text if isinstance(item, Bind) else str(item)

    def ordered(self, group: Group, outer: frozenset[str]) -> str:
        """The group of an EXISTS, its parts one after the other."""
        own = _bound(group)
        if any(isinstance(item, Bind) for one in group.inner() for item in one.items):
            return self.told(group, outer)
        for one in group.inner():
            seen = outer | _bound(one)
            told = [item.text for item in one.items if isinstance(item, Filter)]
            if one is not group and not frozenset().union(*map(variables, told)) <= seen:
                return self.told(group, outer)
        parts: list[Item] = []
        for item in group.items:
            if isinstance(item, Pattern):
                parts += _steps(item, self.names)
            elif isinstance(item, Union):
                parts.append(item)
        known, found = outer, ""
        while parts:
            best = max(parts, key=lambda part: _score(part, known))
            parts.remove(best)
            text = self.union(best, outer) if isinstance(best, Union) else str(best)
            found += f" LATERAL {{ {text} }}" if found else text
            known |= best.variables if isinstance(best, Pattern) else _bound(Group((best,)))
        for item in group.items:
            if isinstance(item, Option):
                found += f" LATERAL {{ OPTIONAL {self.told(item.group, known)} }}"
            elif isinstance(item, Filter | Exists):
                found += f" {self.item(item, outer | own)}"
        return f"{{ {found} }}"

    def union(self, item: Union, outer: frozenset[str]) -> str:
        return " UNION ".join(self.ordered(group, outer) for group in item.groups)


def _steps(pattern: Pattern, names: Iterator[int]) -> list[Item]:
    """A path in sequence as one pattern for each step."""
    depth, cut = 0, [-1]
    for place, sign in enumerate(re.sub(r"<[^<>]*>", lambda m: "_" * len(m[0]), pattern.path)):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            return [pattern]
        if sign == "/" and depth == 0:
            cut.append(place)
    cut.append(len(pattern.path))
    paths = [pattern.path[a + 1 : b].strip() for a, b in itertools.pairwise(cut)]
    middle = [f"?kgs{next(names)}" for _ in paths[1:]]
    ends = [pattern.subject, *middle, pattern.object]
    return [Pattern(ends[i], path, ends[i + 1]) for i, path in enumerate(paths)]


def _score(part: Item, known: frozenset[str]) -> int:
    """How much of a part is bound; a thing tells more than a constant, and a path less."""
    if not isinstance(part, Pattern):
        return 1
    ends = [end[1:] in known if end[0] in "?$" else None for end in (part.subject, part.object)]
    is_simple = not re.search(r"[*+?|^]", re.sub(r"<[^<>]*>", "", part.path))
    return 8 * ends.count(True) + 3 * ends.count(None) + is_simple


def _bound(group: Group) -> frozenset[str]:
    """The variables that the patterns of a group bind."""
    found: frozenset[str] = frozenset()
    for item in group.items:
        if isinstance(item, Pattern):
            found |= item.variables
        elif isinstance(item, Option):
            found |= _bound(item.group)
        elif isinstance(item, Union):
            found = found.union(*map(_bound, item.groups))
        elif isinstance(item, Bind):
            found |= variables(item.text)
    return found
