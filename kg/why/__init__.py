"""Why: triples explained by rules and claims, and what others lack."""

from kg.why.explanation import Explanation, Gap, Why, WhyNot
from kg.why.proof import Leaf, Proof, Step

__all__ = ["Explanation", "Gap", "Leaf", "Proof", "Step", "Why", "WhyNot"]
