"""Formats: the forms of output, and the layers there are. Imports nothing."""

from __future__ import annotations

# RDF format to the extension of its files.
RDF_FORMATS = {"turtle": "ttl", "trig": "trig", "nquads": "nq", "jsonld": "jsonld"}
ROW_FORMATS = ("table", "csv", "tsv", "json", "jsonl", "markdown", "spreadsheet")
LAYERS = ("asserted", "evidence", "authority", "ontology", "inferred", "dataset")
