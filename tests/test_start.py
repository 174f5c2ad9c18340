"""The real server as a process: whether it starts, what it lets in, what it writes down."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from scorecard.access import settings
from scorecard.access.settings import Provider, Settings
from scorecard.refusal import Refusal
from scorecard.serving import start

ROOT = Path(__file__).parents[1]
OUTSIDE = "192.0.2.1"
"""An address that no machine has, so that nothing is ever listened to from outside."""

SECRETS = """
[access]
frame_hosts = ["https://www.example.org"]
"""


@dataclass(frozen=True)
class Server:
    """A running server and the file that it logs to."""

    port: int
    log: Path

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def stream(self) -> str:
        return f"ws://127.0.0.1:{self.port}/_stcore/stream"

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def ended(*command: str, secrets: str = "") -> subprocess.CompletedProcess[str]:
    """What a server says and ends with that should not start; none of the machine's secrets."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "STREAMLIT_SECRETS_FILES": secrets or "none.toml"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [
        (
            *("streamlit", "run", "dashboard.py", "--server.headless", "true"),
            *("--server.address", "0.0.0.0", "--server.port", "0"),
        ),
        ("uvicorn", "dashboard:app", "--host", "0.0.0.0", "--port", "0"),
    ],
    ids=["streamlit", "uvicorn"],
)
def test_a_public_address_without_sign_in_is_refused_at_once(command: tuple[str, ...]) -> None:
    done = ended(*command)
    assert done.returncode == start.MISCONFIGURED
    assert done.stderr.count("The dashboard does not start") == 1
    assert "0.0.0.0" in done.stderr
    assert "[auth]" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_at_fault_are_said_at_once_and_not_to_the_first_visitor(tmp_path: Path) -> None:
    (tmp_path / "secrets.toml").write_text('[access]\nopne = "guest"\n', encoding="utf-8")
    done = ended(
        *("streamlit", "run", "dashboard.py", "--server.headless", "true", "--server.port", "0"),
        secrets=str(tmp_path / "secrets.toml"),
    )
    assert done.returncode == start.MISCONFIGURED
    assert "'opne'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("known", "address", "may"),
    [
        (Settings(), "127.0.0.1", True),
        (Settings(), "::1", True),
        (Settings(), OUTSIDE, False),
        (Settings(), "", False),
        (Settings(open="guest"), OUTSIDE, True),
        (Settings(providers=(Provider("a", "A", "https://a.example.org/"),)), OUTSIDE, True),
    ],
)
def test_an_address_is_served_once_it_is_settled_who_may_come(
    monkeypatch: pytest.MonkeyPatch, known: Settings, address: str, may: bool
) -> None:
    monkeypatch.setattr(settings, "load", lambda: known)
    assert start.may_serve(address) == may
    monkeypatch.setattr(start, "_address", lambda: address)
    with contextlib.nullcontext() if may else pytest.raises(SystemExit):
        start.check()


def test_settings_at_fault_end_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> Settings:
        raise Refusal("open must be one of guest, board, executive")

    monkeypatch.setattr(settings, "load", broken)
    monkeypatch.setattr(start, "_address", lambda: "127.0.0.1")
    with pytest.raises(SystemExit) as end:
        start.check()
    assert end.value.code == start.MISCONFIGURED
    assert "open must be one of" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("mode", "words", "host", "address"),
    [
        ("starlette-app", ["dashboard.py"], "", OUTSIDE),
        (None, ["uvicorn", "dashboard:app"], "", "127.0.0.1"),
        (None, ["uvicorn", "dashboard:app", "--host", OUTSIDE], "", OUTSIDE),
        (None, ["uvicorn", f"--host={OUTSIDE}", "dashboard:app"], "", OUTSIDE),
        (None, ["uvicorn", "dashboard:app"], OUTSIDE, OUTSIDE),
    ],
)
def test_the_address_is_known_before_the_server_listens(
    monkeypatch: pytest.MonkeyPatch, mode: str | None, words: list[str], host: str, address: str
) -> None:
    monkeypatch.setattr(config, "_server_mode", mode)
    monkeypatch.setattr(config, "get_option", lambda key: OUTSIDE)
    monkeypatch.setattr(sys, "argv", words)
    monkeypatch.delenv("UVICORN_HOST", raising=False)
    if host:
        monkeypatch.setenv("UVICORN_HOST", host)
    assert start._address() == address


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`streamlit run dashboard.py` as it stands in the README, over the sample."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "secrets.toml").write_text(SECRETS, encoding="utf-8")
    found = Server(free_port(), folder / "log")
    with found.log.open("w") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", "dashboard.py"),
                *("--server.headless", "true", "--server.port", str(found.port)),
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "SCORECARD_SNAPSHOTS": str(folder / "snapshots"),
                "SCORECARD_STATE": f"sqlite:///{folder}/state/state.db",
                "STREAMLIT_SECRETS_FILES": str(folder / "secrets.toml"),
            },
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
        try:
            wait_until_healthy(found, process)
            yield found
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)


def wait_until_healthy(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        assert process.poll() is None, server.log.read_text()
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{server.base}/healthz").status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not become healthy")


def test_a_fresh_process_has_its_figures_before_the_first_visitor(server: Server) -> None:
    answer = httpx.get(f"{server.base}/healthz").json()
    assert answer["status"] == "ok"
    assert answer["data_date"] == "2022-12-31"
    assert list((server.log.parent / "snapshots").glob(f"{answer['snapshot']}*"))


def test_the_configured_host_may_frame_a_share_link(server: Server) -> None:
    policy = httpx.get(f"{server.base}/kpi?link=x").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://www.example.org")


