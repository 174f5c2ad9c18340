"""A real server and a real Chromium for tests; import the fixtures where they are needed."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

ROOT = Path(__file__).parents[1]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAINTED = 20_000
"""Milliseconds after which a page that is not painted counts as broken."""


@dataclass
class Visit:
    """A page of the browser with what went over the wire and what it complained of."""

    page: Page
    base: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str = "/") -> Visit:
        """Goes to an address and waits until the frame's foot is there, so all is painted."""
        self.page.goto(self.base + address)
        return self.settled()

    def settled(self) -> Visit:
        """Waits until the run of the script is over."""
        self.page.wait_for_selector(".st-key-foot", timeout=PAINTED)
        self.page.wait_for_selector(".stApp[data-test-script-state='notRunning']", timeout=PAINTED)
        # Components paint on their own once their code has come.
        self.page.wait_for_function(
            "!document.querySelector('[data-testid=stSkeleton]') && "
            "[...document.querySelectorAll('[data-testid=stBidiComponentRegular]')]"
            ".every(host => host.innerText.trim() || host.querySelector('svg'))",
            timeout=PAINTED,
        )
        return self

    def sentence(self) -> str:
        return self.page.locator(".st-key-selection summary").inner_text().split("\n")[-1]

    def unfold(self) -> Visit:
        """Opens the choices."""
        if not self.page.locator(".bar details[open]").count():
            self.page.click(".bar summary")
        return self

    def choose(self, label: str) -> None:
        """Ticks or unticks a region or a pillar, as a person does."""
        self.unfold().page.locator(".bar .chip").filter(
            has=self.page.get_by_text(label, exact=True)
        ).click()

    def ready(self, view: str) -> Visit:
        """Waits until all parts of the page are known for a view one step away."""
        self.page.wait_for_function("view => scorecardAhead.knows(view)", arg=view, timeout=PAINTED)
        return self

    def search(self) -> str:
        """The query string that the address bar shows."""
        return str(self.page.evaluate("location.search"))

    def complains(self, of: str) -> None:
        """Waits until the browser complains of something, such as what a policy forbids."""
        until = time.monotonic() + PAINTED / 1000
        while not any(of in words for words in self.complaints):
            assert time.monotonic() < until, f"no complaint of {of}"
            self.page.wait_for_timeout(30)

    def outside(self) -> list[str]:
        """Requests that left this server."""
        host = urlsplit(self.base).netloc
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != host
        ]

    def texts(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_inner_texts()


@contextlib.contextmanager
def serving(store: Path, **environment: str) -> Iterator[str]:
    """The address of a freshly started server; it ends with the block."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "streamlit", "run", "dashboard.py"),
            *("--server.port", str(port), "--server.address", "127.0.0.1"),
            *("--server.headless", "true"),
        ],
        cwd=ROOT,
        env={**os.environ, "SCORECARD_SNAPSHOTS": str(store), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{base}/_stcore/health", process)
        yield base
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended as it started"
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


def visiting(context: BrowserContext, base: str) -> Visit:
    """A new page that records its requests and complaints."""
    visit = Visit(context.new_page(), base)
    visit.page.wait_for_function = functools.partial(_wait_until, visit.page)  # type: ignore[method-assign]
    visit.page.wait_for_selector = functools.partial(_wait_for_element, visit.page)  # type: ignore[method-assign]
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    visit.page.on("websocket", lambda socket: visit.requests.append(_http(socket.url)))
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on(
        "console",
        lambda message: visit.complaints.append(message.text) if message.type == "error" else None,
    )
    return visit


def _wait_until(
    page: Page, expression: str, *, arg: object = None, timeout: float = 30_000
) -> None:
    """Asks from outside until it is so; the driver's own waiting evaluates text in the page.

    Our policy forbids that, and a context that passes over the policy would not test it.
    """
    until = time.monotonic() + timeout / 1000
    while True:
        # A page that is just being left is asked again once the next one is there.
        with contextlib.suppress(Error):
            if page.evaluate(expression, arg):
                return
        assert time.monotonic() < until, f"waited in vain for {expression}"
        page.wait_for_timeout(30)


def _wait_for_element(
    page: Page, selector: str, *, state: str = "visible", timeout: float = 30_000
) -> None:
    """Asks every few milliseconds; the driver asks less and less often, at last twice a second,
    which adds a quarter of a second to every page that is opened."""
    until = time.monotonic() + timeout / 1000
    element = page.locator(selector).first
    while True:
        with contextlib.suppress(Error):
            is_so = element.is_visible() if state in ("visible", "hidden") else element.count() > 0
            if is_so == (state in ("visible", "attached")):
                return
        assert time.monotonic() < until, f"waited in vain for {selector} to be {state}"
        page.wait_for_timeout(30)


def _http(address: str) -> str:
    return address.replace("ws", "http", 1)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of snapshots that all servers of the tests share, so one of them builds."""
    return tmp_path_factory.mktemp("snapshots")


@pytest.fixture(scope="session")
def server(store: Path) -> Iterator[str]:
    """A server over the sample that the tests of a session share."""
    with serving(store) as base:
        yield base


@functools.cache
def _launched() -> Browser:
    """One Chromium for all modules of tests; two drivers cannot live in one thread."""
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


@pytest.fixture(scope="session")
def chromium() -> Browser:
    return _launched()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser without a past."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext, server: str) -> Visit:
    return visiting(context, server)
