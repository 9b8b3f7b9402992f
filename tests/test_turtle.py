"""Turtle is read strictly, with the place of each fault, and written in one canonical way."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from kg import turtle
from kg.errors import InputError
from tests.ontology import checks

ROOT = Path(__file__).parents[1]
FILES = sorted(
    f for folder in ("ontology", "seeds", "shapes") for f in (ROOT / folder).glob("*.ttl")
)
P = "@prefix a: <http://a.example/> .\n"


def canonical(text: str) -> str:
    return turtle.canonical(text.encode(), file="t.ttl")


def finding(text: str | bytes) -> tuple[str, int, int, str]:
    with pytest.raises(InputError) as caught:
        turtle.canonical(text if isinstance(text, bytes) else text.encode(), file="t.ttl")
    (found,) = caught.value.findings
    assert str(caught.value) == str(found)
    assert "{" not in found.message("fr")
    return found.code, found.line, found.column, found.message()


def same(one: str, other: str) -> bool:
    """Whether two documents hold the same graph, to the last lexical form."""
    graphs = []
    for text in (one, other):
        dataset = ox.Dataset(turtle.read(text.encode(), "t.ttl"))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        graphs.append(set(dataset))
    return graphs[0] == graphs[1]


# -- the files of the project -------------------------------------------------------------------


def test_files_are_found() -> None:
    assert {"ontology", "shapes"} <= {file.parent.name for file in FILES}
    assert {"ecodip.ttl", "schemes.ttl", "alignments.ttl", "dataset.ttl"} <= {f.name for f in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_file_is_canonical(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert turtle.canonical(text.encode(), file=file.name) == text
    assert checks.d6_round_trip(text) == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_file_survives_a_shuffle_of_its_triples(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    triples = [ox.Triple(q.subject, q.predicate, q.object) for q in turtle.read(text.encode(), "")]
    random.Random(7).shuffle(triples)
    lines = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    head = "\n".join(line for line in text.splitlines() if line.startswith("@prefix"))
    assert canonical(f"{head}\n{lines}") == canonical(text)


def test_check_reports_a_file_with_two_values_swapped() -> None:
    text = f"{P}\na:b\n    a:c\n        2 ,\n        1 ;\n    .\n"
    assert canonical(text) != text
    assert checks.d6_round_trip(text) != []


def test_output_does_not_depend_on_the_hash_seed() -> None:
    code = (
        "import sys; from pathlib import Path; from kg import turtle\n"
        "for f in sys.argv[1:]:\n    print(turtle.canonical(Path(f).read_bytes(), file=f))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, *map(str, FILES)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "77")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 10_000


# -- layout -------------------------------------------------------------------------------------


OF_ALL_KINDS = """
@prefix e: <http://e.example#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix unused: <http://u.example/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
e:z a e:B . e:c1 a skos:Concept . e:list a skos:ConceptScheme . e:note a owl:AnnotationProperty .
e:age a owl:DatatypeProperty . e:knows a owl:ObjectProperty . e:B a owl:Class .
[] a owl:AllDisjointClasses ; owl:members ( e:A e:B ) . e:A a owl:Class . [] a e:A .
skos:Concept a owl:Class . <http://e.example> a owl:Ontology .
e:A rdfs:isDefinedBy <http://e.example> . e:B rdfs:isDefinedBy <http://e.example> .
"""


def test_blocks_stand_in_order_of_kind_then_name() -> None:
    text = canonical(OF_ALL_KINDS)
    heads = [block.split("\n")[0] for block in text.split("\n\n")[1:]]
    assert heads == [
        *("<http://e.example>", "e:A", "e:B", "skos:Concept", "[]", "e:knows", "e:age", "e:note"),
        *("e:list", "e:c1", "e:z", "[]"),
    ]
    assert "unused" not in text
    assert text.endswith("    .\n")


ONE_PROPERTY = """
@prefix e: <http://e.example#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
e:p rdfs:isDefinedBy e: ; e:other 1 ; skos:example "x"@en ; skos:scopeNote "n"@en ;
  skos:definition "D."@fr , "D."@en ; rdfs:label "p"@nl , "p"@de , "p"@fr , "p"@en ;
  owl:propertyChainAxiom ( e:q e:r ) ; owl:inverseOf e:i ; rdfs:range e:B ; rdfs:domain e:A ;
  rdfs:subPropertyOf e:s ; a owl:TransitiveProperty , owl:ObjectProperty .
