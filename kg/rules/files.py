"""Rule files: CONSTRUCT queries of ``ontology/rules/*.rq`` as rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Variable

from kg import sparql
from kg.errors import InputError
from kg.findings import Finding
from kg.headers import Header, read_header
from kg.rules.rule import Atom, Rule, Slot, guard
from kg.sparql import SparqlError
from kg.terms import Term

_VARIABLE = "urn:variable:"
# Strings, IRIs and comments are passed over, so that only the query's own words count.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\"{}|^`\\\s]*>"
    r"|#[^\n]*"
    r"|[?$](?P<variable>\w+)"
    r"|(?P<mark>[{}()])"
    r"|[\w-]*:[\w.-]*"
    r"|(?P<word>[A-Za-z]\w*)",
    re.DOTALL,
)
# What a rule cannot have: what is not there now may be concluded later, so that the order of
# steps would decide; and what gives another value each time.
_REFUSED = frozenset(
    re.findall(
        r"\w+",
        "OPTIONAL UNION MINUS EXISTS NOT GRAPH SERVICE VALUES SELECT FROM ORDER LIMIT OFFSET GROUP "
        "HAVING NOW RAND UUID STRUUID BNODE COUNT SUM MIN MAX AVG SAMPLE",
    )
)


@dataclass(frozen=True)
class RuleFile:
    """One file of rules: what it says in words, and a rule for each triple it constructs."""

    name: str
    header: Header
    rules: tuple[Rule, ...]
    file: str


def parse(text: str, *, file: str, name: str, prefixes: Mapping[str, str]) -> RuleFile:
    """Read a rule: a header in lines ``#+ key: value``, then a CONSTRUCT.

    The WHERE part may hold triple patterns, ``FILTER`` and ``BIND``; nothing that depends on what
    is absent.

    Args:
        text: the content of the file.
        file: its name, for messages.
        name: the name of the rule.
        prefixes: prefixes that need no declaration.

    Raises:
        InputError: with one finding for the first thing that is wrong, at its line and column.

    >>> rule = parse("#+ summary: a\\n#+ summary-fr: b\\nPREFIX x: <http://x/>\\n"
    ...              "CONSTRUCT { ?a x:knows ?b } WHERE { ?b x:knows ?a }",
    ...              file="ontology/rules/knows.rq", name="knows", prefixes={}).rules[0]
    >>> print(rule.head)
    ?a <http://x/knows> ?b
    """

    def stop(code: str, line: int, column: int, **params: Any) -> InputError:
        finding = Finding.of(code, file, line, column, unreadable=True, **params)
        return InputError(str(finding), [finding])

    header = read_header(text, file, _KEYS)
    try:
        result = sparql.run(ox.Store(), text, prefixes=prefixes)
    except SparqlError as error:
        raise stop("query-syntax", error.line, error.column, reason=error.reason) from error
    if not isinstance(result, ox.QueryTriples):
        raise stop("rule-form", 1, 1, said="it is no CONSTRUCT")

    def refuse(offset: int, said: str) -> InputError:
        before = text[:offset]
        return stop("rule-form", before.count("\n") + 1, offset - before.rfind("\n"), said=said)

    heads, bodies, filters, declared = [], [], [], dict(prefixes)
    for part in _parts(text):
        match part.kind:
            case "refused":
                raise refuse(part.start, f"{part.text} is not allowed in a rule")
            case "prefix":
                found = re.match(r"PREFIX\s+([\w.-]*):\s*<([^>]*)>", part.text, re.IGNORECASE)
                if found:
                    declared[found[1]] = found[2]
            case "head":
                heads.append(part)
            case "body":
                bodies.append(part)
            case "filter":
                filters.append(" ".join(part.text.split()))
    if len(heads) != 1 or not bodies:
        raise refuse(0, "CONSTRUCT { … } WHERE { … } is wanted")
    try:
        head = _atoms(heads[0].text, declared)
    except (SyntaxError, ValueError) as error:
        raise refuse(heads[0].start, _said(error)) from error
    try:
        body = [atom for part in bodies for atom in _atoms(part.text, declared)]
    except (SyntaxError, ValueError) as error:
        reason = (
            f"only triple patterns, FILTER and BIND are allowed; no property path ({_said(error)})"
        )
        raise refuse(bodies[0].start, reason) from error
    if any(isinstance(slot, BlankNode) for atom in head for slot in atom):
        raise refuse(heads[0].start, "a blank node would be a new thing each time")
    expanded = tuple(_expanded(clause, declared) for clause in filters)
    body = [_without_blanks(atom) for atom in body]
    bound = {v for atom in body for v in atom.variables}
    bound |= {
        Variable(n) for clause in filters for n in re.findall(r"(?i)\bAS\s+[?$](\w+)", clause)
    }
    for atom in head:
        if unbound := [v for v in atom.variables if v not in bound]:
            raise refuse(heads[0].start, f"{unbound[0]} is not bound in WHERE")
    told = tuple(header.summary.items())
    rules = tuple(
        Rule(name, tuple(body), atom, (*expanded, *guard(body, atom)), (), told) for atom in head
    )
    return RuleFile(name, header, rules, file)


_KEYS = ("summary", "summary-fr", "description", "tags")


@dataclass(frozen=True)
class _Part:
    kind: str
    text: str
    start: int


def _parts(text: str) -> Iterator[_Part]:
    """Prologue, template and clauses of a CONSTRUCT that is known to be well-formed."""
    tokens = list(_TOKEN.finditer(text))
    depth, kind, start, number = 0, "", 0, 0
    while number < len(tokens):
        token = tokens[number]
        word = (token["word"] or "").upper()
        if word == "PREFIX" and depth == 0:
            end = tokens[number + 2].end()
            yield _Part("prefix", text[token.start() : end], token.start())
            number += 2
        elif token["mark"] == "{":
            depth += 1
            if depth > 1:
                yield _Part("refused", "a nested group", token.start())
            kind, start = ("body" if kind else "head"), token.end()
        elif token["mark"] == "}":
            depth -= 1
            yield _Part(kind, text[start : token.start()], start)
        elif word in _REFUSED:
            yield _Part("refused", word, token.start())
        elif word in ("FILTER", "BIND") and depth:
            yield _Part(kind, text[start : token.start()], start)
            number, begin = _balanced(tokens, number), token.start()
            inside = [t for t in tokens if begin <= t.start() < tokens[number].end()]
            for other in inside:
                if (other["word"] or "").upper() in _REFUSED:
                    yield _Part("refused", other["word"].upper(), other.start())
            yield _Part("filter", text[begin : tokens[number].end()], begin)
            start = tokens[number].end()
        number += 1


def _balanced(tokens: list[re.Match[str]], number: int) -> int:
    """The token that closes the first parenthesis after one."""
    depth = 0
    while True:
        number += 1
        depth += {"(": 1, ")": -1}.get(tokens[number]["mark"] or "", 0)
        if tokens[number]["mark"] == ")" and depth == 0:
            return number


def _atoms(text: str, prefixes: Mapping[str, str]) -> list[Atom]:
    """Triple patterns: they are Turtle once each variable is written as an IRI."""

    def write(token: re.Match[str]) -> str:
        if token["variable"]:
            return f"<{_VARIABLE}{token['variable']}>"
        return "" if token[0].startswith("#") else token[0]

    turtle = "".join(f"@prefix {p}: <{base}> .\n" for p, base in prefixes.items())
    turtle += _TOKEN.sub(write, text).strip().rstrip(".") + " ."
    if not text.strip().strip("."):
        return []
    quads = ox.parse(turtle.encode(), format=RdfFormat.TURTLE)
    return [Atom(*map(_slot, (q.subject, q.predicate, q.object))) for q in quads]


def _slot(term: Term) -> Slot:
    if isinstance(term, NamedNode) and term.value.startswith(_VARIABLE):
        return Variable(term.value.removeprefix(_VARIABLE))
    return term


def _without_blanks(atom: Atom) -> Atom:
    """In a pattern, a blank node is a variable without a name."""
    return Atom(*(Variable(f"b{s.value}") if isinstance(s, BlankNode) else s for s in atom))


def _expanded(clause: str, prefixes: Mapping[str, str]) -> str:
    """A clause with its prefixed names written out, so that it needs no declarations."""

    def write(token: re.Match[str]) -> str:
        prefix, colon, local = token[0].partition(":")
        is_name = colon and not token[0].startswith(("<", '"', "'", "#")) and prefix in prefixes
        return f"<{prefixes[prefix]}{local}>" if is_name else token[0]

    return _TOKEN.sub(write, clause)


def _said(error: Exception) -> str:
    return str(getattr(error, "msg", error)).split("\n", 1)[0]
