"""View: what a template needs to write one page in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from kg.findings import wording
from kg.legible import legible
from kg.namespaces import WGS84
from kg.terms import Term, compact
from kg.web.addresses import HTML, LANGUAGES, Address, relative
from kg.web.exchange import Request, Response
from kg.web.written import number, typeset, written

if TYPE_CHECKING:
    import jinja2

    from kg.web.application import Application

# What begins so is a file, not a page in several languages.
_FILES = ("/static/", "/assets/", "/data/", "/.", "/openapi.json")

# What is displayed of standards that the graph does not describe.
_WORDS: Mapping[Term, str] = {WGS84.lat: "web-latitude", WGS84.long: "web-longitude"}


@dataclass(frozen=True)
class View:
    """One page being made: its request, address and language, and the application behind it."""

    app: Application
    request: Request
    address: Address

    @property
    def lang(self) -> str:
        """The language of the page."""
        return self.address.lang

    @property
    def path(self) -> str:
        """Where the page itself stands, with its form."""
        return self.address.as_form(self.address.form or f"{self.lang}.html")

    def say(self, code: str, **params: Any) -> str:
        """A text of the catalogue, in the language of the page, with its numbers written so."""
        told = {
            name: number(value, self.lang) if type(value) is int else value
            for name, value in params.items()
        }
        return self.typeset(wording(code, self.lang, **told))

    def typeset(self, text: str) -> str:
        """A text in the language of the page, whose signs do not break away from their words."""
        return typeset(text, self.lang)

    def name(self, term: Term | None) -> str:
        """A term as people read it: its label, its value as people write it, or its short name."""
        if term is None:
            return ""
        if isinstance(term, Literal):
            return written(term, self.lang)
        if label := self.app.label(term, self.lang):
            return label
        return self.say(_WORDS[term]) if term in _WORDS else compact(term, self.app.prefixes)

    def href(self, path: str) -> str:
        """A relative link to a path from ``/``: to the page in this language where it has no form.

        >>> from kg.project import Project
        >>> from kg.web.application import Application
        >>> view = View(Application(Project()), Request("/"), Address.of("/id/awex.fr.html"))
        >>> view.href("/id/jetro#top"), view.href("/static/style.css")
        ('jetro.fr.html#top', '../static/style.css')
        """
        ends = [i for sign in "?#" if (i := path.find(sign)) >= 0]
        cut = min(ends, default=len(path))
        address = Address.of(path[:cut])
        has_one_form = path.startswith(("/static/", "/assets/", "/.")) or path[:cut].endswith(
            ".json"
        )
        is_page = not address.form and not has_one_form
        target = address.as_form(f"{self.lang}.html") if is_page else path[:cut]
        return relative(target + path[cut:], self.path)

    def file(self, path: str) -> str:
        """A relative link to a path from ``/`` as it stands: to what has one form only."""
        return relative(path, self.path)

    def to(self, term: Term | str) -> str:
        """A link to what describes a resource: our page, else its IRI where that is for the web.

        Empty where there is nothing to link to, as for ``javascript:`` IRIs.
        """
        iri = term.value if isinstance(term, NamedNode) else term if isinstance(term, str) else ""
        path = self.app.addresses.path(iri)
        if path is not None:
            # An IRI may end like a form, as that of a file does; what it means is described.
            document, sign, fragment = path.partition("#")
            if document.startswith(_FILES):
                return relative(path, self.path)
            page = Address(document).as_form(f"{self.lang}.html")
            return relative(page + sign + fragment, self.path)
        return iri if iri.startswith(("http://", "https://", "mailto:")) else ""

    def link(self, term: Term | None, text: str | None = None) -> Markup:
        """A term as a link with its label; a literal as its text, with its language."""
        shown = text or self.name(term)
        if isinstance(term, Literal) and term.language and term.language != self.lang:
            return Markup('<span lang="%s">%s</span>') % (term.language, shown)
        target = self.to(term) if isinstance(term, NamedNode) else ""
        if not target:
            return Markup("<span>%s</span>") % shown
        if target.startswith(("http:", "https:")):
            return Markup('<a href="%s" rel="external">%s</a>') % (target, shown)
        return Markup('<a href="%s">%s</a>') % (target, shown)

    def form(self, form: str) -> str:
        """A link to this resource in another form, such as ``ttl``."""
        return relative(self.address.as_form(form), self.path)

    @property
    def translations(self) -> Mapping[str, str]:
        """Links to this page in the other languages, by language."""
        from urllib.parse import urlencode

        query = f"?{urlencode(self.request.query)}" if self.request.query else ""
        return {
            lang: relative(self.address.as_form(f"{lang}.html") + query, self.path)
            for lang in LANGUAGES
            if lang != self.lang
        }

    @property
    def schema_org(self) -> Markup:
        """What the page is about in the words of schema.org; the home page is about the dataset."""
        from kg.web.data.schema_org import schema_org

        is_home = self.address.path == "/"
        topic = self.app.descriptions.dataset if is_home else self.app.find(self.address.path)
        return schema_org(self, topic)

    def page(self, template: str, /, status: int = 200, **values: Any) -> Response:
        """A page made from a template of ``kg/web/templates``; its text is escaped by itself.

        The template sees ``view`` and ``values``.
        """
        assert self.address.form in HTML or status >= 400, self.address
        text = environment().get_template(template).render(view=self, **values)
        return Response(text.encode(), status=status, headers=(("Content-Language", self.lang),))


@cache
def environment() -> jinja2.Environment:
    """The templates: all is escaped and legible; a name that does not exist is an error."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("kg.web"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=legible,
    )  # fmt: skip
