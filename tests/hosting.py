"""The dashboard as it is hosted: a provider, PostgreSQL, two processes and nginx on loopback."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.databases import server as postgresql

__all__ = ["hosted", "postgresql"]

ROOT = Path(__file__).parents[1]
NAME = "board.localhost"
"""A browser takes it for this machine without asking anybody, and it is not the provider's name."""

PROVIDER = ROOT / "tests" / "provider"
_TEMPLATE = ROOT / "deploy" / "nginx" / "scorecard.conf"
_UNIT = ROOT / "deploy" / "systemd" / "scorecard@.service"
_SECONDS_TO_START = 40

_NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log crit;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/unused;
    uwsgi_temp_path {folder}/unused;
    scgi_temp_path {folder}/unused;
    include {folder}/scorecard.conf;
}}
"""

_SECRETS = """
[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "{cookie_secret}"
expose_tokens = ["access"]

[auth.staff]
label = "Staff"
client_id = "staff"
client_secret = "secret-of-staff-for-tests-on-loopback-only"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
client_kwargs = {{ scope = "openid profile email roles", prompt = "login" }}

[auth.directors]
label = "Directors"
client_id = "directors"
client_secret = "secret-of-directors-for-tests-on-loopback-only"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
client_kwargs = {{ scope = "openid profile email roles", prompt = "login" }}

[access]
address = "{address}"
recheck_minutes = 1
link_keys = ["{link_key}"]
frame_hosts = ["{frame_host}"]
{settings}

[access.board]
domains = ["board.example"]
"""


@dataclass
class Process:
    """One server of the dashboard; it can be killed and started again at the same port."""

    port: int
    command: list[str]
    environment: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Returns when it has figures to show; an error says how it ended instead."""
        _wait_for(f"{self.address}/healthz", self)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.running is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running.pid, how)
        self.running.wait(15)
        self.running = None

    def kill(self) -> None:
        """Without a chance to say goodbye."""
        self.end(signal.SIGKILL)


