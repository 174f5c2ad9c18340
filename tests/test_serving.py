"""What the server lets in, and with which headers it answers."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.websockets import WebSocketDisconnect

from scorecard.access import settings
from scorecard.access.settings import Settings
from scorecard.refusal import Refusal
from scorecard.serving import doorman, start
from tests.serving_app import (
    FORWARDED,
    FRAMES,
    HERE,
    SIGN_IN,
    configure,
    configured,
    visitor,
)

__all__ = ["configured"]

FILES = Path(streamlit.__file__).parent / "static" / "static"

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


def test_a_page_names_the_scripts_of_its_elements_and_what_they_import_once_each() -> None:
    named = re.findall(r"static/js/([\w.-]+\.js)", visitor().get("/kpi").text)
    folder = FILES / "js"
    for element in ("BidiComponent", "Button", "Html"):
        mine = [name for name in named if name.startswith(f"{element}.")]
        assert len(mine) == 1
        code = (folder / mine[0]).read_text(encoding="utf-8")
        imported = set(re.findall(r"from\s*\"\./([\w.-]+)\"", code))
        assert imported and imported <= set(named)
    assert len(named) == len(set(named))
    assert all((folder / name).is_file() for name in named)


@pytest.mark.parametrize(
    ("folder", "kind"), [("js", "javascript"), ("css", "text/css"), ("media", "font/woff2")]
)
def test_files_of_the_front_end_are_handed_out_whole_and_kept_by_browsers(
    folder: str, kind: str
) -> None:
    file = next((FILES / folder).glob("*.woff2" if folder == "media" else f"*.{folder}"))
    answer = visitor().get(f"/static/{folder}/{file.name}")
    assert answer.content == file.read_bytes()
    assert kind in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "public, immutable, max-age=31536000"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/static/js/none.js", {}),
        ("/static/js/../../index.html", {}),
        ("/static/js/%2e%2e/%2e%2e/index.html", {}),
        ("/static//js/" + next((FILES / "js").iterdir()).name, {}),
        ("/static/js/" + next((FILES / "js").iterdir()).name, {"range": "bytes=0-9"}),
    ],
)
def test_what_is_no_whole_file_of_the_front_end_is_left_to_streamlit(
    path: str, headers: dict[str, str]
) -> None:
    """In the place of Streamlit stands a page here."""
    answer = visitor().get(path, headers=headers)
    assert answer.content.lower().endswith(b"</html>\n")
    assert "cache-control" not in answer.headers or answer.headers["cache-control"] == "no-store"


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
