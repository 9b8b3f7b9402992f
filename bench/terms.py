"""Terms: the vocabulary of the field that invented articles are about."""

from kg.namespaces import Namespace

ECODIP = Namespace("https://w3id.org/ecodip#")
SCHEME = Namespace("https://w3id.org/ecodip/scheme/")