"""


def test_predicates_stand_in_a_fixed_order() -> None:
    lines = [line.strip() for line in canonical(ONE_PROPERTY).split("\n\n")[1].splitlines()]
    assert lines == [
        "e:p",
        "a owl:ObjectProperty , owl:TransitiveProperty ;",
        "rdfs:subPropertyOf e:s ;",
        "rdfs:domain e:A ;",
        "rdfs:range e:B ;",
        "owl:inverseOf e:i ;",
        "owl:propertyChainAxiom ( e:q e:r ) ;",
        "rdfs:label",
        *('"p"@en ,', '"p"@fr ,', '"p"@nl ,', '"p"@de ;'),
        "skos:definition",
        *('"D."@en ,', '"D."@fr ;'),
        'skos:scopeNote "n"@en ;',
        'skos:example "x"@en ;',
        "e:other 1 ;",
        "rdfs:isDefinedBy <http://e.example#> ;",
        ".",
    ]


def test_nested_nodes_and_lists_stay_readable() -> None:
    source = (
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e.example/> .\n"
        'e:s sh:property [ sh:message "M"@en ; sh:minCount 1 ; sh:path [ sh:inversePath e:p ] ] ,'
        " [ sh:path e:a ; sh:in ( e:a [] ( 1 2 ) ) ] ; sh:target [] ;"
        ' sh:select """SELECT *\nWHERE { ?s ?p "x\\\\y" }""" .'
    )
    assert canonical(source).split("\n\n", 1)[1] == (
        "e:s\n"
        "    sh:property\n"
        "        [\n"
        "            sh:path [ sh:inversePath e:p ] ;\n"
        "            sh:minCount 1 ;\n"
        '            sh:message "M"@en ;\n'
        "        ] ,\n"
        "        [ sh:path e:a ; sh:in ( e:a [] ( 1 2 ) ) ] ;\n"
        "    sh:target [] ;\n"
        '    sh:select """SELECT *\nWHERE { ?s ?p "x\\\\y" }""" ;\n'
        "    .\n"
    )


@pytest.mark.parametrize(
    "term",
    [
        *(
            '"01"^^xsd:integer',
            '"+1"^^xsd:integer',
            '"1."^^xsd:decimal',
            '"1e3"^^xsd:double',
            "-2.50",
        ),
        *(
            "true",
            '"1"^^xsd:boolean',
            '"x"^^a:t',
            '"x"@en',
            r'"q\"\\ \t"',
            r'"""a"""',
            '"a\\r\\nb"',
        ),
        *('"""two\nlines ""\\"\nend\\""""', '"\\u0001\\u0085\\u2028"', '"é\U0001f600"', '""'),
        *(
            "<http://a.example/x/y>",
            "<http://a.example/>",
            "<http://a.example/end.>",
            "a:a\\(b\\)",
            "a:%20",
            "()",
        ),
    ],
)
def test_term_is_written_so_that_it_reads_the_same(term: str) -> None:
    source = f"{P}@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\na:s a:p {term} ."
    written = canonical(source)
    assert same(source, written)
    assert isomorphic(Graph().parse(data=source), Graph().parse(data=written))
    assert canonical(written) == written


def test_longest_fitting_prefix_wins() -> None:
    source = (
        f"{P}@prefix b: <http://a.example/b#> . <http://a.example/b#c> a:p <http://a.example/d/e> ."
    )
    assert "b:c\n    a:p <http://a.example/d/e> ;" in canonical(source)


def test_same_triple_twice_is_written_once() -> None:
    assert canonical(f"{P}a:s a:p a:o , a:o .").count("a:o") == 1


def test_empty_document_stays_empty() -> None:
    assert canonical("") == ""
    assert canonical(P) == ""


def test_node_below_a_shared_one_is_nested_whatever_the_order() -> None:
    lines = ["_:l a:p _:n .", "_:n a:q _:k .", "_:k a:p _:n ."]
    texts = {canonical(P + " ".join(order)) for order in permutations(lines)}
    assert len(texts) == 1
    assert "a:q [ a:p _:b1 ]" in texts.pop()


def test_shared_and_circular_blank_nodes_get_stable_labels() -> None:
    one = f"{P}a:x a:p _:k . a:y a:p _:k . _:k a:q 1 . _:l a:r _:m . _:m a:r _:l ; a:s 2 ."
    two = f"{P}_:z a:s 2 ; a:r _:y . _:y a:r _:z . _:q a:q 1 . a:y a:p _:q . a:x a:p _:q ."
    assert canonical(one) == canonical(two)
    assert same(one, canonical(one))


def test_many_blank_nodes_that_nothing_tells_apart_are_refused_at_once() -> None:
    nodes = [f"_:n{number}" for number in range(30)]
    code, *_ = finding(P + "".join(f"{a} a:p {b} ." for a in nodes for b in nodes if a != b))
    assert code == "turtle-symmetry"
    chain = "".join(f"_:n{n} a:p _:n{n + 1} , _:n{n + 2} ." for n in range(30))
    assert same(P + chain, canonical(P + chain))


def test_deep_nesting_is_refused() -> None:
    code, *_ = finding(f"{P}a:s a:p {'[ a:p ' * 5000}1{' ]' * 5000} .")
    assert code == "turtle-nesting"


def test_long_list_is_written() -> None:
    source = f"{P}a:s a:p ( {' '.join(map(str, range(5000)))} ) ."
    assert same(source, canonical(source))


# -- random graphs ------------------------------------------------------------------------------

NODES = st.sampled_from(["a:x", "a:y", "_:k", "_:l", "_:m", "_:n"])
LITERALS = st.one_of(
    st.integers(-3, 3).map(str),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=6).map(
        lambda value: str(ox.Literal(value))
    ),
)
FLAT = st.one_of(NODES, LITERALS)
LISTS = st.lists(FLAT, max_size=3).map(lambda items: f"( {' '.join(items)} )")
NESTED = st.lists(st.one_of(FLAT, LISTS), max_size=2).map(
    lambda items: f"[ {' ; '.join(f'a:n {item}' for item in items)} ]"
)
TRIPLES = st.lists(
    st.tuples(NODES, st.sampled_from(["a:p", "a:q", "a"]), st.one_of(FLAT, LISTS, NESTED)).map(
        lambda triple: " ".join((*triple, "."))
    ),
    max_size=7,
)


@settings(max_examples=150, deadline=None)
@given(TRIPLES, st.randoms(use_true_random=False))
def test_random_graph_is_kept_whatever_the_order(lines: list[str], chance: random.Random) -> None:
    source = P + "\n".join(lines)
    written = canonical(source)
    assert canonical(written) == written
    assert same(source, written)
    shuffled = lines.copy()
    chance.shuffle(shuffled)
    assert canonical(P + "\n".join(shuffled)) == written


@settings(max_examples=60, deadline=None)
@given(TRIPLES)
def test_random_graph_is_isomorphic_for_rdflib(lines: list[str]) -> None:
    source = P + "\n".join(lines)
    assert isomorphic(Graph().parse(data=source), Graph().parse(data=canonical(source)))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 60))
def test_no_bytes_cause_another_error(noise: bytes, at: int) -> None:
    sound = f'{P}a:s a:p "x"@en , ( 1 [ a:q """y""" ] ) .'.encode()
    try:
        written = turtle.canonical(sound[:at] + noise + sound[at:], file="t.ttl")
    except InputError:
        return
    assert canonical(written) == written


# -- faults -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "words"),
    [
        (f"{P}\na:s a:p b:o .", "turtle-prefix", 3, 9, "'b:' is not declared"),
        (f"{P}\na:s a:p b:o .", "turtle-prefix", 3, 9, "(a:)"),
        ("a:s a:p 1 .", "turtle-prefix", 1, 1, "@prefix a: <…> ."),
        (f"{P}a:s a:p 'é' ; a:p <o> .", "turtle-relative", 2, 19, "the IRI is relative"),
        (f"{P}a:s a:p 1\na:t a:p 2 .", "turtle-syntax", 3, 1, "line before it"),
        (f"{P}a:s a:p 'open .\n", "turtle-syntax", 2, 9, "nd of file"),
        (f"{P}a:s a:p ( 1 .", "turtle-syntax", 2, 13, "malformed here: "),
        (f"{P}a:s a:p <http://a b> .", "turtle-syntax", 2, 9, "Invalid IRI"),
        (b"@prefix a: <http://a/> .\na:s a:p 'x\xff' .", "not-utf8", 2, 11, "0xff"),
        ("\ufeff" + P, "not-utf8", 1, 1, "byte order mark"),
        (f"{P}a:s a:p <<( a:s a:p 1 )>> .", "turtle-triple-term", 0, 0, "rdf:subject"),
    ],
)
def test_fault_is_placed_and_explained(
    text: str | bytes, code: str, line: int, column: int, words: str
) -> None:
    found = finding(text)
    assert found[:3] == (code, line, column)
    assert words in found[3]


def test_malformed_file_counts_as_unreadable() -> None:
    with pytest.raises(InputError) as caught:
        turtle.read(b"a:s a:p 1 .", "t.ttl")
    assert caught.value.findings[0].unreadable
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ("a:s a:p 1 . # note", 2, 13),
        ("\n  # note\na:s a:p 1 .", 3, 3),
        ("a:s a:p <http://a#b> , '#' ; # note\n a:p 1 .", 2, 30),
        ("a:s a:p '''\n# no ' '''. # note", 3, 13),
        ('a:s a:p """\n# no \\" "" """ .\n# note', 4, 1),
        ("a:s a:p a:c\\#d , 'it\\'s #1' .# note", 2, 30),
        ("a:s a:p a:o# note\n.", 2, 12),
    ],
)
def test_first_comment_is_placed(body: str, line: int, column: int) -> None:
    found = finding(P + body)
    assert found[:3] == ("comments-lost", line, column)
    assert "'# note'" in found[3]


@pytest.mark.parametrize(
    "body",
    [
        "a:s a:p <http://a#b> .",
        "a:s a:p '# no' , \"# no\" .",
        'a:s a:p \'\'\'\n# no\n\'\'\' , """\n# " no "" # \n""" .',
        "a:s a:p a:c\\#d .",
        "a:s a:p 'it\\'s # no' .",
    ],
)
def test_number_sign_elsewhere_is_no_comment(body: str) -> None:
    assert same(P + body, canonical(P + body))


def test_reading_accepts_comments() -> None:
    assert len(turtle.read(f"# note\n{P}a:s a:p 1 . # note".encode(), "t.ttl")) == 1


def test_blank_node_labels_of_two_files_do_not_meet() -> None:
    one, other = (turtle.read(f"{P}_:b a:p 1 .".encode(), name) for name in ("1.ttl", "2.ttl"))
    assert one[0].subject != other[0].subject


def test_module_loads_no_heavy_library() -> None:
    code = "import sys, kg.turtle; print(sorted({'rdflib', 'owlrl', 'pyshacl'} & set(sys.modules)))"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=env)
    assert done.stdout.strip() == b"[]"
