"""What nginx does before the dashboard: who may ask what, how often, and of which process."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import streamlit
from websockets.sync.client import ClientConnection, connect

from tests.hosting import NAME, Hosted, hosted, postgresql

__all__ = ["hosted", "postgresql"]

pytestmark = pytest.mark.services

LONGEST_WAIT = 2.0
"""Seconds in which a visitor of a process that died has an answer of another."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    def cookie(self, name: str) -> str:
        found = [value for value in self.all("set-cookie") if value.startswith(f"{name}=")]
        return found[0].split(";")[0].partition("=")[2] if found else ""


def trusting(hosted: Hosted) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(hosted.folder / "certificate.pem"))


def tls(
    hosted: Hosted, context: ssl.SSLContext, name: str | None = NAME, source: str = "127.0.0.1"
) -> ssl.SSLSocket:
    raw = socket.create_connection(("127.0.0.1", hosted.port), 10, (source, 0))
    return context.wrap_socket(raw, server_hostname=name)


class Visitor:
    """A client at one address of this machine, with one open connection to nginx."""

    def __init__(self, hosted: Hosted, source: str = "127.0.0.1") -> None:
        self.hosted = hosted
        self.connection = http.client.HTTPConnection(NAME, hosted.port, timeout=10)
        self.connection.sock = tls(hosted, trusting(hosted), source=source)
        # A closed connection must not be opened anew without TLS.
        self.connection.auto_open = 0

    def ask(self, path: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body or None, sent)
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())

    def close(self) -> None:
        self.connection.close()


def ask(hosted: Hosted, path: str, source: str = "127.0.0.1", **words: str) -> Answer:
    visitor = Visitor(hosted, source)
    try:
        return visitor.ask(path, **words)  # type: ignore[arg-type]
    finally:
        visitor.close()


def traced(hosted: Hosted, path: str, **words: str) -> tuple[Answer, str]:
    """The answer, and the process that gave it by nginx's log, which is written just after."""
    before = len(hosted.accesses())
    answer = ask(hosted, path, **words)
    until = time.monotonic() + 5
    while len(hosted.accesses()) == before:
        assert time.monotonic() < until, "nothing was logged"
        time.sleep(0.01)
    return answer, str(hosted.accesses()[-1]["process"])


def websocket(hosted: Hosted, cookies: str = "", source: str = "127.0.0.1") -> ClientConnection:
    return connect(
        f"wss://{NAME}:{hosted.port}/_stcore/stream",
        sock=socket.create_connection(("127.0.0.1", hosted.port), 10, (source, 0)),
        ssl=trusting(hosted),
        server_hostname=NAME,
        origin=hosted.address,
        subprotocols=["streamlit"],
        additional_headers={"Cookie": cookies} if cookies else {},
        max_size=None,
    )


def desk(open_socket: ClientConnection) -> str:
    """Which process a websocket was given, as its cookie names it."""
    assert open_socket.response is not None
    cookies = open_socket.response.headers.get_all("set-cookie")
    found = [c for c in cookies if c.startswith("scorecard_desk=")]
    assert len(found) == 1, cookies
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(found[0].split("; "))
    return found[0].split(";")[0].partition("=")[2]


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/metrics/",
        "//metrics",
        "/%6detrics",
        "/kpi/../metrics",
        "/healthz",
        "/healthz?x=1",
        "/_stcore/metrics",
        "/_stcore//metrics",
        "/_stcore/script-health-check",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/agent",
        "/openapi.json",
    ],
)
def test_what_is_for_the_administrator_is_closed_to_the_world(
    hosted: Hosted,
    path: str,
) -> None:
    answer, process = traced(hosted, path)
    assert answer.status == 404
    assert b"snapshot" not in answer.body and b"# HELP" not in answer.body
    assert process == ""


def test_the_administrator_asks_a_process_on_its_own_machine(hosted: Hosted) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", hosted.processes[0].port, timeout=10)
    for path, word in (("/healthz", b"snapshot"), ("/metrics", b"# HELP")):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200
        assert word in answer.read()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_new_versions_of_tls_are_spoken_with_http2(
    hosted: Hosted,
    version: ssl.TLSVersion,
) -> None:
    context = trusting(hosted)
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    with tls(hosted, context) as open_socket:
        assert open_socket.selected_alpn_protocol() == "h2"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_versions_of_tls_are_refused(hosted: Hosted) -> None:
    context = trusting(hosted)
    # Without this the client itself would refuse, and nothing would be shown.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
        tls(hosted, context)


