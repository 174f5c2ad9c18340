"""A visitor without a browser: speaks the protocol between Streamlit's page and its server.

A browser sends the state of all its widgets with every change, and the server answers with the
elements of the page, one message each, until the script has finished. So does a `Session`, and
it knows the widgets of the page by the keys that the pages give them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from scorecard.refusal import Refusal

XSRF = "_streamlit_xsrf"
_FAILED = ForwardMsg.FINISHED_WITH_COMPILE_ERROR
_AGAIN = ForwardMsg.FINISHED_EARLY_FOR_RERUN
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def require_loopback(address: str) -> None:
    """Refuses an address that is not on this machine: load is for one's own servers."""
    if urlsplit(address).hostname not in _LOOPBACK:
        raise Refusal("load goes to this machine only, such as http://127.0.0.1:8501")


@dataclass(frozen=True)
class Run:
    """One run of the script: its milliseconds, from the message sent to the script finished."""

    took: float
    messages: tuple[ForwardMsg, ...]
    finished: int

    @property
    def failed(self) -> bool:
        """Whether the script ended in an error, or showed one to the visitor."""
        return self.finished == _FAILED or any(
            m.delta.new_element.HasField("exception") for m in self.messages if m.HasField("delta")
        )

    def holds(self, text: str) -> bool:
        """Whether a text is anywhere in what the server sent."""
        sought = text.encode()
        return any(sought in message.SerializeToString() for message in self.messages)

    def of(self, kind: str) -> list[Any]:
        """The elements of a kind, such as `markdown` or `alert`."""
        return [
            getattr(m.delta.new_element, kind)
            for m in self.messages
            if m.HasField("delta") and m.delta.new_element.HasField(kind)
        ]


