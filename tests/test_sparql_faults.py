"""Why a text is no query: said at its place, in both languages."""

from __future__ import annotations

import pytest

from kg.sparql_text import Fault, QueryText

CASES = (
    ("", "sparql-empty", 0, 0, "la requête est vide"),
    ("SELECT * {\n  ?s ?p ?o", "sparql-early", 2, 11, "trop tôt"),
    ('SELECT * { ?s ?p "a }', "sparql-open", 1, 18, "ne se termine pas"),
    ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", "sparql-elsewhere", 1, 12, "autre serveur"),
    ("SELECT * { ?s foo:bar ?o }", "sparql-prefix", 1, 15, "le préfixe foo:"),
    ("DELETE WHERE { ?s ?p ?o }", "sparql-changes", 1, 1, "en lecture seule"),
    ("SELECT * { ?s <p> ?o }", "sparql-relative", 1, 15, "déclarez une BASE"),
    ("SELECT * { ?s ?p }", "sparql-unexpected", 1, 18, "n'est pas attendu ici"),
    ("SELECT (?x AS ?x) { ?x ?p ?o }", "sparql-said", 1, 31, "dit en anglais"),
)


@pytest.mark.parametrize(("text", "code", "line", "column", "french"), CASES,
                         ids=[case[1] for case in CASES])  # fmt: skip
def test_a_fault_is_told_at_its_place_in_both_languages(
    text: str, code: str, line: int, column: int, french: str
) -> None:
    fault = QueryText(text).fault()
    assert (fault.code, fault.line, fault.column) == (code, line, column)
    assert french in fault.words("fr")
    assert fault.words() != fault.words("fr")


def test_what_may_have_been_meant_is_told_too() -> None:
    fault = QueryText("SELECT ?s { ?s ?p ?o } ORDRE BY ?s").fault()
    assert fault.words("fr") == "'ORDRE' n'est pas attendu ici ; vouliez-vous dire 'ORDER' ?"
    assert Fault("sparql-empty", nearest="a").words() == "the query is empty; did you mean 'a'?"
