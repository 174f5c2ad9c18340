"""What the server says around the pages, request by request."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import config
from streamlit.web.server.server_util import get_cookie_secret

from scorecard.access import settings
from scorecard.access.settings import Provider, Settings
from scorecard.refusal import Refusal
from scorecard.screen import store as figures
from scorecard.serving import doorman, health, logs, metrics, returning, start, watch

INDEX = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
FORWARDED = {"x-forwarded-for": "203.0.113.9"}
HERE = "http://127.0.0.1:8501"
SIGN_IN = Settings(providers=(Provider("lab", "Lab", "https://lab.example.org/"),))
FRAMES = Settings(providers=SIGN_IN.providers, frame_hosts=("https://www.example.org",))


async def page(request: Request) -> Response:
    return HTMLResponse(INDEX)


async def script(request: Request) -> Response:
    return PlainTextResponse("code", headers={"access-control-allow-origin": "*"})


async def briefing(request: Request) -> Response:
    return HTMLResponse("<html><head></head>papers</html>", headers={"etag": "x"})


async def cookies(request: Request) -> Response:
    answer = HTMLResponse(INDEX)
    answer.set_cookie("plain", "1")
    answer.set_cookie("safe", "1", secure=True)
    return answer


async def login(request: Request) -> Response:
    return RedirectResponse("https://lab.example.org/authorize", 302)


async def callback(request: Request) -> Response:
    target = "https://elsewhere.example.org/" if "away" in request.query_params else "/"
    return RedirectResponse(target, 302)


async def session(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_bytes(b"hello")
    await websocket.close()


APP = Starlette(
    routes=[
        Route("/healthz", health.endpoint),
        Route("/metrics", metrics.endpoint),
        Route("/auth/login", login),
        Route("/oauth2callback", callback),
        Route("/static/index.js", script),
        Route("/media/briefing.html", briefing),
        Route("/_stcore/metrics", script),
        Route("/_stcore/health", script),
        Route("/_stcore/agent/interact", script, methods=["POST"]),
        Route("/_stcore/upload_file/a/b", script, methods=["PUT"]),
        Route("/cookies", cookies),
        WebSocketRoute("/_stcore/stream", session),
        Route("/{rest:path}", page),
    ],
    middleware=[
        Middleware(watch.Watch),
        Middleware(doorman.Doorman),
        Middleware(returning.Returning),
    ],
)


def visitor(base: str = HERE, **headers: str) -> TestClient:
    """Someone with a browser without a past, who follows no redirect."""
    return TestClient(
        APP, base, headers=headers, client=("127.0.0.1", 50_000), follow_redirects=False
    )


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The settings are those of `configure`, never those of who runs the tests."""
    configure(monkeypatch, Settings())
    yield monkeypatch


def configure(patch: pytest.MonkeyPatch, known: Settings) -> None:
    patch.setattr(settings, "load", lambda: known)


pytestmark = pytest.mark.usefixtures("configured")


def policy(response: Any) -> dict[str, list[str]]:
    """The content policy by directive."""
    parts = [part.split() for part in response.headers["content-security-policy"].split(";")]
    return {part[0]: part[1:] for part in parts}


def test_a_page_may_run_its_own_scripts_and_those_that_stand_in_it_only() -> None:
    response = visitor().get("/kpi")
    inline = re.findall(r"<script>(.*?)</script>", response.text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()) for text in inline]
    assert "BACKEND_BASE_URL" in inline[0]
    assert len(inline) == 2
    assert policy(response)["script-src"] == [
        "'self'",
        "blob:",
        *(f"'sha256-{found.decode()}'" for found in hashes),
    ]
    assert policy(response)["default-src"] == ["'self'"]
    assert policy(response)["object-src"] == ["'none'"]
    assert int(response.headers["content-length"]) == len(response.content)