@dataclass
class Session:
    """An open connection, and what a browser would remember of it."""

    connection: ClientConnection
    address: str
    page: str
    query: str
    page_hash: str = ""
    id: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    """Name of a page in the address -> its hash, of the pages in the navigation."""
    states: dict[str, WidgetState] = field(default_factory=dict)
    last: Run = Run(0, (), 0)
    whole: Run = Run(0, (), 0)
    """The last run that was not of a fragment only."""
    _run: str = ""

    async def start(self) -> Run:
        """The first run, of the page that the address names."""
        return await self.rerun()

    async def rerun(
        self,
        *triggers: WidgetState,
        page_hash: str | None = None,
        page_name: str = "",
        fragment: str = "",
        timeout: float = 60,
    ) -> Run:
        """Asks for a run with the states of all widgets, and waits until it has finished.

        Raises TimeoutError where nothing is answered in so many seconds.
        """
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string = self.query
        asked.page_script_hash = self.page_hash if page_hash is None else page_hash
        asked.page_name = page_name or ("" if asked.page_script_hash else self.page)
        asked.fragment_id = fragment
        asked.widget_states.widgets.extend([*self.states.values(), *triggers])
        asked.context_info.timezone = "Europe/Zurich"
        asked.context_info.locale = "en"
        asked.context_info.url = self.address
        run = await self.ask(message, timeout)
        if not fragment:
            self.whole = run
            self._forget_absent()
        return run

    async def ask(self, message: BackMsg, timeout: float = 60) -> Run:
        """Sends a message as it is, and waits for the run that it causes."""
        begun = time.perf_counter()
        await self.connection.send(message.SerializeToString())
        async with asyncio.timeout(timeout):
            self.last = await self._receive(begun)
        return self.last

    async def _receive(self, begun: float) -> Run:
        received: list[ForwardMsg] = []
        is_ours = False
        while True:
            data = await self.connection.recv()
            now = time.perf_counter()
            message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
            kind = message.WhichOneof("type")
            received.append(message)
            if kind == "new_session":
                # What is left of an earlier run may still arrive before this one begins.
                is_ours = message.metadata.run.script_run_id != self._run
                self._run = message.metadata.run.script_run_id
                self.page_hash = message.new_session.page_script_hash
                self.id = message.new_session.initialize.session_id or self.id
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "navigation":
                self.page_hash = message.navigation.page_script_hash
                self.pages = {
                    page.url_pathname: page.page_script_hash
                    for page in message.navigation.app_pages
                }
            elif kind == "script_finished" and is_ours and message.script_finished != _AGAIN:
                return Run((now - begun) * 1000, tuple(received), message.script_finished)

    def _forget_absent(self) -> None:
        """A browser forgets the widgets that the page no longer has, or that the server set."""
        if self.states:
            present = {e.id for e, _ in self.elements() if not getattr(e, "set_value", False)}
            self.states = {i: state for i, state in self.states.items() if i in present}

    def elements(self) -> Iterator[tuple[Any, str]]:
        """Every element and block of the page that has an id, with its fragment, if any."""
        shown = self.whole.messages
        if self.last is not self.whole:
            shown = (*shown, *self.last.messages)
        for message in reversed(shown):
            if not message.HasField("delta"):
                continue
            delta = message.delta
            found: Message | None = None
            if delta.HasField("new_element"):
                kind = delta.new_element.WhichOneof("type")
                found = getattr(delta.new_element, kind) if kind else None
            elif delta.HasField("add_block"):
                kind = delta.add_block.WhichOneof("type")
                inner = getattr(delta.add_block, kind) if kind else None
                found = inner if getattr(inner, "id", "") else delta.add_block
            if getattr(found, "id", ""):
                yield found, delta.fragment_id

    def find(self, key: str) -> tuple[Any, str]:
        """The element of a key and the id of its fragment. Raises LookupError where it is not."""
        for element, fragment in self.elements():
            if element.id.endswith(f"-{key}"):
                return element, fragment
        raise LookupError(f"the page has no element with the key {key}")

    def has(self, key: str) -> bool:
        """Whether the page has an element of that key."""
        return any(element.id.endswith(f"-{key}") for element, _ in self.elements())

    async def choose(self, key: str, value: str | Sequence[str] | bool) -> Run:
        """Sets a widget as a person does: by the words that it shows, or open and closed."""
        element, fragment = self.find(key)
        state = WidgetState(id=element.id)
        if isinstance(value, bool):
            state.bool_value = value
        elif isinstance(value, str):
            state.string_value = value
        else:
            # An empty list must be said, too.
            state.string_array_value.SetInParent()
            state.string_array_value.data.extend(value)
        self.states[element.id] = state
        bound = getattr(element, "query_param_key", "")
        if bound and not isinstance(value, bool):
            self._rewrite(bound, value)
        return await self.rerun(fragment=fragment)

    def _rewrite(self, name: str, value: str | Sequence[str]) -> None:
        """The address, as the browser keeps it in step with a widget that is bound to it."""
        words = parse_qs(self.query)
        words[name] = [value] if isinstance(value, str) else list(value)
        self.query = urlencode(words, doseq=True)

    async def press(self, key: str) -> Run:
        """Presses a button."""
        element, fragment = self.find(key)
        return await self.rerun(WidgetState(id=element.id, trigger_value=True), fragment=fragment)

    async def trigger(self, key: str, event: str, value: object) -> Run:
        """Lets a component of the page tell an event."""
        element, fragment = self.find(key)
        return await self.rerun(trigger_of(element.id, event, value), fragment=fragment)

    async def turn_to(self, name: str) -> Run:
        """Clicks on a page in the navigation; only what widgets bind to the address goes along."""
        bound = {getattr(element, "query_param_key", "") for element, _ in self.elements()}
        words = {k: v for k, v in parse_qs(self.query).items() if k in bound}
        self.query = urlencode(words, doseq=True)
        return await self.rerun(page_hash=self.pages[name])


def trigger_of(element: str, event: str, value: object) -> WidgetState:
    """The state by which a component with that id tells an event."""
    told = json.dumps([{"event": event, "value": value}])
    return WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{element}__events", json_trigger_value=told)


@contextlib.asynccontextmanager
async def visit(
    address: str,
    *,
    cookies: Mapping[str, str] | None = None,
    origin: str | None = "own",
    session: str = "",
    trusted: ssl.SSLContext | None = None,
) -> AsyncIterator[Session]:
    """Connects as a browser at this address does; the first run is not yet asked for.

    `origin` None sends no such header, as no browser does; `session` asks for an old session.
    """
    parts = urlsplit(address)
    own = f"{parts.scheme}://{parts.netloc}"
    kept = dict(cookies or {})
    headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in kept.items())} if kept else {}
    # The page has no other way to hand these over than as names of protocols.
    protocols = ["streamlit", kept.get(XSRF, "PLACEHOLDER_AUTH_TOKEN")]
    async with connect(
        f"{parts.scheme.replace('http', 'ws', 1)}://{parts.netloc}/_stcore/stream",
        origin=own if origin == "own" else origin,
        additional_headers=headers,
        subprotocols=[*protocols, session] if session else protocols,
        ssl=trusted,
        max_size=None,
        proxy=None,
    ) as connection:
        yield Session(connection, address, parts.path.strip("/"), parts.query)
