"""Paged: a long list in pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.web.exchange import HttpError

if TYPE_CHECKING:
    from kg.web.view import View


@dataclass(frozen=True)
class Paged:
    """Which page of a list is asked for, by the parameter ``page``.

    Args:
        number: of the page, from 1.
        last: how many pages there are, at least one.
        first: index of its first item.
        size: items of a page.
    """

    number: int
    last: int
    first: int
    size: int

    @classmethod
    def of(cls, view: View, count: int, size: int) -> Paged:
        """The page that a request means, of so many items.

        Raises:
            HttpError: there is no such page (400).
        """
        last = max(1, -(-count // size))
        asked = view.request.param("page") or "1"
        if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked[:9]) <= last):
            raise HttpError(400, "web-no-page", page=asked, last=last)
        return cls(int(asked), last, (int(asked) - 1) * size, size)

    @property
    def items(self) -> slice:
        """Which items stand on it.

        >>> list(range(9))[Paged(2, 3, 4, 4).items]
        [4, 5, 6, 7]
        """
        return slice(self.first, self.first + self.size)
