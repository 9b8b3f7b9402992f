"""Thing: the page of anything that the graph describes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode

from kg.claims import FACT
from kg.namespaces import ECCS, RDF
from kg.pictures import neighborhood
from kg.terms import compact
from kg.web.addresses import DATA
from kg.web.edition import in_language
from kg.web.exchange import HttpError, Response
from kg.web.faces import why
from kg.web.holdings import Holdings
from kg.web.portrait import Group, Statement
from kg.web.view import View

FOLDED = 12  # so many values of a property are open; the others are folded


def thing(view: View) -> Response:
    """What the graph says of a thing, each statement with the words that state it."""
    node = view.app.find(view.address.path)
    if node is None:
        raise HttpError(404, "web-not-found", path=view.address.path)
    found = view.app.portraits.of(node)
    members = view.app.keep(Holdings.of).members
    return view.page(
        "thing.html",
        thing=found,
        title=view.name(node),
        listed=[kind for kind in found.kinds if kind in members][:1],
        note=in_language(found.notes, view.lang),
        names=_names(found.names, view.name(node)),
        groups=[_shown(view, group) for group in found.groups if group.is_subject],
        incoming=[_shown(view, group) for group in found.groups if not group.is_subject],
        general=[_shown(view, group) for group in found.general],
        same=[(iri, *_outside(iri)) for iri in found.same],
        picture=neighborhood(view, node),
        folded=FOLDED,
        is_a=RDF.type,
        fact=ECCS[FACT],
        forms=DATA,
        local=local,
        capital=capital,
        short=compact(node, view.app.prefixes),
        plain=lambda text: text.strip("<>").removeprefix("https://").removeprefix("http://"),
        why_of=lambda statement: why.address(view, statement.triple),
    )


def local(term: NamedNode) -> str:
    """The last part of an IRI, to name places in a page by.

    >>> local(NamedNode("https://w3id.org/ecodip#Agency"))
    'Agency'
    """
    return term.value.rstrip("/#").rpartition("#")[2].rpartition("/")[2]


def capital(text: str) -> str:
    """A text with a capital in front, as headings have it.

    >>> capital("projet annoncé")
    'Projet annoncé'
    """
    return text[:1].upper() + text[1:]


def _shown(view: View, group: Group) -> tuple[Group, list[Statement]]:
    """A group with its statements in the order of their names; figures by value."""
    return group, sorted(group.statements, key=lambda one: _by_name(view, one))


def _by_name(view: View, statement: Statement) -> tuple[str, str]:
    other = statement.other
    if isinstance(other, Literal):
        return "", other.value.rjust(40)
    return view.name(other).casefold(), str(other)


def _names(names: Iterable[Literal], title: str) -> Mapping[str, list[str]]:
    """The other names by language."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if name.value != title and name.value not in found[name.language or ""]:
            found[name.language or ""].append(name.value)
    return {lang: shown for lang, shown in sorted(found.items()) if shown}


def _outside(iri: NamedNode) -> tuple[str, str]:
    """The name of the place that an identifier leads to, and what the thing is called there."""
    parts = urlsplit(iri.value)
    last = parts.path.rstrip("/").rpartition("/")[2] or parts.fragment
    return (parts.hostname or parts.scheme).removeprefix("www."), last
