"""Named: which files of a project the files mean that a person names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from kg.errors import InputError
from kg.layout import Layout

# Where files of each kind lie; what no project holds yet goes to the place its content tells.
PLACES = (
    ("seeds", "*.ann"), ("seeds", "*.ttl"), ("ontology", "*.ttl"), ("ontology", "*.jsonld"),
    ("ontology/rules", "*.rq"), ("shapes", "*.ttl"), ("queries", "*.rq"),
    ("shapes/core", "*.ttl"), ("queries/core", "*.rq"),
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """The files of a project that are said to change.

    Args:
        names: as people see them, in order.
        overlay: new versions that lie elsewhere, by the path in the project.
        absent: names of files that are not in the project any more.
    """

    names: tuple[str, ...]
    overlay: Mapping[Path, Path]
    absent: tuple[str, ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        """The names of files that are compared as they lie in the project."""
        return tuple(name for name in self.names if name not in map(_slashed, self.overlay))

    @classmethod
    def of(cls, layout: Layout, files: Iterable[str | Path]) -> Named:
        """Find what files mean: one of the project itself, or a new version that lies elsewhere.

        A file elsewhere stands for the file of the project with its name, or with its folder and
        name; where the project has none, for a new file of the folder that its kind tells. A new
        annotation brings the description beside it.

        Raises:
            InputError: a file does not exist, is of no kind that a project has, may mean several
                files, or is named twice.

        >>> found = Named.of(Layout.find(), ["seeds/authority.ttl"])
        >>> found.names, found.own
        (('seeds/authority.ttl',), ('seeds/authority.ttl',))
        """
        given = [Path(file) for file in files]
        overlay: dict[Path, Path] = {}
        names: list[str] = []
        absent: list[str] = []
        for file in given:
            place = _own(layout, file)
            if place is None:
                place = _meant(layout, file, given)
                overlay[place] = file
                if place.suffix == ".ann" and not place.with_suffix(".ttl").exists():
                    beside = file.with_suffix(".ttl")
                    if beside.is_file() and beside not in given:
                        overlay[place.with_suffix(".ttl")] = beside
                        names.append(layout.name(place.with_suffix(".ttl")))
            elif not place.exists():
                absent.append(layout.name(place))
            if layout.name(place) in names:
                raise InputError("named-twice", file=layout.name(place))
            names.append(layout.name(place))
        return cls(tuple(names), overlay, tuple(absent))


def _slashed(path: Path) -> str:
    return "/".join(path.parts[-3:] if path.parts[-2] in ("rules", "core") else path.parts[-2:])


def _own(layout: Layout, file: Path) -> Path | None:
    """The file of the project that a path is, also when it is not there any more."""
    for path in [file.absolute()] if file.exists() else [file.absolute(), layout.root / file]:
        name = layout.name(path)
        folder, _, _ = name.rpartition("/")
        if any(folder == place and fnmatch(name, f"{place}/{form}") for place, form in PLACES):
            return layout.root / name
    return None


def _meant(layout: Layout, file: Path, given: Iterable[Path]) -> Path:
    """The file of the project that a file elsewhere is a version of."""
    if not file.is_file():
        raise InputError("no-version", file=file)
    places = [place for place, form in PLACES if fnmatch(file.name, form)]
    if not places:
        kinds = ", ".join(sorted({form for _, form in PLACES}))
        raise InputError("no-kind", file=file, kinds=kinds)
    if stated := [p for p in places if file.absolute().as_posix().endswith(f"/{p}/{file.name}")]:
        return layout.root / stated[0] / file.name
    known = [layout.root / p / file.name for p in places]
    known = [path for path in known if path.exists()]
    if len(known) > 1:
        choice = ", ".join(layout.name(path) for path in known)
        raise InputError("many-files", file=file, choice=choice, sample=_slashed(known[0]))
    if known:
        return known[0]
    return layout.root / _folder(file, places, given) / file.name


def _folder(file: Path, places: list[str], given: Iterable[Path]) -> str:
    """Where a file belongs that the project does not have."""
    if len(places) == 1:
        return places[0]
    text = file.read_bytes()
    if file.suffix == ".rq":
        lines = (line.strip().upper() for line in text.splitlines())
        return "ontology/rules" if any(li.startswith(b"CONSTRUCT") for li in lines) else "queries"
    annotation = file.with_suffix(".ann")
    if annotation.exists() or annotation in given or b"SourceDocument" in text:
        return "seeds"
    return "shapes" if b"http://www.w3.org/ns/shacl#" in text else "ontology"
