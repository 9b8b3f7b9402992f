"""Bad input: each kind of mistake gets one clear message with its place and a mend.

The other files are reported in the same run, and an existing build stays whole.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.errors import CheckFailed, InputError
from kg.findings import Finding
from kg.project import Project
from tests.conftest import Run
from tests.corpus import FEW, Corpus

Spoil = Callable[[Corpus], None]

# Another file has a mistake of its own in each test; it must be reported besides.
ELSEWHERE = "seeds/none.ann: empty-file: the file is empty"


@dataclass(frozen=True)
class Case:
    """A mistake, the file and the words at whose line it is reported, and what is said of it.

    ``exit`` is the exit code of ``kg check``.
    """

    name: str
    code: str
    spoil: Spoil
    file: str
    at: str | None
    column: int | None
    says: tuple[str, ...]
    exit: int = 1

    @property
    def stops_build(self) -> bool:
        """Whether a build cannot succeed: stored queries are no part of it."""
        return self.exit > 0 and not self.file.startswith("queries")


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with the digest of its content."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture
def small(built: Corpus) -> Corpus:
    """The built project with few shapes and one query, and a mistake in a file of its own."""
    built.keep("shapes", *FEW)
    built.keep("queries", _QUERY)
    built.add("none", "Nothing.\n", "")
    return built


_QUERY = "agreements-of.rq"


def swap(old: str, new: str, file: str = "seeds/visit.ann") -> Spoil:
    """Replace some text of a file."""
    return lambda corpus: corpus.edit(corpus.root / file, old, new)


def add(more: str, file: str = "seeds/visit.ann") -> Spoil:
    """Add some text at the end of a file."""

    def spoil(corpus: Corpus) -> None:
        path = corpus.root / file
        path.write_bytes(path.read_bytes() + more.encode())

    return spoil


def put(content: bytes, file: str) -> Spoil:
    """Write a file."""
    return lambda corpus: (corpus.root / file).write_bytes(content) and None


def byte(old: bytes, new: bytes, file: str) -> Spoil:
    """Replace the first of some bytes of a file."""

    def spoil(corpus: Corpus) -> None:
        path = corpus.root / file
        assert old in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(old, new, 1))

    return spoil


def remove(file: str) -> Spoil:
    """Delete a file."""
    return lambda corpus: (corpus.root / file).unlink()


def folder(file: str) -> Spoil:
    """Put a folder where a file is expected: it cannot be read, whoever asks."""

    def spoil(corpus: Corpus) -> None:
        (corpus.root / file).unlink(missing_ok=True)
        (corpus.root / file).mkdir()

    return spoil


def line_of(corpus: Corpus, file: str, words: str) -> int:
    """The number of the line with these words, of which there must be one."""
    lines = (corpus.root / file).read_bytes().decode("utf-8", "replace").split("\n")
    found = [number for number, line in enumerate(lines, 1) if words in line]
    assert len(found) == 1, f"{words!r} stands on {len(found)} lines of {file}"
    return found[0]


ANN = "seeds/visit.ann"
TTL = "seeds/visit.ttl"
AUTHORITY = "seeds/authority.ttl"
TURTLE = (
    TTL,
    AUTHORITY,
    "ontology/core.ttl",
    "ontology/core-schemes.ttl",
    "ontology/ecodip.ttl",
    "ontology/schemes.ttl",
    "ontology/alignments.ttl",
    "ontology/dataset.ttl",
    "shapes/evidence.ttl",
    "shapes/core/sources.ttl",
)
TWO_TYPES = (
    "T20\tPerson 32 40\tBorduria\nN20\tReference T20 id:elsewhere\tx\n"
    "T21\tCountry 32 40\tBorduria\nN21\tReference T21 id:elsewhere\tx\n"
)

FILES = (
    Case("missing authority", "unreadable-file", remove(AUTHORITY), AUTHORITY, None, None,
         ("cannot be read", "check that it exists"), 2),
    Case("a folder for an annotation", "unreadable-file", folder(ANN), ANN, None, None,
         ("Is a directory", "check that it exists and may be read"), 2),
    Case("a folder for a description", "unreadable-file", folder(TTL), TTL, None, None,
         ("Is a directory",), 2),
    Case("a folder for an ontology file", "unreadable-file", folder("ontology/more.ttl"),
         "ontology/more.ttl", None, None, ("Is a directory",), 2),
    Case("a folder for a shape file", "unreadable-file", folder("shapes/core/sources.ttl"),
         "shapes/core/sources.ttl", None, None, ("Is a directory",), 2),
    Case("a folder for a query", "unreadable-file", folder(f"queries/{_QUERY}"),
         f"queries/{_QUERY}", None, None, ("Is a directory",), 2),
    Case("missing description", "no-description", remove(TTL), ANN, None, None,
         ("there is no seeds/visit.ttl", "schema:sha256"), 1),
    Case("missing annotation", "no-annotation", remove(ANN), TTL, None, None,
         ("there is no seeds/visit.ann",), 1),
    Case("empty annotation", "empty-file", put(b"", ANN), ANN, None, None,
         ("remove it or annotate something",), 0),
    Case("UTF-8 in an annotation", "not-utf8", byte(b"Szohod", b"Sz\xf6hod", ANN), ANN,
         "T8\tCompany", 21, ("byte 0xf6 is not UTF-8", "save the file as UTF-8"), 1),
    Case("UTF-8 in a description", "not-utf8", byte(b'"visit"', b'"vis\xeft"', TTL), TTL,
         "dcterms:title", 21, ("byte 0xef", "save the file as UTF-8"), 2),
    Case("UTF-8 in a query", "not-utf8", byte(b"?kind", b"?k\xefnd", f"queries/{_QUERY}"),
         f"queries/{_QUERY}", None, None, ("byte 0xef", "save the file as UTF-8"), 2),
    Case("byte order mark", "byte-order-mark", byte(b"T1\t", b"\xef\xbb\xbfT1\t", ANN), ANN,
         "Agency 0 11", 1, ("save it as UTF-8 without one",), 1),
    Case("CRLF", "carriage-return", byte(b"Borduria\nN2", b"Borduria\r\nN2", ANN), ANN,
         "T2\tMission", 37, ("lines end with a line feed only", "save with Unix line endings"), 1),
    Case("blank line", "blank-line", swap("A2\t", "\nA2\t"), ANN, None, None,
         ("delete it",), 1),
    Case("cut short", "no-final-newline", add("R13\thasOrganizer Arg1:T2 Arg2:T1"), ANN, "R13", 33,
         ("check that line and end it with a line feed",), 1),
)  # fmt: skip

LINES = (
    Case("dangling id", "dangling-id", swap("Arg1:T2 Arg2:T1\n", "Arg1:T2 Arg2:T99\n"), ANN, "R1\t",
         30, ("no line has the id T99", "write that line, or the id of another one")),
    Case("duplicate id", "id-repeated", swap("A2\t", "A1\t"), ANN, "hasKind T2", 1,
         ("the id A1 is already that of line", "give this line an id")),
    Case("span outside the text", "span-outside-text", swap("Date 201 205", "Date 9201 9205"), ANN,
         "T14\t", 10, ("ends at 9205, outside the text", "correct the offsets")),
    Case("wrong words, found elsewhere", "wrong-words", swap("Person 56 63", "Person 57 64"), ANN,
         "T5\t", 17, ("at 57 64 the text reads «da Lee »", "not «Ada Lee»",
                      "these words stand at 56 63", "correct the offsets or the words")),
    Case("wrong words, not in the text", "wrong-words", swap("56 63\tAda Lee", "56 63\tEve Lee"),
         ANN, "T5\t", 17, ("the text reads «Ada Lee», not «Eve Lee»;",)),
    Case("unknown type", "unknown-mention-type", swap("Country", "Contry"), ANN, "T3\t", 4,
         ("'Contry'", "the nearest known name is Country", "declare it in the ontology")),
    Case("unknown property", "unknown-relation", swap("R1\thasOrganizer", "R1\thasOrganisers"), ANN,
         "R1\t", 4, ("'hasOrganisers' is not a property", "hasOrganizer: write that")),
    Case("unknown property of an event", "unknown-relation",
         swap("E2\thasOfficeIn", "E2\thasOfficesIn"), ANN, "E2\t", 4, ("nearest", "hasOfficeIn")),
    Case("unknown attribute", "unknown-attribute", swap("A1\thasStatus", "A1\thasState"), ANN,
         "A1\t", 4, ("'hasState'", "hasStatus: write that")),
    Case("unknown value", "unknown-attribute-value", swap("A1\thasStatus T2 done", "A1\thasStatus "
         "T2 doen"), ANN, "A1\t", 17, ("'doen'", "done: write that")),
    Case("unknown modality", "unknown-attribute-value", swap("E1 plan", "E1 plans"), ANN, "A10\t",
         17, ("'plans'", "plan: write that")),
    Case("mention without words", "mention-without-words", swap("44 54\t4 May 2019", "44 54"), ANN,
         "T4\t", 14, ("a tab and the words of the mention are expected",)),
    Case("empty span", "span-empty", swap("Date 44 54\t", "Date 44 44\t"), ANN, "T4\t", 9, (
         "holds no character", "correct one of them")),
    Case("claim without words", "no-words", swap("Remark:T18", "Remark:T99"), ANN, "E3\tRemark",
         None, ("the claim E3 rests on no words", "give it a mention with words")),
    Case("unresolved mention", "unresolved",
         swap("N8\tReference T8 id:szohod-mills\tSzohod Mills\n", ""), ANN, "R6\t", 30,
         ("«Szohod Mills» (T8)", "R6 makes no claim", "add a line N with Reference T8"), 0),
    Case("unknown entity", "unknown-entity", swap("T8 id:szohod-mills", "T8 id:szohod-mils"), ANN,
         "N8\t", 17, ("id:szohod-mils is not described in seeds/authority.ttl",
                      "did you mean 'id:szohod-mills'?", "describe the entity there"), 0),
    Case("undeclared prefix", "undeclared-prefix", swap("T8 id:szohod-mills", "T8 ip:szohod-mills"),
         ANN, "N8\t", 17, ("«ip:szohod-mills»", "declare it in ontology/dataset.ttl")),
    Case("two references", "two-references", add("N19\tReference T3 id:loria\tLoria\n"), ANN,
         "N19\t", 15, ("T3 already refers to id:borduria", "remove one of the lines N")),
    Case("group of two things", "same-differs", add("*\tSame T3 T5\n"), ANN, "*\tSame", 8,
         ("different things (id:ada-lee, id:borduria)", "correct a reference")),
    Case("remark without paraphrase", "remark-empty",
         swap("#1\tAnnotatorNotes E3\ten: the turnout", "#1\tAnnotatorNotes E3\tthe turnout"), ANN,
         "E3\tRemark", 1, ("the remark E3 has no paraphrase", "AnnotatorNotes E3 en:")),
    Case("role filled twice", "role-repeated", swap("Object:T3 Speaker:T16",
         "Object:T3 Object2:T8"), ANN, "E2\t", 42, ("E2 has the role Object more than once",
                                                    "write a line E for each Object")),
    Case("speaker named twice", "role-repeated", swap("Speaker:T16", "Speaker:T16 Speaker2:T5"),
         ANN, "E2\t", 54, ("the role Speaker more than once",)),
    Case("time without a value", "no-value", lambda c: (
         swap("Speaker:T16", "Valid:T19")(c), add("T19\tDate 201 205\t2020\n")(c))[0],
         ANN, "E2\t", 48, ("the Date «2020» has no value", "N1 Reference T19 edtf:")),
)  # fmt: skip

VALUES = (
    Case("interval for one date", "interval", lambda c: (
         swap("edtf:2019-05-04", "edtf:2019-05-04/2019-05-06")(c),
         swap("R3\tstartDate Arg1:T2", "R3\tsignatureDate Arg1:T9")(c))[0], ANN, "R3\t", 31,
         ("signatureDate takes one date", "2019-05-04/2019-05-06", "use startDate and endDate")),
    Case("bad EDTF", "bad-value", swap("edtf:2019-05-04", "edtf:2019-13-45"), ANN, "N4\t", 17,
         ("«edtf:2019-13-45» is no value of a Date", "no EDTF date", "write edtf:2015-10-19")),
    Case("interval backwards", "bad-value", swap("edtf:2019-05-04", "edtf:2019-05-04/2018"), ANN,
         "N4\t", 17, ("the interval ends before it starts",)),
    Case("bad number", "bad-value", swap("decimal:40", "decimal:40.000.000"), ANN, "N11\t", 19,
         ("no decimal number", "write decimal:2500.5")),
    Case("wrong kind of value", "bad-value", swap("edtf:2019-05-04", "decimal:4"), ANN, "N4\t", 17,
         ("its kind is wrong",)),
    Case("date without a value", "no-value", swap("N4\tReference T4 edtf:2019-05-04\t4 May 2019\n",
         ""), ANN, "R3\t", 27, ("the Date «4 May 2019» has no value",)),
    Case("entity for a literal", "literal-expected", swap("R3\tstartDate Arg1:T2 Arg2:T4",
         "R3\tstartDate Arg1:T2 Arg2:T3"), ANN, "R3\t", 27,
         ("startDate takes a literal, but T3 is a Country", "use a mention of type Date")),
    Case("literal for an entity", "entity-expected", swap("R1\thasOrganizer Arg1:T2 Arg2:T1",
         "R1\thasOrganizer Arg1:T2 Arg2:T4"), ANN, "R1\t", 30,
         ("the object of hasOrganizer must be an entity, but T4 is a Date",)),
    Case("literal for a subject", "entity-expected", swap("R1\thasOrganizer Arg1:T2 Arg2:T1",
         "R1\thasOrganizer Arg1:T4 Arg2:T1"), ANN, "R1\t", 22, ("the subject of hasOrganizer",)),
    Case("literal for a speaker", "entity-expected", swap("Speaker:T16", "Speaker:T4"), ANN, "E2\t",
         50, ("Speaker of hasOfficeIn must be an entity, but T4 is a Date",)),
    Case("date for a number", "number-expected", swap("R8\tnumericValue Arg1:T10 Arg2:T11",
         "R8\tnumericValue Arg1:T10 Arg2:T14"), ANN, "R8\t", 31,
         ("numericValue takes a number, but T14 is a Date", "use a mention of type Number")),
    Case("words for a number", "number-expected", lambda c: (swap("R8\tnumericValue Arg1:T10 "
         "Arg2:T11", "R8\tnumericValue Arg1:T10 Arg2:T19")(c),
         add("T19\tText 135 137\t40\n")(c))[0], ANN, "R8\t", 31, ("T19 is a Text",)),
)  # fmt: skip

SOURCES = (
    Case("short digest", "source-field", lambda c: byte(c.ttl().read_bytes().split(b'sha256 "')[1]
         [:4], b"", TTL)(c), TTL, None, None, ("schema:sha256", "64 hexadecimal digits", "add it")),
    Case("no language", "source-field", swap('  dcterms:language "en" ;\n', "", TTL), TTL, None,
         None, ("dcterms:language", "a language tag such as fr")),
    Case("no length", "source-field", swap("textLength 2", 'textLength "many" , 2', TTL), TTL, None,
         None, ("ecc:textLength", "the number of code points")),
    Case("no document", "source-count", swap("ecc:SourceDocument", "ecodip:Agency", TTL), TTL,
         None, None, ("describes 0 resources", "exactly one")),
    Case("two documents", "source-count", add("source:two a ecc:SourceDocument .\n", TTL), TTL,
         None, None, ("describes 2 resources", "exactly one")),
    Case("two sources with one IRI", "same-source", swap("source:visit", "source:memo", TTL), ANN,
         None, None, ("already described by seeds/memo.ann", "give each document its own IRI")),
    Case("wrong length", "text-length", swap("textLength 2", "textLength 12", TTL), TTL, None, None,
         ("the description says 12", "correct ecc:textLength")),
    Case("statement without claim", "no-claim", add("id:ada-lee ecodip:isBasedIn id:szohod .\n",
         TTL), TTL, None, None, ("id:ada-lee ecodip:isBasedIn id:szohod is asserted",
                                 "annotate the words or remove the statement")),
    Case("two types in one source", "excluding-types", add(TWO_TYPES), ANN, "T21\t", None,
         ("id:elsewhere is a ecodip:Country here and a ecodip:Person in seeds/visit.ann:",
          "exclude each other", "use two ids")),
    Case("two types in two sources", "excluding-types", lambda c: (
         add("T20\tPerson 32 40\tBorduria\nN20\tReference T20 id:elsewhere\tx\n")(c),
         add("T20\tCountry 0 5\tLoria\nN20\tReference T20 id:elsewhere\tx\n", "seeds/memo.ann")(c),
         )[0], ANN, "T20\t", None, ("a ecodip:Country in seeds/memo.ann:",)),
    Case("another type than the authority", "excluding-types", swap("T8\tCompany", "T8\tPerson"),
         ANN, "T8\t", None, ("id:szohod-mills is a ecodip:Person here",
                             "a ecodip:Company in seeds/authority.ttl")),
    Case("two types in the authority", "excluding-types", add("id:szohod a ecodip:Person .\n",
         AUTHORITY), AUTHORITY, None, None, ("id:szohod is a ", "exclude each other")),
)  # fmt: skip

MALFORMED = tuple(
    Case(f"malformed {file}", "turtle-syntax", add("<http://x.example/a> a ;; , .\n", file), file,
         "x.example/a> a ;;", None, ("the Turtle is malformed here", "look at this place"), 2)
    for file in TURTLE
) + tuple(
    Case(f"undeclared prefix in {file}", "turtle-prefix", add("zz:x a zz:Agency .\n", file), file,
         "zz:x a zz:Agency", 1, ("the prefix 'zz:' is not declared", "add '@prefix zz: <…> .'"), 2)
    for file in TURTLE
)  # fmt: skip

QUERY = f"queries/{_QUERY}"
SHAPE = "shapes/evidence.ttl"
OTHERS = (
    Case("malformed query", "query-syntax", swap("ORDER BY", "ORDRE BY", QUERY), QUERY, "ORDRE BY",
         None, ("did you mean 'ORDER'?", "correct it here"), 2),
    Case("undeclared prefix in a query", "query-syntax", byte(b"PREFIX rdf:", b"PREFIX rfd:",
         QUERY), QUERY, None, None, ("the prefix rdf: is not declared", "correct it here"), 2),
    Case("query of another form", "query-form", put(b"#+ summary: a\n#+ summary-fr: b\nASK {}\n",
         QUERY), QUERY, None, None, ("a stored query is a SELECT query",), 2),
    Case("header that is no YAML", "query-header", byte(b"#+ summary: ", b"#+ summary: [", QUERY),
         QUERY, None, None, ("the header is wrong", "#+ summary: Which"), 2),
    Case("header without summary", "query-summary", byte(b"#+ summary-fr", b"#+ resume", QUERY),
         QUERY, None, None, ("lacks a summary in one of the languages",), 2),
    Case("header with an unknown key", "query-key", byte(b"#+ tags", b"#+ tag", QUERY), QUERY,
         None, None, ("unknown key tag; did you mean 'tags'?",), 2),
    Case("parameter that is not selected", "query-parameter",
         byte(b"#+   actor:", b"#+   player:", QUERY), QUERY, None, None,
         ("'player'", "add ?player to SELECT"), 2),
    Case("parameter with a reserved name", "query-reserved",
         byte(b"#+   actor:", b"#+   format:", QUERY), QUERY, None, None,
         ("'format'", "rename it"), 2),
    Case("parameter of an unknown type", "query-type",
         byte(b"actor: Actor", b"actor: Acteur", QUERY), QUERY, None, None,
         ("of type Acteur", "did you mean 'Actor'?", "write a class"), 1),
    Case("malformed shape", "shape-severity", add(
         "esh:Bad a sh:NodeShape ; sh:targetClass ecodip:Mission ; sh:severity sh:Grave .\n",
         SHAPE), SHAPE, "esh:Bad a", None, ("#Bad", "sh:Violation, sh:Warning, sh:Info"), 2),
    Case("misspelt SHACL", "shape-term", add(
         "esh:Bad a sh:NodeShape ; sh:targetClas ecodip:Mission .\n", SHAPE), SHAPE, "esh:Bad a",
         None, ("sh:targetClas", "targetClass", "correct the spelling"), 2),
    Case("malformed context", "json-syntax", byte(b"{", b"{{", "ontology/context.jsonld"),
         "ontology/context.jsonld", "{{", 2, ("no JSON-LD that can be used", "correct it here"), 2),
    Case("context that is a list", "json-syntax", put(b"[]", "ontology/context.jsonld"),
         "ontology/context.jsonld", "[]", 1, ("an object is wanted",), 2),
    Case("context without content", "json-syntax", put(b"{}", "ontology/context.jsonld"),
         "ontology/context.jsonld", None, None, ("'@context'",), 2),
    Case("context that is not UTF-8", "json-syntax", byte(b"ecodip", b"ec\xf6dip",
         "ontology/context.jsonld"), "ontology/context.jsonld", None, None, ("utf-8",), 2),
    Case("missing frame", "unreadable-file", remove("ontology/frame.jsonld"),
         "ontology/frame.jsonld", None, None, ("check that it exists",), 2),
    Case("no prefix for layers", "no-graph-prefix", byte(b'sh:prefix "graph"', b'sh:prefix "grph"',
         "ontology/dataset.ttl"), "ontology/dataset.ttl", None, None, ("no prefix 'graph'",), 2),
)  # fmt: skip

# All mistakes within lines stop a build at one place, so that a few of them will do.
BUILT = (*FILES, *LINES[:4], *VALUES[:2], *SOURCES, *MALFORMED, *OTHERS)
CASES = FILES + LINES + VALUES + SOURCES + MALFORMED + OTHERS


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_mistake_hides_no_other(case: Case, small: Corpus, run: Callable[..., Run]) -> None:
    before = tree(small.root / "build")
    case.spoil(small)
    options = ("--project", str(small.root), "--texts", str(small.texts))

    checked = run("check", *options)

    place = re.escape(case.file)
    if case.at is not None:
        place += f":{line_of(small, case.file, case.at)}"
    if case.column is not None:
        place += f":{case.column}"
    form = re.compile(rf"(?:\S*/)?{place}(?::\d+)*: {case.code}: (.*)")
    told = [found[1] for line in checked.out.splitlines() if (found := form.fullmatch(line))]
    assert len(told) == 1, f"{form.pattern} is not told once:\n{checked.out}{checked.err}"
    assert not [words for words in case.says if words not in told[0]], told[0]
    assert ELSEWHERE in checked.out
    assert checked.code == case.exit, checked.out

    if case.stops_build and case in BUILT:
        rebuilt = run("build", *options)
        assert rebuilt.out == ""
        assert rebuilt.code == (2 if case.file.startswith("shapes") else case.exit)
        assert told[0] in rebuilt.err
    assert tree(small.root / "build") == before


def test_a_build_lists_the_errors_of_all_files(built: Corpus, run: Callable[..., Run]) -> None:
    before = tree(built.root / "build")
    add("R99\thasOrganizer Arg1:T2 Arg2:T98\n")(built)
    add("R99\thasOfficeIn Arg1:T1 Arg2:T97\n", "seeds/memo.ann")(built)
    add("id:szohod a ecodip:Person .\n", AUTHORITY)(built)

    found = run("build", "--project", str(built.root))

    assert found.code == 1
    assert "no line has the id T98" in found.err
    assert "no line has the id T97" in found.err
    assert "seeds/authority.ttl: excluding-types: " in found.err
    assert "problems: 4; no graph is built" in found.err
    assert tree(built.root / "build") == before


# -- mistakes in what a command is asked ---------------------------------------------------------

TYPED = """\
#+ summary: Which?
#+ summary-fr: Lesquels ?
#+ params:
#+   actor: Actor
#+   day: date?
#+   amount: decimal?
#+   count: integer?
#+   words: string?
PREFIX ecodip: <https://w3id.org/ecodip#>
SELECT ?actor ?day ?amount ?count ?words { ?actor ecodip:actsFor ?someone
  OPTIONAL { ?x ecodip:startDate ?day ; ecodip:numericValue ?amount , ?count ; ?p ?words } }
