"""After sign-in everyone is where they wanted to go, and nowhere else."""

from __future__ import annotations

import time

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from starlette.testclient import TestClient
from streamlit import config
from streamlit.web.server.server_util import get_cookie_secret

from scorecard.serving import returning
from tests.serving_app import (
    HERE,
    configured,
    visitor,
)

__all__ = ["configured"]

pytestmark = pytest.mark.usefixtures("configured")


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
        # Not the last letter, some of whose bits mean nothing.
        good[:-2] + ("a" if good[-2] != "a" else "b") + good[-1],
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
