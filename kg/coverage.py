"""Coverage: how much of a text its annotation takes up, and every place that it passes over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.claims import Statements
from kg.namespaces import RDF

Fragment = tuple[int, int]

SHOWN_WORDS = 5
"""A passage is shown by so many words: the texts are not ours to print."""

_ASIDE = ("furniture:", "document:")
_EXCEPTION = "no statement:"

# A period after these words, or after a single capital, ends no sentence.
_ABBREVIATION = re.compile(
    "(?i:av|bd|cf|chap|dr|éd|fig|hon|jr|m|mgr|mlle|mm|mme|mr|mrs|ms|n|p|pp|prof|réf|ste|vol|vs)"
    "|[A-ZÀ-Þ]"
)
_END = re.compile(r"[.!?…]+(?:\s?»)?[”’\"')\]]*(?=\s+[«“”‘\"'(\[\s]*([^\W_]))")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
# A line break (unless the next line goes on in lower case), or the gap of a table.
_BREAK = re.compile(r"\s*[\n\r\f\v\x85\u2028\u2029]\s*|\t\s*|[^\S\n]{3,}")
_MARK = re.compile(r"\s*(?:[-–—•*·]|\(?(?:\d{1,2}|[a-z])[/.)])\s+")
_LETTER = re.compile(r"[^\W_]")

_MONTH = (
    "(?i:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)|"
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_NUMERAL = (
    "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|"
    "trente|quarante|cinquante|soixante|cents?|mille|millions?|milliards?|milliers?|"
    "(?:dix|douz|quinz|vingt|trent|quarant|cinquant|soixant|cent)aines?|"
    "two|three|four|five|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|"
    "hundreds?|thousands?|billions?"
)
_TOKEN = re.compile(
    rf"(?P<date>\b(?:\d\d?(?:er|st|nd|rd|th)?\s)?(?:{_MONTH})\b(?:,?\s\d{{4}}\b)?"
    r"|\b\d\d?[/.-]\d\d?[/.-]\d{2,4}\b|\b(?:1[89]|20)\d\d(?:-\d\d){0,2}\b)"
    rf"|(?P<number>\d+(?:[.,/:-]\d+)*|\b(?i:{_NUMERAL})\b)"
    r"|(?:\b(?i:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’])?"
    r"(?P<name>[^\W\d_][^\W_]*(?:['’&-][^\W_]+)*)"
)


@dataclass(frozen=True)
class Share:
    """How many of how many; of nothing, all is covered.

    >>> (Share(1, 2) + Share(2, 2)).value
    0.75
    """

    covered: int
    total: int

    @property
    def value(self) -> float:
        """Between 0 and 1."""
        return self.covered / self.total if self.total else 1.0

    def __add__(self, other: Share) -> Share:
        return Share(self.covered + other.covered, self.total + other.total)


@dataclass(frozen=True, order=True)
class Passage:
    """A place in a text by offsets in code points, with its first few words only.

    ``kind`` is ``sentence``, ``name``, ``number``, ``date`` or ``exception``; an exception has a
    ``reason``.
    """

    start: int
    end: int
    words: str
    kind: str
    reason: str = ""


@dataclass(frozen=True)
class Coverage:
    """What the annotation of one source takes up.

    ``gaps`` are the sentences that carry no claim, ``unmarked`` the names, numbers and dates in
    no mention, ``exceptions`` what is left out on purpose. In no share are ``excepted``, the
    number of sentences that carry no claim on purpose, and ``aside``, the number of those that
    are page furniture or facts about the document.
    """

    source: str
    sentences: Share
    characters: Share
    excepted: int
    aside: int
    gaps: tuple[Passage, ...]
    unmarked: tuple[Passage, ...]
    exceptions: tuple[Passage, ...]


def coverage(statements: Statements) -> Coverage:
    """Measure how much of a source its annotation takes up.

    * A **sentence** ends with ``. ! ? …`` before a space and a capital or digit, at the gap of a
      table (a tab, three spaces), and with a line break unless the next line goes on in lower
      case. Abbreviations (``M.``, ``J.``) and numbers (``10.000``) end none; the mark of a list
      item (``-``, ``1/``) belongs to none.
    * A sentence **carries a claim** when a word of it is evidence of one that says more than what
      kind of thing something is: naming a city states nothing.
    * A **character** (spaces do not count) is covered in any mention, and in a sentence that
      carries a claim.
    * Text mentions with a note ``furniture:`` or ``document:`` are cut out of the text. A sentence
      that carries no claim and holds a Text mention with a note ``no statement:`` is an exception.
    * A **name** is a word with a capital; at the beginning of a sentence only if it has another
      capital or stands with its capital within a sentence too (the document-centered rule of
      A. Mikheev, "Periods, Capitalized Words, etc.", Computational Linguistics 28(3), 2002).
      An elided word before it (*l'*, *d'*) is no part of it. **Numbers** are digits and French
      and English numerals from two on, **dates** months, years and days in digits.

    Raises:
        ValueError: the text of the source is not at hand.
    """
    source = statements.source
    if (text := source.text) is None:
        raise ValueError(f"the text of {source.file} is needed")
    mentions = source.document.mentions.values()
    cut: set[int] = set()
    exceptions: list[Passage] = []
    for mention in mentions:
        for note in source.document.notes_of(mention.id) if mention.type == "Text" else ():
            if note.text.startswith(_ASIDE):
                cut |= _places(mention.fragments)
            elif note.text.startswith(_EXCEPTION):
                reason = note.text.removeprefix(_EXCEPTION).strip()
                place = (mention.fragments[0][0], mention.fragments[-1][1])
                exceptions.append(_passage(text, place, "exception", reason))
    marked = _places(fragment for mention in mentions for fragment in mention.fragments)
    telling = [claim for claim in statements.claims if claim.predicate != RDF.type]
    evidence = _places((span.start, span.end) for claim in telling for span in claim.spans)
    purposely = _places((one.start, one.end) for one in exceptions)

    carrying = excepted = aside = covered = characters = 0
    gaps: list[Passage] = []
    sentences = list(_sentences(text))
    for sentence in sentences:
        places = {p for p in range(*sentence) if not text[p].isspace()} - cut
        if not any(_LETTER.match(text[p]) for p in places):
            aside += 1
            continue
        if evidence.isdisjoint(places) and not purposely.isdisjoint(places):
            excepted += 1
            continue
        characters += len(places)
        if evidence.isdisjoint(places):
            gaps.append(_passage(text, (min(places), max(places) + 1), "sentence"))
            covered += len(places & marked)
        else:
            carrying += 1
            covered += len(places)
    return Coverage(
        source=source.name,
        sentences=Share(carrying, carrying + len(gaps)),
        characters=Share(covered, characters),
        excepted=excepted,
        aside=aside,
        gaps=tuple(gaps),
        unmarked=tuple(_unmarked(text, sentences, marked)),
        exceptions=tuple(sorted(exceptions)),
    )


def _places(fragments: Iterable[Fragment]) -> set[int]:
    return {place for fragment in fragments for place in range(*fragment)}


def _passage(text: str, place: Fragment, kind: str, reason: str = "") -> Passage:
    words = text[slice(*place)].split()
    more = " …" if len(words) > SHOWN_WORDS else ""
    return Passage(*place, " ".join(words[:SHOWN_WORDS]) + more, kind, reason)


def _sentences(text: str) -> Iterator[Fragment]:
    """Where sentences begin and end, without spaces around them and marks of list items."""
    start = 0
    for end in sorted({*_breaks(text), len(text)}):
        mark = _MARK.match(text, start, end)
        words = text[mark.end() if mark else start : end].strip()
        if _LETTER.search(words):
            first = text.index(words, mark.end() if mark else start)
            yield first, first + len(words)
        start = end


def _breaks(text: str) -> Iterator[int]:
    for found in _BREAK.finditer(text):
        goes_on = text[found.end() : found.end() + 1].islower() and found[0].strip(" \r") == "\n"
        if not goes_on or _MARK.match(text, found.end()):
            yield found.end()
    for found in _END.finditer(text):
        last = _LAST_WORD.search(text, max(0, found.start() - 20), found.start())
        is_short = found[0] == "." and last is not None and _ABBREVIATION.fullmatch(last[0])
        if not is_short and not found[1].islower():
            yield found.end()


def _unmarked(text: str, sentences: list[Fragment], marked: set[int]) -> Iterator[Passage]:
    """Names, numbers and dates outside mentions; neighboring names are one."""
    names: set[str] = set()
    candidates: list[tuple[str, Fragment, bool]] = []
    for start, end in sentences:
        for token in _TOKEN.finditer(text, start, end):
            kind = token.lastgroup or ""
            place, words = token.span(kind), token[kind]
            opens = kind == "name" and not _LETTER.search(text, start, place[0])
            if kind != "name" or (words[0].isupper() and len(words) > 1):
                candidates.append((kind, place, opens and words[1:].islower()))
                names |= set() if opens else {words}
    waiting: Passage | None = None
    for kind, place, is_doubtful in candidates:
        if (is_doubtful and text[slice(*place)] not in names) or not marked.isdisjoint(
            range(*place)
        ):
            continue
        if waiting and waiting.kind == kind == "name" and text[waiting.end : place[0]] == " ":
            waiting = _passage(text, (waiting.start, place[1]), kind)
            continue
        if waiting:
            yield waiting
        waiting = _passage(text, place, kind)
    if waiting:
        yield waiting
