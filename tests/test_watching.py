"""What the server counts, writes down, and says of how it is."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scorecard.screen import store as figures
from scorecard.serving import health, logs, metrics
from scorecard.state import audit
from scorecard.state import store as states
from tests.serving_app import (
    FORWARDED,
    HERE,
    configured,
    visitor,
)

__all__ = ["configured"]

pytestmark = pytest.mark.usefixtures("configured")


class Broken:
    """Figures whose file has gone bad."""

    id = "abc"

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(name)


def test_a_process_without_figures_is_not_healthy_and_builds_none(
    configured: pytest.MonkeyPatch,
) -> None:
    configured.setattr(health, "SECONDS_KEPT", 0.0)
    configured.setattr(figures, "shown", lambda: None)
    configured.setattr(figures, "find", Broken().__getattr__)
    response = visitor().get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "no figures yet"}
    assert response.headers["cache-control"] == "no-store"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from scorecard import snapshot as snapshots
    from scorecard.snapshot import Sources
    from tests.browser import ROOT

    tiny = ROOT / "tests/data/tiny"
    path = tmp_path_factory.mktemp("health") / "abc.duckdb"
    snapshots.build(str(path), Sources(tiny / "exports", tiny / "plan"))
    return snapshots.open_file(path)


def test_health_names_the_figures_to_this_machine_only(
    configured: pytest.MonkeyPatch, snapshot: Any, tmp_path: Path
) -> None:
    configured.setattr(health, "SECONDS_KEPT", 0.0)
    configured.setattr(figures, "shown", lambda: snapshot)
    configured.setenv("SCORECARD_STATE", f"sqlite:///{tmp_path}/state.db")
    response = visitor().get("/healthz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "snapshot": snapshot.id,
        "data_date": snapshot.data_date.isoformat(),
    }
    assert visitor(**FORWARDED).get("/healthz").json() == {"status": "ok"}
    assert not (tmp_path / "state.db").exists()


def test_a_state_that_does_not_answer_is_not_healthy(
    configured: pytest.MonkeyPatch, snapshot: Any, tmp_path: Path
) -> None:
    (tmp_path / "state.db").write_bytes(b"no database" * 1000)
    configured.setattr(health, "SECONDS_KEPT", 0.0)
    configured.setattr(figures, "shown", lambda: snapshot)
    configured.setenv("SCORECARD_STATE", f"sqlite:///{tmp_path}/state.db")
    response = visitor(**FORWARDED).get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "the written state does not answer"}


def counted(line: str) -> float:
    found = re.search(rf"^{re.escape(line)} (\S+)$", visitor().get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_metrics_count_requests_messages_and_runs(
    configured: pytest.MonkeyPatch, snapshot: Any
) -> None:
    configured.setattr(figures, "shown", lambda: snapshot)
    pages = 'scorecard_http_requests_total{area="page",status="2xx"}'
    out = 'scorecard_websocket_messages_total{direction="out"}'
    before = counted(pages), counted(out), counted("scorecard_script_run_seconds_count")
    visitor().get("/kpi?link=secret")
    with visitor(origin=HERE).websocket_connect(f"ws{HERE[4:]}/_stcore/stream") as connected:
        connected.receive_bytes()
    with metrics.run():
        pass
    after = counted(pages), counted(out), counted("scorecard_script_run_seconds_count")
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1]
    assert counted("scorecard_sessions") == 0
    assert counted("process_resident_memory_bytes") > 1e6
    text = visitor().get("/metrics").text
    assert f'snapshot="{snapshot.id}"' in text
    assert "secret" not in text


@pytest.fixture
def lines(configured: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What our handler would write."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.Formatter())
    logger = logging.getLogger("scorecard")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield out
    logger.removeHandler(handler)
    logger.setLevel(level)


def written(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_request_is_one_line_without_query_cookie_or_address(lines: io.StringIO) -> None:
    visitor(cookie="a=secret-cookie").get("/kpi?link=secret-link&region=Africa")
    (line,) = written(lines)
    assert line["path"] == "/kpi"
    assert line["status"] == 200
    assert line["logger"] == "scorecard.serving.watch"
    assert "secret" not in lines.getvalue()
    assert "Africa" not in lines.getvalue()
    assert "127.0.0.1" not in lines.getvalue()


def test_files_write_no_line_and_a_hostile_path_stays_one(lines: io.StringIO) -> None:
    visitor().get("/static/index.js")
    visitor().get('/a%0D{"level":"x"}')
    (line,) = written(lines)
    assert line["path"] == '/a\r{"level":"x"}'


def test_a_session_is_written_when_it_opens_and_closes(lines: io.StringIO) -> None:
    address = f"ws{HERE[4:]}/_stcore/stream?link=secret"
    with visitor(origin=HERE).websocket_connect(address) as connected:
        connected.receive_bytes()
    assert [line["message"] for line in written(lines)] == ["session opened", "session closed"]
    assert "secret" not in lines.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "GET /kpi?link=S3CRET&a=b",
        "GET /kpi?a=b&link=S3%2ES3CRET",
        "from https://a.example.org/?next=%2Fkpi%3Flink%3DS3CRET%26a",
        "/oauth2callback?code=S3CRET&state=S3CRET&session_state=S3CRET",
        "{'access_token': 'S3CRET', \"id_token\": \"S3CRET\"}",
        '{"client_secret":"S3CRET"}',
        'link_keys = "S3CRET"',
        "eyJhbGciOiJSUzI1NiJ9.eyJTM0NSRVQ.S3CRET",
        "postgresql+psycopg://user:S3CRET@db/scorecard",
        "Authorization: Bearer S3CRETS3CRET",
    ],
)
def test_a_secret_is_struck_out_wherever_someone_logs_it(lines: io.StringIO, text: str) -> None:
    log = logging.getLogger("scorecard.test")
    log.warning("it failed: %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("it failed", extra={"more": {"of": text}})
    assert "S3CRET" not in lines.getvalue()
    assert len(written(lines)) == 2
    assert "ValueError" in written(lines)[1]["error"]


def test_an_audited_event_is_counted_and_written_without_a_name(
    lines: io.StringIO, tmp_path: Path
) -> None:
    logs.count_events()
    event = 'scorecard_events_total{event="link_opened"}'
    before = counted(event)
    kept = states.open_store(f"sqlite:///{tmp_path}/state.db")
    audit.record(kept, "link_opened", "Jane Doe", "guest", {"link": "of Jane Doe"})
    kept.close()
    assert counted(event) == before + 1
    line = next(line for line in written(lines) if line["message"] == "audited")
    assert (line["event"], line["role"], line["seq"]) == ("link_opened", "guest", 1)
    assert "Jane" not in lines.getvalue()
