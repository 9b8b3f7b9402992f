"""Fact store: the facts that rules are matched against, in the embedded store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple, Variable

from kg.layout import Layout
from kg.namespaces import RDF
from kg.rules import Atom, Binding, Rule, values
from kg.terms import Term

_DEFAULT = DefaultGraph()
_NO_FACTS = ("dataset", "review")
_CHUNK = 1000  # rows of a VALUES clause; services refuse queries that are much longer


@dataclass(frozen=True)
class FactStore:
    """Facts in an Oxigraph store.

    Args:
        engine: the store.
        inferred: the graph that holds what was concluded; without it facts and conclusions stand
            side by side in the default graph, as they do while a whole graph is reasoned over.
        hidden: a SPARQL condition on ``{graph}`` that is true for graphs that hold no facts.
        hides: the same condition, in Python.

    >>> store = FactStore.of([])
    >>> store.holds(Triple(NamedNode("http://x/a"), NamedNode("http://x/p"), ox.Literal("1")))
    False
    """

    engine: ox.Store
    inferred: NamedNode | None = None
    hidden: str = ""
    hides: Callable[[Any], bool] = lambda _graph: False

    @classmethod
    def of(cls, facts: Iterable[Triple]) -> FactStore:
        """A store in memory that holds these facts."""
        engine = ox.Store()
        engine.bulk_extend(Quad(t.subject, t.predicate, t.object) for t in facts)
        return cls(engine)

    @classmethod
    def built(cls, engine: ox.Store, layout: Layout) -> FactStore:
        """The facts in the store of a built graph: what is asserted, known and inferred.

        Claims are no facts: a denied statement must not be read as true.
        """
        others = ", ".join(str(layout.layer(name)) for name in _NO_FACTS)
        return cls(
            engine,
            layout.layer("inferred"),
            f'STRENDS(STR({{graph}}), "/evidence") || {{graph}} IN ({others})',
            lambda graph: layout.layer_of(graph) in (*_NO_FACTS, "evidence"),
        )

    # -- matching ----------------------------------------------------------------------------

    def pattern(self, atom: Atom, number: int) -> str:
        """A triple pattern as this store wants it written; ``number`` tells atoms apart."""
        return str(atom) if self.inferred is None else f"GRAPH ?g{number} {{ {atom} }}"

    def conditions(self, rule: Rule, left_out: int | None = None) -> str:
        """The filters that keep the patterns of a rule off the graphs that hold no facts."""
        if not self.hidden:
            return ""
        numbers = (n for n in range(len(rule.body)) if n != left_out)
        return " ".join(f"FILTER(!({self.hidden.format(graph=f'?g{n}')}))" for n in numbers)

    def matches(
        self, rule: Rule, bound: Binding, *, limit: int = 0
    ) -> Iterator[dict[Variable, Term]]:
        """The matches of a rule's body in which some variables have these values.

        Args:
            rule: the rule; its head is not looked at.
            bound: terms by variable, of the body or of a BIND clause.
            limit: at most so many matches; 0 for all.
        """
        known = {v: term for v, term in bound.items() if v in rule.variables}
        # What a BIND clause computes cannot be given beforehand; it is compared afterwards.
        computed = {v: term for v, term in bound.items() if v not in known}
        atoms = [self.pattern(atom.fill(known), n) for n, atom in enumerate(rule.body)]
        more = values(list(known), [list(known.values())]) + " " if known else ""
        wanted = [v for v in (*rule.variables, *computed) if v not in known]
        text = rule.select(atoms, wanted, more=more + self.conditions(rule))
        for row in self._rows(text + f" LIMIT {limit}" * bool(limit)):
            found = dict(zip(wanted, row, strict=bool(wanted)))
            if all(found.get(v) == term for v, term in computed.items()):
                yield {**known, **found}

    def new(self, rule: Rule, limit: int = 0) -> list[Quad]:
        """The conclusions of a rule that do not hold yet; at most ``limit`` unless it is 0."""
        head = rule.head
        if head is None:
            return []
        absent = self._absent(head, len(rule.body))
        atoms = [self.pattern(atom, n) for n, atom in enumerate(rule.body)]
        wanted = head.variables
        if set(wanted) == set(rule.variables) and not self.inferred:
            # Each row is another conclusion.
            text = rule.select([*atoms, absent] if absent else atoms, wanted, distinct=False)
        else:
            inner = rule.select(atoms, wanted, more=self.conditions(rule))
            names = " ".join(map(str, wanted)) or "(1 AS ?found)"
            text = f"SELECT {names} WHERE {{ {{ {inner} }} {absent} }}"
        solutions: Any = self.engine.query(text + f" LIMIT {limit}" * bool(limit))
        return self._heads(head, wanted, solutions)

    def _absent(self, head: Atom, number: int = 0) -> str:
        """The filter that leaves out what is known; nothing where no such thing is."""
        if not self.knows(head):
            return ""
        return f"FILTER NOT EXISTS {{ {self.pattern(head, number)} }}"

    def new_from(self, rule: Rule, delta: Sequence[Triple | Quad], limit: int = 0) -> list[Quad]:
        """The conclusions that do not hold yet, of matches in which one of ``delta`` takes part.

        With ``limit``, each query stops after so many conclusions; in a built store known ones are
        included.
        """
        head = rule.head
        if head is None:
            return []
        found: dict[Quad, None] = {}
        # In a store with other graphs than of facts, what holds is found out below.
        absent = "" if self.inferred else self._absent(head)
        for rows in self._joined(rule, delta, head.variables, limit, absent):
            for quad in self._heads(head, head.variables, rows):
                if quad not in found and not self.holds(quad):
                    found[quad] = None
        return list(found)

    def concluded_from(self, rule: Rule, delta: Sequence[Triple | Quad]) -> Iterator[Quad]:
        """Every conclusion of matches in which one of ``delta`` takes part, whether it holds."""
        if rule.head is not None:
            for rows in self._joined(rule, delta, rule.head.variables):
                yield from self._heads(rule.head, rule.head.variables, rows)

    def supported(self, rule: Rule, triples: Iterable[Triple]) -> set[Triple]:
        """Those of some statements that a rule concludes of what holds."""
        head = rule.head
        if head is None:
            return set()
        bindings = [(t, b) for t in triples if (b := head.match(t)) is not None]
        if not set(head.variables) <= set(rule.variables):
            # A variable that BIND fills cannot be given beforehand.
            return {t for t, b in bindings if any(True for _ in self.matches(rule, b, limit=0))}
        found: set[Triple] = set()
        atoms = [self.pattern(atom, n) for n, atom in enumerate(rule.body)]
        for start in range(0, len(bindings), _CHUNK):
            chunk = bindings[start : start + _CHUNK]
            rows = [[b[v] for v in head.variables] for _, b in chunk]
            more = values(head.variables, rows) if head.variables else ""
            text = rule.select(atoms, head.variables, more=more + self.conditions(rule))
            for row in self._rows(text):
                found.add(head.triple(dict(zip(head.variables, row, strict=bool(head.variables)))))
        return found

    def matches_of(
        self, rule: Rule, delta: Sequence[Triple | Quad]
    ) -> Iterator[dict[Variable, Term]]:
        """The matches of a rule's body in which one of ``delta`` takes part."""
        for rows in self._joined(rule, delta, rule.variables):
            for row in rows:
                yield dict(zip(rule.variables, row, strict=bool(rule.variables)))

    def _joined(
        self,
        rule: Rule,
        delta: Sequence[Triple | Quad],
        wanted: Sequence[Variable],
        limit: int = 0,
        absent: str = "",
    ) -> Iterator[Iterable[tuple[Term, ...]]]:
        for number, atom in enumerate(rule.body):
            bindings = [b for triple in delta if (b := atom.match(triple)) is not None]
            names = atom.variables
            if len(rule.body) == 1 and not rule.filters and set(wanted) <= set(names):
                yield [tuple(binding[v] for v in wanted) for binding in bindings]
                continue
            others = [self.pattern(a, n) for n, a in enumerate(rule.body) if n != number]
            others += [absent] if absent else []
            for start in range(0, len(bindings), _CHUNK):
                rows = [[b[v] for v in names] for b in bindings[start : start + _CHUNK]]
                more = values(names, rows) if names else ""
                text = rule.select(others, wanted, more=more + self.conditions(rule, number))
                yield list(self._rows(text + f" LIMIT {limit}" * bool(limit)))

    def _rows(self, text: str) -> Iterator[tuple[Term, ...]]:
        solutions: Any = self.engine.query(text)
        places = range(len(solutions.variables))
        for solution in solutions:
            yield tuple([solution[n] for n in places])

    @staticmethod
    def _heads(head: Atom, wanted: Sequence[Variable], rows: Iterable[Any]) -> list[Quad]:
        """The conclusion for each row of values of ``wanted``."""
        at = {variable: n for n, variable in enumerate(wanted)}
        s, p, o = (at.get(slot) if isinstance(slot, Variable) else None for slot in head)
        subject: Any
        predicate: Any
        value: Any
        subject, predicate, value = head
        # The two usual forms apart: a million conclusions are made here.
        if s is not None and p is None and o is not None:
            return [Quad(row[s], predicate, row[o]) for row in rows]
        if s is not None and p is None:
            return [Quad(row[s], predicate, value) for row in rows]
        places = ((subject, s), (predicate, p), (value, o))
        return [Quad(*(f if n is None else row[n] for f, n in places)) for row in rows]

    # -- looking up and changing -------------------------------------------------------------

    def knows(self, atom: Atom) -> bool:
        """Whether some triple in the store may match a pattern."""
        subject, predicate, value = (None if isinstance(slot, Variable) else slot for slot in atom)
        found: Any = self.engine.quads_for_pattern(subject, predicate, value, None)  # type: ignore[arg-type]
        return any(True for _ in found)

    def members(self, kind: Term) -> frozenset[Term]:
        """The things of a class, in a store in which everything is a fact."""
        found = self.engine.quads_for_pattern(None, RDF.type, kind, _DEFAULT)
        return frozenset(quad.subject for quad in found)

    def holds(self, triple: Triple | Quad) -> bool:
        """Whether a statement is a fact or was concluded."""
        if self.inferred is None and type(triple) is Quad:
            return triple in self.engine  # in the default graph, as all are
        return any(True for _ in self._graphs(triple))

    def is_inferred(self, triple: Triple | Quad) -> bool:
        """Whether a statement stands in the graph of conclusions."""
        return any(graph == self.inferred for graph in self._graphs(triple))

    def is_asserted(self, triple: Triple | Quad) -> bool:
        """Whether a statement stands in another graph than that of conclusions."""
        return any(graph != self.inferred for graph in self._graphs(triple))

    def _graphs(self, triple: Triple | Quad) -> Iterator[Any]:
        subject: Any = triple.subject
        found = self.engine.quads_for_pattern(subject, triple.predicate, triple.object, None)
        for quad in found:
            graph = quad.graph_name
            if self.inferred is None or (graph != _DEFAULT and not self.hides(graph)):
                yield graph

    def add(self, triples: Sequence[Quad] | Sequence[Triple]) -> None:
        """Add conclusions (in the default graph, or in that of conclusions)."""
        graph = self.inferred or _DEFAULT
        quads = (
            [Quad(t.subject, t.predicate, t.object, graph) for t in triples]
            if self.inferred or not all(isinstance(t, Quad) for t in triples[:1])
            else triples
        )
        if len(quads) > _CHUNK and self.inferred is None:
            self.engine.bulk_extend(quads)  # type: ignore[arg-type]
        else:
            self.engine.extend(quads)  # type: ignore[arg-type]

    def discard(self, triples: Iterable[Triple]) -> None:
        """Take statements out of the graph of conclusions."""
        assert self.inferred is not None, "facts and conclusions stand in one graph"
        for triple in triples:
            self.engine.remove(Quad(triple.subject, triple.predicate, triple.object, self.inferred))
