"""Measure: how much room a text takes, whatever sans-serif font a reader has."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Widths of the characters from space to tilde, in thousandths of the size. They are those of a wide
# font, so that a text takes no more room in the usual ones.
_WIDTHS = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
    636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
    1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
    603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
    500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
    635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
)  # fmt: skip
_OTHERS = 1000


@lru_cache(maxsize=4096)
def _width(char: str) -> int:
    base = unicodedata.normalize("NFD", char)[0]
    if unicodedata.combining(base):
        return 0
    place = ord(base) - 32
    return _WIDTHS[place] if 0 <= place < len(_WIDTHS) else _OTHERS


def width(text: str, size: float = 13) -> float:
    """The room that a line of text takes at most, in the unit of its size.

    >>> width("Séoul", 10) == width("Seoul", 10)
    True
    """
    return sum(map(_width, text)) * size / 1000


def shortened(text: str, room: float, size: float = 13) -> str:
    """The text, or as much of it as fits, with an ellipsis.

    >>> shortened("Wallonie-Bruxelles International", 90)
    'Wallonie-Br…'
    """
    text = " ".join(text.split())
    if width(text, size) <= room:
        return text
    room -= width("…", size)
    used = 0.0
    for place, char in enumerate(text):
        used += width(char, size)
        if used > room:
            return text[:place].rstrip() + "…"
    return "…"


def wrapped(text: str, room: float, size: float = 13, lines: int = 2) -> list[str]:
    """The text in so many lines at most; the last one is shortened where it does not fit.

    >>> wrapped("Wallonie-Bruxelles International", 160)
    ['Wallonie-Bruxelles', 'International']
    """
    words = text.split()
    found: list[str] = []
    while words and len(found) < lines - 1:
        count = 1
        while count < len(words) and width(" ".join(words[: count + 1]), size) <= room:
            count += 1
        if width(" ".join(words[:count]), size) > room:
            break  # one word that is too long
        found.append(" ".join(words[:count]))
        words = words[count:]
    return [*found, shortened(" ".join(words), room, size)] if words else found or [""]