@pytest.mark.parametrize("name", ["elsewhere.example", None])
def test_another_name_gets_no_certificate(hosted: Hosted, name: str | None) -> None:
    context = trusting(hosted)
    context.check_hostname = False
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        tls(hosted, context, name)


def test_plain_http_is_sent_to_our_own_name(hosted: Hosted) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", hosted.plain_port, timeout=10)
    connection.request("GET", "/kpi?kpi=members", headers={"Host": "evil.example"})
    answer = connection.getresponse()
    assert answer.status == 301
    assert answer.getheader("location") == f"{hosted.address}/kpi?kpi=members"


def test_scripts_are_compressed_and_come_from_the_cache_the_second_time(
    hosted: Hosted,
) -> None:
    folder = Path(streamlit.__file__).parent / "static"
    biggest = max(folder.rglob("*.js"), key=lambda path: path.stat().st_size)
    path = "/" + biggest.relative_to(folder).as_posix()
    for from_process in (True, False):
        answer, process = traced(hosted, path, accept_encoding="gzip")
        assert answer.status == 200
        assert answer.all("content-encoding") == ["gzip"]
        assert len(answer.body) < 0.4 * biggest.stat().st_size
        assert "immutable" in answer.all("cache-control")[0]
        assert bool(process) == from_process


@pytest.mark.parametrize("path", ["/", "/kpi?link=made-up", "/metrics", "/_stcore/health"])
def test_each_header_of_security_is_said_once(hosted: Hosted, path: str) -> None:
    answer = ask(hosted, path)
    for name in ("strict-transport-security", "x-content-type-options"):
        assert len(answer.all(name)) == 1, name
    for name in ("content-security-policy", "referrer-policy", "x-frame-options", "server"):
        assert len(answer.all(name)) <= 1, name
    assert answer.all("server") == ["nginx"]


def test_a_page_has_a_policy_and_cookies_for_https_only(hosted: Hosted) -> None:
    answer = ask(hosted, "/")
    assert answer.all("content-security-policy")
    assert answer.cookie("scorecard_seat")
    assert all("Secure" in cookie.split("; ") for cookie in answer.all("set-cookie"))


def test_what_a_visitor_claims_of_a_proxy_is_not_believed(hosted: Hosted) -> None:
    answer = ask(
        hosted, "/", x_forwarded_for="127.0.0.1", x_forwarded_proto="http", x_real_ip="127.0.0.1"
    )
    assert all("Secure" in cookie.split("; ") for cookie in answer.all("set-cookie"))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/auth/login?provider=none", "127.0.1.1"),
        ("/oauth2callback?code=none&state=none", "127.0.1.2"),
        ("/kpi?link=made-up", "127.0.1.3"),
        ("/kpi?x=1&%6C%69nk=made-up", "127.0.1.4"),
    ],
)
def test_who_asks_too_often_waits_while_others_go_on(
    hosted: Hosted,
    path: str,
    source: str,
) -> None:
    hasty = Visitor(hosted, source)
    found = [hasty.ask(path).status for _ in range(150)]
    assert found[:40].count(429) == 0
    assert found.count(429) > 20
    # Pages without a link go on for the same address, and this for another.
    assert hasty.ask("/kpi").status == 200
    assert ask(hosted, path, source="127.0.1.99").status != 429
    hasty.close()


def test_five_hundred_links_are_opened_in_a_minute(hosted: Hosted) -> None:
    """By ten addresses; that one alone may open as many needs a minute, so by its rate."""
    began = time.monotonic()
    for number in range(10):
        guest = Visitor(hosted, f"127.0.2.{number + 1}")
        assert {guest.ask("/kpi?link=made-up").status for _ in range(50)} == {200}
        guest.close()
    assert time.monotonic() - began < 60
    rate = re.search(r"zone=scorecard_links:\w+ rate=(\d+)r/s", configuration(hosted))
    assert rate and int(rate[1]) * 60 >= 500


def configuration(hosted: Hosted) -> str:
    return (hosted.folder / "scorecard.conf").read_text(encoding="utf-8")


def test_too_much_at_once_is_refused(hosted: Hosted) -> None:
    for path, megabytes in (("/_stcore/upload_file/none/none", 53), ("/kpi", 2)):
        size = str(megabytes << 20)
        answer = ask(hosted, path, method="PUT", body=b"x", content_length=size)  # type: ignore[arg-type]
        assert answer.status == 413


