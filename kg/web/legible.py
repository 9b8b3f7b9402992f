"""Legible: text without the signs that nobody sees and that mislead who reads it."""

from __future__ import annotations

import re
from typing import Any

# Controls but TAB, LF and CR; marks that turn the order of what follows; what is no character.
_UNSEEN = [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F),
           *range(0x2066, 0x206A), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]  # fmt: skip
# Few texts have any: to look for them is twenty times quicker than to replace them.
_ANY = re.compile("[" + "".join(map(chr, _UNSEEN)) + "]")
_SHOWN = dict.fromkeys(_UNSEEN, "\ufffd")


def legible(value: Any) -> Any:
    r"""A value with ``�`` for each sign that would be neither seen nor allowed in HTML and XML.

    So a name cannot turn the words around it (as U+202E does) nor break a picture. Text stays text
    and markup markup; anything else is given back as it is.

    Source: https://www.w3.org/TR/xml/#charsets and https://www.unicode.org/reports/tr9/

    >>> legible("a\u202eb"), legible(7)
    ('a�b', 7)
    """
    if isinstance(value, str) and _ANY.search(value):
        return value.translate(_SHOWN)
    return value
