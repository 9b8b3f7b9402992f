"""The SPARQL 1.1 Protocol, its query side."""

from kg.web.protocol.endpoint import sparql

__all__ = ["sparql"]
