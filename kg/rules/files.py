"""Rule files: CONSTRUCT queries of ``ontology/rules/*.rq`` as rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from kg import sparql
from kg.errors import EngineError, InputError
from kg.findings import Finding
from kg.headers import Header, read_header
from kg.rules.construct import Construct, Unfit
from kg.rules.refusals import undeclared
from kg.rules.rule import Rule, guard
from kg.sparql import SparqlError

_KEYS = ("summary", "summary-fr", "description", "tags")


@dataclass(frozen=True)
class RuleFile:
    """One file of rules: what it says in words, and a rule for each triple it constructs.

    ``places`` holds line and column at which each term is first written.
    """

    name: str
    header: Header
    rules: tuple[Rule, ...]
    file: str
    places: Mapping[NamedNode, tuple[int, int]]

    def undeclared(self, ontology: Iterable[Quad]) -> list[Finding]:
        """The terms of the rules that an ontology does not declare, where they are written."""
        terms = undeclared(self.rules, ontology).get(self.name, set())
        places = {term: self.places.get(term, (0, 0)) for term in terms}
        return sorted(
            Finding.of("rule-undeclared", self.file, *place, term=term)
            for term, place in places.items()
        )


def parse(text: str, *, file: str, name: str, prefixes: Mapping[str, str]) -> RuleFile:
    """Read a rule: a header in lines ``#+ key: value``, then a CONSTRUCT.

    The WHERE part may hold triple patterns, ``FILTER`` and ``BIND``; nothing that depends on what
    is absent, on other graphs or on chance.

    Raises:
        InputError: with one finding, at its line and column.

    >>> rule = parse("#+ summary: a\\n#+ summary-fr: b\\nPREFIX x: <http://x/>\\n"
    ...              "CONSTRUCT { ?a x:knows ?b } WHERE { ?b x:knows ?a }",
    ...              file="ontology/rules/knows.rq", name="knows", prefixes={}).rules[0]
    >>> print(rule.head)
    ?a <http://x/knows> ?b
    """

    def stop(code: str, line: int, column: int, **params: Any) -> InputError:
        finding = Finding.of(code, file, line, column, unreadable=True, **params)
        return InputError(findings=[finding])

    header = read_header(text, file, _KEYS)
    try:
        sparql.run(ox.Store(), text, prefixes=prefixes)
    except SparqlError as error:
        raise stop("query-syntax", error.line, error.column, reason=error.fault.text) from error
    except EngineError as error:
        raise stop("query-syntax", 0, 0, reason=error.text) from error
    try:
        found = Construct(text, prefixes)
        rules = tuple(_rules(found, name, header))
    except Unfit as error:
        raise stop("rule-form", *_place(text, error.offset), said=error.said) from error
    places = {term: _place(text, offset) for term, offset in found.terms.items()}
    return RuleFile(name, header, rules, file, places)


def _rules(found: Construct, name: str, header: Header) -> Iterator[Rule]:
    told = tuple(header.summary.items())
    for head in dict.fromkeys(found.head):
        # BIND leaves a variable unbound when its expression has no value.
        bound = tuple(f"FILTER(BOUND({v}))" for v in head.variables if v in found.made)
        filters = (*found.filters, *bound, *guard(found.body, head))
        rule = Rule(name, tuple(dict.fromkeys(found.body)), head, filters, (), told)
        try:
            ox.Store().query(rule.select([str(atom) for atom in rule.body], head.variables))
        except SyntaxError as error:
            raise Unfit(0, str(error.msg).split("\n", 1)[0]) from error
        yield rule


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")
