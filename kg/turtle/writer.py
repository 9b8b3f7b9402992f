"""The writer behind ``kg format``: one graph as one text, whatever the order it was read in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from kg.namespaces import DCTERMS, OWL, RDF, RDFS, SCHEMA, SH, SKOS, VOID, XSD

DEEPEST = 60
_WIDTH = 110
_LANGUAGES = ("en", "fr", "nl")
_KINDS = (
    *(OWL.Ontology, VOID.Dataset),
    *(OWL.Class, RDFS.Class, RDFS.Datatype, OWL.AllDisjointClasses),
    *(OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property),
    *(SKOS.ConceptScheme, SKOS.Concept, SKOS.Collection),
)
_OPENING = (
    *(RDF.type, RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty),
    *(RDFS.domain, SCHEMA.domainIncludes, RDFS.range, SCHEMA.rangeIncludes),
    *(OWL.inverseOf, OWL.propertyChainAxiom),
    *(SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.path, SH.prefix),
    *(RDFS.label, SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, DCTERMS["title"]),
    *(SKOS.definition, DCTERMS.description, SKOS.scopeNote, SKOS.example),
)
_CLOSING = (SH.severity, SH.message, SH.select, RDFS.isDefinedBy)
_BARE = {
    XSD.integer: re.compile(r"-?(?:0|[1-9][0-9]*)"),
    XSD.decimal: re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+"),
    XSD.boolean: re.compile(r"true|false"),
}
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ufeff]")

_Term = ox.NamedNode | ox.BlankNode | ox.Literal
_Node = ox.NamedNode | ox.BlankNode
_Block = dict[ox.NamedNode, list[_Term]]


class Writer:
    """One graph, written block by block."""

    def __init__(self, quads: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> None:
        self.blocks: dict[_Node, _Block] = {}
        self.used: set[str] = set()
        self.prefixes = prefixes
        self.bases = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item))
        uses: Counter[ox.BlankNode] = Counter()
        holder: dict[ox.BlankNode, _Node] = {}
        for quad in quads:
            subject, value = quad.subject, quad.object
            assert not isinstance(subject, ox.Triple)
            assert not isinstance(value, ox.Triple)
            self.blocks.setdefault(subject, {}).setdefault(quad.predicate, []).append(value)
            if isinstance(value, ox.BlankNode):
                uses[value] += 1
                holder[value] = subject
        self.shared = {node for node, times in uses.items() if times > 1}
        self.shared |= _on_cycles({n: at for n, at in holder.items() if n not in self.shared})
        self.nested = uses.keys() - self.shared
        self.named: dict[ox.BlankNode, str] = {}

    def document(self, order: Sequence[ox.BlankNode]) -> str:
        """The whole text: the prefixes that are used, then one block for each subject.

        The blank nodes that cannot be nested are ``order``, and labeled in it.
        """
        self.named = {node: f"_:b{number}" for number, node in enumerate(order, 1)}
        headers = {s for s, block in self.blocks.items() if OWL.Ontology in block.get(RDF.type, ())}
        entries = []
        for subject, block in self.blocks.items():
            if subject in self.nested:
                continue
            kind = min(map(_kind, block.get(RDF.type, ())), default=len(_KINDS))
            own = not headers.isdisjoint(block.get(RDFS.isDefinedBy, ()))
            if isinstance(subject, ox.NamedNode):
                blank, head = False, self.name(subject)
            else:
                blank, head = True, self.named.get(subject, "[]")
            body = "".join(f"    {text} ;\n" for text in self.statements(block, 1))
            entries.append((kind, not own, blank, head, f"{head}\n{body}    .\n"))
        blocks = [entry[-1] for entry in sorted(entries)]
        head = "".join(f"@prefix {p}: <{self.prefixes[p]}> .\n" for p in sorted(self.used))
        return "\n".join([head, *blocks] if head else blocks)

    def statements(self, block: _Block, depth: int) -> list[str]:
        """Each predicate of a block with its objects, without the closing semicolon."""
        found = []
        for predicate, objects in sorted(block.items(), key=lambda item: self._rank(item[0])):
            verb = "a" if predicate == RDF.type else self.name(predicate)
            inner = depth if len(objects) == 1 else depth + 1
            written = [(_order(o, verb), self.term(o, inner)) for o in objects]
            written.sort(key=lambda pair: (pair[0], pair[1].split(), pair[1]))
            texts = [text for _, text in written]
            one_line = f"{verb} {' , '.join(texts)}"
            if len(texts) == 1 or (verb == "a" and len(one_line) + 4 * depth < _WIDTH):
                found.append(one_line)
            else:
                indent = "\n" + "    " * inner
                found.append(verb + indent + f" ,{indent}".join(texts))
        return found

    def term(self, term: _Term, depth: int) -> str:
        """A term as it stands at an indentation; nested blank nodes are written in place."""
        if isinstance(term, ox.NamedNode):
            return "()" if term == RDF.nil else self.name(term)
        if isinstance(term, ox.Literal):
            return self.literal(term)
        if term in self.named:
            return self.named[term]
        if depth > DEEPEST:
            raise RecursionError
        block = self.blocks.get(term, {})
        items = self._items(term)
        if items is not None:
            texts = [self.term(item, depth + 1) for item in items]
            return self._bracketed("(", texts, "", ")", depth, most=len(texts))
        single = all(len(objects) == 1 for objects in block.values())
        texts = self.statements(block, depth + 1)
        return self._bracketed("[", texts, " ;", "]", depth, most=2 if single else 0)

    def name(self, iri: ox.NamedNode) -> str:
        """The prefixed name where a declared prefix fits, else the IRI in angle brackets."""
        for prefix, base in self.bases:
            if iri.value.startswith(base) and _LOCAL.fullmatch(iri.value, len(base)):
                self.used.add(prefix)
                return f"{prefix}:{iri.value[len(base) :]}"
        return str(iri)

    def literal(self, literal: ox.Literal) -> str:
        """A literal; bare where Turtle has a short form of exactly this lexical form."""
        value, datatype = literal.value, literal.datatype
        if (bare := _BARE.get(datatype)) and bare.fullmatch(value):
            return value
        text = value.replace("\\", "\\\\").replace("\r", "\\r")
        text = _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04X}", text)
        if "\n" in value:
            text = text.replace('"""', '\\"\\"\\"')
            text = f'"""{text[:-1]}\\""""' if text.endswith('"') else f'"""{text}"""'
        else:
            text = '"' + text.replace('"', '\\"').replace("\t", "\\t") + '"'
        if literal.language:
            direction = f"--{literal.direction.value}" if literal.direction else ""
            return f"{text}@{literal.language}{direction}"
        return text if datatype == XSD.string else f"{text}^^{self.name(datatype)}"

    def _bracketed(
        self, opening: str, texts: Sequence[str], mark: str, closing: str, depth: int, *, most: int
    ) -> str:
        """Texts between brackets: on one line when there are few and they fit, else one a line."""
        if not texts:
            return opening + closing
        line = f"{opening} {f'{mark} '.join(texts)} {closing}"
        if len(texts) <= most and "\n" not in line and len(line) + 4 * depth < _WIDTH:
            return line
        indent = "\n" + "    " * (depth + 1)
        body = "".join(f"{indent}{text}{mark}" for text in texts)
        return opening + body + "\n" + "    " * depth + closing

    def _items(self, node: ox.BlankNode) -> list[_Term] | None:
        """The members of a well-formed list of nested nodes; None for any other node."""
        items = []
        cell: _Term = node
        while cell != RDF.nil:
            if not isinstance(cell, ox.BlankNode) or cell not in self.nested:
                return None
            block = self.blocks.get(cell, {})
            first, rest = block.get(RDF.first, ()), block.get(RDF.rest, ())
            if len(block) != 2 or len(first) != 1 or len(rest) != 1:
                return None
            items.append(first[0])
            cell = rest[0]
        return items

    def _rank(self, predicate: ox.NamedNode) -> tuple[int, str]:
        if predicate in _OPENING:
            return _OPENING.index(predicate), ""
        if predicate in _CLOSING:
            return len(_OPENING) + 1 + _CLOSING.index(predicate), ""
        return len(_OPENING), self.name(predicate)


def _kind(term: _Term) -> int:
    return _KINDS.index(term) if term in _KINDS else len(_KINDS)


def _order(term: _Term, verb: str) -> tuple[int, int, str]:
    """The order of objects: IRIs, plain literals, languages en fr nl and others, blank nodes."""
    if isinstance(term, ox.Literal):
        language = term.language or ""
        rank = _LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES)
        return 1, rank if language else -1, language
    return (
        (2, 0, "") if isinstance(term, ox.BlankNode) else (0, _kind(term) if verb == "a" else 0, "")
    )


def _on_cycles(holder: Mapping[ox.BlankNode, _Node]) -> set[ox.BlankNode]:
    """The blank nodes that hold themselves, at whatever remove."""
    found: set[ox.BlankNode] = set()
    settled: set[ox.BlankNode] = set()
    for start in holder:
        path: dict[ox.BlankNode, int] = {}
        node: _Node | None = start
        while isinstance(node, ox.BlankNode) and node not in settled and node not in path:
            path[node] = len(path)
            node = holder.get(node)
        if isinstance(node, ox.BlankNode) and node in path:
            found.update(list(path)[path[node] :])
        settled.update(path)
    return found
