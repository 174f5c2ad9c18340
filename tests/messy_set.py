"""A small set as it arrives, of which three rows of organisations are wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

from small_set import write

from scorecard.origins import Place

# Column, and where the row stands.
WRONG = (
    ("country", Place("Organisations 2021.csv", None, 6, False)),
    ("pillar", Place("Organisations 2022.csv", None, 3, False)),
    ("pillar", Place("Organisations 2022.csv", None, 4, False)),
)


def messy_set(folder: Path) -> tuple[Path, Path]:
    """The folder that arrives, and that of the plan."""
    given = write(folder / "set", {"organisations": [{"org_id": "O1"}]}, "2021-12-31")
    source = folder / "arrived"
    shutil.copytree(given[1], source)
    (source / "organisations.csv").unlink()
    (source / "Organisations 2021.csv").write_text(
        "Register of all\n\nIdentifiant;Nom;Pilier;Pays\n"
        'O1;"One\nand a half";entreprise;Suisse\nO2;Two;entreprise;\n\nO3;Three;entreprise;Suisse\n'
        "Total;3;;\n",
        encoding="utf-8",
    )
    (source / "Organisations 2022.csv").write_text(
        "Identifiant;Nom;Pilier;Pays\nO3;Three;entreprise;Suisse\nO4;Four;;Suisse\n"
        "O5;Five;club;Suisse\nO6;Six;entreprise;Suisse\n",
        encoding="utf-8",
    )
    return source, Path(given[3])
