"""Engines: one program for each, run as ``python -m bench.engines.NAME`` in its environment.

``reasoning FACTS ONTOLOGY OUT`` writes all statements that hold as N-Triples;
``validation DATA SHAPES OUT`` writes one line for each result, with focus node, shape, component
and severity between tabs. Each prints what :class:`bench.stopwatch.Stopwatch` measured; writing
the answer is not measured. The modules of peers import nothing of ``kg``.
"""
