"""Keyed: constraints that compare strings computed for two unrelated things, as a hash join.

``FILTER(?key = ?otherKey)`` is all that relates the two; asked of one focus node after the other,
such a query looks at every other thing each time. Where both keys are strings, the equality is
that of terms, and the two sides may be computed once each and joined on the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.shacl.groups import (
    Bind,
    Exists,
    Filter,
    Group,
    Item,
    Pattern,
    Unparsed,
    is_bracketed,
)
from kg.shacl.stepwise import mentioned, told

_STRINGS = {
    "CONCAT", "ENCODE_FOR_URI", "LANG", "LCASE", "REPLACE", "STR", "STRAFTER", "STRBEFORE",
    "SUBSTR", "UCASE",
}  # fmt: skip
_HEAD = re.compile(r"\s*SELECT(?:\s+(?:DISTINCT|REDUCED)\b)?(?:\s*[?$]\w+)+\s*(?:WHERE\s*)?", re.I)
_EQUAL = re.compile(r"\(\s*[?$](\w+)\s*=\s*[?$](\w+)\s*\)")
_BIND = re.compile(r"BIND\(\s*(\w+)\s*(\(.*\))\s*AS\s+[?$](\w+)\s*\)", re.I | re.DOTALL)
_KEY = "?kgskey"


@dataclass(frozen=True)
class Keyed:
    """A query in two parts that have but a computed string in common.

    ``near`` and ``far`` are the patterns, filters and computations of the focus node and of the
    other thing, ``rest`` the filters that look at both; ``keys`` are the two variables.
    """

    near: tuple[Item, ...]
    far: tuple[Item, ...]
    rest: tuple[Item, ...]
    keys: tuple[str, str]

    @classmethod
    def of(cls, select: str) -> Keyed | None:
        """Take a SELECT apart; None where it has another form.

        Guarantees: the parts joined on their keys have the solutions of the query.

        >>> found = Keyed.of('''SELECT $this ?value { $this :name ?a . ?value :name ?b .
        ...     BIND(LCASE(?a) AS ?x) BIND(LCASE(?b) AS ?y) FILTER(?x = ?y) FILTER(?a != ?b) }''')
        >>> found.keys, [str(item) for item in found.near[:1]], len(found.rest)
        (('x', 'y'), ['$this :name ?a .'], 1)
        """
        start, end = select.find("{"), select.rfind("}")
        if not _HEAD.fullmatch(select[:start]) or select[end + 1 :].strip():
            return None
        try:
            group = Group.of(select[start : end + 1])
        except Unparsed:
            return None
        return _apart(group.items)

    @property
    def first(self) -> str:
        """The part of the focus node, with its key."""
        return _side(self.near, self.keys[0], self._known)

    @property
    def other(self) -> str:
        """The rest of the query, which follows the first part."""
        known = self._known
        rest = " ".join(told(item, known) for item in self.rest)
        return f"{{ {_side(self.far, self.keys[1], known)} }} {rest}"

    @property
    def _known(self) -> frozenset[str]:
        return frozenset({"this"}).union(*map(mentioned, (*self.near, *self.far)))


def _side(items: Iterable[Item], key: str, known: frozenset[str]) -> str:
    # The engine joins by hash only what is bound for certain, which COALESCE is.
    parts = [told(item, known) for item in items]
    return " ".join([*parts, f'BIND(COALESCE(?{key}, "") AS {_KEY}) FILTER(BOUND(?{key}))'])


def _apart(items: tuple[Item, ...]) -> Keyed | None:
    if any(not isinstance(item, Pattern | Bind | Filter | Exists) for item in items):
        return None
    if any(isinstance(i, Filter | Bind) and re.search(r"\bEXISTS\b", i.text, re.I) for i in items):
        return None
    near = _reached(items, frozenset({"this"}))
    outside = frozenset().union(*map(mentioned, _binding(items))) - near
    strings = {key for item in items if (key := _string(item))}
    for item in items:
        equal = _EQUAL.fullmatch(item.text) if isinstance(item, Filter) else None
        if equal is None or not {equal[1], equal[2]} <= strings:
            continue
        first, second = equal[1], equal[2]
        if first in outside:
            first, second = second, first
        if first in near and second in outside:
            break
    else:
        return None
    far = _reached(items, frozenset({second}))
    if far != outside:
        return None
    sides: dict[str, list[Item]] = {"near": [], "far": [], "rest": []}
    for one in items:
        if one is not item:
            seen = mentioned(one)
            side = "rest" if seen & far and seen & near else "far" if seen & far else "near"
            sides[side].append(one)
    return Keyed(tuple(sides["near"]), tuple(sides["far"]), tuple(sides["rest"]), (first, second))


def _binding(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if isinstance(item, Pattern | Bind)]


def _reached(items: Iterable[Item], known: frozenset[str]) -> frozenset[str]:
    """The variables that patterns and computations relate to some others."""
    left = _binding(items)
    while found := [item for item in left if mentioned(item) & known]:
        known = known.union(*map(mentioned, found))
        left = [item for item in left if item not in found]
    return known


def _string(item: Item) -> str | None:
    """The variable to which a string is bound."""
    found = _BIND.fullmatch(item.text) if isinstance(item, Bind) else None
    if found is None or found[1].upper() not in _STRINGS or not is_bracketed(found[2]):
        return None
    return found[3]
