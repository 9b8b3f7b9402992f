"""What stops a command is told in the language asked for."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from kg import brat, build
from kg.brat.document import Document
from kg.brat.lines import Note
from kg.cli.options import emit
from kg.errors import CheckFailed, InputError, KgError, ParameterError
from kg.findings import Finding, Text
from kg.layout import Layout
from kg.project import Project
from kg.sparql import SparqlError
from kg.sparql_text import QueryText
from kg.text import Texts
from kg.verdicts import Verdicts
from kg.web.limits import Limits
from kg.web.server.nursery import Plan
from kg.web.server.server import Options, Server
from kg.web.site import Site
from tests.conftest import Run
from tests.corpus import ROOT, Corpus

PLAN = Plan("", "", "", "", "en", Limits())


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
    outer = KgError("no-workers", error=inner.text)
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
    for error in (
        InputError("problems", [finding], count=1),
        InputError(findings=[finding]),
        SparqlError(QueryText("ASK {").fault()),
        ParameterError("unknown", "actor", type="actor", text="x", lang="fr"),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert (str(again), vars(again)) == (str(error), vars(error))
        assert again.words("fr") != again.words("en")


def test_a_parameter_that_cannot_be_used_is_named(pristine: Corpus) -> None:
    with pytest.raises(ParameterError) as refused:
        Project(pristine.root).query("agreements-of", actor="nobody at all")
    assert (refused.value.name, refused.value.kind) == ("actor", "unknown")


class Raised(NamedTuple):
    """An error whose words others share, too: its code, and what raises it."""

    code: str
    by: Callable[[Project, Path], object]


RAISED = (
    Raised("no-query", lambda project, _: project.sparql("")),
    Raised("no-query-at", lambda project, _: project.sparql("ASK {")),
    Raised("parameter-unknown", lambda project, _: project.query("agreements-of", actor="nobody")),
    Raised("no-literal", lambda project, _: project.why("?", "?", '"x"^^')),
    Raised("not-read", lambda _, folder: Texts(folder)),
    Raised("not-written", lambda _, folder: emit(b"a", str(folder))),
    Raised("no-host", lambda *_: Server(PLAN, Options(host="256.0.0.1"), print)),
    Raised("site-no-folder", lambda project, folder: Site.write(project, folder / "a")),
    Raised(
        "line-control",
        lambda *_: brat.write(Document((Note(1, "#1", "AnnotatorNotes", "E1", "en: \x01"),))),
    ),
    Raised("unreadable-checks", lambda _, folder: Verdicts.read(folder)),
    Raised("unreadable-build", lambda _, folder: build.read(Layout(ROOT, folder))),
)


@pytest.mark.parametrize("raised", RAISED, ids=lambda raised: raised.code)
def test_an_error_has_its_code_and_its_words(
    raised: Raised, pristine: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a").write_text("a", encoding="utf-8")
    if raised.code == "not-read":
        monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(KgError) as caught:
        raised.by(Project(pristine.root), tmp_path)
    assert caught.value.code == raised.code
    assert caught.value.words("fr") != caught.value.words("en")
    assert "{" not in caught.value.words("fr").replace("ASK {", "")


def test_an_ontology_that_cannot_be_read_stops_everything(
    corpus: Corpus, run: Callable[..., Run]
) -> None:
    (corpus.root / "ontology" / "ecodip.ttl").write_text("a b c", encoding="utf-8")
    found = run("build", "--project", str(corpus.root), "--lang", "fr")
    assert found.code == 2
    assert "kg: l'ontologie ne peut être employée" in found.err
    with pytest.raises(InputError) as caught:
        Project(corpus.root).build()
    assert caught.value.code == "no-names"


def test_a_name_of_several_things_is_told_with_its_code(built: Corpus) -> None:
    built.edit(built.authority, '"Szohod Mills"@en', '"Loria Trade"@en')
    project = Project(built.root)
    project.build()
    with pytest.raises(InputError) as asked:
        project.query("agreements-of", actor="Loria Trade")
    assert asked.value.code == "parameter-several"
    with pytest.raises(InputError) as explained:
        project.why_not("Loria Trade", "is within", "Borduria")
    assert explained.value.code == "several-things"


@pytest.mark.parametrize(
    ("place", "args", "words"),
    [
        ("part-subject", ("nobody", "?", "?"), "sujet"),
        ("part-predicate", ("?", "nothing at all", "?"), "prédicat"),
        ("part-object", ("?", "has office in", "nowhere"), "objet"),
    ],
)
def test_the_part_of_a_triple_that_means_nothing_is_named(
    place: str, args: tuple[str, str, str], words: str, pristine: Corpus
) -> None:
    with pytest.raises(InputError) as caught:
        Project(pristine.root).why(*args)
    assert caught.value.params["place"] == Text(place)
    assert caught.value.words("fr").startswith(f"{words} : ")


def test_what_there_is_none_of_is_said_so(pristine: Corpus) -> None:
    project = Project(pristine.root)
    without = next(name for name, query in project.queries().items() if not query.parameters)
    with pytest.raises(ParameterError) as surplus:
        project.query(without, actor="x")
    assert surplus.value.params["known"] == Text("no-parameter")
    assert str(surplus.value).endswith("; it has none")
    with pytest.raises(InputError) as empty:
        project.why("?", "?", '""^^')
    assert empty.value.code == "no-literal"


def test_a_project_speaks_one_language(pristine: Corpus) -> None:
    project = Project(pristine.root, lang="fr")
    with pytest.raises(InputError, match="rien du type acteur ne s'appelle 'nobody'"):
        project.query("agreements-of", actor="nobody")
    with pytest.raises(InputError) as caught:
        project.query("agreements-of", actor="id:loria-trade").map()
    assert str(caught.value) == caught.value.words("fr") != caught.value.words("en")


def test_what_is_wrong_in_a_query_is_told_in_the_language_of_the_finding(
    corpus: Corpus, run: Callable[..., Run]
) -> None:
    file = corpus.root / "queries" / "agreements-of.rq"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("ORDER BY", "ORDRE BY"), encoding="utf-8")
    found = run("check", "--project", str(corpus.root), "--lang", "fr")
    assert found.code == 2
    assert "'ORDRE' n'est pas attendu ici ; vouliez-vous dire 'ORDER' ?" in found.out
    assert "did you mean" not in found.out


def test_findings_are_ordered_by_place_whatever_their_words_are_made_of() -> None:
    plain = Finding.of("query-syntax", "a.rq", 2, 1, reason="x")
    text = Finding.of("query-syntax", "a.rq", 2, 1, reason=Text("sparql-empty"))
    first = Finding.of("query-syntax", "a.rq", 1, 1, reason=Text("sparql-empty"))
    assert sorted([plain, text, first])[0] == first
    assert sorted([text, plain]) == sorted([plain, text])
