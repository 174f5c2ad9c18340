"""Who may come in: the settings, the role of claims, and what a run of the script makes of both."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from scorecard.access import recheck, roles
from scorecard.access.settings import Provider, Settings, read
from scorecard.refusal import Refusal
from scorecard.screen import entrance
from scorecard.state import audit, keys, links
from scorecard.state.store import open_store
from tests.drawn import tables

ROOT = Path(__file__).parents[1]
PROVIDER = """
[auth]
redirect_uri = "https://board.example.org/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
[auth.lab]
label = "the Association"
client_id = "scorecard"
client_secret = "not a real one"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"
"""
PEOPLE = """
[access.board]
addresses = ["Director@Example.org"]
domains = ["members.example.org"]
[access.executive]
addresses = ["head@example.org"]
"""


def test_settings_say_who_is_who_and_which_providers_there_are() -> None:
    known = read(PROVIDER + "[access]\nmax_age_minutes = 60\n" + PEOPLE)
    assert known.max_age_minutes == 60
    assert known.people["board"].addresses == {"director@example.org"}
    assert [(p.name, p.label) for p in known.providers] == [("lab", "the Association")]
    assert known.open is None


def test_without_a_secrets_file_there_is_no_provider_and_nothing_is_open() -> None:
    assert read() == Settings()


def test_a_later_file_takes_the_place_of_a_table_of_an_earlier_one() -> None:
    known = read('[access]\nopen = "board"\n', '[access]\nopen = "guest"\n')
    assert known.open == "guest"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[access]\nopne = 'guest'", "the nearest valid one is 'open'"),
        ("[access]\nopen = 'everyone'", "open must be one of guest, board, executive"),
        ("[access]\nmax_age_minutes = 0", "at least 1"),
        ("[access]\nmax_age_minutes = 1e3", "whole number of minutes"),
        ("[access]\nmax_age_minutes = true", "whole number of minutes"),
        ("[access]\naddress = 'board.example.org'", "address must be an address"),
        ("[access]\nframe_hosts = ['https://a.org; script-src *']", "frame_hosts must be"),
        ("[access]\nframe_hosts = 'https://a.org'", "must be a list"),
        ("[access.board]\naddresses = ['example.org']", "whole addresses"),
        ("[access.board]\ndomains = ['@example.org']", "as in example.org"),
        ("[access.board]\nadresses = []", "no setting 'adresses'"),
        ("[access.bord]\naddresses = []", "the nearest valid one is 'board'"),
        ("access = 3", "must be a table"),
        ("[access", "is not TOML"),
    ],
)
def test_a_mistake_in_the_settings_is_named(text: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        read(text)


def test_a_mistake_in_the_secrets_file_repeats_no_secret() -> None:
    with pytest.raises(Refusal) as refusal:
        read('[auth]\ncookie_secret = "hush hush\n')
    assert "hush" not in str(refusal.value)


def claims(**more: object) -> dict[str, object]:
    return {"sub": "1", "provider": "lab", **more}


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ({"roles": ["board"]}, "board"),
        ({"roles": "executive"}, "executive"),
        ({"roles": ["board", "executive", "chief"]}, "executive"),
        ({"roles": ["Board", "boards", "guest", 7, None]}, None),
        ({"roles": {"board": True}}, None),
        ({"email": "director@example.org", "email_verified": True}, "board"),
        ({"email": "DIRECTOR@example.ORG", "email_verified": True}, "board"),
        ({"email": "head@example.org", "email_verified": True, "roles": ["board"]}, "executive"),
        ({"email": "anyone@members.example.org", "email_verified": True}, "board"),
        ({"email": "anyone@evil.members.example.org", "email_verified": True}, None),
        ({"email": "anyone@evilmembers.example.org", "email_verified": True}, None),
        ({"email": "members.example.org", "email_verified": True}, None),
        ({"email": "a@b@members.example.org", "email_verified": True}, None),
        # Anyone may type an address into an account of some provider.
        ({"email": "director@example.org"}, None),
        ({"email": "director@example.org", "email_verified": False}, None),
        ({"email": "director@example.org", "email_verified": "true"}, None),
        ({}, None),
    ],
)
def test_the_role_follows_from_the_claim_or_a_verified_address(
    said: dict[str, object], role: str | None
) -> None:
    assert roles.of(claims(**said), read(PROVIDER + PEOPLE)) == role


def test_a_provider_may_be_trusted_with_its_addresses() -> None:
    trusting = read(PROVIDER + "trusts_addresses = true\n" + PEOPLE)
    assert roles.of(claims(email="director@example.org"), trusting) == "board"
    unverified = claims(email="director@example.org", email_verified=False)
    assert roles.of(unverified, trusting) is None
    elsewhere = claims(email="director@example.org") | {"provider": "other"}
    assert roles.of(elsewhere, trusting) is None


def test_a_name_that_nobody_vouches_for_is_not_taken_for_somebody_else() -> None:
    known = read(PROVIDER + PEOPLE)
    head = claims(email="head@example.org", email_verified=True)
    assert roles.name(head, known) == "head@example.org"
    for said in ({"email": "head@example.org"}, {"name": "head@example.org"}):
        assert roles.name(claims(**said), known) == "head@example.org (not verified, 1)"


_WORDS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["roles", "email", "email_verified", "name"]), _WORDS))
def test_no_claims_whatever_give_a_role_that_was_not_named(said: dict[str, Any]) -> None:
    known = read(PROVIDER + PEOPLE)
    role = roles.of(claims(**said), known)
    if role is not None:
        named = said.get("roles")
        assert role == named or (isinstance(named, list) and role in named)
    assert "\n" not in roles.name(said, known)


# A run of the script ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("snapshots")


@pytest.fixture
def secrets(tmp_path: Path, snapshots: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A secrets file of this test's own, and a written state of its own."""
    from streamlit import config
    from streamlit.runtime.secrets import secrets_singleton

    file = tmp_path / "secrets.toml"
    file.write_text("")
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(file)])
    monkeypatch.setenv("SCORECARD_STATE", f"sqlite:///{tmp_path}/state/state.db")
    monkeypatch.setenv("SCORECARD_SNAPSHOTS", str(snapshots))
    secrets_singleton._reset()
    yield file
    config.set_option("secrets.files", before)
    secrets_singleton._reset()


