"""The connection to a Spark cluster."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from scorecard.refusal import Refusal

_LOCAL = re.compile(r"local(\[[\w*,]+\])?|local-cluster\[\d+,\d+,\d+\]")
_SPARK = re.compile(r"spark://[^\s/]+:\d+(,[^\s/]+:\d+)*")
_LOOPBACK = ("127.0.0.1", "localhost", "")
_PARTITIONS = "spark.sql.shuffle.partitions"
_SETTINGS = {
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    # A sum that does not fit is an error, as for DuckDB.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.compression.codec": "zstd",
    # Spark sends to all workers, by way of this machine, what it holds for small by the size of its
    # file, and would fill this machine: in memory, answers of self-assessments take 160 times it.
    "spark.sql.sources.fileCompressionFactor": "200",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
}


@contextlib.contextmanager
def session(address: str) -> Iterator[SparkSession]:
    """A session on the cluster at `spark://host:port`, or on this machine with `local[2]`.

    What Spark's own configuration says (spark-defaults.conf, SPARK_CONF_DIR) holds.
    """
    if not (_LOCAL.fullmatch(address) or _SPARK.fullmatch(address)):
        raise Refusal(f"{address!r} is no engine; write spark://host:7077 or local[2]")
    builder = SparkSession.builder.master(address).appName("scorecard")
    for key, value in _SETTINGS.items():
        builder = builder.config(key, value)
    if (urlsplit(address).hostname or "") in _LOOPBACK:
        # Workers of this machine have what this process has; elsewhere PYSPARK_PYTHON says where.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        # What serves this machine only is not to be reached from another.
        builder = builder.config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.ui.enabled", "false")
    spark = None
    try:
        spark = builder.getOrCreate()
        if spark.conf.get(_PARTITIONS) == "200":  # Spark's default, meant for a large cluster.
            spark.conf.set(_PARTITIONS, str(max(8, 4 * spark.sparkContext.defaultParallelism)))
        yield spark
    except (PySparkException, Py4JError, RuntimeError) as error:
        first = str(error).strip().splitlines()[:1]
        raise Refusal(f"the engine at {address} failed: {' '.join(first)}") from error
    finally:
        if spark:
            spark.stop()


def file_address(path: Path) -> str:
    """How Spark names a path that all machines see."""
    return f"file://{path.resolve()}"
