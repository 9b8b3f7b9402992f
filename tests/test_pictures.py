"""Pictures: well-formed, readable without seeing them, and no text is cut off or covered."""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg.errors import InputError
from kg.labels import Labels
from kg.namespaces import EDTF, GEO, OWL, RDF, RDFS, WGS84, XSD
from kg.pictures import Plain, diagram, drawn, fitting, neighborhood, overview, picture_of
from kg.pictures.bars import bars
from kg.pictures.classes import classes_diagram, term_diagram
from kg.pictures.links import Link, Links
from kg.pictures.map import map_of
from kg.pictures.measure import width
from kg.pictures.neighborhood import neighborhood_of
from kg.pictures.picture import Cell, Picture
from kg.pictures.shapefile import extract, rings
from kg.pictures.table import Table
from kg.pictures.terms import MOST, Terms, modules
from kg.pictures.timeline import timeline
from kg.position import Position
from kg.positions import Positions
from kg.project import Project
from kg.results import Answer, Evidence, Row
from kg.store import Store
from kg.terms import Term
from kg.web.addresses import Address
from kg.web.application import Application
from kg.web.exchange import Request
from kg.web.view import View
from tests.corpus import ECODIP

SVG = "{http://www.w3.org/2000/svg}"
LANGUAGES = ("en", "fr")
HOSTILE = '"><script>alert(1)</script> & \x01 \u202e ]]>'


def thing(name: str) -> NamedNode:
    return NamedNode(f"https://w3id.org/ecodip/id/{name}")


def day(value: str) -> Literal:
    kinds = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
    return Literal(value, datatype=kinds.get(len(value), EDTF.EDTF))