def visit(user: dict[str, object] | None = None, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    for name, word in parameters.items():
        app.query_params[name] = word
    if user is not None:
        app.user = {"is_logged_in": True, **user}
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    shown = [*app.title, *app.header, *app.markdown, *app.caption, *app.error]
    return "\n".join(str(element.value) for element in shown)


def signed(minutes: float = 0, **more: object) -> dict[str, object]:
    """A token of so many minutes ago that lasts an hour."""
    at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)
    return {
        **claims(email="a@b.org", iat=at.timestamp(), exp=(at.timestamp() + 3600)),
        **more,
    }


def is_in(app: AppTest) -> bool:
    return any("Data of" in str(caption.value) for caption in app.caption)


def test_who_is_not_signed_in_sees_the_sign_in_only(secrets: Path) -> None:
    secrets.write_text(PROVIDER)
    app = visit()
    assert [button.label for button in app.button] == ["Sign in with the Association"]
    assert not is_in(app)
    assert not tables(app)


def test_who_has_a_role_comes_in(secrets: Path) -> None:
    secrets.write_text(PROVIDER)
    assert is_in(visit(signed(roles=["board"])))


def test_who_has_no_role_does_not_come_in(secrets: Path) -> None:
    secrets.write_text(PROVIDER)
    app = visit(signed(roles=["chair"]))
    assert not is_in(app)
    assert "has no access" in words(app)


