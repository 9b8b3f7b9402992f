"""Project: the Python interface to a folder of annotated documents and its graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pyoxigraph import NamedNode, QueryBoolean, QueryTriples, Triple

from kg import build
from kg.asker import Asker
from kg.claims import Claim, Statements
from kg.dataset import input_digests
from kg.errors import InputError
from kg.findings import Finding
from kg.graph import Graph
from kg.layout import Layout
from kg.names import nearest
from kg.queries import ANYTHING, LITERALS, StoredQuery, load, load_file
from kg.reading import Reading
from kg.results import Answer
from kg.schema import Schema
from kg.store import Store, rows_of
from kg.terms import compact, expand
from kg.text import Texts

if TYPE_CHECKING:
    import rdflib

    from kg.impact import Impact
    from kg.report import Validation, Violation
    from kg.terms import Term
    from kg.verdicts import Verdicts
    from kg.why import Proof, Why, WhyNot
    from kg.why.explainer import Explainer

Progress = Callable[[str], None]


class Project:
    """A project folder: its claims, its graph, its stored queries.

    Args:
        path: the folder, or one inside it; the working directory unless told, else the project
            that was installed with the package.
        texts: the folder of the source texts, to verify spans; ``KG_TEXTS`` unless told.
        lang: language of labels and messages, ``en`` or ``fr``.

    >>> project = Project()
    >>> claim = project.claims(source="aichi-2017", modality="plan")[0]
    >>> claim.asserted, claim.spans[0].words
    (False, 'mission officielle')
    """

    def __init__(
        self,
        path: Path | str | None = None,
        *,
        texts: Path | str | None = None,
        lang: str = "en",
        layout: Layout | None = None,
    ) -> None:
        self.layout = layout or (Layout(path) if path is not None else Layout.find())
        self.lang = lang
        self._texts = texts

    @cached_property
    def texts(self) -> Texts:
        """The source texts at hand, by digest."""
        return Texts.wanted(self._texts)

    @cached_property
    def reading(self) -> Reading:
        """What the files of the project hold, with all findings."""
        return Reading.of(self.layout, self.texts)

    @property
    def was_read(self) -> bool:
        """Whether all files were read in this process."""
        return "reading" in self.__dict__

    def check(self) -> list[Finding]:
        """All that is wrong with annotations, ontology, shapes and stored queries."""
        from kg.moved import moved_terms
        from kg.validation import load_shapes

        findings = list(self._queries[1])
        checks: tuple[Callable[[], object], ...] = (
            lambda: findings.extend(self.reading.findings),
            lambda: findings.extend(self._unknown_types()),
            lambda: findings.extend(moved_terms(self.layout, self.reading.schema)),
            lambda: load_shapes(self.layout.shapes()),
            lambda: build.frame(self.layout),
        )
        for step in checks:
            try:
                step()
            except InputError as error:
                if not error.findings:
                    raise
                findings += error.findings
        return sorted(set(findings))

    def _unknown_types(self) -> Iterator[Finding]:
        known = {*self.reading.schema.classes, *LITERALS, ANYTHING}
        for query in self.queries().values():
            for parameter in query.parameters:
                if (kind := parameter.type) not in known:
                    yield Finding.of(
                        "query-type", query.file, parameter=parameter.name, type=kind,
                        near=nearest(kind, known),
                    )  # fmt: skip

    def claims(
        self,
        *,
        source: str | None = None,
        modality: str | None = None,
        about: str | None = None,
    ) -> tuple[Claim, ...]:
        """Claims by source and line of annotation: all of them, or those that fit.

        Args:
            source: name of a source, as in ``seeds/<name>.ann``.
            modality: ``fact``, ``plan``, …
            about: id of a thing, such as ``id:awex``.

        Raises:
            InputError: a name that the project does not know.
        """
        stated = self.statements(source)
        modalities = self.reading.schema.modalities
        if modality is not None and modality not in modalities:
            known = ", ".join(sorted(modalities))
            raise InputError("unknown-modality", name=modality, known=known)
        thing = None if about is None else self._thing(about)
        return tuple(
            claim
            for found in stated
            for claim in found.claims
            if (modality is None or claim.modality == modality)
            and (thing is None or thing in claim.about)
        )

    def statements(self, source: str | None = None) -> tuple[Statements, ...]:
        """What each source states, or what one of them does.

        Raises:
            InputError: no source has this name.
        """
        found = {one.source.name: one for one in self.reading.statements}
        if source is None:
            return tuple(found.values())
        if source not in found:
            raise InputError("unknown-source", name=source, near=nearest(source, found))
        return (found[source],)

    def assemble(self) -> Graph:
        """The graph in memory, reasoned over but neither validated nor written.

        Raises:
            InputError, CheckFailed: a file is unreadable, a gate failed or the graph contradicts
                itself; ``findings`` lists all of it.
        """
        self.reading.stop_on_errors()
        return Graph.of(self.reading)

    def _thing(self, name: str) -> NamedNode:
        things = {one for claim in self.reading.claims for one in claim.about}
        ids = {compact(one, self.layout.prefixes): one for one in things}
        found = expand(name, self.layout.prefixes)
        if found not in things:
            raise InputError("unclaimed", name=name, near=nearest(name, ids))
        return found

    @cached_property
    def _validation(self) -> Validation:
        return self._validated(None, "sparql")

    def _validated(self, graph: Graph | None, engine: Literal["sparql", "pyshacl"]) -> Validation:
        from kg.report import violations

        if graph is None:
            try:
                graph = self.assemble()
            except InputError:
                graph = None  # what is asserted can still be validated
        inferred = None if graph is None else graph.layers["inferred"]
        return violations(self.reading, inferred, engine)

    def validation(self, engine: Literal["sparql", "pyshacl"] = "sparql") -> Validation:
        """What the shapes say before and after reasoning, and what is to say of the shapes.

        Args:
            engine: ``sparql`` runs in the store; ``pyshacl`` is the referee, far slower.

        Raises:
            InputError: a file of ``shapes/`` is malformed.
        """
        return self._validation if engine == "sparql" else self._validated(None, engine)

    def validate(self) -> list[Violation]:
        """What the shapes find wrong in what the sources and the authority assert, and what
        inference reveals.
        """
        return list(self._validation.violations)

    def build(self, progress: Progress | None = None, *, full: bool = False) -> dict[str, Any]:
        """Bring ``build/`` up to date with the files of the project; return its manifest.

        Sources that did not change since the last build are not read again, and only what follows
        of a change is worked out; the result is the same as that of a full build. Where anything
        but sources changed, or with texts to verify, everything is made anew.

        Args:
            progress: told the name of each step.
            full: make everything anew.

        Raises:
            InputError, CheckFailed: nothing is written and an existing build stays whole.
        """
        tell = progress or (lambda _: None)
        for name in ("reading", "_validation"):
            self.__dict__.pop(name, None)  # the files may have changed since they were read
        found = None
        if not full and Texts.wanted(self._texts).folder is None:
            from kg.update import update

            found = update(self.layout, tell)
        if found is None:
            found = self._build_anew(tell)
        for name in ("store", "_asker", "_explainer"):
            self.__dict__.pop(name, None)
        return found

    def _build_anew(self, tell: Progress) -> dict[str, Any]:
        from kg.records import SourceRecord
        from kg.report import stop_on_violations, violations

        tell("reading")
        self.reading  # noqa: B018 -- read first, so that steps are told in their order
        with build.staging(self.layout) as folder:
            tell("reasoning")
            graph = self.assemble()
            tell("validating")
            inferred = graph.layers["inferred"]
            self._validation = violations(self.reading, inferred, keep=folder / "checks")
            stop_on_violations(self._validation.violations)
            tell("writing")
            records = {
                found.source.name: SourceRecord.of(found).to_json()
                for found in self.reading.statements
            }
            return build.write(self.layout, folder, graph, records)

    def impact(self, *files: str | Path, explained: int | None = 20) -> Impact:
        """What changed files would make of the graph; nothing is written.

        Args:
            files: files of the project as they are now (or that are not there any more), compared
                with the last build; or new versions of some that lie elsewhere, known by name.
            explained: how many of the inferred triples that come or go are given the reason; None
                for all.

        Returns:
            Claims, triples, results of validation and rows of stored queries that come, go or
            change. ``.errors`` has what would stop a build, ``.text()`` writes it for people.

        Raises:
            InputError: a file is not what it is named for, or may stand for several; a file of
                the project changed and there is no build to compare it with.
            EngineError: the build is damaged.

        >>> import tempfile
        >>> project = Project()
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "missions.rq")
        ...     text = (project.layout.root / "queries" / "missions.rq").read_text()
        ...     _ = file.write_text(text + "LIMIT 1")
        ...     impact = project.impact(file)
        >>> impact.changed, [query.name for query in impact.queries]
        (frozenset({'rows'}), ['missions'])
        """
        from kg.impact import impact

        texts = Texts.wanted(self._texts)
        return impact(self.layout, files, texts, lang=self.lang, explained=explained)

    @property
    def manifest(self) -> dict[str, Any] | None:
        """What the last build was made of; None when there is none."""
        return build.manifest(self.layout)

    @property
    def is_built(self) -> bool:
        """Whether there is a graph to ask."""
        return self.manifest is not None

    @property
    def is_stale(self) -> bool:
        """Whether the sources changed since the last build (or there is none)."""
        last = build.manifest(self.layout)
        return last is None or last.get("inputs") != input_digests(self.layout)

    def verdicts(self) -> Verdicts:
        """What the shapes said of the built graph, before and after reasoning.

        Raises:
            EngineError: the build is damaged.
        """
        from kg.verdicts import Verdicts

        last = build.manifest(self.layout) or self.build()
        return Verdicts.read(self.layout.build / last["checks"])

    @cached_property
    def store(self) -> Store:
        """The built graph; built first when there is none.

        Raises:
            EngineError: the store cannot be opened.
        """
        last = build.manifest(self.layout) or self.build()
        return Store.open(self.layout.build / last["store"])

    @cached_property
    def _queries(self) -> tuple[dict[str, StoredQuery], list[Finding]]:
        return load(self.layout)

    def queries(self) -> Mapping[str, StoredQuery]:
        """The stored queries by name."""
        return self._queries[0]

    def query(self, name: str, /, **params: Any) -> Answer:
        """Ask a stored query.

        Args:
            name: the file's name without ``.rq``.
            params: parameters as terms, ids such as ``id:awex``, labels in any language, or values.

        Raises:
            InputError: no such query or parameter, or a value of the wrong type.
        """
        return self._asker.ask(self.stored(name), params)

    def stored(self, name: str) -> StoredQuery:
        """A stored query by name.

        Raises:
            InputError: there is none of that name, or its file is malformed.
        """
        files = {file.stem: file for file in self.layout.files("queries", "*.rq")}
        if name not in files:
            raise InputError("unknown-query", name=name, near=nearest(name, files))
        return load_file(self.layout, files[name])

    def sparql(self, text: str, *, evidence: bool = False) -> Answer | bool | tuple[Triple, ...]:
        """Run any query; the union of all layers is its default graph.

        Args:
            text: the query; the project's prefixes need no declaration.
            evidence: take the variables claim, claim2, … out of the rows, fold equal rows, and
                give each row the words of its claims, as stored queries do.

        Returns:
            Rows for SELECT, a truth value for ASK, triples for CONSTRUCT and DESCRIBE.

        Raises:
            InputError: no SPARQL 1.1 query, or one that asks another server.
        """
        result = self.store.run(text, prefixes=self.layout.prefixes)
        if isinstance(result, QueryBoolean):
            return bool(result)
        if isinstance(result, QueryTriples):
            return tuple(result)
        answer = rows_of(result)
        return self._asker.folded(answer) if evidence else self._asker.labelled(answer)

    @cached_property
    def _asker(self) -> Asker:
        ontology = self.store.quads(self.layout.layer("ontology"))
        return Asker(self.store, self.layout.prefixes, Schema.of(ontology).classes, self.lang)

    @cached_property
    def _explainer(self) -> Explainer:
        from kg.why.explainer import Explainer

        return Explainer(self.store, self.layout, self._asker, self.lang)

    def why(
        self,
        subject: Term | str | None,
        predicate: Term | str | None,
        object: Term | str | None,
        *,
        all: bool = False,
        limit: int = 10_000,
        first: int = 20,
    ) -> Why:
        """Why triples hold: a shortest proof of each, down to the claims and their words.

        Args:
            subject: a term, id or label in any language; None or ``?`` for any.
            predicate: likewise; ``a`` is ``rdf:type``.
            object: likewise, or a value.
            all: every minimal proof: one for each smallest set of statements that suffices.
            limit: how far to search; a proof says by ``whole`` whether that was enough.
            first: explain only so many of the triples that fit.

        Returns:
            An explanation for each triple that holds, or that claims make without stating it as
            a fact. ``.proofs`` has all proofs, ``.text()`` writes them.

        Raises:
            InputError: a name that means nothing.

        >>> why = Project().why("Brussels Beer Project", "has office in", "Japan")
        >>> [leaf.layers for leaf in why.proofs[0].leaves]
        [('asserted',), ('asserted', 'authority')]
        """
        return self._explainer.why(
            subject, predicate, object, every=all, limit=limit, first=first
        )  # fmt: skip

    def why_not(
        self,
        subject: Term | str,
        predicate: Term | str,
        object: Term | str,
        *,
        rules: int = 5,
    ) -> WhyNot:
        """What a triple lacks to hold: the nearest rules with their unmatched premises.

        Raises:
            InputError: a name that means nothing, or several things.

        >>> project = Project()
        >>> project.why_not("Brussels Beer Project", "has office in", "Belgium").holds
        False
        """
        return self._explainer.why_not(subject, predicate, object, rules=rules)

    def consequences(self, triple: Triple, *, most: int = 1000) -> list[Triple]:
        """The inferred statements in whose derivation a statement takes part, the nearest first.

        Some of them may hold without it. No more than ``most`` are looked for.

        >>> from pyoxigraph import NamedNode
        >>> project = Project()
        >>> (office,) = project.why("Brussels Beer Project", "has office in", "Tokyo").explanations
        >>> japan = NamedNode("https://w3id.org/ecodip/id/japan")
        >>> any(triple.object == japan for triple in project.consequences(office.triple))
        True
        """
        return self._explainer.consequences(triple, most)

    def verify(self, *proofs: Proof) -> list[Finding]:
        """Check proofs again, without what found them; what is wrong, or nothing.

        >>> project = Project()
        >>> project.verify(*project.why("Brussels Beer Project", "has office in", "Japan").proofs)
        []
        """
        return self._explainer.verify(proofs)

    def graph(self) -> rdflib.Dataset:
        """The built graph as an rdflib Dataset on top of the store, read-only.

        Its default graph is the union of all layers. The engine keeps numbers by value:
        ``xsd:nonNegativeInteger`` comes back as ``xsd:integer``; exports keep the datatype.
        """
        import rdflib
        from oxrdflib import OxigraphStore

        dataset = rdflib.Dataset(OxigraphStore(store=self.store.engine))
        for prefix, base in self.layout.prefixes.items():
            dataset.namespace_manager.bind(prefix, base, replace=True)
        return dataset

    def export(self, form: str, *layers: str) -> bytes:
        """The built graph in ``turtle``, ``trig``, ``nquads`` or ``jsonld``.

        Args:
            form: the format; Turtle leaves out which layer a statement stands in.
            layers: names of layers; unless told all of them, for Turtle asserted and authority.
        """
        if build.manifest(self.layout) is None:
            self.build()
        return build.export_layers(self.layout, build.read(self.layout), form, layers)
