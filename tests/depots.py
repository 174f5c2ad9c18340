"""Places to keep snapshots in, as several machines see them; one is a real S3 on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from s3fs import S3FileSystem

from scorecard import depot as depots
from scorecard import publication
from scorecard.snapshot import Progress, Sources

ROOT = Path(__file__).resolve().parent.parent
KEYS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def put(sources: Sources, progress: Progress = lambda share, what: None) -> Path:
    """Makes the snapshot of these inputs the one that is shown, which nobody has decided."""
    depot = depots.open_depot()
    path = publication.built(depot, sources, progress)
    depot.keep(path)
    depot.point_to(path.stem)
    return path


@dataclass(frozen=True)
class Place:
    """A depot with nothing in it, and folders of machines that use it."""

    address: str
    machines: Path

    def environment(self, machine: str) -> dict[str, str]:
        """What the processes of a machine are told."""
        return {
            "SCORECARD_SNAPSHOTS": self.address,
            "SCORECARD_CACHE": str(self.machines / machine),
        }

    def start(self, program: str, *words: str, machine: str) -> subprocess.Popen[str]:
        """Runs a program of Python on a machine."""
        return subprocess.Popen(
            [sys.executable, "-c", program, *words],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **self.environment(machine), "PYTHONPATH": str(ROOT / "tests")},
        )  # fmt: skip


@pytest.fixture(scope="session")
def object_store() -> Iterator[str]:
    """The address of a new S3 server, which lives as long as the tests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            assert process.poll() is None, "the S3 server ended as it started"
            with suppress(OSError), urllib.request.urlopen(address, timeout=1):
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(params=["folder", "share", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A depot of each kind."""
    if request.param == "folder":
        return Place(str(tmp_path / "kept"), tmp_path / "machines")
    if request.param == "share":
        return Place(f"file://{tmp_path}/kept", tmp_path / "machines")
    endpoint = request.getfixturevalue("object_store")
    # One kept from another server would go on asking that.
    S3FileSystem.clear_instance_cache()
    for key, value in {**KEYS, "AWS_ENDPOINT_URL": endpoint}.items():
        monkeypatch.setenv(key, value)
    bucket = f"kept-{uuid.uuid4().hex[:12]}"
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=bucket)
    return Place(f"s3://{bucket}/snapshots", tmp_path / "machines")
