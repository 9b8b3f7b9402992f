"""Classes: diagrams of terms of an ontology, general ones above and special ones below."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.namespaces import OWL, RDF, RDFS, SCHEMA
from kg.pictures.drawing import SIZE, Drawing, number
from kg.pictures.legend import legend
from kg.pictures.measure import shortened, width, wrapped
from kg.pictures.picture import Cell, Picture
from kg.pictures.reader import Reader
from kg.store import Store
from kg.terms import key

_WIDTH = 752.0
_EDGE = 14.0
_LINE, _BOX, _GAP, _BETWEEN = 17.0, 30.0, 14.0, 34.0
_WIDEST = 230.0
_BOLD = SIZE * 1.15  # bold letters are wider
_CLASSES = (OWL.Class, RDFS.Class)
_PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
MOST = 12  # classes in one overview


@dataclass
class _Box:
    """A box of a diagram, and where it stands."""

    node: NamedNode
    text: str
    width: float
    x: float = 0
    y: float = 0

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


class Terms:
    """What an ontology says of its classes and properties.

    Args:
        store: the graph, with the ontology in it.
    """

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    def is_class(self, term: NamedNode) -> bool:
        """Whether it is a class."""
        return any(kind in _CLASSES for kind in self.objects(term, RDF.type))

    def is_property(self, term: NamedNode) -> bool:
        """Whether it is a property."""
        return any(kind in _PROPERTIES for kind in self.objects(term, RDF.type))

    def above(self, term: NamedNode) -> list[NamedNode]:
        """The terms directly above: those that no other of them is below."""
        found = self._over(term)
        return [n for n in found if not any(n in self._over(m) for m in found if m != n)]

    def below(self, term: NamedNode) -> list[NamedNode]:
        """The terms directly below."""
        predicate = self._relation(term)
        quads = self._engine.quads_for_pattern(None, predicate, term, None)
        found = {q.subject for q in quads if isinstance(q.subject, NamedNode)} - {term}
        return [n for n in sorted(found, key=key) if term in self.above(n)]

    def properties(self, term: NamedNode) -> list[tuple[NamedNode, list[NamedNode]]]:
        """The properties whose domain a class is, with their ranges."""
        found = {
            quad.subject
            for domain in (RDFS.domain, SCHEMA.domainIncludes)
            for quad in self._engine.quads_for_pattern(None, domain, term, None)
            if isinstance(quad.subject, NamedNode)
        }
        return [(node, self.ranges(node)) for node in sorted(found, key=key)]

    def domains(self, term: NamedNode) -> list[NamedNode]:
        """What has a property."""
        return [*self.objects(term, RDFS.domain), *self.objects(term, SCHEMA.domainIncludes)]

    def ranges(self, term: NamedNode) -> list[NamedNode]:
        """What the values of a property are."""
        return [*self.objects(term, RDFS.range), *self.objects(term, SCHEMA.rangeIncludes)]

    def _relation(self, term: NamedNode) -> NamedNode:
        return RDFS.subPropertyOf if self.is_property(term) else RDFS.subClassOf

    def _over(self, term: NamedNode) -> list[NamedNode]:
        return [n for n in self.objects(term, self._relation(term)) if n not in (term, OWL.Thing)]

    def objects(self, term: NamedNode, predicate: NamedNode) -> list[NamedNode]:
        """The resources that a statement about a term names."""
        quads = self._engine.quads_for_pattern(term, predicate, None, None)
        return sorted({q.object for q in quads if isinstance(q.object, NamedNode)}, key=key)


def term_diagram(term: NamedNode, terms: Terms, reader: Reader) -> Picture | None:
    """A class or property with what is above and below it; None for anything else.

    A class lists its properties with their ranges; a property stands between its domain and range.
    """
    is_property = terms.is_property(term)
    if not is_property and not terms.is_class(term):
        return None
    above, below = terms.above(term), terms.below(term)
    lines = [] if is_property else terms.properties(term)
    out = Drawing()
    rows_above, y = _rows(above, reader, 14)
    top = y + (_BETWEEN if above else 0)
    boxes = Drawing()
    if is_property:
        top, bottom, end = _property(boxes, term, terms, reader, top)
    else:
        bottom = end = _class(boxes, term, lines, reader, top)
    rows_below, end = _rows(below, reader, end + _BETWEEN) if below else ([], end)
    for box in rows_above:
        _arrow(out, _WIDTH / 2, top, box.middle, box.y + _BOX)
    for box in rows_below:
        _arrow(out, box.middle, box.y, _WIDTH / 2, bottom)
    out.append(boxes)
    for box in (*rows_above, *rows_below):
        _box(out, box, reader)
    keys = [("p-edge", reader.say("picture-is-a"))] if above or below else []
    height = legend(out, keys, _EDGE, end + 12, _WIDTH - _EDGE) + (0 if keys else 4)
    is_a = reader.say("picture-is-a")
    rows: list[tuple[object, ...]] = [(term, is_a, node) for node in above]
    rows += [(node, is_a, term) for node in below]
    rows += [(term, prop, node) for prop, ranges in lines for node in ranges]
    if is_property:
        rows += [(node, term, far) for node in terms.domains(term) for far in terms.ranges(term)]
    return _picture(
        reader.say("picture-diagram", term=reader.name(term)), rows, out, height, reader
    )


def classes_diagram(
    classes: Collection[NamedNode], terms: Terms, reader: Reader, *, title: str = ""
) -> Picture | None:
    """Some classes, the general ones above; None where there are none.

    See :func:`modules` for how to divide an ontology.
    """
    if not classes:
        return None
    parents = {c: [p for p in terms.above(c) if p in classes] for c in classes}
    levels: dict[NamedNode, int] = {}

    def level(node: NamedNode, seen: frozenset[NamedNode] = frozenset()) -> int:
        if node not in levels:
            over = [p for p in parents[node] if p not in seen]
            levels[node] = max((level(p, seen | {node}) + 1 for p in over), default=0)
        return levels[node]

    for node in sorted(classes, key=key):
        level(node)
    out, y = Drawing(), 14.0
    places: dict[NamedNode, _Box] = {}

    def order(node: NamedNode) -> tuple[float, str]:
        over = [places[p].middle for p in parents[node] if p in places]  # not so in a circle
        return (sum(over) / len(over) if over else 0, reader.name(node))

    for number_ in range(max(levels.values()) + 1):
        row = [n for n in classes if levels[n] == number_]
        boxes, y = _rows(sorted(row, key=order), reader, y + (_BETWEEN if number_ else 0))
        places |= {box.node: box for box in boxes}
    for node, over in sorted(parents.items(), key=lambda item: key(item[0])):
        for parent in over:
            a, b = places[node], places[parent]
            _arrow(out, a.middle, a.y, b.middle, b.y + _BOX)
    for box in places.values():
        _box(out, box, reader)
    keys = [("p-edge", reader.say("picture-is-a"))] if any(parents.values()) else []
    height = legend(out, keys, _EDGE, y + 12, _WIDTH - _EDGE)
    is_a = reader.say("picture-is-a")
    rows = [(n, is_a, p) if p else (n, "", "") for n in sorted(classes, key=key)
            for p in parents[n] or (None,)]  # fmt: skip
    return _picture(title or reader.say("picture-classes"), rows, out, height, reader)


def modules(classes: Iterable[NamedNode], terms: Terms) -> list[list[NamedNode]]:
    """Classes in groups of :data:`MOST` at most; those with a common ancestor stay together."""
    known = set(classes)
    families: dict[NamedNode, list[NamedNode]] = {}
    for node in sorted(known, key=key):
        root, seen = node, {node}
        while over := [p for p in terms.above(root) if p in known and p not in seen]:
            root = over[0]
            seen.add(root)
        families.setdefault(root, []).append(node)
    found: list[list[NamedNode]] = []
    for family in sorted(families.values(), key=lambda f: (-len(f), key(f[0]))):
        for start in range(0, len(family), MOST):
            part = family[start : start + MOST]
            room = next((group for group in found if len(group) + len(part) <= MOST), None)
            if room is None:
                found.append(part)
            else:
                room += part
    return found


def _rows(nodes: Sequence[NamedNode], reader: Reader, y: float) -> tuple[list[_Box], float]:
    """Boxes in lines that are centered, and where they end."""
    boxes = []
    for node in nodes:
        text = shortened(reader.name(node), _WIDEST)
        boxes.append(_Box(node, text, width(text) + 20))
    lines: list[list[_Box]] = [[]]
    for box in boxes:
        used = sum(b.width + _GAP for b in lines[-1])
        if lines[-1] and used + box.width > _WIDTH - 2 * _EDGE:
            lines.append([])
        lines[-1].append(box)
    for line in lines if boxes else []:
        x = (_WIDTH - sum(b.width for b in line) - _GAP * (len(line) - 1)) / 2
        for box in line:
            box.x, box.y = x, y
            x += box.width + _GAP
        y += _BOX + _GAP
    return boxes, y - _GAP if boxes else y


def _box(out: Drawing, box: _Box, reader: Reader) -> None:
    href = reader.to(box.node)
    with out.link(href, reader.name(box.node)):
        out.rect(box.x, box.y, box.width, _BOX, "p-box", rx=5)
        out.text(box.middle, box.y + 19.5, box.text, room=box.width, anchor="middle",
                 style="p-link" if href else "p-text")  # fmt: skip


def _arrow(out: Drawing, x1: float, y1: float, x2: float, y2: float) -> None:
    """A line from a special term up to a general one, with a hollow head as in UML."""
    half = (y1 + y2 + 10) / 2
    a, b = number(x1), number(x2)
    out.path(
        f"M{a} {number(y1)}C{a} {number(half)} {b} {number(half)} {b} {number(y2 + 10)}", "p-edge"
    )
    out.path(f"M{b} {number(y2)}l6 10h-12z", "p-tip")


def _class(
    out: Drawing, term: NamedNode, lines: list[tuple[NamedNode, list[NamedNode]]], reader: Reader,
    y: float,
) -> float:  # fmt: skip
    name = reader.name(term)
    texts = [
        (node, reader.name(node), " · ".join(map(reader.name, ranges))) for node, ranges in lines
    ]
    full = [width(f"{label} → {far}") for _, label, far in texts]
    room = min(max([width(name, _BOLD), *full]) + 28, _WIDTH - 2 * _EDGE)
    height = 34 + (len(lines) * _LINE + 10 if lines else 0)
    left = (_WIDTH - room) / 2
    out.rect(left, y, room, height, "p-self", rx=6)
    shown = shortened(name, room - 20, _BOLD)
    out.text(_WIDTH / 2, y + 22, shown, room=room, anchor="middle", style="p-head")
    if lines:
        out.line(left, y + 34, left + room, y + 34, "p-grid")
    for i, (node, label, far) in enumerate(texts):
        text = f"{label} → {far}" if far else label
        href = reader.to(node)
        with out.link(href, text):
            out.text(left + 12, y + 52 + i * _LINE, text, room=room - 20,
                     style="p-link" if href else "p-text")  # fmt: skip
    return y + height


def _property(
    out: Drawing, term: NamedNode, terms: Terms, reader: Reader, y: float
) -> tuple[float, float, float]:
    """Domain, property and range side by side: the edges of the property, and where all ends."""
    side, middle = 210.0, 210.0
    lists = [terms.domains(term), terms.ranges(term)]
    name = wrapped(reader.name(term), middle - 20, _BOLD, lines=3)
    tall = max(*(len(nodes) * (_BOX + 6) - 6 for nodes in lists), len(name) * _LINE + 18.0)
    center = y + tall / 2
    left = (_WIDTH - middle) / 2
    for i, nodes in enumerate(lists):
        at = center - (len(nodes) * (_BOX + 6) - 6) / 2
        x = _WIDTH - _EDGE - side if i else _EDGE
        for node in nodes:
            near, far = (left + middle, x) if i else (x + side, left)
            a, b = (center, at + _BOX / 2) if i else (at + _BOX / 2, center)
            half = number((near + far) / 2)
            out.path(f"M{number(near)} {number(a)}C{half} {number(a)} {half} {number(b)} "
                     f"{number(far)} {number(b)}", "p-axis")  # fmt: skip
            text = shortened(reader.name(node), side - 20)
            _box(out, _Box(node, text, side, x, at), reader)
            at += _BOX + 6
    height = len(name) * _LINE + 18
    out.rect(left, center - height / 2, middle, height, "p-self", rx=6)
    for i, line in enumerate(name):
        at = center - height / 2 + 22 + i * _LINE
        out.text(_WIDTH / 2, at, line, room=middle, anchor="middle", style="p-head")
    return center - height / 2, center + height / 2, y + tall


def _picture(
    title: str, rows: Sequence[tuple[object, ...]], out: Drawing, height: float, reader: Reader
) -> Picture:
    def cell(value: object) -> Cell:
        if isinstance(value, NamedNode):
            return Cell(reader.name(value), reader.to(value))
        return Cell(str(value or ""))

    cells = tuple(tuple(map(cell, row)) for row in rows)
    told = " ; ".join(" – ".join(c.text for c in row if c.text) for row in cells[:20])
    return Picture(
        title, reader.say("picture-diagram-says", title=title, count=len(cells), list=told),
        str(out), _WIDTH, height,
        tuple(map(reader.say, ("picture-subject", "picture-relation", "picture-object"))),
        cells, (), reader.lang,
    )  # fmt: skip
