"""Marked text: a text cut where its spans begin and end, so that they can be marked in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.claims import Span

Place = tuple[int, int]


@dataclass(frozen=True)
class Token:
    """One step in writing a marked text.

    ``kind`` is ``open`` and ``close`` (of a mark around ``place``), ``text``, or ``gap`` (of
    ``size`` code points that are not known). Where two spans cross, the one that ends later is
    closed and opened again: ``is_first`` tells its beginning. ``within`` are the places around,
    the outermost first.
    """

    kind: str
    place: Place = (0, 0)
    text: str = ""
    size: int = 0
    is_first: bool = False
    within: tuple[Place, ...] = ()


def marked(known: Sequence[str | None], spans: Iterable[Place]) -> Iterator[Token]:
    """Write a text with its spans marked; marks are properly nested.

    Guarantees: the pieces of text, one after the other, are the text; each span is opened first
    once, and everything between its offsets stands in marks of it.

    Args:
        known: a code point at each offset; None where it is not known.
        spans: offsets in code points, end exclusive; what lies outside of the text is cut off.

    >>> tokens = list(marked("abcd", [(0, 3), (1, 2), (2, 4)]))
    >>> "".join({"open": "[", "close": "]"}.get(t.kind, t.text) for t in tokens)
    '[a[b][c]][d]'
    """
    length = len(known)
    places = sorted(
        {(max(a, 0), min(b, length)) for a, b in spans if max(a, 0) < min(b, length)},
        key=lambda place: (place[0], -place[1]),
    )
    stack: list[Place] = []
    seen: set[Place] = set()
    waiting = 0
    cuts = sorted({0, length, *(offset for place in places for offset in place)})
    for number, at in enumerate(cuts):
        again: list[Place] = []
        while any(end == at for _, end in stack):
            place = stack.pop()
            yield Token("close", place)
            if place[1] != at:
                again.append(place)
        while waiting < len(places) and places[waiting][0] == at:
            again.append(places[waiting])
            waiting += 1
        for place in sorted(again, key=lambda place: -place[1]):
            stack.append(place)
            yield Token("open", place, is_first=place not in seen, within=tuple(stack[:-1]))
            seen.add(place)
        if number + 1 < len(cuts):
            yield from _pieces(known, at, cuts[number + 1], tuple(stack))


def _pieces(
    known: Sequence[str | None], start: int, end: int, within: tuple[Place, ...]
) -> Iterator[Token]:
    while start < end:
        is_gap = known[start] is None
        stop = next((i for i in range(start, end) if (known[i] is None) != is_gap), end)
        if is_gap:
            yield Token("gap", size=stop - start, within=within)
        else:
            text = "".join(letter or "" for letter in known[start:stop])
            yield Token("text", text=text, within=within)
        start = stop


def known_by(spans: Iterable[Span], length: int) -> list[str | None]:
    """What is known of a text by the words of its spans alone.

    >>> known_by([Span(1, 3, "bc")], 4)
    [None, 'b', 'c', None]
    """
    found: list[str | None] = [None] * length
    for span in spans:
        if len(span.words) == span.end - span.start and span.end <= length:
            found[span.start : span.end] = span.words
    return found
