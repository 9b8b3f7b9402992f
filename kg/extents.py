"""Extents: the first and the last day that a date of any precision may mean."""

from __future__ import annotations

from collections.abc import Iterable

from kg.values import plain_date

_EVER = ("0001-01-01", "9999-12-31")
Extent = tuple[str, str]


def extent(value: str) -> Extent:
    """The first and the last day that a date, a season or an interval may mean.

    >>> extent("2017-05"), extent("2013/..")
    (('2017-05-01', '2017-05-31'), ('2013-01-01', '9999-12-31'))
    >>> extent("2030~")  # EDTF: about 2030
    ('2029-01-01', '2031-12-31')
    """
    start, slash, end = value.partition("/")
    if slash:
        first = extent(start)[0] if start.strip(".") else _EVER[0]
        return first, extent(end)[1] if end.strip(".") else _EVER[1]
    if plain_date(value):
        # No month has more than 31 days; the days of a month sort alike whatever its length.
        return value + "-01-01"[len(value) - 4 :], value + "-12-31"[len(value) - 4 :]
    from edtf import parse_edtf

    meant = parse_edtf(value)
    first, last = (
        "{:04}-{:02}-{:02}".format(*end()[:3]) for end in (meant.lower_fuzzy, meant.upper_fuzzy)
    )
    return first, last


def meet(one: Extent, other: Extent) -> bool:
    """Whether two extents have a day in common.

    >>> meet(("2017-05-01", "2017-05-31"), ("2017-05-10", "2017-05-10"))
    True
    """
    return one[0] <= other[1] and other[0] <= one[1]


def timing(one: Iterable[Extent], other: Iterable[Extent]) -> str:
    """How two things said of one matter relate that hold at these times.

    ``succession`` when no time meets another, ``contradiction`` when both hold on one day or no
    time is known, ``precision`` when the times are too coarse to tell.

    >>> timing([extent("2017-06")], [extent("2021-03-31")])
    'succession'
    >>> timing([extent("2017-06")], [extent("2017-06-09")])
    'precision'
    """
    pairs = [(a, b) for a in one for b in other]
    if pairs and not any(meet(a, b) for a, b in pairs):
        return "succession"
    exact = any(meet(a, b) and a[0] == a[1] and b[0] == b[1] for a, b in pairs)
    return "contradiction" if exact or not pairs else "precision"
