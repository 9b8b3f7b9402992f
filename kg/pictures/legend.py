"""Legend: what the colors and lines of a picture mean."""

from __future__ import annotations

from collections.abc import Iterable

from kg.pictures.drawing import Drawing
from kg.pictures.measure import width


def legend(
    out: Drawing, keys: Iterable[tuple[str, str]], left: float, top: float, right: float
) -> float:
    """Draw a legend of classes and words, in as many lines as it needs; where it ends.

    >>> legend(Drawing(), [("p-bar", "stated as a fact")], 10, 0, 300)
    26
    """
    x, y = left, top
    is_empty = True
    for style, words in keys:
        room = 26 + width(words, 12)
        if x > left and x + room > right:
            x, y = left, y + 20
        if style.startswith("p-edge"):
            out.line(x, y + 9, x + 20, y + 9, style)
        else:
            out.rect(x + 1, y + 3, 18, 11, style, rx=3)
        out.text(x + 26, y + 13, words, room=right - left - 26, size=12, style="p-note")
        x += room + 18
        is_empty = False
    return y if is_empty else y + 26
