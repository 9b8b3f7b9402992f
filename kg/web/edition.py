"""Edition: which graph the pages show: its title, its version, its license."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kg.namespaces import DCAT, DCTERMS, RDF, VOID
from kg.terms import Term, key

if TYPE_CHECKING:
    from kg.project import Project
    from kg.store import Store

_SHOWN = 12


@dataclass(frozen=True)
class Edition:
    """One build of a dataset, as the layer ``dataset`` describes it.

    ``digest`` is the beginning of the digest of the build; empty where the graph was not written.

    >>> from kg.project import Project
    >>> project = Project()
    >>> Edition.of(project.store, project).version
    '0.1.0'
    """

    titles: tuple[Literal, ...] = ()
    descriptions: tuple[Literal, ...] = ()
    rights: tuple[Literal, ...] = ()
    version: str = ""
    license: NamedNode | None = None
    digest: str = ""

    @classmethod
    def of(cls, store: Store, project: Project) -> Edition:
        """The edition that a store holds."""
        layer = project.layout.layer("dataset")
        engine = store.engine
        found: dict[NamedNode, list[Term]] = {}
        sets = [q.subject for q in engine.quads_for_pattern(None, RDF.type, VOID.Dataset, layer)]
        for node in sorted((n for n in sets if isinstance(n, NamedNode)), key=key)[:1]:
            for quad in engine.quads_for_pattern(node, None, None, layer):
                found.setdefault(quad.predicate, []).append(quad.object)
        texts = {
            predicate: tuple(o for o in sorted(values, key=key) if isinstance(o, Literal))
            for predicate, values in found.items()
        }
        licenses = (o for o in found.get(DCTERMS.license, ()) if isinstance(o, NamedNode))
        last = project.manifest
        return cls(
            texts.get(DCTERMS["title"], ()),
            texts.get(DCTERMS.description, ()),
            texts.get(DCTERMS.rights, ()),
            next((o.value for o in texts.get(DCAT.version, ())), ""),
            next(licenses, None),
            str(last["digest"])[:_SHOWN] if last else "",
        )


def in_language(texts: tuple[Literal, ...], lang: str) -> str:
    """The text of a language, else the English one, else any; empty where there is none.

    >>> in_language((Literal("A", language="en"), Literal("B", language="fr")), "fr")
    'B'
    """
    order = (lang, "en")
    ranked = sorted(texts, key=lambda t: (*(t.language != one for one in order), key(t)))
    return ranked[0].value if ranked else ""
