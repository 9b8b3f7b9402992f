"""SHACL compiled to SPARQL: shapes become SELECTs that run inside the store."""

from kg.shacl.compiler import Check, compile_shapes
from kg.shacl.data import ValidationData
from kg.shacl.engine import run
from kg.shacl.results import Result, report
from kg.shacl.shapes import Shape, Shapes

__all__ = [
    "Check",
    "Result",
    "Shape",
    "Shapes",
    "ValidationData",
    "compile_shapes",
    "report",
    "run",
]
