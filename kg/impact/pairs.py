"""Pairs: which things of two lists are the same, or the same thing changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True)
class Pairs(Generic[_T]):
    """Two lists compared: what is paired, with the number of the key that did it, and the rest."""

    pairs: tuple[tuple[_T, _T, int], ...]
    gone: tuple[_T, ...]
    come: tuple[_T, ...]

    @classmethod
    def of(
        cls, old: Iterable[_T], new: Iterable[_T], keys: Sequence[Callable[[_T], Hashable]]
    ) -> Pairs[_T]:
        """Pair by the first key, what is left by the next one, and so on; each thing once.

        Guarantees: the order of the lists is kept, so the same lists give the same pairs.

        >>> found = Pairs.of(["a1", "b1"], ["b1", "a2", "c1"], [str, lambda name: name[0]])
        >>> found.pairs, found.gone, found.come
        ((('b1', 'b1', 0), ('a1', 'a2', 1)), (), ('c1',))
        """
        pairs: list[tuple[_T, _T, int]] = []
        left, right = list(old), list(new)
        for number, key in enumerate(keys):
            waiting: dict[Hashable, list[int]] = defaultdict(list)
            for at in range(len(right) - 1, -1, -1):
                waiting[key(right[at])].append(at)
            taken: set[int] = set()
            rest: list[_T] = []
            for one in left:
                if places := waiting.get(key(one)):
                    taken.add(at := places.pop())
                    pairs.append((one, right[at], number))
                else:
                    rest.append(one)
            left, right = rest, [one for at, one in enumerate(right) if at not in taken]
        return cls(tuple(pairs), tuple(left), tuple(right))
