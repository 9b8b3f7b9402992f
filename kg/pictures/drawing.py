"""Drawing: writes the elements of an SVG picture, escaped, with links and tooltips."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from markupsafe import escape

from kg.pictures.measure import shortened

SIZE = 13  # of text, in pixels
# What XML 1.0 does not allow, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    r"""The text as XML can hold it, escaped for elements and attributes.

    >>> clean('a<b\x01"')
    'a&lt;b\ufffd&#34;'
    """
    return str(escape(_FORBIDDEN.sub("\ufffd", text)))


def number(value: float) -> str:
    """A coordinate: one decimal at most.

    >>> number(12.0), number(1.26)
    ('12', '1.3')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


class Drawing:
    """The elements of one picture, in the order of drawing.

    Elements have classes; what colors these have is said in a style sheet.

    >>> drawing = Drawing()
    >>> with drawing.link("awex.en.html", "AWEX"):
    ...     drawing.circle(0, 0, 5, "p-bar")
    >>> print(drawing)
    <a href="awex.en.html"><title>AWEX</title><circle class="p-bar" cx="0" cy="0" r="5"/></a>
    """

    def __init__(self) -> None:
        self._parts: list[str] = []

    def __str__(self) -> str:
        return "".join(self._parts)

    def append(self, other: Drawing) -> None:
        """Draw what another drawing holds above all that is there."""
        self._parts += other._parts

    def _element(self, name: str, style: str, /, **numbers: float | None) -> None:
        given = "".join(f' {n}="{number(v)}"' for n, v in numbers.items() if v is not None)
        self._parts.append(f'<{name} class="{style}"{given}/>')

    def rect(
        self, x: float, y: float, width: float, height: float, style: str, rx: float | None = None
    ) -> None:
        """A rectangle, perhaps with round corners."""
        self._element("rect", style, x=x, y=y, width=width, height=height, rx=rx)

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str) -> None:
        """A straight line."""
        self._element("line", style, x1=x1, y1=y1, x2=x2, y2=y2)

    def circle(self, cx: float, cy: float, r: float, style: str) -> None:
        """A circle."""
        self._element("circle", style, cx=cx, cy=cy, r=r)

    def path(self, d: str, style: str) -> None:
        """A path in the notation of SVG."""
        self._parts.append(f'<path class="{style}" d="{d}"/>')

    def ground(self, width: float, height: float, land: str) -> None:
        """Water with land on it, which is cut off at the edges."""
        # An SVG element inside of another cuts off what is outside of it.
        self._parts.append(f'<svg width="{number(width)}" height="{number(height)}">')
        self.rect(0, 0, width, height, "p-water")
        if land:
            self.path(land, "p-land")
        self._parts.append("</svg>")

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        room: float,
        anchor: str = "start",
        size: float = SIZE,
        style: str = "p-text",
    ) -> None:
        """A line of text; what does not fit into the room is left out, with an ellipsis."""
        shown = clean(shortened(text, room, size))
        at = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._parts.append(
            f'<text class="{style}" x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{at}>'
            f"{shown}</text>"
        )

    @contextmanager
    def link(self, href: str, title: str = "") -> Iterator[None]:
        """What is drawn inside is a link (or a group where there is no address), with a tooltip."""
        name = "a" if href else "g"
        self._parts.append(f'<a href="{clean(href)}">' if href else "<g>")
        if title:
            self._parts.append(f"<title>{clean(title)}</title>")
        yield
        self._parts.append(f"</{name}>")
