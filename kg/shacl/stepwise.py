"""Stepwise: joins written so that the engine goes from what is bound.

Oxigraph does not order the joins inside ``EXISTS`` and ``LATERAL`` by what is bound outside, and
evaluates each part without regard to the others (its issue 885): a test of one thing costs as much
as a scan of all. ``LATERAL`` between the parts makes it go step by step.
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
    """A SELECT with its joins in order, also inside ``EXISTS``; unchanged if not understood.

    Guarantees: the same solutions. A group is rewritten only where its filters look at nothing but
    what they would see without ``LATERAL``.

    >>> print(stepwise("SELECT $this { ?a :p 1 . $this :q ?a FILTER EXISTS { ?a :r ?b } }"))
    SELECT $this { $this :q ?a . LATERAL { ?a :p 1 . FILTER EXISTS { ?a :r ?b . } } }
    """
    start = select.find("{")
    end = select.rfind("}")
    try:
        group = Group.of(select[start : end + 1])
    except Unparsed:
        return select
    return f"{select[:start]}{_Writer().ordered(group, frozenset(bound))}{select[end + 1 :]}"


def told(item: Item, known: frozenset[str]) -> str:
    """A part of a group as it is, but for the EXISTS in it; ``known`` is what is bound there."""
    return _Writer().item(item, known)


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
        """A group, its parts one after the other; ``outer`` is what is bound around it."""
        if not _may_be_ordered(group, outer):
            return self.told(group, outer)
        own = _bound(group)
        parts: list[Item] = []
        for item in group.items:
            if isinstance(item, Pattern):
                parts += _steps(item, self.names)
            elif isinstance(item, Union):
                parts.append(item)
        tests = [item for item in group.items if isinstance(item, Filter | Exists)]
        known, sure, found = outer, outer, ""
        while parts:
            best = max(parts, key=lambda part: _score(part, known))
            parts.remove(best)
            text = self.union(best, outer) if isinstance(best, Union) else str(best)
            known |= _bound(Group((best,)))
            if isinstance(best, Pattern):
                sure |= best.variables
            if found:
                ready = [test for test in tests if mentioned(test) & own <= sure]
                tests = [test for test in tests if test not in ready]
                text = " ".join([text, *(self.item(test, outer | own) for test in ready)])
                text = f" LATERAL {{ {text} }}"
            found += text
        for item in group.items:
            if isinstance(item, Option):
                found += f" LATERAL {{ OPTIONAL {self.told(item.group, outer | own)} }}"
        found += "".join(f" {self.item(test, outer | own)}" for test in tests)
        return f"{{ {found} }}"

    def union(self, item: Union, outer: frozenset[str]) -> str:
        return " UNION ".join(self.ordered(group, outer) for group in item.groups)


def mentioned(item: Item) -> frozenset[str]:
    """The variables in a part of a group."""
    if isinstance(item, Pattern):
        return item.variables
    if isinstance(item, Bind | Filter):
        return variables(item.text)
    groups = item.groups if isinstance(item, Union) else (item.group,)
    return frozenset().union(*(mentioned(one) for group in groups for one in group.items))


def _may_be_ordered(group: Group, outer: frozenset[str]) -> bool:
    """Whether the parts of a group mean the same when each sees what the others bind."""
    if any(isinstance(item, Bind) for one in group.inner() for item in one.items):
        return False
    kinds = [
        isinstance(item, Option) for item in group.items if not isinstance(item, Filter | Exists)
    ]
    if kinds != sorted(kinds):
        return False  # what follows an OPTIONAL would be asked before it
    return _sees_the_same(group, outer, outer, _bound(group))


def _sees_the_same(
    group: Group, around: frozenset[str], outer: frozenset[str], everything: frozenset[str]
) -> bool:
    """Whether no test inside looks at what ``LATERAL`` would newly show it.

    Args:
        group: where the tests stand.
        around: what its own tests see besides what it binds.
        outer: what the groups joined inside it see.
        everything: what ``LATERAL`` may show.
    """
    seen = around | _bound(group)
    for item in group.items:
        if isinstance(item, Filter | Exists) and mentioned(item) & everything - seen:
            return False
        if isinstance(item, Exists):
            inner = item.group
            if not _sees_the_same(inner, seen, seen, everything | _bound(inner)):
                return False
        elif isinstance(item, Option):
            if not _sees_the_same(item.group, seen, outer, everything):
                return False
        elif isinstance(item, Union):
            for one in item.groups:
                if not _sees_the_same(one, outer, outer, everything):
                    return False
    return True


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
