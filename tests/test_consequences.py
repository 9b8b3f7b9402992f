"""What is inferred with a statement: no more than follows, and all that falls with it."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Triple

from kg.project import Project
from kg.reasoning import closure
from kg.web.application import Application
from kg.web.exchange import Request
from tests.corpus import Corpus, claim_path

ECODIP = "https://w3id.org/ecodip#"
ID = "https://w3id.org/ecodip/id/"
SCHEMA = "https://schema.org/"


@pytest.fixture(scope="module")
def small(pristine: Corpus) -> Project:
    return Project(pristine.root)


def inferred(project: Project) -> set[Triple]:
    quads = project.store.quads(project.layout.layer("inferred"))
    return {quad.triple for quad in quads}


def test_what_falls_with_a_statement_is_among_what_is_inferred_with_it(small: Project) -> None:
    reading = small.reading
    data = (*reading.layers.asserted, *reading.authority)
    cache = small.layout.build
    whole = set(closure(data, reading.ontology, reading.rules, cache).triples)
    assert whole == inferred(small)
    looked_at = falling = 0
    for triple in {quad.triple for quad in reading.layers.asserted}:
        rest = [quad for quad in data if quad.triple != triple]
        fallen = whole - set(closure(rest, reading.ontology, reading.rules, cache).triples)
        found = set(small.consequences(triple, most=10_000))
        assert fallen <= found <= whole, triple
        looked_at += 1
        falling += bool(fallen)
    assert looked_at > 20
    assert falling > 10


def test_consequences_stand_in_a_fixed_order_the_nearest_first(small: Project) -> None:
    led = Triple(*(NamedNode(iri) for iri in (
        f"{ID}mission-borduria-2019", f"{ECODIP}hasOrganizer", f"{ID}loria-trade",
    )))  # fmt: skip
    found = small.consequences(led)
    assert found == Project(small.layout.root).consequences(led)
    assert len(found) > 3
    assert small.consequences(led, most=3) == found[:3]
    wider = Triple(led.subject, NamedNode(f"{SCHEMA}organizer"), led.object)
    assert wider in found


def test_a_statement_from_which_nothing_follows_has_no_consequences(small: Project) -> None:
    nothing = Triple(NamedNode(f"{ID}loria-trade"), NamedNode("http://x.example/p"), NamedNode(ID))
    assert small.consequences(nothing) == []


@pytest.mark.parametrize(
    ("lang", "title"), [("en", "What is inferred with it"), ("fr", "Ce qui en est inféré")]
)
def test_the_page_of_a_claim_shows_what_is_inferred_with_it(
    small: Project, lang: str, title: str
) -> None:
    app = Application(small)

    def page(line: str) -> str:
        path = f"{claim_path(app, 'visit', line)}.{lang}.html"
        return app.respond(Request(path)).content.decode()

    assert title in page("R1")
    assert "?s=id%3Amission-borduria-2019&amp;p=schema%3Aorganizer" in page("R1")
    assert title not in page("E1")  # only planned


def test_a_page_that_does_not_show_all_says_so(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = Application(small)
    request = Request(f"{claim_path(app, 'visit', 'R1')}.en.html")
    assert "There may be more" not in app.respond(request).content.decode()
    monkeypatch.setattr("kg.web.faces.claims._MOST", 2)
    page = Application(small).respond(request).content.decode()
    assert "There may be more: only 2 are looked for." in page


def test_the_page_of_a_claim_outlives_a_rule_file_that_is_being_edited(built: Corpus) -> None:
    app = Application(Project(built.root))
    path = claim_path(app, "visit", "R1")
    (built.root / "ontology" / "rules" / "half.rq").write_text("#+ summary: half", encoding="utf-8")
    found = app.respond(Request(f"{path}.en.html"))
    assert found.status == 200
    assert "What is inferred with it" not in found.content.decode()


def test_a_statement_is_no_consequence_of_itself(small: Project) -> None:
    looked_at = 0
    for triple in inferred(small):
        assert triple not in small.consequences(triple)
        looked_at += 1
    assert looked_at > 50