@pytest.mark.parametrize("user", [signed(61), signed(31), signed() | {"exp": None, "iat": None}])
def test_a_session_ends_with_its_token_or_at_its_age(
    user: dict[str, object], secrets: Path
) -> None:
    secrets.write_text(PROVIDER + "[access]\nmax_age_minutes = 30\n")
    app = visit(user | {"roles": ["board"]})
    assert not is_in(app)
    assert "session has ended" in words(app)


def test_an_address_taken_off_the_list_is_out_at_the_next_run(secrets: Path) -> None:
    user = signed(email="director@example.org", email_verified=True)
    secrets.write_text(PROVIDER + PEOPLE)
    app = visit(user)
    assert is_in(app)
    secrets.write_text(PROVIDER + PEOPLE.replace("Director@", "other@"))
    app.run()
    assert not is_in(app)


def test_a_mistake_in_the_settings_closes_the_dashboard(secrets: Path) -> None:
    secrets.write_text("[access]\nopne = 'guest'")
    app = visit()
    assert not is_in(app)
    assert "at fault" in words(app)
    assert "opne" not in words(app)


def test_open_access_says_that_it_is_open(secrets: Path) -> None:
    secrets.write_text("[access]\nopen = 'guest'")
    app = visit()
    assert is_in(app)
    assert "open to everyone" in words(app)


def linked(secrets: Path, signing: tuple[str, ...] = (), **more: Any) -> str:
    store = open_store(f"sqlite:///{secrets.parent}/state/state.db")
    draft = {
        "recipient": "Anna Muster",
        "page": "plan",
        "parameters": {"region": ("Africa",)},
        "snapshot": None,
        "made_by": "head@example.org",
        "expires_at": dt.datetime.now(dt.UTC) + dt.timedelta(days=7),
    }
    link = links.make(store, links.Draft(**{**draft, **more}))
    store.close()
    return links.token(link, keys.link_keys(signing))


def test_a_link_shows_its_view_to_anyone_and_says_for_whom_it_is(secrets: Path) -> None:
    secrets.write_text(PROVIDER)
    app = visit(link=linked(secrets))
    assert "Shared with Anna Muster" in words(app)
    assert "Showing Africa" in words(app)
    # Nothing to choose: the selection is locked.
    assert not app.multiselect
    assert not app.selectbox


def test_the_address_beside_a_link_changes_nothing(secrets: Path) -> None:
    secrets.write_text(PROVIDER)
    app = visit(link=linked(secrets), region="Asia", pillar="Companies", as_of="2020-12-31")
    assert "Showing Africa · at 31 December 2022" in words(app)


def test_a_director_who_opens_a_link_sees_what_the_guest_sees(secrets: Path) -> None:
    secrets.write_text(PROVIDER)
    app = visit(signed(roles=["executive"]), link=linked(secrets))
    assert "Shared with Anna Muster" in words(app)
    assert not app.multiselect


def test_who_comes_without_a_link_gets_the_addresses_that_a_link_leaves_out(secrets: Path) -> None:
    secrets.write_text("[access]\nopen = 'guest'")
    assert '"parameters"' not in sheets(visit(link=linked(secrets, parameters={})))
    assert '"parameters"' in sheets(visit())


def sheets(app: AppTest) -> str:
    """The blocks of the overview as they are sent."""
    return "".join(sent.proto.json or sent.proto.mixed.json for sent in app.get("bidi_component"))


def test_a_link_for_another_page_opens_nothing(secrets: Path) -> None:
    secrets.write_text(PROVIDER)
    app = visit(link=linked(secrets, page="membership"))
    assert "another page" in words(app)
    assert "Africa" not in words(app)


def test_a_link_that_is_tampered_with_opens_nothing(secrets: Path) -> None:
    secrets.write_text(PROVIDER)
    token = linked(secrets)
    for bad in (token[:-2], token[1:], "", "x", token.replace(".", ".A", 1)):
        assert "no link of ours" in words(visit(link=bad))


