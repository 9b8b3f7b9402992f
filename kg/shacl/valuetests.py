"""Tests: the constraints that look at one value node alone, as SPARQL expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyoxigraph import Literal

from kg.namespaces import SH
from kg.shacl.literals import EXACT
from kg.shacl.shapes import Shape
from kg.terms import Term

Test = Callable[[str], str]

_KINDS = {
    "IRI": "isIRI({0})",
    "BlankNode": "isBlank({0})",
    "Literal": "isLiteral({0})",
    "BlankNodeOrIRI": "(isBlank({0}) || isIRI({0}))",
    "BlankNodeOrLiteral": "(isBlank({0}) || isLiteral({0}))",
    "IRIOrLiteral": "(isIRI({0}) || isLiteral({0}))",
}
_BOUNDS = {"minInclusive": ">=", "minExclusive": ">", "maxInclusive": "<=", "maxExclusive": "<"}
_LENGTHS = {"minLength": ">=", "maxLength": "<="}


def of(shape: Shape) -> Iterator[tuple[str, Test]]:
    """Component and test of a shape's constraints on type, range, length and language.

    Raises:
        ValueError: a list of languages is not well-formed.

    Source: https://www.w3.org/TR/shacl/#core-components-value-type
    """
    for datatype in shape.all("datatype"):
        yield "Datatype", lambda v, d=datatype: _datatype(v, d)  # type: ignore[misc]
    for kind in shape.all("nodeKind"):
        form = _KINDS.get(getattr(kind, "value", "").removeprefix(SH), "false")
        yield "NodeKind", lambda v, form=form: form.format(v)  # type: ignore[misc]
    for name, sign in _BOUNDS.items():
        for bound in shape.all(name):
            yield component(name), lambda v, s=sign, b=bound: compared(v, s, str(b))  # type: ignore[misc]
    for name, sign in _LENGTHS.items():
        for bound in shape.all(name):
            yield component(name), lambda v, s=sign, b=bound: _length(v, s, b)  # type: ignore[misc]
    flags = "".join(getattr(flag, "value", "") for flag in shape.all("flags"))
    for pattern in shape.all("pattern"):
        yield "Pattern", lambda v, p=pattern: _regex(v, p, flags)  # type: ignore[misc]
    for head in shape.all("languageIn"):
        tags = [str(tag) for tag in shape.graph.members(head)]
        yield "LanguageIn", lambda v, tags=tags: _languages(v, tags)  # type: ignore[misc]


def component(name: str) -> str:
    """The name of the component of a parameter.

    >>> component("minCount")
    'MinCount'
    """
    return name[0].upper() + name[1:]


def compared(one: str, sign: str, other: str) -> str:
    """The comparison of two values; false where they cannot be compared."""
    return f"COALESCE({_value(one)} {sign} {_value(other)}, false)"


def one_of(node: str, terms: list[str]) -> str:
    """Whether a node is one of these terms."""
    return f"({' || '.join(f'sameTerm({node}, {term})' for term in terms) or 'false'})"


def _value(node: str) -> str:
    """The value of a literal behind its stand-in."""
    if not node.startswith("?"):
        return node
    kind = f"STR(DATATYPE({node}))"
    real = f"STRDT(STR({node}), IRI(SUBSTR({kind}, {len(EXACT) + 1})))"
    return f'IF(STRSTARTS({kind}, "{EXACT}"), {real}, {node})'


def _datatype(node: str, datatype: Term) -> str:
    iri = getattr(datatype, "value", "")
    both = f"DATATYPE({node}) = <{iri}> || DATATYPE({node}) = <{EXACT}{iri}>"
    return f"COALESCE({both}, false)"


def _length(node: str, sign: str, bound: Term) -> str:
    return f"(!isBlank({node}) && STRLEN(STR({node})) {sign} {bound})"


def _regex(node: str, pattern: Term, flags: str) -> str:
    told = f", {Literal(flags)}" if flags else ""
    return f"(!isBlank({node}) && COALESCE(REGEX(STR({node}), {pattern}{told}), false))"


def _languages(node: str, tags: list[str]) -> str:
    either = " || ".join(f"LANGMATCHES(LANG({node}), {tag})" for tag in tags)
    return f"COALESCE({either or 'false'}, false)"
