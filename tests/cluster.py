"""A Spark cluster on loopback: a master and two workers, each a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pyspark

_PROGRAM = Path(pyspark.__file__).parent / "bin" / "spark-class"
_CODE = "org.apache.spark.deploy"
# Short work is done before Java has compiled it well, so it does not try to.
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_SETTINGS = f"""
spark.driver.extraJavaOptions {_JAVA}
spark.executor.extraJavaOptions {_JAVA}
spark.executor.memory 600m
spark.sql.codegen.wholeStage false
spark.sql.shuffle.partitions 2
"""


@dataclass
class Cluster:
    """The address of a running master, and its workers."""

    address: str
    console: str
    workers: list[subprocess.Popen[bytes]]

    def alive(self) -> int:
        """How many workers the master counts on."""
        with suppress(OSError), urllib.request.urlopen(f"{self.console}/json/", timeout=5) as page:
            return int(json.load(page)["aliveworkers"])
        return 0

    def await_workers(self, number: int, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while self.alive() != number:
            assert time.monotonic() < until, f"{self.alive()} workers for {number}"
            time.sleep(0.2)

    def kill_a_worker(self) -> None:
        """What it ran for the cluster dies with it, as if its machine lost power."""
        os.killpg(self.workers[0].pid, signal.SIGKILL)
        self.workers[0].wait(20)


def settings(folder: Path) -> dict[str, str]:
    """The environment that any process of a cluster has, the one that asks it too."""
    (folder / "spark-defaults.conf").write_text(_SETTINGS, encoding="utf-8")
    return {
        "SPARK_CONF_DIR": str(folder),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
    }


@contextmanager
def cluster(folder: Path, told: Mapping[str, str]) -> Iterator[Cluster]:
    """A cluster whose processes have the environment `told` besides."""
    port, console = _free_port(), _free_port()
    daemons = {"SPARK_DAEMON_MEMORY": "256m", "SPARK_DAEMON_JAVA_OPTS": _JAVA}
    environment = {**os.environ, **settings(folder), **daemons, **told}
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *words: str) -> None:
        with (folder / f"{name}-{len(started)}.log").open("wb") as log:
            started.append(
                subprocess.Popen(
                    [str(_PROGRAM), f"{_CODE}.{name}", "--host", "127.0.0.1", *words],
                    stdout=log, stderr=subprocess.STDOUT, cwd=folder, env=environment,
                    start_new_session=True,
                )
            )  # fmt: skip

    address = f"spark://127.0.0.1:{port}"
    try:
        start("master.Master", "--port", str(port), "--webui-port", str(console))
        for i in range(2):
            start(
                "worker.Worker", "--port", "0", "--webui-port", "0", "--cores", "1",
                "--memory", "1g", "--work-dir", str(folder / f"worker-{i}"), address,
            )  # fmt: skip
        made = Cluster(address, f"http://127.0.0.1:{console}", started[1:])
        made.await_workers(2)
        yield made
    finally:
        for process in started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