def test_a_link_to_figures_that_are_gone_says_so(secrets: Path) -> None:
    secrets.write_text(PROVIDER)
    app = visit(link=linked(secrets, snapshot="0" * 20))
    assert "no longer kept" in words(app)
    assert not is_in(app)


@pytest.mark.parametrize("is_ours", [True, False])
def test_who_brings_a_link_is_not_told_where_the_state_is(
    is_ours: bool, secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.write_text(PROVIDER + f"[access]\nlink_keys = [{'k' * 40!r}]\n")
    token = linked(secrets, ("k" * 40,)) if is_ours else "forged"
    state = "postgresql://owner@127.0.0.1:9/hush?password=hush"
    monkeypatch.setenv("SCORECARD_STATE", state)
    app = visit(link=token)
    assert not is_in(app)
    shown = words(app)
    assert ("just now" if is_ours else "no link of ours") in shown
    for part in ("hush", "owner", "127.0.0.1"):
        assert part not in shown


def test_who_is_refused_over_and_over_does_not_fill_the_audit_trail(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entrance, "MOST_REFUSED", 2)
    monkeypatch.setattr(entrance, "_refused", entrance._Refused())
    secrets.write_text(PROVIDER)
    for _ in range(4):
        visit(link="forged")
    visit(signed(email="ada@example.org", email_verified=True, roles=[]))
    store = open_store(f"sqlite:///{secrets.parent}/state/state.db")
    names = [entry.who for entry in audit.entries(store, event="refused")]
    store.close()
    assert names == ["ada@example.org", "unknown", "unknown"]


def test_the_clocks_that_end_sessions_do_not_pile_up() -> None:
    for seconds in range(1, 2_000):
        entrance._clock(seconds)
    assert entrance._clock.cache_info().currsize < 100


# The provider asked again -------------------------------------------------------------------


@pytest.fixture
def provider() -> Iterator[dict[str, Any]]:
    """A small server that answers like the userinfo of a provider; `says` may be changed."""
    state: dict[str, Any] = {"says": {"sub": "1", "roles": ["board"]}, "asked": 0}

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metadata":
                body: object = {"userinfo_endpoint": state["base"] + "/userinfo"}
                status = 200
            else:
                state["asked"] += 1
                assert self.headers["Authorization"] == "Bearer token"
                body, status = state["says"] or {}, 200 if state["says"] else 401
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the screen of the tests."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    state["base"] = f"http://127.0.0.1:{server.server_port}"
    state["provider"] = Provider("lab", "Lab", state["base"] + "/metadata")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    recheck._answers.clear()
    yield state
    server.shutdown()
    server.server_close()


def test_a_provider_is_asked_once_in_a_while(provider: dict[str, Any]) -> None:
    for _ in range(3):
        found = recheck.claims(provider["provider"], "token", "1", 5)
    assert found == {"sub": "1", "roles": ["board"]}
    assert provider["asked"] == 1


def test_a_role_taken_away_at_the_provider_is_seen(provider: dict[str, Any]) -> None:
    provider["says"] = {"sub": "1", "roles": []}
    found = recheck.claims(provider["provider"], "token", "1", 5)
    assert found is not None
    assert roles.of(found, Settings()) is None


@pytest.mark.parametrize("says", [None, {"sub": "2", "roles": ["executive"]}])
def test_a_provider_that_no_longer_vouches_ends_the_session(
    says: object, provider: dict[str, Any]
) -> None:
    provider["says"] = says
    assert recheck.claims(provider["provider"], "token", "1", 5) is None


def test_a_provider_that_does_not_answer_changes_nothing(provider: dict[str, Any]) -> None:
    silent = Provider("lab", "Lab", "http://127.0.0.1:9/metadata")
    assert recheck.claims(silent, "token", "1", 5) == {}
