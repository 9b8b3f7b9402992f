"""Saved: explanations as JSON, and proofs read back from it to be checked again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import InputError
from kg.findings import Finding
from kg.results import Evidence
from kg.rules import Rule
from kg.terms import Term
from kg.terms import to_json as term_to_json
from kg.why.explanation import Explanation, Gap, Why, WhyNot
from kg.why.proof import Leaf, Node, Proof, Step
from kg.why.words import Words


def to_json(why: Why) -> str:
    """The answer with all that :func:`from_json` needs; premises are numbers of steps."""
    found = [_explanation(why.words, one) for one in why.explanations]
    return _text({"triples": found, "more": why.more})


def gaps_to_json(found: WhyNot) -> str:
    """What is missing for a triple to hold."""
    words = found.words
    return _text(
        {
            "triple": _triple(words, found.triple),
            "holds": found.holds,
            "claims": [asdict(claim) for claim in found.others],
            "rules": [_gap(words, gap) for gap in found.gaps],
            "more": found.more,
            "near": [_triple(words, triple) for triple in found.near],
        }
    )


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _triple(words: Words, triple: Triple) -> dict[str, Any]:
    ends = (triple.subject, triple.predicate, triple.object)
    names = ("subject", "predicate", "object")
    terms = dict(zip(names, map(term_to_json, ends), strict=True))
    return {**terms, "text": words.sentence(triple)}


def _rule(words: Words, rule: Rule, path: tuple[NamedNode, ...] = ()) -> dict[str, Any]:
    return {
        "name": rule.name,
        "kind": "file" if rule.summary else "owl",
        "axiom": [term_to_json(term) for term in rule.axiom],
        "words": words.rule(rule, path),
    }


def _explanation(words: Words, found: Explanation) -> dict[str, Any]:
    return {
        "triple": _triple(words, found.triple),
        "holds": found.holds,
        "proofs": [_proof(words, proof) for proof in found.proofs],
        "claims": [asdict(claim) for claim in found.others],
    }


def _proof(words: Words, proof: Proof) -> dict[str, Any]:
    number = {node.triple: n for n, node in enumerate(proof.nodes)}
    return {
        "whole": proof.whole,
        "steps": [_node(words, node, number) for node in proof.nodes],
    }


def _node(words: Words, node: Node, number: Mapping[Triple, int]) -> dict[str, Any]:
    shown = {"triple": _triple(words, node.triple)}
    if isinstance(node, Leaf):
        return {
            **shown,
            "layers": list(node.layers),
            "claims": [asdict(claim) for claim in node.claims],
            "references": list(node.references),
        }
    return {
        **shown,
        "rule": _rule(words, node.rule, node.path),
        "path": [term.value for term in node.path],
        "axioms": [list(map(term_to_json, (t.subject, t.predicate, t.object)))
                   for t in node.axioms],
        "premises": [number[premise] for premise in node.premises],
    }  # fmt: skip


def _gap(words: Words, gap: Gap) -> dict[str, Any]:
    return {
        "rule": _rule(words, gap.rule),
        "matched": [_triple(words, triple) for triple in gap.matched],
        "unmatched": words.patterns(gap.unmatched),
        "conditions": list(gap.refused),
        "claims": [asdict(claim) for claim in gap.claims],
    }


def from_json(text: str | bytes) -> tuple[Proof, ...]:
    """The proofs of a text that :func:`to_json` wrote; nothing of it is believed yet.

    Raises:
        InputError: it is no such text.
    """
    try:
        told = json.loads(text)
        return tuple(
            _read_proof(proof) for found in told["triples"] for proof in found["proofs"]
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        said = f"{type(error).__name__}: {error}"
        finding = Finding.of("proof-unreadable", "proof", unreadable=True, said=said)
        raise InputError(findings=[finding]) from error


def _read_proof(told: Mapping[str, Any]) -> Proof:
    steps = told["steps"]
    triples = [
        _read_triple([step["triple"][name] for name in ("subject", "predicate", "object")])
        for step in steps
    ]
    if not steps:
        raise ValueError("a proof without steps")
    nodes = [_read_node(step, triples, number) for number, step in enumerate(steps)]
    return Proof(tuple(nodes), bool(told["whole"]))


def _read_node(step: Mapping[str, Any], triples: list[Triple], number: int) -> Node:
    if "rule" not in step:
        claims = tuple(map(_read_claim, step["claims"]))
        return Leaf(triples[number], tuple(step["layers"]), claims, tuple(step["references"]))
    rule = step["rule"]
    words = str(rule["words"])
    summary = (("en", words), ("fr", words)) if rule["kind"] == "file" else ()
    axiom = tuple(map(_read_term, rule["axiom"]))
    return Step(
        triples[number],
        Rule(str(rule["name"]), (), None, (), axiom, summary),
        tuple(triples[premise] for premise in step["premises"]),
        tuple(map(_read_triple, step["axioms"])),
        tuple(map(NamedNode, step["path"])),
    )


def _read_claim(told: Mapping[str, Any]) -> Evidence:
    spans = tuple((int(start), int(end), str(words)) for start, end, words in told["spans"])
    return Evidence(**{**told, "spans": spans})


def _read_triple(terms: Iterable[Any]) -> Triple:
    subject, predicate, value = map(_read_term, terms)
    return Triple(subject, predicate, value)  # type: ignore[arg-type]


def _read_term(told: Any) -> Term:
    if isinstance(told, str):
        return BlankNode(told[2:]) if told.startswith("_:") else NamedNode(told)
    if "@language" in told:
        return Literal(told["@value"], language=told["@language"])
    datatype = told.get("@type")
    return Literal(told["@value"], datatype=NamedNode(datatype) if datatype else None)
