"""The kinds of pages that there are: one address for each, for tests and for screenshots."""

from __future__ import annotations

from urllib.parse import urlencode

_QUERY = """SELECT ?subject ?property ?value ?claim {
  ?claim a ecc:Claim ; rdf:subject ?subject ;
    rdf:predicate ?property ; rdf:object ?value .
}
LIMIT 20
"""
_TRIPLE = {"s": "id:brussels-beer-project", "p": "ecodip:hasOfficeIn", "o": "id:japan"}
# Where it stands, and what a file with its picture is called.
KINDS = {
    "home": "/",
    "search": "/search?q=bruxelles",
    "thing": "/id/brussels-beer-project",
    "mission": "/id/mission-korea-2017",
    "why": f"/why?{urlencode(_TRIPLE)}",
    # The same on a page of its own, by the digest of the triple, as files have it.
    "proof": "/why/309974c14c5f95ea",
    "things": "/things",
    "marks": "/marks",
    "sources": "/source",
    "source": "/source/aichi-2017",
    "claims": "/claims",
    "claim": "/source/aichi-2017/claim/deab1ab49192",
    "claim-remark": "/source/aichi-2017/claim/b9cbf3e58310",
    "quality": "/quality",
    "ontology": "/ontology",
    "class": "/ontology/Mission",
    "concept": "/core/scheme/plan",
    "shapes": "/shapes",
    "shape": "/shapes/S19-two-signatories",
    "questions": "/queries",
    "question-form": "/queries/agreements-of",
    "question": "/queries/missions",
    "question-error": "/queries/agreements-of?actor=Seool",
    "question-empty": "/queries/agreements-of?actor=id:louise",
    "sparql": "/sparql",
    "sparql-answer": "/sparql?" + urlencode({"query": _QUERY}),
    "sparql-error": "/sparql?" + urlencode({"query": "SELECT * {\n  ?s foo:bar ?o\n}\n"}),
}  # fmt: skip


def address(kind: str, lang: str) -> str:
    """The path of a kind of page in a language."""
    path, mark, query = KINDS[kind].partition("?")
    return f"{'/index' if path == '/' else path}.{lang}.html{mark}{query}"
