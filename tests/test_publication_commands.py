"""Publishing at the command line, and from a watched folder."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from test_publication import a_set, count, kept, new, old, sets, state

from scorecard import depot as depots
from scorecard import publication, snapshot
from scorecard.__main__ import main
from scorecard.snapshot import Sources
from scorecard.state import publications
from scorecard.state.store import Store

__all__ = ["kept", "new", "old", "sets", "state"]

ROOT = Path(__file__).resolve().parent.parent


def ask(*words: str) -> tuple[int, Any, str]:
    printed, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
        code = main(["publish", *words, "--format", "json"])
    text = printed.getvalue()
    return code, json.loads(text) if text else None, said.getvalue()


def test_a_file_that_was_built_elsewhere_can_be_published(
    new: Sources, kept: Path, tmp_path: Path
) -> None:
    file = tmp_path / "march.duckdb"
    words = ("--built", str(file), "--note", "why", "--author", "Ada")
    code, _, said = ask(*words)
    assert code == 2 and "cannot be read" in said
    file.write_bytes(b"no snapshot")
    code, _, said = ask(*words)
    assert code == 2 and "is no snapshot" in said and not kept.exists()
    snapshot.build(str(file), new, lambda share, what: None)
    code, answer, _ = ask(*words, "--dry-run")
    assert (code, answer["outcome"]) == (0, "would be published") and not kept.exists()
    code, answer, _ = ask(*words)
    assert (code, answer["outcome"]) == (0, "published")
    shown = publication.open_current()
    assert shown.id == answer["snapshot"]
    assert shown.data_date == snapshot.in_memory(new).data_date
    assert ask(*words)[0] == 3


def test_the_command_ends_with_a_code_for_each_outcome(
    old: Sources, new: Sources, kept: Path, tmp_path: Path
) -> None:
    by = ("--note", "why", "--author", "Ada")
    of_old = ("--exports", str(old.exports), "--plan", str(old.plan))
    of_new = ("--exports", str(new.exports), "--plan", str(new.plan))
    code, answer, _ = ask(*of_old, "--dry-run")
    assert (code, answer["outcome"], answer["previous"]) == (0, "would be published", None)
    assert not kept.exists() and not (tmp_path / "state").exists()
    assert ask(*of_old, *by)[:1] == (0,)
    code, answer, _ = ask(*of_old, *by)
    assert (code, answer["outcome"]) == (3, "unchanged")
    assert ask(*of_old, "--dry-run")[0] == 3
    broken = a_set(tmp_path / "broken", 4)
    (broken.exports / "memberships.csv").unlink()
    of_broken = ("--exports", str(broken.exports), "--plan", str(broken.plan))
    for words in (by, ("--dry-run",)):
        code, answer, _ = ask(*of_broken, *words)
        assert code == 1 and "memberships.csv is absent" in answer["reasons"][0]
    (broken.plan / "regions.csv").unlink()
    for words in ((*by, "--force"), ("--dry-run",)):
        code, answer, _ = ask(*of_broken, *words)
        assert code == 1 and "regions.csv" in answer["reasons"][0]
    assert depots.open_depot().current() == old.hash()
    assert ask(*of_new)[0] == ask(*of_new, "--note", "why")[0] == 2
    assert ask(*of_new, *by)[1]["previous"] == old.hash()
    code, answer, _ = ask("--snapshot", old.hash(), *by)
    assert (code, answer["outcome"], answer["snapshot"]) == (0, "restored", old.hash())


def test_a_watched_folder_is_taken_in_once_it_is_still(
    tmp_path: Path, kept: Path, state: Store
) -> None:
    mine = a_set(tmp_path / "mine", 3)
    folder = tmp_path / "arrives"
    folder.mkdir()
    words = ["publish", "--watch", str(folder), "--plan", str(mine.plan), "--every", "0.2"]
    command = [sys.executable, "-m", "scorecard", *words]
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
    try:
        wait(lambda: "watching" in (tmp_path / "said").read_text())
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert second.returncode == 2 and "watches a folder already" in second.stderr
        # As another office writes them: with semicolons.
        for path in mine.exports.iterdir():
            (folder / path.name).write_text(path.read_text().replace(",", ";"))
        wait(lambda: len(publications.all(state)) == 1)
        (made,) = publications.all(state)
        assert (made.who, count(publication.open_current())) == ("the watched folder", 3)
        (folder / "memberships.csv").unlink()
        wait(lambda: "refused: not published: memberships" in (tmp_path / "said").read_text())
        shutil.copyfile(mine.exports / "memberships.csv", folder / "memberships.csv")
        with (folder / "organisations.csv").open("a", encoding="utf-8") as out:
            out.write("D;Delta;company;CHE\n")
        wait(lambda: len(publications.all(state)) == 2)
        assert count(publication.open_current()) == 4
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait(20)


def wait(until: Callable[[], bool]) -> None:
    patience = time.monotonic() + 60
    while not until():
        assert time.monotonic() < patience
        time.sleep(0.1)
