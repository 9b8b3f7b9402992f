"""Groups: the graph patterns of a SPARQL query, as far as they need to be taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import NamedNode

from kg.namespaces import RDF
from kg.shacl.paths import Path

_TOKEN = re.compile(
    r"""(?P<space>(?:\s|\#[^\n]*)+)
    |(?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}
        |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<iri><[^<>\s]*>)
    |(?P<var>[?$]\w+)
    |(?P<lang>@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*)
    |(?P<type>\^\^)
    |(?P<name>[\w.-]*:(?:[\w:%-]|\.(?=[\w:%-]))*)
    |(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<word>\w+)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_STRANGE = {"GRAPH", "MINUS", "SERVICE", "VALUES", "LATERAL", "SELECT"}


class Unparsed(ValueError):
    """A form of SPARQL that is not taken apart here."""


@dataclass(frozen=True)
class Pattern:
    """One triple pattern; ``path`` is a property, a path or a variable, as it is written."""

    subject: str
    path: str
    object: str

    def __str__(self) -> str:
        return f"{self.subject} {self.path} {self.object} ."

    @property
    def variables(self) -> frozenset[str]:
        """Names of the variables."""
        return variables(f"{self.subject} {self.path} {self.object}")


@dataclass(frozen=True)
class Exists:
    """``FILTER EXISTS`` or ``FILTER NOT EXISTS``."""

    is_negated: bool
    group: Group


@dataclass(frozen=True)
class Filter:
    """Any other ``FILTER``, with its expression as it is written."""

    text: str


@dataclass(frozen=True)
class Bind:
    """``BIND``, as it is written."""

    text: str


@dataclass(frozen=True)
class Option:
    """``OPTIONAL``."""

    group: Group


@dataclass(frozen=True)
class Union:
    """Groups of which one must fit; a single one is a group on its own."""

    groups: tuple[Group, ...]


Item = Pattern | Exists | Filter | Bind | Option | Union


@dataclass(frozen=True)
class Group:
    """What stands between braces.

    >>> group = Group.of("{ ?a :p/:q ?b ; :r 1 FILTER NOT EXISTS { ?b a :C } }")
    >>> [type(item).__name__ for item in group.items]
    ['Pattern', 'Pattern', 'Exists']
    >>> group.items[0].path
    ':p/:q'
    """

    items: tuple[Item, ...]

    @classmethod
    def of(cls, text: str) -> Group:
        """Read a group from its text, braces included.

        Raises:
            Unparsed: it holds a sub-select, a collection, or another form not known here.
        """
        return _Reader(text).group()

    def inner(self) -> Iterator[Group]:
        """This group and every group inside it."""
        yield self
        for item in self.items:
            if isinstance(item, Exists | Option):
                yield from item.group.inner()
            elif isinstance(item, Union):
                for group in item.groups:
                    yield from group.inner()


@lru_cache(maxsize=10_000)
def variables(text: str) -> frozenset[str]:
    """Names of the variables in a piece of SPARQL.

    >>> sorted(variables('FILTER(?a = "?b" || $c)'))
    ['a', 'c']
    """
    found = (match for match in _TOKEN.finditer(text) if match.lastgroup == "var")
    return frozenset(match[0][1:] for match in found)


def is_bracketed(text: str) -> bool:
    """Whether the first bracket of a text is closed by its last sign.

    >>> is_bracketed('(")" + (?a))'), is_bracketed("(?a) + (?b)")
    (True, False)
    """
    return _Reader(text).brackets() == text


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [m for m in _TOKEN.finditer(text) if m.lastgroup != "space"]
        self.at = 0

    def peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place][0] if place < len(self.tokens) else ""

    def kind(self) -> str:
        return str(self.tokens[self.at].lastgroup) if self.at < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> str:
        found = self.peek()
        if not found or (expected is not None and found.upper() != expected):
            raise Unparsed(f"'{found}' for '{expected}'")
        self.at += 1
        return found

    def group(self) -> Group:
        self.take("{")
        items: list[Item] = []
        while (word := self.peek().upper()) != "}":
            if word == ".":
                self.take()
            elif word == "FILTER":
                items.append(self.filter())
            elif word == "OPTIONAL":
                self.take()
                items.append(Option(self.group()))
            elif word == "BIND":
                self.take()
                items.append(Bind(f"BIND{self.brackets()}"))
            elif word == "{":
                groups = [self.group()]
                while self.peek().upper() == "UNION":
                    self.take()
                    groups.append(self.group())
                items.append(Union(tuple(groups)))
            elif word in _STRANGE or not word:
                raise Unparsed(word)
            else:
                items += self.triples()
        self.take("}")
        return Group(tuple(items))

    def filter(self) -> Item:
        self.take()
        is_negated = self.peek().upper() == "NOT"
        if is_negated:
            self.take()
        if self.peek().upper() == "EXISTS":
            self.take()
            return Exists(is_negated, self.group())
        start = self.tokens[self.at].start()
        if self.peek() != "(":
            self.take()
        self.brackets()
        return Filter(self.text[start : self.tokens[self.at - 1].end()])

    def brackets(self) -> str:
        start, depth = self.tokens[self.at].start(), 0
        while True:
            sign = self.take()
            depth += (sign == "(") - (sign == ")")
            if depth == 0:
                return self.text[start : self.tokens[self.at - 1].end()]

    def triples(self) -> Iterator[Pattern]:
        subject = self.term()
        while True:
            path = self.path()
            yield Pattern(subject, path, self.term())
            while self.peek() == ",":
                self.take()
                yield Pattern(subject, path, self.term())
            while self.peek() == ";":
                self.take()
                if self.peek() in (".", "}"):
                    return
            if self.tokens[self.at - 1][0] != ";":
                return

    def term(self) -> str:
        kind = self.kind()
        if kind == "string":
            found = self.take()
            if self.kind() == "lang":
                return found + self.take()
            if self.kind() == "type":
                return found + self.take() + self.take()
            return found
        if kind in ("iri", "var", "name", "number") or self.peek() in ("true", "false"):
            return self.take()
        raise Unparsed(self.peek())

    def path(self) -> str:
        if self.kind() == "var":
            return self.take()
        start, depth, is_whole = self.tokens[self.at].start(), 0, False
        while True:
            sign = self.peek()
            if sign in ("(", ")"):
                depth += (sign == "(") - (sign == ")")
                is_whole = sign == ")"
            elif sign in ("^", "!", "/", "|"):
                is_whole = False
            elif sign not in ("*", "+", "?"):
                if is_whole and depth == 0:
                    return self.text[start : self.tokens[self.at - 1].end()]
                if self.kind() not in ("iri", "name") and sign != "a":
                    raise Unparsed(sign)
                is_whole = True
            self.take()