"""


@pytest.fixture(scope="module")
def asked(pristine: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A built project with a stored query that has a parameter of each type."""
    found = Corpus(tmp_path_factory.mktemp("asked"), like=pristine)
    (found.root / "queries" / "typed.rq").write_text(TYPED, encoding="utf-8")
    return found


ASKED = (
    ("unknown query", ("agrements-of",), "no stored query is called 'agrements-of'; did you mean "
     "'agreements-of'?"),
    ("unknown parameter", ("typed", "--actr", "id:loria-trade"), "No such option '--actr'. "),
    ("missing parameter", ("typed",), "--actor"),
    ("unknown thing", ("typed", "--actor", "Loria Trad"), "--actor: no actor is called 'Loria Trad'"
     "; did you mean 'Loria Trade'?"),
    ("thing of another class", ("typed", "--actor", "id:mission-borduria-2019"),
     "--actor: 'id:mission-borduria-2019' is no actor; it is: mission"),
    ("thing that is not there", ("typed", "--actor", "id:nobody"),
     "--actor: no actor is called 'id:nobody'"),
    ("no date", ("typed", "--actor", "id:loria-trade", "--day", "4 May"), "--day: '4 May' is no "
     "date; write a day such as 2017-06-12"),
    ("no day", ("typed", "--actor", "id:loria-trade", "--day", "2019-02-30"), "is no date"),
    ("no decimal", ("typed", "--actor", "id:loria-trade", "--amount", "1.000.000"),
     "--amount: '1.000.000' is no decimal; write a number such as 12.5"),
    ("no integer", ("typed", "--actor", "id:loria-trade", "--count", "1.5"),
     "--count: '1.5' is no integer; write a number such as 12"),
)  # fmt: skip


