"""Results: the rows a query answers with, and the formats they are written in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from textwrap import fill, wrap
from typing import TYPE_CHECKING, Any

from kg.findings import wording
from kg.position import Position
from kg.spreadsheet import guarded_csv
from kg.terms import Term, compact, to_json, to_python

if TYPE_CHECKING:
    from kg.pictures import Picture

_NARROWEST = 8  # columns are not wrapped to fewer characters
_ORIGINS = {
    "inferred": "no-evidence-inferred",
    "authority": "no-evidence-authority",
    "description": "no-evidence-description",
}


@dataclass(frozen=True)
class Evidence:
    """A claim on which a row rests: where it is made, by whom, how, and with which words.

    ``spans`` are (start, end, words) in the order of the text; ``start`` and ``end`` are code
    points of the source text, end exclusive. ``asserted`` tells whether the claim is made as a
    fact and not denied. ``speaker`` is a label, ``speaker_id`` the IRI; ``own_voice`` tells
    whether the speaker is nobody else than the source itself.
    """

    claim: str
    source: str
    title: str
    issued: str | None
    spans: tuple[tuple[int, int, str], ...]
    modality: str
    negated: bool
    speaker: str | None
    asserted: bool = False
    speaker_id: str | None = None
    own_voice: bool = False

    @property
    def reporter(self) -> str | None:
        """The IRI of who says it, where that is somebody else than the source itself."""
        return None if self.own_voice else self.speaker_id

    @property
    def words(self) -> str:
        """The words of all spans."""
        return " … ".join(words for _, _, words in self.spans)

    def __str__(self) -> str:
        places = ", ".join(f"{start}–{end}" for start, end, _ in self.spans)
        parts = [f"{self.title}, {self.issued}" if self.issued else self.title, f"[{places}]"]
        parts.append(f"¬ {self.modality}" if self.negated else self.modality)
        parts += [self.speaker] if self.speaker and not self.own_voice else []
        return f"«{self.words}» — {' · '.join(parts)}"


@dataclass(frozen=True)
class Row(Mapping[str, Term]):
    """One answer: a term for each variable that is bound, and the evidence for it.

    ``row["actor"]`` is a term; ``row.actor`` is its Python value (None when unbound). ``origin``
    tells where the terms of a row without claims are linked: ``inferred``, ``authority``,
    ``description`` (of a source), None where that cannot be told.
    """

    terms: Mapping[str, Term]
    evidence: tuple[Evidence, ...] = ()
    origin: str | None = None

    @property
    def reporters(self) -> tuple[str, ...]:
        """The IRIs of those on whose word alone the row rests, in order of the claims.

        There are none where a claim is made by the source itself, or where no claim is.
        """
        told = [found.reporter for found in self.evidence]
        return () if None in told else tuple(dict.fromkeys(one for one in told if one))

    @property
    def basis(self) -> str | None:
        """On what the row rests: ``claims``, else its origin."""
        return "claims" if self.evidence else self.origin

    def cited(self, lang: str = "en") -> list[str]:
        """The evidence as lines; one line that says what the row rests on where no claim does."""
        if self.evidence:
            return list(map(str, self.evidence))
        return [wording(_ORIGINS.get(self.origin or "", "no-evidence"), lang)]

    def __getitem__(self, name: str) -> Term:
        return self.terms[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        term = self.terms.get(name)
        return None if term is None else to_python(term)


@dataclass(frozen=True)
class Answer(Sequence[Row]):
    """The rows of a query, in its order, with the labels and prefixes to show them by.

    ``emptiness`` says why a stored query has no rows: the graph holds no claim about what was asked
    for, or its claims do not answer the question. ``positions`` tells where its places are.

    >>> from pyoxigraph import Literal
    >>> answer = Answer(("n",), (Row({"n": Literal(7)}),))
    >>> print(answer.text("csv"), end="")
    n
    7
    >>> answer[0].n
    7
    """

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    labels: Mapping[Term, str] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)
    lang: str = "en"
    emptiness: str | None = None
    positions: Mapping[Term, Position] = field(default_factory=dict)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def shown(self, term: Term | None) -> str:
        """A term for a reader: its label, else its value or its short name."""
        if term is None:
            return ""
        if label := self.labels.get(term):
            return label
        return self.exact(term)

    def exact(self, term: Term | None) -> str:
        """A term for a file: a prefixed name or IRI, or the bare value of a literal."""
        if term is None:
            return ""
        value = to_json(term)
        return value["@value"] if isinstance(value, dict) else compact(term, self.prefixes)

    def timeline(self, title: str = "") -> Picture:
        """The rows along a line of dates, for a notebook or a file.

        Raises:
            InputError: no column holds dates.

        >>> from pyoxigraph import Literal, NamedNode
        >>> year = NamedNode("http://www.w3.org/2001/XMLSchema#gYear")
        >>> row = Row({"what": Literal("fair"), "start": Literal("2017", datatype=year)})
        >>> Answer(("what", "start"), (row,)).timeline().columns
        ('what', 'start')
        """
        return self._picture("timeline", title)

    def map(self, title: str = "") -> Picture:
        """The places of the rows on a map.

        Raises:
            InputError: no row names a place with a position.
        """
        return self._picture("map", title)

    def bars(self, title: str = "") -> Picture:
        """The numbers of the rows as bars.

        Raises:
            InputError: no column holds numbers.
        """
        return self._picture("bars", title)

    def graph(self, title: str = "") -> Picture:
        """The things of two columns, and lines between those of one row.

        Raises:
            InputError: there are no two columns of things.
        """
        return self._picture("graph", title)

    def _picture(self, kind: str, title: str) -> Picture:
        # Pictures are made of answers, so that they can only be imported when one is wanted.
        from kg.pictures import wanted

        return wanted(kind, self, title)

    def _repr_html_(self) -> str:
        from kg.pictures.notebook import html_table

        return html_table(self)

    def to_dataframe(self) -> Any:
        """The rows as a pandas DataFrame, or a polars one where only polars is installed.

        Values are typed (numbers, dates, booleans); resources are IRIs.

        Raises:
            ImportError: neither pandas nor polars is installed.
        """
        columns = {name: [getattr(row, name) for row in self.rows] for name in self.variables}
        try:
            import pandas

            return pandas.DataFrame(columns, columns=list(self.variables))
        except ImportError:
            import polars

            return polars.DataFrame(columns, strict=False)

    def text(self, form: str, *, evidence: bool = False, width: int | None = None) -> str:
        """The rows in one of :data:`kg.formats.ROW_FORMATS`, ending with a line break.

        ``table`` and ``markdown`` show labels; the others hold exact terms, with a column
        ``<variable>_label`` beside each variable that has labels. ``spreadsheet`` is CSV that a
        spreadsheet opens without running or changing a cell (see :mod:`kg.spreadsheet`). With
        ``evidence`` every format carries the source, offsets and words of each row. A table is
        wrapped to ``width``.
        """
        match form:
            case "json":
                records = [self._record(row, evidence) for row in self.rows]
                return json.dumps(records, ensure_ascii=False, indent=2) + "\n"
            case "jsonl":
                lines = (self._record(row, evidence) for row in self.rows)
                return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            case "csv" | "tsv":
                out = io.StringIO()
                delimiter = "," if form == "csv" else "\t"
                csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(
                    self._cells(evidence)
                )
                return out.getvalue()
            case "spreadsheet":
                return guarded_csv(self._cells(evidence))
            case "markdown":
                return self._markdown(evidence)
        return self._table(evidence, width)

    def _record(self, row: Row, evidence: bool) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for name in self.variables:
            term = row.terms.get(name)
            record[name] = None if term is None else to_json(term)
            if name in self._labelled:
                record[f"{name}_label"] = self.labels.get(term) if term is not None else None
        if evidence:
            record["basis"] = row.basis
            record["evidence"] = [asdict(found) for found in row.evidence]
        return record

    @property
    def _labelled(self) -> frozenset[str]:
        return frozenset(
            name for row in self.rows for name, term in row.terms.items() if term in self.labels
        )

    def _cells(self, evidence: bool) -> Iterator[list[str]]:
        labelled = self._labelled
        header = [n for v in self.variables for n in (v, f"{v}_label") if n == v or v in labelled]
        yield header + (["evidence"] if evidence else [])
        for row in self.rows:
            cells: list[str] = []
            for name in self.variables:
                term = row.terms.get(name)
                cells.append(self.exact(term))
                if name in labelled:
                    cells.append(self.labels.get(term, "") if term is not None else "")
            yield cells + ([" | ".join(row.cited(self.lang))] if evidence else [])

    def _markdown(self, evidence: bool) -> str:
        heads = [*self.variables, *(["evidence"] if evidence else [])]
        lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
        for row in self.rows:
            cells = [self.shown(row.terms.get(name)) for name in self.variables]
            cells += ["<br>".join(row.cited(self.lang))] if evidence else []
            cells = [" ".join(cell.replace("|", "\\|").split()) for cell in cells]
            lines.append("| " + " | ".join(cells) + " |")
        return "\n".join(lines) + "\n"

    def _table(self, evidence: bool, width: int | None) -> str:
        table = [[self.shown(row.terms.get(name)) for name in self.variables] for row in self.rows]
        blocks = columns([list(self.variables), *table], width)
        if not evidence:
            return "".join(f"{block}\n" for block in blocks)
        out = blocks[:2]
        for block, row in zip(blocks[2:], self.rows, strict=True):
            out += [block, *(_indented(line, width) for line in row.cited(self.lang))]
        return "".join(f"{block}\n" for block in out)


def _indented(line: str, width: int | None) -> str:
    if width is None:
        return f"    {line}"
    first, following = "    ", "      "
    return fill(line, max(width, 40), initial_indent=first, subsequent_indent=following)


def columns(rows: Iterable[Sequence[str]], width: int | None = None) -> list[str]:
    r"""Rows as aligned blocks of lines; the first row is the head, a rule stands below it.

    With ``width``, wide columns are wrapped so that lines are no longer than that where words
    allow it.

    >>> columns([["kind", "n"], ["mission", "3"]])
    ['kind     n', '───────  ─', 'mission  3']
    >>> columns([["kind", "n"], ["official visit", "3"]], width=12)
    ['kind      n', '────────  ─', 'official  3\nvisit']
    """
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    spare = (width or sum(widths) + 2 * len(widths)) - 2 * (len(widths) - 1)
    while sum(widths) > spare and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    wrapped = [[wrap(c, w, break_long_words=False) or [""] for c, w in zip(r, widths, strict=True)]
               for r in cells]  # fmt: skip
    widths = [max(len(line) for cell in column for line in cell)
              for column in zip(*wrapped, strict=True)]  # fmt: skip
    blocks = [
        "\n".join(
            "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip()
            for line in zip_longest(*row, fillvalue="")
        )
        for row in wrapped
    ]
    return [blocks[0], "  ".join("─" * width for width in widths), *blocks[1:]]
