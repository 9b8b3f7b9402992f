"""Pages: the pictures that the page of a thing or of a term asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from kg.namespaces import OWL, RDF
from kg.pictures.classes import classes_diagram, term_diagram
from kg.pictures.links import Links
from kg.pictures.neighborhood import neighborhood_of
from kg.pictures.terms import Terms, modules
from kg.terms import compact, expand

if TYPE_CHECKING:
    from markupsafe import Markup

    from kg.web.view import View

_ALL, _HIDE = "neighbors", "hide"  # parameters of a page


def neighborhood(view: View, term: NamedNode) -> Markup | None:
    """A thing with its neighbors, as a figure; None where it has none.

    On a server, ``?neighbors=all`` shows all of them, and ``?hide=…`` (prefixed names, with commas
    between) leaves predicates out; the links in the picture lead there.
    """
    app = view.app
    asked = [name for name in view.request.param(_HIDE).split(",") if name]
    hidden = [node for name in asked if (node := expand(name, app.prefixes))]
    is_whole = view.request.param(_ALL) == "all"

    def address(names: list[str], *, whole: bool) -> str:
        given = ({_ALL: "all"} if whole else {}) | ({_HIDE: ",".join(names)} if names else {})
        return view.href(view.address.path) + (f"?{urlencode(given)}" if given else "")

    def hide(predicate: NamedNode) -> str:
        return address([*asked, compact(predicate, app.prefixes)], whole=is_whole)

    found = neighborhood_of(
        term, Links(app.store, app.project.layout.layer_of).of(term), view,
        expand="" if app.is_static else address(asked, whole=True),
        hide=None if app.is_static else hide,
        show="" if app.is_static else address([], whole=is_whole),
        hidden=hidden, is_whole=is_whole,
    )  # fmt: skip
    return found.figure() if found else None


def diagram(view: View, term: NamedNode) -> Markup | None:
    """A class or property with what is around it, as a figure; None for anything else."""
    found = term_diagram(term, Terms(view.app.store), view)
    return found.figure() if found else None


def overview(
    view: View, chosen: Callable[[Iterable[NamedNode]], Iterable[NamedNode]] = frozenset
) -> list[Markup]:
    """The chosen ones of the project's classes, as figures of a dozen classes at most."""
    terms = Terms(view.app.store)
    quads = view.app.store.engine.quads_for_pattern(None, RDF.type, OWL.Class, None)
    own = {
        quad.subject for quad in quads
        if isinstance(quad.subject, NamedNode) and view.app.addresses.path(quad.subject.value)
    }  # fmt: skip
    groups = modules(set(chosen(own)), terms)
    found = []
    for i, group in enumerate(groups, 1):
        title = view.say("picture-classes")
        title += f" ({i}/{len(groups)})" if len(groups) > 1 else ""
        if picture := classes_diagram(group, terms, view, title=title):
            found.append(picture.figure())
    return found