@pytest.mark.parametrize(("args", "says"), [row[1:] for row in ASKED], ids=[r[0] for r in ASKED])
def test_a_wrong_question_is_refused_with_what_would_be_right(
    args: tuple[str, ...], says: str, asked: Corpus, run: Callable[..., Run]
) -> None:
    name, *options = args
    found = run("query", name, *options, "--project", str(asked.root))
    assert (found.code, found.out) == (2, "")
    assert says in found.err
    assert "Traceback" not in found.err


def test_a_good_value_of_each_type_is_taken(asked: Corpus, run: Callable[..., Run]) -> None:
    found = run("query", "typed", "--actor", "commerce de loria", "--day", "2019-05-04",
                "--amount", "40", "--count", "40", "--words", "x", "--project", str(asked.root),
                "--json")  # fmt: skip
    assert found.code == 0
    assert "id/loria-trade" in found.out


def test_the_interface_refuses_unknown_queries_and_parameters(asked: Corpus) -> None:
    project = Project(asked.root)
    with pytest.raises(InputError, match="no stored query is called 'nothing'"):
        project.query("nothing")
    with pytest.raises(
        InputError, match=r"typed has no parameter 'actr'; .*; did you mean 'actor'\?"
    ):
        project.query("typed", actr="id:loria-trade")
    with pytest.raises(InputError, match="typed needs --actor"):
        project.query("typed")


