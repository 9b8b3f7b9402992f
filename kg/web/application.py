"""Application: answers any request about one built graph, in this process and without a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from pyoxigraph import NamedNode

from kg.asker import Asker
from kg.errors import KgError, ParameterError
from kg.labels import Labels
from kg.namespaces import DCTERMS
from kg.schema import Schema
from kg.store import Store
from kg.terms import Term
from kg.web.addresses import DATA, HTML, LANGUAGES, ROWS, Address, Addresses
from kg.web.data.links import links
from kg.web.data.rows import rows
from kg.web.edition import Edition
from kg.web.exchange import HttpError, Pairs, Request, Response, preferred, status_of
from kg.web.freshness import Freshness
from kg.web.portrait import Portraits
from kg.web.routes import DESCRIBED, ENDPOINTS, PAGES_ONLY, QUESTION, ROUTES, answering
from kg.web.told import told
from kg.web.view import View

if TYPE_CHECKING:
    from kg.project import Project
    from kg.web.data.descriptions import Descriptions
    from kg.web.limits import Limits

Kept = TypeVar("Kept")

_IN_MEMORY = 300_000  # statements: a few seconds, and some 400 MB
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Application:
    """The pages and data of one built graph.

    Args:
        project: the project; built if there is no build yet.
        is_static: the pages are to be files, so that nothing may be asked of a server.
        limits: of the server that runs it; None where no server does.

    >>> from kg.project import Project
    >>> Application(Project()).respond(Request("/nowhere.en.html")).status
    404
    """

    def __init__(
        self, project: Project, *, is_static: bool = False, limits: Limits | None = None
    ) -> None:
        self.project = project
        self.is_static = is_static
        self.limits = limits
        self.prefixes = project.layout.prefixes
        # The prefix graph: is <namespace>graph/.
        self.addresses = Addresses(self.prefixes["graph"].rstrip("/").rpartition("/")[0] + "/")
        self._kept: dict[object, Any] = {}
        self.label = lru_cache(maxsize=100_000)(self._label)

    @classmethod
    def loaded(cls, project: Project, limits: Limits | None = None) -> Application:
        """An application that holds its graph in memory where it is not too large.

        A lookup then takes a third of the time; workers that are forked of the process share the
        memory, and no thread of a store on disk is there.
        """
        last = project.manifest or project.build()
        if sum(last["statements"].values()) <= _IN_MEMORY:
            project.store = Store.read(project.layout.build / last["store"])
        return cls(project, limits=limits)

    def keep(self, make: Callable[[Application], Kept]) -> Kept:
        """What a function makes of this graph; it is called once."""
        if make not in self._kept:
            self._kept[make] = make(self)
        found: Kept = self._kept[make]
        return found

    @property
    def store(self) -> Store:
        """The built graph."""
        return self.project.store

    @cached_property
    def _labels(self) -> Mapping[str, Labels]:
        return {lang: Labels(self.store, lang) for lang in LANGUAGES}

    @cached_property
    def portraits(self) -> Portraits:
        """What the graph says of each thing."""
        return Portraits(self.store, self.project.layout)

    @cached_property
    def edition(self) -> Edition:
        """Which graph this is, and under which conditions it may be used."""
        return Edition.of(self.store, self.project)

    def _label(self, term: Term, lang: str) -> str | None:
        return self._labels[lang].of([term]).get(term)

    @cached_property
    def descriptions(self) -> Descriptions:
        """What the project holds of each resource."""
        from kg.web.data.descriptions import Descriptions

        return Descriptions(self)

    def asker(self, lang: str) -> Asker:
        """Asks stored questions, with labels in a language."""
        return self._askers[lang]

    @cached_property
    def _askers(self) -> Mapping[str, Asker]:
        ontology = self.store.quads(self.project.layout.layer("ontology"))
        classes = Schema.of(ontology).classes
        return {lang: Asker(self.store, self.prefixes, classes, lang) for lang in LANGUAGES}

    @cached_property
    def _freshness(self) -> Freshness:
        return Freshness.of(self.project)

    def respond(self, request: Request) -> Response:
        """Answer a request. Nothing that a client sends raises; faults of ours do."""
        address = Address.of(request.path)
        if address.form in DATA and self.descriptions.topic(request.path) is not None:
            address = Address(request.path)  # an IRI that ends like a form, as of a file
        view = View(self, request, address)
        try:
            if (kept := self._freshness.unchanged(request)) is not None:
                return self._safe(kept)
            return self._safe(self._freshness.marked(request, self._answer(view)))
        except HttpError as error:
            return self._safe(self._error(view, error))
        except KgError as error:
            return self._safe(self._error(view, error))

    def _answer(self, view: View) -> Response:
        for pattern, face in ENDPOINTS:
            if found := re.fullmatch(pattern, view.request.path):
                return answering(face)(view, **found.groupdict())
        if view.request.method not in ("GET", "HEAD"):
            allow = (("Allow", "GET, HEAD"),)
            raise HttpError(405, "web-method", allow, method=view.request.method)
        if (successor := self._successors.get(view.address.path)) is not None:
            form = view.address.form
            path = Address(successor).as_form(form) if form else successor
            location = _located(path) + _query(view.request.query)
            return Response(b"", "text/plain; charset=utf-8", 301, (("Location", location),))
        for pattern, face in ROUTES:
            if found := re.fullmatch(pattern, view.address.path):
                if not view.address.form:
                    return self._negotiated(view)
                return self._formed(view, face, found.groupdict())
        raise HttpError(404, "web-not-found", path=view.request.path)

    @cached_property
    def _successors(self) -> Mapping[str, str]:
        """The path of what took the place of a resource, by the path of that resource."""
        layer = self.project.layout.layer("dataset")
        found = self.store.engine.quads_for_pattern(None, DCTERMS.isReplacedBy, None, layer)
        pairs = (tuple(self.addresses.path(str(getattr(term, "value", ""))) for term in ends)
                 for ends in ((quad.subject, quad.object) for quad in found))  # fmt: skip
        return {old: new for old, new in pairs if old and new}

    def _formed(self, view: View, face: str, named: Mapping[str, str]) -> Response:
        """A resource in the form that its address names, with links to the other forms."""
        has_data = view.address.path not in PAGES_ONLY
        if view.address.form in DATA and has_data:
            found = answering(DESCRIBED)(view)
        elif view.address.form in DATA:
            raise HttpError(404, "web-not-found", path=view.request.path)
        else:
            found = answering(face)(view, **named)
        if found.status != 200:
            return found
        more = links(view, has_data=has_data)
        return Response(found.body, found.type, found.status, (*found.headers, *more))

    def _negotiated(self, view: View) -> Response:
        """The way to the form that ``format`` names, else the one that the client likes best.

        Things of the world are described by another document (303 See Other); which one depends
        on the headers (Vary). The rows of a stored question are answered at once.
        """
        forms = {"html": "text/html", **DATA}
        if view.address.path in PAGES_ONLY:
            forms = {"html": "text/html"}
        question = QUESTION.fullmatch(view.address.path)
        if question:
            forms |= ROWS
        form = view.request.param("format")
        if form and form not in forms:
            raise HttpError(406, "web-not-acceptable", offered=", ".join(forms))
        if not form:
            kind = preferred(view.request.header("accept"), forms.values())
            if kind is None:
                offered = ", ".join(dict.fromkeys(forms.values()))
                raise HttpError(406, "web-not-acceptable", offered=offered)
            form = next(form for form, media in forms.items() if media == kind)
        if question and form in ROWS:
            return rows(view, question["name"], form)
        if form == "html":
            accepted = view.request.header("accept-language")
            form = f"{preferred(accepted, LANGUAGES) or LANGUAGES[0]}.html"
        target = View(self, view.request, Address(view.address.path, form))
        query = _query([pair for pair in view.request.query if pair[0] != "format"])
        headers = (("Location", _located(target.path) + query), ("Vary", "Accept, Accept-Language"))
        return Response(b"", "text/plain; charset=utf-8", 303, headers)

    def _error(self, view: View, error: HttpError | KgError) -> Response:
        lang = preferred(view.request.header("accept-language"), LANGUAGES) or LANGUAGES[0]
        if view.address.form in HTML:
            lang = view.address.lang
        shown = View(self, view.request, Address(view.address.path, f"{lang}.html"))
        if isinstance(error, KgError):
            name = f"{error.name}: " if isinstance(error, ParameterError) else ""
            reason = name + told(shown, error)
            error = HttpError(status_of(error), "web-error", reason=reason)
        kinds = ("text/plain", "text/html") if _wants_data(view) else ("text/html", "text/plain")
        if preferred(view.request.header("accept"), kinds) == "text/html":
            found = shown.page("error.html", error.status, error=error)
            return Response(found.body, found.type, error.status, (*found.headers, *error.headers))
        text = f"{shown.say(error.code, **error.params)}\n"
        return Response(text.encode(), "text/plain; charset=utf-8", error.status, error.headers)

    def _safe(self, response: Response) -> Response:
        """The response with the headers that keep a browser from being misled."""
        given = {name.lower() for name, _ in response.headers}
        headers: Pairs = (
            ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
        )
        if not response.type.startswith("text/html"):
            # Data is for everyone, so also for the scripts of other sites.
            headers += (("Access-Control-Allow-Origin", "*"),)
        more = tuple(pair for pair in headers if pair[0].lower() not in given)
        return Response(response.body, response.type, response.status, response.headers + more)

    def find(self, path: str) -> NamedNode | None:
        """The resource of the graph that a path stands for; None where there is none."""
        for iri in self.addresses.iris(path):
            try:
                node = NamedNode(iri)
            except ValueError:
                continue
            engine = self.store.engine
            if any(engine.quads_for_pattern(node, None, None, None)):
                return node
            if any(engine.quads_for_pattern(None, None, node, None)):
                return node
        return None


def _wants_data(view: View) -> bool:
    """Whether an address names a form for machines: then an error is rather plain text."""
    is_file = "." in view.request.path.rpartition("/")[2] and view.address.form not in HTML
    return is_file or view.request.param("format") not in ("", "html")


def _located(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/:@!$&'()*+,;=~-._")


def _query(parameters: Sequence[tuple[str, str]]) -> str:
    from urllib.parse import urlencode

    return f"?{urlencode(parameters)}" if parameters else ""
