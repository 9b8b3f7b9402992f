"""ecodip: annotated documents as a knowledge graph, each triple traced to its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.project import Project

__version__ = "0.1.0"
__all__ = ["Project", "__version__"]


def __getattr__(name: str) -> Any:
    # Imported on first use: `kg --help` needs none of it.
    if name == "Project":
        from kg.project import Project

        return Project
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
