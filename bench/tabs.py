"""A tab of Chromium with a clock: from a click to the paint of the last change that follows it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parent.parent
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
REACH, HOLD = 80, 80
"""Milliseconds that a hand is over a control before it presses, and holds it: it is quick."""
QUIET = 250
"""Milliseconds without a change after which a page counts as still."""

# A change is painted when the first task after the next frame runs. What is hidden is never
# painted: the table within a canvas, which is for screen readers, and Streamlit's own marks.
_WATCH = """
([root, figures]) => {
  const main = document.querySelector(root);
  const watch = { begun: 0, figures: 0, all: 0 };
  const painted = (name) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { watch[name] = performance.now(); };
    port2.postMessage(0);
  });
  const look = (root) => new MutationObserver((changes) => {
    const nodes = changes.map((change) => change.target.closest ? change.target : change.target.parentElement);
    const seen = nodes.filter((node) => node && !node.closest('canvas, [data-testid=stStatusWidget]'));
    if (seen.length) painted('all');
    if (seen.some((node) => node.closest(figures))) painted('figures');
  }).observe(root, { childList: true, subtree: true, characterData: true, attributes: true,
                     attributeFilter: ['d', 'transform', 'width', 'height', 'x', 'y', 'x1', 'x2', 'href', 'hidden', 'points', 'style', 'fill'] });
  look(main);
  for (const node of main.querySelectorAll('*')) if (node.shadowRoot) look(node.shadowRoot);
  for (const kind of ['click', 'change']) {
    document.addEventListener(kind, (event) => { watch.begun ||= event.timeStamp; }, true);
  }
  window.__watch = watch;
}
"""  # noqa: E501
_SETTLED = """
(quiet) => new Promise((done) => {
  const watch = window.__watch;
  const busy = () => document.querySelector(".stApp:not([data-test-script-state=notRunning])");
  const look = () => {
    const isDone = watch.begun && watch.figures > watch.begun && !busy();
    if (isDone && performance.now() - watch.all > quiet) {
      done([watch.figures - watch.begun, watch.all - watch.begun]);
    } else setTimeout(look, 25);
  };
  setTimeout(look, 100);
})
"""  # noqa: E501


@dataclass(frozen=True)
class Took:
    """Milliseconds from a click to the paint of the last change of the figures, and of all."""

    figures: float
    all: float


class Tab:
    """A page that is watched. `root` is what holds it all, `figures` what holds readings."""

    def __init__(self, browser: Browser, address: str, root: str, figures: str) -> None:
        self.page: Page = browser.new_page(viewport={"width": 1440, "height": 900})
        self.page.goto(address)
        self.root, self.figures = root, figures

    def watch(self) -> None:
        """Begins to watch, once the page is there."""
        self.page.evaluate(_WATCH, [self.root, self.figures])

    def click(self, selector: str) -> Took:
        """Clicks as a hand does, and waits until the page is still; the clock starts when the
        button is let go."""
        control = self.page.locator(selector)
        control.hover()
        self.page.wait_for_timeout(REACH)
        return self._timed(lambda: control.click(delay=HOLD))

    def take(self, selector: str, option: str) -> Took:
        """Takes an option of a list, and waits until the page is still."""
        return self._timed(lambda: self.page.locator(selector).select_option(option))

    def tell(self, script: str, argument: object) -> Took:
        """Lets the page do what a control of it does, and waits until the page is still."""
        begin = "window.__watch.begun = performance.now();"
        return self._timed(
            lambda: self.page.evaluate(f"argument => {{ {begin} {script} }}", argument)
        )

    def _timed(self, act: Callable[[], object]) -> Took:
        self.page.bring_to_front()
        self.page.evaluate("Object.assign(window.__watch, { begun: 0, figures: 0, all: 0 })")
        act()
        return Took(*self.page.evaluate(_SETTLED, QUIET))


@contextlib.contextmanager
def process(command: Sequence[str], address: str, **environment: str) -> Iterator[str]:
    """A server that is there once it answers; it ends with the block."""
    started = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=1):
                break
            time.sleep(0.02)
        yield address
    finally:
        started.terminate()
        started.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextlib.contextmanager
def served(script: Path, **environment: str) -> Iterator[str]:
    """A Streamlit server of a script on a free port of this machine."""
    port = free_port()
    command = [
        sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port),
        "--server.address", "127.0.0.1", "--server.headless", "true",
    ]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    health = f"{address}/_stcore/health"
    with process(command, health, PYTHONPATH=str(ROOT), **environment):
        yield address