def test_a_name_of_two_things_needs_an_id(built: Corpus, run: Callable[..., Run]) -> None:
    add('id:loria-invest a ecodip:Agency ; skos:prefLabel "Loria Trade"@en .\n', AUTHORITY)(built)
    project = Project(built.root)
    from kg.store import Store

    project.__dict__["store"] = Store.of(project.assemble().quads)
    with pytest.raises(InputError, match=r"several things: id:loria-invest .*id:loria-trade .*id"):
        project.query("agreements-of", actor="Loria Trade")


def test_a_malformed_stored_query_is_refused_by_its_place(
    small: Corpus, run: Callable[..., Run]
) -> None:
    swap("ORDER BY", "ORDRE BY", QUERY)(small)
    found = run("query", "agreements-of", "--actor", "id:loria-trade", "--project", str(small.root))
    assert found.code == 2
    assert re.search(r"queries/agreements-of\.rq:\d+:\d+: query-syntax: ", found.err)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELECT ?x { ?x a }", "no SPARQL query"),
        ("SELECT ?x { ?x a zz:Thing }", "the prefix zz: is not declared"),
        ("SELECT ?x { SERVICE <http://x.example/> { ?x ?p ?o } }", "nothing over the network"),
        ("absent.rq", "absent.rq cannot be read: No such file"),
    ],
)
def test_a_query_that_cannot_be_run_is_refused(
    text: str, says: str, pristine: Corpus, run: Callable[..., Run]
) -> None:
    found = run("sparql", text, "--project", str(pristine.root))
    assert (found.code, found.out) == (2, "")
    assert says in found.err