@dataclass
class Hosted:
    """The whole of it. `address` is what a browser types; the processes are behind it."""

    folder: Path
    port: int
    plain_port: int
    issuer: str
    frame_host: str
    state: str
    processes: tuple[Process, ...] = ()
    others: list[Process] = field(default_factory=list)
    _secrets: dict[str, str] = field(
        default_factory=lambda: {
            "cookie_secret": secrets.token_hex(32),
            "link_key": secrets.token_hex(32),
        }
    )

    @property
    def address(self) -> str:
        return f"https://{NAME}:{self.port}"

    @property
    def secrets_file(self) -> Path:
        return self.folder / "secrets.toml"

    @property
    def link_key(self) -> str:
        return self._secrets["link_key"]

    @property
    def nginx(self) -> Process:
        return self.others[-1]

    def configure(self, settings: str = "") -> None:
        """Writes the secrets file with these lines in [access]; processes read it again."""
        text = _SECRETS.format(
            address=self.address,
            issuer=self.issuer,
            frame_host=self.frame_host,
            settings=settings,
            **self._secrets,
        )
        aside = self.secrets_file.with_suffix(".new")
        aside.write_text(text, encoding="utf-8")
        aside.replace(self.secrets_file)

    def account(self, address: str, name: str, roles: list[str]) -> None:
        """Sets what the provider says of an account from now on."""
        self._control("PUT", f"accounts/{address}", {"name": name, "roles": roles})

    def lifetimes(self, **seconds: int) -> None:
        """How long new tokens live: `IdToken`, `AccessToken`."""
        self._control("PUT", "lifetimes", dict(seconds))

    def logs(self) -> str:
        """All that nginx and the dashboard wrote down so far."""
        return "".join(
            path.read_text(encoding="utf-8", errors="replace")
            for path in sorted(self.folder.glob("*.log"))
            if path.name != "provider.log"
        )

    def accesses(self) -> list[dict[str, object]]:
        """What nginx wrote down of each request, the oldest first."""
        text = (self.folder / "scorecard-access.log").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def _control(self, method: str, path: str, body: dict[str, object]) -> None:
        request = urllib.request.Request(
            f"{self.issuer}/control/{path}", json.dumps(body).encode(), method=method
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert answer.status == 200


@pytest.fixture(scope="session")
def hosted(postgresql: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """Everything running; all of it ends with the session and listens on 127.0.0.1 only."""
    folder = tmp_path_factory.mktemp("hosted")
    ports = _free_ports(6)
    whole = Hosted(
        folder,
        ports[0],
        ports[1],
        f"http://localhost:{ports[2]}",
        f"http://frame.localhost:{ports[5]}",
        _new_database(postgresql),
    )
    whole.configure()
    whole.processes = tuple(_dashboard(whole, port) for port in ports[3:5])
    whole.others = [_provider(whole, ports[2]), _nginx(whole)]
    try:
        for process in (*whole.processes, *whole.others):
            process.start()
        for process in whole.processes:
            process.wait()
        _wait_for(f"{whole.issuer}/.well-known/openid-configuration", whole.others[0])
        _wait_for_port(whole.port, whole.nginx)
        yield whole
    finally:
        for process in (*whole.others, *whole.processes):
            process.end()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        places = [stack.enter_context(socket.socket()) for _ in range(count)]
        for place in places:
            place.bind(("127.0.0.1", 0))
        return [place.getsockname()[1] for place in places]


def _new_database(folder: Path) -> str:
    name = f"hosted_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(
        host=str(folder), user="postgres", dbname="postgres", autocommit=True
    ) as admin:
        admin.execute(f"create database {name}")
    return f"postgresql://postgres@/{name}?host={folder}"


def _dashboard(whole: Hosted, port: int) -> Process:
    environment = {name: os.environ[name] for name in os.environ if "SCORECARD" not in name}
    environment |= {
        "SCORECARD_SNAPSHOTS": str(whole.folder / "snapshots"),
        "SCORECARD_STATE": whole.state,
        "SCORECARD_CACHE": str(whole.folder / "cached"),
    }
    # What the unit gives a process it needs here too; a home of its own it does not.
    given = re.findall(r"^Environment=(\w+)=(.*)$", _UNIT.read_text(encoding="utf-8"), re.M)
    environment |= {name: value for name, value in given if name != "HOME"}
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command += ["--server.headless", "true", "--secrets.files", str(whole.secrets_file)]
    return Process(port, command, environment, whole.folder / f"dashboard-{port}.log")


def _provider(whole: Hosted, port: int) -> Process:
    node = PROVIDER / "node_modules" / ".bin" / "node"
    assert node.exists(), "the provider is not installed: make programs"
    config = {"port": port, "redirect_uris": [f"{whole.address}/oauth2callback"]}
    command = [str(node), str(PROVIDER / "provider.mjs"), json.dumps(config)]
    return Process(port, command, dict(os.environ), whole.folder / "provider.log")


def _nginx(whole: Hosted) -> Process:
    folder = whole.folder
    (folder / "cache").mkdir()
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    words = {
        "NAME": NAME,
        "ADDRESS": whole.address,
        "HTTPS": f"127.0.0.1:{whole.port}",
        "HTTP": f"127.0.0.1:{whole.plain_port}",
        "CERTIFICATE": str(folder / "certificate.pem"),
        "KEY": str(folder / "key.pem"),
        "LOGS": str(folder),
        "CACHE": str(folder / "cache"),
    }
    for number, process in enumerate(whole.processes, 1):
        words |= {f"HOST_{number}": "127.0.0.1", f"PORT_{number}": str(process.port)}
    text = filled(_TEMPLATE.read_text(encoding="utf-8"), words)
    (folder / "scorecard.conf").write_text(text, encoding="utf-8")
    main = folder / "nginx.conf"
    user = "user root;" if os.getuid() == 0 else ""
    main.write_text(_NGINX.format(folder=folder, user=user), encoding="utf-8")
    command = ["/usr/sbin/nginx", "-p", str(folder), "-c", str(main)]
    return Process(whole.port, command, dict(os.environ), folder / "nginx.log")


@contextlib.contextmanager
def framing(hosted: Hosted, address: str) -> Iterator[int]:
    """A site of its own that frames an address; the port that it is at."""
    page = f'<!doctype html><title>Site</title><iframe width=1200 height=800 src="{address}">'

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", urlsplit(hosted.frame_host).port or 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def filled(template: str, words: dict[str, str]) -> str:
    """The template with its words in it, as envsubst would put them there."""
    for name, word in words.items():
        template = template.replace(f"${{SCORECARD_{name}}}", word)
    return template


def _wait_for(address: str, process: Process) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until:
        _still_running(process)
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.1)
    raise AssertionError(f"{address} does not answer\n{_tail(process)}")


def _wait_for_port(port: int, process: Process) -> None:
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until:
        _still_running(process)
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError(f"nobody listens at {port}\n{_tail(process)}")


def _still_running(process: Process) -> None:
    assert process.running and process.running.poll() is None, _tail(process)


def _tail(process: Process) -> str:
    return f"{process.command[0]} ended or hangs:\n" + process.log.read_text()[-2000:]