def path_of(text: str, prefixes: Mapping[str, str]) -> Path:
    """The path of a pattern, as it is written.

    Raises:
        Unparsed: it excludes properties, or has a prefix that is not known.

    >>> str(path_of("^:p/(a|<http://b.example/q>)*", {"": "http://a.example/"}))
    '^<http://a.example/p>/(<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>|<http://b.example/q>)*'
    """
    reader = _Reader(text)
    if reader.kind() == "var":
        return Path("any")
    return _alternative(reader, prefixes)


def _alternative(reader: _Reader, prefixes: Mapping[str, str]) -> Path:
    parts = [_sequence(reader, prefixes)]
    while reader.peek() == "|":
        reader.take()
        parts.append(_sequence(reader, prefixes))
    return parts[0] if len(parts) == 1 else Path("alternative", tuple(parts))


def _sequence(reader: _Reader, prefixes: Mapping[str, str]) -> Path:
    parts = [_step(reader, prefixes)]
    while reader.peek() == "/":
        reader.take()
        parts.append(_step(reader, prefixes))
    return Path.sequence(*parts)


def _step(reader: _Reader, prefixes: Mapping[str, str]) -> Path:
    if reader.peek() == "^":
        reader.take()
        return _step(reader, prefixes).inverted()
    if reader.peek() == "(":
        reader.take()
        found = _alternative(reader, prefixes)
        reader.take(")")
    else:
        kind, word = reader.kind(), reader.take()
        prefix, _, local = word.partition(":")
        if word == "a":
            found = Path.of(RDF.type)
        elif kind == "iri":
            found = Path.of(NamedNode(word[1:-1]))
        elif kind == "name" and prefix in prefixes:
            found = Path.of(NamedNode(prefixes[prefix] + local))
        else:
            raise Unparsed(word)
    signs = {"*": "zeroOrMore", "+": "oneOrMore", "?": "zeroOrOne"}
    return Path(signs[reader.take()], (found,)) if reader.peek() in signs else found
