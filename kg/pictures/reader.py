"""Reader: who a picture is made for: the language, the names of things and the links to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pyoxigraph import Literal, NamedNode

from kg.findings import wording
from kg.results import Answer
from kg.terms import Term, compact


class Reader(Protocol):
    """What a picture asks of a page; any object with these will do."""

    @property
    def lang(self) -> str:
        """The language of the picture."""

    def say(self, code: str, **params: Any) -> str:
        """A text of the catalogue of messages."""

    def name(self, term: Term | None) -> str:
        """What people call a term."""

    def to(self, term: Term | str) -> str:
        """The address of a link to a term; empty where there is none."""


@dataclass(frozen=True)
class Plain:
    """A reader outside of any page, as of a file or a notebook: links lead to the IRIs themselves.

    >>> plain = Plain("fr", {NamedNode("http://x/awex"): "AWEX"})
    >>> plain.name(NamedNode("http://x/awex")), plain.to("javascript:alert(1)")
    ('AWEX', '')
    """

    lang: str = "en"
    labels: Mapping[Term, str] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, answer: Answer) -> Plain:
        """Who reads an answer in the language it was asked in."""
        return cls(answer.lang, answer.labels, answer.prefixes)

    def say(self, code: str, **params: Any) -> str:
        """A text of the catalogue of messages."""
        return wording(code, self.lang, **params)

    def name(self, term: Term | None) -> str:
        """The label of a term, else its value or short name."""
        if term is None:
            return ""
        if isinstance(term, Literal):
            return term.value
        return self.labels.get(term) or compact(term, self.prefixes)

    def to(self, term: Term | str) -> str:
        """The IRI of a term, where that is for the web."""
        iri = term.value if isinstance(term, NamedNode) else term if isinstance(term, str) else ""
        return iri if iri.startswith(("http://", "https://")) else ""
