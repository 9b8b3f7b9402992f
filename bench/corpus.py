"""Corpus: invented articles in any number, as layers or as a project folder.

The same size and seed give the same corpus on every machine.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from pyoxigraph import NamedNode, Quad, Triple

from bench.article import Article
from bench.chapters import MEASURES, Chapters
from bench.terms import ECODIP
from bench.world import PREFIXES, World
from kg import brat, turtle
from kg.claims import Claim
from kg.export import turtle as as_turtle
from kg.interpretation import interpret
from kg.layers import layers_of
from kg.namespaces import RDF
from kg.schema import Schema

ROOT = Path(__file__).parent.parent
_COPIED = ("ontology", "shapes", "queries")
_FIRST_DAY = date(2002, 1, 1)
_DAYS = 8000
_SUPPORTED = {ECODIP[name] for name in ("Agreement", "Event", "Figure", "Mission", "Tenure")}


@dataclass(frozen=True)
class Corpus:
    """The statements of a generated corpus by layer; those of the authority are in no graph."""

    asserted: tuple[Quad, ...]
    evidence: tuple[Quad, ...]
    authority: tuple[Quad, ...]

    def __len__(self) -> int:
        return len(self.asserted) + len(self.evidence) + len(self.authority)


def layers(size: int, seed: int, *, errors: float = 0.0) -> Corpus:
    """About ``size`` statements; half of them asserted or authority, half of them evidence.

    Every asserted statement comes from a claim with its words; as evidence those claims are kept
    that say what a thing is that needs a claim, or that state no fact.

    Args:
        size: how many statements; the last article may go beyond it.
        seed: another one gives another corpus.
        errors: the share of chapters with a deliberate error.
    """
    schema = Schema.of(ontology())
    world = World()
    asserted: list[Quad] = []
    evidence: list[Quad] = []
    for article in _articles(world, seed, errors):
        found = interpret(article.source, schema, PREFIXES, frozenset(article.things))
        asserted += layers_of((found,), ()).asserted
        # The authority file has a name for everything, so no words become one.
        cited = replace(found, claims=tuple(_cited(found.claims)), names={})
        evidence += layers_of((cited,), ()).evidence
        if len(asserted) + len(evidence) + len(world.authority) >= size:
            break
    return Corpus(tuple(asserted), tuple(evidence), tuple(world.authority))


def ontology() -> list[Quad]:
    """The statements of the project's own ontology and lists."""
    files = sorted((ROOT / "ontology").glob("*.ttl"))
    names = [file for file in files if file.name != "dataset.ttl"]
    return [quad for file in names for quad in turtle.read(file.read_bytes(), file=file.name)]


def _cited(claims: Iterable[Claim]) -> Iterator[Claim]:
    named: set[NamedNode | None] = set()
    for claim in claims:
        is_new = claim.subject not in named
        if not claim.asserted or (
            is_new and claim.predicate == RDF.type and claim.object in _SUPPORTED
        ):
            named.add(claim.subject)
            yield claim


def _articles(world: World, seed: int, errors: float) -> Iterator[Article]:
    """Endless long articles: a mission with all that came of it, and news of other kinds."""
    number = 0
    while True:
        number += 1
        chapters = _begin(world, seed, number, errors)
        rng = chapters.rng
        chapters.tell_mission()
        assert chapters.mission is not None
        mission = chapters.mission[0]
        for _ in range(rng.randint(0, 3)):
            signed = chapters.tell_signing(parties=rng.choice((2, 2, 2, 3)))
            if rng.random() < 0.3:
                chapters.tell_figure(signed, rng.randrange(MEASURES))
        for measure in rng.sample(range(MEASURES), rng.randint(0, 2)):
            chapters.tell_figure(mission, measure)
        for chance, tell in (
            (0.4, chapters.tell_tenure),
            (0.3, chapters.tell_office),
            (0.2, chapters.tell_plan),
        ):
            if rng.random() < chance:
                tell()
        if rng.random() < 0.2:
            chapters.tell_remark(mission)
        yield chapters.article


def _begin(world: World, seed: int, number: int, errors: float) -> Chapters:
    rng = Random(f"{seed} {number}")
    issued = _FIRST_DAY + timedelta(days=rng.randrange(_DAYS))
    article = Article(f"article-{number:05}", issued.isoformat())
    return Chapters(article, world, rng, errors)


def project(folder: Path, documents: int, seed: int, *, texts: Path | None = None) -> None:
    """Write a project of short articles, each with some six claims beside its mentions.

    Guarantees: ``kg check`` and ``kg build`` find no error in it. Ontology, shapes and stored
    queries are copies of this project's.

    Args:
        folder: where; it must not exist.
        documents: how many articles.
        seed: another one gives another project.
        texts: where to write the texts, if they are wanted.
    """
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("expected"))
    seeds = folder / "seeds"
    seeds.mkdir()
    if texts is not None:
        texts.mkdir(parents=True)
    world = World()
    for number in range(1, documents + 1):
        chapters = _begin(world, seed, number, 0.0)
        if number % 3:
            chapters.tell_mission(short=True)
        else:
            chapters.tell_signing()
        article = chapters.article
        (seeds / f"{article.name}.ann").write_bytes(brat.write(article.document))
        (seeds / f"{article.name}.ttl").write_bytes(_write(article.source.description))
        if texts is not None:
            (texts / f"{article.name}.txt").write_bytes(article.text.encode())
    (seeds / "authority.ttl").write_bytes(_write(world.authority))


def _write(quads: Iterable[Quad]) -> bytes:
    return as_turtle((Triple(q.subject, q.predicate, q.object) for q in quads), PREFIXES)
