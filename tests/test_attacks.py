"""Requests that no browser of ours sends: to the server of the dashboard, as it runs."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Mapping

import pytest
from guarded import WRITTEN, Guarded, do, guarded, visit

from bench import wire

__all__ = ["guarded"]
pytestmark = pytest.mark.services

MEGABYTE = 1_000_000


def ask(
    guarded: Guarded,
    path: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """One request with its path as it is written here: status, headers in lower case, body."""
    line = http.client.HTTPConnection("127.0.0.1", guarded.port, timeout=20)
    try:
        # Python would refuse to send some of these itself.
        line._validate_path = lambda path: None  # type: ignore[method-assign]
        line.request(method, path, body, dict(headers or {}))
        answer = line.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, told, answer.read()
    finally:
        line.close()


def upload(
    guarded: Guarded,
    session: str,
    cookies: Mapping[str, str],
    headers: Mapping[str, str],
    size: int = 10,
    method: str = "PUT",
) -> int:
    """Sends a file to a session, as the page's uploader would: the status of the answer."""
    border = uuid.uuid4().hex
    head = 'Content-Disposition: form-data; name="file"; filename="companies.csv"'
    parts = [f"--{border}", head, "Content-Type: text/csv", "", "x" * size, f"--{border}--", ""]
    body = "\r\n".join(parts).encode()
    sent = {
        "Content-Type": f"multipart/form-data; boundary={border}",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Origin": guarded.address,
        **headers,
    }
    path = f"/_stcore/upload_file/{session}/{uuid.uuid4()}"
    return ask(guarded, path, method, {k: v for k, v in sent.items() if v}, body)[0]


def test_a_file_is_taken_with_the_right_proof_only(guarded: Guarded) -> None:
    """Streamlit's own uploader sends the token of the cookie in a header."""

    async def stay() -> dict[str, int]:
        cookies = guarded.cookies("executive")
        token = {"X-Xsrftoken": cookies[wire.XSRF]}
        stranger = guarded.cookies(None)[wire.XSRF]
        async with wire.visit(guarded.address, cookies=cookies) as session:
            await session.start()
            name = session.id
            return {
                "right": upload(guarded, name, cookies, token),
                "no token": upload(guarded, name, cookies, {}),
                "wrong token": upload(guarded, name, cookies, {"X-Xsrftoken": stranger}),
                "noise": upload(guarded, name, cookies, {"X-Xsrftoken": "2|aa|bb|1"}),
                "no cookie": upload(guarded, name, {}, token),
                "other page": upload(guarded, name, cookies, token | {"Origin": "https://e.test"}),
                "null page": upload(guarded, name, cookies, token | {"Origin": "null"}),
                "no page": upload(guarded, name, cookies, token | {"Origin": ""}),
                "no session": upload(guarded, str(uuid.uuid4()), cookies, token),
                "delete": upload(guarded, name, cookies, {}, method="DELETE"),
                "too large": upload(guarded, name, cookies, token, size=54 * MEGABYTE),
                "lie": upload(guarded, name, cookies, token | {"Content-Length": "-1"}, size=10),
            }

    found = do(stay())
    assert found.pop("right") == 204
    assert found.pop("no session") == 400
    assert found.pop("too large") == 413
    assert found.pop("lie") in (400, 413)
    assert set(found.values()) == {403}, found
    assert guarded.is_alive()


@pytest.mark.parametrize("who", ["nobody", "guest", "board"])
def test_who_may_not_send_files_fills_no_memory_with_them(guarded: Guarded, who: str) -> None:
    """The page of who is not signed in is an open session too, with a token of its own."""

    async def stay() -> int:
        async with visit(guarded, who) as session:
            await session.start()
            cookies = guarded.cookies(None)
            token = {"X-Xsrftoken": cookies[wire.XSRF]}
            return upload(guarded, session.id, cookies, token, size=5 * MEGABYTE)

    assert do(stay()) == 403


