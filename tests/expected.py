"""Write ``queries/expected/*.csv`` anew: ``make expected``, then read the diff."""

from __future__ import annotations

from kg.project import Project
from kg.store import Store
from tests.corpus import ROOT


def main() -> None:
    """Ask each stored query with the parameters of its example and keep the rows."""
    project = Project(ROOT)
    project.__dict__["store"] = Store.of(project.assemble().quads)
    folder = ROOT / "queries" / "expected"
    for file in folder.glob("*.csv"):
        file.unlink()
    for name, query in project.queries().items():
        rows = project.query(name, **query.example).text("csv")
        (folder / f"{name}.csv").write_text(rows, encoding="utf-8")


if __name__ == "__main__":
    main()
