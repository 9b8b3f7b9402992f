"""Addresses: which page an IRI of the project has, and which IRI a page is about."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

LANGUAGES = ("en", "fr")
# The forms of a resource: the ending of its address, and its media type.
HTML = {f"{lang}.html": "text/html" for lang in LANGUAGES}
DATA = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "trig": "application/trig",
    "nq": "application/n-quads",
}
# The forms of the answer to a stored question, best first where a type is the same.
ROWS = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
    "srj": "application/sparql-results+json",
    "jsonl": "application/jsonl",
    "md": "text/markdown",
    "spreadsheet.csv": "text/csv",
}
_ENDING = re.compile(r"(?P<path>/.*?)\.(?P<form>" + "|".join([*HTML, *DATA]) + r")")
_SAFE = "/:@!$'()*+,;=~-._"


@dataclass(frozen=True)
class Address:
    """A path taken apart: the resource, the form it is wanted in (empty: to be negotiated)."""

    path: str
    form: str = ""

    @classmethod
    def of(cls, path: str) -> Address:
        """The address that a path names.

        >>> Address.of("/id/awex.fr.html")
        Address(path='/id/awex', form='fr.html')
        >>> Address.of("/index.en.html"), Address.of("/id/awex").form
        (Address(path='/', form='en.html'), '')
        """
        found = _ENDING.fullmatch(path)
        resource = found["path"] if found else path
        return cls("/" if resource == "/index" else resource, found["form"] if found else "")

    @property
    def lang(self) -> str:
        """The language of a page; English for data."""
        return self.form.removesuffix(".html") if self.form in HTML else LANGUAGES[0]

    def as_form(self, form: str) -> str:
        """The path of the same resource in another form."""
        return f"{'/index' if self.path == '/' else self.path}.{form}"


@dataclass(frozen=True)
class Addresses:
    """IRIs to paths and back.

    Args:
        namespace: what the IRIs of the project begin with, ending in ``/``.
    """

    namespace: str

    def path(self, iri: str) -> str | None:
        """The path at which an IRI is described, with its fragment; None for a foreign IRI.

        What the ontology and other documents define with hash IRIs has a page of its own each,
        below that of the document; a span (``#char=…``) is a place in the page of its source.

        >>> local = Addresses("https://w3id.org/ecodip/").path
        >>> local("https://w3id.org/ecodip/id/awex"), local("http://w3id.org/ecodip#Agency")
        ('/id/awex', '/ontology/Agency')
        >>> local("https://w3id.org/ecodip/source/a#char=1,2"), local("https://example.org/")
        ('/source/a#char=1,2', None)
        """
        root = self.namespace.removesuffix("/")
        iri = re.sub("^http:", "https:", iri) if root.startswith("https:") else iri
        document, hash, fragment = iri.partition("#")
        if document == root:
            document = f"{self.namespace}ontology"
        if not document.startswith(self.namespace):
            return None
        path = "/" + document.removeprefix(self.namespace)
        if not hash:
            return path
        return f"{path}#{fragment}" if "=" in fragment else f"{path}/{fragment}"

    def iris(self, path: str) -> tuple[str, ...]:
        """The IRIs that a path may stand for: with ``/``, or with ``#`` before the last part.

        >>> Addresses("https://w3id.org/ecodip/").iris("/ontology/Agency")
        ('https://w3id.org/ecodip/ontology/Agency', 'https://w3id.org/ecodip#Agency')
        """
        iri = self.namespace + path.removeprefix("/")
        root = self.namespace.removesuffix("/")
        if path == "/ontology":
            return (root,)
        document, _, last = iri.rpartition("/")
        document = root if document == f"{root}/ontology" else document
        return (iri, f"{document}#{last}") if document.startswith(root) and last else (iri,)


@lru_cache(maxsize=50_000)
def relative(target: str, page: str) -> str:
    """A link from one page to another, so that it holds in any folder and behind any proxy.

    Args:
        target: a path from ``/``, perhaps with ``?…`` or ``#…``, not percent-encoded before these.
        page: the path of the page that links.

    >>> relative("/static/style.css", "/id/awex.en.html"), relative("/id/a#b=1,2", "/id/a")
    ('../static/style.css', 'a#b=1,2')
    """
    path = re.split("[?#]", target, maxsplit=1)[0]
    rest = target[len(path) :]
    found = _way(path, posixpath.dirname(page))
    found += "/" if path.endswith("/") and not found.endswith("/") else ""
    # A colon in the first part would be taken for a scheme.
    found = f"./{found}" if ":" in found.split("/", 1)[0] else found
    return quote(found, safe=_SAFE) + rest


@lru_cache(maxsize=65_536)
def _way(path: str, folder: str) -> str:
    return posixpath.relpath(path, folder)