def test_only_this_machine_is_listened_to(server: Server) -> None:
    listening = {
        place.laddr.ip
        for place in psutil.net_connections("tcp")
        if place.status == psutil.CONN_LISTEN and place.laddr.port == server.port
    }
    assert listening == {"127.0.0.1"}


def test_streamlit_is_as_strict_as_it_can_be(server: Server) -> None:
    told = httpx.get(f"{server.base}/_stcore/host-config").json()
    assert told["allowedOrigins"] == []
    asked = httpx.post(f"{server.base}/_stcore/agent/interact", json={}, headers=origin(server))
    assert asked.status_code >= 400
    away = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    inside = ("metrics", "script-health-check", "agent/openapi.json", "anything")
    for closed in ("metrics", *(f"_stcore/{name}" for name in inside)):
        assert httpx.get(f"{server.base}/{closed}", headers=away).status_code == 404
    assert httpx.get(f"{server.base}/healthz", headers=away).json() == {"status": "ok"}


def test_behind_a_proxy_with_tls_cookies_are_for_tls_alone(server: Server) -> None:
    answer = httpx.get(server.base, headers={"X-Forwarded-Proto": "https"})
    assert "max-age" in answer.headers["strict-transport-security"]
    assert "Secure" in answer.headers["set-cookie"]
    told = httpx.get(f"{server.base}/_stcore/health", headers={"X-Forwarded-Proto": "https"})
    assert "_streamlit_xsrf" in told.headers["set-cookie"]
    assert "Secure" in told.headers["set-cookie"]


def test_maps_and_scripts_are_for_our_own_pages_only(server: Server) -> None:
    for path in ("app/static/topojson/world_110m.json", "favicon.png"):
        answer = httpx.get(f"{server.base}/{path}", headers={"Origin": "https://evil.example.org"})
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers


def origin(server: Server) -> dict[str, str]:
    return {"Origin": server.base}


def hello() -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = ""
    return bytes(message.SerializeToString())


def test_a_page_of_ours_opens_a_session(server: Server) -> None:
    with connect(
        server.stream, additional_headers=origin(server), max_size=None, close_timeout=1
    ) as session:
        session.send(hello())
        assert session.recv(timeout=20)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://evil.example.org"}, {"Origin": "http://localhost:3000"}],
    ids=["none", "foreign", "another port"],
)
def test_no_other_page_opens_a_session(server: Server, headers: dict[str, str]) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(server.stream, additional_headers=headers),
    ):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("megabytes", [2, 25])
def test_a_message_that_no_page_would_send_ends_its_session_alone(
    server: Server, megabytes: int
) -> None:
    with (
        connect(server.stream, additional_headers=origin(server), max_size=None) as session,
        pytest.raises(ConnectionClosed) as closed,
    ):
        session.send(b"\0" * megabytes * 1_048_576)
        while True:
            session.recv(timeout=20)
    # What is too large even to be read breaks off before the reason can be heard.
    assert megabytes > 20 or (closed.value.rcvd and closed.value.rcvd.code == 1009)
    assert httpx.get(f"{server.base}/healthz").status_code == 200


def test_neither_link_nor_code_nor_cookie_is_written_down(server: Server) -> None:
    secret = "S3CRET"
    jar = {"Cookie": f"a={secret}; _streamlit_user={secret}"}
    httpx.get(f"{server.base}/kpi?link={secret}&kpi=a", headers=jar)
    httpx.get(f"{server.base}/oauth2callback?code={secret}&state={secret}", headers=jar)
    httpx.get(
        f"{server.base}/auth/login?provider={secret}",
        headers={"Referer": f"{server.base}/kpi?link={secret}"},
    )
    message = BackMsg()
    message.rerun_script.query_string = f"link={secret}"
    message.rerun_script.page_name = "kpi"
    with connect(
        f"{server.stream}?link={secret}", additional_headers={**origin(server), **jar}
    ) as session:
        session.send(message.SerializeToString())
        assert session.recv(timeout=20)
        time.sleep(1)
    paths = [line.get("path") for line in server.lines()]
    assert {"/kpi", "/oauth2callback", "/auth/login"} <= set(paths)
    assert secret not in server.log.read_text(encoding="utf-8")


def test_every_line_of_the_log_is_one_object(server: Server) -> None:
    httpx.get(f"{server.base}/kpi")
    lines = server.lines()
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    assert any(line["message"] == "request" and line["path"] == "/kpi" for line in lines)
    assert "127.0.0.1" not in "".join(str(line) for line in lines)


def test_metrics_know_the_sessions_that_are_open(server: Server) -> None:
    with connect(
        server.stream, additional_headers=origin(server), max_size=None, close_timeout=1
    ) as session:
        session.send(hello())
        session.recv(timeout=20)
        text = httpx.get(f"{server.base}/metrics").text
    found = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(found["scorecard_sessions"]) >= 1
    assert float(found["process_resident_memory_bytes"]) > 5e7
    assert float(found['scorecard_websocket_messages_total{direction="in"}']) >= 1


def test_an_error_of_a_page_is_one_object_in_the_log_without_its_secrets() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-c"),
            "from scorecard.serving import logs; logs.configure();"
            "from streamlit import error_util;"
            "error_util._log_uncaught_app_exception(ValueError('at /kpi?link=S3CRET'))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    (line,) = [json.loads(line) for line in done.stderr.splitlines()]
    assert line["level"] == "ERROR"
    assert "ValueError: at /kpi?link=***" in line["error"]
    assert "S3CRET" not in done.stdout