def test_a_query_file_that_is_not_utf8_is_refused(
    pristine: Corpus, tmp_path: Path, run: Callable[..., Run]
) -> None:
    file = tmp_path / "one.rq"
    file.write_bytes(b"SELECT * { ?s ?p '\xff' }")
    found = run("sparql", str(file), "--project", str(pristine.root))
    assert (found.code, found.out) == (2, "")
    assert "one.rq is not UTF-8" in found.err


# -- mistakes of the whole project ---------------------------------------------------------------


def test_a_folder_that_is_no_project_is_named_with_what_it_lacks(
    built: Corpus, run: Callable[..., Run]
) -> None:
    shutil.rmtree(built.root / "shapes")
    for command in ("check", "build", "claims", "query"):
        found = run(command, "--project", str(built.root))
        assert (found.code, found.out) == (2, "")
        assert "is no project: it has no shapes/. Name a folder" in found.err


def test_outside_of_a_project_a_folder_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("kg.layout.PACKAGED", tmp_path / "nothing")
    with pytest.raises(InputError, match=r"no project in .* or above it: .*--project DIR"):
        Project()


def test_a_project_without_sources_says_so(small: Corpus, run: Callable[..., Run]) -> None:
    for slug in ("visit", "memo", "none"):
        small.ann(slug).unlink()
        small.ttl(slug).unlink()
    found = run("check", "--project", str(small.root))
    assert found.code == 2
    assert "seeds: no-sources: there is no annotation (*.ann) in seeds/; add a document" in (
        found.out
    )


