"""Tree: explanations as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from kg.results import Evidence
from kg.why.explanation import Explanation, Gap, Why, WhyNot
from kg.why.proof import Leaf, Node, Proof
from kg.why.words import Words

_BOLD, _DIM, _PLAIN = "1", "2", ""
_NARROWEST = 40
_CLAIMS = 3  # of a leaf; other formats show all


class _Lines:
    """Lines that are wrapped behind a prefix, and colored on a terminal."""

    def __init__(self, width: int | None, color: bool) -> None:
        self._width = width
        self._color = color
        self._lines: list[str] = []

    def add(self, text: str, first: str = "", rest: str = "", style: str = _PLAIN) -> None:
        space = max((self._width or 0) - len(first), _NARROWEST)
        parts = wrap(text, space, break_on_hyphens=False) if self._width else [text]
        for number, part in enumerate(parts or [""]):
            shown = f"\x1b[{style}m{part}\x1b[0m" if self._color and style else part
            self._lines.append((rest if number else first) + shown)

    def text(self) -> str:
        return "".join(f"{line.rstrip()}\n" for line in self._lines)


def to_tree(why: Why, *, width: int | None = None, color: bool = False) -> str:
    """Each triple with its proofs, wrapped to ``width``; nothing where nothing fits."""
    lines = _Lines(width, color)
    for number, found in enumerate(why.explanations):
        if number:
            lines.add("")
        _explanation(lines, why.words, found)
    if why.more:
        lines.add("")
        lines.add(why.words.say("why-more", count=why.more))
    return lines.text()


def _explanation(lines: _Lines, words: Words, found: Explanation) -> None:
    if not found.proofs:
        lines.add(words.sentence(found.triple), style=_BOLD)
        if found.holds:
            lines.add(words.say("why-unfound"), "  ", "  ")
    count = len(found.proofs)
    for number, proof in enumerate(found.proofs, 1):
        if count > 1:
            if number > 1:
                lines.add("")
            lines.add(words.say("why-proof", number=number, count=count), style=_DIM)
        _proof(lines, words, proof)
    if found.others:
        code = "why-also" if found.holds else "why-only"
        _claims(lines, words.say(code), found.others)
    if not all(proof.whole for proof in found.proofs):
        lines.add(words.say("why-bound"), "  ", "  ")


def _claims(lines: _Lines, head: str, claims: tuple[Evidence, ...], indent: str = "  ") -> None:
    lines.add(head, indent, indent)
    for claim in claims:
        lines.add(str(claim), f"{indent}  ", f"{indent}    ")


def _proof(lines: _Lines, words: Words, proof: Proof) -> None:
    for node, last, again in proof.walk():
        stem = "".join("   " if end else "│  " for end in last[:-1])
        branch = ("└─ " if last[-1] else "├─ ") if last else ""
        below = stem + ("   " if last and last[-1] else "│  " if last else "")
        text = words.sentence(node.triple)
        if again:
            text = f"{text} ({words.say('why-again')})"
        lines.add(text, stem + branch, below + "  ", _BOLD)
        if not again:
            for line in _below(words, node):
                mark = "  " if isinstance(node, Leaf) else "│ "
                style = _PLAIN if isinstance(node, Leaf) else _DIM
                lines.add(line, below + mark, f"{below}{mark}  ", style)


def _below(words: Words, node: Node) -> Iterator[str]:
    if isinstance(node, Leaf):
        yield from words.basis(node, _CLAIMS)
    else:
        yield words.step(node)


def gaps_to_tree(found: WhyNot, *, width: int | None = None, color: bool = False) -> str:
    """What is missing for a triple to hold, the nearest rule first."""
    lines, words = _Lines(width, color), found.words
    lines.add(words.sentence(found.triple), style=_BOLD)
    if found.holds:
        lines.add(words.say("why-holds"), "  ", "  ")
        return lines.text()
    if found.others:
        _claims(lines, words.say("why-only"), found.others)
    else:
        lines.add(words.say("why-unstated"), "  ", "  ")
    for gap in found.gaps:
        lines.add("")
        _gap(lines, words, gap)
    if not found.gaps:
        lines.add(words.say("why-no-rule"), "  ", "  ")
    if found.more:
        lines.add("")
        lines.add(words.say("why-more-rules", count=found.more), "  ", "  ")
    if found.near:
        lines.add("")
        lines.add(words.say("why-near"), "  ", "  ")
        for sentence in words.all(found.near):
            lines.add(sentence, "    ", "      ")
    return lines.text()


def _gap(lines: _Lines, words: Words, gap: Gap) -> None:
    reason = f"{words.reason(gap.rule)} [{words.tag(gap.rule)}]"
    text = words.say("why-would", reason=reason)
    lines.add(text, "  ", "    ", _DIM)
    for sentence in words.all(gap.matched):
        lines.add(sentence, "    ✓ ", "      ")
    for sentence in words.patterns(gap.unmatched):
        lines.add(sentence, "    ✗ ", "      ", _BOLD)
    for clause in gap.refused:
        lines.add(words.say("why-refused", clause=clause), "    ✗ ", "      ", _BOLD)
    if gap.claims:
        _claims(lines, words.say("why-only"), gap.claims, "      ")
