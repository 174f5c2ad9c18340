"""The countries of the world: names, regions, and how much of the sample lies in each.

`countries.csv` lists the 249 countries of ISO 3166-1. The weights are relative: companies that
joined before the plan and since, civil society organisations, and the audience of press and web.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from scorecard.sample.tables import Codes, Floats

FOCUS_REGIONS = ("Africa", "Asia and the Pacific", "Latin America and the Caribbean", "Middle East")


@dataclass(frozen=True, eq=False)
class World:
    """Parallel columns, one place for each country, in order of their codes."""

    codes: list[str]
    names: list[str]
    regions: list[str]
    languages: list[str]
    companies_before: Floats
    companies_since: Floats
    civil_society: Floats
    audience: Floats

    def place(self, code: str) -> int:
        """The position of a country in the columns."""
        return self.codes.index(code)

    def focus(self) -> Codes:
        """Positions of the countries of focus regions in which the sample has companies."""
        return np.array(
            [
                place
                for place, region in enumerate(self.regions)
                if region in FOCUS_REGIONS and self.companies_since[place] > 0
            ],
            np.int32,
        )

    def region_codes(self) -> Codes:
        """For each country the position of its region among the sorted names of regions."""
        order = sorted(set(self.regions))
        return np.array([order.index(region) for region in self.regions], np.int32)


@cache
def world() -> World:
    """The list, read once."""
    with Path(__file__).with_name("countries.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return World(
        codes=[row["country"] for row in rows],
        names=[row["country_name"] for row in rows],
        regions=[row["region"] for row in rows],
        languages=[row["language"] for row in rows],
        companies_before=np.array([float(row["companies_before"]) for row in rows]),
        companies_since=np.array([float(row["companies_since"]) for row in rows]),
        civil_society=np.array([float(row["civil_society"]) for row in rows]),
        audience=np.array([float(row["audience"]) for row in rows]),
    )
