"""IRIs that were cited before lead to what took their place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import NamedNode

from kg import turtle
from kg.namespaces import DCTERMS
from kg.project import Project
from kg.web.application import Application
from kg.web.exchange import Request
from tests.conftest import Run
from tests.corpus import ROOT, Corpus, claim_path

REPLACED = turtle.read((ROOT / "seeds" / "replaced.ttl").read_bytes(), "seeds/replaced.ttl")
OLD = "https://w3id.org/ecodip/source/quinze-contrats/claim/R15"


def test_what_was_replaced_leads_to_a_claim_that_is_there(project: Project) -> None:
    claims = {claim.id for claim in project.claims()}
    assert len(REPLACED) > 1000
    assert {quad.predicate for quad in REPLACED} == {DCTERMS.isReplacedBy}
    assert {quad.object for quad in REPLACED} <= claims
    assert len({quad.subject for quad in REPLACED}) == len(REPLACED)
    assert not {quad.subject for quad in REPLACED} & claims


def test_an_old_iri_still_means_what_it_meant(project: Project) -> None:
    """R15 of that source said that the metro of Seoul signed an order, and means that still."""
    (new,) = [quad.object for quad in REPLACED if quad.subject == NamedNode(OLD)]
    (claim,) = [claim for claim in project.claims() if claim.id == new]
    assert claim.triple is not None
    ends = (claim.subject, claim.predicate, claim.object)
    assert [str(getattr(end, "value", "")).rpartition("/")[2] for end in ends] == [
        "agreement-seoul-metro-bea-2017", "ecodip#hasSignatory", "seoul-metro",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["", ".en.html", ".fr.html", ".ttl", ".nt"])
def test_an_old_address_redirects_to_the_new_one_in_the_same_form(
    project: Project, form: str
) -> None:
    app = Application(project)
    path = OLD.removeprefix("https://w3id.org/ecodip")
    found = app.respond(Request(path + form, (("lang", "fr"),) if not form else ()))
    assert found.status == 301
    location = found.header("location")
    assert location.split("?")[0].endswith(form)
    assert (location.endswith("?lang=fr")) is (not form)
    assert app.respond(Request(location.split("?")[0])).status == (200 if form else 303)


def test_a_thing_that_was_replaced_redirects_in_any_project(
    built: Corpus, run: Callable[..., Run]
) -> None:
    (built.root / "seeds" / "replaced.ttl").write_text(
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "@prefix id: <https://w3id.org/ecodip/id/> .\n"
        "id:trade-of-loria dcterms:isReplacedBy id:loria-trade .\n",
        encoding="utf-8",
    )
    assert run("build", "-q", "--project", str(built.root)).code == 0
    app = Application(Project(built.root))
    found = app.respond(Request("/id/trade-of-loria.ttl"))
    assert (found.status, found.header("location")) == (301, "/id/loria-trade.ttl")
    assert app.respond(Request("/id/loria-trade.ttl")).status == 200
    assert app.respond(Request(f"{claim_path(app, 'visit', 'R1')}.ttl")).status == 200
