"""Notebook: an answer as a table with links, for notebooks such as Jupyter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from kg.pictures.reader import Plain
from kg.pictures.table import cell

if TYPE_CHECKING:
    from kg.results import Answer, Row

_SHOWN = 50


def html_table(answer: Answer) -> Markup:
    """The first rows as HTML: labels are links to IRIs, the words of each row can be folded out.

    >>> from pyoxigraph import Literal
    >>> from kg.results import Answer, Row
    >>> "<td>&lt;b&gt;" in html_table(Answer(("x",), (Row({"x": Literal("<b>")}),)))
    True
    """
    reader = Plain.of(answer)
    has_words = any(row.evidence for row in answer.rows)
    heads = [*answer.variables, *([reader.say("picture-words")] if has_words else [])]
    body = Markup("\n").join(
        Markup("<tr>{}{}</tr>").format(
            Markup("").join(_cell(row, name, reader) for name in answer.variables),
            _words(row, answer.lang) if has_words else "",
        )
        for row in answer.rows[:_SHOWN]
    )
    more = max(len(answer.rows) - _SHOWN, 0)
    note = reader.say("picture-rows-left", count=more) if more else answer.emptiness or ""
    return Markup("<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody>\n</table>{}").format(
        Markup("").join(Markup('<th scope="col">{}</th>').format(head) for head in heads),
        body,
        Markup("\n<p>{}</p>").format(note) if note else "",
    )


def _cell(row: Row, name: str, reader: Plain) -> Markup:
    found = cell(row.terms.get(name), reader)
    if not found.href:
        return Markup("<td>{}</td>").format(found.text)
    return Markup('<td><a href="{}">{}</a></td>').format(found.href, found.text)


def _words(row: Row, lang: str) -> Markup:
    lines = Markup("").join(Markup("<li>{}</li>").format(line) for line in row.cited(lang))
    return Markup("<td><details><summary>{}</summary><ul>{}</ul></details></td>").format(
        len(row.evidence), lines
    )
