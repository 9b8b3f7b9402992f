"""Words: invented names, each number another one, the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass

_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
_COUNT = len(_SYLLABLES)
_STEP = 104_729  # a prime: neighboring numbers get unlike names
MOST_NAMES = _COUNT**3
"""So many numbers have names of their own."""

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August",
           "September", "October", "November", "December")  # fmt: skip


@dataclass(frozen=True)
class Words:
    """Words of a text and what they mean.

    ``type`` is a class, ``Date`` or ``Number``, or the property that the words state; then
    nothing is referred to.
    """

    type: str
    words: str
    reference: str | None = None


def name(number: int) -> str:
    """The invented name of a number; no two names are the same, whatever the case.

    >>> name(0), name(1), name(2)
    ('Bababa', 'Keledu', 'Pisigo')
    """
    rest, last = divmod(number * _STEP % MOST_NAMES, _COUNT)
    first, middle = divmod(rest, _COUNT)
    return (_SYLLABLES[first] + _SYLLABLES[middle] + _SYLLABLES[last]).capitalize()


def slug(words: str) -> str:
    """The words as a part of an IRI.

    >>> slug("Café Works of Bababa")
    'cafe-works-of-bababa'
    """
    return words.lower().replace("é", "e").replace(" ", "-")


def day(value: str) -> Words:
    """A day as a text writes it.

    >>> day("2015-10-09")
    Words(type='Date', words='9 October 2015', reference='edtf:2015-10-09')
    """
    year, month, number = value.split("-")
    return Words("Date", f"{int(number)} {_MONTHS[int(month) - 1]} {year}", f"edtf:{value}")


def number(value: int) -> Words:
    """A whole number as a text writes it.

    >>> number(12500)
    Words(type='Number', words='12 500', reference='decimal:12500')
    """
    return Words("Number", f"{value:,}".replace(",", " "), f"decimal:{value}")
