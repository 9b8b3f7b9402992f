"""Pre-binding: SPARQL constraints asked of all focus nodes at once, or of one after the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.namespaces import SH
from kg.shacl.expressions import Refused
from kg.shacl.keyed import Keyed
from kg.shacl.shapes import Shape
from kg.shacl.stepwise import stepwise
from kg.terms import Term

# What may hold a word that looks like a keyword; the query is known to be well-formed.
QUIET = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\''
    r'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>\s]*>|#[^\n]*',
    re.DOTALL,
)
_WORD = re.compile(r"(?<![\w:?$])(?:SELECT|COUNT|SUM|AVG|MIN|MAX|SAMPLE|GROUP_CONCAT|GROUP|LIMIT"
                   r"|OFFSET|ORDER|HAVING|GRAPH)(?![\w:])", re.IGNORECASE)  # fmt: skip
_FORBIDDEN = re.compile(r"(?<![\w:?$])(?:MINUS|VALUES|SERVICE|FROM)(?![\w:])", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"(?<![\w:?$])AS\s+[?$](this|value|shapesGraph|currentShape)\b", re.IGNORECASE
)
_SUBSELECT = re.compile(r"(?<![\w:?$])SELECT(?![\w:])([^{}]*?)(?:WHERE\b|\{)", re.IGNORECASE)
_DECLARED = re.compile(r"\s*PREFIX\s+([\w.-]*):\s*<([^<>]*)>", re.IGNORECASE)


@dataclass(frozen=True)
class Query:
    """A SELECT of a SPARQL constraint; ``$this`` is bound before anything else is looked at.

    ``lateral`` is the query as the part of another one that binds ``?this``; empty where it has
    to be asked of each focus node (``select``): a sub-select, an aggregate or a limit does not
    mean the same for all nodes together. With a ``keyed`` form, ``lateral`` is but the part of
    the focus node, and what is left follows in a join.

    Source: https://www.w3.org/TR/shacl/#sparql-constraints-prebound
    """

    node: Term
    prologue: str
    select: str
    heads: tuple[str, ...]
    lateral: str
    prefixes: tuple[tuple[str, str], ...] = ()
    keyed: Keyed | None = None

    def after(self, targets: str) -> str:
        """The pattern of the results, from that of the focus nodes."""
        if self.keyed is None:
            return f"{targets}\n  {self.lateral}"
        return f"{{ {targets} {self.lateral} }}\n  {self.keyed.other}"

    @property
    def text(self) -> str:
        """The query for one focus node."""
        return self.prologue + self.select


def prepared(
    shape: Shape, constraint: Term, name: str = "select", parameters: tuple[str, ...] = ()
) -> Query:
    """The query of a constraint, with what is known of its shape put in.

    Args:
        shape: the shape whose results the query finds.
        constraint: the node that holds the query.
        name: ``select`` or ``ask``; an ASK becomes a SELECT that has a row where it says yes.
        parameters: further variables that will be bound.

    Raises:
        Refused: it asks for the graph of the shapes, or is no query for a constraint.
    """
    select = getattr(shape.graph.value(constraint, SH[name]), "value", "")
    quiet = quieted(select)
    if re.search(r"[?$]shapesGraph\b", quiet):
        raise Refused(shape.node, "a query of the shapes themselves ($shapesGraph)")
    if said := refusal(quiet, ask=name == "ask"):
        raise Refused(shape.node, said)
    if re.search(r"\$PATH\b", quiet):
        if shape.path is None:
            raise Refused(shape.node, "$PATH in a shape without sh:path")
        select = re.sub(r"\$PATH\b", lambda _: str(shape.path), select)
    select = re.sub(r"[?$]currentShape\b", lambda _: str(shape.node), select)
    prefixes, select = _without_prologue(shape.graph.prefixes(constraint), select)
    prologue = "".join(f"PREFIX {p}: <{base}>\n" for p, base in prefixes.items())
    try:
        answer = ox.Store().query(prologue + select)
        bound = ("this", "value", *parameters) if name == "ask" else ("this", *parameters)
        select = _copying(_projecting(select, answer, bound), bound)
        answer = ox.Store().query(prologue + select)
    except (SyntaxError, ValueError, OSError) as error:
        raise Refused(shape.node, str(error).split("\n", 1)[0]) from error
    if not isinstance(answer, ox.QuerySolutions):
        raise Refused(shape.node, "it is no SELECT")
    heads = tuple(f"?{v.value}" for v in answer.variables if v.value != "this")
    words = [word[0].upper() for word in _WORD.finditer(quieted(select))]
    is_plain = words == ["SELECT"] and has_lateral() and "*" not in select.partition("{")[0]
    keyed = Keyed.of(select) if is_plain else None
    whole = keyed.first if keyed else stepwise(select)
    lateral = f"LATERAL {{ {whole} }}" if is_plain else ""
    return Query(constraint, prologue, select, heads, lateral, tuple(prefixes.items()), keyed)


def refusal(quiet: str, *, ask: bool = False) -> str | None:
    """Why a quieted query cannot be a constraint, if it cannot.

    >>> refusal("SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }")
    'MINUS is not allowed in a constraint'

    Source: https://www.w3.org/TR/shacl/#pre-binding
    """
    if word := _FORBIDDEN.search(quiet):
        return f"{word[0].upper()} is not allowed in a constraint"
    for word in _ASSIGNED.finditer(quiet):
        if word[1] != "value" or ask:
            return f"${word[1]} is assigned"
    selects = list(_SUBSELECT.finditer(quiet))[0 if ask else 1 :]
    if any(not re.search(r"[?$]this\b", inner[1]) for inner in selects):
        return "a sub-select does not hand on $this"
    return None


def _projecting(select: str, answer: object, names: tuple[str, ...]) -> str:
    """The query with these variables among those that it selects: only such can be bound."""
    if isinstance(answer, ox.QueryBoolean):
        heads = " ".join(f"?{name}" for name in names)
        return re.sub(r"ASK(?:\s+WHERE)?", f"SELECT {heads} WHERE ", select, count=1, flags=re.I)
    if not isinstance(answer, ox.QuerySolutions):
        return select
    known = {variable.value for variable in answer.variables}
    heads = " ".join(f"?{name}" for name in names if name not in known)
    form = r"SELECT(?:\s+(?:DISTINCT|REDUCED)\b)?"
    return re.sub(form, rf"\g<0> {heads}", select, count=1, flags=re.I) if heads else select


def _copying(select: str, names: tuple[str, ...]) -> str:
    """The query with each ``BIND`` that but copies a bound variable written as a function.

    The engine takes a variable that it is to substitute for an unbound one there.
    """
    copies = rf"(?<![\w:?$])BIND\s*\(\s*([?$](?:{'|'.join(names)}))\s+AS(?!\w)"
    for found in reversed(list(re.finditer(copies, quieted(select), re.I))):
        start, end = found.span(1)
        select = f"{select[:start]}COALESCE({found[1]}, 1){select[end:]}"
    return select


def quieted(select: str) -> str:
    """The query without strings, IRIs and comments, of the same length."""
    return QUIET.sub(lambda found: " " * len(found[0]), select)


@cache
def has_lateral() -> bool:
    """Whether the engine knows ``LATERAL`` (SPARQL community group's SEP-0006)."""
    try:
        ox.Store().query("SELECT ?x { ?x ?y ?z LATERAL { SELECT ?x { ?x ?a ?b } } }")
    except SyntaxError:
        return False
    return True


def _without_prologue(declared: Mapping[str, str], select: str) -> tuple[dict[str, str], str]:
    prefixes = dict(declared)
    while found := _DECLARED.match(select):
        prefixes[found[1]] = found[2]
        select = select[found.end() :]
    return prefixes, select.strip()
