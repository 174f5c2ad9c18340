"""What a browser makes of the headers: every page paints under them, and few may frame one."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from scorecard.screen.front import PAGES
from tests.browser import PAINTED, Visit, chromium, context, server, serving, store, visit, visiting

__all__ = ["chromium", "context", "server", "store", "visit"]

pytestmark = pytest.mark.browser

_REPORT = """document.addEventListener('securitypolicyviolation', violation =>
    console.error('forbidden', violation.effectiveDirective, violation.blockedURI))"""
# Streamlit's reader of messages would like WebAssembly and goes without.
_TOLERATED = "forbidden script-src wasm-eval"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_that_the_policy_forbids(visit: Visit, name: str) -> None:
    visit.page.add_init_script(_REPORT)
    visit.open("/" if name == "plan" else f"/{name}")
    assert [words for words in visit.complaints if not words.startswith(_TOLERATED)] == []
    assert visit.outside() == []


def test_a_script_that_slips_into_a_page_does_not_run(visit: Visit) -> None:
    visit.open("/definitions")
    visit.page.evaluate(
        """() => {
        const script = document.createElement('script');
        script.textContent = 'window.slipped = 1';
        document.body.append(script);
        const image = document.createElement('img');
        image.setAttribute('onerror', 'window.slipped = 2');
        image.src = 'data:,';
        document.body.append(image);
        }"""
    )
    visit.page.wait_for_timeout(300)
    assert visit.page.evaluate("window.slipped") is None


class _Framing(http.server.BaseHTTPRequestHandler):
    """A page of another site that frames the address in its query."""

    def do_GET(self) -> None:
        framed = self.path.partition("?")[2]
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(f"<iframe src='{framed}' width=1000 height=700></iframe>".encode())

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The origin of another site; for a browser `localhost` is another one than 127.0.0.1."""
    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Framing)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://localhost:{listening.server_port}"
    listening.shutdown()
    listening.server_close()


def test_only_a_configured_site_frames_a_page_and_only_a_shared_one(
    context: BrowserContext, store: Path, tmp_path: Path, site: str
) -> None:
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(f'[access]\nframe_hosts = ["{site}"]\n', encoding="utf-8")
    with serving(store, STREAMLIT_SECRETS_FILES=str(secrets)) as base:
        shown = visiting(context, base).page
        shown.goto(f"{site}/?{base}/definitions?link=x")
        # The token is none, so a message stands in the place of the page; it came by websocket.
        shown.frame_locator("iframe").get_by_text("link").first.wait_for(timeout=PAINTED)

        other = site.replace("localhost", "127.0.0.1")
        for origin, address in ((site, "/definitions"), (other, "/definitions?link=x")):
            refused = visiting(context, base)
            refused.page.goto(f"{origin}/?{base}{address}")
            refused.complains("frame-ancestors")
