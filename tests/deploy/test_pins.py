"""Every package of the bot's install is pinned with its hash, and so is what installs it."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def pinned(file: str) -> dict[str, list[str]]:
    """Return the hashes of each requirement of a file, by its name and version."""
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=\S)", (ROOT / file).read_text(encoding="utf-8").strip()):
        found[re.split(r"[ ;\\]", block, maxsplit=1)[0]] = re.findall(r"--hash=sha256:[0-9a-f]{64}", block)
    return found


@pytest.mark.parametrize("file", ["requirements.txt", "deploy/uv.txt", "deploy/build.txt"])
def test_every_package_has_its_version_and_its_hashes(file: str) -> None:
    packages = pinned(file)
    assert packages
    assert all(re.fullmatch(r"[\w.-]+==[\w.!+-]+", name) for name in packages)
    assert [name for name, hashes in packages.items() if not hashes] == []
    text = (ROOT / file).read_text(encoding="utf-8")
    assert "index" not in text
    assert "://" not in text


def test_what_the_bot_needs_is_among_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    wanted = [*project["project"]["dependencies"], *groups["embedded"], *groups["postgres"]]
    assert {re.sub(r"\[.*?\]", "", name) for name in wanted} <= set(pinned("requirements.txt"))
    assert set(project["build-system"]["requires"]) <= set(pinned("deploy/build.txt"))


@pytest.mark.parametrize("file", ["Dockerfile", ".ci/run"])
def test_nothing_is_installed_into_the_bots_place_without_hashes(file: str) -> None:
    """What follows the fast tests of the gate, a browser's driver and vLLM, is for tests alone and has none."""
    text = (ROOT / file).read_text(encoding="utf-8").split('say "ruff"')[0].replace("\\\n", " ")
    installs = [line for line in text.splitlines() if re.search(r"\bpip\"? install\b", line) and line[:1] != "#"]
    assert len(installs) >= 2
    assert [line for line in installs if not re.search(r"--require-(build-)?hashes", line)] == []
