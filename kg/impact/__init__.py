"""Impact: what a changed file would make of the graph, told before anything is written."""

from kg.impact.compare import EXPLAINED, impact
from kg.impact.impact import SECTIONS, Impact

__all__ = ["EXPLAINED", "SECTIONS", "Impact", "impact"]