def test_a_body_that_hides_its_size_is_cut_off(guarded: Guarded) -> None:
    async def stay() -> str:
        async with visit(guarded, "executive") as session:
            await session.start()
            return session.id

    cookies = guarded.cookies("executive")
    name = do(stay())
    line = http.client.HTTPConnection("127.0.0.1", guarded.port, timeout=20)
    sent = 0
    line.putrequest("PUT", f"/_stcore/upload_file/{name}/{uuid.uuid4()}")
    for key, value in {
        "Transfer-Encoding": "chunked", "Origin": guarded.address,
        "Content-Type": "multipart/form-data; boundary=b", "X-Xsrftoken": cookies[wire.XSRF],
        "Cookie": f"{wire.XSRF}={cookies[wire.XSRF]}",
    }.items():  # fmt: skip
        line.putheader(key, value)
    line.endheaders()
    head = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    try:
        for piece in (head, *(b"x" * MEGABYTE,) * 120):
            line.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            sent += len(piece)
        status = line.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        status = 413
    finally:
        line.close()
    assert status in (400, 413)
    assert guarded.is_alive()


UP = ["..", "%2e%2e", "%2E%2E", "..%2f..", "%252e%252e", "..\\..", "%5c..", ".%2e", "%c0%ae%c0%ae",
      "..;", "//..", "/./..", "%00.."]  # fmt: skip
ROOTS = ["/media", "/app/static", "/component", "/_stcore", "/static", "/_stcore/bidi-components",
         "/_stcore/upload_file", ""]  # fmt: skip
WANTED = ["dashboard.py", ".streamlit/config.toml", "state/state.db", "etc/passwd"]


@pytest.mark.parametrize("root", ROOTS)
def test_no_path_leads_out_of_the_files_that_are_served(guarded: Guarded, root: str) -> None:
    index = ask(guarded, "/")[2]
    for up in UP:
        for wanted in WANTED:
            for times in (1, 3, 12):
                path = f"{root}/{'/'.join([up] * times)}/{wanted}"
                status, headers, body = ask(guarded, path)
                assert status < 500 or status == 501, path
                # A page of ours is what any address gives that names no file.
                is_page = headers.get("content-type", "").startswith("text/html")
                assert status in (400, 403, 404) or (status in (200, 307) and is_page), path
                for betrayal in (b"front.show", b"[browser]", b"SQLite format", b"root:x:"):
                    assert betrayal not in body, path
                assert status != 200 or len(body) < 2 * len(index), path


@pytest.mark.parametrize(
    "path",
    ["/static/../secrets.toml", "/app/static/%2e%2e/.streamlit/secrets.toml", "/secrets.toml",
     "/.streamlit/secrets.toml", "/.git/config", "/state/state.db", "/data/exports/complaints.csv"],
)  # fmt: skip
def test_files_beside_the_code_are_not_handed_out(guarded: Guarded, path: str) -> None:
    status, headers, body = ask(guarded, path)
    assert status in (400, 403, 404) or headers["content-type"].startswith("text/html")
    assert guarded.cookie_secret.encode() not in body and b"org_id" not in body


def test_the_address_of_a_file_is_not_guessed_from_its_name(guarded: Guarded) -> None:
    for path in ("/media/open_concerns-2022-12-31.csv", "/media/", "/media/0" * 8):
        assert ask(guarded, path)[0] in (400, 404)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "board.example@evil.example",
     "a" * 3000, "127.0.0.1:99999999", "[::1", "", "evil.example\t"],
)  # fmt: skip
def test_a_foreign_name_for_this_machine_is_not_repeated(guarded: Guarded, host: str) -> None:
    """Neither in a redirect nor in a page, and no session is opened by it."""
    status, headers, body = ask(guarded, "/kpi", headers={"Host": host})
    assert status in (200, 400, 403, 421)
    assert "evil.example" not in json.dumps(headers) and b"evil.example" not in body
    for path in ("/auth/login?provider=lab", "/oauth2callback?code=a&state=b", "/auth/logout"):
        _, headers, body = ask(guarded, path, headers={"Host": host})
        assert "evil.example" not in headers.get("location", "") and b"evil.example" not in body


