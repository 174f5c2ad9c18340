"""What a page may tell the server; a program in the place of a page can send more."""

from __future__ import annotations

import logging

from google.protobuf.message import DecodeError
from starlette.types import Message, Receive
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.runtime_util import get_max_widget_state_size_bytes

_KNOWN = ("rerun_script", "stop_script", "app_heartbeat", "file_urls_request")
_ANSWERED = ("deferred_file", "dataframe_chunk")
_log = logging.getLogger(__name__)


def of_pages(receive: Receive) -> Receive:
    """Passes over what only a developer's page sends.

    Streamlit would empty the caches of all visitors for any one of them, and tell them which
    files lie about beside the code.
    """

    async def following() -> Message:
        while True:
            message = await receive()
            if not _is_order(message.get("bytes") or b""):
                return message
            _log.warning("a message that no page of ours sends is passed over")

    return following


def _is_order(data: bytes) -> bool:
    """Whether a message asks for more than a page does; Streamlit itself refuses garbage."""
    if not data or len(data) > get_max_widget_state_size_bytes():
        return False
    try:
        asked = BackMsg.FromString(data)
    except DecodeError:
        return False
    if asked.WhichOneof("type") == "backend_operation_request":
        return asked.backend_operation_request.WhichOneof("payload") not in _ANSWERED
    return asked.WhichOneof("type") not in _KNOWN