@pytest.mark.parametrize("address", ["/", "/kpi", "/static/index.js", "/media/briefing.html"])
def test_every_answer_has_the_headers_that_guard_it(address: str) -> None:
    headers = visitor().get(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["x-frame-options"] in ("SAMEORIGIN", "DENY")
    assert "access-control-allow-origin" not in headers
    assert "strict-transport-security" not in headers


def test_pages_and_downloads_are_kept_by_no_cache() -> None:
    assert visitor().get("/").headers["cache-control"] == "no-store"
    assert "no-store" in visitor().get("/media/briefing.html").headers["cache-control"]


def test_a_download_is_handed_out_as_it_is_and_may_run_nothing() -> None:
    response = visitor().get("/media/briefing.html")
    assert response.text == "<html><head></head>papers</html>"
    assert response.headers["etag"] == "x"
    assert policy(response)["default-src"] == ["'none'"]
    assert "sandbox" in policy(response)


def test_the_configured_hosts_may_frame_a_share_link_and_nothing_else(
    configured: pytest.MonkeyPatch,
) -> None:
    configure(configured, FRAMES)
    framed = visitor().get("/kpi?kpi=a&link=token")
    assert policy(framed)["frame-ancestors"] == ["'self'", "https://www.example.org"]
    assert "x-frame-options" not in framed.headers
    for address in ("/kpi", "/kpi?kpi=link", "/kpi?hyperlink=1", "/kpi?a=b%26link=1"):
        alone = visitor().get(address)
        assert policy(alone)["frame-ancestors"] == ["'self'"]
        assert alone.headers["x-frame-options"] == "SAMEORIGIN"


def test_a_share_link_is_framed_by_nobody_where_no_host_is_configured() -> None:
    response = visitor().get("/kpi?link=token")
    assert policy(response)["frame-ancestors"] == ["'self'"]
    assert response.headers["x-frame-options"] == "SAMEORIGIN"


def test_over_tls_cookies_are_for_tls_alone_and_the_browser_stays_with_it() -> None:
    response = visitor("https://127.0.0.1").get("/cookies")
    set_cookies = response.headers.get_list("set-cookie")
    assert len(set_cookies) == 3
    assert all(cookie.lower().count("; secure") == 1 for cookie in set_cookies)
    assert "max-age=31536000" in response.headers["strict-transport-security"]


def test_without_tls_no_cookie_claims_it() -> None:
    set_cookies = visitor().get("/cookies").headers.get_list("set-cookie")
    assert ["secure" in cookie.lower() for cookie in set_cookies] == [False, True, False]


def test_a_browser_gets_one_seat_and_keeps_it() -> None:
    browser = visitor()
    seat = browser.get("/").headers["set-cookie"]
    assert seat.startswith(f"{doorman.SEAT}=")
    assert "HttpOnly" in seat
    assert "SameSite=Lax" in seat
    assert "set-cookie" not in browser.get("/kpi").headers
    assert "set-cookie" not in visitor().get("/static/index.js").headers


def test_what_tells_of_the_inside_is_not_there_for_who_comes_through_a_proxy() -> None:
    for address in ("/_stcore/metrics", "/metrics"):
        assert visitor().get(address).status_code == 200
        assert visitor(**FORWARDED).get(address).status_code == 404
        assert visitor("http://board.example.org").get(address).status_code in (404, 503)
    assert visitor(**FORWARDED).get("/_stcore/health").status_code == 200
    asked = visitor(**FORWARDED).post("/_stcore/agent/interact", headers={"origin": HERE})
    assert asked.status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:3000"},
        {"origin": "https://evil.example.org"},
        {"origin": "http://127.0.0.1:8501.evil.example.org"},
        {"origin": "http://evil.example.org/127.0.0.1:8501"},
        {"origin": "file://127.0.0.1:8501"},
        {"origin": "http://["},
    ],
)
def test_what_no_page_of_ours_sends_opens_no_session_and_changes_nothing(
    headers: dict[str, str],
) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        visitor().websocket_connect(f"ws{HERE[4:]}/_stcore/stream", headers=headers),
    ):
        pass
    sent = visitor().put("/_stcore/upload_file/a/b", headers=headers, content=b"x")
    assert sent.status_code == 403


def test_a_page_of_ours_opens_a_session_and_sends_a_file() -> None:
    browser = visitor(origin=HERE)
    with browser.websocket_connect(f"ws{HERE[4:]}/_stcore/stream") as connected:
        assert connected.receive_bytes() == b"hello"
    assert browser.put("/_stcore/upload_file/a/b", content=b"x").status_code == 200


