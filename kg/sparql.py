"""SPARQL: query texts checked and run by Oxigraph, with errors that say where and what."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from kg.errors import EngineError, InputError
from kg.names import near
from kg.terms import Term

# Strings, IRIs and comments are passed over, so that only the query's own words count. Linear.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\"{}|^`\\\s]*>"
    r"|#[^\n]*"
    r"|[?$]\w+"
    r"|\bPREFIX\s+(?P<declared>[\w.-]*):"
    r"|(?P<prefix>[A-Za-z][\w.-]*|_)?:[\w.-]*"
    r"|(?P<service>\bSERVICE\b)",
    re.IGNORECASE | re.DOTALL,
)
_PLACE = re.compile(r"(?:error )?at (?:line )?(\d+)(?::| column )(\d+)(?:: )?")
Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class SparqlError(InputError):
    """A text that is no query for this store; ``line`` and ``column`` count from 1."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        place = f"line {line}, column {column}: " if line else ""
        super().__init__(f"no SPARQL query: {place}{reason}")
        self.reason = reason
        self.line = line
        self.column = column


def run(
    engine: ox.Store,
    text: str,
    bindings: Mapping[str, Term] | None = None,
    prefixes: Mapping[str, str] | None = None,
) -> Results:
    """Run a query.

    Args:
        engine: the store.
        text: a SPARQL 1.1 query.
        bindings: terms for variables that the query selects; they never enter the text.
        prefixes: prefixes that need no declaration in the text.

    Raises:
        SparqlError: the text is no query, or asks another server (SERVICE).
        EngineError: the engine stopped.

    >>> run(ox.Store(), "SELECT * { ?s foo:bar ?o }")
    Traceback (most recent call last):
    kg.sparql.SparqlError: no SPARQL query: line 1, column 15: the prefix foo: is not declared
    """
    known = {*(prefixes or {}), "_"}
    unknown: re.Match[str] | None = None
    for found in _TOKEN.finditer(text):
        if found["service"]:
            reason = "SERVICE asks another server; ecodip sends nothing over the network"
            raise SparqlError(reason, *_place(text, found.start()))
        if found["declared"] is not None:
            known.add(found["declared"])
        elif found["prefix"] is not None and found["prefix"] not in known:
            unknown = unknown or found
    substitutions = {ox.Variable(name): term for name, term in (bindings or {}).items()}
    try:
        return engine.query(
            text,
            prefixes=dict(prefixes or {}),
            substitutions=substitutions or None,
        )
    except SyntaxError as error:
        if unknown is not None:
            hint = near(unknown["prefix"], known)
            reason = f"the prefix {unknown['prefix']}: is not declared{hint}"
            raise SparqlError(reason, *_place(text, unknown.start())) from error
        place = _PLACE.search(str(error.msg))
        reason = _PLACE.sub("", str(error.msg), count=1).split("\n")[0]
        line, column = map(int, place.groups()) if place else (0, 0)
        raise SparqlError(reason, line, column) from error
    except (RuntimeError, OSError) as error:
        raise EngineError(f"the query cannot be run: {error}") from error


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")
