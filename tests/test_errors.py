"""What stops a command is told in the language asked for."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from kg.errors import CheckFailed, InputError, KgError, ParameterError
from kg.findings import Finding
from kg.project import Project
from kg.sparql import SparqlError
from kg.sparql_text import QueryText
from tests.conftest import Run
from tests.corpus import Corpus


@pytest.mark.parametrize(
    ("args", "english", "french"),
    [
        (("query", "agrements-of"),
         "kg: no stored query is called 'agrements-of'; did you mean 'agreements-of'?",
         "kg: aucune requête enregistrée ne s'appelle 'agrements-of' ; vouliez-vous dire "
         "'agreements-of' ?"),
        (("query", "agreements-of", "--actor", "Loria Trad"),
         "kg: --actor: no actor is called 'Loria Trad'; did you mean 'Loria Trade'?",
         "kg: --actor : rien du type acteur ne s'appelle 'Loria Trad' ; vouliez-vous dire "
         "'Loria Trade' ?"),
        (("sparql", "SELECT ?s { ?s ?p ?o } ORDRE BY ?s"),
         "kg: no SPARQL query: line 1, column 24: 'ORDRE' is not expected here; did you mean "
         "'ORDER'?",
         "kg: ce n'est pas une requête SPARQL : ligne 1, colonne 24 : 'ORDRE' n'est pas attendu "
         "ici ; vouliez-vous dire 'ORDER' ?"),
        (("why-not", "?", "has office in", "id:szohod"),
         "kg: kg why-not asks for one triple: name its three parts",
         "kg: kg why-not demande un seul triplet : nommez ses trois parties"),
        (("why", "?", "has ofice in", "?"),
         "kg: predicate: nothing is called 'has ofice in'; did you mean 'has office in'?",
         "kg: prédicat : rien ne s'appelle 'has ofice in' ; vouliez-vous dire 'has office in' ?"),
        (("claims", "--about", "id:loria-trad"),
         "kg: no claim is about 'id:loria-trad'; write an id such as id:awex; did you mean "
         "'id:loria-trade'?",
         "kg: aucun énoncé ne porte sur 'id:loria-trad' ; écrivez un identifiant tel que id:awex ; "
         "vouliez-vous dire 'id:loria-trade' ?"),
        (("sparql", "SELECT ?claim { VALUES ?claim { id:loria-trade } }", "--evidence"),
         "kg: the query selects <https://w3id.org/ecodip/id/loria-trade> as a claim, but it is "
         "none with words",
         "kg: la requête sélectionne <https://w3id.org/ecodip/id/loria-trade> comme énoncé, mais "
         "ce n'en est pas un qui ait des mots"),
    ],
)  # fmt: skip
def test_an_error_is_told_in_the_language_asked_for(
    args: tuple[str, ...], english: str, french: str, pristine: Corpus, run: Callable[..., Run]
) -> None:
    for lang, words in (("en", english), ("fr", french)):
        found = run(*args, "--project", str(pristine.root), "--lang", lang)
        assert (found.code, found.out) == (2, "")
        assert found.err.strip() == words


def test_an_error_without_a_code_says_what_its_findings_say() -> None:
    finding = Finding.of("empty-file", "seeds/a.ann")
    error = CheckFailed(findings=[finding, finding])
    assert error.words("fr") == "\n".join([finding.text("fr")] * 2)
    assert str(error) == "\n".join([finding.text()] * 2)


def test_an_error_within_an_error_is_told_in_the_same_language() -> None:
    inner = KgError("no-nursery")
    outer = KgError("no-workers", error=inner)
    assert outer.words("fr").endswith(inner.words("fr"))
    assert str(outer).endswith(str(inner))


def test_a_query_without_words_has_no_place() -> None:
    error = SparqlError(QueryText("  ").fault())
    assert str(error) == "no SPARQL query: the query is empty"
    assert error.line == 0


def test_a_hint_in_a_finding_is_in_its_language() -> None:
    finding = Finding.of("unknown-entity", "a.ann", 1, 1, entity="id:awx", near="id:awex")
    assert finding.message().endswith("; did you mean 'id:awex'?")
    assert finding.message("fr").endswith(" ; vouliez-vous dire 'id:awex' ?")
    without = Finding.of("unknown-entity", "a.ann", 1, 1, entity="id:awx", near="")
    assert "did you mean" not in without.message()


def test_errors_pass_from_process_to_process() -> None:
    finding = Finding.of("empty-file", "a.ann")
    for error in (InputError("problems", [finding], count=1), InputError(findings=[finding])):
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), again.findings) == (str(error), error.findings)


def test_a_parameter_that_cannot_be_used_is_named(pristine: Corpus) -> None:
    with pytest.raises(ParameterError) as refused:
        Project(pristine.root).query("agreements-of", actor="nobody at all")
    assert (refused.value.name, refused.value.kind) == ("actor", "unknown")
