"""The KPIs: one file each under kpis/, whose folder is its goal and whose name is its id."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from scorecard.contract import ROOT
from scorecard.refusal import nearest

FOLDER = ROOT / "kpis"
Dimension = Literal["region", "pillar", "category"]
NOT_SPECIFIED = "Not specified"
"""The region of what has no country, or none that the plan knows."""

_KEYS: dict[str, type] = {
    "title": str,
    "unit": str,
    "direction": str,
    "aggregate": str,
    "dimensions": list,
    "entity": str,
    "counts": str,
    "minimum_n": int,
    "definition": str,
    "why": str,
    "limitation": str,
    "exports": list,
    "owner": str,
    "rows_for": str,
    "confidential": bool,
}
_WORDS = {
    "direction": ("up", "down", "watch"),
    "aggregate": ("sum", "ratio", "countries"),
    "counts": ("entities", "organisations"),
    "rows_for": ("guest", "board", "executive"),
}
_DIMENSIONS = ("region", "pillar", "category")


class BadKpi(Exception):
    """A KPI file whose header or place is wrong; the text names the file and the mend."""


@dataclass(frozen=True)
class Kpi:
    """One KPI as its file states it."""

    id: str
    goal: int
    title: str
    unit: str
    """`%`, `months`, or what is counted, in the plural."""
    direction: Literal["up", "down", "watch"]
    aggregate: Literal["sum", "ratio", "countries"]
    dimensions: tuple[str, ...]
    entity: str
    """What one fact is about, such as `org_id#cycle`."""
    counts: Literal["entities", "organisations"]
    """What n counts."""
    minimum_n: int
    """A ratio of fewer is too few to judge; 0 where that does not matter."""
    definition: str
    why: str
    limitation: str
    exports: tuple[str, ...]
    owner: str
    rows_for: Literal["guest", "board", "executive"]
    """The lowest role that may see facts by entity."""
    confidential: bool
    query: str

    @property
    def is_percentage(self) -> bool:
        return self.unit == "%"

    @property
    def is_count(self) -> bool:
        return self.aggregate != "ratio"

    @property
    def view(self) -> str:
        """The view of its facts in a snapshot."""
        return f"facts_{self.id}"

    @property
    def region(self) -> str:
        """SQL for the region of a fact whose country is joined with `regions`."""
        if "region" not in self.dimensions:
            return "cast(null as varchar)"
        return f"coalesce(regions.region, '{NOT_SPECIFIED}')"


def load(folder: Path = FOLDER) -> tuple[Kpi, ...]:
    """All KPIs in the order of their goals, then as `order.txt` of the goal's folder lists them."""
    kpis: list[Kpi] = []
    for goal in sorted(folder.glob("[1-9]_*")):
        names = (goal / "order.txt").read_text(encoding="utf-8").split()
        paths = {path.stem: path for path in goal.glob("*.sql")}
        for name in (*names, *sorted(paths.keys() - set(names))):
            if name not in paths:
                raise BadKpi(f"{goal.name}/order.txt names {name}, which has no file")
            kpis.append(_kpi(paths[name], int(goal.name[0])))
    return tuple(kpis)


def shared(folder: Path = FOLDER) -> tuple[str, ...]:
    """The notions that KPIs share, as SQL statements, in the order of their file names."""
    return tuple(p.read_text(encoding="utf-8") for p in sorted((folder / "shared").glob("*.sql")))


def _kpi(path: Path, goal: int) -> Kpi:
    header, query = _split(path)
    where = f"{path.parent.name}/{path.name}"
    for key in header:
        if key not in _KEYS:
            raise BadKpi(f"{where}: unknown key {key!r}{nearest(key, _KEYS)}")
    for key, kind in _KEYS.items():
        value = header.get(key)
        if not isinstance(value, kind) or value in ("", None):
            raise BadKpi(f"{where}: {key} must be filled with a {kind.__name__}")
        if key in _WORDS and value not in _WORDS[key]:
            raise BadKpi(f"{where}: {key} must be one of {', '.join(_WORDS[key])}")
    for dimension in header["dimensions"]:
        if dimension not in _DIMENSIONS:
            raise BadKpi(f"{where}: unknown dimension {dimension!r}")
    lists = {key: tuple(header[key]) for key, kind in _KEYS.items() if kind is list}
    return Kpi(id=path.stem, goal=goal, query=query, **(header | lists))


def _split(path: Path) -> tuple[dict[str, Any], str]:
    """The TOML header of a KPI file, between `/*` and `*/`, and its query."""
    text = path.read_text(encoding="utf-8")
    if not text.startswith("/*") or "*/" not in text:
        raise BadKpi(f"{path.parent.name}/{path.name}: begins with no header between /* and */")
    header, _, query = text[2:].partition("*/")
    try:
        return tomllib.loads(header), query.strip().rstrip(";")
    except tomllib.TOMLDecodeError as error:
        raise BadKpi(f"{path.parent.name}/{path.name}: header is no TOML: {error}") from error