def test_a_project_without_ontology_says_so(small: Corpus, run: Callable[..., Run]) -> None:
    for name in ("core", "core-schemes", "ecodip", "schemes", "alignments"):
        (small.root / "ontology" / f"{name}.ttl").unlink()
    found = run("check", "--project", str(small.root))
    assert found.code == 2
    assert "ontology: no-ontology: " in found.out
    assert ELSEWHERE in found.out


def test_texts_in_no_folder_are_refused(
    pristine: Corpus, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    for args in (("check",), ("build",), ("claims",), ("validate",)):
        found = run(*args, "--project", str(pristine.root), "--texts", "absent")
        assert (found.code, found.out) == (2, "")
        assert "absent is no folder: name the folder of the source texts" in found.err
    monkeypatch.setenv("KG_TEXTS", "elsewhere")
    found = run("check", "--project", str(pristine.root))
    assert found.code == 2
    assert "elsewhere is no folder" in found.err


def test_a_text_that_is_not_utf8_is_named(small: Corpus, run: Callable[..., Run]) -> None:
    data = b"Caf\xe9 in Loria.\n"
    small.add("cafe", "Nothing.\n", "")
    (small.texts / "cafe.txt").write_bytes(data)
    old = hashlib.sha256(b"Nothing.\n").hexdigest()
    small.edit(small.ttl("cafe"), old, hashlib.sha256(data).hexdigest())
    found = run("check", "--project", str(small.root), "--texts", str(small.texts))
    assert found.code == 2
    assert re.search(r"cafe\.txt: not-utf8: byte 0xe9", found.out)
    assert ELSEWHERE in found.out


def test_a_text_that_cannot_be_read_is_named(
    small: Corpus, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path.read_bytes

    def read(file: Path) -> bytes:
        if file.name == "memo.txt":
            raise PermissionError(13, "Permission denied")
        return whole(file)

    monkeypatch.setattr(Path, "read_bytes", read)
    found = run("check", "--project", str(small.root), "--texts", str(small.texts))
    assert found.code == 2
    assert "memo.txt cannot be read: Permission denied" in found.err


def test_a_graph_that_contradicts_itself_is_not_built(
    small: Corpus, run: Callable[..., Run]
) -> None:
    before = tree(small.root / "build")
    add("id:loria-trade ecodip:isSucceededBy id:loria-trade .\n", AUTHORITY)(small)

    found = run("build", "--project", str(small.root))

    assert (found.code, found.out) == (1, "")
    assert "contradiction: under the ontology the statements contradict themselves" in found.err
    assert "isSucceededBy" in found.err
    assert "the graph contradicts itself" in found.err
    assert tree(small.root / "build") == before


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        (
            'sh:property [ sh:path ecodip:startDate ; sh:minCount "many" ]',
            "shape-value",
            "minCount",
        ),
        ("sh:node esh:Bad", "shape-recursive", "refers to itself"),
        ("sh:property [ sh:path ( ecodip:startDate ) ; sh:minCount 1 ]", "shape-path", "sh:path"),
    ],
)
def test_a_shape_that_cannot_be_used_is_named_and_nothing_is_written(
    small: Corpus, run: Callable[..., Run], body: str, code: str, says: str
) -> None:
    before = tree(small.root / "build")
    add(f"esh:Bad a sh:NodeShape ; sh:targetClass ecodip:Mission ; {body} .\n", SHAPE)(small)
    for command in ("build", "validate"):
        found = run(command, "--project", str(small.root))
        assert (found.code, found.out) == (2, "")
        assert f"{SHAPE}:21: {code}: " in found.err
        assert "shapes#Bad" in found.err
        assert says in found.err
    assert tree(small.root / "build") == before


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--source", "visite"), "no source is called 'visite'; did you mean 'visit'?"),
        (("--modality", "wish"), "no modality is called 'wish'; use fact, opinion, plan"),
        (("--about", "nobody"), "no claim is about 'nobody'; write an id"),
    ],
)
def test_claims_cannot_be_asked_for_by_unknown_names(
    args: tuple[str, ...], says: str, pristine: Corpus, run: Callable[..., Run]
) -> None:
    found = run("claims", *args, "--project", str(pristine.root))
    assert (found.code, found.out) == (2, "")
    assert says in found.err


