"""What a snapshot is made from: which files, their hash, and whether they changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from scorecard import catalogue, contract, exports, reuse
from scorecard import plan as plans
from scorecard.contract import ROOT

SYNTHETIC = "synthetic.txt"

# The modules that decide what is in a snapshot, beside those of this folder; a change to one of
# them makes a new snapshot.
_BUILDERS = (
    "catalogue", "cells", "checks", "contract", "engine", "exports", "files", "origins", "plan",
    "prepared", "reuse", "rules",
)  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """The two folders that a snapshot is made from."""

    exports: Path = ROOT / "data" / "exports"
    plan: Path = ROOT / "data" / "plan"

    def signature(self) -> tuple[tuple[str, int, int], ...]:
        """Cheap to ask, and different as soon as any input file is."""
        return tuple(
            (str(path), stat.st_mtime_ns, stat.st_size)
            for path in self._files()
            for stat in (path.stat(),)
        )

    def hash(self) -> str:
        """The hash of all inputs: exports, plan, KPI files, contract and what computes them."""
        digest = hashlib.blake2b(digest_size=10)
        digest.update(duckdb.__version__.encode())
        for path, of_bytes in self.digests().items():
            digest.update(f"{path.parent.name}/{path.name}\0".encode())
            digest.update(of_bytes.encode())
        return digest.hexdigest()

    def digests(self) -> dict[Path, str]:
        """The hash of the bytes of each input that is there."""
        found = {}
        for path in self._files():
            try:
                with path.open("rb") as file:
                    found[path] = hashlib.file_digest(file, hashlib.blake2b).hexdigest()
            except OSError as error:  # The check reports it; here it is an input like another.
                found[path] = str(error.errno)
        return found

    def _files(self) -> list[Path]:
        names = contract.load()
        mine = [self.exports / f"{file.name}.csv" for file in names.exports]
        mine += [self.exports / exports.DATA_DATE_FILE, self.exports / SYNTHETIC]
        mine += [self.plan / f"{file.name}.csv" for file in names if file.is_plan]
        mine += [self.plan / plans.FILE, *builders()]
        mine += sorted(catalogue.FOLDER.glob("*/*"))
        return [path for path in mine if path.is_file()]


def builders() -> list[Path]:
    """What decides how any input is read: the contract, and the modules that build."""
    here = Path(__file__).parent
    modules = [here.with_name(f"{name}.py") for name in _BUILDERS]
    return [contract.EXPORTS, contract.PLAN, *modules, *sorted(here.glob("*.py"))]


@dataclass(frozen=True)
class Inputs:
    """Digests of the files that a snapshot is made from, and the parts of an earlier one."""

    files: dict[str, str]
    common: str
    earlier: reuse.Parts

    def unchanged(self, files: tuple[contract.File, ...]) -> frozenset[str]:
        """Those of the files that the earlier snapshot read as they are now."""
        known = self.earlier.digests
        return frozenset(
            file.name for file in files if known.get(f"file {file.name}") == self.files[file.name]
        )


def inputs_of(sources: Sources, earlier: reuse.Parts) -> Inputs:
    digests = sources.digests()
    of_bytes = {path.stem: digest for path, digest in digests.items() if path.suffix == ".csv"}
    common = reuse.common(digests[path] for path in builders())
    return Inputs(reuse.of_files(contract.load(), of_bytes, common), common, earlier)


def notice(folder: Path) -> str:
    """The notice of synthetic exports; it holds only beside the register that it names."""
    try:
        said, _, stamp = (folder / SYNTHETIC).read_text(encoding="utf-8").partition("\n")
        register = hashlib.sha256((folder / "organisations.csv").read_bytes()).hexdigest()
    except (OSError, UnicodeDecodeError):
        return ""
    return said.strip() if register in stamp else ""