def whole(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


def claim(*, asserted: bool) -> Evidence:
    return Evidence("c", "s", "t", None, ((0, 1, "x"),), "plan", False, None, asserted)


def answer(
    *rows: dict[str, Term], labels: dict[Term, str] | None = None, lang: str = "en"
) -> Answer:
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    return Answer(names, tuple(map(Row, rows)), labels or {}, lang=lang)


def root(picture: Picture) -> ElementTree.Element:
    return ElementTree.fromstring(picture.svg)


def boxes(picture: Picture) -> Iterator[tuple[str, float, float, float, float]]:
    """Each text with its box: left, top, right, bottom."""
    for element in root(picture).iter(f"{SVG}text"):
        size = float(element.attrib["font-size"])
        room = width(element.text or "", size)
        x, y = float(element.attrib["x"]), float(element.attrib["y"])
        left = (
            x
            - {"start": 0.0, "middle": room / 2, "end": room}[
                element.attrib.get("text-anchor", "start")
            ]
        )
        yield element.text or "", left, y - size * 0.8, left + room, y + size * 0.2


def faults(picture: Picture) -> list[str]:
    """Texts that stick out of the picture or touch each other."""
    found = list(boxes(picture))
    out = [
        text for text, left, top, right, bottom in found
        if left < -0.1 or top < -0.1 or right > picture.width + 0.1 or bottom > picture.height + 0.1
    ]  # fmt: skip
    for i, (text, left, top, right, bottom) in enumerate(found):
        for other, left2, top2, right2, bottom2 in found[i + 1 :]:
            if left < right2 and left2 < right and top < bottom2 and top2 < bottom:
                out.append(f"{text} / {other}")
    return out


def test_faults_are_found() -> None:
    text = '<text class="p-text" x="{}" y="20" font-size="13">abc</text>'
    good = Picture("t", "d", text.format(5) + text.format(60), 100, 40, (), ())
    assert faults(good) == []
    assert faults(Picture("t", "d", text.format(90), 100, 40, (), ())) == ["abc"]
    both = text.format(5) + text.format(10)
    assert faults(Picture("t", "d", both, 100, 40, (), ())) == ["abc / abc"]


EVENTS = answer(
    *(
        {"event": thing(f"event-{i}"), "start": day(date)}
        for i, date in enumerate(
            (
                "2017-06-12",
                "2017-05",
                "2017",
                "2015-10-19/2015-10-23",
                "2030~",
                "../2016",
                "2018/..",
            )
        )
    ),
    labels={
        thing(f"event-{i}"): f"the event of number {i} with a long name " * 2 for i in range(7)
    },
)
FIGURES = answer(
    *({"thing": thing(f"t{i}"), "value": whole(n)} for i, n in enumerate((3, 1_000_000, 0, -5)))
)
TOWNS = {
    "Liège": (50.63, 5.57), "Schaerbeek": (50.87, 4.38), "Uccle": (50.8, 4.33),
    "Gent": (51.05, 3.73), "Tokyo": (35.69, 139.69), "San Francisco": (37.77, -122.42),
    "Nagoya": (35.18, 136.9),
}  # fmt: skip
PLACES = replace(
    answer(
        *(
            {"event": thing(f"e{i}"), "place": thing(n.replace(" ", "-"))}
            for i, n in enumerate(TOWNS)
        ),
        labels={thing(n.replace(" ", "-")): n for n in TOWNS},
    ),
    positions={thing(n.replace(" ", "-")): Position(*place) for n, place in TOWNS.items()},
)
SAMPLES = {"timeline": EVENTS, "bars": FIGURES, "map": PLACES, "graph": PLACES}


@pytest.fixture(scope="module")
def answers() -> dict[tuple[str, str], Answer]:
    """The answers of all stored queries to their examples, in both languages."""
    found = {}
    for lang in LANGUAGES:
        project = Project(lang=lang)
        for name, stored in project.queries().items():
            found[lang, name] = project.query(name, **stored.example)
    return found


def test_every_picture_of_a_stored_query_is_whole(answers: dict[tuple[str, str], Answer]) -> None:
    seen = set()
    for (lang, name), found in answers.items():
        for kind in fitting(found):
            picture = drawn(kind, found, Plain.of(found), title=name)
            assert picture is not None, (name, kind)
            assert faults(picture) == [], (lang, name, kind)
            assert root(picture).find(f".//{SVG}a[@href]") is not None, (name, kind)
            seen.add((lang, kind))
    assert {kind for lang, kind in seen if lang == "fr"} >= set(SAMPLES)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_picture_has_a_title_a_description_and_its_table(kind: str, lang: str) -> None:
    sample = SAMPLES[kind]
    picture = drawn(kind, sample, Plain(lang, sample.labels), title="What & when")
    assert picture is not None
    svg = root(picture)
    assert [child.tag for child in svg[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert svg[0].text == svg.attrib["aria-label"] == "What & when"
    assert len(svg[1].text or "") > 20
    # An image would hide its links from a screen reader.
    assert svg.attrib["role"] == "group"
    assert len(list(csv.reader(io.StringIO(picture.csv)))) == len(sample) + 1
    figure = picture.figure()
    assert figure.count("<tr>") == len(sample) + 1
    assert figure.count("download=") == 3


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_labels_neither_stick_out_nor_touch(kind: str) -> None:
    picture = drawn(kind, SAMPLES[kind], Plain.of(SAMPLES[kind]))
    assert picture is not None
    assert faults(picture) == []
    assert len(list(boxes(picture))) > 4


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_the_same_answer_gives_the_same_bytes(kind: str) -> None:
    sample = SAMPLES[kind]
    turned = replace(sample, labels=dict(reversed(sample.labels.items())))
    assert picture_of(kind, sample, Plain.of(sample)) == picture_of(kind, turned, Plain.of(turned))


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_hostile_labels_and_addresses_are_escaped(kind: str) -> None:
    sample = SAMPLES[kind]
    labels = {term: HOSTILE for row in sample.rows for term in row.values()}

    class Hostile(Plain):
        def to(self, term: Term | str) -> str:
            return 'x" onclick="alert(1)'

    picture = drawn(kind, sample, Hostile("en", labels), title=HOSTILE)
    assert picture is not None
    for text in (picture.svg, picture.html, picture.file, str(picture.figure())):
        assert "<script" not in text
        assert 'x" onclick' not in text
    ElementTree.fromstring(picture.file)
    hrefs = {element.attrib["href"] for element in root(picture).iter(f"{SVG}a")}
    assert hrefs == {'x" onclick="alert(1)'}


def test_plain_readers_link_to_addresses_of_the_web_only() -> None:
    plain = Plain()
    assert plain.to(thing("awex")) == "https://w3id.org/ecodip/id/awex"
    assert plain.to(NamedNode("javascript:alert(1)")) == ""
    assert plain.to(Literal("https://example.org/")) == ""


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_an_empty_answer_has_no_picture_and_one_row_has_one(kind: str) -> None:
    sample = SAMPLES[kind]
    assert picture_of(kind, Answer(sample.variables, ()), Plain()) is None
    one = replace(sample, rows=sample.rows[:1])
    picture = drawn(kind, one, Plain.of(one))
    assert picture is not None
    assert faults(picture) == []


def test_500_rows_are_drawn_in_part_and_the_table_says_so() -> None:
    rows = [
        {"event": thing(f"e{i}"), "start": day(f"{1500 + i}"), "n": whole(i)} for i in range(500)
    ]
    many = answer(*rows)
    for kind in ("timeline", "bars"):
        picture = drawn(kind, many, Plain())
        assert picture is not None
        assert faults(picture) == []
        assert len(picture.rows) == 500
        assert "500" in " ".join(picture.notes)
        assert "450 more rows" in picture.figure()


def test_an_unknown_kind_and_one_that_does_not_fit_give_nothing() -> None:
    assert picture_of("pie", FIGURES, Plain()) is None
    assert picture_of("timeline", FIGURES, Plain()) is None
    assert fitting(answer({"a": Literal("x")})) == ()


def test_plans_are_dashed_and_said_to_be_plans() -> None:
    row = EVENTS.rows[0]
    for asserted, style in ((True, "p-bar"), (False, "p-plan")):
        told = Row(row.terms, (claim(asserted=asserted),))
        picture = timeline(Answer(EVENTS.variables, (told,)), Plain())
        assert picture is not None
        circle = root(picture).find(f".//{SVG}circle")
        assert circle is not None
        assert circle.attrib["class"] == style
        assert ("(planned)" in picture.description) is not asserted


def test_a_stated_start_with_a_planned_end_shows_both() -> None:
    picture = timeline(
        answer({"e": thing("e"), "start": day("2015-10-19"), "plannedEnd": day("2015-11-27")}),
        Plain("fr"),
    )
    assert picture is not None
    found = {element.attrib.get("class") for element in root(picture).iter()}
    assert {"p-plan", "p-bar"} <= found
    assert "19 octobre 2015 – 27 novembre 2015 (prévu)" in picture.description


def test_a_timeline_shows_a_range_of_dates() -> None:
    since = timeline(EVENTS, Plain(), since="2017-06", until="2018")
    assert since is not None
    assert ", 3 in all" in since.description
    for ranges in ({"since": "2050"}, {"until": "1900"}):
        found = timeline(EVENTS, Plain(), **ranges)  # what is open has no end, or no beginning
        assert found is not None
        assert ", 1 in all" in found.description
    assert timeline(Answer(EVENTS.variables, EVENTS.rows[:2]), Plain(), until="1900") is None


def test_lanes_divide_a_timeline() -> None:
    rows = [
        {"e": thing(f"e{i}"), "kind": thing(f"k{i % 2}"), "start": day("2017")} for i in range(4)
    ]
    picture = timeline(answer(*rows), Plain(), lane="kind")
    assert picture is not None
    heads = [e.text for e in root(picture).iter(f"{SVG}text") if e.attrib["class"] == "p-head"]
    assert len(heads) == 2
    assert faults(picture) == []


def test_bars_of_several_units_have_a_scale_each() -> None:
    units = (("a", "euro", 1_000_000), ("b", "percent", 50), ("c", "percent", 100))
    rows = [{"t": thing(n), "unit": thing(u), "value": whole(v)} for n, u, v in units]
    picture = bars(answer(*rows), Plain())
    assert picture is not None
    widths = [
        float(e.attrib["width"]) for e in root(picture).iter(f"{SVG}rect")
        if e.attrib["class"] == "p-bar"
    ]  # fmt: skip
    assert widths[0] > 100
    assert widths[2] == pytest.approx(2 * widths[1], abs=0.2)


def test_a_picture_is_saved_as_svg_csv_and_html(tmp_path: Path) -> None:
    picture = Picture("T", "D", "", 10, 10, ("a",), ((Cell("=1"),),))
    for ending in ("svg", "csv", "html"):
        picture.save(tmp_path / f"p.{ending}")
    svg = (tmp_path / "p.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(svg)
    assert "prefers-color-scheme: dark" in svg
    # Other programs than browsers know no variables.
    assert "var(" not in svg
    assert "var(" not in (tmp_path / "p.html").read_text(encoding="utf-8")
    assert (tmp_path / "p.csv").read_text(encoding="utf-8") == "a\n=1\n"
    with pytest.raises(ValueError, match=r"\.svg, \.csv, \.html"):
        picture.save(tmp_path / "p.png")


def test_a_picture_for_a_page_has_no_style_of_its_own() -> None:
    svg = drawn("bars", FIGURES, Plain()).svg  # type: ignore[union-attr]
    assert "<style" not in svg
    assert "style=" not in svg
    used = set(re.findall(r'class="([^"]+)"', svg))
    sheet = (Path("kg") / "web" / "static" / "pictures.css").read_text(encoding="utf-8")
    assert {name for name in used if f".{name} " not in sheet} == set()


# -- maps ---------------------------------------------------------------------------------------


def test_places_at_one_point_are_counted_and_all_named() -> None:
    picture = map_of(PLACES, Plain.of(PLACES))
    assert picture is not None
    texts = [text for text, *_ in boxes(picture)]
    assert set(TOWNS) <= set(texts)
    assert "4" in texts  # the Belgian towns, seen from so far
    assert {e.attrib["href"] for e in root(picture).iter(f"{SVG}a")} == {
        term.value for row in PLACES.rows for name, term in row.items() if name == "place"
    }  # type: ignore[union-attr]


def test_a_map_of_the_pacific_has_no_hole_in_its_middle() -> None:
    towns = {"a": (35.7, 139.7), "b": (37.8, -122.4), "c": (21.3, -157.9)}
    found = replace(
        answer(*({"place": thing(n)} for n in towns)),
        positions={thing(n): Position(*p) for n, p in towns.items()},
    )
    picture = map_of(found, Plain())
    assert picture is not None
    # From west to east: Tokyo, Honolulu, San Francisco; points are drawn in order of longitude.
    honolulu, francisco, tokyo = (float(e.attrib["cx"]) for e in root(picture).iter(f"{SVG}circle"))
    assert tokyo < 200 < honolulu < francisco


def test_a_place_without_a_position_of_its_own_is_drawn_as_inexact() -> None:
    inside = replace(PLACES, rows=PLACES.rows[:1], positions={
        thing("Liège"): Position(50.3, 5.0, thing("wallonia"))})  # fmt: skip
    picture = map_of(inside, Plain("en", {**PLACES.labels, thing("wallonia"): "Wallonia"}))
    assert picture is not None
    circles = [e.attrib["class"] for e in root(picture).iter(f"{SVG}circle")]
    assert circles == ["p-vague"]
    assert "position of Wallonia" in picture.description


def test_columns_of_degrees_make_a_map() -> None:
    row: dict[str, Term] = {
        "thing": thing("x"), "lat": Literal("50.8", datatype=XSD.decimal),
        "long": Literal("4.3", datatype=XSD.decimal),
    }  # fmt: skip
    assert "map" in fitting(answer(row))
    far = {**row, "lat": Literal("91.0", datatype=XSD.decimal)}
    assert "map" not in fitting(answer(far))


def test_positions_are_found_by_degrees_by_points_and_by_what_is_around() -> None:
    node = BlankNode("g")
    quads = [
        Quad(thing("a"), WGS84.lat, Literal("50.5", datatype=XSD.decimal)),
        Quad(thing("a"), WGS84.long, Literal("4.5", datatype=XSD.decimal)),
        Quad(thing("b"), GEO.hasGeometry, node),
        Quad(node, GEO.asWKT, Literal("POINT(5.5 51)", datatype=GEO.wktLiteral)),
        Quad(thing("c"), GEO.sfWithin, thing("b")),
        Quad(thing("c"), GEO.sfWithin, thing("a")),
        Quad(thing("b"), GEO.sfWithin, thing("a")),
        Quad(thing("d"), WGS84.lat, Literal("500", datatype=XSD.decimal)),
        Quad(thing("d"), WGS84.long, Literal("4", datatype=XSD.decimal)),
        Quad(thing("e"), GEO.asWKT, Literal("POLYGON((1 2, 3 4, 5 6, 1 2))")),
    ]
    found = Positions(Store.of(quads)).of([*map(thing, "abcdef"), Literal("a")])
    assert found == {
        thing("a"): Position(50.5, 4.5),
        thing("b"): Position(51, 5.5),
        thing("c"): Position(51, 5.5, thing("b")),  # not that of the larger one
    }


def test_every_place_of_a_mission_has_a_position(answers: dict[tuple[str, str], Answer]) -> None:
    missions = answers["en", "missions"]
    countries = {row["country"] for row in missions if "country" in row.terms}
    assert countries
    assert countries <= set(missions.positions)


def shapefile(kind: int = 5) -> bytes:
    """A shapefile of one triangle."""
    points = (4.0, 50.0, 5.0, 50.0, 5.004, 51.0, 4.0, 50.0)
    record = struct.pack("<i4d3i8d", kind, 4, 50, 5, 51, 1, 4, 0, *points)
    return struct.pack(">i96x", 9994) + struct.pack(">2i", 1, len(record) // 2) + record


def test_the_land_is_read_out_of_its_package(tmp_path: Path) -> None:
    wheel, file = tmp_path / "p.whl", tmp_path / "assets" / "land.json"
    with zipfile.ZipFile(wheel, "w") as package:
        name = "geopandas/datasets/naturalearth_lowres/naturalearth_lowres.shp"
        package.writestr(name, shapefile())
    extract(wheel, file)
    ring = [[4.0, 50.0], [5.0, 50.0], [5.0, 51.0], [4.0, 50.0]]
    assert json.loads(file.read_text(encoding="utf-8")) == [ring]
    with pytest.raises(ValueError, match="no shapefile"):
        rings(b"PK" + bytes(200))
    with pytest.raises(ValueError, match="kind 3"):
        rings(shapefile(3))


@pytest.mark.parametrize("has_land", [True, False])
def test_a_map_is_drawn_with_and_without_land(
    has_land: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    triangle = ((0.0, 40.0), (10.0, 40.0), (5.0, 60.0), (0.0, 40.0))
    monkeypatch.setattr("kg.pictures.map.land", lambda: (triangle,) if has_land else ())
    picture = map_of(PLACES, Plain.of(PLACES))
    assert picture is not None
    assert faults(picture) == []
    styles = {element.attrib.get("class") for element in root(picture).iter()}
    assert ("p-land" in styles) is has_land
    assert ("p-grid" in styles) is not has_land
    assert ("make basemap" in " ".join(picture.notes)) is not has_land


# -- neighborhoods and diagrams -----------------------------------------------------------------


class Page(Plain):
    """A reader with the labels of a project."""

    @classmethod
    def reading(cls, project: Project) -> Page:
        labels = Labels(project.store, project.lang)
        nodes = {quad.subject for quad in project.store.quads()}
        return cls(project.lang, labels.of(nodes), project.layout.prefixes)


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest, project: Project) -> Page:
    return Page.reading(Project(lang=request.param))


def neighbors(project: Project, name: str) -> list[Link]:
    return Links(project.store, project.layout.layer_of).of(thing(name))


def test_every_thing_has_a_neighborhood_that_is_whole(project: Project, page: Page) -> None:
    things = {
        term for term in page.labels
        if isinstance(term, NamedNode) and term.value.startswith(thing("").value)
    }  # fmt: skip
    links = Links(project.store, project.layout.layer_of)
    drawn_ones = 0
    for node in sorted(things, key=str):
        picture = neighborhood_of(node, links.of(node), page, expand="?all", hide=lambda _: "?x")
        if picture is not None:
            assert faults(picture) == [], node
            drawn_ones += 1
    assert drawn_ones > 150


def test_a_neighborhood_has_inverse_links_planned_ones_and_what_follows(project: Project) -> None:
    found = neighbors(project, "mission-korea-2017")
    sides = {(link.predicate.value.rpartition("#")[2], link.is_outgoing) for link in found}
    assert ("isSignedDuring", False) in sides
    assert ("takesPlaceIn", True) in sides
    assert {link.kind for link in found} == {"stated", "plan"}
    assert "inferred" in {link.kind for link in neighbors(project, "awex")}
    # A link and its inverse, or the super-property of a link, say nothing more.
    pairs = [(link.other, link.predicate) for link in found]
    assert len(pairs) == len(set(pairs))
    assert ("hasOutcome", True) not in sides


def test_many_neighbors_are_cut_and_can_be_expanded() -> None:
    links = [Link(thing("p"), thing(f"n{i}"), True, "stated") for i in range(20)]
    cut = neighborhood_of(thing("x"), links, Plain(), expand="?neighbors=all")
    assert cut is not None
    texts = [text for text, *_ in boxes(cut)]
    assert "and 14 more" in texts
    assert cut.svg.count('href="?neighbors=all"') == 1
    assert len(cut.rows) == 20
    whole = neighborhood_of(thing("x"), links, Plain(), is_whole=True)
    assert whole is not None
    assert faults(whole) == []
    assert "more" not in " ".join(text for text, *_ in boxes(whole))
    assert neighborhood_of(thing("x"), [], Plain()) is None


def test_links_can_be_hidden_and_shown_again() -> None:
    links = [Link(thing(p), thing("n" + p), True, "stated") for p in "ab"]
    page = neighborhood_of(
        thing("x"),
        links,
        Plain(),
        hide=lambda p: f"?hide={p.value[-1]}",
        show="?",
        hidden=[thing("a")],
    )
    assert page is not None
    hrefs = {element.attrib["href"] for element in root(page).iter(f"{SVG}a")}
    assert {"?hide=b", "?"} <= hrefs
    assert "?hide=a" not in hrefs
    assert page.notes
    assert faults(page) == []


def test_every_term_has_a_diagram_that_is_whole(project: Project, page: Page) -> None:
    terms = Terms(project.store)
    nodes = [node for node in page.labels if isinstance(node, NamedNode)]
    own = [node for node in nodes if node.value.startswith(str(ECODIP))]
    known = [node for node in own if terms.is_class(node) or terms.is_property(node)]
    assert len(known) > 60
    for node in known:
        picture = term_diagram(node, terms, page)
        assert picture is not None
        assert faults(picture) == [], node
        assert picture.height < 900
    assert term_diagram(thing("awex"), terms, page) is None


def test_classes_are_shown_by_a_dozen_with_the_general_ones_above(
    project: Project, page: Page
) -> None:
    terms = Terms(project.store)
    own = [
        quad.subject
        for quad in project.store.engine.quads_for_pattern(None, RDF.type, OWL.Class, None)
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(str(ECODIP))
    ]
    groups = modules(own, terms)
    assert sorted(node.value for group in groups for node in group) == sorted(
        {node.value for node in own}
    )
    assert max(map(len, groups)) <= MOST
    for group in groups:
        picture = classes_diagram(group, terms, page)
        assert picture is not None
        assert faults(picture) == []
        heights = {text: top for text, _, top, *_ in boxes(picture)}
        for node in group:
            for parent in terms.above(node):
                if parent in group:
                    assert heights[page.name(parent)] < heights[page.name(node)]
    assert classes_diagram([], terms, page) is None


def test_classes_below_each_other_end() -> None:
    quads = [Quad(thing(a), RDFS.subClassOf, thing(b)) for a, b in ("ab", "bc", "ca")]
    terms = Terms(Store.of(quads))
    picture = classes_diagram([thing(n) for n in "abc"], terms, Plain())
    assert picture is not None
    assert faults(picture) == []
    assert sum(map(len, modules([thing(n) for n in "abc"], terms))) == 3


def test_pages_have_the_pictures_of_things_and_terms(project: Project) -> None:
    application = Application(project)

    def view(path: str, query: tuple[tuple[str, str], ...] = ()) -> View:
        return View(application, Request(path, query=query), Address.of(path))

    node = thing("brussels-capital-region")
    found = neighborhood(view("/id/brussels-capital-region.fr.html"), node)
    assert found is not None
    assert 'href="belgium.fr.html"' in found
    hidden = (("hide", "ecodip:isWithin"), ("neighbors", "all"))
    fewer = neighborhood(view("/id/brussels-capital-region.fr.html", hidden), node)
    assert fewer is not None
    assert fewer.count('href="belgium.fr.html"') < found.count('href="belgium.fr.html"')
    static = View(Application(project, is_static=True), Request("/"), Address.of("/index.en.html"))
    assert "hide=" not in str(neighborhood(static, node))
    assert diagram(view("/ontology/Agency.en.html"), ECODIP["Agency"]) is not None
    assert len(overview(view("/ontology.en.html"))) >= 2


# -- notebooks ----------------------------------------------------------------------------------


def test_an_answer_in_a_notebook_is_a_table_with_links_and_words(project: Project) -> None:
    found = project.query("missions")
    table = found._repr_html_()
    assert table.count("<tr>") == len(found) + 1
    assert '<a href="https://w3id.org/ecodip/id/mission-korea-2017">' in table
    assert "<details>" in table
    many = answer(*({"x": Literal(HOSTILE)} for _ in range(60)))._repr_html_()
    assert many.count("<tr>") == 51
    assert "10 more rows" in many
    assert "<script" not in many


def test_an_answer_in_a_notebook_has_pictures_to_look_at_and_to_save(
    project: Project, tmp_path: Path
) -> None:
    found = project.query("missions")
    for picture in (found.timeline(), found.map("Where"), found.graph(), FIGURES.bars()):
        assert "<svg" in picture._repr_html_()
        assert "<script" not in picture._repr_html_()
        ElementTree.fromstring(picture._repr_svg_())
        picture.save(tmp_path / "picture.html")
        assert picture.title in (tmp_path / "picture.html").read_text(encoding="utf-8")
    with pytest.raises(InputError, match=r"timeline.*They fit: bars"):
        FIGURES.timeline()


def test_a_column_of_terms_is_the_subject_only_where_there_is_nothing_else(
    project: Project,
) -> None:
    found = project.query("agreements-of-companies")
    table = Table(found)
    assert {"region", "company", "agreement"} <= set(table.things)
    assert not {"kind", "status", "role"} & set(table.things)