def test_the_cookies_of_a_long_identity_get_through(hosted: Hosted) -> None:
    cookies = "; ".join(f"_streamlit_user_{number}={'x' * 3900}" for number in range(4))
    assert ask(hosted, "/", cookie=cookies).status == 200
    with websocket(hosted, cookies) as open_socket:
        assert open_socket.ping().wait(5)


def test_a_websocket_survives_a_reload_of_nginx(hosted: Hosted) -> None:
    with websocket(hosted) as open_socket:
        assert hosted.nginx.running is not None
        hosted.nginx.running.send_signal(signal.SIGHUP)
        time.sleep(2)
        assert ask(hosted, "/").status == 200
        assert open_socket.ping().wait(5)


def test_a_seat_keeps_its_process_and_seats_are_spread(hosted: Hosted) -> None:
    desks = {}
    for seat in range(16):
        found = set()
        for _ in range(2):
            with websocket(hosted, f"scorecard_seat=seat{seat}") as open_socket:
                found.add(desk(open_socket))
        assert len(found) == 1
        desks[seat] = found.pop()
    assert set(desks.values()) == {"1", "2"}


def test_the_desk_goes_before_the_seat(hosted: Hosted) -> None:
    for wanted in ("1", "2"):
        for seat in range(4):
            cookies = f"scorecard_seat=seat{seat}; scorecard_desk={wanted}"
            with websocket(hosted, cookies) as open_socket:
                assert desk(open_socket) == wanted
            _, process = traced(hosted, "/_stcore/health", cookie=cookies)
            assert process == f"127.0.0.1:{hosted.processes[int(wanted) - 1].port}"


def test_a_desk_that_is_none_is_passed_over(hosted: Hosted) -> None:
    assert ask(hosted, "/", cookie="scorecard_desk=evil.example:80").status == 200


def test_when_a_process_dies_its_visitors_are_on_the_other_and_stay(
    hosted: Hosted,
) -> None:
    seat = next(
        f"seat{number}"
        for number in range(40)
        if _desk_of(hosted, f"scorecard_seat=seat{number}") == "1"
    )
    dead = hosted.processes[0]
    dead.kill()
    try:
        began = time.monotonic()
        # Both who already had a desk and who has only a seat, and no connection is left over.
        for cookies in (f"scorecard_seat={seat}", f"scorecard_seat={seat}; scorecard_desk=1"):
            assert ask(hosted, "/", cookie=cookies).status == 200
            assert _desk_of(hosted, cookies) == "2"
        assert time.monotonic() - began < LONGEST_WAIT
    finally:
        dead.start()
        dead.wait()
    # Its session is on the second process now, and so must be what it downloads.
    time.sleep(6)
    cookies = f"scorecard_seat={seat}; scorecard_desk=2"
    _, process = traced(hosted, "/_stcore/health", cookie=cookies)
    assert process == f"127.0.0.1:{hosted.processes[1].port}"
    # A new browser comes to the first again.
    assert _desk_of(hosted, f"scorecard_seat={seat}") == "1"


def _desk_of(hosted: Hosted, cookies: str) -> str:
    with websocket(hosted, cookies) as open_socket:
        return desk(open_socket)


def test_no_query_string_is_in_any_log(hosted: Hosted) -> None:
    """Not of what passes, is refused, is redirected, or finds nobody who answers."""
    secret = "very-secret-token"
    paths = [f"/kpi?link={secret}", f"/oauth2callback?code={secret}&state={secret}"]
    for path in paths:
        hasty = Visitor(hosted, "127.0.3.1")
        for _ in range(130):
            hasty.ask(path, referer=f"{hosted.address}/?link={secret}")
        hasty.close()
        connection = http.client.HTTPConnection("127.0.0.1", hosted.plain_port, timeout=10)
        connection.request("GET", path)
        connection.getresponse().read()
    for process in hosted.processes:
        process.kill()
    try:
        assert ask(hosted, paths[0], source="127.0.3.2").status == 502
    finally:
        for process in hosted.processes:
            process.start()
        for process in hosted.processes:
            process.wait()
    logs = hosted.logs()
    assert '"status":429' in logs and '"status":301' in logs and '"status":502' in logs
    assert secret not in logs
