"""rdflib-endpoint on oxrdflib: ``python -m bench.engines.rdflib_endpoint FILE PORT``."""

from __future__ import annotations

import sys

import rdflib
import uvicorn
from rdflib_endpoint import SparqlEndpoint


def main() -> None:
    """Load a file of N-Triples and serve it."""
    file, port = sys.argv[1:]
    graph = rdflib.Graph(store="Oxigraph")
    graph.parse(file, format="ox-nt")
    uvicorn.run(SparqlEndpoint(graph=graph), port=int(port), log_level="error")


if __name__ == "__main__":
    main()