def test_a_name_that_someone_pointed_at_the_server_opens_no_session(
    configured: pytest.MonkeyPatch,
) -> None:
    known = Settings(providers=SIGN_IN.providers, address="https://board.example.org")
    configure(configured, known)
    for host, is_ours in (("board.example.org", True), ("evil.example.org", False)):
        browser = visitor(origin=f"https://{host}")
        address = f"ws://{host}/_stcore/stream"
        if is_ours:
            with browser.websocket_connect(address) as connected:
                assert connected.receive_bytes() == b"hello"
        else:
            with pytest.raises(WebSocketDisconnect), browser.websocket_connect(address):
                pass


def test_another_address_than_this_machine_answers_only_once_it_is_settled_who_may_come(
    configured: pytest.MonkeyPatch,
) -> None:
    # The test client says that the server listens on the host that is asked for.
    outside = "http://192.0.2.1:8501"
    response = visitor(outside).get("/")
    assert response.status_code == 503
    assert "not set up for visitors" in response.text
    with (
        pytest.raises(WebSocketDisconnect),
        visitor(origin=outside).websocket_connect("ws://192.0.2.1:8501/_stcore/stream"),
    ):
        pass
    for known in (SIGN_IN, Settings(open="guest")):
        configure(configured, known)
        assert visitor(outside).get("/").status_code == 200


def test_settings_at_fault_keep_everyone_out(configured: pytest.MonkeyPatch) -> None:
    def broken() -> Settings:
        raise Refusal("the secrets file is not TOML")

    configured.setattr(settings, "load", broken)
    assert visitor().get("/").status_code == 503
    assert "at fault" in visitor().get("/").text


def sign_in(browser: TestClient, referer: str) -> str:
    """Where someone is led who went to sign in from `referer`."""
    browser.get("/auth/login?provider=x", headers={"referer": referer})
    return str(browser.get("/oauth2callback?code=c&state=s").headers["location"])


@pytest.mark.parametrize(
    "address",
    [
        "/kpi",
        "/membership?region=Africa&as_of=2022-09-15",
        "/?as_of=15+September+2022+%C2%B7+board+meeting",
        "/kpi?of=http://elsewhere.example.org//x",
        "/changes?a=" + "x" * 1900,
    ],
)
def test_after_sign_in_the_page_is_there_again_with_its_selection(address: str) -> None:
    browser = visitor()
    assert sign_in(browser, HERE + address) == address
    assert returning.COOKIE not in browser.cookies
    assert browser.get("/oauth2callback").headers["location"] == "/"


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://evil.example.org/kpi",
        "http://127.0.0.1:8501.evil.example.org/kpi",
        "http://evil.example.org@127.0.0.1:8502/kpi",
        "http://user@127.0.0.1:8501/kpi",
        "http://127.0.0.1:3000/kpi",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://[",
        HERE + "//evil.example.org",
        HERE + "/kpi//evil.example.org",
        HERE + "/\\evil.example.org",
        HERE + "/kpi?a=\\\\evil.example.org",
        HERE + "/kpi\r\nlocation: https://evil.example.org",
        HERE + "/kpi\x00",
        HERE + "/k pi",
        HERE + "/auth/logout",
        HERE + "/oauth2callback?code=x",
        HERE + "/media/briefing.html",
        HERE + "/kpi?a=" + "x" * 2000,
    ],
)
def test_sign_in_leads_nowhere_but_to_a_page_of_ours(referer: str) -> None:
    headers = [(b"host", b"127.0.0.1:8501"), (b"referer", referer.encode())]
    scope = {"type": "http", "headers": headers, "query_string": b""}
    assert returning._origin_page(scope) == ""
    if referer.isprintable():
        assert sign_in(visitor(), referer) == "/"


def kept(value: object, secret: str, salt: str = returning.COOKIE) -> str:
    return str(URLSafeTimedSerializer(secret, salt=salt).dumps(value))


