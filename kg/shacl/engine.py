"""Engine: checks run over data."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox
from pyoxigraph import NamedNode

from kg.shacl.compiler import Check
from kg.shacl.components import Custom
from kg.shacl.data import ValidationData
from kg.shacl.results import Result, ordered, result
from kg.terms import Term


def run(
    checks: Iterable[Check], data: ValidationData, *, focus: Iterable[Term] | None = None
) -> tuple[Result, ...]:
    """The results of checks, each once, in an order that never varies.

    Guarantees: the store answers several checks at a time, one on each processor.

    Args:
        checks: what to look for.
        data: where.
        focus: judge only those of these nodes that are focus nodes of a check; all unless told.

    Source: https://www.w3.org/TR/shacl/#validation
    """
    if focus is None:
        return _all(checks, data, False)
    data.focus_on(focus)
    try:
        return _all(checks, data, True)
    finally:
        data.focus_on(None)


def _all(checks: Iterable[Check], data: ValidationData, is_focused: bool) -> tuple[Result, ...]:
    def found(check: Check) -> list[Result]:
        return list(_found(check, data, is_focused))

    if is_focused:  # a few nodes are judged sooner than threads begin
        return ordered(result for check in checks for result in found(check))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return ordered(result for results in pool.map(found, checks) for result in results)


def focus_nodes(check: Check, data: ValidationData) -> list[Term]:
    """The nodes that a check judges."""
    rows = data.ask(
        f"SELECT DISTINCT ?this WHERE {{ {check.focus_nodes} }}", by_value=check.by_value
    )
    return [row[0] for row in rows if row[0] is not None]


def _found(check: Check, data: ValidationData, is_focused: bool) -> Iterator[Result]:
    if check.custom is not None:
        yield from _custom(check, check.custom, data, is_focused)
    elif check.query is not None:
        yield from _queried(check, data, is_focused)
    else:
        select = check.focused if is_focused else check.select
        for this, *rest in data.ask(select):
            row = dict(zip(check.heads, rest, strict=True))
            assert this is not None
            value = row.get("?value")
            if value is None and check.shape.path is None and not _is_about_set(check):
                value = this
            told = row.get("?path")
            yield result(
                check.shape,
                check.component,
                this,
                check.path if told is None else str(told),
                value,
                row={"value": value, "path": told},
            )


def _is_about_set(check: Check) -> bool:
    """Whether results have no value of their own: none of the value nodes is to blame."""
    return check.component.endswith("#HasValueConstraintComponent")


def _queried(check: Check, data: ValidationData, is_focused: bool) -> Iterator[Result]:
    query = check.query
    assert query is not None
    if query.lateral:
        rows = iter(data.ask(check.focused if is_focused else check.select, by_value=True))
    else:
        names = [variable.value for variable in _variables(query.text)]
        order = [names.index(head[1:]) for head in query.heads]
        rows = (
            (this, *(row[place] for place in order))
            for this in _nodes(check, data, is_focused)
            for row in data.ask(
                query.text, by_value=True, substitutions={ox.Variable("this"): this}
            )
        )
    for this, *rest in rows:
        assert this is not None
        row = dict(zip((head[1:] for head in query.heads), rest, strict=True))
        value, told = row.get("value"), row.get("path")
        if value is None and check.shape.path is None:
            value = this
        path = str(told) if isinstance(told, NamedNode) else check.path
        yield result(check.shape, check.component, this, path, value, query.node, row)


def _custom(
    check: Check, custom: Custom, data: ValidationData, is_focused: bool
) -> Iterator[Result]:
    known = {ox.Variable(name): term for name, term in custom.parameters}
    row = dict(custom.parameters)
    if custom.is_ask:
        for this, value in data.ask(check.focused if is_focused else check.select):
            assert this is not None
            assert value is not None
            bound = {ox.Variable("this"): this, ox.Variable("value"): value, **known}
            if not data.ask(custom.query.text, by_value=True, substitutions=bound):
                yield result(
                    check.shape, custom.component, this, check.path, value, custom.validator,
                    {**row, "value": value},
                )  # fmt: skip
        return
    names = [variable.value for variable in _variables(custom.query.text)]
    for this in _nodes(check, data, is_focused):
        bound = {ox.Variable("this"): this, **known}
        for found in data.ask(custom.query.text, by_value=True, substitutions=bound):
            told = dict(zip(names, found, strict=True))
            value = told.get("value") or (this if check.shape.path is None else None)
            yield result(
                check.shape, custom.component, this, check.path, value, custom.validator,
                {**row, **told},
            )  # fmt: skip


def _nodes(check: Check, data: ValidationData, is_focused: bool) -> list[Term]:
    if not is_focused:
        return focus_nodes(check, data)
    inner = check.given_nodes
    rows = data.ask(f"SELECT DISTINCT ?this WHERE {{ {inner} }}", by_value=check.by_value)
    return [row[0] for row in rows if row[0] is not None]


def _variables(query: str) -> list[ox.Variable]:
    answer = ox.Store().query(query)
    assert isinstance(answer, ox.QuerySolutions)
    return list(answer.variables)