def test_the_interface_tells_unreadable_from_wrong(small: Corpus) -> None:
    add("R99\thasOrganizer Arg1:T2 Arg2:T98\n")(small)
    with pytest.raises(CheckFailed) as wrong:
        Project(small.root).build()
    assert wrong.value.exit_code == 1
    assert "dangling-id" in {finding.code for finding in wrong.value.findings}
    folder("seeds/memo.ann")(small)
    with pytest.raises(InputError) as unreadable:
        Project(small.root).build()
    assert unreadable.value.exit_code == 2
    assert {"dangling-id", "unreadable-file"} <= {f.code for f in unreadable.value.findings}


def test_a_file_of_turtle_that_cannot_be_formatted_is_reported_with_the_others(
    tmp_path: Path, run: Callable[..., Run]
) -> None:
    bad, absent, good = (tmp_path / name for name in ("bad.ttl", "absent.ttl", "good.ttl"))
    bad.write_text("<http://x.example/a> a .", encoding="utf-8")
    good.write_text("<http://x.example/a> a <http://x.example/B> .", encoding="utf-8")
    found = run("format", str(bad), str(absent), str(good))
    assert found.code == 2
    assert f"{bad}:1:24: turtle-syntax: " in found.err
    assert f"{absent}: unreadable-file: the file cannot be read (No such file" in found.err
    assert f"{good}: formatted" in found.err
    assert bad.read_text(encoding="utf-8") == "<http://x.example/a> a ."


def test_findings_are_ordered_by_place_and_speak_two_languages() -> None:
    one, two = (Finding.of("blank-line", "a.ann", line) for line in (9, 10))
    assert sorted([two, one]) == [one, two]
    assert one.text("fr").startswith("a.ann:9: blank-line: ligne vide")
    assert one.text("nl") == one.text("en")
