"""Processes that publish, and that can be killed at any moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Publishes the folders that it is told, each in a process of its own, which is quickly there to
# be killed. A second word names the function before which it kills itself.
PUBLISH = """
import os, resource, signal, sys
from pathlib import Path
from scorecard import depot, objections, publication, snapshot
from scorecard.refusal import Refusal
from scorecard.snapshot import Sources
from scorecard.state import audit, publications, schema
from scorecard.state.store import open_store

PLACES = {"row": (publications, "add"), "audit": (audit, "append"),
          "record": (depot.Folder, "keep"), "pointer": (depot.Folder, "point_to")}
def die(*words, **more):
    os.kill(os.getpid(), signal.SIGKILL)
for line in sys.stdin:
    folder, *stop = line.split()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if stop and stop[0].isdigit():
                limit = int(stop[0])
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            elif stop:
                setattr(*PLACES[stop[0]], die)
            sources = Sources(Path(folder) / "exports", Path(folder) / "plan")
            publication.publish(sources, "Ada", "why", open_store())
            code = 0
        except Refusal as refusal:
            print(f"{type(refusal).__name__}: {refusal}", flush=True)
        finally:
            os._exit(code)
    print(child, flush=True)
    print("ended", os.waitpid(child, 0)[1], flush=True)
"""


class Publisher:
    """Processes that publish, one after the other."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PUBLISH],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def begin(self, folder: Path, stop: str = "") -> int:
        """Starts one, and gives its number."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{folder} {stop}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end(self) -> tuple[int, str]:
        """Waits for it: how it ended (0: well), and what it refused."""
        assert self.process.stdout
        said = ""
        while not (line := self.process.stdout.readline()).startswith("ended"):
            assert line, "the publisher is gone"
            said += line
        return int(line.split()[1]), said
