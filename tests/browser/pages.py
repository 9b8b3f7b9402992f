"""The kinds of pages that there are: one address for each, for tests and for screenshots."""

from __future__ import annotations

from urllib.parse import urlencode

# Where it stands, and what a file with its picture is called.
KINDS = {
    "home": "/",
    "search": "/search?q=bruxelles",
    "thing": "/id/brussels-beer-project",
    "mission": "/id/mission-korea-2017",
    "why": "/why?" + urlencode({"s": "id:brussels-beer-project", "p": "ecodip:hasOfficeIn", "o": "id:japan"}),
    "sources": "/source",
    "source": "/source/aichi-2017",
    "claims": "/claims",
    "claim": "/source/aichi-2017/claim/E1",
    "quality": "/quality",
    "ontology": "/ontology",
    "class": "/ontology/Mission",
    "concept": "/scheme/plan",
    "shapes": "/shapes",
    "shape": "/shapes/S1",
    "questions": "/queries",
    "question-form": "/queries/agreements-of",
    "question": "/queries/missions",
    "question-error": "/queries/agreements-of?actor=Seool",
    "question-empty": "/queries/agreements-of?actor=id:louise",
    "sparql": "/sparql",
    "sparql-answer": "/sparql?" + urlencode({"query": (
        "SELECT ?subject ?property ?value ?claim {\n  ?claim a ecodip:Claim ; rdf:subject ?subject ;\n"
        "    rdf:predicate ?property ; rdf:object ?value .\n}\nLIMIT 20\n"
    )}),
    "sparql-error": "/sparql?" + urlencode({"query": "SELECT * {\n  ?s foo:bar ?o\n}\n"}),
}  # fmt: skip


def address(kind: str, lang: str) -> str:
    """The path of a kind of page in a language."""
    path, mark, query = KINDS[kind].partition("?")
    return f"{'/index' if path == '/' else path}.{lang}.html{mark}{query}"
