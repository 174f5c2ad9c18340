"""The files of deployment as such: well formed, hardened, and in step with each other."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scorecard.access import settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in (DEPLOY / "systemd").glob("*.service"))
HOSTING = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")


def run(*words: str) -> str:
    """What a tool of our environment or the system says; it must be content."""
    own = Path(sys.executable).with_name(words[0])
    command = [str(own) if own.exists() else words[0], *words[1:]]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout + found.stderr


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def words_of(template: str) -> set[str]:
    return set(re.findall(r"\$\{(SCORECARD_\w+)\}", template))


def test_the_compose_file_fits_its_schema() -> None:
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "deploy/compose.yaml")


def test_the_containerfile_has_no_findings() -> None:
    run("hadolint", "deploy/Containerfile")


@pytest.mark.parametrize("name", compose()["services"])
def test_a_container_can_change_nothing_but_its_volumes(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


def test_only_nginx_is_reached_from_outside() -> None:
    services = compose()["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert list(services["database"]["networks"]) == ["inside"]
    assert compose()["networks"]["inside"]["internal"] is True
    # Two networks in common would let nginx come from an address that is not believed.
    assert not (set(services["nginx"]["networks"]) & set(services["process1"]["networks"])) - {
        "inside"
    }


def test_no_secret_stands_in_the_compose_file() -> None:
    named = compose()["secrets"]
    assert all(set(secret) == {"file"} for secret in named.values())
    for service in compose()["services"].values():
        assert set(service.get("secrets", ())) <= set(named)
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or value.startswith("/run/secrets/")


def test_images_are_pinned_to_a_release() -> None:
    images = [service["image"] for service in compose()["services"].values()]
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    images += re.findall(r"^ARG PYTHON=(\S+)", text, re.M)
    for image in set(images) - {"scorecard"}:
        assert re.search(r":\d+\.\d+", image), image


def test_every_word_of_the_nginx_template_is_explained_and_given() -> None:
    template = (DEPLOY / "nginx" / "scorecard.conf").read_text(encoding="utf-8")
    head = template.split("\nmap ")[0]
    assert words_of(template) == words_of(head)
    given = set(compose()["services"]["nginx"]["environment"])
    given |= set(re.findall(r"^(\w+)=", (DEPLOY / "compose.env").read_text(), re.M))
    assert words_of(template) <= given
    assert words_of(template) == words_of(HOSTING)


def test_the_command_of_the_instructions_fills_the_nginx_template() -> None:
    (command,) = re.findall(r"^(sed .*?)\s*\| sudo tee", HOSTING, re.S | re.M)
    made = run("sh", "-c", command)
    assert not words_of(made)
    assert "server_name board.example.org;" in made


def test_the_processes_of_the_compose_file_are_those_that_nginx_knows() -> None:
    services = compose()["services"]
    nginx = services["nginx"]["environment"]
    for number in (1, 2):
        process = services[nginx[f"SCORECARD_HOST_{number}"]]
        port = process["environment"]["STREAMLIT_SERVER_PORT"]
        assert port == nginx[f"SCORECARD_PORT_{number}"]
        believed = process["environment"]["FORWARDED_ALLOW_IPS"]
        assert believed == services["nginx"]["networks"]["inside"]["ipv4_address"]


def containerfile() -> list[str]:
    """Its instructions, a line each."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_ends_as_a_user_with_a_number_and_a_check_of_health() -> None:
    last = containerfile()[max(i for i, line in enumerate(containerfile()) if "FROM" in line) :]
    assert "USER 10001:10001" in last
    assert any(line.startswith("HEALTHCHECK") and "/healthz" in line for line in last)
    assert not any("pip install" in line or "apt" in line for line in last)


def copied() -> list[str]:
    """What of the repository the last stage takes."""
    taken = [line.split()[1:] for line in containerfile() if line.startswith("COPY ")]
    return [words[0] for words in taken if words[0] != "--from=packages" and len(words) == 2]


def test_the_image_takes_what_the_dashboard_is_made_of_and_no_secret(tmp_path: Path) -> None:
    for name in copied():
        source = ROOT / name
        assert source.exists(), name
        assert "secret" not in name
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    found = subprocess.run(
        [sys.executable, "-m", "scorecard", "show"],
        cwd=tmp_path,
        env={"PYTHONDONTWRITEBYTECODE": "1", "SCORECARD_SNAPSHOTS": str(tmp_path / "snapshots")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert found.returncode == 0, found.stderr
    assert len(found.stdout) > 1000
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line[1:] for line in ignored if line.startswith("!")}
    assert set(copied()) <= sent


@pytest.mark.parametrize("name", ["HOME", "WEBSOCKETS_MAX_LINE_LENGTH"])
def test_a_unit_and_the_image_give_a_process_the_same(name: str) -> None:
    unit = (DEPLOY / "systemd" / "scorecard@.service").read_text(encoding="utf-8")
    given = re.search(rf"^Environment={name}=(\S+)$", unit, re.M)
    assert given
    assert any(f"{name}={given[1]}" in line for line in containerfile())


@pytest.mark.services
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    """In a root of its own with the programs that the units name, as nothing is installed here."""
    system = tmp_path / "etc" / "systemd" / "system"
    shutil.copytree(DEPLOY / "systemd", system)
    for target in Path("/lib/systemd/system").glob("*.target"):
        shutil.copy(target, system)
    for program in ("opt/scorecard/.venv/bin/python", "bin/sh", "usr/bin/find"):
        path = tmp_path / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o755)
    units = ["scorecard@8501.service", "scorecard.target", "scorecard-backup.service"]
    said = run(
        "systemd-analyze", "verify", f"--root={tmp_path}", "--man=no", *units,
        "scorecard-backup.timer",
    )  # fmt: skip
    assert said == ""


@pytest.mark.services
@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_exposed_to_little(name: str) -> None:
    """On systemd's scale of 10; what is left is the network and the files it is made for."""
    run(
        "systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager",
        f"deploy/systemd/{name}",
    )  # fmt: skip


def test_the_example_of_settings_is_understood_and_has_two_providers() -> None:
    (example,) = re.findall(r"```toml\n(\[auth\].*?)```", HOSTING, re.S)
    found = settings.read(example)
    assert len(found.providers) == 2
    assert found.link_keys and found.address and set(found.people) == {"board", "executive"}
    assert "expose_tokens" in example


def test_the_instructions_name_every_file_of_deployment() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file() and path.suffix != ".dockerignore":
            assert path.name in HOSTING or path.name.replace("@", "@8501") in HOSTING, path.name
