"""The drivers of load keep to this machine and to their bounds, and reckon what they say."""

from __future__ import annotations

import pytest

from bench import load, soak, wire
from scorecard.refusal import Refusal


@pytest.mark.parametrize(
    "address",
    ["http://example.org", "http://10.0.0.1:8501", "http://127.0.0.1.example.org", "http://0.0.0.0",
     "http://127.0.0.1@example.org", "https://[2001:db8::1]", "example.org", ""],
)  # fmt: skip
def test_load_goes_to_this_machine_only(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Refusal):
        wire.require_loopback(address)
    assert load.main(["--address", address, "--sessions", "1"]) == 2
    assert soak.main(["--address", address or "x"]) == 2
    assert "this machine" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["http://127.0.0.1:8501", "https://localhost", "http://[::1]"])
def test_this_machine_is_known_by_its_names(address: str) -> None:
    wire.require_loopback(address)


@pytest.mark.parametrize(
    "words",
    [["--seconds", "4000"], ["--seconds", "0"], ["--think", "0"], ["--sessions", "201"],
     ["--sessions", "-1"], ["--links", "500"], ["--link", "http://127.0.0.1/?link=a"],
     ["--links", "1201", "--link", "http://127.0.0.1/?link=a"],
     ["--links", "5", "--link", "http://example.org/?link=a"]],
)  # fmt: skip
def test_load_is_bounded(words: list[str]) -> None:
    assert load.main(["--address", "http://127.0.0.1:9", *words]) == 2


def test_an_address_where_nobody_listens_is_refused() -> None:
    assert load.main(["--address", "http://127.0.0.1:9", "--sessions", "1"]) == 2


def test_a_quantile_is_a_time_that_was_measured() -> None:
    times = [float(i) for i in range(1, 101)]
    assert load.quantile(times, 0.5) == 51.0
    assert load.quantile(times, 0.95) == 96.0
    assert load.quantile([7.0], 0.95) == 7.0


def test_growth_is_that_of_the_second_half() -> None:
    assert soak.growth([100, 200, 300, 300, 300, 300]) == pytest.approx(0)
    assert soak.growth([0, 0, 0, 1, 2, 3, 4]) == pytest.approx(1)
    with pytest.raises(Refusal):
        soak.growth([1, 2])
