"""Construct: a CONSTRUCT query taken apart into patterns, filters and a conclusion."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, Variable

from kg.rules.rule import Atom, Slot
from kg.terms import Term

_VARIABLE = "urn:variable:"
_SPACE = " \t\r\n."
# Strings, IRIs and comments are passed over, so that only the query's own words count.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|(?P<iri><[^<>\"{}|^`\\\s]*>)"
    r"|(?P<comment>#[^\n]*)"
    r"|[?$](?P<variable>\w+)"
    r"|(?P<mark>[{}()])"
    r"|(?P<prefix>[^\W\d_][\w.-]*|_)?:"
    r"(?P<local>(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?#@%]|\.(?=[\w:.%\\-]))*)"
    r"|@[A-Za-z]+(?:-[A-Za-z0-9]+)*"
    r"|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
    r"|(?P<word>[A-Za-z]\w*)",
    re.DOTALL,
)
# What a rule cannot have: what is not there now may be concluded later, so that the order of
# steps would decide; and what gives another value each time.
_REFUSED = re.compile(
    "OPTIONAL|UNION|MINUS|EXISTS|GRAPH|SERVICE|VALUES|SELECT|FROM|ORDER|LIMIT|OFFSET|GROUP|HAVING|"
    "NOW|RAND|UUID|STRUUID|BNODE|COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT"
)


class Unfit(Exception):
    """A query that is no rule: the offset in its text, and what is wrong there."""

    def __init__(self, offset: int, said: str) -> None:
        super().__init__(said)
        self.offset = offset
        self.said = said


@dataclass
class Construct:
    """The parts of a CONSTRUCT query.

    Args:
        text: a well-formed query.
        prefixes: prefixes that need no declaration in it.

    ``terms`` holds the offset at which each IRI is first written, ``made`` the variables of BIND.

    Raises:
        Unfit: the query is more than triple patterns, FILTER and BIND.

    >>> found = Construct("CONSTRUCT { ?a a <http://x/B> } WHERE { ?a a <http://x/A> }", {})
    >>> print(found.body[0])
    ?a <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://x/A>
    """

    text: str
    prefixes: Mapping[str, str]
    head: list[Atom] = field(default_factory=list)
    body: list[Atom] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)
    made: dict[Variable, int] = field(default_factory=dict)
    terms: dict[NamedNode, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = [t for t in _TOKEN.finditer(self.text) if t["comment"] is None]
        self._tokens = found
        self._blanks: dict[object, Variable] = {}
        self._names = {t["variable"] for t in found if t["variable"]}
        start = self._prologue()
        self._refuse_words()
        opened = self._mark(start, "{", "CONSTRUCT WHERE repeats what it matches")
        closed = self._closing(opened)
        self.head = list(self._atoms(opened, closed))
        if not self.head:
            raise Unfit(found[opened].start(), "CONSTRUCT { } concludes nothing")
        if word := next((a for a in self.head if any(isinstance(s, BlankNode) for s in a)), None):
            raise Unfit(found[opened].start(), f"a blank node is new each time ({word.predicate})")
        begin = closed + 1 + (_word(found[closed + 1]) == "WHERE")  # the word may be left out
        opened = self._mark(begin, "{", "WHERE { … } is wanted")
        self._where(opened, self._closing(opened))
        self._check(found[opened].start())

    # -- the parts of the query ----------------------------------------------------------------

    def _refuse_words(self) -> None:
        for number, token in enumerate(self._tokens):
            word = _word(token)
            if _REFUSED.fullmatch(word):
                before = self._tokens[number - 1]
                if word == "EXISTS" and _word(before) == "NOT":
                    token, word = before, "NOT EXISTS"
                raise Unfit(token.start(), f"{word} is not allowed in a rule")

    def _prologue(self) -> int:
        """Read the prefixes and where each term is written; the number after CONSTRUCT."""
        declared = dict(self.prefixes)
        number = 0
        while (word := _word(self._tokens[number])) != "CONSTRUCT":
            if word != "PREFIX":
                said = "is not allowed in a rule" if word == "BASE" else "is no CONSTRUCT"
                raise Unfit(self._tokens[number].start(), f"{word} {said}")
            name, target = self._tokens[number + 1], self._tokens[number + 2]
            declared[name["prefix"] or ""] = target[0][1:-1]
            number += 3
        self.prefixes = declared
        for token in self._tokens[number + 1 :]:
            if (iri := self._iri(token)) is not None:
                self.terms.setdefault(NamedNode(iri), token.start())
        return number + 1

    def _mark(self, number: int, mark: str, said: str) -> int:
        if number >= len(self._tokens) or self._tokens[number]["mark"] != mark:
            at = self._tokens[min(number, len(self._tokens) - 1)].start()
            raise Unfit(at, said)
        return number

    def _closing(self, opened: int) -> int:
        """The number of the brace that closes one; none may stand between them."""
        for number in range(opened + 1, len(self._tokens)):
            mark = self._tokens[number]["mark"]
            if mark == "{":
                raise Unfit(self._tokens[number].start(), "a nested group is not allowed in a rule")
            if mark == "}":
                return number
        raise Unfit(self._tokens[opened].start(), "'}' is missing")

    def _where(self, opened: int, closed: int) -> None:
        """Patterns, and between them FILTER and BIND clauses up to their last parenthesis."""
        before, number = opened, opened + 1
        while number < closed:
            word = _word(self._tokens[number])
            if word not in ("FILTER", "BIND"):
                number += 1
                continue
            self.body += self._atoms(before, number)
            last = before = self._balanced(number, closed)
            begin, end = self._tokens[number].start(), self._tokens[last].end()
            self.filters.append(_TOKEN.sub(self._written, self.text[begin:end]))
            if word == "BIND":
                name = self._tokens[last - 1]["variable"]
                self.made[Variable(name)] = begin
            number = last + 1
        self.body += self._atoms(before, closed)

    def _balanced(self, number: int, end: int) -> int:
        """The token that closes the first parenthesis after one."""
        depth = 0
        for place in range(number + 1, end):
            mark = self._tokens[place]["mark"]
            depth += {"(": 1, ")": -1}.get(mark or "", 0)
            if mark == ")" and depth == 0:
                return place
        raise Unfit(self._tokens[number].start(), "a parenthesis is wanted here")

    def _check(self, where: int) -> None:
        if not self.body:
            raise Unfit(where, "WHERE has no triple pattern, so that the rule would never run")
        bound = {v for atom in self.body for v in atom.variables}
        for variable, offset in self.made.items():
            if variable in bound:
                raise Unfit(offset, f"{variable} of BIND stands in a pattern: write a FILTER")
        for atom in self.head:
            if unbound := [v for v in atom.variables if v not in bound | self.made.keys()]:
                said = f"{unbound[0]} is not bound in WHERE"
                token = next(t for t in self._tokens if t["variable"] == unbound[0].value)
                raise Unfit(token.start(), said)

    # -- patterns ------------------------------------------------------------------------------

    def _atoms(self, before: int, after: int) -> Iterator[Atom]:
        """The patterns between two tokens: Turtle once each variable is written as an IRI."""
        start, end = self._tokens[before].end(), self._tokens[after].start()
        inner = self._tokens[before + 1 : after]
        self._refuse_paths(start, end)
        text = _TOKEN.sub(self._written_as_turtle, self.text[start:end]).strip(_SPACE)
        if not text:
            return
        place = inner[0].start() if inner else start
        try:
            quads = list(ox.parse(f"{text} .".encode(), format=RdfFormat.TURTLE))
        except (SyntaxError, ValueError) as error:
            said = str(getattr(error, "msg", error)).split("\n", 1)[0]
            raise Unfit(place, f"no triple patterns ({said})") from error
        for quad in quads:
            slots = (quad.subject, quad.predicate, quad.object)
            if any(isinstance(slot, Triple) for slot in slots):
                raise Unfit(place, "a triple within a triple is not allowed in a rule")
            # In a pattern, a blank node is a variable without a name; in a head it is refused.
            yield Atom(*(self._slot(slot, in_body=bool(self.head)) for slot in slots))

    def _refuse_paths(self, start: int, end: int) -> None:
        """What is left between the tokens of triple patterns is punctuation, or a path."""
        at = start
        for token in (*_TOKEN.finditer(self.text, start, end), None):
            gap = self.text[at : token.start() if token else end]
            if found := re.search(r"[/|*!?+^]|<<", gap.replace("^^", "  ")):
                what = "a triple within a triple" if found[0] == "<<" else "a property path"
                raise Unfit(at + found.start(), f"{what} is not allowed in a rule")
            at = token.end() if token else end

    def _slot(self, term: Term, *, in_body: bool) -> Slot:
        if isinstance(term, NamedNode) and term.value.startswith(_VARIABLE):
            return Variable(term.value.removeprefix(_VARIABLE))
        if not isinstance(term, BlankNode) or not in_body:
            return term
        if term not in self._blanks:
            name = f"b{len(self._blanks)}"
            while name in self._names:
                name += "_"
            self._blanks[term] = Variable(name)
        return self._blanks[term]

    def _iri(self, token: re.Match[str]) -> str | None:
        if token["iri"]:
            return token["iri"][1:-1]
        if token["local"] is None or (token["prefix"] or "") not in self.prefixes:
            return None
        return self.prefixes[token["prefix"] or ""] + re.sub(r"\\(.)", r"\1", token["local"])

    def _written(self, token: re.Match[str]) -> str:
        """A token of a clause that needs no declarations."""
        if token["comment"] is not None:
            return " "
        iri = self._iri(token)
        return token[0] if iri is None else f"<{iri}>"

    def _written_as_turtle(self, token: re.Match[str]) -> str:
        return f"<{_VARIABLE}{token['variable']}>" if token["variable"] else self._written(token)


def _word(token: re.Match[str]) -> str:
    return (token["word"] or "").upper()