@pytest.mark.parametrize(
    "query",
    ["a=%0d%0aSet-Cookie:%20x=1", "link=%0d%0aX-Evil:%201", "kpi=%0a%0a<script>", "%0d%0a%0d%0a=1",
     "region=%E5%98%8A%E5%98%8DSet-Cookie:x=1", "kpi=%00", "kpi=%ff%fe", "a" * 5000,
     "&".join(f"region=r{i}" for i in range(500)), "kpi[]=1&kpi[x]=2", "kpi=%" * 30],
)  # fmt: skip
def test_a_query_reaches_neither_headers_nor_page_as_it_is(guarded: Guarded, query: str) -> None:
    for path in ("/", "/kpi", "/auth/login", "/oauth2callback", "/healthz"):
        status, headers, body = ask(guarded, f"{path}?{query}")
        assert status < 500 or (path == "/healthz" and status == 503)
        assert "x-evil" not in headers and "x=1" not in headers.get("set-cookie", "")
        assert b"<script>&" not in body and b"\n<script>x" not in body

    async def come() -> bool:
        async with wire.visit(
            f"{guarded.address}/kpi?{query}", cookies=guarded.cookies("board")
        ) as session:
            return (await session.start()).failed

    assert not do(come())


@pytest.mark.parametrize("length", [2_000, 20_000, 100_000])
def test_a_long_address_is_answered_or_refused_and_the_server_lives(
    guarded: Guarded, length: int
) -> None:
    for path in ("/" + "a" * length, "/kpi?kpi=" + "a" * length, "/kpi?" + "a=b&" * (length // 4)):
        try:
            status = ask(guarded, path)[0]
        except (http.client.HTTPException, OSError):
            status = 414
        assert status < 500
    assert guarded.is_alive()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "FOO"])
def test_pages_are_read_and_nothing_is_sent_to_them(guarded: Guarded, method: str) -> None:
    headers = {"Cookie": f"{wire.XSRF}=a", "X-Secret": "told-back"}
    status, _, body = ask(guarded, "/", method, headers, b"a=b")
    assert 400 <= status < 500
    assert b"told-back" not in body


def test_a_cookie_that_was_planted_is_not_taken_for_a_sign_in(guarded: Guarded) -> None:
    """Session fixation: what an attacker puts into a browser beforehand names nobody."""
    planted = {
        "_streamlit_user": "planted", "_streamlit_user__1": "x", "scorecard_seat": "mine",
        "session": "planted", **guarded.cookies(None),
    }  # fmt: skip

    async def come() -> wire.Session:
        async with wire.visit(f"{guarded.address}/data", cookies=planted) as session:
            await session.start()
            return session

    session = do(come())
    assert session.has("entrance")
    status, headers, _ = ask(guarded, "/", headers={"Cookie": "session=planted"})
    assert status == 200 and "planted" not in headers.get("set-cookie", "")


def test_the_way_back_from_sign_in_goes_to_this_dashboard_only(guarded: Guarded) -> None:
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"):
        for name in ("next", "redirect_uri", "return", "return_to", "state"):
            for path in ("/auth/login", "/oauth2callback", "/auth/logout"):
                query = f"{path}?provider=lab&{name}={target}"
                _, headers, body = ask(
                    guarded, query, headers={"Cookie": f"scorecard_way={target}"}
                )
                place = headers.get("location", "/")
                assert place.startswith("/") and not place.startswith(("//", "/\\")), (path, place)
                assert b"evil.example" not in body


def test_nothing_that_was_tried_is_in_the_log_as_a_secret(guarded: Guarded) -> None:
    link = guarded.link("plan")
    cookies = guarded.cookies("board")

    async def come(address: str) -> None:
        async with wire.visit(address, cookies=cookies) as session:
            await session.start()

    do(come(link))
    do(come(f"{guarded.address}/kpi?kpi=open_concerns"))
    ask(guarded, link.removeprefix(guarded.address), "POST")
    log = guarded.log
    assert "a request is refused" in log
    for secret in (
        guarded.cookie_secret, guarded.link_key, link.partition("link=")[2],
        cookies["_streamlit_user"], WRITTEN,
    ):  # fmt: skip
        assert secret not in log
