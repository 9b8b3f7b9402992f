"""Page: explanations as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from kg.results import Evidence
from kg.why.explanation import Explanation, Why
from kg.why.proof import Proof, Step
from kg.why.words import Words

_STYLE = """
:root { color-scheme: light dark; }
.why { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: auto; padding: 1rem; }
.why h2 { font-size: 1.1rem; margin: 1.5rem 0 .3rem; overflow-wrap: anywhere; }
.why details, .why .leaf { margin: .3rem 0 .3rem .6rem; padding-left: .8rem;
  border-left: 2px solid #8888; overflow-wrap: anywhere; }
.why summary { cursor: pointer; }
.why .rule { display: block; opacity: .75; font-style: italic; }
.why blockquote { margin: .2rem 0 .2rem 1rem; }
.why cite { opacity: .75; font-style: normal; }
@media print { .why { max-width: none; } .why summary { list-style: none; }
  .why details, .why .leaf { break-inside: avoid; } }
"""


def to_html(why: Why) -> str:
    """A whole page: nested, foldable, for screen and print, without scripts or other files."""
    words = why.words
    title = escape(words.say("why-page"))
    return (
        f'<!DOCTYPE html>\n<html lang="{words.lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n</head>\n<body>\n{fragment(why)}</body>\n</html>\n"
    )


def fragment(why: Why) -> str:
    """The part of a page that shows the answer, with its own style."""
    parts = [f'<style>{_STYLE}</style>\n<div class="why">\n']
    for found in why.explanations:
        parts += _explanation(why.words, found)
    if why.more:
        parts.append(f"<p>{escape(why.words.say('why-more', count=why.more))}</p>\n")
    parts.append("</div>\n")
    return "".join(parts)


def _explanation(words: Words, found: Explanation) -> Iterator[str]:
    yield f"<h2>{escape(words.sentence(found.triple))}</h2>\n"
    if found.holds and not found.proofs:
        yield f"<p>{escape(words.say('why-unfound'))}</p>\n"
    count = len(found.proofs)
    for number, proof in enumerate(found.proofs, 1):
        if count > 1:
            yield f"<p>{escape(words.say('why-proof', number=number, count=count))}</p>\n"
        yield from _proof(words, proof)
    if found.others:
        yield f"<p>{escape(words.say('why-also' if found.holds else 'why-only'))}</p>\n"
        yield from map(_claim, found.others)
    if not all(proof.whole for proof in found.proofs):
        yield f"<p>{escape(words.say('why-bound'))}</p>\n"


def _proof(words: Words, proof: Proof) -> Iterator[str]:
    opened = 0
    for node, last, again in proof.walk():
        while opened > len(last):
            opened -= 1
            yield "</details>\n"
        text = escape(words.sentence(node.triple))
        if again:
            yield f'<div class="leaf">{text} ({escape(words.say("why-again"))})</div>\n'
        elif isinstance(node, Step):
            opened += 1
            reason = escape(words.step(node))
            yield f'<details open=""><summary>{text} <span class="rule">{reason}</span></summary>\n'
        else:
            yield f'<div class="leaf">{text}\n'
            yield from map(_claim, node.claims)
            for line in words.basis(node)[len(node.claims) :]:
                yield f"<p><cite>{escape(line)}</cite></p>\n"
            yield "</div>\n"
    yield "</details>\n" * opened


def _claim(claim: Evidence) -> str:
    words, _, place = str(claim).partition(" — ")
    return f"<blockquote>{escape(words)} <cite>{escape(place)}</cite></blockquote>\n"
