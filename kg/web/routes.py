"""Routes: what answers which path."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import cache

from kg.queries import PICTURES
from kg.web.addresses import LANGUAGES, ROWS
from kg.web.exchange import Response

# What answers which path: a pattern, and the function that makes the page or the data. Named
# groups of the pattern are handed to the function. The first that fits answers.
ROUTES: tuple[tuple[str, str], ...] = (
    ("/", "kg.web.faces.home:home"),
    ("/sparql", "kg.web.faces.editor:editor"),
    ("/search", "kg.web.faces.search:search"),
    ("/why", "kg.web.faces.why:why"),
    ("/why/(?P<name>[0-9a-f]+)", "kg.web.faces.why:proof"),
    ("/things", "kg.web.faces.things:things"),
    ("/marks", "kg.web.faces.home:marks"),
    ("/source", "kg.web.faces.source:sources"),
    ("/source/(?P<name>[^/]+)", "kg.web.faces.source:source"),
    ("/claims", "kg.web.faces.claims:claims"),
    ("/source/(?P<source>[^/]+)/claim/(?P<name>[^/]+)", "kg.web.faces.claims:claim"),
    ("/quality", "kg.web.faces.quality:quality"),
    ("/(?:ontology|core)", "kg.web.faces.ontology:ontology"),
    ("(?:/core)?/scheme/[^/]+", "kg.web.faces.ontology:concept"),
    ("(?:/core)?/shapes", "kg.web.faces.shapes:shapes"),
    ("(?:/core)?/shapes/[^/]+", "kg.web.faces.shapes:shape"),
    ("/ontology/[^/]+|/core/[A-Za-z][^/]*", "kg.web.faces.ontology:term"),
    ("/queries", "kg.web.faces.questions:questions"),
    ("/queries/(?P<name>[^/]+)", "kg.web.faces.questions:question"),
    ("/.+", "kg.web.faces.thing:thing"),
)
# What sees to its methods and forms itself, or has one form only.
ENDPOINTS: tuple[tuple[str, str], ...] = (
    ("/sparql", "kg.web.protocol:sparql"),
    ("/static/(?P<name>[^/]+)", "kg.web.asset:static"),
    (r"/claims\.(?P<form>csv|tsv|json|jsonl|spreadsheet\.csv)", "kg.web.faces.claims:rows"),
    ("/assets/(?P<name>[^/]+)", "kg.web.asset:brought"),
    (r"/sparql-terms\.json", "kg.web.faces.editor:terms"),
    (r"/openapi\.json", "kg.web.openapi:openapi"),
    (r"/\.well-known/void", "kg.web.data:void"),
    ("/resource", "kg.web.data:resource"),
    ("/data/(?P<name>[^/]+)", "kg.web.data:dump"),
    (rf"/queries/(?P<name>[^/]+?)\.(?P<lang>{'|'.join(LANGUAGES)})\.(?P<shape>{'|'.join(PICTURES)})"
     r"\.(?P<kind>svg|csv|html)", "kg.web.faces.drawings:picture"),
    (rf"/queries/(?P<name>[^/]+?)\.(?P<form>{'|'.join(map(re.escape, ROWS))})",
     "kg.web.data.rows:rows"),
    (r"/queries/(?P<name>[^/]+)\.(?P<kind>svg)", "kg.web.faces.drawings:picture"),
)  # fmt: skip
# What answers for the forms of data of each path of ROUTES.
DESCRIBED = "kg.web.data:describe"
QUESTION = re.compile("/queries/(?P<name>[^/]+)")
PAGES_ONLY = frozenset(
    {"/", "/sparql", "/search", "/why", "/things", "/marks", "/claims", "/quality"}
)


@cache
def answering(name: str) -> Callable[..., Response]:
    """The function that a route names, imported when it is first needed."""
    module, _, function = name.partition(":")
    found: Callable[..., Response] = getattr(importlib.import_module(module), function)
    return found
