"""Names: forgiving comparison of what people type with what is known."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def folded(text: str) -> str:
    """A name without case, accents, and differences of apostrophe, hyphen and space.

    >>> folded("L’Agence  Wallonne à l'Exportation") == folded("l'agence wallonne a l'exportation")
    True
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(letters.replace("’", "'").replace("-", " ").split())


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that resembles ``name`` most; empty where none does.

    >>> nearest("hasSignatry", ["hasSignatory", "hasKind"]), nearest("xyz", ["hasKind"])
    ('hasSignatory', '')
    """
    from rapidfuzz import process

    found = process.extractOne(name, sorted(known), processor=folded, score_cutoff=70)
    return str(found[0]) if found else ""
