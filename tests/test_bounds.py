"""Bounds: rules that never end or conclude too much are stopped by name, and nothing is written."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest

from kg import bounds
from kg.errors import CheckFailed
from kg.reasoning import closure
from tests.conftest import Run
from tests.corpus import Corpus
from tests.test_bad_input import tree
from tests.test_rule_files import read
from tests.test_rules import DECLARED, quads


def stopped(data: str, ontology: str = "", *queries: str) -> tuple[str, dict[str, str]]:
    """Code and facts of the one finding that reasoning ends with."""
    rules = [rule for query in queries for rule in read(query).rules]
    with pytest.raises(CheckFailed) as refused:
        closure(quads(data), quads(DECLARED + ontology), rules)
    (found,) = refused.value.findings
    assert refused.value.exit_code == 1
    assert dict(found.params)["rule"] in found.message()
    assert dict(found.params)["rule"] in found.message("fr")
    return f"{found.file} {found.code}", dict(found.params)


ENDLESS = {
    "longer names": """CONSTRUCT { ?y :q :j }
        WHERE { ?x :q ?z BIND(IRI(CONCAT(STR(?x), "a")) AS ?y) }""",
    "twice as long": """CONSTRUCT { ?x :d ?y }
        WHERE { ?x :d ?z BIND(CONCAT(STR(?z), STR(?z)) AS ?y) }""",
    "counting": "CONSTRUCT { ?x :e ?y } WHERE { ?x :e ?z BIND(?z + 1 AS ?y) }",
}


@pytest.mark.parametrize("query", ENDLESS.values(), ids=ENDLESS)
def test_a_rule_that_never_ends_is_stopped_by_name(query: str) -> None:
    told, facts = stopped(':i :q :j ; :d "words" ; :e 1 .', "", query)
    assert told == "ontology/rules/r.rq rule-endless"
    assert facts["rule"] == "r"


def test_a_rule_that_makes_terms_and_ends_is_not_stopped() -> None:
    query = "CONSTRUCT { ?x :e ?y } WHERE { ?x :e ?z FILTER(?z < 100) BIND(?z + 1 AS ?y) }"
    found = closure(quads(":i :e 1 ."), quads(DECLARED), read(query).rules)
    assert len(found.triples) == 99


PRODUCT = "CONSTRUCT { ?x :p ?y } WHERE { ?x :q ?a . ?y :q ?b }"


def test_a_rule_that_never_ends_is_named_although_another_concludes_more_of_its_terms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "_GROUND", 2000)
    monkeypatch.setattr(bounds, "_GROWTH", 10)
    query = """CONSTRUCT { ?y :p ?x }
        WHERE { ?x :p ?z BIND(IRI(CONCAT(STR(?x), "a")) AS ?y) }"""
    told, facts = stopped(":i :p :j .", ":p a owl:TransitiveProperty .", query)
    assert (told, facts["rule"]) == ("ontology/rules/r.rq rule-endless", "r")


def test_a_rule_that_makes_few_terms_is_not_blamed_for_what_another_concludes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "_GROUND", 200)
    monkeypatch.setattr(bounds, "_GROWTH", 1)
    words = """CONSTRUCT { ?x :d ?y } WHERE { ?x :q ?z BIND(STR(?x) AS ?y) }"""
    data = "\n".join(f":n{n} :p :n{n + 1} ." for n in range(60)) + ":n1 :q :n2 ."
    told, _ = stopped(data, ":p a owl:TransitiveProperty .", words)
    assert told == "ontology rule-explodes"


def test_a_product_of_all_things_is_stopped_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_GROUND", 2000)
    monkeypatch.setattr(bounds, "_GROWTH", 10)
    data = "\n".join(f":n{n} :q :m ." for n in range(400))
    told, facts = stopped(data, "", PRODUCT)
    assert told == "ontology/rules/r.rq rule-explodes"
    # No more was computed than tells that it is too much.
    assert (facts["rule"], facts["count"]) == ("r", "6001")


def test_a_product_with_what_is_concluded_later_is_stopped_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "_GROUND", 2000)
    monkeypatch.setattr(bounds, "_GROWTH", 10)
    later = "CONSTRUCT { ?x :r ?y } WHERE { ?x :p ?a . ?y :q ?b }"
    feed = "CONSTRUCT { ?x :p :i } WHERE { ?x :r ?y }"
    data = "\n".join(f":n{n} :q :m ; :s :m ." for n in range(900))
    told, facts = stopped(data + ":n1 :p :i .", ":s rdfs:subPropertyOf :p .", later, feed)
    assert told.endswith("rule-explodes")
    assert int(facts["count"]) <= 2000 + 10 * 1801 + 1


def test_a_product_is_stopped_before_memory_is_eaten() -> None:
    data = "\n".join(f":n{n} :q :m ." for n in range(3000))
    facts = quads(data)
    tracemalloc.start()
    try:
        with pytest.raises(CheckFailed, match="rule-explodes"):
            closure(facts, quads(DECLARED), read(PRODUCT).rules)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 200_000_000  # nine million statements would be ten times as much


def test_an_axiom_that_explodes_is_named_with_its_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_GROUND", 500)
    monkeypatch.setattr(bounds, "_GROWTH", 0)
    chain = "\n".join(f":n{n} :p :n{n + 1} ." for n in range(100))
    told, facts = stopped(chain, ":p a owl:TransitiveProperty .")
    assert told == "ontology rule-explodes"
    assert facts["rule"] == "prp-trp (<http://a.example/p>)"


def ring(size: int) -> str:
    return "\n".join(f":n{n} owl:sameAs :n{(n + 1) % size} ; :q :m{n} ." for n in range(size))


def test_things_that_are_all_the_same_are_stopped_by_name() -> None:
    told, facts = stopped(ring(64))
    assert told == "ontology rule-same"
    assert facts["thing"].startswith("<http://a.example/n")
    assert int(facts["count"]) > 60


def test_the_axiom_that_makes_too_much_the_same_is_named() -> None:
    data = "\n".join(f":m{n} :p :n{n} , :n{n + 1} ." for n in range(70))
    told, facts = stopped(data, ":p a owl:FunctionalProperty .")
    assert told == "ontology rule-same"
    assert facts["rule"] == "prp-fp (<http://a.example/p>)"


def test_forty_names_of_one_thing_are_not_too_many() -> None:
    before = time.monotonic()
    found = closure(quads(ring(40)), quads(DECLARED))
    assert len([t for t in found.triples if t.predicate.value.endswith("sameAs")]) == 40 * 38
    assert len([t for t in found.triples if t.predicate.value.endswith("/q")]) == 40 * 39
    assert time.monotonic() - before < 30


def test_a_long_chain_of_transitive_facts_is_not_too_long() -> None:
    chain = "\n".join(f":n{n} :p :n{n + 1} ." for n in range(100))
    found = closure(quads(chain), quads(DECLARED + ":p a owl:TransitiveProperty ."))
    assert len(found.triples) == 100 * 101 // 2 - 100


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{ ?x e:isWithin ?z BIND(IRI(CONCAT(STR(?x), 'a')) AS ?y) }", "rule-endless"),
        ("{ ?x e:actsFor ?a . ?y e:actsFor ?b }", "rule-explodes"),
    ],
)
def test_a_project_with_a_rule_that_is_stopped_is_not_built(
    body: str, code: str, built: Corpus, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(built.root / "build")
    if code == "rule-explodes":
        monkeypatch.setattr(bounds, "_GROUND", 400)
        monkeypatch.setattr(bounds, "_GROWTH", 0)
        more = "".join(
            f'id:n{n} a ecodip:Agency ; skos:prefLabel "{n}"@en , "{n}"@fr , "{n}"@nl ;\n'
            "  ecodip:actsFor id:loria .\n"
            for n in range(30)
        )
        built.authority.write_text(built.authority.read_text(encoding="utf-8") + more, "utf-8")
    head = "?y e:isWithin ?x" if code == "rule-endless" else "?x e:isPartnerOf ?y"
    (built.root / "ontology" / "rules" / "much.rq").write_text(
        "#+ summary: a\n#+ summary-fr: b\nPREFIX e: <https://w3id.org/ecodip#>\n"
        f"CONSTRUCT {{ {head} }} WHERE {body}\n",
        encoding="utf-8",
    )
    found = run("build", "--project", str(built.root))
    assert (found.code, found.out) == (1, "")
    assert f"{code}: reasoning was stopped" in found.err
    if code == "rule-endless":
        assert "ontology/rules/much.rq: rule-endless: " in found.err
        assert "the rule much " in found.err
    assert tree(built.root / "build") == before
