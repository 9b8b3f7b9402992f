"""SPARQL texts: what a query asks beside the graph, and where and why it is none.

The engine's parser is the only judge of what a text means. Words are looked for here to explain
its verdict, never to replace it: a list of words can be deceived (``FILTER(1<2)SERVICE#>``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pyoxigraph as ox
from pyoxigraph import NamedNode

from kg.findings import Text
from kg.names import nearest

# Every alternative takes what it began with and never gives it back, so that the time is linear
# in the length of the text whatever it holds (strings that do not end, words without end).
_TOKEN = re.compile(
    r"(?P<comment>\#[^\n\r]*+)"
    r'|(?P<string>"""(?:[^"\\]|\\.|"(?!""))*+(?P<end>""")?'
    r"|'''(?:[^'\\]|\\.|'(?!''))*+(?P<end1>''')?"
    r'|"(?:[^"\\\n\r]|\\.)*+(?P<end2>")?'
    r"|'(?:[^'\\\n\r]|\\.)*+(?P<end3>')?)"
    r"|(?P<iri><(?:[^<>\"{}|^`\\\x00-\x20]|\\[uU][0-9A-Fa-f]++)*+>)"
    r"|[?$]\w++|@[\w-]++|[\d.]++"
    r"|(?P<name>(?:(?P<prefix>[^\W\d][\w.-]*+)?+:(?:[\w.:%-]|\\.)*+))"
    r"|(?P<word>\w++)(?:\s*+\()?+"
    r"|&&|\|\||!=|<=|>=|\^\^|<<\(?|\)?>>|\{\||\|\}|\S",
    re.DOTALL,
)
_SERVICE = re.compile("service", re.IGNORECASE)
_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
# What makes a text no query, so that it is parsed only, neither planned nor run. There is more room
# than the longest keyword takes: the parser, which tells how far it came, counts in the length of
# any keyword that it looked for.
_STOP = "\n" + " " * 64 + "\0"
_FORMS = frozenset({"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"})
_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
_KEYWORDS = _FORMS | {
    "ASC", "BASE", "BIND", "BY", "DESC", "DISTINCT", "EXISTS", "FILTER", "FROM", "GRAPH", "GROUP",
    "HAVING", "LIMIT", "MINUS", "NAMED", "NOT", "OFFSET", "OPTIONAL", "ORDER", "PREFIX", "REDUCED",
    "UNDEF", "UNION", "VALUES", "WHERE",
}  # fmt: skip


@dataclass(frozen=True)
class Dataset:
    """What a query is about: the graphs merged into its default graph, and its named graphs.

    Source: SPARQL 1.1 Query Language, section 13.2.
    """

    default: tuple[NamedNode, ...] = ()
    named: tuple[NamedNode, ...] = ()


@dataclass(frozen=True)
class Fault:
    """Why a text is no query; ``line`` and ``column`` count from 1 and are 0 where unknown.

    ``code`` is that of a message in ``kg/messages/sparql.toml``, ``params`` are for its
    placeholders, and ``nearest`` is what may have been meant.

    >>> Fault("sparql-prefix", {"prefix": "foo"}, nearest="foaf").words("fr")
    "le préfixe foo: n'est pas déclaré ; vouliez-vous dire 'foaf' ?"
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    line: int = 0
    column: int = 0
    nearest: str = ""

    @property
    def text(self) -> Text:
        """The reason; what only the parser knows is in its own, English words."""
        return Text.of(self.code, near=self.nearest, **self.params)

    def words(self, lang: str = "en") -> str:
        """The reason in words."""
        return self.text.words(lang)

    def at(self, line: int, column: int) -> Fault:
        """The same at a place."""
        return replace(self, line=line, column=column)


@dataclass(frozen=True)
class QueryText:
    """The text of a query, with what it takes for granted.

    Args:
        text: as it was written.
        prefixes: prefixes that need no declaration in it.
        base_iri: what relative IRIs are relative to.

    >>> QueryText("ASK { ?s ?p }").fault().words()
    "'}' is not expected here"
    """

    text: str
    prefixes: Mapping[str, str] | None = None
    base_iri: str | None = None

    @property
    def asks_elsewhere(self) -> bool:
        """Whether the query may ask another server (SERVICE).

        False is certain: the parser takes the text also when no word in it is ``service``.

        >>> QueryText("ASK { <http://x/service> ?service 'SERVICE' }").asks_elsewhere
        False
        >>> QueryText("ASK { FILTER(1<2)SERVICE#>\\n?x { ?s ?p ?o } }").asks_elsewhere
        True
        """
        if not _SERVICE.search(self.text):
            return False
        return self._refused(self._harmless) is not None

    @property
    def dataset(self) -> Dataset | None:
        """The graphs that the query names with FROM; None where it names none.

        >>> QueryText("SELECT * FROM <a> FROM NAMED x:b {}", {"x": "x:"}, "http://x/").dataset
        Dataset(default=(<NamedNode value=http://x/a>,), named=(<NamedNode value=x:b>,))
        """
        if "from" not in self.text.lower():
            return None
        tokens = [found for found in _TOKEN.finditer(self.text) if not found["comment"]]
        words = [(found["word"] or "").upper() for found in tokens]
        graphs: dict[bool, list[str]] = {False: [], True: []}
        for i, word in enumerate(words):
            is_named = words[i + 1 : i + 2] == ["NAMED"]
            graph = tokens[i + 1 + is_named : i + 2 + is_named]
            if word == "FROM" and graph and (graph[0]["iri"] or graph[0]["name"]):
                graphs[is_named].append(graph[0][0])
        start = next((t.start() for t, w in zip(tokens, words, strict=True) if w in _FORMS), 0)
        found = {kind: self._iris(self.text[:start], names) for kind, names in graphs.items()}
        return Dataset(found[False], found[True]) if any(found.values()) else None

    def _iris(self, prologue: str, names: list[str]) -> tuple[NamedNode, ...]:
        """The IRIs that names mean, as the parser resolves them."""
        text = f"{prologue}\nSELECT ?g {{ VALUES ?g {{ {' '.join(names)} }} }}"
        try:
            solutions = self._parsed(text)
        except SyntaxError:
            return ()  # the text is no query; what is wrong with it is told when it is run
        assert isinstance(solutions, ox.QuerySolutions)
        return tuple(solution["g"] for solution in solutions)

    def fault(self) -> Fault:
        """Why the engine refuses the text, at the first word that no query could have there.

        >>> QueryText("SELECT * { ?s foo:bar ?o }").fault()
        Fault(code='sparql-prefix', params={'prefix': 'foo'}, line=1, column=15, nearest='')
        >>> QueryText("SELECT ?s { ?s ?p ?o } ORDRE BY ?s").fault().words()
        "'ORDRE' is not expected here; did you mean 'ORDER'?"
        """
        tokens = list(_TOKEN.finditer(self.text))
        words = [token for token in tokens if not token["comment"]]
        if not words:
            return Fault("sparql-empty")
        text = self._harmless
        low, high = 0, len(tokens)  # so many tokens may begin a query; so many may not
        while high - low > 1:
            middle = (low + high) // 2
            if self._refused(text[: tokens[middle - 1].end()]) is None:
                low = middle
            else:
                high = middle
        wrong = tokens[high - 1]
        said = self._refused(text[: wrong.end()])
        if said is not None:
            return self._wrong(wrong, words, said).at(*self._place(wrong.start()))
        if _is_open(wrong):
            return Fault("sparql-open").at(*self._place(wrong.start()))
        # All of it may begin a query, but it is none yet.
        own = _sentence(self._said(text))
        found = Fault("sparql-said", {"said": own}) if own else Fault("sparql-early")
        return found.at(*self._place(len(text)))

    def _wrong(self, wrong: re.Match[str], words: list[re.Match[str]], said: str) -> Fault:
        name = wrong["word"] or wrong[0]
        if _SERVICE.search(name) and (")" in name or not wrong["iri"]):
            return Fault("sparql-elsewhere")
        if wrong["name"]:
            prefix = wrong["prefix"] or ""
            declared = (b for a, b in pairwise(words)
                        if (a["word"] or "").upper() == "PREFIX")  # fmt: skip
            known = {*(self.prefixes or {}), "_", *(token["prefix"] or "" for token in declared)}
            if prefix not in known:
                close = nearest(prefix, known)
                return Fault("sparql-prefix", {"prefix": prefix}, nearest=close)
        if _is_open(wrong):
            return Fault("sparql-open")
        if name.upper() in _UPDATES:
            return Fault("sparql-changes", {"word": name.upper()})
        if wrong["iri"] and ":" not in name and self.base_iri is None:
            return Fault("sparql-relative", {"iri": name})
        if own := _sentence(said):
            return Fault("sparql-said", {"said": own})
        shown = name if len(name) <= 40 else f"{name[:39]}…"
        close = nearest(name.upper(), _KEYWORDS) if wrong["word"] and len(name) > 2 else ""
        return Fault("sparql-unexpected", {"word": shown}, nearest=close)

    @property
    def _harmless(self) -> str:
        """The text with no SERVICE in it, each character at the place it had."""
        return _SERVICE.sub(lambda found: f"{found[0][:-1]}x", self.text)

    def _parsed(self, text: str) -> object:
        prefixes = {_SERVICE.sub("servicx", k): v for k, v in (self.prefixes or {}).items()}
        return ox.Store().query(text, base_iri=self.base_iri, prefixes=prefixes)

    def _said(self, text: str) -> str:
        """What the parser says of a text that it refuses."""
        try:
            self._parsed(text)
        except SyntaxError as error:
            return str(error.msg)
        return ""

    def _refused(self, text: str) -> str | None:
        """What the parser says of a text that begins no query; None if it may begin one."""
        text += _STOP
        said = self._said(text)
        if place := _PLACE.match(said):
            last = (text.count("\n") + 1, len(_STOP) - 1)
            return None if (int(place[1]), int(place[2])) >= last else place[3]
        return said

    def _place(self, offset: int) -> tuple[int, int]:
        before = self.text[:offset]
        return before.count("\n") + 1, offset - before.rfind("\n")


def _is_open(token: re.Match[str]) -> bool:
    ends = ("end", "end1", "end2", "end3")
    return token["string"] is not None and not any(token[end] for end in ends)


def _sentence(said: str) -> str:
    """What the parser means by its own words, among all that it would have expected."""
    place = _PLACE.match(said)
    parts = (part.strip() for part in re.split(r", |\n", place[3] if place else said))
    return next((p for p in parts if re.fullmatch(r"[A-Z]\w+(?: [\w.]+){2,}", p)), "")
