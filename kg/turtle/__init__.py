"""Turtle: a strict reader that says where a file is wrong, and one canonical way to write it."""

from __future__ import annotations

import re
from itertools import islice

import pyoxigraph as ox
from pyoxigraph import Quad

from kg.errors import InputError
from kg.findings import Finding
from kg.turtle.labels import orders
from kg.turtle.writer import DEEPEST, Writer

__all__ = ["Quad", "canonical", "read"]

_SYMMETRIES = 120
_PREFIX = re.compile(r"The prefix (\S*): has not been declared")
# The tokens in which a '#' opens no comment; the document is known to be well-formed.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'(?:[^'\\]|\\.)*'"
    r"|<[^<>\s]*>|\\.|(?P<comment>#)",
    re.DOTALL,
)


def read(data: bytes, file: str) -> list[Quad]:
    """Parse a Turtle document strictly; ``file`` is the name that messages give.

    Relative IRIs, undeclared prefixes and RDF 1.2 triple terms are refused.

    Raises:
        InputError: with one finding: file, line, column, what the parser met, how to mend.

    Source: https://www.w3.org/TR/turtle/

    >>> len(read(b"@prefix a: <http://a.example/> . a:b a:c 1, 2 .", "a.ttl"))
    2
    >>> read(b"a:b a:c 1 .", "a.ttl")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    kg.errors.InputError: a.ttl:1:1: turtle-prefix: the prefix 'a:' is not declared; ...
    """
    return _parse(data, file)[0]


def canonical(data: bytes, *, file: str) -> str:
    """The same graph as the one text that all files of the project are written in.

    Header, classes, axioms, properties, schemes, concepts, other things, each group by name;
    a fixed order of predicates; only prefixes that are used. The result is isomorphic to the
    input and depends on nothing else: writing it again changes nothing.

    Raises:
        InputError: the document is malformed, nested too deeply, has too many blank nodes that
            nothing tells apart, or has comments (they would be lost; notes belong in
            ``skos:editorialNote`` or ``rdfs:comment``).

    >>> print(canonical(b"@prefix a: <http://a.example/> . a:b a:d 1 ; a a:c .", file="a.ttl"))
    @prefix a: <http://a.example/> .
    <BLANKLINE>
    a:b
        a a:c ;
        a:d 1 ;
        .
    <BLANKLINE>
    """
    quads, prefixes = _parse(data, file)
    text = data.decode()
    for token in _TOKEN.finditer(text):
        if token["comment"]:
            words = text[token.start() :].split("\n", 1)[0].strip()
            raise _refused(
                Finding.of("comments-lost", file, *_place(text, token.start()), comment=words)
            )
    writer = Writer(quads, prefixes)
    labelings = list(islice(orders(quads, writer.shared), _SYMMETRIES + 1))
    if len(labelings) > _SYMMETRIES:
        raise _refused(Finding.of("turtle-symmetry", file, count=len(writer.shared)))
    try:
        return min(map(writer.document, labelings))
    except RecursionError:
        raise _refused(Finding.of("turtle-nesting", file, deepest=DEEPEST)) from None


def _parse(data: bytes, file: str) -> tuple[list[Quad], dict[str, str]]:
    """The quads and the prefixes of a document, or an InputError that says where it is wrong."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text, start = data[: error.start].decode(), error.start
        place = _place(text, len(text))
        finding = Finding.of("not-utf8", file, *place, unreadable=True, byte=f"0x{data[start]:02x}")
        raise _refused(finding) from None
    if text.startswith("\ufeff"):
        raise _refused(Finding.of("not-utf8", file, 1, 1, unreadable=True, byte="0xef"))
    parser = ox.parse(data, ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    try:
        quads = list(dict.fromkeys(parser))
    except SyntaxError as error:
        said = re.sub(
            r"^Parser error .*?column(?:s \d+ and)? \d+: ", "", error.msg, flags=re.DOTALL
        )
        place = (error.lineno or 0, error.offset or 0)
        if undeclared := _PREFIX.search(said):
            known = ", ".join(f"{prefix}:" for prefix in sorted(parser.prefixes)) or "-"
            finding = Finding.of(
                "turtle-prefix", file, *place, unreadable=True, prefix=undeclared[1], known=known
            )
        elif "No scheme found" in said:
            finding = Finding.of("turtle-relative", file, *place, unreadable=True)
        else:
            finding = Finding.of("turtle-syntax", file, *place, unreadable=True, said=said)
        raise _refused(finding) from None
    if any(isinstance(quad.object, ox.Triple) for quad in quads):
        raise _refused(Finding.of("turtle-triple-term", file))
    return quads, parser.prefixes


def _refused(finding: Finding) -> InputError:
    return InputError(findings=[finding])


def _place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both counted from 1, of an offset in a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
