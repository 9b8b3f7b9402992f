"""Links: what a response says, in its header, of the other forms and the resource it describes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from kg.web.addresses import DATA, HTML, relative

if TYPE_CHECKING:
    from kg.web.exchange import Pairs
    from kg.web.view import View


def links(view: View, *, has_data: bool = True) -> Pairs:
    """The header ``Link`` of a page or a document of data.

    It names the other forms (``alternate``) with their types, the data that describes the page
    (``describedby``), the resource described (``describes``), the lasting address (``canonical``)
    and the license of the dataset.

    Args:
        view: the page or document.
        has_data: False for a page that has no form for machines.

    Source: RFC 8288, RFC 6596 (canonical), RFC 6892 (describes), POWDER (describedby).
    """
    address, namespace = view.address, view.app.addresses.namespace
    found = []
    for form, media in {**HTML, **(DATA if has_data else {})}.items():
        if form == address.form:
            continue
        target = relative(address.as_form(form), view.path)
        lang = form.removesuffix(".html") if form in HTML else ""
        more = f'; hreflang="{lang}"' if lang else ""
        found.append(f'<{target}>; rel="alternate"; type="{media}"{more}')
    if has_data and address.form in HTML:
        target = relative(address.as_form("ttl"), view.path)
        found.append(f'<{target}>; rel="describedby"; type="text/turtle"')
    if has_data and (topic := view.app.descriptions.topic(address.path)) is not None:
        found.append(f'<{_uri(topic.value)}>; rel="describes"')
    path = address.as_form(address.form).removeprefix("/")
    found.append(f'<{_uri(namespace + path)}>; rel="canonical"')
    found += [f'<{_uri(one.value)}>; rel="license"' for one in view.app.descriptions.licenses]
    return (("Link", ", ".join(found)),)


def _uri(iri: str) -> str:
    """An IRI as a header may hold it: as a URI.

    Source: RFC 3987, section 3.1.
    """
    return quote(iri, safe="/:?#[]@!$&'()*+,;=~%-._")
