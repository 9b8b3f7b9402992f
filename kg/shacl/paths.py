"""Paths: SHACL property paths as SPARQL, taken apart where a query needs them in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

_SIGNS = {"zeroOrMore": "*", "oneOrMore": "+", "zeroOrOne": "?"}


@dataclass(frozen=True)
class Path:
    """A property path: one property, or an operator on other paths.

    ``kind`` is ``property``, ``any`` (one triple of whatever property), ``inverse``,
    ``sequence``, ``alternative``, ``zeroOrMore``, ``oneOrMore`` or ``zeroOrOne``.

    >>> path = Path.sequence(Path.of(NamedNode("http://a.example/p")).inverted(),
    ...                      Path.of(NamedNode("http://a.example/q")))
    >>> str(path)
    '^<http://a.example/p>/<http://a.example/q>'

    Source: https://www.w3.org/TR/shacl/#property-paths
    """

    kind: str
    parts: tuple[Path, ...] = ()
    iri: NamedNode | None = None

    @classmethod
    def of(cls, iri: NamedNode) -> Path:
        """The path of one property."""
        return cls("property", iri=iri)

    @classmethod
    def sequence(cls, *parts: Path) -> Path:
        """One path after the other; nested sequences become one."""
        flat = [p for part in parts for p in (part.parts if part.kind == "sequence" else (part,))]
        return flat[0] if len(flat) == 1 else cls("sequence", tuple(flat))

    def inverted(self) -> Path:
        """The path from its end to its start."""
        if self.kind == "inverse":
            return self.parts[0]
        if self.kind == "sequence":
            return Path.sequence(*(part.inverted() for part in reversed(self.parts)))
        if not self.parts:
            return Path("inverse", (self,))
        return Path(self.kind, tuple(part.inverted() for part in self.parts))

    @property
    def is_property(self) -> bool:
        """Whether the path is one property."""
        return self.kind == "property"

    @property
    def may_be_empty(self) -> bool:
        """Whether a node may be reached from itself without any triple."""
        if self.kind in ("zeroOrMore", "zeroOrOne"):
            return True
        if self.kind == "alternative":
            return any(part.may_be_empty for part in self.parts)
        if self.kind == "sequence":
            return all(part.may_be_empty for part in self.parts)
        return self.kind in ("inverse", "oneOrMore") and self.parts[0].may_be_empty

    def properties(self) -> Iterator[NamedNode]:
        """Every property of the path."""
        if self.iri is not None:
            yield self.iri
        for part in self.parts:
            yield from part.properties()

    def steps(self) -> Iterator[tuple[Path | None, NamedNode | None, bool, Path | None]]:
        """Every triple on the way: the path before it, its property, if it is walked backward,
        and the path after it. A path of None is empty, a property of None is any.
        """
        if not self.parts:
            yield None, self.iri, False, None
        elif self.kind == "inverse":
            for before, prop, is_back, after in self.parts[0].steps():
                yield after and after.inverted(), prop, not is_back, before and before.inverted()
        elif self.kind == "sequence":
            for place, part in enumerate(self.parts):
                first = _joined(self.parts[:place])
                last = _joined(self.parts[place + 1 :])
                for before, prop, is_back, after in part.steps():
                    yield _joined((first, before)), prop, is_back, _joined((after, last))
        else:
            loop = Path("zeroOrMore", self.parts) if self.kind.endswith("OrMore") else None
            for part in self.parts:
                for before, prop, is_back, after in part.steps():
                    yield _joined((loop, before)), prop, is_back, _joined((after, loop))

    def __str__(self) -> str:
        """The path in the syntax of SPARQL."""
        if self.kind == "any":
            return "!<urn:ecodip:none>"
        if self.kind == "property":
            return str(self.iri)
        if self.kind == "sequence":
            return "/".join(part._inner("alternative") for part in self.parts)
        if self.kind == "alternative":
            return f"({'|'.join(map(str, self.parts))})"
        inner = self.parts[0]._inner("sequence", "inverse", "zeroOrMore", "oneOrMore", "zeroOrOne")
        return f"^{inner}" if self.kind == "inverse" else f"{inner}{_SIGNS[self.kind]}"

    def _inner(self, *compound: str) -> str:
        """In brackets if it is of one of these kinds (an alternative brings its own)."""
        is_compound = self.kind in compound and self.kind != "alternative"
        return f"({self})" if is_compound else str(self)

    def exists(
        self,
        start: str,
        condition: Callable[[str], str],
        fresh: Callable[[], str],
    ) -> str:
        """An expression that is true when a node reached from ``start`` meets a condition.

        Each ``EXISTS`` holds one pattern only: Oxigraph evaluates a join inside ``EXISTS``
        without regard to what is bound outside (its issue 885).

        Args:
            start: the variable, bound.
            condition: from the variable of the reached node to an expression.
            fresh: makes a new variable.
        """
        if self.kind == "sequence":
            first, rest = self.parts[0], Path.sequence(*self.parts[1:])
            return first.exists(start, lambda x: rest.exists(x, condition, fresh), fresh)
        if self.kind == "alternative":
            either = " || ".join(part.exists(start, condition, fresh) for part in self.parts)
            return f"({either})"
        if self.kind == "zeroOrOne":
            there = self.parts[0].exists(start, condition, fresh)
            return f"({condition(start)} || {there})"
        end = fresh()
        judged = condition(end)
        test = "" if judged == "true" else f" FILTER({judged})"
        found = f"EXISTS {{ {self.triple(start, end)}{test} }}"
        # the engine knows no empty path from a node that stands in no triple
        return f"({condition(start)} || {found})" if self.may_be_empty else found

    def triple(self, start: str, end: str) -> str:
        """The pattern that relates two terms or variables by the path."""
        if self.kind == "inverse" and self.parts[0].is_property:
            return f"{end} {self.parts[0]} {start} ."
        return f"{start} {self} {end} ."

    def pattern(self, start: str, end: str, fresh: Callable[[], str]) -> str:
        """The pattern that leads from a bound variable to the reached nodes, step by step.

        ``LATERAL`` makes the engine follow each step from where it is.
        """
        if self.kind == "sequence":
            middle = fresh()
            first, rest = self.parts[0], Path.sequence(*self.parts[1:])
            inner = rest.pattern(middle, end, fresh)
            return f"{first.pattern(start, middle, fresh)} {inner}"
        found = self.triple(start, end)
        if self.may_be_empty:
            # also from a node that stands in no triple
            found = f"{{ BIND({start} AS {end}) }} UNION {{ {found} }}"
        return f"LATERAL {{ {found} }}"


def _joined(parts: tuple[Path | None, ...]) -> Path | None:
    found = [part for part in parts if part is not None]
    return Path.sequence(*found) if found else None
