"""Picture: a drawing with its text alternative, the table behind it, and files of both."""

from __future__ import annotations

import csv
import io
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from kg.findings import wording
from kg.legible import legible
from kg.pictures.drawing import clean, number
from kg.pictures.style import standalone
from kg.spreadsheet import guarded_csv

_SHOWN = 50  # rows of the table in a page; the CSV file has all
# The kinds of files: their media types and what their links say.
_FILES = {
    "svg": ("image/svg+xml", "picture-svg"),
    "csv": ("text/csv;charset=utf-8", "picture-csv"),
    "html": ("text/html", "picture-html"),
}


@dataclass(frozen=True)
class Cell:
    """A cell of the table: its text, and the address of a link or nothing."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing that a page, a notebook or a file can show.

    Args:
        title: what it shows, in some words.
        description: the same as sentences, for those who do not see it.
        drawing: the elements of the SVG picture; each color is a class of ``pictures.css``.
        width: in pixels.
        height: in pixels.
        columns: the heads of the table.
        rows: the cells of the table.
        notes: what is not drawn, and why.
        lang: the language of the words.

    >>> picture = Picture("One bar", "A bar.", '<rect class="p-bar" width="9" height="9"/>', 20, 20,
    ...                   ("n",), ((Cell("9"),),))
    >>> print(picture.csv, end="")
    n
    9
    """

    title: str
    description: str
    drawing: str
    width: float
    height: float
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    lang: str = "en"

    @property
    def svg(self) -> str:
        """The SVG element for a page that links ``pictures.css``."""
        return self._svg("")

    @property
    def file(self) -> str:
        """The SVG picture as a file that stands alone, with its own colors, light and dark."""
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{self._svg(standalone())}\n'

    def _svg(self, rules: str) -> str:
        width, height = number(self.width), number(self.height)
        # An image hides what is inside it from screen readers, so that links need a group.
        role = "group" if "<a " in self.drawing else "img"
        style = f"<style>{clean(rules)}</style>" if rules else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="{role}" xml:lang="{self.lang}" '
            f'lang="{self.lang}" aria-label="{clean(self.title)}">'
            f"<title>{clean(self.title)}</title><desc>{clean(self.description)}</desc>{style}"
            f'<rect class="p-paper" width="{width}" height="{height}"/>{self.drawing}</svg>'
        )

    @property
    def csv(self) -> str:
        """The table as CSV."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([cell.text for cell in row] for row in self.rows)
        return out.getvalue()

    @property
    def spreadsheet(self) -> str:
        """The table as CSV that a spreadsheet shows and does not run."""
        return guarded_csv([self.columns, *([cell.text for cell in row] for row in self.rows)])

    @property
    def html(self) -> str:
        """The picture with its table as one HTML file that needs no other."""
        text = Markup(
            '<!DOCTYPE html>\n<html lang="{}">\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<title>{}</title>\n<style>\n:root {{ color-scheme: light dark; }}\n'
            'body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 1rem; }}\n{}</style>\n'
            "<h1>{}</h1>\n{}\n</html>\n"
        ).format(
            self.lang, self.title, Markup(standalone(page=True)),  # noqa: S704 - our own rules
            self.title, self._figure({}, 0),
        )  # fmt: skip
        return str(legible(text))

    def figure(self, downloads: Mapping[str, str] | None = None) -> Markup:
        """The picture for a page, with its table and the links to its files.

        Args:
            downloads: address by kind of file (``svg``, ``csv``, ``html``); the files are put into
                the links themselves unless told, so that no server is needed.
        """
        return self._figure(self.links if downloads is None else downloads, _SHOWN)

    @property
    def links(self) -> Mapping[str, str]:
        """The files as addresses that hold them."""
        files = {"svg": self.file, "csv": self.spreadsheet, "html": self.html}
        return {
            kind: f"data:{_FILES[kind][0]};base64,{b64encode(text.encode()).decode()}"
            for kind, text in files.items()
        }

    def _figure(self, downloads: Mapping[str, str], shown: int) -> Markup:
        items = Markup("").join(
            Markup('<li><a href="{}" download="{}.{}">{}</a></li>').format(
                href, self.name, kind, wording(_FILES[kind][1], self.lang)
            )
            for kind, href in downloads.items()
        )
        return Markup(
            '<figure class="picture">\n<div class="scroll" tabindex="0" role="region" '
            'aria-label="{}">{}</div>\n<figcaption><strong>{}</strong> {}</figcaption>\n'
            "<details><summary>{}</summary>\n{}</details>\n{}</figure>"
        ).format(
            self.title,
            Markup(self.svg),  # noqa: S704 - Drawing escapes
            self.title,
            " ".join(self.notes),
            wording("picture-table", self.lang),
            self.table(shown),
            Markup('<ul class="downloads">{}</ul>\n').format(items) if items else "",
        )

    @property
    def name(self) -> str:
        """A name for files."""
        words = "".join(c if c.isalnum() else " " for c in self.title.lower()).split()
        return "-".join(words)[:60].strip("-") or "picture"

    def table(self, shown: int = 0) -> Markup:
        """The table, all of it or so many rows at most."""
        rows = self.rows[:shown] if shown else self.rows
        heads = Markup("").join(Markup('<th scope="col">{}</th>').format(n) for n in self.columns)
        body = Markup("\n").join(
            Markup("<tr>{}</tr>").format(Markup("").join(map(_cell, row))) for row in rows
        )
        more = len(self.rows) - len(rows)
        note = wording("picture-more-rows", self.lang, count=more) if more else ""
        return Markup(
            '<div class="scroll" tabindex="0" role="region" aria-label="{}"><table>\n<thead><tr>{}'
            "</tr></thead>\n<tbody>\n{}\n</tbody>\n</table></div>{}"
        ).format(
            wording("picture-table", self.lang),
            heads,
            body,
            Markup("<p>{}</p>").format(note) if note else "",
        )

    def save(self, path: Path | str) -> None:
        """Write a file whose name ends in ``.svg``, ``.csv`` or ``.html``.

        Raises:
            ValueError: the name ends otherwise.
        """
        files = {".svg": "file", ".csv": "csv", ".html": "html"}
        kind = files.get(Path(path).suffix)
        if kind is None:
            raise ValueError(f"{path}: a picture is saved as {', '.join(files)}")
        Path(path).write_text(getattr(self, kind), encoding="utf-8")

    def _repr_html_(self) -> str:
        style = Markup(standalone())  # noqa: S704 - our own rules
        return Markup("<style>{}</style>{}").format(style, self._figure({}, _SHOWN))

    def _repr_svg_(self) -> str:
        return self.file


def _cell(cell: Cell) -> Markup:
    if not cell.href:
        return Markup("<td>{}</td>").format(cell.text)
    return Markup('<td><a href="{}">{}</a></td>').format(cell.href, cell.text)