def test_a_remembered_page_that_we_did_not_sign_is_forgotten() -> None:
    secret = get_cookie_secret()
    good = kept("/kpi", secret)
    assert returned(good) == "/kpi"
    for forged in (
        "/kpi",
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        kept("/kpi", "another key"),
        kept("/kpi", secret, "another use"),
        kept(["/kpi"], secret),
        kept("https://evil.example.org/", secret),
        kept("//evil.example.org/", secret),
    ):
        assert returned(forged) == "/"


def returned(cookie: str) -> str:
    """Where someone is led who comes from sign-in with that cookie."""
    browser = visitor(cookie=f"{returning.COOKIE}={cookie}")
    return str(browser.get("/oauth2callback").headers["location"])


def test_a_remembered_page_is_forgotten_after_ten_minutes(
    configured: pytest.MonkeyPatch,
) -> None:
    good = kept("/kpi", get_cookie_secret())
    late = time.time() + returning.SECONDS + 5
    configured.setattr(TimestampSigner, "get_timestamp", lambda self: int(late))
    assert returned(good) == "/"


def test_only_the_way_to_the_first_page_is_changed() -> None:
    browser = visitor(cookie=f"{returning.COOKIE}={kept('/kpi', get_cookie_secret())}")
    away = browser.get("/oauth2callback?away=1").headers["location"]
    assert away == "https://elsewhere.example.org/"


def test_the_cookie_of_the_way_back_is_out_of_reach_of_scripts() -> None:
    response = visitor("https://127.0.0.1").get(
        "/auth/login", headers={"referer": "https://127.0.0.1/kpi"}
    )
    attributes = response.headers["set-cookie"].split("; ")[1:]
    assert attributes == ["Path=/", "Max-Age=600", "HttpOnly", "SameSite=Lax", "Secure"]


def test_below_a_path_the_way_back_stays_below_it(configured: pytest.MonkeyPatch) -> None:
    asked = config.get_option
    configured.setattr(
        config,
        "get_option",
        lambda key: "plan" if key == "server.baseUrlPath" else asked(key),
    )
    assert returning.is_own_page("/plan/kpi?region=Africa")
    assert returning.is_own_page("/plan")
    assert not returning.is_own_page("/kpi")
    assert not returning.is_own_page("/planning")
    assert not returning.is_own_page("/plan/auth/logout")
    assert "location.origin+'/plan'" in visitor().get("/plan/kpi").text


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.0.2.1", False),
        ("localhost.evil.example.org", False),
        ("127.0.0.1.evil.example.org", False),
    ],
)
def test_loopback_is_told_by_number_and_not_by_likeness(address: str, is_here: bool) -> None:
    assert start.is_loopback(address) == is_here


@pytest.mark.parametrize(
    ("headers", "is_direct"),
    [
        ({"Host": "127.0.0.1:8501"}, True),
        ({"Host": "localhost"}, True),
        ({"Host": "[::1]:8501"}, True),
        ({}, False),
        ({"Host": "board.example.org"}, False),
        ({"Host": "localhost:8501", "X-Forwarded-For": "192.0.2.1"}, False),
        ({"Host": "localhost:8501", "x-forwarded-host": ""}, False),
        ({"Host": "localhost:8501", "Forwarded": "for=192.0.2.1"}, False),
        ({"Host": "localhost:8501", "Via": "1.1 proxy"}, False),
        ({"Host": "localhost:8501", "X-Real-IP": "192.0.2.1"}, False),
        ({"Host": "[", "Accept": "*/*"}, False),
    ],
)
def test_a_proxy_on_the_same_machine_is_not_taken_for_the_person_at_it(
    headers: dict[str, str], is_direct: bool
) -> None:
    assert start.is_direct(headers) == is_direct


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


def test_an_audited_event_is_counted_and_written_without_a_name(lines: io.StringIO) -> None:
    event = 'scorecard_events_total{event="link_opened"}'
    before = counted(event)
    logs.audited("link_opened", "guest", "kpi")
    assert counted(event) == before + 1
    line = next(line for line in written(lines) if line["message"] == "audited")
    assert (line["event"], line["role"], line["page"]) == ("link_opened", "guest", "kpi")
